// A template that Jinja2 parses but that does not become code: Python refuses the code (a repeated keyword argument,
// `break` outside a loop) or folding its constants fails. Ansible then leaves the text as it is (Templar.do_template:
// `except Exception: return data`).

import { PyError } from '../../python/index.js'
import { UndefinedVariableError } from '../errors.js'

export class UncompilableTemplate extends Error {}

/** Whether compiling failed in a way that Ansible passes over in silence. */
export const isUncompilable = (error: unknown): boolean =>
  error instanceof UncompilableTemplate || error instanceof UndefinedVariableError || error instanceof PyError

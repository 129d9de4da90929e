// Exceptions in the words that Ansible prints: types, chained messages, and what leaves the templar.

import { MadansibleError, ParserError, VaultError } from '../errors.js'
import { PyError } from '../python/index.js'
import { FileNotFoundError } from '../yaml/index.js'
import { TemplateError, UndefinedVariableError } from './errors.js'
import { asPythonError, placeOf } from './runtime/rendering.js'

/** A bare Python exception (ZeroDivisionError, TypeError…) that a template raised. The message is Python's. */
export class PythonException extends TemplateError {
  override readonly pyModule = ''
  constructor(
    override readonly pyType: string,
    message: string,
    cause: unknown,
  ) {
    super(message, { cause, kind: pyType })
  }
}

/** str(exception). */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** str(type(exception)). */
export function pythonTypeOf(error: unknown): string {
  if (error instanceof TemplateError)
    return `<class '${error.pyModule === '' ? '' : `${error.pyModule}.`}${error.pyType}'>`
  if (error instanceof MadansibleError) return `<class '${ansibleClass(error).join('.')}'>`
  if (error instanceof PyError) return `<class '${error.pyType === 'error' ? 're.error' : error.pyType}'>`
  return "<class 'Exception'>"
}

/** Ansible's exception class that an error of a lower layer stands for, with its module. */
function ansibleClass(error: MadansibleError): readonly [string, string] {
  if (error instanceof FileNotFoundError) return ['ansible.errors', 'AnsibleFileNotFound']
  if (error instanceof ParserError) return ['ansible.errors', 'AnsibleParserError']
  if (error instanceof VaultError) return ['ansible.parsing.vault', 'AnsibleVaultError']
  return ['ansible.errors', 'AnsibleError']
}

/** Name of the Python exception at the bottom. */
export function kindOf(error: unknown): string {
  if (error instanceof TemplateError) return error.kind
  if (error instanceof MadansibleError) return ansibleClass(error)[1]
  return error instanceof PyError ? error.pyType : 'AnsibleError'
}

/** AnsibleError(message, orig_exc=original): its text ends with the original's. */
export const chained = (message: string, original: unknown): TemplateError =>
  new TemplateError(`${message}. ${messageOf(original)}`, { cause: original, kind: kindOf(original) })

/** AnsibleUndefinedVariable(original, orig_exc=original). */
export const undefinedVariable = (message: string, original: unknown): UndefinedVariableError =>
  new UndefinedVariableError(`${message}. ${messageOf(original)}`, { cause: original })

/** What callers of the templar get: template errors stay, Python's exceptions become one, bugs stay bugs. */
export function outward(error: unknown): unknown {
  const known = asPythonError(error)
  const place = known instanceof Error ? placeOf(known) : undefined
  const result = known instanceof PyError ? new PythonException(known.pyType, known.message, known) : known
  if (result instanceof TemplateError && result.position === undefined) result.position = place
  return result
}

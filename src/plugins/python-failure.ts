// Exceptions on the way between here and the plugin host: what a plugin raised becomes the error that a native plugin
// would have thrown, and an error of ours that passes through Python comes back as itself.

import { MadansibleError, ParserError } from '../errors.js'
import {
  FilterError,
  FilterTypeError,
  JinjaRuntimeError,
  LookupError,
  PluginOptionsError,
  PythonException,
  TemplateError,
  TemplateSyntaxError,
  UndefinedVariableError,
} from '../jinja/index.js'
import { PyError, type PyErrorType } from '../python/index.js'

/** An exception as the plugin host describes it. */
export interface FailureDescription {
  /** Number of an error of ours that it is. */
  readonly failure: number | null
  readonly type: string
  readonly module: string
  /** Names of the class and of its bases, nearest first. */
  readonly bases: readonly string[]
  readonly message: string
  readonly trace: string
}

/** An exception of a class that has no counterpart here. */
export class ForeignException extends TemplateError {
  override readonly code = 'MADANSIBLE_PYTHON_PLUGIN'
  constructor(
    override readonly pyType: string,
    override readonly pyModule: string,
    message: string,
  ) {
    super(message, { kind: pyType })
  }
}

/** The error for an exception of a plugin. */
export function errorOf(failure: FailureDescription): Error {
  const { type, module, bases, message } = failure
  const isA = (name: string): boolean => bases.includes(name)
  if (type === 'KeyboardInterrupt') return new MadansibleError('User interrupted execution')
  if (isA('AnsibleUndefinedVariable')) return new UndefinedVariableError(message)
  if (isA('UndefinedError')) return new UndefinedVariableError(message, { fromJinja: true })
  if (isA('TemplateSyntaxError')) return new TemplateSyntaxError(message, 0)
  if (module === 'jinja2.exceptions') return new JinjaRuntimeError(type, message)
  const ansible = ANSIBLE_ERRORS.find(([name]) => name === type)
  if (ansible !== undefined) return ansible[1](message)
  if (module === 'builtins') return new PyError(type as PyErrorType, message)
  return new ForeignException(type, module, message)
}

const ANSIBLE_ERRORS: readonly (readonly [string, (message: string) => Error])[] = [
  ['AnsibleFilterTypeError', message => new FilterTypeError(message)],
  ['AnsibleFilterError', message => new FilterError(message)],
  ['AnsibleLookupError', message => new LookupError(message)],
  ['AnsibleOptionsError', message => new PluginOptionsError(message)],
  ['AnsibleParserError', message => new ParserError(message)],
  ['AnsibleError', message => new TemplateError(message)],
]

/** Name of the exception class that stands for one of our errors in Python. */
export function exceptionNameOf(error: unknown): string {
  if (error instanceof PythonException) return 'AnsibleError'
  if (error instanceof TemplateError) return error.pyType
  if (error instanceof ParserError) return 'AnsibleParserError'
  return 'AnsibleError'
}

// Template errors. Each carries the name of the Python exception that Ansible would have raised (`kind`);
// messages begin as Ansible's do, because people and playbooks match on them.

import { type ErrorDetails, MadansibleError } from '../errors.js'
import { repr } from '../python/index.js'

export interface TemplateErrorDetails extends ErrorDetails {
  /** Name of the Python exception class at the bottom of the chain, e.g. `ZeroDivisionError`. */
  readonly kind?: string | undefined
}

/** AnsibleError raised while templating. */
export class TemplateError extends MadansibleError {
  override readonly code: string = 'MADANSIBLE_TEMPLATE'
  /** Python's name of an error that is at the bottom of its chain. */
  protected static readonly pythonName: string = 'AnsibleError'
  /** Python's class name of this very exception, as `type(e).__name__`. */
  readonly pyType: string = 'AnsibleError'
  /** Python's `str(type(e))` names the module too; this is it. */
  readonly pyModule: string = 'ansible.errors'
  /** The innermost exception's name: what went wrong at first. */
  readonly kind: string
  constructor(message: string, details: TemplateErrorDetails = {}) {
    super(message, details)
    // What wraps an error happened where that did.
    if (this.position === undefined && details.cause instanceof MadansibleError) this.position = details.cause.position
    this.kind = details.kind ?? (details.cause instanceof TemplateError ? details.cause.kind : new.target.pythonName)
  }
}

/** AnsibleUndefinedVariable, or Jinja2's own UndefinedError (`fromJinja`). */
export class UndefinedVariableError extends TemplateError {
  override readonly code = 'MADANSIBLE_UNDEFINED_VARIABLE'
  override readonly pyType: string
  override readonly pyModule: string
  constructor(message: string, details: TemplateErrorDetails & { fromJinja?: boolean } = {}) {
    super(message, { ...details, kind: 'AnsibleUndefinedVariable' })
    this.pyType = details.fromJinja ? 'UndefinedError' : 'AnsibleUndefinedVariable'
    this.pyModule = details.fromJinja ? 'jinja2.exceptions' : 'ansible.errors'
  }
}

/** Template text that Jinja2 cannot parse or compile; also an unknown filter or test. `line` counts from 1. */
export class TemplateSyntaxError extends TemplateError {
  protected static override readonly pythonName: string = 'TemplateSyntaxError'
  override readonly code = 'MADANSIBLE_TEMPLATE_SYNTAX'
  override readonly pyType = 'TemplateSyntaxError'
  override readonly pyModule = 'jinja2.exceptions'
  readonly line: number
  constructor(message: string, line: number, details: TemplateErrorDetails = {}) {
    super(message, details)
    this.line = line
  }
}

/**
 * A filter or test that does not exist, in the words of JinjaPluginIntercept. `where`: the line, or `rendering` where
 * the name is only met then: Jinja2 puts the place into the text of an error that it did not meet while compiling.
 */
export function unknownPlugin(name: string, where: number | 'rendering'): TemplateSyntaxError {
  const message = `Could not load "${name}": ${repr(whyUnknown(name))}`
  return where === 'rendering'
    ? whileRendering(new TemplateSyntaxError(message, 0))
    : new TemplateSyntaxError(message, where)
}

/** The same error as a rendering tells it. */
export function whileRendering(error: TemplateSyntaxError): TemplateSyntaxError {
  return new TemplateSyntaxError(`${error.message}\n  line ${error.line}`, error.line, { cause: error })
}

function whyUnknown(name: string): string {
  const full = name.includes('.') ? name : `ansible.builtin.${name}`
  const parts = full.split('.')
  if (parts.length < 3 || !parts.every(part => /^[\p{L}\p{N}_]+$/u.test(part))) return `invalid plugin name: ${full}`
  const collection = parts.slice(0, 2).join('.')
  if (collection === 'ansible.builtin' || collection === 'ansible.legacy') return name
  return `Invalid plugin FQCN (${name}): unable to locate collection ${collection}`
}

/** AnsibleFilterError. */
export class FilterError extends TemplateError {
  protected static override readonly pythonName: string = 'AnsibleFilterError'
  override readonly code: string = 'MADANSIBLE_FILTER'
  override readonly pyType: string = 'AnsibleFilterError'
}

/** AnsibleFilterTypeError. */
export class FilterTypeError extends FilterError {
  protected static override readonly pythonName: string = 'AnsibleFilterTypeError'
  override readonly pyType = 'AnsibleFilterTypeError'
}

/** AnsibleLookupError. */
export class LookupError extends TemplateError {
  protected static override readonly pythonName: string = 'AnsibleLookupError'
  override readonly code = 'MADANSIBLE_LOOKUP'
  override readonly pyType = 'AnsibleLookupError'
}

/** AnsibleOptionsError: wrong options given to a lookup. */
export class PluginOptionsError extends TemplateError {
  protected static override readonly pythonName: string = 'AnsibleOptionsError'
  override readonly code = 'MADANSIBLE_PLUGIN_OPTIONS'
  override readonly pyType = 'AnsibleOptionsError'
}

/** jinja2.exceptions.SecurityError, TemplateNotFound, TemplateRuntimeError: named by `pyType`. */
export class JinjaRuntimeError extends TemplateError {
  override readonly code = 'MADANSIBLE_TEMPLATE_RUNTIME'
  override readonly pyModule = 'jinja2.exceptions'
  constructor(
    override readonly pyType: string,
    message: string,
    details: TemplateErrorDetails = {},
  ) {
    super(message, { ...details, kind: details.kind ?? pyType })
  }
}

/** Only Python can compute this: the template is given to the plugin host where there is one. */
export class NotNativeError extends TemplateError {
  override readonly code = 'MADANSIBLE_TEMPLATE_NOT_NATIVE'
}

/** The deadline of a rendering passed: a looping template was stopped. */
export class TemplateTimeoutError extends TemplateError {
  override readonly code = 'MADANSIBLE_TEMPLATE_TIMEOUT'
}

// Templates that only Python can render: with a Jinja2 extension of ansible.cfg that is not built in, or with
// a filter that has no native form. Whoever runs Python on the controller renders the whole text.

import type { Value } from '../python/index.js'
import type { TemplateEnvironment } from './environment.js'
import { NotNativeError, TemplateError, TemplateSyntaxError } from './errors.js'
import type { SyntaxSettings } from './syntax/settings.js'

/** A text to be rendered as Ansible's Templar would, with the variables of one templar. */
export interface FallbackRequest {
  readonly source: string
  /** The file that it is, if it is one. */
  readonly path: string | undefined
  readonly searchPath: readonly string[]
  readonly settings: SyntaxSettings
  readonly native: boolean
  readonly convertData: boolean
  readonly escapeBackslashes: boolean
  readonly preserveTrailingNewlines: boolean
  /** False: a text that meets an undefined variable stays as it is. */
  readonly failOnUndefined: boolean
  /** Names of all variables. */
  names(): Iterable<string>
  /** Raw value of a variable. */
  get(name: string): Value | undefined
}

export type TemplateFallback = (request: FallbackRequest) => Value

/** Whether Python might do better than we did. */
export function isForPython(error: unknown, environment: TemplateEnvironment): boolean {
  if (error instanceof NotNativeError) return true
  return findSyntaxError(error) && environment.foreignExtensions.length > 0
}

function findSyntaxError(error: unknown): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    if (each instanceof TemplateSyntaxError) return true
  return false
}

/** The error of a template that an extension may have changed, where there is no Python to ask. */
export function needsPython(environment: TemplateEnvironment): TemplateError {
  const names = environment.foreignExtensions.join(', ')
  return new TemplateError(`the Jinja2 extensions ${names} of ansible.cfg are not built in`, {
    hint: 'Allow the plugin host, or take them out of jinja2_extensions.',
  })
}

/** The error of a template that needs Python where there is none to ask. */
export function withoutPython(error: unknown, environment: TemplateEnvironment): unknown {
  if (!(error instanceof TemplateError) || error instanceof NotNativeError) return error
  const names = environment.foreignExtensions.join(', ')
  return new TemplateError(error.message, {
    cause: error,
    kind: error.kind,
    position: error.position,
    hint: `The Jinja2 extensions ${names} of ansible.cfg are not built in; the template may need one of them.`,
  })
}

// Whether a text is a template, asked while loading, when no variables are known yet.
// Mirrors ansible/template/__init__.py is_template with Jinja2's default delimiters (2.14).

import { Templar, TemplateEnvironment } from '../jinja/index.js'
import { Dict, type Value } from '../python/values.js'

let plain: Templar | undefined

/** Whether a value holds `{{ }}`, `{% %}` or `{# #}`. */
export function looksLikeTemplate(value: Value): boolean {
  plain ??= new Templar(new TemplateEnvironment(), { get: () => undefined, has: () => false, names: () => [] })
  return plain.isTemplate(value)
}

const constants = new WeakMap<object, boolean>()

/** Whether templating a value gives the value itself. Remembered for lists and dicts, which never change. */
export function isConstant(value: Value): boolean {
  if (typeof value === 'string') return !/\{[{%#]/.test(value)
  if (value === null || typeof value !== 'object') return true
  if (!Array.isArray(value) && !(value instanceof Dict)) return false
  let known = constants.get(value)
  if (known === undefined) {
    known = (Array.isArray(value) ? value : [...value.values()]).every(isConstant)
    constants.set(value, known)
  }
  return known
}

// Whether a text is a template, asked while loading, when no variables are known yet.
// Mirrors ansible/template/__init__.py is_template with Jinja2's default delimiters (2.14).

import { Templar, TemplateEnvironment } from '../jinja/index.js'
import type { Value } from '../python/values.js'

let plain: Templar | undefined

/** Whether a value holds `{{ }}`, `{% %}` or `{# #}`. */
export function looksLikeTemplate(value: Value): boolean {
  plain ??= new Templar(new TemplateEnvironment(), { get: () => undefined, has: () => false, names: () => [] })
  return plain.isTemplate(value)
}

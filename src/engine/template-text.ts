// Tells quickly whether a value could hold a Jinja2 template; false is certain, true is not.
// Mirrors Templar.is_possibly_template of template/__init__.py (ansible-core 2.14), which looks for the same markers.

import { Mapping, Text, Tuple, UnsafeText, type Value, VaultText } from '../python/values.js'

export function mayHoldTemplate(value: Value): boolean {
  if (typeof value === 'string') return textMayBeTemplate(value)
  if (Array.isArray(value)) return value.some(mayHoldTemplate)
  if (value instanceof UnsafeText) return false
  // A vault value becomes plain text when it is templated.
  if (value instanceof VaultText) return true
  if (value instanceof Text) return textMayBeTemplate(value.value)
  if (value instanceof Mapping) {
    for (const [key, item] of value.entries()) if (mayHoldTemplate(key) || mayHoldTemplate(item)) return true
    return false
  }
  if (value instanceof Tuple) return value.items.some(mayHoldTemplate)
  return false
}

function textMayBeTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#')
}

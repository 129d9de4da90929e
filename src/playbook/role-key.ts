// When two uses of a role in a play are the same use: a key of name and parameters in which order does not count.
// Mirrors hash_params in ansible/playbook/role/__init__.py (2.14).

import { str } from '../python/index.js'
import { keyOf, Mapping, PySet, Tuple, type Value } from '../python/values.js'

/** A text that is equal for parameters that are equal, lists taken as sets. */
export function parameterKey(value: Value): string {
  if (value instanceof Mapping) {
    const entries = [...value.entries()].map(([key, item]) => `${parameterKey(key)}=${parameterKey(item)}`)
    return `{${entries.sort().join(',')}}`
  }
  if (Array.isArray(value) || value instanceof Tuple || value instanceof PySet) {
    const items = Array.isArray(value) ? value : [...(value.iterate() as Iterable<Value>)]
    return `[${[...new Set(items.map(parameterKey))].sort().join(',')}]`
  }
  const key = keyOf(value)
  if (typeof key === 'string') return JSON.stringify(key)
  return key === null || typeof key !== 'object' ? String(key) : JSON.stringify(str(value))
}

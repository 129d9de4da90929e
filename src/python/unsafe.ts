// Unsafe text: what came from a host and must never be taken for a template.
// Mirrors wrap_var of ansible/utils/unsafe_proxy.py and _is_unsafe of ansible/template/native_helpers.py (2.14).

import { Dict, Mapping, PyBytes, PySet, Text, Tuple, UnsafeBytes, UnsafeText, type Value, VaultText } from './values.js'

/**
 * The policy, in one place. Every text value is wrapped, whatever it says: text without a brace can still make a
 * template with what the author writes around it ('{{' ~ x ~ '}}'), or through an escape that a literal
 * conversion resolves ('["\x7b\x7b…"]'). Keys are wrapped only when they hold such a character themselves:
 * plain keys keep dicts fast, and a dict whose keys alone are unsafe is rare.
 */
const needsWrappedKey = (key: string): boolean => key.includes('{') || key.includes('\\')

/** wrap_var: a deep copy in which all text is unsafe. Values of other types are shared. */
export function wrapUnsafe(value: Value): Value {
  if (typeof value === 'string') return new UnsafeText(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(wrapUnsafe)
  if (value instanceof Mapping) return wrapMapping(value)
  if (value instanceof Tuple) return new Tuple(value.items.map(wrapUnsafe))
  if (value instanceof PySet) return new PySet(Array.from(value.iterate(), wrapUnsafe))
  if (value instanceof PyBytes && !(value instanceof UnsafeBytes)) return new UnsafeBytes(value.value)
  if (value instanceof Text && !(value instanceof VaultText) && !(value instanceof UnsafeText))
    return new UnsafeText(value.value)
  return value
}

function wrapMapping(value: Mapping): Dict {
  const copy = new Dict()
  for (const [key, item] of value.entries())
    copy.set(typeof key === 'string' && needsWrappedKey(key) ? new UnsafeText(key) : key, wrapUnsafe(item))
  return copy
}

/** Whether the value holds unsafe text anywhere (vault values count as unsafe). */
export function holdsUnsafe(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false
  if (value instanceof UnsafeText || value instanceof VaultText || value instanceof UnsafeBytes) return true
  return holdsUnsafeInside(value, new Set())
}

function holdsUnsafeInside(value: Value, seen: Set<Value>): boolean {
  if (value === null || typeof value !== 'object') return false
  if (value instanceof UnsafeText || value instanceof VaultText || value instanceof UnsafeBytes) return true
  if (seen.has(value)) return false
  seen.add(value)
  if (Array.isArray(value)) return value.some(item => holdsUnsafeInside(item, seen))
  if (value instanceof Tuple) return value.items.some(item => holdsUnsafeInside(item, seen))
  if (!(value instanceof Mapping)) return false
  for (const [key, item] of value.entries())
    if (holdsUnsafeInside(key, seen) || holdsUnsafeInside(item, seen)) return true
  return false
}

/** A deep copy with plain text in place of unsafe text (and of Markup). Values without any are shared. */
export function unwrapUnsafe(value: Value): Value {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof UnsafeText) return value.value
  if (Array.isArray(value)) return value.map(unwrapUnsafe)
  if (value instanceof Dict) {
    const copy = new Dict()
    for (const [key, item] of value.entries()) copy.set(unwrapUnsafe(key), unwrapUnsafe(item))
    return copy
  }
  if (value instanceof Tuple) return new Tuple(value.items.map(unwrapUnsafe))
  if (value instanceof PySet) return new PySet(Array.from(value.iterate(), unwrapUnsafe))
  return value instanceof UnsafeBytes ? new PyBytes(value.value) : value
}

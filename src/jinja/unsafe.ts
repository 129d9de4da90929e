// Marking values as unsafe, so that nothing templates them again. Mirrors ansible/utils/unsafe_proxy.py wrap_var.

import { Dict, Mapping, type PyObject, PySet, Text, Tuple, UnsafeText, type Value, VaultText } from '../python/index.js'
import { NativeText, NativeUnsafeText } from './native-text.js'
import { Trait, traitsOf } from './traits.js'
import { LenientUndefined, Undefined } from './undefined.js'

/** A value in which every text is unsafe; shares what is so already. */
export function wrapUnsafeValue(value: Value): Value {
  if (typeof value === 'string') return new UnsafeText(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return isWrapped(value) ? value : value.map(wrapUnsafeValue)
  return wrapObject(value)
}

const isWrapped = (value: Value): boolean => (traitsOf(value, false) & (Trait.safeText | Trait.notLiteral)) === 0

function wrapObject(value: PyObject): Value {
  if (value instanceof UnsafeText || value instanceof VaultText) return value
  if (value instanceof NativeText) return new NativeUnsafeText(value.value)
  if (value instanceof Text) return new UnsafeText(value.value)
  if (value instanceof Dict && isWrapped(value)) return value
  if (value instanceof Mapping) {
    const wrapped = new Dict()
    for (const [key, item] of value.entries()) wrapped.set(wrapUnsafeValue(key), wrapUnsafeValue(item))
    return wrapped
  }
  if (value instanceof Tuple) return value.remade(value.items.map(wrapUnsafeValue))
  if (value instanceof PySet) return new PySet([...value.iterate()].map(wrapUnsafeValue))
  // Ansible asks for its __ENCRYPTED__, and whether that holds.
  if (value instanceof Undefined && !(value instanceof LenientUndefined)) value.fail()
  return value
}

/** A deep copy of lists, dicts and sets, so that changing it changes nothing else. */
export function deepCopy(value: Value): Value {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(deepCopy)
  if (value instanceof Dict) {
    const copy = new Dict()
    for (const [key, item] of value.entries()) copy.set(key, deepCopy(item))
    return copy
  }
  if (value instanceof PySet) return new PySet(value.iterate())
  return value
}

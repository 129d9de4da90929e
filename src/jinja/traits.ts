// What a value holds, found in one walk: unsafe text, undefined values, things that Python's repr and literal_eval do
// not carry over. Lists and dicts that templates cannot change are walked once and remembered.
// Mirrors AnsibleContext._is_unsafe, native_helpers._is_unsafe and template._fail_on_undefined.

import {
  Dict,
  Mapping,
  PyBytes,
  PyFloat,
  type PyObject,
  PySet,
  Text,
  Tuple,
  UnsafeText,
  type Value,
} from '../python/index.js'
import { LenientUndefined, Undefined } from './undefined.js'

export const Trait = {
  /** Unsafe text somewhere, keys included. */
  unsafe: 1,
  /** Unsafe text where AnsibleContext looks: list items and dict values. */
  unsafeValue: 2,
  /** Plain text somewhere: wrapping as unsafe would change something. */
  safeText: 4,
  /** Does not survive literal_eval(str(value)) as it is. */
  notLiteral: 8,
  /** A strict undefined value somewhere. */
  undefined: 16,
  /** A lazy mapping (hostvars) that was not looked into. */
  lazy: 32,
} as const

const FLAGS = 0xff
const known = new WeakMap<object, number>()

/** How many lists and dicts lie within each other. */
export const depthOf = (traits: number): number => traits >> 8

/** Traits of a value as bits. `isFrozen`: nothing changes the value any more, so the answer is remembered. */
export function traitsOf(value: Value, isFrozen: boolean): number {
  if (typeof value === 'string') return Trait.safeText
  if (value === null || typeof value !== 'object') return 0
  if (!Array.isArray(value) && !(value instanceof Dict)) return traitsOfObject(value, isFrozen)
  const before = known.get(value)
  if (before !== undefined) return before
  const traits = Array.isArray(value) ? traitsOfItems(value, isFrozen) : traitsOfDict(value, isFrozen)
  if (isFrozen && (traits & Trait.undefined) === 0) known.set(value, traits)
  return traits
}

function traitsOfItems(items: Iterable<Value>, isFrozen: boolean): number {
  let flags = 0
  let depth = 0
  for (const item of items) {
    const traits = traitsOf(item, isFrozen)
    flags |= traits & FLAGS
    if (traits >> 8 > depth) depth = traits >> 8
  }
  return flags | ((depth + 1) << 8)
}

function traitsOfDict(dict: Dict, isFrozen: boolean): number {
  let flags = 0
  let depth = 0
  for (const [key, value] of dict.entries()) {
    const traits = traitsOf(value, isFrozen)
    flags |= (traits & FLAGS) | (traitsOf(key, isFrozen) & FLAGS & ~Trait.unsafeValue)
    if (traits >> 8 > depth) depth = traits >> 8
  }
  // A subclass that prints in its own way is no literal.
  if (dict.repr !== undefined) flags |= Trait.notLiteral
  return flags | ((depth + 1) << 8)
}

function traitsOfObject(value: PyObject, isFrozen: boolean): number {
  if (value instanceof UnsafeText) return Trait.unsafe | Trait.unsafeValue
  if (value instanceof PyFloat) return Number.isFinite(value.value) ? 0 : Trait.notLiteral
  if (value instanceof Text) return Trait.safeText | Trait.notLiteral
  if (value instanceof Tuple) {
    const traits = traitsOfItems(value.items, isFrozen) & ~Trait.unsafeValue
    return value.typeName === 'tuple' ? traits : traits | Trait.notLiteral
  }
  if (value instanceof PyBytes) return 0
  if (value instanceof PySet)
    return traitsOfItems(value.iterate(), isFrozen) & ~(Trait.unsafe | Trait.unsafeValue | Trait.undefined)
  if (value instanceof Mapping) return Trait.lazy | Trait.notLiteral
  if (value instanceof Undefined)
    return value instanceof LenientUndefined ? Trait.notLiteral : Trait.undefined | Trait.notLiteral
  return Trait.notLiteral
}

/** Throws the error of the first undefined value in it. */
export function failOnUndefined(value: Value): void {
  if (value instanceof Undefined) {
    if (!(value instanceof LenientUndefined)) value.fail()
  } else if (Array.isArray(value)) value.forEach(failOnUndefined)
  else if (value instanceof Tuple) value.items.forEach(failOnUndefined)
  else if (value instanceof Mapping) for (const each of value.values()) failOnUndefined(each)
}

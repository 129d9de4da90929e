// == and hashing: ints, floats and bools compare by value, containers item by item, other types never.

import { PyError } from './py-error.js'
import { typeName } from './repr.js'
import {
  isText,
  Mapping,
  PyBytes,
  PyDate,
  PyDateTime,
  PyFloat,
  PyObject,
  PySet,
  Text,
  Tuple,
  type Value,
} from './values.js'

/** `a is b`, as far as values have identity here: equal small values are one. */
export function isIdentical(a: Value, b: Value): boolean {
  return a === b
}

/** `a == b` */
export function equals(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  if (typeof a === 'number' && typeof b === 'number') return a === b
  return equalsInside(a, b, 0)
}

/** Containers skip the comparison for identical items, as PyObject_RichCompareBool. */
function itemEquals(a: Value, b: Value, depth: number): boolean {
  return a === b || equalsInside(a, b, depth)
}

function equalsInside(a: Value, b: Value, depth: number): boolean {
  if (a instanceof PyObject || b instanceof PyObject) return equalsObject(a, b, depth)
  if (Array.isArray(a)) return Array.isArray(b) && itemsEqual(a, b, depth)
  if (a === null || b === null || Array.isArray(b)) return a === b
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return numeric(a) === numeric(b)
}

const numeric = (value: boolean | number | bigint): number | bigint =>
  typeof value === 'boolean' ? Number(value) : value

function equalsObject(a: Value, b: Value, depth: number): boolean {
  if (a instanceof PyObject && a.equals !== undefined) return a.equals(b)
  if (b instanceof PyObject && b.equals !== undefined) return b.equals(a)
  if (a instanceof Text || b instanceof Text) return isText(a) && isText(b) && textValue(a) === textValue(b)
  if (a instanceof PyFloat) return floatEquals(a.value, b)
  if (b instanceof PyFloat) return floatEquals(b.value, a)
  if (a instanceof Tuple) return b instanceof Tuple && itemsEqual(a.items, b.items, depth)
  if (a instanceof Mapping) return b instanceof Mapping && mappingsEqual(a, b, depth)
  if (a instanceof PySet) return b instanceof PySet && setsEqual(a, b)
  if (a instanceof PyBytes) return b instanceof PyBytes && Buffer.compare(a.value, b.value) === 0
  if (a instanceof PyDate || a instanceof PyDateTime)
    return b instanceof a.constructor && a.key() === (b as PyObject).key()
  return a === b
}

const textValue = (value: string | Text): string => (typeof value === 'string' ? value : value.value)

function floatEquals(float: number, other: Value): boolean {
  if (other instanceof PyFloat) return float === other.value
  if (typeof other === 'number') return float === other
  if (typeof other === 'boolean') return float === Number(other)
  return typeof other === 'bigint' && Number.isInteger(float) && BigInt(float) === other
}

function checkDepth(depth: number): number {
  if (depth > 900) throw new PyError('RecursionError', 'maximum recursion depth exceeded in comparison')
  return depth + 1
}

function itemsEqual(a: readonly Value[], b: readonly Value[], depth: number): boolean {
  if (a.length !== b.length) return false
  const inner = checkDepth(depth)
  for (let index = 0; index < a.length; index++)
    if (!itemEquals(a[index] as Value, b[index] as Value, inner)) return false
  return true
}

function mappingsEqual(a: Mapping, b: Mapping, depth: number): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  const inner = checkDepth(depth)
  for (const [key, value] of a.entries()) {
    const other = b.get(key)
    if (other === undefined || !itemEquals(value, other, inner)) return false
  }
  return true
}

function setsEqual(a: PySet, b: PySet): boolean {
  if (a.size !== b.size) return false
  for (const item of a.iterate()) if (!b.contains(item)) return false
  return true
}

/** Index of the first item where two sequences differ; the shorter length when none does. */
export function firstDifference(a: readonly Value[], b: readonly Value[]): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) if (!itemEquals(a[index] as Value, b[index] as Value, 1)) return index
  return shared
}

/** `item is x or item == x`, as list.__contains__ and list.index look for it. */
export function sameItem(a: Value, b: Value): boolean {
  return a === b || equals(a, b)
}

export function isHashable(value: Value): boolean {
  return unhashablePart(value) === undefined
}

/** The value itself; TypeError "unhashable type: 'list'" when it cannot be a dict key or set item. */
export function requireHashable(value: Value): Value {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (value instanceof Tuple) value.items.forEach(requireHashable)
  const part = unhashablePart(value)
  if (part !== undefined) throw new PyError('TypeError', `unhashable type: '${typeName(part)}'`)
  if (value instanceof PyObject) value.unary?.('hash')
  return value
}

function unhashablePart(value: Value): Value | undefined {
  if (Array.isArray(value) || value instanceof Mapping) return value
  if (value instanceof PySet) return value.typeName === 'set' ? value : undefined
  if (value instanceof PyObject && (value.typeName === 'dict_keys' || value.typeName === 'dict_items')) return value
  if (value instanceof Tuple)
    for (const item of value.items) {
      const part = unhashablePart(item)
      if (part !== undefined) return part
    }
  return undefined
}

// truth, len, iteration and membership: what `if x`, `len(x)`, `for … in x` and `x in y` do.

import { requireHashable, sameItem } from './equality.js'
import { intOf } from './numbers.js'
import { PyError } from './py-error.js'
import { typeName } from './repr.js'
import { notIterable } from './sequences.js'
import { codePoints, hasSurrogates, rewrapText, textLength } from './text.js'
import { isText, Mapping, Markup, PyBytes, PyObject, PySet, Text, Tuple, textOf, type Value } from './values.js'

export function truth(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return value !== ''
    case 'number':
      return value !== 0
    case 'bigint':
      return true
    default:
      if (value === null) return false
      if (Array.isArray(value)) return value.length > 0
      if (value.truth !== undefined) return value.truth()
      return value.length === undefined || value.length() > 0
  }
}

/** len(value); TypeError "object of type 'int' has no len()". */
export function len(value: Value): number {
  if (typeof value === 'string') return textLength(value)
  if (Array.isArray(value)) return value.length
  if (value instanceof PyObject) {
    if (value.length !== undefined) return value.length()
    if (value instanceof Text) return textLength(value.value)
  }
  throw new PyError('TypeError', `object of type '${typeName(value)}' has no len()`)
}

/** What `for item in value` walks; TypeError "'int' object is not iterable". */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return hasSurrogates(value) ? value : codePoints(value)
  if (value instanceof PyObject) {
    if (value.iterate !== undefined) return value.iterate()
    // Markup defines no __iter__, so its characters are plain.
    if (value instanceof Markup) return codePoints(value.value)
    if (value instanceof Text) return codePoints(value.value).map(character => rewrapText(value, character))
    if (value instanceof PyBytes) return value.value
  }
  throw notIterable(value)
}

/** Whether `for … in value` works. */
export function isIterable(value: Value): boolean {
  if (Array.isArray(value) || isText(value)) return true
  return value instanceof PyBytes || (value instanceof PyObject && value.iterate !== undefined)
}

/** list(value): always a new list. */
export function listOf(value: Value): Value[] {
  return Array.from(iterate(value))
}

/** `item in container` */
export function contains(container: Value, item: Value): boolean {
  if (Array.isArray(container)) return container.some(candidate => sameItem(candidate, item))
  if (isText(container)) return textContains(textOf(container), item)
  if (container instanceof Tuple) return container.items.some(candidate => sameItem(candidate, item))
  if (container instanceof Mapping || container instanceof PySet) {
    requireHashable(item)
    return container.contains(item)
  }
  if (container instanceof PyBytes) return bytesContain(container.value, item)
  if (container instanceof PyObject) {
    if (container.contains !== undefined) return container.contains(item)
    if (container.iterate !== undefined) {
      for (const candidate of container.iterate()) if (sameItem(candidate, item)) return true
      return false
    }
  }
  throw new PyError('TypeError', `argument of type '${typeName(container)}' is not iterable`)
}

function textContains(text: string, item: Value): boolean {
  if (isText(item)) return text.includes(textOf(item))
  throw new PyError('TypeError', `'in <string>' requires string as left operand, not ${typeName(item)}`)
}

function bytesContain(bytes: Uint8Array, item: Value): boolean {
  const byte = intOf(item)
  if (byte !== undefined) {
    if (byte < 0 || byte > 255) throw new PyError('ValueError', 'byte must be in range(0, 256)')
    return bytes.includes(Number(byte))
  }
  if (item instanceof PyBytes) return Buffer.from(bytes).includes(Buffer.from(item.value))
  throw new PyError('TypeError', `a bytes-like object is required, not '${typeName(item)}'`)
}

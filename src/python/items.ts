// Subscription: x[0], x['key'], x[1:2]. Two voices: getItem answers undefined where Python raises (as templates
// want it), requireItem raises with CPython's words.

import { requireHashable } from './equality.js'
import { PyError } from './py-error.js'
import { repr, typeName } from './repr.js'
import { PyRange, PySlice, pick, sliceIndices } from './sequences.js'
import { characterAt, codePoints, hasSurrogates, rewrapText } from './text.js'
import { Dict, isText, Mapping, PyBytes, PyObject, Text, Tuple, textOf, UnsafeBytes, type Value } from './values.js'

/** `value[key]`, or undefined where Python raises a LookupError or TypeError. */
export function getItem(value: Value, key: Value): Value | undefined {
  if (key instanceof PyObject) key.unary?.('hash') // an undefined value as key says so itself
  if (value instanceof Mapping) return value.get(key)
  if (key instanceof PySlice) return isSliceable(value) ? getSlice(value, key.start, key.stop, key.step) : undefined
  if (value instanceof PyObject && value.item !== undefined) return value.item(key)
  const index = typeof key === 'number' ? key : typeof key === 'boolean' ? Number(key) : undefined
  return index === undefined ? undefined : itemAt(value, index)
}

function itemAt(value: Value, index: number): Value | undefined {
  if (Array.isArray(value)) return value[index < 0 ? index + value.length : index]
  if (typeof value === 'string') return characterAt(value, index)
  if (value instanceof Tuple) return value.items[index < 0 ? index + value.items.length : index]
  if (value instanceof Text) {
    const character = characterAt(value.value, index)
    return character === undefined ? undefined : rewrapText(value, character)
  }
  if (value instanceof PyBytes) return value.value[index < 0 ? index + value.value.length : index]
  return value instanceof PyRange ? value.at(index) : undefined
}

/** `value[key]`, raising KeyError, IndexError or TypeError as Python does. */
export function requireItem(value: Value, key: Value): Value {
  if (value instanceof Mapping) requireHashable(key)
  if (key instanceof PySlice && isSliceable(value)) return getSlice(value, key.start, key.stop, key.step)
  const item = getItem(value, key)
  if (item !== undefined) return item
  throw itemError(value, key)
}

const SEQUENCE_NAMES: Record<string, string> = { list: 'list', tuple: 'tuple', range: 'range object', bytes: 'byte' }

function itemError(value: Value, key: Value): PyError {
  if (value instanceof Mapping) return new PyError('KeyError', repr(key))
  const type = typeName(value)
  const isSized = isText(value) || value instanceof PyBytes || (SEQUENCE_NAMES[type] !== undefined && type !== 'range')
  if (typeof key === 'bigint' && isSized && BigInt.asIntN(64, key) !== key)
    return new PyError('IndexError', "cannot fit 'int' into an index-sized integer")
  const isIndex = typeof key === 'number' || typeof key === 'boolean' || typeof key === 'bigint'
  if (isText(value)) {
    if (isIndex) return new PyError('IndexError', 'string index out of range')
    return new PyError('TypeError', `string indices must be integers, not '${typeName(key)}'`)
  }
  const name = value instanceof PyBytes ? 'byte' : SEQUENCE_NAMES[type]
  if (name === undefined) return new PyError('TypeError', `'${type}' object is not subscriptable`)
  if (isIndex) return new PyError('IndexError', name === 'byte' ? 'index out of range' : `${name} index out of range`)
  const subject = type === 'range' ? 'range' : name
  return new PyError('TypeError', `${subject} indices must be integers or slices, not ${typeName(key)}`)
}

/** `value[key] = item` of a list or dict. */
export function setItem(value: Value, key: Value, item: Value): void {
  if (value instanceof Dict) {
    value.set(requireHashable(key), item)
    return
  }
  if (!Array.isArray(value))
    throw new PyError('TypeError', `'${typeName(value)}' object does not support item assignment`)
  if (typeof key !== 'number' && typeof key !== 'boolean')
    throw new PyError('TypeError', `list indices must be integers or slices, not ${typeName(key)}`)
  const index = Number(key) < 0 ? Number(key) + value.length : Number(key)
  if (index < 0 || index >= value.length) throw new PyError('IndexError', 'list assignment index out of range')
  value[index] = item
}

function isSliceable(value: Value): boolean {
  if (Array.isArray(value) || isText(value)) return true
  return value instanceof Tuple || value instanceof PyBytes || value instanceof PyRange
}

/** `value[start:stop:step]`; null for what is left out. */
export function getSlice(value: Value, start: Value, stop: Value, step: Value): Value {
  if (Array.isArray(value)) return pick(value, sliceIndices(value.length, start, stop, step))
  if (value instanceof Tuple) return new Tuple(pick(value.items, sliceIndices(value.items.length, start, stop, step)))
  if (isText(value)) return rewrapText(value, sliceOfText(textOf(value), start, stop, step))
  if (value instanceof PyBytes) {
    const bytes = Uint8Array.from(pick(Array.from(value.value), sliceIndices(value.value.length, start, stop, step)))
    return value instanceof UnsafeBytes ? new UnsafeBytes(bytes) : new PyBytes(bytes)
  }
  if (value instanceof PyRange) return value.slice(start, stop, step)
  if (value instanceof Mapping) throw new PyError('TypeError', "unhashable type: 'slice'")
  if (value instanceof PyObject) {
    const item = value.item?.(new PySlice(start, stop, step))
    if (item !== undefined) return item
  }
  throw new PyError('TypeError', `'${typeName(value)}' object is not subscriptable`)
}

function sliceOfText(text: string, start: Value, stop: Value, step: Value): string {
  if (hasSurrogates(text)) {
    const points = codePoints(text)
    return pick(points, sliceIndices(points.length, start, stop, step)).join('')
  }
  const indices = sliceIndices(text.length, start, stop, step)
  if (indices.step === 1) return text.slice(indices.start, indices.start + indices.count)
  return pick(text.split(''), indices).join('')
}

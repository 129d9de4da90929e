// str() and repr() of every value, character for character as CPython prints them.

import { dateTimeRepr, isoFormat } from './datetime.js'
import { PyError } from './py-error.js'
import { isPrintableText } from './text-classes.js'
import {
  Mapping,
  Markup,
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

/** `type(value).__name__` */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'number':
    case 'bigint':
      return 'int'
    case 'boolean':
      return 'bool'
    default:
      if (value === null) return 'NoneType'
      return Array.isArray(value) ? 'list' : value.typeName
  }
}

/** The type's name as CPython's error messages give it (datetime.datetime, not datetime). */
export function typeLabel(value: Value): string {
  const name = typeName(value)
  return name === 'datetime' || name === 'date' || name === 'timedelta' || name === 'time' ? `datetime.${name}` : name
}

export function str(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (value instanceof PyObject) {
    if (value.str !== undefined) return value.str()
    if (value instanceof PyDateTime || value instanceof PyDate) return isoFormat(value, ' ')
  }
  return repr(value)
}

export function repr(value: Value): string {
  return reprInside(value, [])
}

function reprInside(value: Value, ancestors: Value[]): string {
  switch (typeof value) {
    case 'string':
      return reprText(value)
    case 'number':
      return String(value)
    case 'bigint':
      return bigIntText(value)
    case 'boolean':
      return value ? 'True' : 'False'
    default:
      if (value === null) return 'None'
      if (value instanceof Text)
        return value instanceof Markup ? `Markup(${reprText(value.value)})` : reprText(value.value)
      if (value instanceof PyFloat) return floatRepr(value.value)
      return reprContainer(value, ancestors)
  }
}

function reprContainer(value: PyObject | Value[], ancestors: Value[]): string {
  if (!Array.isArray(value)) {
    if (value.repr !== undefined) return value.repr()
    if (value instanceof PyBytes) return reprBytes(value.value)
    if (value instanceof PyDate || value instanceof PyDateTime) return dateTimeRepr(value)
  }
  const open = ancestors.includes(value)
  ancestors.push(value)
  const text = open ? reprCycle(value) : reprItems(value, ancestors)
  ancestors.pop()
  return text
}

function reprCycle(value: PyObject | Value[]): string {
  if (Array.isArray(value)) return '[...]'
  if (value instanceof Tuple) return '(...)'
  return value instanceof PySet ? `${value.typeName}(...)` : '{...}'
}

function reprItems(value: PyObject | Value[], ancestors: Value[]): string {
  const inner = (item: Value): string => reprInside(item, ancestors)
  if (ancestors.length > 900)
    throw new PyError('RecursionError', 'maximum recursion depth exceeded while getting the repr of an object')
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`
  if (value instanceof Tuple)
    return value.items.length === 1 ? `(${inner(value.items[0] as Value)},)` : `(${value.items.map(inner).join(', ')})`
  if (value instanceof Mapping) {
    const parts: string[] = []
    for (const [key, item] of value.entries()) parts.push(`${inner(key)}: ${inner(item)}`)
    return `{${parts.join(', ')}}`
  }
  if (value instanceof PySet) return reprSet(value, inner)
  return `<${value.typeName} object at 0x0>`
}

function reprSet(value: PySet, inner: (item: Value) => string): string {
  if (value.size === 0) return `${value.typeName}()`
  const items = Array.from(value.iterate(), inner).join(', ')
  return value.typeName === 'set' ? `{${items}}` : `${value.typeName}({${items}})`
}

const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/

/** repr of a str: quotes and escapes as CPython chooses them. */
export function reprText(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let result = quote
  for (const character of text) result += escapeCharacter(character, quote)
  return result + quote
}

function escapeCharacter(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) as number
  if (code >= 0x20 && code < 0x7f) return character
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  if (code > 0x7f && isPrintableText(character)) return character
  return escapeCodePoint(code)
}

/** `\xNN`, `\uNNNN` or `\UNNNNNNNN`. */
export function escapeCodePoint(code: number): string {
  const hex = code.toString(16)
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

/** ascii(value): repr with everything outside ASCII escaped. */
export function ascii(value: Value): string {
  return repr(value).replace(/[^\x00-\x7f]/gu, character => escapeCodePoint(character.codePointAt(0) as number))
}

function reprBytes(bytes: Uint8Array): string {
  const hasApostrophe = bytes.includes(0x27)
  const quote = hasApostrophe && !bytes.includes(0x22) ? '"' : "'"
  let result = `b${quote}`
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (character === quote || character === '\\') result += `\\${character}`
    else if (character === '\t') result += '\\t'
    else if (character === '\n') result += '\\n'
    else if (character === '\r') result += '\\r'
    else if (byte >= 0x20 && byte < 0x7f) result += character
    else result += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return result + quote
}

/** repr of a float: the shortest digits that read back the same. */
export function floatRepr(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude < 1e16 && magnitude >= 1e-4) {
    const text = String(value)
    return Number.isInteger(value) ? `${text}.0` : text
  }
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (Number.isNaN(value)) return 'nan'
  if (magnitude === Number.POSITIVE_INFINITY) return value > 0 ? 'inf' : '-inf'
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Decimal digits of a big int; ValueError past CPython's limit of 4300. */
export function bigIntText(value: bigint): string {
  const text = value.toString()
  if (text.length > 4300 && text.length - (value < 0n ? 1 : 0) > 4300)
    throw new PyError('ValueError', 'Exceeds the limit (4300 digits) for integer string conversion')
  return text
}

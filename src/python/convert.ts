// Conversions: int(), float(), and between Values and plain JavaScript values.

import { type Int, int, intOf, intToFloat } from './numbers.js'
import { PyError } from './py-error.js'
import { repr, reprText, typeLabel } from './repr.js'
import { truncateFloat } from './rounding.js'
import { Dict, isText, Mapping, PyBytes, PyFloat, PyObject, PySet, Text, Tuple, textOf, type Value } from './values.js'

const ASCII = /^[\x00-\x7f]*$/
const FOREIGN_SPACE = /[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g
const DIGIT_BLOCK = /\p{Nd}/u

/** Decimal digits of any script as ASCII ones (int('٣') is 3). */
function asciiDigits(text: string): string {
  if (ASCII.test(text)) return text
  return Array.from(text, character =>
    DIGIT_BLOCK.test(character) ? String(decimalValue(character)) : character,
  ).join('')
}

/** Digits come in runs of ten, zero first; but runs may touch, so count from the start of the touching runs. */
function decimalValue(character: string): number {
  const code = character.codePointAt(0) as number
  let start = code
  while (DIGIT_BLOCK.test(String.fromCodePoint(start - 1))) start--
  return (code - start) % 10
}

const VALID_DIGITS: Record<number, RegExp> = {}

function digitsOf(base: number): RegExp {
  const known = VALID_DIGITS[base]
  if (known !== undefined) return known
  const letters = base > 10 ? `a-${String.fromCharCode(86 + base)}` : ''
  const digit = `[0-${Math.min(9, base - 1)}${letters}]`
  const made = new RegExp(`^${digit}+(?:_${digit}+)*$`, 'i')
  VALID_DIGITS[base] = made
  return made
}

const PREFIXES: Record<string, number> = { '0b': 2, '0o': 8, '0x': 16 }

/** Without the blanks around a number: C's white space, and what Unicode adds to it beyond ASCII. */
function trimNumber(text: string): string {
  const plain = ASCII.test(text) ? text : text.replace(FOREIGN_SPACE, ' ')
  return plain.replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
}

/** int(text, base) */
function parseInteger(original: string, base: number, shown: string): Int {
  const invalid = (): PyError => new PyError('ValueError', `invalid literal for int() with base ${base}: ${shown}`)
  if ((base !== 0 && base < 2) || base > 36) throw new PyError('ValueError', 'int() base must be >= 2 and <= 36, or 0')
  const match = /^([+-]?)(0[box])?(_?)([\s\S]+)$/i.exec(asciiDigits(trimNumber(original)))
  if (match === null) throw invalid()
  const [, sign, prefix = '', underscore, rest] = match
  const named = PREFIXES[prefix.toLowerCase()]
  const used = named !== undefined && (base === 0 || base === named) ? named : base === 0 ? 10 : base
  const digits = used === named ? (rest as string) : `${prefix}${underscore}${rest}`
  if (!digitsOf(used).test(digits)) throw invalid()
  const plain = digits.replaceAll('_', '')
  if (base === 0 && named === undefined && /^0+[1-9]/.test(plain)) throw invalid()
  if (used === 10 && plain.length > 4300)
    throw new PyError(
      'ValueError',
      `Exceeds the limit (4300 digits) for integer string conversion: value has ${plain.length} digits; use sys.set_int_max_str_digits() to increase the limit`,
    )
  const magnitude = parseDigits(plain, used)
  return sign === '-' ? int(typeof magnitude === 'number' ? -magnitude : -magnitude) : magnitude
}

function parseDigits(digits: string, base: number): Int {
  if (digits.length <= 10) return Number.parseInt(digits, base)
  if (base === 10) return int(BigInt(digits))
  let value = 0n
  const big = BigInt(base)
  for (const digit of digits) value = value * big + BigInt(Number.parseInt(digit, 36))
  return int(value)
}

/** int(value[, base]); ValueError and TypeError as Python. */
export function toInt(value: Value, base?: number): Int {
  if (isText(value)) return parseInteger(textOf(value), base ?? 10, reprText(textOf(value)))
  if (value instanceof PyBytes) return parseInteger(bytesAsText(value), base ?? 10, repr(value))
  if (base !== undefined) throw new PyError('TypeError', "int() can't convert non-string with explicit base")
  const number = intOf(value)
  if (number !== undefined) return number
  if (value instanceof PyFloat) return truncateFloat(value.value)
  const converted = value instanceof PyObject ? value.unary?.('int') : undefined
  if (converted !== undefined) return intOf(converted) ?? 0
  throw new PyError(
    'TypeError',
    `int() argument must be a string, a bytes-like object or a real number, not '${typeLabel(value)}'`,
  )
}

const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*)?\.?(?:\d+(?:_\d+)*)?(?:e[+-]?\d+(?:_\d+)*)?)$/i
const SPECIAL_FLOAT = /^([+-]?)(inf|infinity|nan)$/i

/** float(value); ValueError and TypeError as Python. */
export function toFloat(value: Value): number {
  if (isText(value)) return parseFloatText(textOf(value), reprText(textOf(value)))
  if (value instanceof PyFloat) return value.value
  const number = intOf(value)
  if (number !== undefined) return intToFloat(number)
  if (value instanceof PyBytes) return parseFloatText(bytesAsText(value), repr(value))
  const converted = value instanceof PyObject ? value.unary?.('float') : undefined
  if (converted instanceof PyFloat) return converted.value
  throw new PyError('TypeError', `float() argument must be a string or a real number, not '${typeLabel(value)}'`)
}

/** Bytes beyond ASCII are no part of a number, whatever characters they are in some encoding. */
function bytesAsText(value: PyBytes): string {
  return Buffer.from(value.value)
    .toString('latin1')
    .replace(/[\x80-\xff]/g, '?')
}

function parseFloatText(original: string, shown: string): number {
  const text = asciiDigits(trimNumber(original))
  const special = SPECIAL_FLOAT.exec(text)
  if (special !== null) {
    const magnitude = special[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY
    return special[1] === '-' ? -magnitude : magnitude
  }
  if (!FLOAT.test(text) || !/\d/.test(text.split(/e/i)[0] as string))
    throw new PyError('ValueError', `could not convert string to float: ${shown}`)
  return Number(text.replaceAll('_', ''))
}

/**
 * Plain JavaScript data as a Value: integral numbers become int, others float, undefined entries are left out.
 * Values inside are taken as they are. TypeError for functions and other foreign objects.
 */
export function fromJs(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isInteger(value) ? int(value) : new PyFloat(value)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return int(value)
  if (value instanceof PyObject) return value
  if (Array.isArray(value)) return value.map(fromJs)
  if (value instanceof Uint8Array) return new PyBytes(value)
  if (value instanceof Map) return new Dict(Array.from(value, ([key, item]) => [fromJs(key), fromJs(item)] as const))
  if (value instanceof Set) return new PySet(Array.from(value, fromJs))
  if (typeof value !== 'object') throw new TypeError(`Expected plain data, got a ${typeof value}`)
  const dict = new Dict()
  for (const [key, item] of Object.entries(value)) if (item !== undefined) dict.set(key, fromJs(item))
  return dict
}

/** A Value as plain JavaScript data: dict to object, float to number, set and tuple to array, bytes to latin-1. */
export function toJs(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(toJs)
  if (value instanceof Text) return value.value
  if (value instanceof PyFloat) return value.value
  if (value instanceof Tuple) return value.items.map(toJs)
  if (value instanceof PySet) return Array.from(value.iterate(), toJs)
  if (value instanceof PyBytes) return Buffer.from(value.value).toString('latin1')
  if (value instanceof Mapping) return objectOf(value)
  return value.str?.() ?? value.repr?.() ?? `<${value.typeName}>`
}

function objectOf(mapping: Mapping): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [key, item] of mapping.entries()) {
    const name = String(toJs(key))
    if (name !== '__proto__') object[name] = toJs(item)
    // A key like any other, not the object's prototype.
    else
      Object.defineProperty(object, name, { value: toJs(item), enumerable: true, writable: true, configurable: true })
  }
  return object
}

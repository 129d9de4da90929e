// Attributes of int, bool, float and bytes.

import { type Method, type MethodTable, named, noArguments, oneArgument, positional } from './callable.js'
import { decodeBytes } from './codecs.js'
import { iterate } from './containers.js'
import { decompose } from './float-digits.js'
import { bitLength, type Int, int } from './numbers.js'
import { PyError } from './py-error.js'
import { typeName } from './repr.js'
import { truncateFloat } from './rounding.js'
import { isText, PyBytes, PyFloat, Tuple, textOf, UnsafeBytes, UnsafeText, type Value } from './values.js'

export const INT_METHODS: MethodTable<Int> = new Map<string, Method<Int>>([
  ['bit_length', noArguments(self => bitLength(BigInt(self)))],
  ['bit_count', noArguments(self => (self < 0 ? -BigInt(self) : BigInt(self)).toString(2).replaceAll('0', '').length)],
  ['conjugate', noArguments(self => self)],
  ['as_integer_ratio', noArguments(self => new Tuple([self, 1]))],
  ['to_bytes', named(['length', 'byteorder'], 0, toBytes)],
])

function toBytes(self: Int, length: Value | undefined, order: Value | undefined): Value {
  const size = typeof length === 'number' ? length : 1
  if (self < 0) throw new PyError('OverflowError', "can't convert negative int to unsigned")
  const hex = self.toString(16)
  if (hex.length > size * 2 && self !== 0) throw new PyError('OverflowError', 'int too big to convert')
  const bytes = Buffer.from(hex.padStart(size * 2, '0').slice(-size * 2), 'hex')
  return new PyBytes(order !== undefined && isText(order) && textOf(order) === 'little' ? bytes.reverse() : bytes)
}

/** Data attributes of ints. */
export function intField(value: Int, name: string): Value | undefined {
  if (name === 'real' || name === 'numerator') return value
  if (name === 'imag') return 0
  return name === 'denominator' ? 1 : undefined
}

export const FLOAT_METHODS: MethodTable<PyFloat> = new Map<string, Method<PyFloat>>([
  ['is_integer', noArguments(self => Number.isInteger(self.value))],
  ['conjugate', noArguments(self => self)],
  ['hex', noArguments(self => floatHex(self.value))],
  ['as_integer_ratio', noArguments(integerRatio)],
])

function integerRatio(self: PyFloat): Value {
  truncateFloat(self.value) // refuses NaN and infinities
  const { mantissa, exponent } = decompose(self.value)
  let numerator = self.value < 0 ? -mantissa : mantissa
  let denominator = 1n
  if (exponent >= 0) numerator <<= BigInt(exponent)
  else denominator <<= BigInt(-exponent)
  while (numerator !== 0n && (numerator & 1n) === 0n && denominator > 1n) {
    numerator >>= 1n
    denominator >>= 1n
  }
  return new Tuple([int(numerator), numerator === 0n ? 1 : int(denominator)])
}

function floatHex(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (value === 0) return `${sign}0x0.0p+0`
  const { mantissa, exponent } = decompose(value)
  const normal = mantissa >> 52n
  const power = exponent + 52
  const fraction = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0')
  return `${sign}0x${normal}.${fraction}p${power < 0 ? '-' : '+'}${Math.abs(power)}`
}

/** Data attributes of floats. */
export function floatField(value: PyFloat, name: string): Value | undefined {
  if (name === 'real') return value
  return name === 'imag' ? new PyFloat(0) : undefined
}

function bytesOf(value: Value): Buffer {
  if (value instanceof PyBytes) return Buffer.from(value.value)
  throw new PyError('TypeError', `a bytes-like object is required, not '${typeName(value)}'`)
}

const like = (self: PyBytes, bytes: Uint8Array): PyBytes =>
  self instanceof UnsafeBytes ? new UnsafeBytes(bytes) : new PyBytes(bytes)

function decode(self: PyBytes, encoding: Value | undefined, errors: Value | undefined): Value {
  const option = (value: Value | undefined, fallback: string): string =>
    value !== undefined && isText(value) ? textOf(value) : fallback
  const text = decodeBytes(self.value, option(encoding, 'utf-8'), option(errors, 'strict'))
  return self instanceof UnsafeBytes ? new UnsafeText(text) : text
}

/** A method that works on the bytes as latin-1 text, where ASCII rules hold. */
const asText = (change: (text: string) => string): Method<PyBytes> =>
  noArguments(self => like(self, Buffer.from(change(Buffer.from(self.value).toString('latin1')), 'latin1')))

const ascii = (text: string, change: 'toUpperCase' | 'toLowerCase'): string =>
  text.replace(/[a-zA-Z]+/g, letters => letters[change]())

export const BYTES_METHODS: MethodTable<PyBytes> = new Map<string, Method<PyBytes>>([
  ['decode', named(['encoding', 'errors'], 0, decode)],
  ['hex', positional(0, 0, self => Buffer.from(self.value).toString('hex'))],
  ['upper', asText(text => ascii(text, 'toUpperCase'))],
  ['lower', asText(text => ascii(text, 'toLowerCase'))],
  ['strip', asText(text => text.replace(/^[ \t-\r]+|[ \t-\r]+$/g, ''))],
  ['find', oneArgument((self, wanted) => Buffer.from(self.value).indexOf(bytesOf(wanted)))],
  [
    'count',
    oneArgument(
      (self, wanted) => Buffer.from(self.value).toString('latin1').split(bytesOf(wanted).toString('latin1')).length - 1,
    ),
  ],
  [
    'startswith',
    oneArgument((self, wanted) => Buffer.from(self.value).subarray(0, bytesOf(wanted).length).equals(bytesOf(wanted))),
  ],
  [
    'endswith',
    oneArgument((self, wanted) =>
      Buffer.from(self.value).toString('latin1').endsWith(bytesOf(wanted).toString('latin1')),
    ),
  ],
  [
    'split',
    positional(0, 1, (self, [separator]) => {
      const text = Buffer.from(self.value).toString('latin1')
      const by = separator === undefined || separator === null ? null : bytesOf(separator).toString('latin1')
      if (by === '') throw new PyError('ValueError', 'empty separator')
      const parts = by === null ? (text.match(/[^ \t-\r]+/g) ?? []) : text.split(by)
      return parts.map(part => like(self, Buffer.from(part, 'latin1')))
    }),
  ],
  [
    'replace',
    positional(2, 2, (self, [old, replacement]) => {
      const [from, to] = [bytesOf(old as Value).toString('latin1'), bytesOf(replacement as Value).toString('latin1')]
      return like(self, Buffer.from(Buffer.from(self.value).toString('latin1').split(from).join(to), 'latin1'))
    }),
  ],
  [
    'join',
    oneArgument((self, items) =>
      like(self, Buffer.concat(interleave(Array.from(iterate(items), bytesOf), self.value))),
    ),
  ],
])

function interleave(parts: readonly Uint8Array[], separator: Uint8Array): Uint8Array[] {
  return parts.flatMap((part, at) => (at === 0 ? [part] : [separator, part]))
}

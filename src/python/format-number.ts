// Numbers as text for format() and % formatting: the e, f, g and % presentations and the integer bases.
// Follows CPython's formatter_unicode.c and pystrtod.c.

import { fixedDigits, significantDigits } from './float-digits.js'
import { bigIntText, floatRepr } from './repr.js'

export type FloatPresentation = 'e' | 'f' | 'g' | '%' | 'r'

export interface FloatFormat {
  readonly presentation: FloatPresentation
  readonly precision: number
  /** `#`: keep the point and trailing zeros. */
  readonly alternate?: boolean
  /** format() without a type: `g`, but a whole number shows `.0`. */
  readonly addDotZero?: boolean
}

/** |value| as text; the caller adds the sign. NaN and infinities are `nan` and `inf`. */
export function floatDigits(value: number, format: FloatFormat): string {
  const suffix = format.presentation === '%' ? '%' : ''
  if (Number.isNaN(value)) return `nan${suffix}`
  if (!Number.isFinite(value)) return `inf${suffix}`
  const magnitude = Math.abs(value)
  switch (format.presentation) {
    case 'r': {
      const text = floatRepr(magnitude)
      if (format.alternate === true && !text.includes('.')) return text.replace('e', '.e')
      return format.addDotZero !== true && text.endsWith('.0') ? text.slice(0, -2) : text
    }
    case 'f':
      return withPoint(fixedDigits(magnitude, format.precision), format)
    case '%': {
      const percent = magnitude * 100
      return Number.isFinite(percent) ? `${withPoint(fixedDigits(percent, format.precision), format)}%` : 'inf%'
    }
    case 'e':
      return exponentialDigits(magnitude, format)
    case 'g':
      return generalDigits(magnitude, format)
  }
}

function withPoint(text: string, format: FloatFormat): string {
  return format.alternate === true && !text.includes('.') ? `${text}.` : text
}

function exponentialDigits(value: number, format: FloatFormat): string {
  const { digits, exponent } = significantDigits(value, format.precision + 1)
  return mantissaText(digits, format) + exponentText(exponent)
}

function mantissaText(digits: string, format: FloatFormat): string {
  return digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : withPoint(digits, format)
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function generalDigits(value: number, format: FloatFormat): string {
  const precision = format.precision === 0 ? 1 : format.precision
  const { digits, exponent } = significantDigits(value, precision)
  const kept = format.alternate === true ? digits : digits.replace(/0+$/, '') || '0'
  const limit = format.addDotZero === true ? precision - 1 : precision
  if (exponent < -4 || exponent >= limit) return mantissaText(kept, format) + exponentText(exponent)
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${kept}`
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = kept.slice(exponent + 1)
  if (fraction !== '') return `${whole}.${fraction}`
  return format.addDotZero === true ? `${whole}.0` : withPoint(whole, format)
}

/** Digits of |value| in base 2, 8, 10 or 16. */
export function intDigits(value: number | bigint, base: 2 | 8 | 10 | 16): string {
  const magnitude = value < 0 ? -value : value
  return base === 10 && typeof magnitude === 'bigint' ? bigIntText(magnitude) : magnitude.toString(base)
}

/** Separators every `size` digits, padded with zeros to `width` characters at least. */
export function groupDigits(digits: string, separator: string, size: number, width: number): string {
  let padded = digits
  const lengthOf = (count: number): number => count + Math.floor((count - 1) / size) * separator.length
  while (lengthOf(padded.length) < width) padded = `0${padded}`
  const groups: string[] = []
  for (let end = padded.length; end > 0; end -= size) groups.unshift(padded.slice(Math.max(0, end - size), end))
  return groups.join(separator)
}

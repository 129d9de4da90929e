// format(value, spec): Python's format specification mini-language for int, float, bool, str and dates.

import { floatDigits, groupDigits, intDigits } from './format-number.js'
import { type Int, intOf, intToFloat } from './numbers.js'
import { PyError } from './py-error.js'
import { str, typeName } from './repr.js'
import { formatDate } from './strftime.js'
import { textLength } from './text.js'
import { isText, PyDate, PyDateTime, PyFloat, PyObject, textOf, type Value } from './values.js'

interface Spec {
  readonly fill: string
  readonly align: '<' | '>' | '=' | '^' | undefined
  readonly sign: '+' | '-' | ' ' | undefined
  readonly noNegativeZero: boolean
  readonly alternate: boolean
  readonly zero: boolean
  readonly width: number
  readonly grouping: ',' | '_' | undefined
  readonly precision: number | undefined
  readonly type: string
}

const SPEC = /^(?:(?:([\s\S])?([<>=^]))?)([+\- ]?)(z?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([\s\S]?)$/u
const SPEC_FILLED = /^(?:([\s\S])([<>=^]))([+\- ]?)(z?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([\s\S]?)$/u

function parseSpec(text: string, owner: string): Spec {
  const match = SPEC_FILLED.exec(text) ?? SPEC.exec(text)
  if (match === null) throw specError(text, owner)
  const [, fill, align, sign, z, alternate, zero, width, grouping, precision, type] = match
  if (Number(width) > 2 ** 31 || Number(precision) > 2 ** 31)
    throw new PyError('ValueError', 'Too many decimal digits in format string')
  return {
    fill: fill ?? (zero === '0' ? '0' : ' '),
    align: (align as Spec['align']) ?? (zero === '0' && owner !== 'str' ? '=' : undefined),
    sign: (sign || undefined) as Spec['sign'],
    noNegativeZero: z === 'z',
    alternate: alternate === '#',
    zero: zero === '0',
    width: width === '' ? -1 : Number(width),
    grouping: (grouping || undefined) as Spec['grouping'],
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  }
}

function specError(text: string, owner: string): PyError {
  if (/\.(?!\d)/.test(text)) return new PyError('ValueError', 'Format specifier missing precision')
  if (/,_|_,|,,|__/.test(text)) {
    const pair = /,_|_,/.test(text)
      ? "both ',' and '_'"
      : `'${text.includes(',,') ? ',' : '_'}' with '${text.includes(',,') ? ',' : '_'}'`
    return new PyError('ValueError', `Cannot specify ${pair}.`)
  }
  return new PyError('ValueError', `Invalid format specifier '${text}' for object of type '${owner}'`)
}

/** format(value, spec) */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return str(value)
  if (isText(value)) return formatString(textOf(value), spec)
  const integer = intOf(value)
  if (integer !== undefined) return formatInt(integer, spec)
  if (value instanceof PyFloat) return formatFloat(value.value, parseSpec(spec, 'float'))
  if (value instanceof PyDate || value instanceof PyDateTime) return formatDate(value, spec)
  if (value instanceof PyObject) value.str?.() // an undefined value says so itself
  throw new PyError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`)
}

function unknownCode(type: string, owner: string): PyError {
  const shown = type > '\x20' && type < '\x80' ? type : `\\x${(type.codePointAt(0) as number).toString(16)}`
  return new PyError('ValueError', `Unknown format code '${shown}' for object of type '${owner}'`)
}

function formatString(text: string, specText: string): string {
  const spec = parseSpec(specText, 'str')
  if (spec.type !== '' && spec.type !== 's') throw unknownCode(spec.type, 'str')
  if (spec.grouping !== undefined) throw new PyError('ValueError', `Cannot specify '${spec.grouping}' with 's'.`)
  const refuse = (what: string): PyError => new PyError('ValueError', `${what} not allowed in string format specifier`)
  if (spec.sign !== undefined) throw refuse(spec.sign === ' ' ? 'Space' : 'Sign')
  if (spec.noNegativeZero) throw refuse('Negative zero coercion (z)')
  if (spec.alternate) throw refuse('Alternate form (#)')
  if (spec.align === '=') throw refuse("'=' alignment")
  const kept = spec.precision === undefined ? text : Array.from(text).slice(0, spec.precision).join('')
  return pad('', kept, spec, '<')
}

/** Fills up to the width: `prefix` is sign and base, before which '=' does not pad. */
function pad(prefix: string, body: string, spec: Spec, defaultAlign: '<' | '>'): string {
  const missing = spec.width - textLength(prefix) - textLength(body)
  if (missing <= 0) return prefix + body
  const align = spec.align ?? defaultAlign
  if (align === '<') return prefix + body + spec.fill.repeat(missing)
  if (align === '>') return spec.fill.repeat(missing) + prefix + body
  if (align === '=') return prefix + spec.fill.repeat(missing) + body
  const left = Math.floor(missing / 2)
  return spec.fill.repeat(left) + prefix + body + spec.fill.repeat(missing - left)
}

function signOf(negative: boolean, spec: Spec): string {
  if (negative) return '-'
  return spec.sign === '+' || spec.sign === ' ' ? spec.sign : ''
}

const BASES: Record<string, { base: 2 | 8 | 10 | 16; prefix: string }> = {
  b: { base: 2, prefix: '0b' },
  o: { base: 8, prefix: '0o' },
  x: { base: 16, prefix: '0x' },
  X: { base: 16, prefix: '0X' },
  d: { base: 10, prefix: '' },
  n: { base: 10, prefix: '' },
}

function formatInt(value: Int, specText: string): string {
  const spec = parseSpec(specText, 'int')
  const type = spec.type === '' ? 'd' : spec.type
  if ('eEfFgG%'.includes(type)) return formatFloat(intToFloat(value), spec)
  if (type === 'c') return formatCharacter(value, spec)
  const kind = BASES[type]
  if (kind === undefined) throw unknownCode(type, 'int')
  if (spec.precision !== undefined) throw new PyError('ValueError', 'Precision not allowed in integer format specifier')
  if (spec.noNegativeZero)
    throw new PyError(
      'ValueError',
      'Negative zero coercion (z) not allowed in format specifier with integer presentation type',
    )
  checkGrouping(spec, type)
  const lower = intDigits(value, kind.base)
  const digits = type === 'X' ? lower.toUpperCase() : lower
  const prefix = signOf(value < 0, spec) + (spec.alternate ? kind.prefix : '')
  return pad(prefix, group(digits, prefix.length, spec, kind.base === 10 ? 3 : 4), spec, '>')
}

function checkGrouping(spec: Spec, type: string): void {
  if (spec.grouping === undefined || 'deEfFgG%'.includes(type)) return
  if (spec.grouping === ',' || !'boxX'.includes(type))
    throw new PyError('ValueError', `Cannot specify '${spec.grouping}' with '${type}'.`)
}

function group(digits: string, prefixLength: number, spec: Spec, size: number, tailLength = 0): string {
  if (spec.grouping === undefined) return digits
  const zeroFilled = spec.fill === '0' && spec.align === '='
  return groupDigits(digits, spec.grouping, size, zeroFilled ? spec.width - prefixLength - tailLength : 0)
}

function formatCharacter(value: Int, spec: Spec): string {
  if (spec.precision !== undefined) throw new PyError('ValueError', 'Precision not allowed in integer format specifier')
  if (spec.sign !== undefined) throw new PyError('ValueError', "Sign not allowed with integer format specifier 'c'")
  if (spec.alternate)
    throw new PyError('ValueError', "Alternate form (#) not allowed with integer format specifier 'c'")
  checkGrouping(spec, 'c')
  if (value < 0 || value > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)')
  return pad('', String.fromCodePoint(Number(value)), spec, '>')
}

function formatFloat(value: number, spec: Spec): string {
  const type = spec.type
  if (type !== '' && !'eEfFgGn%'.includes(type)) throw unknownCode(type, 'float')
  if (type === 'n' && spec.grouping !== undefined)
    throw new PyError('ValueError', `Cannot specify '${spec.grouping}' with 'n'.`)
  const digits = floatDigits(value, {
    presentation: floatPresentation(type, spec.precision),
    precision: spec.precision ?? 6,
    alternate: spec.alternate,
    addDotZero: type === '',
  })
  const rounded = spec.noNegativeZero && /^[0.e+%-]*$/.test(digits)
  const negative = (value < 0 || Object.is(value, -0)) && !rounded
  const shown = type === 'E' || type === 'F' || type === 'G' ? digits.toUpperCase() : digits
  const sign = signOf(negative, spec)
  const [whole, tail] = splitWhole(shown)
  return pad(sign, group(whole, sign.length, spec, 3, tail.length) + tail, spec, '>')
}

function splitWhole(digits: string): [string, string] {
  const whole = /^\d*/.exec(digits)?.[0] ?? ''
  return [whole, digits.slice(whole.length)]
}

function floatPresentation(type: string, precision: number | undefined): 'e' | 'f' | 'g' | '%' | 'r' {
  if (type === '') return precision === undefined ? 'r' : 'g'
  if (type === '%') return '%'
  return type === 'n' ? 'g' : (type.toLowerCase() as 'e' | 'f' | 'g')
}

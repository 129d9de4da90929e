// format(value, spec): Python's format specification mini-language for int, float, bool, str and dates.

import { floatDigits, groupDigits, intDigits } from './format-number.js'
import { type Int, intOf, intToFloat } from './numbers.js'
import { PyError } from './py-error.js'
import { str, typeName } from './repr.js'
import { formatDate } from './strftime.js'
import { textLength } from './text.js'
import { isText, PyDate, PyDateTime, PyFloat, textOf, type Value } from './values.js'

interface Spec {
  readonly fill: string
  readonly align: '<' | '>' | '=' | '^' | undefined
  readonly sign: '+' | '-' | ' ' | undefined
  readonly noNegativeZero: boolean
  readonly alternate: boolean
  readonly width: number
  readonly grouping: ',' | '_' | undefined
  readonly precision: number | undefined
  readonly type: string
}

/** Reads a specification in the order of CPython's parse_internal_render_format_spec. */
class SpecReader {
  readonly #points: readonly string[]
  #at = 0
  constructor(
    private readonly text: string,
    private readonly owner: string,
  ) {
    this.#points = Array.from(text)
  }

  read(): Spec {
    const second = this.#points[1]
    const filled = second !== undefined && isAlign(second)
    let fill = filled ? this.#next() : ' '
    let align = isAlign(this.#points[this.#at]) ? (this.#next() as Spec['align']) : undefined
    const sign = this.#oneOf('+', '-', ' ') as Spec['sign']
    const noNegativeZero = this.#oneOf('z') !== undefined
    const alternate = this.#oneOf('#') !== undefined
    if (!filled && this.#oneOf('0') !== undefined) {
      fill = '0'
      if (align === undefined && this.owner !== 'str') align = '='
    }
    const width = this.#digits() ?? -1
    const grouping = this.#grouping()
    const precision = this.#precision()
    const type = this.#type()
    checkGrouping(grouping, type)
    return { fill, align, sign, noNegativeZero, alternate, width, grouping, precision, type }
  }

  #next(): string {
    return this.#points[this.#at++] ?? ''
  }

  #oneOf(...characters: string[]): string | undefined {
    const character = this.#points[this.#at]
    return character !== undefined && characters.includes(character) ? this.#next() : undefined
  }

  #digits(): number | undefined {
    const start = this.#at
    while (/^[0-9]$/.test(this.#points[this.#at] ?? '')) this.#at++
    if (start === this.#at) return undefined
    const number = Number(this.#points.slice(start, this.#at).join(''))
    if (number > 2 ** 31) throw new PyError('ValueError', 'Too many decimal digits in format string')
    return number
  }

  #grouping(): Spec['grouping'] {
    const comma = this.#oneOf(',')
    const underscore = this.#oneOf('_')
    if (underscore !== undefined && (comma !== undefined || this.#points[this.#at] === ','))
      throw new PyError('ValueError', "Cannot specify both ',' and '_'.")
    return (comma ?? underscore) as Spec['grouping']
  }

  #precision(): number | undefined {
    if (this.#oneOf('.') === undefined) return undefined
    const precision = this.#digits()
    if (precision === undefined) throw new PyError('ValueError', 'Format specifier missing precision')
    return precision
  }

  #type(): string {
    if (this.#points.length - this.#at > 1)
      throw new PyError('ValueError', `Invalid format specifier '${this.text}' for object of type '${this.owner}'`)
    return this.#next()
  }
}

const isAlign = (character: string | undefined): boolean => character !== undefined && '<>=^'.includes(character)

/** Which presentations may have separators. */
function checkGrouping(grouping: Spec['grouping'], type: string): void {
  if (grouping === undefined || type === '' || 'deEfFgG%'.includes(type)) return
  if (grouping === '_' && 'boxX'.includes(type)) return
  throw new PyError('ValueError', `Cannot specify '${grouping}' with '${shownCode(type)}'.`)
}

const shownCode = (type: string): string =>
  type > ' ' && type < '\x80' ? type : `\\x${(type.codePointAt(0) as number).toString(16)}`

const parseSpec = (text: string, owner: string): Spec => new SpecReader(text, owner).read()

/** format(value, spec) */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return str(value)
  if (isText(value)) return formatString(textOf(value), spec)
  const integer = intOf(value)
  if (integer !== undefined) return formatInt(integer, spec, typeof value === 'boolean' ? 'bool' : 'int')
  if (value instanceof PyFloat) return formatFloat(value.value, parseSpec(spec, 'float'))
  if (value instanceof PyDate || value instanceof PyDateTime) return formatDate(value, spec)
  throw new PyError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`)
}

function unknownCode(type: string, owner: string): PyError {
  return new PyError('ValueError', `Unknown format code '${shownCode(type)}' for object of type '${owner}'`)
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

function formatInt(value: Int, specText: string, owner: 'int' | 'bool'): string {
  const spec = parseSpec(specText, owner)
  const type = spec.type === '' ? 'd' : spec.type
  if ('eEfFgG%'.includes(type)) return formatFloat(intToFloat(value), spec)
  if (type === 'c') return formatCharacter(value, spec)
  const kind = BASES[type]
  if (kind === undefined) throw unknownCode(type, owner)
  refuseForInt(spec)
  const lower = intDigits(value, kind.base)
  const digits = type === 'X' ? lower.toUpperCase() : lower
  const prefix = signOf(value < 0, spec) + (spec.alternate ? kind.prefix : '')
  return pad(prefix, group(digits, prefix.length, spec, kind.base === 10 ? 3 : 4), spec, '>')
}

/** What only floats may ask for. */
function refuseForInt(spec: Spec): void {
  if (spec.precision !== undefined) throw new PyError('ValueError', 'Precision not allowed in integer format specifier')
  if (spec.noNegativeZero)
    throw new PyError('ValueError', 'Negative zero coercion (z) not allowed in integer format specifier')
}

function group(digits: string, prefixLength: number, spec: Spec, size: number, tailLength = 0): string {
  if (spec.grouping === undefined || digits === '') return digits
  const zeroFilled = spec.fill === '0' && spec.align === '='
  return groupDigits(digits, spec.grouping, size, zeroFilled ? spec.width - prefixLength - tailLength : 0)
}

function formatCharacter(value: Int, spec: Spec): string {
  refuseForInt(spec)
  if (spec.sign !== undefined) throw new PyError('ValueError', "Sign not allowed with integer format specifier 'c'")
  if (spec.alternate)
    throw new PyError('ValueError', "Alternate form (#) not allowed with integer format specifier 'c'")
  if (value >= 2n ** 63n || value < -(2n ** 63n))
    throw new PyError('OverflowError', 'Python int too large to convert to C long')
  if (value < 0 || value > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)')
  return pad('', String.fromCodePoint(Number(value)), spec, '>')
}

function formatFloat(value: number, spec: Spec): string {
  const type = spec.type
  if (type !== '' && !'eEfFgGn%'.includes(type)) throw unknownCode(type, 'float')
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

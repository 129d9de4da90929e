// `template % argument` of str. Follows CPython's unicode_format: flags, width, precision, mapping keys.

import { floatDigits, intDigits } from './format-number.js'
import { requireItem } from './items.js'
import { type Int, intOf, numberOf } from './numbers.js'
import { PyError } from './py-error.js'
import { ascii, repr, str, typeName } from './repr.js'
import { truncateFloat } from './rounding.js'
import { textLength } from './text.js'
import { isText, PyFloat, PyObject, Text, Tuple, textOf, type Value } from './values.js'

interface Directive {
  readonly flags: ReadonlySet<string>
  readonly width: number
  readonly precision: number | undefined
  readonly type: string
}

/** Whether an argument other than a list, a tuple or text can be subscripted. */
const hasItems = (value: Value): boolean =>
  value instanceof PyObject &&
  !(value instanceof Tuple || value instanceof Text || value.typeName === 'type') &&
  value.item !== undefined

/** Hands out the arguments one by one, or by key. */
class Arguments {
  #next = 0
  #current: Value | undefined
  readonly #list: readonly Value[]
  readonly mapping: Value | undefined
  constructor(argument: Value) {
    this.#list = argument instanceof Tuple ? argument.items : [argument]
    // Whatever can be subscripted counts as a mapping, lists included.
    if (Array.isArray(argument) || hasItems(argument)) this.mapping = argument
  }
  take(): Value {
    if (this.#current !== undefined) {
      const value = this.#current
      this.#current = undefined
      return value
    }
    const value = this.#list[this.#next++]
    if (value === undefined) throw new PyError('TypeError', 'not enough arguments for format string')
    return value
  }
  choose(key: string): void {
    if (this.mapping === undefined) throw new PyError('TypeError', 'format requires a mapping')
    this.#current = requireItem(this.mapping, key)
  }
  finish(): void {
    if (this.#next < this.#list.length && this.mapping === undefined)
      throw new PyError('TypeError', 'not all arguments converted during string formatting')
  }
}

/** `template % argument` */
export function percentFormat(template: string, argument: Value): string {
  const values = new Arguments(argument)
  let result = ''
  let at = 0
  for (;;) {
    const percent = template.indexOf('%', at)
    if (percent < 0) break
    result += template.slice(at, percent)
    if (template[percent + 1] === '%') {
      result += '%'
      at = percent + 2
      continue
    }
    const reader = new DirectiveReader(template, percent + 1)
    const directive = reader.read(values)
    at = reader.at
    result += pad(directive, convert(directive, values.take(), reader.at - 1, template))
  }
  values.finish()
  return result + template.slice(at)
}

class DirectiveReader {
  constructor(
    private readonly template: string,
    public at: number,
  ) {}

  read(values: Arguments): Directive {
    if (this.template[this.at] === '(') values.choose(this.#key())
    const flags = new Set<string>()
    while (this.at < this.template.length && '-+ #0'.includes(this.template[this.at] as string))
      flags.add(this.template[this.at++] as string)
    let width = this.#number(values)
    if (width !== undefined && width < 0) {
      flags.add('-')
      width = -width
    }
    let precision: number | undefined
    if (this.template[this.at] === '.') {
      this.at++
      precision = Math.max(0, this.#number(values) ?? 0)
    }
    if (this.at < this.template.length && 'hlL'.includes(this.template[this.at] as string)) this.at++
    if (this.at >= this.template.length) throw new PyError('ValueError', 'incomplete format')
    const type = String.fromCodePoint(this.template.codePointAt(this.at) as number)
    this.at += type.length
    return { flags, width: width ?? -1, precision, type }
  }

  #key(): string {
    let depth = 1
    const start = ++this.at
    while (this.at < this.template.length && depth > 0) {
      const character = this.template[this.at++]
      if (character === '(') depth++
      else if (character === ')') depth--
    }
    if (depth > 0) throw new PyError('ValueError', 'incomplete format key')
    return this.template.slice(start, this.at - 1)
  }

  #number(values: Arguments): number | undefined {
    if (this.template[this.at] === '*') {
      this.at++
      const value = values.take()
      const number = intOf(value)
      if (number === undefined) throw new PyError('TypeError', '* wants int')
      return Number(number)
    }
    const digits = /^\d+/.exec(this.template.slice(this.at, this.at + 20))?.[0]
    if (digits === undefined) return undefined
    this.at += digits.length
    const number = Number(digits)
    if (number > 2 ** 31) throw new PyError('ValueError', 'width too big')
    return number
  }
}

interface Converted {
  readonly prefix: string
  readonly body: string
  readonly numeric: boolean
}

function convert(directive: Directive, value: Value, index: number, template: string): Converted {
  switch (directive.type) {
    case 's':
      return textual(str(value), directive)
    case 'r':
      return textual(repr(value), directive)
    case 'a':
      return textual(ascii(value), directive)
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return convertInt(directive, value)
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return convertFloat(directive, value)
    case 'c':
      return { prefix: '', body: characterOf(value), numeric: false }
    default: {
      const code = (directive.type.codePointAt(0) as number).toString(16)
      const shown = directive.type > '\x1f' && directive.type < '\x7f' ? directive.type : '?'
      const at = textLength(template.slice(0, index))
      throw new PyError('ValueError', `unsupported format character '${shown}' (0x${code}) at index ${at}`)
    }
  }
}

function textual(text: string, directive: Directive): Converted {
  const body = directive.precision === undefined ? text : Array.from(text).slice(0, directive.precision).join('')
  return { prefix: '', body, numeric: false }
}

function signOf(negative: boolean, flags: ReadonlySet<string>): string {
  if (negative) return '-'
  return flags.has('+') ? '+' : flags.has(' ') ? ' ' : ''
}

function convertInt(directive: Directive, value: Value): Converted {
  const number = integerArgument(directive.type, value)
  const base = directive.type === 'o' ? 8 : directive.type === 'x' || directive.type === 'X' ? 16 : 10
  let digits = intDigits(number, base)
  if (directive.precision !== undefined) digits = digits.padStart(directive.precision, '0')
  if (directive.type === 'X') digits = digits.toUpperCase()
  const basePrefix = directive.flags.has('#') && base !== 10 ? `0${directive.type}` : ''
  return { prefix: signOf(number < 0, directive.flags) + basePrefix, body: digits, numeric: true }
}

function integerArgument(type: string, value: Value): Int {
  const number = intOf(value)
  if (number !== undefined) return number
  const decimal = type === 'd' || type === 'i' || type === 'u'
  if (decimal && value instanceof PyFloat) return truncateFloat(value.value)
  if (value instanceof PyObject) {
    const converted = value.unary?.(decimal ? 'int' : 'index')
    if (converted !== undefined) return intOf(converted) ?? 0
  }
  const wanted = decimal ? 'a real number' : 'an integer'
  throw new PyError('TypeError', `%${type} format: ${wanted} is required, not ${typeName(value)}`)
}

function convertFloat(directive: Directive, value: Value): Converted {
  const converted = value instanceof PyObject && !(value instanceof PyFloat) ? value.unary?.('float') : undefined
  const number = numberOf(converted ?? value)
  if (number === undefined) throw new PyError('TypeError', `must be real number, not ${typeName(value)}`)
  const presentation = directive.type.toLowerCase() as 'e' | 'f' | 'g'
  const alternate = directive.flags.has('#')
  const digits = floatDigits(number, { presentation, precision: directive.precision ?? 6, alternate })
  const shown = directive.type === presentation ? digits : digits.toUpperCase()
  return { prefix: signOf(number < 0 || Object.is(number, -0), directive.flags), body: shown, numeric: true }
}

function characterOf(value: Value): string {
  if (isText(value) && textLength(textOf(value)) === 1) return textOf(value)
  const number = intOf(value)
  if (number === undefined) throw new PyError('TypeError', '%c requires int or char')
  if (number < 0 || number > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)')
  return String.fromCodePoint(Number(number))
}

function pad(directive: Directive, converted: Converted): string {
  const { prefix, body } = converted
  const missing = directive.width - textLength(prefix) - textLength(body)
  if (missing <= 0) return prefix + body
  if (directive.flags.has('-')) return prefix + body + ' '.repeat(missing)
  if (directive.flags.has('0') && converted.numeric) return prefix + '0'.repeat(missing) + body
  return ' '.repeat(missing) + prefix + body
}

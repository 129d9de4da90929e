// json.loads: text to Values, straight into Dicts, with Python's number types and its JSONDecodeError messages.
// JSON.parse would lose 1.0, integers past 2^53, NaN and the error texts.

import { type Int, int } from './numbers.js'
import { PyError } from './py-error.js'
import { textLength } from './text.js'
import { Dict, PyFloat, type Value } from './values.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MAXIMUM_DEPTH = 994

/** json.loads(text) */
export function jsonLoads(text: string): Value {
  if (text.startsWith('\ufeff')) throw decodeError('Unexpected UTF-8 BOM (decode using utf-8-sig)', text, 0)
  const parser = new JsonParser(text)
  const value = parser.document()
  return value
}

function decodeError(message: string, text: string, at: number): PyError {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = textLength(before.slice(before.lastIndexOf('\n') + 1)) + 1
  return new PyError('JSONDecodeError', `${message}: line ${line} column ${column} (char ${textLength(before)})`)
}

class JsonParser {
  #at = 0
  #depth = 0
  constructor(private readonly text: string) {}

  document(): Value {
    this.#skipSpace()
    const value = this.#value()
    this.#skipSpace()
    if (this.#at < this.text.length) throw decodeError('Extra data', this.text, this.#at)
    return value
  }

  #skipSpace(): void {
    const { text } = this
    for (;;) {
      const code = text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #value(): Value {
    const code = this.text.charCodeAt(this.#at)
    switch (code) {
      case QUOTE:
        return this.#string()
      case 0x7b:
        return this.#nested(() => this.#object())
      case 0x5b:
        return this.#nested(() => this.#array())
      case 0x74:
        return this.#word('true', true)
      case 0x66:
        return this.#word('false', false)
      case 0x6e:
        return this.#word('null', null)
      case 0x4e:
        return this.#word('NaN', new PyFloat(Number.NaN))
      case 0x49:
        return this.#word('Infinity', new PyFloat(Number.POSITIVE_INFINITY))
      default:
        return this.#number(code)
    }
  }

  #nested(parse: () => Value): Value {
    if (++this.#depth > MAXIMUM_DEPTH)
      throw new PyError(
        'RecursionError',
        'maximum recursion depth exceeded while decoding a JSON array from a unicode string',
      )
    const value = parse()
    this.#depth--
    return value
  }

  #word(word: string, value: Value): Value {
    if (!this.text.startsWith(word, this.#at)) throw decodeError('Expecting value', this.text, this.#at)
    this.#at += word.length
    return value
  }

  #number(first: number): Value {
    const { text } = this
    const start = this.#at
    if (first === 0x2d && text.startsWith('Infinity', start + 1))
      return this.#word('-Infinity', new PyFloat(Number.NEGATIVE_INFINITY))
    let at = first === 0x2d ? start + 1 : start
    const lead = text.charCodeAt(at)
    if (!(lead >= 0x30 && lead <= 0x39)) throw decodeError('Expecting value', text, start)
    at++
    if (lead !== 0x30) at = skipDigits(text, at)
    const end = this.#fractionEnd(at)
    this.#at = end
    if (end !== at) return new PyFloat(Number(text.slice(start, end)))
    return integer(text.slice(start, at))
  }

  /** Where fraction and exponent end; `at` itself when there are none. */
  #fractionEnd(at: number): number {
    const { text } = this
    let end = at
    if (text.charCodeAt(end) === 0x2e) {
      const digits = skipDigits(text, end + 1)
      if (digits > end + 1) end = digits
    }
    const exponent = text.charCodeAt(end)
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = text.charCodeAt(end + 1)
      const from = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1
      const digits = skipDigits(text, from)
      if (digits > from) end = digits
    }
    return end
  }

  #string(): string {
    const { text } = this
    const start = this.#at + 1
    const close = text.indexOf('"', start)
    if (close < 0) return this.#escapedString(start)
    for (let at = start; at < close; at++) {
      const code = text.charCodeAt(at)
      if (code === BACKSLASH || code < 0x20) return this.#escapedString(start)
    }
    this.#at = close + 1
    return text.slice(start, close)
  }

  #escapedString(start: number): string {
    const { text } = this
    let result = ''
    let from = start
    for (let at = start; ; at++) {
      if (at >= text.length) throw decodeError('Unterminated string starting at', text, start - 1)
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return result + text.slice(from, at)
      }
      if (code < 0x20) throw decodeError('Invalid control character at', text, at)
      if (code !== BACKSLASH) continue
      result += text.slice(from, at)
      const [character, next] = this.#escape(at, start)
      result += character
      from = next
      at = next - 1
    }
  }

  /** The character that the escape at `at` stands for, and where the text goes on. */
  #escape(at: number, start: number): [string, number] {
    const { text } = this
    const letter = text[at + 1]
    if (letter === undefined) throw decodeError('Unterminated string starting at', text, start - 1)
    if (letter !== 'u') {
      const character = ESCAPES[letter]
      if (character === undefined) throw decodeError('Invalid \\escape', text, at)
      return [character, at + 2]
    }
    const hex = text.slice(at + 2, at + 6)
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw decodeError('Invalid \\uXXXX escape', text, at + 1)
    return [String.fromCharCode(Number.parseInt(hex, 16)), at + 6]
  }

  #array(): Value[] {
    const items: Value[] = []
    this.#at++
    this.#skipSpace()
    if (this.text.charCodeAt(this.#at) === 0x5d) {
      this.#at++
      return items
    }
    for (;;) {
      items.push(this.#value())
      this.#skipSpace()
      const code = this.text.charCodeAt(this.#at)
      if (code === 0x5d) break
      if (code !== 0x2c) throw decodeError("Expecting ',' delimiter", this.text, this.#at)
      this.#at++
      this.#skipSpace()
    }
    this.#at++
    return items
  }

  #object(): Dict {
    const { text } = this
    const dict = new Dict()
    this.#at++
    this.#skipSpace()
    if (text.charCodeAt(this.#at) === 0x7d) {
      this.#at++
      return dict
    }
    for (;;) {
      if (text.charCodeAt(this.#at) !== QUOTE)
        throw decodeError('Expecting property name enclosed in double quotes', text, this.#at)
      const key = this.#string()
      this.#skipSpace()
      if (text.charCodeAt(this.#at) !== 0x3a) throw decodeError("Expecting ':' delimiter", text, this.#at)
      this.#at++
      this.#skipSpace()
      dict.set(key, this.#value())
      this.#skipSpace()
      const code = text.charCodeAt(this.#at)
      if (code === 0x7d) break
      if (code !== 0x2c) throw decodeError("Expecting ',' delimiter", text, this.#at)
      this.#at++
      this.#skipSpace()
    }
    this.#at++
    return dict
  }
}

const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function skipDigits(text: string, from: number): number {
  let at = from
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at++
  return at
}

function integer(digits: string): Int {
  if (digits.length <= 15) return Number(digits) + 0
  if (digits.length > 4300 && digits.replace('-', '').length > 4300)
    throw new PyError(
      'ValueError',
      `Exceeds the limit (4300 digits) for integer string conversion: value has ${digits.replace('-', '').length} digits; use sys.set_int_max_str_digits() to increase the limit`,
    )
  return int(BigInt(digits))
}

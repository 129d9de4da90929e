// Number and string literals of Python source.

import { type Int, int } from './numbers.js'
import { PyError } from './py-error.js'
import { PyComplex } from './rare-values.js'
import { PyFloat } from './values.js'

export interface NumberLiteral {
  readonly end: number
  readonly value: Int | PyFloat | PyComplex
}

const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const DIGITS = '[0-9](?:_?[0-9])*'
const INTEGER = /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[1-9](?:_?[0-9])*|0(?:_?0)*/y
const FLOAT_SOURCE = `(?:${DIGITS})?\\.${DIGITS}(?:[eE][+-]?${DIGITS})?|${DIGITS}\\.(?:[eE][+-]?${DIGITS})?|${DIGITS}[eE][+-]?${DIGITS}`
const FLOAT = new RegExp(FLOAT_SOURCE, 'y')
const IMAGINARY = new RegExp(`(?:${FLOAT_SOURCE}|${DIGITS})[jJ]`, 'y')

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** The number that begins at `at`; undefined when what stands there is none. */
export function readNumber(text: string, at: number): NumberLiteral | undefined {
  const imaginary = matchAt(IMAGINARY, text, at)
  if (imaginary !== undefined) {
    const value = new PyComplex(0, Number(imaginary.slice(0, -1).replaceAll('_', '')))
    return finish(text, at + imaginary.length, value)
  }
  const float = matchAt(FLOAT, text, at)
  if (float !== undefined) return finish(text, at + float.length, new PyFloat(Number(float.replaceAll('_', ''))))
  const integer = matchAt(INTEGER, text, at)
  return integer === undefined ? undefined : finish(text, at + integer.length, integerValue(integer))
}

function finish(text: string, end: number, value: NumberLiteral['value']): NumberLiteral | undefined {
  return /[\p{XID_Continue}.]/u.test(text[end] ?? '') ? undefined : { end, value }
}

function integerValue(digits: string): Int {
  const plain = digits.replaceAll('_', '')
  if (plain.length > 4300 && /^[0-9]/.test(plain) && !/^0[xob]/i.test(plain))
    throw new PyError('SyntaxError', 'Exceeds the limit (4300 digits) for integer string conversion')
  return plain.length < 16 ? Number(plain) : int(BigInt(plain))
}

export interface StringLiteral {
  readonly end: number
  readonly value: string | Uint8Array
}

const OPENING = /([rR]?[bB]?|[bB][rR]|[uU])("""|'''|"|')/y

/** The string or bytes literal that begins at `at`; undefined when what stands there is none. */
export function readString(text: string, at: number): StringLiteral | undefined {
  OPENING.lastIndex = at
  const opening = OPENING.exec(text)
  if (opening === null) return undefined
  const [whole, prefix = '', quote = ''] = opening
  const start = at + whole.length
  const end = closingQuote(text, start, quote)
  if (end < 0)
    throw new PyError(
      'SyntaxError',
      quote.length === 3 ? 'unterminated triple-quoted string literal' : 'unterminated string literal',
    )
  const body = text.slice(start, end)
  const isBytes = /b/i.test(prefix)
  if (isBytes && /[^\x00-\x7f]/.test(body))
    throw new PyError('SyntaxError', 'bytes can only contain ASCII literal characters')
  const value = /r/i.test(prefix) ? body : resolveEscapes(body, isBytes)
  return { end: end + quote.length, value: isBytes ? Buffer.from(value, 'latin1') : value }
}

function closingQuote(text: string, start: number, quote: string): number {
  const quoteCode = quote.charCodeAt(0)
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === quoteCode) {
      if (quote.length === 1 || text.startsWith(quote, at)) return at
    } else if (code === NEWLINE && quote.length === 1) return -1
  }
  return -1
}

const SIMPLE: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const ESCAPE = /\\([0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g

function resolveEscapes(body: string, isBytes: boolean): string {
  if (!body.includes('\\')) return body
  return body.replace(ESCAPE, (whole, code: string) => {
    const kind = code[0] as string
    if (SIMPLE[code] !== undefined) return SIMPLE[code]
    if (kind >= '0' && kind <= '7') return String.fromCodePoint(Number.parseInt(code, 8) & (isBytes ? 0xff : 0x1ff))
    if (kind === 'x' || (!isBytes && (kind === 'u' || kind === 'U'))) return hexCharacter(code)
    if (kind === 'N' && !isBytes) throw new PyError('SyntaxError', 'character names (\\N{...}) are not supported')
    return whole
  })
}

function hexCharacter(digits: string): string {
  const code = Number.parseInt(digits.slice(1), 16)
  if (digits.length === 1 || code > 0x10ffff)
    throw new PyError(
      'SyntaxError',
      `(unicode error) 'unicodeescape' codec can't decode bytes: truncated \\${digits[0]} escape`,
    )
  return String.fromCodePoint(code)
}

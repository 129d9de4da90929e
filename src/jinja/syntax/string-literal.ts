// Escapes in template strings: what Python's unicode-escape codec makes of them.
// Mirrors jinja2/lexer.py Lexer.wrap for strings and CPython's _PyUnicode_DecodeUnicodeEscape.

import { TemplateSyntaxError } from '../errors.js'

const SIMPLE: Readonly<Record<string, string>> = {
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

const ESCAPE = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|N\{([^}]*)\}|([\s\S]))/g

/** The value of the text between the quotes. An escape that Python does not know stays as it is. */
export function decodeString(body: string, newlineSequence: string, line: number): string {
  const text = newlineSequence === '\n' ? body : body.replace(/\r\n|\r|\n/g, newlineSequence)
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, (whole, octal, x, u, big, name, single: string | undefined) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
    const hex: string | undefined = x ?? u ?? big
    if (hex !== undefined) return fromHex(hex, line)
    if (name !== undefined) throw new TemplateSyntaxError('unknown Unicode character name', line)
    return decodeSingle(whole, single as string, line)
  })
}

function fromHex(hex: string, line: number): string {
  const code = Number.parseInt(hex, 16)
  if (code > 0x10ffff) throw new TemplateSyntaxError('illegal Unicode character', line)
  return String.fromCodePoint(code)
}

function decodeSingle(whole: string, character: string, line: number): string {
  const plain = SIMPLE[character]
  if (plain !== undefined) return plain
  if (character === 'x') throw new TemplateSyntaxError('truncated \\xXX escape', line)
  if (character === 'u') throw new TemplateSyntaxError('truncated \\uXXXX escape', line)
  if (character === 'U') throw new TemplateSyntaxError('truncated \\UXXXXXXXX escape', line)
  if (character === 'N') throw new TemplateSyntaxError('malformed \\N character escape', line)
  return whole
}

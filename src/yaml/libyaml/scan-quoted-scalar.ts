// Scalars in single or double quotes.

import type { Mark } from '../marks.js'
import { hexValue, isBlank, isBlankOrEnd, isBreak, isEnd } from './characters.js'
import { foldBreaks } from './scan-plain-scalar.js'
import type { Scanner } from './scanner.js'

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
const CONTEXT = 'while scanning a quoted scalar'
const ESCAPE_CONTEXT = 'while parsing a quoted scalar'
const DOUBLE = 0x22
const BACKSLASH = 0x5c

/** The text of a quoted scalar; the position is on its opening quote. */
export function scanQuotedScalar(s: Scanner, quote: number): string {
  const mark = s.mark()
  s.skip()
  let text = ''
  for (;;) {
    if (s.atDocumentIndicator()) s.fail('found unexpected document indicator', CONTEXT, mark)
    if (isEnd(s.at())) s.fail('found unexpected end of stream', CONTEXT, mark)
    const word = scanWord(s, quote, mark)
    text += word.text
    if (s.at() === quote) break
    text += scanGap(s, word.escapedBreak)
  }
  s.skip()
  return text
}

/** Characters up to the closing quote, a blank, or an escaped line break. */
function scanWord(s: Scanner, quote: number, mark: Mark): { text: string; escapedBreak: boolean } {
  let text = ''
  let start = s.position
  for (let c = s.at(); !isBlankOrEnd(c); c = s.at()) {
    if (c === quote) {
      if (quote === DOUBLE || s.at(1) !== quote) break
      text += s.text.slice(start, s.position + 1)
      s.skip(2)
      start = s.position
    } else if (quote === DOUBLE && c === BACKSLASH) {
      text += s.text.slice(start, s.position)
      if (isBreak(s.at(1))) {
        s.skip()
        s.readLine()
        return { text, escapedBreak: true }
      }
      text += scanEscape(s, mark)
      start = s.position
    } else s.position++
  }
  return { text: text + s.text.slice(start, s.position), escapedBreak: false }
}

function scanEscape(s: Scanner, mark: Mark): string {
  const name = s.text[s.position + 1] ?? ''
  const simple = ESCAPES[name]
  if (simple !== undefined) {
    s.skip(2)
    return simple
  }
  const length = HEX_LENGTHS[name]
  if (length === undefined) s.fail('found unknown escape character', ESCAPE_CONTEXT, mark)
  s.skip(2)
  let code = 0
  for (let i = 0; i < length; i++) {
    const digit = hexValue(s.at(i))
    if (digit < 0) s.fail('did not find expected hexdecimal number', ESCAPE_CONTEXT, mark)
    code = code * 16 + digit
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    s.fail('found invalid Unicode character escape code', ESCAPE_CONTEXT, mark)
  }
  s.skip(length)
  return String.fromCodePoint(code)
}

/** Blanks and line breaks inside quotes. After an escaped line break, blanks are dropped and breaks are kept. */
function scanGap(s: Scanner, escapedBreak: boolean): string {
  const start = s.position
  let blanksEnd = start
  let firstBreak = ''
  let otherBreaks = ''
  let broken = escapedBreak
  for (let c = s.at(); isBlank(c) || isBreak(c); c = s.at()) {
    if (isBreak(c)) {
      const text = s.readLine()
      if (broken) otherBreaks += text
      else firstBreak = text
      broken = true
    } else {
      s.position++
      if (!broken) blanksEnd = s.position
    }
  }
  if (!broken) return s.text.slice(start, blanksEnd)
  return firstBreak === '' ? otherBreaks : foldBreaks(firstBreak, otherBreaks)
}

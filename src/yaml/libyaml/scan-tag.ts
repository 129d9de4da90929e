// Tags: !handle!suffix, !suffix, !<uri>.

import type { Mark } from '../marks.js'
import { charSet, hexValue, isBlankOrEnd, isWord } from './characters.js'
import type { Scanner } from './scanner.js'
import type { Token } from './tokens.js'

const URI = charSet(";/?:@&=+$.%!~*'()")
const FLOW_URI = charSet(',[]')
const BANG = 0x21

/** The tag at the current position; `handle` and `value` (suffix) still have to be joined through the directives. */
export function scanTag(s: Scanner): Token {
  const mark = s.mark()
  let handle = ''
  let suffix: string
  if (s.at(1) === 0x3c) {
    s.skip(2)
    suffix = scanTagUri(s, '', true, mark)
    if (s.at() !== 0x3e) s.fail("did not find the expected '>'", 'while scanning a tag', mark)
    s.skip()
  } else {
    handle = scanTagHandle(s, false, mark)
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanTagUri(s, '', false, mark)
    else {
      suffix = scanTagUri(s, handle, false, mark)
      handle = suffix === '' ? '' : '!'
      if (suffix === '') suffix = '!'
    }
  }
  const c = s.at()
  if (!isBlankOrEnd(c) && !(s.flowLevel > 0 && c === 0x2c)) {
    s.fail('did not find expected whitespace or line break', 'while scanning a tag', mark)
  }
  return { type: 'tag', ...mark, value: suffix, handle, plain: false }
}

/** `!`, `!!` or `!name!`; in a tag also `!name`, whose last part belongs to the suffix. */
export function scanTagHandle(s: Scanner, inDirective: boolean, mark: Mark): string {
  const context = inDirective ? 'while scanning a tag directive' : 'while scanning a tag'
  if (s.at() !== BANG) s.fail("did not find expected '!'", context, mark)
  const start = s.position
  s.skip()
  while (isWord(s.at())) s.skip()
  if (s.at() === BANG) s.skip()
  else if (inDirective && s.position !== start + 1) {
    s.fail("did not find expected '!'", 'while parsing a tag directive', mark)
  }
  return s.text.slice(start, s.position)
}

/** Characters of a tag, with %XX decoded. `head` is a `!name` that was taken for a handle. */
export function scanTagUri(
  s: Scanner,
  head: string,
  verbatim: boolean,
  mark: Mark,
  context = 'while parsing a tag',
): string {
  let uri = head.slice(1)
  let length = head.length
  for (let c = s.at(); isWord(c) || URI(c) || (verbatim && FLOW_URI(c)); c = s.at()) {
    if (c === 0x25) uri += scanUriEscapes(s, mark, context)
    else {
      uri += String.fromCharCode(c)
      s.skip()
    }
    length++
  }
  if (length === 0) s.fail('did not find expected tag URI', context, mark)
  return uri
}

/** One character written as %XX octets of UTF-8. */
function scanUriEscapes(s: Scanner, mark: Mark, context: string): string {
  const octets: number[] = []
  let width = 0
  do {
    const high = hexValue(s.at(1))
    const low = hexValue(s.at(2))
    if (s.at() !== 0x25 || high < 0 || low < 0) s.fail('did not find URI escaped octet', context, mark)
    const octet = high * 16 + low
    if (width === 0) {
      width = utf8Width(octet)
      if (width === 0) s.fail('found an incorrect leading UTF-8 octet', context, mark)
    } else if ((octet & 0xc0) !== 0x80) s.fail('found an incorrect trailing UTF-8 octet', context, mark)
    octets.push(octet)
    s.skip(3)
  } while (--width > 0)
  return Buffer.from(octets).toString('utf8')
}

function utf8Width(octet: number): number {
  if ((octet & 0x80) === 0) return 1
  if ((octet & 0xe0) === 0xc0) return 2
  if ((octet & 0xf0) === 0xe0) return 3
  return (octet & 0xf8) === 0xf0 ? 4 : 0
}

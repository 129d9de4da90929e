// Text to bytes and back: UTF-8 with Python's error handlers, and the few other encodings that playbooks name.

import { PyError } from './py-error.js'
import { escapeCodePoint, reprText } from './repr.js'

export type DecodeErrors = 'strict' | 'surrogateescape' | 'replace' | 'ignore' | 'backslashreplace'
export type EncodeErrors =
  | 'strict'
  | 'surrogateescape'
  | 'replace'
  | 'ignore'
  | 'surrogatepass'
  | 'backslashreplace'
  | 'xmlcharrefreplace'

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** bytes.decode('utf-8', errors) */
export function decodeUtf8(bytes: Uint8Array, errors: DecodeErrors = 'strict'): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return decodeDamaged(bytes, errors)
  }
}

/** How many bytes the UTF-8 sequence at `at` has, or minus how many belong to a damaged one. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  const wanted =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0
  if (wanted === 0) return -1
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  for (let offset = 1; offset < wanted; offset++) {
    const next = bytes[at + offset]
    if (next === undefined || next < (offset === 1 ? low : 0x80) || next > (offset === 1 ? high : 0xbf)) return -offset
  }
  return wanted
}

function decodeDamaged(bytes: Uint8Array, errors: DecodeErrors): string {
  let result = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      let end = at + length
      for (let next = end < bytes.length ? sequenceLength(bytes, end) : 0; next > 0; ) {
        end += next
        next = end < bytes.length ? sequenceLength(bytes, end) : 0
      }
      result += strictDecoder.decode(bytes.subarray(at, end))
      at = end
    } else {
      result += damaged(bytes, at, -length, errors)
      at -= length
    }
  }
  return result
}

function damaged(bytes: Uint8Array, at: number, length: number, errors: DecodeErrors): string {
  const bad = Array.from(bytes.subarray(at, at + length))
  switch (errors) {
    case 'surrogateescape':
      return bad.map(byte => String.fromCharCode(0xdc00 + byte)).join('')
    case 'replace':
      return '\ufffd'
    case 'ignore':
      return ''
    case 'backslashreplace':
      return bad.map(byte => escapeCodePoint(byte)).join('')
    default: {
      const first = bytes[at] as number
      const cut = at + length >= bytes.length && first >= 0xc2 && first <= 0xf4
      const reason =
        first < 0xc2 || first > 0xf4
          ? 'invalid start byte'
          : cut
            ? 'unexpected end of data'
            : 'invalid continuation byte'
      const where =
        length === 1 ? `byte 0x${first.toString(16)} in position ${at}` : `bytes in position ${at}-${at + length - 1}`
      throw new PyError('UnicodeDecodeError', `'utf-8' codec can't decode ${where}: ${reason}`)
    }
  }
}

/** str.encode('utf-8', errors) */
export function encodeUtf8(text: string, errors: EncodeErrors = 'strict'): Uint8Array {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text, 'utf8')
  return encodePointwise(text, errors, 'utf-8', 0x10ffff)
}

/** str.encode(encoding, errors); LookupError for an encoding that is not known here. */
export function encodeText(text: string, encoding: string, errors: string): Uint8Array {
  const name = normalEncoding(encoding)
  if (name === 'utf-8') return encodeUtf8(text, errors as EncodeErrors)
  if (name === 'utf-8-sig')
    return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), encodeUtf8(text, errors as EncodeErrors)])
  if (name === 'utf-16-le') return Buffer.from(text, 'utf16le')
  if (name === 'utf-16') return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  if (name === 'utf-16-be') return Buffer.from(text, 'utf16le').swap16()
  return encodePointwise(text, errors as EncodeErrors, name, name === 'ascii' ? 0x7f : 0xff)
}

function encodePointwise(text: string, errors: EncodeErrors, codec: string, limit: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let index = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const surrogate = code >= 0xd800 && code <= 0xdfff
    if (code <= limit && !surrogate) chunks.push(limit > 0xff ? Buffer.from(character) : Uint8Array.of(code))
    else chunks.push(unencodable(character, code, index, errors, codec, limit))
    index++
  }
  return Buffer.concat(chunks)
}

function unencodable(
  character: string,
  code: number,
  index: number,
  errors: EncodeErrors,
  codec: string,
  limit: number,
): Uint8Array {
  if (errors === 'surrogateescape' && code >= 0xdc80 && code <= 0xdcff) return Uint8Array.of(code - 0xdc00)
  if (errors === 'surrogatepass' && limit > 0xff)
    return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
  if (errors === 'replace') return Buffer.from('?')
  if (errors === 'ignore') return new Uint8Array()
  if (errors === 'backslashreplace') return Buffer.from(escapeCodePoint(code))
  if (errors === 'xmlcharrefreplace') return Buffer.from(`&#${code};`)
  const shown = reprText(character).startsWith("'\\") ? reprText(character) : `'${escapeCodePoint(code)}'`
  const reason = limit > 0xff ? 'surrogates not allowed' : `ordinal not in range(${limit + 1})`
  throw new PyError(
    'UnicodeEncodeError',
    `'${codec}' codec can't encode character ${shown} in position ${index}: ${reason}`,
  )
}

/** bytes.decode(encoding, errors) */
export function decodeBytes(bytes: Uint8Array, encoding: string, errors: string): string {
  const name = normalEncoding(encoding)
  if (name === 'utf-8') return decodeUtf8(bytes, errors as DecodeErrors)
  if (name === 'utf-8-sig') {
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    return decodeUtf8(marked ? bytes.subarray(3) : bytes, errors as DecodeErrors)
  }
  if (name === 'latin-1') return Buffer.from(bytes).toString('latin1')
  if (name !== 'ascii') return decodeUtf16(bytes, name)
  const bad = bytes.findIndex(byte => byte > 0x7f)
  if (bad < 0) return Buffer.from(bytes).toString('latin1')
  if (errors !== 'strict')
    return Array.from(bytes, byte =>
      byte < 0x80 ? String.fromCharCode(byte) : damaged(bytes, bytes.indexOf(byte), 1, errors as DecodeErrors),
    ).join('')
  throw new PyError(
    'UnicodeDecodeError',
    `'ascii' codec can't decode byte 0x${(bytes[bad] as number).toString(16)} in position ${bad}: ordinal not in range(128)`,
  )
}

function decodeUtf16(bytes: Uint8Array, name: string): string {
  const marked =
    name === 'utf-16' && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
  const bigEndian = name === 'utf-16-be' || (marked && bytes[0] === 0xfe)
  const body = Buffer.from(marked ? bytes.subarray(2) : bytes)
  if (body.length % 2 !== 0)
    throw new PyError(
      'UnicodeDecodeError',
      `'${name}' codec can't decode byte in position ${bytes.length - 1}: truncated data`,
    )
  return (bigEndian ? body.swap16() : body).toString('utf16le')
}

const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['utf8', 'utf-8'],
  ['u8', 'utf-8'],
  ['utf8sig', 'utf-8-sig'],
  ['utf16', 'utf-16'],
  ['utf16le', 'utf-16-le'],
  ['utf16be', 'utf-16-be'],
  ['ascii', 'ascii'],
  ['usascii', 'ascii'],
  ['646', 'ascii'],
  ['latin1', 'latin-1'],
  ['latin', 'latin-1'],
  ['l1', 'latin-1'],
  ['iso88591', 'latin-1'],
])

function normalEncoding(name: string): string {
  const known = ENCODINGS.get(name.toLowerCase().replace(/[-_ ]/g, ''))
  if (known === undefined) throw new PyError('LookupError', `unknown encoding: ${name}`)
  return known
}

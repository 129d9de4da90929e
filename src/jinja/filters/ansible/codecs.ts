// The text encodings that filters take by name, as Python's codecs look them up.

import { decodeUtf8, encodeUtf8, PyError } from '../../../python/index.js'

type Codec = 'utf-8' | 'utf-16' | 'utf-16-le' | 'utf-16-be' | 'ascii' | 'latin-1'

const ALIASES = new Map<string, Codec>([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['u8', 'utf-8'],
  ['utf', 'utf-8'],
  ['cp65001', 'utf-8'],
  ['utf-16', 'utf-16'],
  ['utf16', 'utf-16'],
  ['u16', 'utf-16'],
  ['utf-16-le', 'utf-16-le'],
  ['utf-16le', 'utf-16-le'],
  ['utf-16-be', 'utf-16-be'],
  ['utf-16be', 'utf-16-be'],
  ['ascii', 'ascii'],
  ['us-ascii', 'ascii'],
  ['646', 'ascii'],
  ['latin-1', 'latin-1'],
  ['latin1', 'latin-1'],
  ['latin', 'latin-1'],
  ['l1', 'latin-1'],
  ['iso-8859-1', 'latin-1'],
  ['iso8859-1', 'latin-1'],
  ['8859', 'latin-1'],
])

function findCodec(encoding: string): Codec {
  const codec = ALIASES.get(encoding.toLowerCase().replaceAll(/[_ ]/g, '-'))
  if (codec === undefined) throw new PyError('LookupError', `unknown encoding: ${encoding}`)
  return codec
}

/** text.encode(encoding, 'surrogateescape') */
export function encodeText(text: string, encoding: string): Uint8Array {
  const codec = findCodec(encoding)
  switch (codec) {
    case 'utf-8':
      return encodeUtf8(text, 'surrogateescape')
    case 'utf-16':
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    case 'utf-16-le':
      return Buffer.from(text, 'utf16le')
    case 'utf-16-be':
      return Buffer.from(text, 'utf16le').swap16()
    case 'ascii':
    case 'latin-1':
      return encodeSingleBytes(text, codec)
  }
}

function encodeSingleBytes(text: string, codec: 'ascii' | 'latin-1'): Uint8Array {
  const limit = codec === 'ascii' ? 0x7f : 0xff
  const characters = [...text]
  const bytes = new Uint8Array(characters.length)
  characters.forEach((char, index) => {
    const code = char.codePointAt(0) as number
    if (code > limit && !(code >= 0xdc80 && code <= 0xdcff)) {
      const shown = code <= 0xff ? `\\x${hex(code, 2)}` : code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
      const range = codec === 'ascii' ? 128 : 256
      const message = `'${codec}' codec can't encode character '${shown}' in position ${index}: ordinal not in range(${range})`
      throw new PyError('UnicodeEncodeError', message)
    }
    bytes[index] = code & 0xff
  })
  return bytes
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0')

/** bytes.decode(encoding, 'surrogateescape') */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  const codec = findCodec(encoding)
  switch (codec) {
    case 'utf-8':
      return decodeUtf8(bytes, 'surrogateescape')
    case 'ascii':
      return [...bytes].map(byte => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('')
    case 'latin-1':
      return Buffer.from(bytes).toString('latin1')
    default:
      return decodeUtf16(bytes, codec)
  }
}

function decodeUtf16(bytes: Uint8Array, codec: 'utf-16' | 'utf-16-le' | 'utf-16-be'): string {
  if (bytes.length % 2 === 1) {
    const last = bytes.length - 1
    const message = `'${codec}' codec can't decode byte 0x${hex(bytes[last] as number, 2)} in position ${last}: truncated data`
    throw new PyError('UnicodeDecodeError', message)
  }
  let content = Buffer.from(bytes)
  let bigEndian = codec === 'utf-16-be'
  if (codec === 'utf-16' && content.length >= 2) {
    const mark = content.readUInt16LE(0)
    if (mark === 0xfeff || mark === 0xfffe) {
      bigEndian = mark === 0xfffe
      content = content.subarray(2)
    }
  }
  return (bigEndian ? Buffer.from(content).swap16() : content).toString('utf16le')
}

// Text as bytes in the encodings that Python names. Node writes UTF-8, UTF-16LE and Latin-1 itself.
import { TextDecoder } from 'node:util'
import { encodeUtf8, PyError } from '../python/index.js'

/** text.encode(encoding, 'surrogateescape'), or a UnicodeEncodeError / LookupError as Python words it. */
export function encodeText(text: string, encoding: string): Uint8Array {
  const name = encoding.toLowerCase().replace(/[-_ ]/g, '')
  switch (name) {
    case 'utf8':
      return encodeUtf8(text, 'surrogateescape')
    case 'utf8sig':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), encodeUtf8(text, 'surrogateescape')])
    case 'utf16':
      return Buffer.from(`\ufeff${text}`, 'utf16le')
    case 'utf16le':
      return Buffer.from(text, 'utf16le')
    case 'utf16be':
      return Buffer.from(text, 'utf16le').swap16()
    case 'ascii':
    case 'usascii':
      return singleBytes(text, 'ascii', 0x7f)
    case 'latin1':
    case 'iso88591':
    case 'l1':
      return singleBytes(text, 'latin-1', 0xff)
  }
  return tableBytes(text, encoding)
}

function singleBytes(text: string, codec: string, highest: number): Uint8Array {
  const bytes = Buffer.alloc(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > highest) {
      throw new PyError(
        'UnicodeEncodeError',
        `'${codec}' codec can't encode character '${escaped(text, index)}' in position ${index}: ordinal not in range(${highest + 1})`,
      )
    }
    bytes[index] = code
  }
  return bytes
}

/** Other one-byte encodings: their table is read back from the decoder. */
function tableBytes(text: string, encoding: string): Uint8Array {
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(encoding.replaceAll('_', '-').replace(/^cp(125\d)$/i, 'windows-$1'))
  } catch {
    throw new PyError('LookupError', `unknown encoding: ${encoding}`)
  }
  const table = new Map<string, number>()
  for (let byte = 255; byte >= 0; byte--) table.set(decoder.decode(Uint8Array.of(byte)), byte)
  const bytes = Buffer.alloc(text.length)
  let length = 0
  for (const char of text) {
    const byte = table.get(char)
    if (byte === undefined || char === '\ufffd') {
      throw new PyError(
        'UnicodeEncodeError',
        `'charmap' codec can't encode character '${escaped(text, length)}' in position ${length}: character maps to <undefined>`,
      )
    }
    bytes[length++] = byte
  }
  return bytes.subarray(0, length)
}

function escaped(text: string, index: number): string {
  const code = text.codePointAt(index) as number
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`
}

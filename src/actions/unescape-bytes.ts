// Python's codecs.escape_decode: backslash escapes of bytes literals.

const SINGLE: Readonly<Record<string, string>> = {
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

/** Bytes with their escapes resolved; unknown escapes stay as they are. */
export function unescapeBytes(bytes: Buffer): Buffer {
  const text = bytes
    .toString('latin1')
    .replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g, (whole, hex?: string, octal?: string, char?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      return SINGLE[char as string] ?? whole
    })
  return Buffer.from(text, 'latin1')
}

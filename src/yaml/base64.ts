// base64 as Python's binascii.a2b_base64 reads it (not strict): foreign characters are skipped.

/** Bytes of a base64 text. Throws RangeError with Python's words. */
export function decodeBase64(text: string): Uint8Array {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) {
      const code = text.charCodeAt(i)
      const escaped = code < 256 ? `\\x${code.toString(16)}` : `\\u${code.toString(16).padStart(4, '0')}`
      throw new RangeError(
        "failed to convert base64 data into ascii: 'ascii' codec can't encode character " +
          `'${escaped}' in position ${i}: ordinal not in range(128)`,
      )
    }
  }
  const digits: string[] = []
  let padding = 0
  for (const c of text) {
    if (c === '=') {
      padding++
      if (digits.length % 4 >= 2 && (digits.length % 4) + padding >= 4) return decode(digits)
    } else if (/[A-Za-z0-9+/]/.test(c)) {
      digits.push(c)
      padding = 0
    }
  }
  if (digits.length % 4 === 1) {
    throw new RangeError(
      `failed to decode base64 data: Invalid base64-encoded string: number of data characters (${digits.length}) ` +
        'cannot be 1 more than a multiple of 4',
    )
  }
  if (digits.length % 4 !== 0) throw new RangeError('failed to decode base64 data: Incorrect padding')
  return decode(digits)
}

const decode = (digits: readonly string[]): Uint8Array => Buffer.from(digits.join(''), 'base64')

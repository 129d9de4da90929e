// Character classes of libyaml (yaml_private.h). A tab and everything beyond the BMP count as not printable there.

export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code === 0x0a || code >= 0x20
  if (code < 0xa0) return false
  if (code <= 0xd7ff) return true
  return code >= 0xe000 && code <= 0xfffd && code !== 0xfeff
}

export const isBreak = (code: number): boolean =>
  code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029

/** Space, tab, line break, or the end of the text (undefined). */
export function isBlankOrEnd(code: number | undefined): boolean {
  return code === undefined || code === 0 || code === 0x20 || code === 0x09 || isBreak(code)
}

/** Letters, digits, `_` and `-`: what anchors and tags may hold unescaped. */
export const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x5f ||
  code === 0x2d

export function codePoints(text: string): number[] {
  const codes: number[] = []
  for (const char of text) codes.push(char.codePointAt(0) as number)
  return codes
}

/** Length in UTF-8, which is what libyaml counts. */
export const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8')

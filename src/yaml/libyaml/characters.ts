// Character classes of YAML 1.1 as libyaml tests them, on UTF-16 code units. NaN stands for the end of the text.

export const SPACE = 0x20
export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const BOM = 0xfeff

export const isBreak = (c: number): boolean => c === LF || c === CR || c === 0x85 || c === 0x2028 || c === 0x2029
export const isBlank = (c: number): boolean => c === SPACE || c === TAB
export const isEnd = (c: number): boolean => Number.isNaN(c)
/** Space, tab, line break or end of the text. */
export const isBlankOrEnd = (c: number): boolean => c === SPACE || c === TAB || isBreak(c) || Number.isNaN(c)
export const isBreakOrEnd = (c: number): boolean => isBreak(c) || Number.isNaN(c)
export const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39
/** Letters, digits, `_` and `-`: what anchors, tag handles and directive names are made of. */
export const isWord = (c: number): boolean =>
  isDigit(c) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f || c === 0x2d

/** Value of a hexadecimal digit, -1 for anything else. */
export function hexValue(c: number): number {
  if (isDigit(c)) return c - 0x30
  if (c >= 0x41 && c <= 0x46) return c - 0x37
  if (c >= 0x61 && c <= 0x66) return c - 0x57
  return -1
}

/** True for the characters of `set` (ASCII). */
export function charSet(set: string): (c: number) => boolean {
  const table = new Uint8Array(128)
  for (let i = 0; i < set.length; i++) table[set.charCodeAt(i)] = 1
  return c => c < 128 && table[c] === 1
}

/** A character that YAML forbids (control characters, lone surrogates, U+FFFE), or undefined. */
const FORBIDDEN =
  /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\ud800-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

export function findForbidden(text: string): { readonly index: number; readonly code: number } | undefined {
  const match = FORBIDDEN.exec(text)
  return match === null ? undefined : { index: match.index, code: text.charCodeAt(match.index) }
}

// Which characters a set of a pattern matches: categories as str methods define them, IGNORECASE as sre does it.

import type { CategoryLetter, SetItem, SetNode } from './syntax.js'

const WORD = /[\p{L}\p{N}_]/u
const DECIMAL = /\p{Nd}/u
const SPACES = new Set([
  9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
  0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
])

/** Whether a character is of \w. */
export function isWord(code: number, ascii: boolean): boolean {
  if (code < 0x80)
    return (
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x5f
    )
  return !ascii && WORD.test(String.fromCodePoint(code))
}

function isDecimal(code: number, ascii: boolean): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39
  return !ascii && DECIMAL.test(String.fromCodePoint(code))
}

function isSpace(code: number, ascii: boolean): boolean {
  // \x1c to \x1f are white space to str.isspace, but not to the ASCII flag.
  return ascii ? code === 0x20 || (code >= 9 && code <= 13) : SPACES.has(code)
}

function inCategory(code: number, letter: CategoryLetter, ascii: boolean): boolean {
  switch (letter) {
    case 'w':
      return isWord(code, ascii)
    case 'W':
      return !isWord(code, ascii)
    case 'd':
      return isDecimal(code, ascii)
    case 'D':
      return !isDecimal(code, ascii)
    case 's':
      return isSpace(code, ascii)
    case 'S':
      return !isSpace(code, ascii)
  }
}

function inItems(code: number, items: readonly SetItem[]): boolean {
  for (const item of items)
    if (item.kind === 'range' ? code >= item.from && code <= item.to : inCategory(code, item.letter, item.ascii))
      return true
  return false
}

/** Whether a set node matches a character. */
export function setMatches(node: SetNode, code: number): boolean {
  if (!node.fold) return inItems(code, node.items) !== node.negated
  return caseVariants(code, node.ascii).some(variant => inItems(variant, node.items)) !== node.negated
}

/** Whether two characters are the same to IGNORECASE. */
export function sameFolded(a: number, b: number, ascii: boolean): boolean {
  return a === b || simpleLower(a, ascii) === simpleLower(b, ascii)
}

/** Lower case of one character, one character long (İ becomes i). */
export function simpleLower(code: number, ascii: boolean): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code
  if (ascii) return code
  if (code === 0x130) return 0x69
  return String.fromCodePoint(code).toLowerCase().codePointAt(0) as number
}

let families: Map<number, readonly number[]> | undefined

/** All characters that IGNORECASE takes for this one, itself included. */
export function caseVariants(code: number, ascii: boolean): readonly number[] {
  if (ascii) {
    const lower = code | 0x20
    return code < 0x80 && lower >= 0x61 && lower <= 0x7a ? [lower, lower - 32] : [code]
  }
  if (code < 0x80) return asciiVariants(code)
  families ??= caseFamilies()
  return families.get(code) ?? [code]
}

/** Letters beyond ASCII that fold to ASCII ones: İ and ı, ſ, the Kelvin sign. */
const FOREIGN: Record<number, readonly number[]> = { 105: [0x130, 0x131], 115: [0x17f], 107: [0x212a] }

function asciiVariants(code: number): readonly number[] {
  const lower = code | 0x20
  if (lower < 0x61 || lower > 0x7a) return [code]
  return [lower, lower - 32, ...(FOREIGN[lower] ?? [])]
}

/** Characters with one lower case belong together, and so do lower case letters with one upper case (s and ſ). */
function caseFamilies(): Map<number, readonly number[]> {
  const byUpper = new Map<string, number[]>()
  for (let code = 0; code < 0x1e944; code++) {
    if (code === 0xd800) code = 0xe000
    const lower = simpleLower(code, false)
    const upper = String.fromCodePoint(lower).toUpperCase()
    if (lower === code && upper === String.fromCodePoint(code)) continue
    const family = byUpper.get(upper) ?? []
    family.push(code)
    byUpper.set(upper, family)
  }
  const result = new Map<number, readonly number[]>()
  for (const family of byUpper.values()) if (family.length > 1) for (const code of family) result.set(code, family)
  return result
}

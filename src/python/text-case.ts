// Letter case and padding of text: str.title, capitalize, swapcase, casefold, center, zfill….
// Follows CPython's unicodeobject.c; JavaScript has no titlecase and no casefold, so those rules are here.

import { PyError } from './py-error.js'
import { codePoints, textLength } from './text.js'

const CASED = /\p{Cased}/u
const CASE_IGNORABLE = /\p{Case_Ignorable}/u
const UPPER = /\p{Uppercase}/u
const LOWER = /\p{Lowercase}/u
const TITLE = /\p{Lt}/u

export function titleText(text: string): string {
  const points = codePoints(text)
  let insideWord = false
  let result = ''
  for (let index = 0; index < points.length; index++) {
    const character = points[index] as string
    result += insideWord ? lowerAt(points, index) : titleCharacter(character)
    insideWord = CASED.test(character)
  }
  return result
}

export function capitalizeText(text: string): string {
  if (text === '') return ''
  const points = codePoints(text)
  let result = titleCharacter(points[0] as string)
  for (let index = 1; index < points.length; index++) result += lowerAt(points, index)
  return result
}

export function swapCaseText(text: string): string {
  const points = codePoints(text)
  let result = ''
  for (let index = 0; index < points.length; index++) {
    const character = points[index] as string
    if (UPPER.test(character)) result += lowerAt(points, index)
    else result += LOWER.test(character) ? character.toUpperCase() : character
  }
  return result
}

/** str.casefold: lower case of the upper case, but for the letters whose folding says otherwise. */
export function casefoldText(text: string): string {
  let result = ''
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code < 0x80) result += character.toLowerCase()
    else if (
      (code >= 0x13a0 && code <= 0x13f5) ||
      (code >= 0x13f8 && code <= 0x13fd) ||
      (code >= 0xab70 && code <= 0xabbf)
    )
      result += character.toUpperCase()
    else if (code === 0x131) result += character
    else if (code === 0x1e9e) result += 'ss'
    else result += character.toUpperCase().toLowerCase().replaceAll('ς', 'σ')
  }
  return result
}

/** Lower case of one character in its place: a capital sigma that ends a word becomes a final one. */
function lowerAt(points: readonly string[], index: number): string {
  const character = points[index] as string
  if (character !== 'Σ') return character.toLowerCase()
  let before = index - 1
  while (before >= 0 && CASE_IGNORABLE.test(points[before] as string)) before--
  if (before < 0 || !CASED.test(points[before] as string)) return 'σ'
  let after = index + 1
  while (after < points.length && CASE_IGNORABLE.test(points[after] as string)) after++
  return after < points.length && CASED.test(points[after] as string) ? 'σ' : 'ς'
}

function titleCharacter(character: string): string {
  const code = character.codePointAt(0) as number
  if (code < 0xdf) return character.toUpperCase()
  if (code >= 0x10d0 && code <= 0x10ff) return character
  if (code >= 0x1c4 && code <= 0x1cc) return String.fromCodePoint(0x1c5 + 3 * Math.floor((code - 0x1c4) / 3))
  if (code >= 0x1f1 && code <= 0x1f3) return '\u01f2'
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8)
  const upper = character.toUpperCase()
  if (code >= 0x1fb2 && code <= 0x1ffc && code !== 0x1fbe && upper.endsWith('\u0399'))
    return titleOfIotaSubscript(code, upper)
  if (code === 0xdf || code === 0x587 || (code >= 0xfb00 && code <= 0xfb17))
    return upper.slice(0, 1) + upper.slice(1).toLowerCase()
  return upper
}

function titleOfIotaSubscript(code: number, upper: string): string {
  const base = code & 0xfff0
  if (code === base + 3 || code === base + 12) return String.fromCodePoint(base + 12)
  return `${upper.slice(0, -1)}\u0345`
}

export function isUpperText(text: string): boolean {
  return hasCase(text, UPPER, LOWER)
}

export function isLowerText(text: string): boolean {
  return hasCase(text, LOWER, UPPER)
}

function hasCase(text: string, wanted: RegExp, other: RegExp): boolean {
  let found = false
  for (const character of text) {
    if (other.test(character) || TITLE.test(character)) return false
    if (!found) found = wanted.test(character)
  }
  return found
}

export function isTitleText(text: string): boolean {
  let cased = false
  let insideWord = false
  for (const character of text) {
    if (UPPER.test(character) || TITLE.test(character)) {
      if (insideWord) return false
      insideWord = true
      cased = true
    } else if (LOWER.test(character)) {
      if (!insideWord) return false
      cased = true
    } else insideWord = false
  }
  return cased
}

/** str.center; the odd blank goes where CPython puts it. */
export function centerText(text: string, width: number, fill = ' '): string {
  const padding = width - textLength(text)
  if (padding <= 0) return text
  const left = Math.floor(padding / 2) + (padding & width & 1)
  return fill.repeat(left) + text + fill.repeat(padding - left)
}

/** str.ljust (`end`) and str.rjust (`start`): where the filling goes. */
export function padText(text: string, width: number, where: 'start' | 'end', fill = ' '): string {
  const padding = width - textLength(text)
  if (padding <= 0) return text
  return where === 'end' ? text + fill.repeat(padding) : fill.repeat(padding) + text
}

/** The fill character of center, ljust, rjust, checked. */
export function checkFill(fill: string): string {
  if (textLength(fill) !== 1) throw new PyError('TypeError', 'The fill character must be exactly one character long')
  return fill
}

/** str.zfill: zeros go behind the sign. */
export function zeroFill(text: string, width: number): string {
  const padding = width - textLength(text)
  if (padding <= 0) return text
  const sign = text[0] === '+' || text[0] === '-' ? text[0] : ''
  return sign + '0'.repeat(padding) + text.slice(sign.length)
}

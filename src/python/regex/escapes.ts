// What a backslash means in a pattern, outside and inside brackets.

import { PyError } from '../py-error.js'
import type { PatternSource } from './source.js'
import type { Anchor, CategoryLetter, SetItem } from './syntax.js'

export type Escape =
  | { readonly kind: 'literal'; readonly code: number }
  | { readonly kind: 'category'; readonly letter: CategoryLetter }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'reference'; readonly index: number }

const CONTROLS: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }
const ANCHORS: Record<string, Anchor> = { A: 'textStart', Z: 'textEnd', b: 'boundary', B: 'notBoundary' }
const HEX_LENGTH: Record<string, number> = { x: 2, u: 4, U: 8 }
const HEX = /^[0-9a-fA-F]$/
const OCTAL = /^[0-7]$/
const DIGIT = /^[0-9]$/

/** An escape outside brackets; `token` is the backslash and the character behind it. */
export function parseEscape(source: PatternSource, token: string, start: number): Escape {
  const letter = token.slice(1)
  const anchor = ANCHORS[letter]
  if (anchor !== undefined) return { kind: 'anchor', anchor }
  if ('dDsSwW'.includes(letter)) return { kind: 'category', letter: letter as CategoryLetter }
  if (letter === '0') return { kind: 'literal', code: Number.parseInt(`0${source.takeWhile(OCTAL, 2)}`, 8) }
  if (DIGIT.test(letter)) return numbered(source, letter, start)
  return { kind: 'literal', code: literalEscape(source, token, start) }
}

function numbered(source: PatternSource, first: string, start: number): Escape {
  const second = source.takeWhile(DIGIT, 1)
  if (second !== '' && OCTAL.test(first) && OCTAL.test(second)) {
    const third = source.takeWhile(OCTAL, 1)
    if (third !== '') return { kind: 'literal', code: octal(source, first + second + third, start) }
  }
  return { kind: 'reference', index: Number(first + second) }
}

function octal(source: PatternSource, digits: string, start: number): number {
  const code = Number.parseInt(digits, 8)
  if (code > 0o377) throw source.errorAt(`octal escape value \\${digits} outside of range 0-0o377`, start)
  return code
}

function literalEscape(source: PatternSource, token: string, start: number): number {
  const letter = token.slice(1)
  const control = letter === 'b' ? undefined : CONTROLS[letter]
  if (control !== undefined) return control
  const hexLength = HEX_LENGTH[letter]
  if (hexLength !== undefined) {
    const digits = source.takeWhile(HEX, hexLength)
    if (digits.length !== hexLength) throw source.errorAt(`incomplete escape ${token}${digits}`, start)
    const code = Number.parseInt(digits, 16)
    if (code > 0x10ffff) throw source.errorAt(`bad escape ${token}${digits}`, start)
    return code
  }
  if (letter === 'N')
    throw new PyError('error', 'character names (\\N{...}) are not supported in regular expressions; use \\uXXXX')
  if (/^[a-zA-Z]$/.test(letter)) throw source.errorAt(`bad escape ${token}`, start)
  return source.codeOf(letter)
}

/** An escape inside brackets. */
export function parseSetEscape(source: PatternSource, token: string, start: number, ascii: boolean): SetItem {
  const letter = token.slice(1)
  if ('dDsSwW'.includes(letter)) return { kind: 'category', letter: letter as CategoryLetter, ascii }
  const code = setLiteral(source, token, letter, start)
  return { kind: 'range', from: code, to: code }
}

function setLiteral(source: PatternSource, token: string, letter: string, start: number): number {
  if (letter === 'b') return 8
  if (OCTAL.test(letter)) return octal(source, letter + source.takeWhile(OCTAL, 2), start)
  if (DIGIT.test(letter)) throw source.errorAt(`bad escape ${token}`, start)
  return literalEscape(source, token, start)
}

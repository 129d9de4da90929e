// How many columns of a terminal a text takes, as the C library's wcswidth counts them.
// Mirrors get_text_width of lib/ansible/utils/display.py (2.14).
import { eastAsianWidth } from 'get-east-asian-width'

/** BS, DEL, CCH and ESC take a column back, as Ansible counts. */
const BACKWARD = new Set(['\x08', '\x7f', '\x94', '\x1b'])
// Made when they are first needed: classes of Unicode are slow to compile.
let control: RegExp | undefined
let without: RegExp | undefined

export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  control ??= /\p{Cc}/u
  without ??= /[\p{Mn}\p{Me}\u1160-\u11ff]|(?!\u00ad)\p{Cf}/u
  let width = 0
  for (const character of text) {
    if (BACKWARD.has(character)) width--
    else if (!control.test(character) && !without.test(character))
      width += eastAsianWidth(character.codePointAt(0) as number)
  }
  return Math.max(0, width)
}

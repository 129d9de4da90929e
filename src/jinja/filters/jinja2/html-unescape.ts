// html.unescape of Python: character references become characters, wrong ones as HTML5 browsers read them.

import { namedEntity } from './html-entities.js'

// What 0x80 to 0x9f mean in numeric references (windows-1252); blanks stay what they are.
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const REFERENCE = /&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/gu

export function unescapeHtml(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, (_all, reference: string) => decode(reference)) : text
}

function decode(reference: string): string {
  if (reference.startsWith('#')) return decodeNumber(reference)
  const whole = namedEntity(reference)
  if (whole !== undefined) return whole
  for (let end = reference.length - 1; end > 1; end--) {
    const known = namedEntity(reference.slice(0, end))
    if (known !== undefined) return known + reference.slice(end)
  }
  return `&${reference}`
}

function decodeNumber(reference: string): string {
  const digits = reference.replace(/;$/, '')
  const code = /^#[xX]/.test(digits) ? Number.parseInt(digits.slice(2), 16) : Number.parseInt(digits.slice(1), 10)
  if (code === 0) return '\ufffd'
  if (code === 0x0d) return '\r'
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252.charAt(code - 0x80)
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return '\ufffd'
  return isInvalid(code) ? '' : String.fromCodePoint(code)
}

/** Control characters and the last two code points of each plane. */
function isInvalid(code: number): boolean {
  if (code <= 0x08 || code === 0x0b || (code >= 0x0e && code <= 0x1f)) return true
  if (code === 0x7f || (code >= 0xfdd0 && code <= 0xfdef)) return true
  return (code & 0xfffe) === 0xfffe
}

// Text as Python sees it: a sequence of code points, compared by code point. JavaScript strings count UTF-16
// units; text without surrogates (nearly all) takes the direct way, other text is counted properly.

import { Markup, type Text, UnsafeText } from './values.js'

const SURROGATE = /[\ud800-\udfff]/

/** Whether units and code points may differ in this text. */
export const hasSurrogates = (text: string): boolean => SURROGATE.test(text)

/** len(text) */
export function textLength(text: string): number {
  if (!SURROGATE.test(text)) return text.length
  let length = 0
  for (const _ of text) length++
  return length
}

export function codePoints(text: string): string[] {
  return SURROGATE.test(text) ? Array.from(text) : text.split('')
}

/** text[start:end] with 0 <= start and end in code points. */
export function sliceText(text: string, start: number, end: number): string {
  if (start >= end) return ''
  return SURROGATE.test(text) ? Array.from(text).slice(start, end).join('') : text.slice(start, end)
}

/** Character at a code point index; undefined when out of range. Negative counts from the end. */
export function characterAt(text: string, index: number): string | undefined {
  if (!SURROGATE.test(text)) {
    const at = index < 0 ? index + text.length : index
    return at < 0 || at >= text.length ? undefined : text[at]
  }
  return Array.from(text).at(index)
}

/** Orders by code point, as Python: negative, zero, positive. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left === right) continue
    if (left >= 0xd800 && right >= 0xd800) return codePointRank(a, index) - codePointRank(b, index)
    return left - right
  }
  return a.length - b.length
}

function codePointRank(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  if (unit >= 0xdc00 && unit <= 0xdfff && index > 0) {
    const before = text.charCodeAt(index - 1)
    if (before >= 0xd800 && before <= 0xdbff) return text.codePointAt(index - 1) as number
  }
  return text.codePointAt(index) as number
}

/** `result` as the kind of text that `original` is: what methods of unsafe text and of Markup give back. */
export function rewrapText(original: string | Text, result: string): string | Text {
  if (typeof original === 'string') return result
  if (original instanceof UnsafeText) return new UnsafeText(result)
  return original instanceof Markup ? new Markup(result) : result
}

/** Start and end arguments of find, count, startswith: clamped as a slice; undefined when they leave nothing. */
export function clampRange(length: number, start: number, end: number): readonly [number, number] {
  const to = end > length ? length : end < 0 ? Math.max(0, end + length) : end
  const from = start < 0 ? Math.max(0, start + length) : start
  return [from, to]
}

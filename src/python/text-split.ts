// Splitting, stripping and joining of lines as str does: Python's idea of white space and of line ends.

import { PyError } from './py-error.js'
import { codePoints } from './text.js'

/** What str.isspace and str.split know as white space, for use inside a character class. */
export const WHITESPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const LEADING = new RegExp(`^[${WHITESPACE}]+`)
const FIELD = new RegExp(`[^${WHITESPACE}]+`, 'g')
const NOT_SPACE = new RegExp(`[^${WHITESPACE}]`)
const SPACE = new RegExp(`[${WHITESPACE}]`)
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

export const isSpaceText = (text: string): boolean => text !== '' && !NOT_SPACE.test(text)

/** str.splitlines */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = []
  let from = 0
  for (const match of text.matchAll(LINE_END)) {
    const end = match.index + match[0].length
    lines.push(text.slice(from, keepEnds ? end : match.index))
    from = end
  }
  if (from < text.length) lines.push(text.slice(from))
  return lines
}

/** str.split(separator, maxSplit); null splits on runs of white space. */
export function splitText(text: string, separator: string | null = null, maxSplit = -1): string[] {
  if (separator === null) return splitOnSpace(text, maxSplit)
  if (separator === '') throw new PyError('ValueError', 'empty separator')
  if (maxSplit < 0) return text.split(separator)
  const parts: string[] = []
  let from = 0
  while (parts.length < maxSplit) {
    const at = text.indexOf(separator, from)
    if (at < 0) break
    parts.push(text.slice(from, at))
    from = at + separator.length
  }
  parts.push(text.slice(from))
  return parts
}

function splitOnSpace(text: string, maxSplit: number): string[] {
  if (maxSplit < 0) return text.match(FIELD) ?? []
  const parts: string[] = []
  let rest = stripStart(text)
  while (rest !== '') {
    const end = parts.length < maxSplit ? rest.search(SPACE) : -1
    if (end < 0) {
      parts.push(rest)
      break
    }
    parts.push(rest.slice(0, end))
    rest = stripStart(rest.slice(end))
  }
  return parts
}

/** str.rsplit */
export function splitTextFromEnd(text: string, separator: string | null = null, maxSplit = -1): string[] {
  if (maxSplit < 0) return splitText(text, separator)
  if (separator === '') throw new PyError('ValueError', 'empty separator')
  const parts: string[] = []
  if (separator === null) {
    let rest = stripEnd(text)
    while (rest !== '') {
      const start = parts.length < maxSplit ? lastSpace(rest) : -1
      if (start < 0) {
        parts.push(rest)
        break
      }
      parts.push(rest.slice(start + 1))
      rest = stripEnd(rest.slice(0, start))
    }
    return parts.reverse()
  }
  let end = text.length
  while (parts.length < maxSplit) {
    const at = end < separator.length ? -1 : text.lastIndexOf(separator, end - separator.length)
    if (at < 0) break
    parts.push(text.slice(at + separator.length, end))
    end = at
  }
  parts.push(text.slice(0, end))
  return parts.reverse()
}

function lastSpace(text: string): number {
  for (let index = text.length - 1; index >= 0; index--) if (SPACE.test(text[index] as string)) return index
  return -1
}

const stripStart = (text: string): string => text.replace(LEADING, '')

function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && SPACE.test(text[end - 1] as string)) end--
  return text.slice(0, end)
}

/** Which ends a strip works on. */
export type StripSide = 'both' | 'start' | 'end'

/** str.strip, lstrip, rstrip; without characters it strips white space. */
export function stripText(text: string, characters: string | null = null, side: StripSide = 'both'): string {
  if (characters === null) {
    const head = side === 'end' ? text : stripStart(text)
    return side === 'start' ? head : stripEnd(head)
  }
  const set = new Set(codePoints(characters))
  const points = codePoints(text)
  let from = 0
  let to = points.length
  if (side !== 'end') while (from < to && set.has(points[from] as string)) from++
  if (side !== 'start') while (to > from && set.has(points[to - 1] as string)) to--
  return from === 0 && to === points.length ? text : points.slice(from, to).join('')
}

/** str.partition; `fromEnd` is rpartition. */
export function partitionText(text: string, separator: string, fromEnd = false): [string, string, string] {
  if (separator === '') throw new PyError('ValueError', 'empty separator')
  const at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator)
  if (at < 0) return fromEnd ? ['', '', text] : [text, '', '']
  return [text.slice(0, at), separator, text.slice(at + separator.length)]
}

/** str.replace; count < 0 replaces all. An empty `old` matches between all characters. */
export function replaceText(text: string, old: string, replacement: string, count = -1): string {
  if (count === 0) return text
  if (old !== '') {
    if (count < 0) return text.split(old).join(replacement)
    return splitText(text, old, count).join(replacement)
  }
  const points = codePoints(text)
  const gaps = count < 0 ? points.length + 1 : Math.min(count, points.length + 1)
  let result = ''
  for (let index = 0; index <= points.length; index++) {
    if (index < gaps) result += replacement
    if (index < points.length) result += points[index]
  }
  return result
}

/** str.expandtabs */
export function expandTabs(text: string, tabSize = 8): string {
  let column = 0
  let result = ''
  for (const character of text) {
    if (character === '\t') {
      const width = tabSize > 0 ? tabSize - (column % tabSize) : 0
      result += ' '.repeat(width)
      column += width
    } else {
      result += character
      column = character === '\n' || character === '\r' ? 0 : column + 1
    }
  }
  return result
}

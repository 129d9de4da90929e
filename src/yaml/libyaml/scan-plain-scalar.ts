// Scalars without quotes.

import type { Mark } from '../marks.js'
import { charSet, isBlank, isBlankOrEnd, isBreak, TAB } from './characters.js'
import type { Scanner } from './scanner.js'

const CONTEXT = 'while scanning a plain scalar'
/** After a colon inside [] or {}: libyaml does not take these for text. */
const BAD_AFTER_COLON = charSet(',?[]{}')
const FLOW_END = charSet(',[]{}')

/** The text of a plain scalar that starts here; lines are folded. */
export function scanPlainScalar(s: Scanner): string {
  const indent = s.indent + 1
  const mark = s.mark()
  let text = ''
  let gap = ''
  let leadingBlanks = false
  for (;;) {
    if (s.atDocumentIndicator() || s.at() === 0x23) break
    const start = s.position
    scanWord(s, mark)
    if (s.position > start) {
      text += gap + s.text.slice(start, s.position)
      leadingBlanks = false
    }
    const c = s.at()
    if (!isBlank(c) && !isBreak(c)) break
    gap = scanGap(s, indent, mark)
    leadingBlanks = s.simpleKeyAllowed
    if (s.flowLevel === 0 && leadingBlanks && s.column < indent) break
  }
  s.simpleKeyAllowed = leadingBlanks
  return text
}

/** Moves over the characters up to a blank, a line break, or an indicator that ends the scalar. */
function scanWord(s: Scanner, start: Mark): void {
  const flow = s.flowLevel > 0
  for (let c = s.at(); !isBlankOrEnd(c); c = s.at()) {
    if (c === 0x3a) {
      const next = s.at(1)
      if (flow && BAD_AFTER_COLON(next)) s.fail("found unexpected ':'", CONTEXT, start)
      if (isBlankOrEnd(next)) return
    }
    if (flow && FLOW_END(c)) return
    s.position++
  }
}

/** Moves over blanks and line breaks; gives what stands for them. Sets simpleKeyAllowed when a line break was passed. */
function scanGap(s: Scanner, indent: number, start: Mark): string {
  let firstBreak = ''
  let otherBreaks = ''
  let broken = false
  const blanks = s.position
  let blanksEnd = blanks
  for (let c = s.at(); isBlank(c) || isBreak(c); c = s.at()) {
    if (isBreak(c)) {
      const text = s.readLine()
      if (broken) otherBreaks += text
      else firstBreak = text
      broken = true
      continue
    }
    if (broken && c === TAB && s.column < indent) {
      s.fail('found a tab character that violates indentation', CONTEXT, start)
    }
    s.position++
    if (!broken) blanksEnd = s.position
  }
  s.simpleKeyAllowed = broken
  if (!broken) return s.text.slice(blanks, blanksEnd)
  return foldBreaks(firstBreak, otherBreaks)
}

/** One line break becomes a space; further ones are kept. */
export function foldBreaks(first: string, others: string): string {
  if (first !== '\n') return first + others
  return others === '' ? ' ' : others
}

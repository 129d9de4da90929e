// Scalars after | and >.

import type { Mark } from '../marks.js'
import { isBlank, isBreak, isBreakOrEnd, isDigit, isEnd, SPACE, TAB } from './characters.js'
import type { Scanner } from './scanner.js'

const CONTEXT = 'while scanning a block scalar'

interface Header {
  /** -1 strips the final line breaks, 1 keeps them all, 0 keeps one. */
  readonly chomping: number
  /** Indentation that the header gives, 0 for none. */
  readonly increment: number
}

/** The text of a block scalar; the position is on its | or >. */
export function scanBlockScalar(s: Scanner, literal: boolean): string {
  const mark = s.mark()
  s.skip()
  const { chomping, increment } = scanHeader(s, mark)
  let indent = increment === 0 ? 0 : Math.max(s.indent, 0) + increment
  let breaks: string
  ;({ indent, breaks } = scanBreaks(s, indent, mark))
  let text = ''
  let lastBreak = ''
  let previousBlank = false
  while (s.column === indent && !isEnd(s.at())) {
    const blank = isBlank(s.at())
    if (!literal && lastBreak === '\n' && !previousBlank && !blank) {
      if (breaks === '') text += ' '
    } else text += lastBreak
    text += breaks
    previousBlank = blank
    const start = s.position
    while (!isBreakOrEnd(s.at())) s.position++
    text += s.text.slice(start, s.position)
    lastBreak = s.readLine()
    ;({ indent, breaks } = scanBreaks(s, indent, mark))
  }
  if (chomping !== -1) text += lastBreak
  if (chomping === 1) text += breaks
  return text
}

function scanHeader(s: Scanner, mark: Mark): Header {
  let chomping = scanChomping(s)
  const increment = scanIncrement(s, mark)
  if (chomping === 0 && increment !== 0) chomping = scanChomping(s)
  while (isBlank(s.at())) s.skip()
  if (s.at() === 0x23) while (!isBreakOrEnd(s.at())) s.skip()
  if (!isBreakOrEnd(s.at())) s.fail('did not find expected comment or line break', CONTEXT, mark)
  s.readLine()
  return { chomping, increment }
}

function scanChomping(s: Scanner): number {
  const c = s.at()
  if (c !== 0x2b && c !== 0x2d) return 0
  s.skip()
  return c === 0x2b ? 1 : -1
}

function scanIncrement(s: Scanner, mark: Mark): number {
  const c = s.at()
  if (!isDigit(c)) return 0
  if (c === 0x30) s.fail('found an indentation indicator equal to 0', CONTEXT, mark)
  s.skip()
  return c - 0x30
}

/** Moves over indentation and empty lines; an indentation of 0 is found out from the first line with text. */
function scanBreaks(s: Scanner, indent: number, mark: Mark): { indent: number; breaks: string } {
  let deepest = 0
  let breaks = ''
  for (;;) {
    while ((indent === 0 || s.column < indent) && s.at() === SPACE) s.skip()
    deepest = Math.max(deepest, s.column)
    if ((indent === 0 || s.column < indent) && s.at() === TAB) {
      s.fail('found a tab character where an indentation space is expected', CONTEXT, mark)
    }
    if (!isBreak(s.at())) break
    breaks += s.readLine()
  }
  return { indent: indent === 0 ? Math.max(deepest, s.indent + 1, 1) : indent, breaks }
}

// fnmatch.fnmatch: shell wildcards over whole names. Follows CPython 3.11's fnmatch.translate.

import { compileRegex, type Regex } from './regex/regex.js'
import { codePoints } from './text.js'

/** Whether the name matches the wildcard pattern (case matters, as on POSIX). */
export function fnmatch(name: string, pattern: string): boolean {
  return fnmatchRegex(pattern).match(name) !== undefined
}

/** The pattern as a regular expression that matches whole names: fnmatch.translate. */
export function fnmatchRegex(pattern: string): Regex {
  const points = codePoints(pattern)
  let source = ''
  for (let at = 0; at < points.length; at++) {
    const character = points[at] as string
    if (character === '*') {
      while (points[at + 1] === '*') at++
      source += '.*'
    } else if (character === '?') source += '.'
    else if (character === '[') {
      const end = setEnd(points, at + 1)
      if (end < 0) source += escapeCode('[')
      else {
        source += setSource(points.slice(at + 1, end))
        at = end
      }
    } else source += escapeCode(character)
  }
  return compileRegex(`(?s:${source})\\Z`)
}

/** Index of the bracket that closes a set; one at its very start belongs to it. */
function setEnd(points: readonly string[], start: number): number {
  let at = start
  if (points[at] === '!') at++
  if (points[at] === ']') at++
  return points.indexOf(']', at)
}

function setSource(inside: readonly string[]): string {
  const negated = inside[0] === '!'
  const members = negated ? inside.slice(1) : inside
  let body = ''
  for (let at = 0; at < members.length; at++) {
    const from = members[at] as string
    const to = members[at + 1] === '-' ? members[at + 2] : undefined
    if (to === undefined) {
      body += escapeCode(from)
      continue
    }
    // A range that runs backwards holds nothing.
    if ((from.codePointAt(0) as number) <= (to.codePointAt(0) as number))
      body += `${escapeCode(from)}-${escapeCode(to)}`
    at += 2
  }
  if (body === '') return negated ? '.' : '(?!)'
  return `[${negated ? '^' : ''}${body}]`
}

const escapeCode = (character: string): string =>
  `\\U${(character.codePointAt(0) as number).toString(16).padStart(8, '0')}`

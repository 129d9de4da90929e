// fnmatch of CPython 3.11: `*` crosses `/`, `[!x]` negates, no braces, case matters (POSIX).
import { compileRegex, type Regex } from './regex/regex.js'

/** Whether the whole name matches the glob. */
export function fnmatch(name: string, pattern: string): boolean {
  return fnmatchRegex(pattern).match(name) !== undefined
}

/** fnmatch.translate as a compiled Regex, anchored at both ends. */
export function fnmatchRegex(pattern: string): Regex {
  return compileRegex(`(?s:${translate(pattern)})\\Z`)
}

function translate(pattern: string): string {
  let out = ''
  let at = 0
  while (at < pattern.length) {
    const character = pattern[at++] as string
    if (character === '*') {
      if (!out.endsWith('.*')) out += '.*'
    } else if (character === '?') out += '.'
    else if (character === '[') {
      const end = closingBracket(pattern, at)
      if (end < 0) out += '\\['
      else {
        out += characterClass(pattern.slice(at, end))
        at = end + 1
      }
    } else out += character.replace(/[.^$*+?{}()|[\]\\\-#&~\s]/, '\\$&')
  }
  return out
}

// A `]` right after the bracket (or after `!`) is a member of the class.
function closingBracket(pattern: string, start: number): number {
  let at = start
  if (pattern[at] === '!') at++
  if (pattern[at] === ']') at++
  return pattern.indexOf(']', at)
}

function characterClass(body: string): string {
  const negated = body.startsWith('!')
  const members = (negated ? body.slice(1) : body).replaceAll('\\', '\\\\').replace(/[[&~|^]/g, '\\$&')
  // A range that runs backwards matches nothing, as in CPython.
  const ranges = members.replace(/([^\\])-(.)/g, (all, low: string, high: string) => (low > high ? '' : all))
  if (ranges === '') return negated ? '.' : '(?!)'
  return `[${negated ? '^' : ''}${ranges}]`
}

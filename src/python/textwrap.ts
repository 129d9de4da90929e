// Python's textwrap.wrap (CPython 3.11): same chunks, same breaks, because Ansible folds its warnings with it.

import { PyError } from './py-error.js'

export interface WrapOptions {
  /** Drop white space at the ends of lines (Python's default: true). */
  readonly dropWhitespace?: boolean
  /** The width is a float, which Python cannot cut words by. */
  readonly isFloat?: boolean
  /** Break words longer than the width (default true). */
  readonly breakLongWords?: boolean
  /** Break at hyphens (default true). */
  readonly breakOnHyphens?: boolean
  /** Turn every white-space character into a blank (default true). */
  readonly replaceWhitespace?: boolean
  /** Expand tabs to eight columns (default true). */
  readonly expandTabs?: boolean
}

const WORD = '\\p{L}\\p{N}_'
const LETTER = '[\\p{L}_]'
const WORD_PUNCTUATION = `[${WORD}!"'&.,?]`
// The pieces a text is cut into, in the order TextWrapper.wordsep_re tries them.
const PIECES = new RegExp(
  '([\\t\\n\\v\\f\\r ]+' +
    `|(?<=${WORD_PUNCTUATION})-{2,}(?=[${WORD}])` +
    `|[^\\t\\n\\v\\f\\r ](?:[^\\t\\n\\v\\f\\r ]*?)(?:-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})` +
    `|(?=[\\t\\n\\v\\f\\r ]|$)|(?<=${WORD_PUNCTUATION})(?=-{2,}[${WORD}])))`,
  'u',
)
const PIECES_NO_HYPHEN = /([\t\n\v\f\r ]+)/

/**
 * Folds a text into lines of at most `width` characters.
 * @returns the lines without line ends; none for an empty text
 */
export function wrap(text: string, width: number, options: WrapOptions = {}): string[] {
  const { dropWhitespace = true, breakLongWords = true, breakOnHyphens = true } = options
  let prepared = text
  if (options.expandTabs ?? true) prepared = expandTabs(prepared)
  if (options.replaceWhitespace ?? true) prepared = prepared.replace(/[\t\n\v\f\r]/g, ' ')
  const chunks = prepared
    .split(breakOnHyphens ? PIECES : PIECES_NO_HYPHEN)
    .filter(chunk => chunk !== undefined && chunk !== '')
    .reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    const line: string[] = []
    let length = 0
    if (dropWhitespace && chunks.at(-1)?.trim() === '' && lines.length > 0) chunks.pop()
    while (chunks.length > 0) {
      const next = chunks.at(-1) as string
      if (length + next.length > width) break
      line.push(next)
      length += next.length
      chunks.pop()
    }
    if (chunks.length > 0 && (chunks.at(-1) as string).length > width) {
      length += breakWord(chunks, line, length, width, breakLongWords, breakOnHyphens, options.isFloat ?? false)
    }
    if (dropWhitespace && line.length > 0 && line.at(-1)?.trim() === '') line.pop()
    if (line.length > 0) lines.push(line.join(''))
  }
  return lines
}

// TextWrapper._handle_long_word: takes what fits of a word that is longer than a line.
function breakWord(
  chunks: string[],
  line: string[],
  length: number,
  width: number,
  breakLongWords: boolean,
  breakOnHyphens: boolean,
  isFloat: boolean,
): number {
  const space = width < 1 ? 1 : width - length
  const chunk = chunks.at(-1) as string
  if (breakLongWords) {
    if (isFloat) throw new PyError('TypeError', 'slice indices must be integers or None or have an __index__ method')
    let end = space
    if (breakOnHyphens && chunk.length > space) {
      const hyphen = chunk.lastIndexOf('-', space - 1)
      if (hyphen > 0 && [...chunk.slice(0, hyphen)].some(character => character !== '-')) end = hyphen + 1
    }
    line.push(chunk.slice(0, end))
    chunks[chunks.length - 1] = chunk.slice(end)
    return end
  }
  if (line.length === 0) {
    line.push(chunk)
    chunks.pop()
    return chunk.length
  }
  return 0
}

function expandTabs(text: string): string {
  let column = 0
  let out = ''
  for (const character of text) {
    if (character === '\t') {
      const blanks = 8 - (column % 8)
      out += ' '.repeat(blanks)
      column += blanks
    } else {
      out += character
      column = character === '\n' || character === '\r' ? 0 : column + 1
    }
  }
  return out
}

// Splits argument strings as Python's shlex.split does (POSIX rules, no comments).
import { ConfigError } from '../errors.js'

/** Words of `text`; throws ConfigError for an open quote or a trailing backslash. */
export function splitWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quote === "'") {
      if (c === "'") quote = ''
      else word += c
    } else if (c === '\\') {
      i++
      if (i >= text.length) throw new ConfigError('No escaped character', { hint: `Check the quoting of: ${text}` })
      const literal = quote === '"' && !'"\\'.includes(text[i]!) ? `\\${text[i]}` : text[i]!
      word = (word ?? '') + literal
    } else if (quote === '"') {
      if (c === '"') quote = ''
      else word += c
    } else if (c === "'" || c === '"') {
      quote = c
      word ??= ''
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + c
    }
  }
  if (quote !== '') throw new ConfigError('No closing quotation', { hint: `Check the quoting of: ${text}` })
  if (word !== undefined) words.push(word)
  return words
}

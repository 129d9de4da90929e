// shlex.split and shlex.quote, posix rules: what quotes, backslashes and (when asked) comments mean.
// Mirrors CPython 3.11's shlex.shlex with whitespace_split.

import { PyError } from './py-error.js'

export interface ShlexOptions {
  /** `#` begins a comment, even inside a word. */
  readonly comments?: boolean
}

/** shlex.split(text); ValueError 'No closing quotation' or 'No escaped character'. */
export function shlexSplit(text: string, options: ShlexOptions = {}): string[] {
  const words: string[] = []
  const lexer = new Lexer(text, options.comments === true)
  for (let word = lexer.next(); word !== undefined; word = lexer.next()) words.push(word)
  return words
}

class Lexer {
  #at = 0
  constructor(
    private readonly text: string,
    private readonly comments: boolean,
  ) {}

  /** The next word, undefined at the end. */
  next(): string | undefined {
    let word: string | undefined
    while (this.#at < this.text.length) {
      const character = this.text[this.#at++] as string
      if (' \t\r\n'.includes(character)) {
        if (word !== undefined) return word
      } else if (character === '#' && this.comments) {
        this.#skipLine()
        if (word !== undefined) return word
      } else if (character === '"' || character === "'") word = (word ?? '') + this.#quoted(character)
      else if (character === '\\') word = (word ?? '') + this.#escaped()
      else word = (word ?? '') + character
    }
    return word
  }

  #skipLine(): void {
    const end = this.text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.text.length : end + 1
  }

  #escaped(): string {
    const character = this.text[this.#at++]
    if (character === undefined) throw new PyError('ValueError', 'No escaped character')
    return character
  }

  #quoted(quote: string): string {
    let result = ''
    for (;;) {
      const character = this.text[this.#at++]
      if (character === undefined) throw new PyError('ValueError', 'No closing quotation')
      if (character === quote) return result
      if (character === '\\' && quote === '"') {
        const next = this.#escaped()
        result += next === '\\' || next === '"' ? next : `\\${next}`
      } else result += character
    }
  }
}

/** shlex.quote */
export function shlexQuote(text: string): string {
  if (text === '') return "''"
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
}

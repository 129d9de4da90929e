// Splits `k=v k2="v 2" free text` arguments on white space, keeping quotes and Jinja2 blocks together.
// Mirrors ansible/parsing/splitter.py (2.14).

import { MadansibleError, ParserError } from '../errors.js'
import { Dict } from '../python/values.js'
import { unquote } from './convert.js'

/** Options of command-like modules that may stand as k=v beside free text. */
const FREE_TEXT_OPTIONS: ReadonlySet<string> = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'warn',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
])

const ESCAPE = /\\U[a-fA-F0-9]{8}|\\u[a-fA-F0-9]{4}|\\x[a-fA-F0-9]{2}|\\N\{[^}]+\}|\\[\\'"abfnrtv]/g
const SINGLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function decodeEscapes(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, sequence => {
    const letter = sequence[1] as string
    if (sequence.length === 2) return SINGLE[letter] as string
    if (letter === 'N') throw new MadansibleError(`a character cannot be given by its Unicode name here: ${sequence}`)
    return String.fromCodePoint(Number.parseInt(sequence.slice(2), 16))
  })
}

/** Index of the first `=` after the first character that no backslash precedes; -1 when there is none. */
function separatorOf(text: string): number {
  let at = 0
  for (;;) {
    at = text.indexOf('=', at + 1)
    if (at < 0 || text[at - 1] !== '\\') return at
  }
}

/**
 * `k=v` text as arguments. Free text is kept in `_raw_params`; with `checkRaw` everything but the options of
 * command-like modules is free text. Throws ParserError for unbalanced quotes.
 */
export function parseKv(text: string, checkRaw = false): Dict {
  const options = new Dict()
  const raw: string[] = []
  for (const original of splitArgs(text)) {
    const part = decodeEscapes(original)
    const at = part.includes('=') ? separatorOf(part) : -2
    if (at === -2) raw.push(original)
    else if (at === -1) raw.push(part.replaceAll('\\=', '='))
    else {
      const key = part.slice(0, at)
      if (checkRaw && !FREE_TEXT_OPTIONS.has(key)) raw.push(original)
      else options.set(key.trim(), unquote(part.slice(at + 1).trim()))
    }
  }
  if (raw.length > 0) options.set('_raw_params', joinArgs(raw))
  return options
}

/** Puts parts of splitArgs together again; newlines that they end with stand for the space. */
export function joinArgs(parts: readonly string[]): string {
  let result = ''
  for (const part of parts) result += result === '' || result.endsWith('\n') ? part : ` ${part}`
  return result
}

function count(text: string, token: string): number {
  return text.split(token).length - 1
}

/** Nesting of {{ }}, {% %} and {# #}, and the quote that is open. */
class Nesting {
  quote: string | undefined
  readonly #depth = [0, 0, 0]
  static readonly #pairs = [
    ['{{', '}}'],
    ['{%', '%}'],
    ['{#', '#}'],
  ] as const

  get inBlock(): boolean {
    return this.#depth.some(depth => depth > 0)
  }
  readQuotes(token: string): void {
    for (let at = 0; at < token.length; at++) {
      const character = token[at] as string
      if ((character !== '"' && character !== "'") || (at > 0 && token[at - 1] === '\\')) continue
      if (this.quote === undefined) this.quote = character
      else if (this.quote === character) this.quote = undefined
    }
  }
  /** Takes the block marks of a token into account; calls `changed` for every kind of block whose depth changes. */
  readBlocks(token: string, changed: () => void): void {
    for (const [kind, [open, close]] of Nesting.#pairs.entries()) {
      const before = this.#depth[kind] as number
      const after = Math.max(0, before + count(token, open) - count(token, close))
      this.#depth[kind] = after
      if (after !== before) changed()
    }
  }
}

/** Splits arguments on white space outside quotes and Jinja2 blocks: `a=b c="foo bar"` gives `a=b` and `c="foo bar"`. */
export function splitArgs(text: string): string[] {
  const parts: string[] = []
  const nesting = new Nesting()
  const append = (more: string) => {
    if (parts.length === 0) throw new ParserError('Unable to parse argument string. list index out of range')
    parts[parts.length - 1] += more
  }
  const lines = text.split('\n')
  for (const [lineIndex, line] of lines.entries()) {
    const tokens = line.split(' ')
    let continues = false
    for (const [index, token] of tokens.entries()) {
      if (token === '' && index !== 0) {
        append(' ')
        continue
      }
      if (token === '\\' && nesting.quote === undefined) {
        continues = true
        continue
      }
      const wasQuoted = nesting.quote !== undefined
      const wasInBlock = nesting.inBlock
      nesting.readQuotes(token)
      const isQuoted = nesting.quote !== undefined
      let placed = false
      if (isQuoted && !wasQuoted && !wasInBlock) {
        parts.push(token)
        placed = true
      } else if (wasInBlock || isQuoted || wasQuoted) {
        if (index === 0 && wasQuoted) append(token)
        else if (tokens.length > 1) append(index > 0 ? ` ${token}` : token)
        else append(`\n${token}`)
        placed = true
      }
      nesting.readBlocks(token, () => {
        if (!placed) parts.push(token)
        placed = true
      })
      if (!nesting.inBlock && !isQuoted && !placed && token !== '') parts.push(token)
    }
    if (lineIndex < lines.length - 1 && !continues) append('\n')
  }
  if (nesting.inBlock || nesting.quote !== undefined)
    throw new ParserError(`failed at splitting arguments, either an unbalanced jinja2 block or quotes: ${text}`)
  return parts
}

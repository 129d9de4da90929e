// Cuts template text into raw tokens, exactly where Jinja2 cuts it: balanced braces, Python's numbers and strings,
// whitespace control, raw blocks, line statements. Mirrors jinja2/lexer.py Lexer.tokeniter.

import { repr } from '../../python/index.js'
import { TemplateSyntaxError } from '../errors.js'
import { type LexerRules, lexerRules, SPACE_CLASS, type TagKind } from './lexer-rules.js'
import type { SyntaxSettings } from './settings.js'

export type RawTokenKind =
  | TagKind
  | 'data'
  | 'block_end'
  | 'variable_end'
  | 'comment'
  | 'comment_end'
  | 'raw_begin'
  | 'raw_end'
  | 'linestatement_end'
  | 'linecomment'
  | 'linecomment_end'
  | 'whitespace'
  | 'float'
  | 'integer'
  | 'name'
  | 'string'
  | 'operator'

/** A piece of the source as it stands there; `line` counts from 1. */
export interface RawToken {
  readonly line: number
  readonly kind: RawTokenKind
  readonly text: string
  /** Code unit offset in the source with newlines normalised. */
  readonly offset: number
}

const WHITESPACE = new RegExp(`[${SPACE_CLASS}]+`, 'y')
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/y
const INTEGER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y
const NAME = /[\p{L}\p{M}\p{N}\p{Pc}\u00b7]+/uy
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }
const ONLY_SPACE = new RegExp(`^[${SPACE_CLASS}]+$`)
const TRAILING_SPACE = new RegExp(`[${SPACE_CLASS}]+$`)

const countNewlines = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Newlines become `\n`; the one that ends the text goes, unless it is to be kept. */
export function normaliseSource(source: string, keepTrailingNewline: boolean): string {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
  return !keepTrailingNewline && text.endsWith('\n') ? text.slice(0, -1) : text
}

/** All raw tokens of a template, found one after the other as they are asked for. Throws TemplateSyntaxError. */
export function* lexTemplate(source: string, settings: SyntaxSettings): Generator<RawToken, void, undefined> {
  yield* new Lexer(normaliseSource(source, settings.keepTrailingNewline), settings).tokens()
}

class Lexer {
  readonly #rules: LexerRules
  readonly #braces: string[] = []
  #position = 0
  #line = 1
  #lineStarting = true

  constructor(
    private readonly source: string,
    private readonly settings: SyntaxSettings,
  ) {
    this.#rules = lexerRules(settings)
  }

  *tokens(): Generator<RawToken, void, undefined> {
    while (this.#position < this.source.length) {
      const kind = yield* this.#nextTag()
      switch (kind) {
        case undefined:
          return
        case 'comment_begin':
          yield* this.#comment()
          break
        case 'raw':
          yield* this.#raw()
          break
        case 'linecomment_begin':
          yield* this.#lineComment()
          break
        default:
          yield* this.#expression(kind)
      }
    }
  }

  /** Yields the data before the next tag and the tag's begin; says which tag it was. */
  *#nextTag(): Generator<RawToken, TagKind | 'raw' | undefined, undefined> {
    const { root, tags } = this.#rules
    root.lastIndex = this.#position
    const match = root.exec(this.source)
    if (match === null) {
      yield this.#token('data', this.source.slice(this.#position))
      this.#position = this.source.length
      return undefined
    }
    const index = match[1] === undefined ? tags.findIndex((_, at) => match[3 + at * 2] !== undefined) : -1
    const kind = index < 0 ? 'raw' : (tags[index] as TagKind)
    const sign = (index < 0 ? match[2] : match[4 + index * 2]) ?? ''
    const begin = index < 0 ? (match[1] as string) : `${match[3 + index * 2]}${sign}`
    const text = this.source.slice(this.#position, match.index)
    yield* this.#data(text, sign, kind === 'variable_begin', 'data')
    yield { line: this.#line, kind: kind === 'raw' ? 'raw_begin' : kind, text: begin, offset: match.index }
    this.#line += countNewlines(begin)
    this.#moveTo(match.index + match[0].length, match[0])
    return kind
  }

  /** Data before a tag, with what the tag's sign or lstrip_blocks takes away. */
  *#data(
    text: string,
    sign: string,
    beforeVariable: boolean,
    kind: RawTokenKind,
  ): Generator<RawToken, void, undefined> {
    let kept = text
    if (sign === '-') kept = text.replace(TRAILING_SPACE, '')
    else if (sign !== '+' && this.settings.lstripBlocks && !beforeVariable) {
      const lineStart = text.lastIndexOf('\n') + 1
      if ((lineStart > 0 || this.#lineStarting) && ONLY_SPACE.test(text.slice(lineStart)))
        kept = text.slice(0, lineStart)
    }
    if (kept !== '') yield this.#token(kind, kept)
    this.#line += countNewlines(sign === '-' ? text : kept)
  }

  *#comment(): Generator<RawToken, void, undefined> {
    const { commentEnd } = this.#rules
    commentEnd.lastIndex = this.#position
    const match = commentEnd.exec(this.source)
    if (match === null) {
      if (this.#position >= this.source.length) return
      throw new TemplateSyntaxError('Missing end of comment tag', this.#line)
    }
    const text = this.source.slice(this.#position, match.index)
    if (text !== '') yield this.#token('comment', text)
    this.#line += countNewlines(text)
    yield { line: this.#line, kind: 'comment_end', text: match[0], offset: match.index }
    this.#line += countNewlines(match[0])
    this.#moveTo(match.index + match[0].length, match[0])
  }

  *#raw(): Generator<RawToken, void, undefined> {
    const { rawEnd } = this.#rules
    rawEnd.lastIndex = this.#position
    const match = rawEnd.exec(this.source)
    if (match === null) {
      if (this.#position >= this.source.length) return
      throw new TemplateSyntaxError('Missing end of raw directive', this.#line)
    }
    yield* this.#data(this.source.slice(this.#position, match.index), match[2] ?? '', false, 'data')
    yield { line: this.#line, kind: 'raw_end', text: match[0], offset: match.index }
    this.#line += countNewlines(match[0])
    this.#moveTo(match.index + match[0].length, match[0])
  }

  *#lineComment(): Generator<RawToken, void, undefined> {
    const end = this.source.indexOf('\n', this.#position)
    const text = this.source.slice(this.#position, end < 0 ? this.source.length : end)
    if (text !== '') yield this.#token('linecomment', text)
    yield { line: this.#line, kind: 'linecomment_end', text: '', offset: this.#position + text.length }
    this.#moveTo(this.#position + text.length, text)
  }

  /** The inside of a block, a print statement or a line statement, up to its end. */
  *#expression(kind: TagKind): Generator<RawToken, void, undefined> {
    const { blockEnd, variableEnd, lineStatementEnd } = this.#rules
    const end = kind === 'variable_begin' ? variableEnd : kind === 'block_begin' ? blockEnd : lineStatementEnd
    const endKind =
      kind === 'variable_begin' ? 'variable_end' : kind === 'block_begin' ? 'block_end' : 'linestatement_end'
    while (true) {
      if (this.#braces.length === 0) {
        const text = this.#matchAt(end)
        if (text !== undefined) {
          yield this.#token(endKind, text)
          this.#line += countNewlines(text)
          this.#moveTo(this.#position + text.length, text)
          return
        }
      }
      if (this.#position >= this.source.length) return
      yield this.#expressionToken()
    }
  }

  #expressionToken(): RawToken {
    const found =
      this.#try('whitespace', WHITESPACE) ??
      this.#try('float', FLOAT) ??
      this.#try('integer', INTEGER) ??
      this.#try('name', NAME) ??
      this.#try('string', STRING) ??
      this.#try('operator', OPERATOR)
    if (found === undefined) {
      const character = String.fromCodePoint(this.source.codePointAt(this.#position) as number)
      throw new TemplateSyntaxError(`unexpected char ${repr(character)} at ${this.#position}`, this.#line)
    }
    if (found.kind === 'operator') this.#balance(found.text)
    this.#line += countNewlines(found.text)
    this.#moveTo(this.#position + found.text.length, found.text)
    return found
  }

  #balance(operator: string): void {
    const closing = CLOSING[operator]
    if (closing !== undefined) this.#braces.push(closing)
    else if (operator === '}' || operator === ')' || operator === ']') {
      const expected = this.#braces.pop()
      if (expected === undefined) throw new TemplateSyntaxError(`unexpected '${operator}'`, this.#line)
      if (expected !== operator)
        throw new TemplateSyntaxError(`unexpected '${operator}', expected '${expected}'`, this.#line)
    }
  }

  #try(kind: RawTokenKind, pattern: RegExp): RawToken | undefined {
    const text = this.#matchAt(pattern)
    return text === undefined ? undefined : this.#token(kind, text)
  }

  #matchAt(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const match = pattern.exec(this.source)
    return match === null ? undefined : match[0]
  }

  #token(kind: RawTokenKind, text: string): RawToken {
    return { line: this.#line, kind, text, offset: this.#position }
  }

  #moveTo(position: number, consumed: string): void {
    this.#position = position
    this.#lineStarting = consumed.endsWith('\n')
  }
}

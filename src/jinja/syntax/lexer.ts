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

const PATTERNS = {
  whitespace: new RegExp(`[${SPACE_CLASS}]+`, 'y'),
  float: /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/y,
  integer: /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y,
  name: /[\p{L}\p{M}\p{N}\p{Pc}\u00b7]+/uy,
  string: /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y,
  operator: /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y,
} as const
type ExpressionTokenKind = keyof typeof PATTERNS

const ASCII_NAME = /[A-Za-z0-9_]+(?![A-Za-z0-9_]|[^\x00-\x7f])/y
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }
const ONLY_SPACE = new RegExp(`^[${SPACE_CLASS}]+$`)
const TRAILING_SPACE = new RegExp(`[${SPACE_CLASS}]+$`)

/** Which kinds of token may begin with a character, in Jinja2's order. */
const KINDS_BY_CODE: readonly (readonly ExpressionTokenKind[])[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[ \t\n\r\f\v\x1c-\x1f]/.test(character)) return ['whitespace']
  if (/\d/.test(character)) return ['float', 'integer']
  if (/[A-Za-z_]/.test(character)) return ['name']
  return character === "'" || character === '"' ? ['string'] : ['operator']
})
const ALL_KINDS: readonly ExpressionTokenKind[] = ['whitespace', 'name']

function countNewlines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Newlines become `\n`; the one that ends the text goes, unless it is to be kept. */
export function normaliseSource(source: string, keepTrailingNewline: boolean): string {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
  return !keepTrailingNewline && text.endsWith('\n') ? text.slice(0, -1) : text
}

/** All raw tokens of a template. */
export function* lexTemplate(source: string, settings: SyntaxSettings): Generator<RawToken, void, undefined> {
  const lexer = new Lexer(source, settings)
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) yield token
}

/** Finds one token after the other as they are asked for. */
export class Lexer {
  readonly #source: string
  readonly #rules: LexerRules
  readonly #braces: string[] = []
  /** Tokens found and not yet given out, last one first. */
  #found: RawToken[] = []
  /** Inside a tag: which one. */
  #tag: TagKind | undefined
  #position = 0
  #line = 1
  #lineStarting = true

  constructor(
    source: string,
    private readonly settings: SyntaxSettings,
  ) {
    this.#source = normaliseSource(source, settings.keepTrailingNewline)
    this.#rules = lexerRules(settings)
  }

  /** The next token, undefined at the end. Throws TemplateSyntaxError. */
  next(): RawToken | undefined {
    while (this.#found.length === 0) {
      if (this.#position >= this.#source.length && this.#tag !== 'linestatement_begin') return undefined
      if (this.#tag !== undefined) {
        const token = this.#insideTag(this.#tag)
        if (token !== undefined) return token
        if (this.#position >= this.#source.length) return undefined
      } else {
        this.#untilTag()
        this.#found.reverse()
      }
    }
    return this.#found.pop()
  }

  /** Finds the data before the next tag and the tag's begin, and all of a comment or raw block. */
  #untilTag(): void {
    const { root, tags } = this.#rules
    root.lastIndex = this.#position
    const match = root.exec(this.#source)
    if (match === null) {
      this.#push('data', this.#source.slice(this.#position))
      this.#position = this.#source.length
      return
    }
    const index = match[1] === undefined ? tags.findIndex((_, at) => match[3 + at * 2] !== undefined) : -1
    const kind = index < 0 ? 'raw' : (tags[index] as TagKind)
    const sign = (index < 0 ? match[2] : match[4 + index * 2]) ?? ''
    this.#data(this.#source.slice(this.#position, match.index), sign, kind === 'variable_begin')
    const begin = match[0]
    this.#found.push({
      line: this.#line,
      kind: kind === 'raw' ? 'raw_begin' : kind,
      text: begin,
      offset: match.index,
    })
    this.#line += countNewlines(begin)
    this.#moveTo(match.index + begin.length, begin)
    if (kind === 'comment_begin') this.#comment()
    else if (kind === 'raw') this.#raw()
    else if (kind === 'linecomment_begin') this.#lineComment()
    else this.#tag = kind
  }

  /** Data before a tag, without what the tag's sign or lstrip_blocks takes away. */
  #data(text: string, sign: string, beforeVariable: boolean): void {
    let kept = text
    if (sign === '-') kept = text.replace(TRAILING_SPACE, '')
    else if (sign !== '+' && this.settings.lstripBlocks && !beforeVariable) {
      const lineStart = text.lastIndexOf('\n') + 1
      if ((lineStart > 0 || this.#lineStarting) && ONLY_SPACE.test(text.slice(lineStart)))
        kept = text.slice(0, lineStart)
    }
    if (kept !== '') this.#push('data', kept)
    this.#line += countNewlines(sign === '-' ? text : kept)
  }

  #comment(): void {
    const { commentEnd } = this.#rules
    commentEnd.lastIndex = this.#position
    const match = commentEnd.exec(this.#source)
    if (match === null) {
      if (this.#position >= this.#source.length) return
      throw new TemplateSyntaxError('Missing end of comment tag', this.#line)
    }
    const text = this.#source.slice(this.#position, match.index)
    if (text !== '') this.#push('comment', text)
    this.#line += countNewlines(text)
    this.#found.push({ line: this.#line, kind: 'comment_end', text: match[0], offset: match.index })
    this.#line += countNewlines(match[0])
    this.#moveTo(match.index + match[0].length, match[0])
  }

  #raw(): void {
    const { rawEnd } = this.#rules
    rawEnd.lastIndex = this.#position
    const match = rawEnd.exec(this.#source)
    if (match === null) {
      if (this.#position >= this.#source.length) return
      throw new TemplateSyntaxError('Missing end of raw directive', this.#line)
    }
    this.#data(this.#source.slice(this.#position, match.index), match[2] ?? '', false)
    this.#found.push({ line: this.#line, kind: 'raw_end', text: match[0], offset: match.index })
    this.#line += countNewlines(match[0])
    this.#moveTo(match.index + match[0].length, match[0])
  }

  #lineComment(): void {
    const end = this.#source.indexOf('\n', this.#position)
    const text = this.#source.slice(this.#position, end < 0 ? this.#source.length : end)
    if (text !== '') this.#push('linecomment', text)
    this.#position += text.length
    this.#push('linecomment_end', '')
    this.#moveTo(this.#position, text)
  }

  /** The next token of a block, a print statement or a line statement; undefined at the end of the source. */
  #insideTag(tag: TagKind): RawToken | undefined {
    const code = this.#source.charCodeAt(this.#position)
    if (this.#braces.length === 0 && this.#mayEnd(tag, code)) {
      const { blockEnd, variableEnd, lineStatementEnd } = this.#rules
      const pattern = tag === 'variable_begin' ? variableEnd : tag === 'block_begin' ? blockEnd : lineStatementEnd
      const end = this.#matchAt(pattern)
      if (end !== undefined) {
        this.#tag = undefined
        return this.#take(END_KINDS[tag], end)
      }
    }
    if (this.#position >= this.#source.length) return undefined
    const kinds = code < 128 ? (KINDS_BY_CODE[code] as readonly ExpressionTokenKind[]) : ALL_KINDS
    for (const kind of kinds) {
      const text = (kind === 'name' ? this.#matchAt(ASCII_NAME) : undefined) ?? this.#matchAt(PATTERNS[kind])
      if (text === undefined) continue
      if (kind === 'operator') this.#balance(text)
      return this.#take(kind, text)
    }
    const character = String.fromCodePoint(this.#source.codePointAt(this.#position) as number)
    throw new TemplateSyntaxError(`unexpected char ${repr(character)} at ${this.#position}`, this.#line)
  }

  /** Whether the end of a tag may begin with a character. */
  #mayEnd(tag: TagKind, code: number): boolean {
    if (tag === 'linestatement_begin' || code === 0x2d || code === 0x2b) return true
    const end = tag === 'variable_begin' ? this.settings.variableEnd : this.settings.blockEnd
    return end.charCodeAt(0) === code
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

  /** A token at the current position, which moves past it. */
  #take(kind: RawTokenKind, text: string): RawToken {
    const token = { line: this.#line, kind, text, offset: this.#position }
    if (kind !== 'name' && kind !== 'operator') this.#line += countNewlines(text)
    this.#moveTo(this.#position + text.length, text)
    return token
  }

  #matchAt(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    return pattern.test(this.#source) ? this.#source.slice(this.#position, pattern.lastIndex) : undefined
  }

  #push(kind: RawTokenKind, text: string): void {
    this.#found.push({ line: this.#line, kind, text, offset: this.#position })
  }

  #moveTo(position: number, consumed: string): void {
    this.#position = position
    this.#lineStarting = consumed.charCodeAt(consumed.length - 1) === 10
  }
}

const END_KINDS = {
  variable_begin: 'variable_end',
  block_begin: 'block_end',
  linestatement_begin: 'linestatement_end',
  comment_begin: 'comment_end',
  linecomment_begin: 'linecomment_end',
} as const

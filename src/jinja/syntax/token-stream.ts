// The tokenizer behind nunjucks' parser: raw tokens without whitespace and comments, with their values, under
// nunjucks' names. Mirrors jinja2/lexer.py Lexer.wrap and TokenStream.

import type { NunjucksToken, NunjucksTokenizer } from 'nunjucks/src/parser.js'
import { int, PyFloat, type Value } from '../../python/index.js'
import { TemplateSyntaxError } from '../errors.js'
import { Lexer, type RawToken } from './lexer.js'
import type { SyntaxSettings } from './settings.js'
import { decodeString } from './string-literal.js'

export type TokenType =
  | 'data'
  | 'block-start'
  | 'block-end'
  | 'variable-start'
  | 'variable-end'
  | 'symbol'
  | 'string'
  | 'int'
  | 'float'
  | 'operator'
  | 'eof'

export interface Token extends NunjucksToken {
  readonly type: TokenType
  /** Value of a number. */
  readonly number?: Value
}

const DESCRIPTIONS: Partial<Record<TokenType, string>> = {
  'block-start': 'begin of statement block',
  'block-end': 'end of statement block',
  'variable-start': 'begin of print statement',
  'variable-end': 'end of print statement',
  data: 'template data / text',
  int: 'integer',
  symbol: 'name',
  eof: 'end of template',
}

/** A token type, or the token itself where its text matters, in Jinja2's words. */
export function describeToken(type: TokenType, value?: string): string {
  if (value !== undefined && (type === 'symbol' || type === 'operator')) return value
  return DESCRIPTIONS[type] ?? type
}

const IDENTIFIER =
  /^[\p{L}\p{Nl}_\u2118\u212e\u309b\u309c][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u00b7\u0387\u1369-\u1371\u19da\u2118\u212e\u309b\u309c]*$/u

export class TokenStream implements NunjucksTokenizer {
  readonly #lexer: Lexer
  readonly #ahead: Token[] = []
  #last: Token = { type: 'eof', value: '', lineno: 1, colno: 0 }

  constructor(
    source: string,
    private readonly settings: SyntaxSettings,
  ) {
    this.#lexer = new Lexer(source, settings)
  }

  /** The next token; at the end `eof`, again and again. */
  nextToken(): Token {
    return this.#ahead.shift() ?? this.#read()
  }

  /** The token that nextToken will give. */
  look(): Token {
    const token = this.#ahead[0] ?? this.#read()
    if (this.#ahead.length === 0) this.#ahead.push(token)
    return token
  }

  #read(): Token {
    while (true) {
      const raw = this.#lexer.next()
      if (raw === undefined) return { type: 'eof', value: '', lineno: this.#last.lineno, colno: this.#last.colno }
      const token = this.#convert(raw)
      if (token !== undefined) {
        this.#last = token
        return token
      }
    }
  }

  /** The parser's token of a raw one; undefined for those it does not care about. */
  #convert(raw: RawToken): Token | undefined {
    switch (raw.kind) {
      case 'data':
        return token(raw, 'data', this.#newlines(raw.text))
      case 'block_begin':
      case 'linestatement_begin':
        return token(raw, 'block-start', raw.text)
      case 'block_end':
      case 'linestatement_end':
        return token(raw, 'block-end', raw.text)
      case 'variable_begin':
        return token(raw, 'variable-start', raw.text)
      case 'variable_end':
        return token(raw, 'variable-end', raw.text)
      case 'name':
        if (!IDENTIFIER.test(raw.text)) throw new TemplateSyntaxError('Invalid character in identifier', raw.line)
        return token(raw, 'symbol', raw.text)
      case 'string':
        return token(raw, 'string', decodeString(raw.text.slice(1, -1), this.settings.newlineSequence, raw.line))
      case 'integer':
        return { ...token(raw, 'int', raw.text), number: int(BigInt(raw.text.replaceAll('_', ''))) }
      case 'float':
        return { ...token(raw, 'float', raw.text), number: new PyFloat(Number(raw.text.replaceAll('_', ''))) }
      case 'operator':
        return token(raw, 'operator', raw.text)
      default:
        return undefined
    }
  }

  #newlines(text: string): string {
    return this.settings.newlineSequence === '\n' ? text : text.replaceAll('\n', this.settings.newlineSequence)
  }
}

const token = (raw: RawToken, type: TokenType, value: string): Token => ({
  type,
  value,
  lineno: raw.line,
  colno: raw.offset,
})

// Reading tokens through nunjucks' Parser, with errors in Jinja2's words.

import nunjucks from 'nunjucks/src/parser.js'
import { TemplateSyntaxError } from '../errors.js'
import { describeToken, type Token, type TokenStream, type TokenType } from './token-stream.js'

export class TokenReader extends nunjucks.Parser {
  /** The token that comes next, left in place. */
  get current(): Token {
    return this.peekToken() as Token
  }

  /** The token after `current`. */
  look(): Token {
    this.peekToken()
    return (this.tokens as TokenStream).look()
  }

  advance(): Token {
    return this.nextToken() as Token
  }

  isOperator(value: string): boolean {
    const token = this.current
    return token.type === 'operator' && token.value === value
  }

  isSymbol(...values: string[]): boolean {
    const token = this.current
    return token.type === 'symbol' && values.includes(token.value)
  }

  skipOperator(value: string): boolean {
    if (!this.isOperator(value)) return false
    this.advance()
    return true
  }

  override skipSymbol(value: string): boolean {
    if (!this.isSymbol(value)) return false
    this.advance()
    return true
  }

  override expect(type: TokenType): Token {
    return this.#expect(this.current.type === type, describeToken(type))
  }

  expectOperator(value: string): Token {
    return this.#expect(this.isOperator(value), value)
  }

  expectSymbol(value: string): Token {
    return this.#expect(this.isSymbol(value), value)
  }

  #expect(matches: boolean, wanted: string): Token {
    const token = this.current
    if (matches) return this.advance()
    if (token.type === 'eof')
      throw new TemplateSyntaxError(`unexpected end of template, expected '${wanted}'.`, token.lineno)
    throw new TemplateSyntaxError(`expected token '${wanted}', got ${quote(describe(token))}`, token.lineno)
  }

  override fail(message: string, line: number = this.current.lineno): never {
    throw new TemplateSyntaxError(message, line)
  }
}

/** What a token is called in messages. */
export const describe = (token: Token): string => describeToken(token.type, token.value)

/** repr() of a token's description. */
export const quote = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`)

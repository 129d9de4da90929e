// The parts of nunjucks 3.2 that the front end builds on; its published types leave them out.

declare module 'nunjucks/src/nodes.js' {
  export interface NunjucksNode {
    readonly typename: string
    readonly lineno: number
    readonly colno: number
    readonly fields: readonly string[]
  }
  export interface NunjucksNodeClass {
    new (lineno: number, colno: number, ...values: unknown[]): NunjucksNode
    extend(name: string, members: { fields: readonly string[] }): NunjucksNodeClass
  }
  const nodes: {
    Node: NunjucksNodeClass
    NodeList: NunjucksNodeClass
    Root: NunjucksNodeClass
  }
  export default nodes
}

declare module 'nunjucks/src/parser.js' {
  export interface NunjucksToken {
    readonly type: string
    readonly value: string
    readonly lineno: number
    readonly colno: number
  }
  /** What the parser asks of a tokenizer. */
  export interface NunjucksTokenizer {
    nextToken(): NunjucksToken | null
  }
  class Parser {
    constructor(tokens: NunjucksTokenizer)
    tokens: NunjucksTokenizer
    peeked: NunjucksToken | null
    breakOnBlocks: readonly string[] | null
    init(tokens: NunjucksTokenizer): void
    nextToken(withWhitespace?: boolean): NunjucksToken
    peekToken(): NunjucksToken
    pushToken(token: NunjucksToken): void
    skip(type: string): boolean
    skipValue(type: string, value: string): boolean
    skipSymbol(value: string): boolean
    expect(type: string): NunjucksToken
    fail(message: string, lineno?: number, colno?: number): never
    advanceAfterBlockEnd(name?: string): NunjucksToken
    parseExtends(): unknown
    parseExpression(): unknown
    parseNodes(): unknown[]
    parse(): unknown
    parseAsRoot(): unknown
    parseUntilBlocks(...names: string[]): unknown
  }
  const parser: { Parser: typeof Parser }
  export default parser
}

declare module 'nunjucks/src/lexer.js' {
  const lexer: {
    readonly TOKEN_STRING: 'string'
    readonly TOKEN_DATA: 'data'
    readonly TOKEN_BLOCK_START: 'block-start'
    readonly TOKEN_BLOCK_END: 'block-end'
    readonly TOKEN_VARIABLE_START: 'variable-start'
    readonly TOKEN_VARIABLE_END: 'variable-end'
    readonly TOKEN_OPERATOR: 'operator'
    readonly TOKEN_INT: 'int'
    readonly TOKEN_FLOAT: 'float'
    readonly TOKEN_SYMBOL: 'symbol'
  }
  export default lexer
}

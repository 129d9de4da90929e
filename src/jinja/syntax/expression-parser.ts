// Expressions with Jinja2's grammar and precedence. Mirrors jinja2/parser.py from parse_expression to parse_test.

import {
  type BinaryOperator,
  type CallArguments,
  type ComparisonOperator,
  type Expression,
  type FilterNode,
  type KeywordNode,
  node,
  type OperandNode,
  type PairNode,
} from './nodes.js'
import { describe, quote, TokenReader } from './token-reader.js'
import type { Token } from './token-stream.js'

export interface TupleOptions {
  /** Only names and literals, as left of `=`. */
  readonly simplified?: boolean
  readonly withConditional?: boolean
  /** Symbols that end the tuple besides brackets and tag ends. */
  readonly endSymbols?: readonly string[]
  readonly parenthesised?: boolean
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const ADDITIVE: readonly string[] = ['+', '-']
const MULTIPLICATIVE: readonly string[] = ['*', '/', '//', '%']
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
const NO_ARGUMENTS: CallArguments = { args: [], kwargs: [], dynArgs: null, dynKwargs: null }

export class ExpressionParser extends TokenReader {
  override parseExpression(withConditional = true): Expression {
    return withConditional ? this.#conditional() : this.#or()
  }

  #conditional(): Expression {
    let start = this.current
    let expression = this.#or()
    while (this.skipSymbol('if')) {
      const test = this.#or()
      const otherwise = this.skipSymbol('else') ? this.#conditional() : null
      // biome-ignore lint/suspicious/noThenProperty: the field of a tree node, never awaited
      expression = node.condExpr(start, { test, then: expression, otherwise })
      start = this.current
    }
    return expression
  }

  #or(): Expression {
    let start = this.current
    let left = this.#and()
    while (this.skipSymbol('or')) {
      left = node.binary(start, { op: 'or', left, right: this.#and() })
      start = this.current
    }
    return left
  }

  #and(): Expression {
    let start = this.current
    let left = this.#not()
    while (this.skipSymbol('and')) {
      left = node.binary(start, { op: 'and', left, right: this.#not() })
      start = this.current
    }
    return left
  }

  #not(): Expression {
    const start = this.current
    if (this.skipSymbol('not')) return node.unary(start, { op: 'not', node: this.#not() })
    return this.#comparison()
  }

  #comparison(): Expression {
    const start = this.current
    const expr = this.#additive()
    const ops: OperandNode[] = []
    while (true) {
      const operator = this.#comparisonOperator()
      if (operator === undefined) break
      ops.push(node.operand(start, { op: operator, expr: this.#additive() }))
    }
    return ops.length === 0 ? expr : node.compare(start, { expr, ops })
  }

  #comparisonOperator(): ComparisonOperator | undefined {
    const token = this.current
    if (token.type === 'operator' && COMPARISONS.has(token.value)) {
      this.advance()
      return token.value as ComparisonOperator
    }
    if (this.skipSymbol('in')) return 'in'
    if (!this.isSymbol('not')) return undefined
    const next = this.look()
    if (next.type !== 'symbol' || next.value !== 'in') return undefined
    this.advance()
    this.advance()
    return 'not in'
  }

  #additive(): Expression {
    return this.#leftAssociative(ADDITIVE, () => this.#concat())
  }

  #concat(): Expression {
    const start = this.current
    const first = this.#multiplicative()
    if (!this.isOperator('~')) return first
    const nodes = [first]
    while (this.skipOperator('~')) nodes.push(this.#multiplicative())
    return node.concat(start, { nodes })
  }

  #multiplicative(): Expression {
    return this.#leftAssociative(MULTIPLICATIVE, () => this.#power())
  }

  #power(): Expression {
    return this.#leftAssociative(['**'], () => this.#unary())
  }

  #leftAssociative(operators: readonly string[], operand: () => Expression): Expression {
    let start = this.current
    let left = operand()
    while (this.current.type === 'operator' && operators.includes(this.current.value)) {
      const op = this.advance().value as BinaryOperator
      left = node.binary(start, { op, left, right: operand() })
      start = this.current
    }
    return left
  }

  #unary(withFilter = true): Expression {
    const start = this.current
    let result: Expression
    if (this.skipOperator('-')) result = node.unary(start, { op: '-', node: this.#unary(false) })
    else if (this.skipOperator('+')) result = node.unary(start, { op: '+', node: this.#unary(false) })
    else result = this.parsePrimaryExpression()
    result = this.#postfix(result)
    return withFilter ? this.#filtersAndTests(result) : result
  }

  parsePrimaryExpression(): Expression {
    const token = this.current
    switch (token.type) {
      case 'symbol': {
        this.advance()
        const constant = CONSTANTS.get(token.value)
        if (constant !== undefined) return node.const(token, { value: constant })
        return node.name(token, { name: token.value, ctx: 'load' })
      }
      case 'string':
        return node.const(token, { value: this.#strings() })
      case 'int':
      case 'float':
        this.advance()
        return node.const(token, { value: token.number ?? 0 })
      case 'operator':
        if (this.skipOperator('(')) {
          const inside = this.parseTuple({ parenthesised: true })
          this.expectOperator(')')
          return inside
        }
        if (token.value === '[') return this.#list()
        if (token.value === '{') return this.#dict()
    }
    return this.fail(`unexpected ${quote(describe(token))}`, token.lineno)
  }

  /** Adjacent string literals are one. */
  #strings(): string {
    let text = ''
    while (this.current.type === 'string') text += this.advance().value
    return text
  }

  /** Expressions between commas make a tuple; a single one without a comma is itself. */
  parseTuple(options: TupleOptions = {}): Expression {
    const start = this.current
    const items: Expression[] = []
    let isTuple = false
    while (true) {
      if (items.length > 0) this.expectOperator(',')
      if (this.#isTupleEnd(options.endSymbols)) break
      items.push(
        options.simplified ? this.parsePrimaryExpression() : this.parseExpression(options.withConditional ?? true),
      )
      if (!this.isOperator(',')) break
      isTuple = true
    }
    const [only] = items
    if (!isTuple && only !== undefined) return only
    if (!isTuple && !options.parenthesised) this.fail(`Expected an expression, got ${quote(describe(this.current))}`)
    return node.tuple(start, { items })
  }

  #isTupleEnd(endSymbols: readonly string[] | undefined): boolean {
    const { type } = this.current
    if (type === 'variable-end' || type === 'block-end' || this.isOperator(')')) return true
    return endSymbols !== undefined && this.isSymbol(...endSymbols)
  }

  #list(): Expression {
    const start = this.expectOperator('[')
    const items: Expression[] = []
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expectOperator(',')
      if (this.isOperator(']')) break
      items.push(this.parseExpression())
    }
    this.expectOperator(']')
    return node.list(start, { items })
  }

  #dict(): Expression {
    const start = this.expectOperator('{')
    const items: PairNode[] = []
    while (!this.isOperator('}')) {
      if (items.length > 0) this.expectOperator(',')
      if (this.isOperator('}')) break
      const key = this.parseExpression()
      this.expectOperator(':')
      items.push(node.pair(key, { key, value: this.parseExpression() }))
    }
    this.expectOperator('}')
    return node.dict(start, { items })
  }

  #postfix(expression: Expression): Expression {
    let result = expression
    while (this.current.type === 'operator') {
      if (this.isOperator('.')) result = this.#attribute(result)
      else if (this.isOperator('[')) result = this.#subscript(result)
      else if (this.isOperator('(')) result = this.#call(result)
      else break
    }
    return result
  }

  #filtersAndTests(expression: Expression): Expression {
    let result = expression
    while (true) {
      if (this.isOperator('|')) result = this.parseFilters(result) as Expression
      else if (this.isSymbol('is')) result = this.#test(result)
      else if (this.isOperator('(')) result = this.#call(result)
      else return result
    }
  }

  #attribute(expression: Expression): Expression {
    const dot = this.advance()
    const token = this.advance()
    if (token.type === 'symbol') return node.getattr(dot, { node: expression, attr: token.value })
    if (token.type !== 'int') return this.fail('expected name or number', token.lineno)
    return node.getitem(dot, { node: expression, arg: node.const(token, { value: token.number ?? 0 }) })
  }

  #subscript(expression: Expression): Expression {
    const bracket = this.advance()
    const items: Expression[] = []
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expectOperator(',')
      items.push(this.#subscriptItem())
    }
    this.expectOperator(']')
    const [only] = items
    const arg = only !== undefined && items.length === 1 ? only : node.tuple(bracket, { items })
    return node.getitem(bracket, { node: expression, arg })
  }

  /** One index or slice. */
  #subscriptItem(): Expression {
    const place = this.current
    let start: Expression | null = null
    if (!this.isOperator(':')) {
      start = this.parseExpression()
      if (!this.isOperator(':')) return start
    }
    this.advance()
    const stop = this.isOperator(':') ? null : this.#slicePart()
    const step = this.skipOperator(':') ? this.#slicePart() : null
    return node.slice(place, { start, stop, step })
  }

  #slicePart(): Expression | null {
    return this.isOperator(']') || this.isOperator(',') ? null : this.parseExpression()
  }

  #call(expression: Expression): Expression {
    const place = this.current
    return node.call(place, { node: expression, ...this.#callArguments() })
  }

  #callArguments(): CallArguments {
    const open = this.expectOperator('(')
    const args: Expression[] = []
    const kwargs: KeywordNode[] = []
    let dynArgs: Expression | null = null
    let dynKwargs: Expression | null = null
    const ensure = (holds: boolean): void => {
      if (!holds) this.fail('invalid syntax for function call expression', open.lineno)
    }
    for (let first = true; !this.isOperator(')'); first = false) {
      if (!first) {
        this.expectOperator(',')
        if (this.isOperator(')')) break
      }
      if (this.skipOperator('*')) {
        ensure(dynArgs === null && dynKwargs === null)
        dynArgs = this.parseExpression()
      } else if (this.skipOperator('**')) {
        ensure(dynKwargs === null)
        dynKwargs = this.parseExpression()
      } else if (this.#isKeyword()) {
        ensure(dynKwargs === null)
        kwargs.push(this.#keyword())
      } else {
        ensure(dynArgs === null && dynKwargs === null && kwargs.length === 0)
        args.push(this.parseExpression())
      }
    }
    this.expectOperator(')')
    return { args, kwargs, dynArgs, dynKwargs }
  }

  #isKeyword(): boolean {
    if (this.current.type !== 'symbol') return false
    const next = this.look()
    return next.type === 'operator' && next.value === '='
  }

  #keyword(): KeywordNode {
    const name = this.advance()
    this.advance()
    return node.keyword(name, { key: name.value, value: this.parseExpression() })
  }

  /** `| a.b(c) | d …` after an expression; with `inline` the first has no `|` (filter blocks). */
  parseFilters(expression: Expression | null, inline = false): FilterNode | Expression | null {
    let result = expression
    for (let first = inline; first || this.isOperator('|'); first = false) {
      if (!first) this.advance()
      const name = this.expect('symbol')
      result = node.filter(name, { node: result, name: this.#dottedName(name), ...this.#optionalArguments() })
    }
    return result
  }

  #dottedName(first: Token): string {
    let name = first.value
    while (this.skipOperator('.')) name += `.${this.expect('symbol').value}`
    return name
  }

  #optionalArguments(): CallArguments {
    return this.isOperator('(') ? this.#callArguments() : NO_ARGUMENTS
  }

  #test(expression: Expression): Expression {
    const is = this.advance()
    const negated = this.skipSymbol('not')
    const name = this.#dottedName(this.expect('symbol'))
    const test = node.test(is, { node: expression, name, ...this.#testArguments() })
    return negated ? node.unary(is, { op: 'not', node: test }) : test
  }

  /** `is x(a, b)` or `is x a`. */
  #testArguments(): CallArguments {
    if (this.isOperator('(')) return this.#callArguments()
    const { type } = this.current
    const startsOperand =
      type === 'symbol' ||
      type === 'string' ||
      type === 'int' ||
      type === 'float' ||
      this.isOperator('[') ||
      this.isOperator('{')
    if (!startsOperand || this.isSymbol('else', 'or', 'and')) return NO_ARGUMENTS
    if (this.isSymbol('is')) this.fail('You cannot chain multiple tests with is')
    return { ...NO_ARGUMENTS, args: [this.#postfix(this.parsePrimaryExpression())] }
  }
}

// Templates: text, print statements and all statements of Jinja2 3.1, on nunjucks' parser.
// Mirrors jinja2/parser.py parse_statement … subparse, and ext.py's do and loopcontrols.

import { TemplateSyntaxError } from '../errors.js'
import { ExpressionParser } from './expression-parser.js'
import {
  type CallBlockNode,
  type Expression,
  type FilterNode,
  type IfNode,
  type MacroNode,
  type NameNode,
  node,
  type OutputNode,
  type Statement,
  type Target,
} from './nodes.js'
import type { SyntaxSettings } from './settings.js'
import { type Token, TokenStream } from './token-stream.js'

export interface ParserOptions {
  readonly settings: SyntaxSettings
  /** Tags of extensions that are switched on: `do`, `break`, `continue`. */
  readonly extensionTags: ReadonlySet<string>
}

const UNASSIGNABLE: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None'])

/** The statements of a template. Throws TemplateSyntaxError in Jinja2's words. */
export function parseTemplate(source: string, options: ParserOptions): Statement[] {
  return new JinjaParser(source, options).parseTemplate()
}

export class JinjaParser extends ExpressionParser {
  readonly #extensionTags: ReadonlySet<string>
  readonly #tagStack: string[] = []
  readonly #endTagStack: (readonly string[])[] = []

  constructor(source: string, options: ParserOptions) {
    super(new TokenStream(source, options.settings))
    this.#extensionTags = options.extensionTags
  }

  parseTemplate(): Statement[] {
    return this.parseNodes()
  }

  /** Everything up to the end, or to a tag named in `breakOnBlocks`, whose name is then the current token. */
  override parseNodes(): Statement[] {
    const body: Statement[] = []
    let pending: Expression[] = []
    const flush = (): void => {
      const [first] = pending
      if (first !== undefined) body.push(node.output(first, { nodes: pending }))
      pending = []
    }
    while (this.current.type !== 'eof') {
      const token = this.advance()
      if (token.type === 'data') pending.push(node.templateData(token, { data: token.value }))
      else if (token.type === 'variable-start') {
        pending.push(this.parseTuple())
        this.expect('variable-end')
      } else {
        flush()
        if (this.breakOnBlocks !== null && this.isSymbol(...this.breakOnBlocks)) return body
        body.push(this.#statement())
        this.expect('block-end')
      }
    }
    flush()
    return body
  }

  #statement(): Statement {
    const token = this.current
    if (token.type !== 'symbol') this.fail('tag name expected', token.lineno)
    this.#tagStack.push(token.value)
    const parse = this.#statementParser(token.value)
    if (parse === undefined) {
      this.#tagStack.pop()
      return this.#failAtEnd(token.value, this.#endTagStack, token.lineno)
    }
    const statement = parse(this.advance())
    this.#tagStack.pop()
    return statement
  }

  #statementParser(tag: string): ((token: Token) => Statement) | undefined {
    switch (tag) {
      case 'for':
        return token => this.#for(token)
      case 'if':
        return token => this.#if(token)
      case 'block':
        return token => this.#block(token)
      case 'extends':
        return token => node.extends(token, { template: this.parseExpression() })
      case 'print':
        return token => this.#print(token)
      case 'macro':
        return token => this.#macro(token)
      case 'include':
        return token => this.#include(token)
      case 'from':
        return token => this.#from(token)
      case 'import':
        return token => this.#import(token)
      case 'set':
        return token => this.#set(token)
      case 'with':
        return token => this.#with(token)
      case 'autoescape':
        return token => this.#autoescape(token)
      case 'call':
        return token => this.#callBlock(token)
      case 'filter':
        return token => this.#filterBlock(token)
      default:
        return this.#extensionTags.has(tag) ? token => this.#extension(token) : undefined
    }
  }

  #extension(token: Token): Statement {
    if (token.value === 'break') return node.break(token, {})
    if (token.value === 'continue') return node.continue(token, {})
    return node.exprStmt(token, { node: this.parseTuple() })
  }

  /** The body of a statement up to one of the end tags; with `drop` that tag's name is passed over. */
  #statements(endTags: readonly string[], drop: boolean): Statement[] {
    this.skipOperator(':')
    this.expect('block-end')
    this.#endTagStack.push(endTags)
    const list = this.parseUntilBlocks(...endTags) as { readonly children: Statement[] }
    this.#endTagStack.pop()
    if (this.current.type === 'eof') this.#failAtEnd(undefined, [...this.#endTagStack, endTags], this.current.lineno)
    if (drop) this.advance()
    return list.children
  }

  /** An unknown tag, or the end of the template inside a statement. */
  #failAtEnd(tag: string | undefined, endTags: readonly (readonly string[])[], line: number): never {
    const wanted = endTags
      .at(-1)
      ?.map(each => `'${each}'`)
      .join(' or ')
    let message = tag === undefined ? 'Unexpected end of template.' : `Encountered unknown tag '${tag}'.`
    if (wanted !== undefined) {
      const isNestingMistake = tag !== undefined && endTags.some(tags => tags.includes(tag))
      message += isNestingMistake
        ? ` You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${wanted}.`
        : ` Jinja was looking for the following tags: ${wanted}.`
    }
    const innermost = this.#tagStack.at(-1)
    if (innermost !== undefined) message += ` The innermost block that needs to be closed is '${innermost}'.`
    throw new TemplateSyntaxError(message, line)
  }

  #for(token: Token): Statement {
    const target = this.#assignTarget({ endSymbols: ['in'] })
    this.expectSymbol('in')
    const iter = this.parseTuple({ withConditional: false, endSymbols: ['recursive'] })
    const test = this.skipSymbol('if') ? this.parseExpression() : null
    const recursive = this.skipSymbol('recursive')
    const body = this.#statements(['endfor', 'else'], false)
    const otherwise = this.advance().value === 'endfor' ? [] : this.#statements(['endfor'], true)
    return node.for(token, { target, iter, body, otherwise, test, recursive })
  }

  #if(token: Token): IfNode {
    const test = this.parseTuple({ withConditional: false })
    const body = this.#statements(['elif', 'else', 'endif'], false)
    const elifs: IfNode[] = []
    let end = this.advance()
    while (end.value === 'elif') {
      const elifTest = this.parseTuple({ withConditional: false })
      const elifBody = this.#statements(['elif', 'else', 'endif'], false)
      elifs.push(node.if(end, { test: elifTest, body: elifBody, elifs: [], otherwise: [] }))
      end = this.advance()
    }
    const otherwise = end.value === 'else' ? this.#statements(['endif'], true) : []
    return node.if(token, { test, body, elifs, otherwise })
  }

  #with(token: Token): Statement {
    const targets: Target[] = []
    const values: Expression[] = []
    while (this.current.type !== 'block-end') {
      if (targets.length > 0) this.expectOperator(',')
      targets.push(withContext(this.#assignTarget({}), 'param'))
      this.expectOperator('=')
      values.push(this.parseExpression())
    }
    return node.with(token, { targets, values, body: this.#statements(['endwith'], true) })
  }

  #autoescape(token: Token): Statement {
    const value = this.parseExpression()
    return node.autoescape(token, { value, body: this.#statements(['endautoescape'], true) })
  }

  #block(token: Token): Statement {
    const name = this.expect('symbol').value
    const scoped = this.skipSymbol('scoped')
    const required = this.skipSymbol('required')
    if (this.isOperator('-'))
      this.fail(
        'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
      )
    const body = this.#statements(['endblock'], true)
    if (required && !body.every(isBlank)) this.fail('Required blocks can only contain comments or whitespace')
    this.skipSymbol(name)
    return node.block(token, { name, body, scoped, required })
  }

  #include(token: Token): Statement {
    const template = this.parseExpression()
    const ignoreMissing = this.isSymbol('ignore') && this.#nextIs('missing')
    if (ignoreMissing) {
      this.advance()
      this.advance()
    }
    return node.include(token, { template, ignoreMissing, withContext: this.#context() ?? true })
  }

  #import(token: Token): Statement {
    const template = this.parseExpression()
    this.expectSymbol('as')
    const target = this.#assignName().name
    return node.import(token, { template, target, withContext: this.#context() ?? false })
  }

  #from(token: Token): Statement {
    const template = this.parseExpression()
    this.expectSymbol('import')
    const names: (readonly [string, string])[] = []
    let context: boolean | undefined
    while (context === undefined) {
      if (names.length > 0) this.expectOperator(',')
      if (this.current.type !== 'symbol') this.expect('symbol')
      context = this.#context()
      if (context !== undefined) break
      const name = this.#assignName()
      if (name.name.startsWith('_')) this.fail('names starting with an underline can not be imported', name.lineno)
      const alias = this.skipSymbol('as') ? this.#assignName().name : name.name
      names.push([name.name, alias])
      context = this.#context()
      if (!this.isOperator(',')) break
    }
    return node.fromImport(token, { template, names, withContext: context ?? false })
  }

  /** `with context` or `without context`, where it stands. */
  #context(): boolean | undefined {
    if (!this.isSymbol('with', 'without') || !this.#nextIs('context')) return undefined
    const isWith = this.advance().value === 'with'
    this.advance()
    return isWith
  }

  #nextIs(symbol: string): boolean {
    const next = this.look()
    return next.type === 'symbol' && next.value === symbol
  }

  #set(token: Token): Statement {
    const target = this.#assignTarget({ withNamespace: true })
    if (this.skipOperator('=')) return node.assign(token, { target, node: this.parseTuple() })
    const filter = this.parseFilters(null) as FilterNode | null
    return node.assignBlock(token, { target, filter, body: this.#statements(['endset'], true) })
  }

  #macro(token: Token): MacroNode {
    const { name } = this.#assignName()
    const signature = this.#signature()
    return node.macro(token, { name, ...signature, body: this.#statements(['endmacro'], true) })
  }

  #callBlock(token: Token): CallBlockNode {
    const signature = this.isOperator('(') ? this.#signature() : { args: [], defaults: [] }
    const call = this.parseExpression()
    if (call.typename !== 'Call') return this.fail('expected call', token.lineno)
    return node.callBlock(token, { call, ...signature, body: this.#statements(['endcall'], true) })
  }

  #filterBlock(token: Token): Statement {
    const filter = this.parseFilters(null, true) as FilterNode
    return node.filterBlock(token, { filter, body: this.#statements(['endfilter'], true) })
  }

  #print(token: Token): Statement {
    const nodes: Expression[] = []
    while (this.current.type !== 'block-end') {
      if (nodes.length > 0) this.expectOperator(',')
      nodes.push(this.parseExpression())
    }
    return node.output(token, { nodes })
  }

  /** Parameters of a macro or call block with their defaults. */
  #signature(): { args: NameNode[]; defaults: Expression[] } {
    const args: NameNode[] = []
    const defaults: Expression[] = []
    this.expectOperator('(')
    while (!this.isOperator(')')) {
      if (args.length > 0) this.expectOperator(',')
      const arg = this.#assignName()
      arg.ctx = 'param'
      if (this.skipOperator('=')) defaults.push(this.parseExpression())
      else if (defaults.length > 0) this.fail('non-default argument follows default argument')
      args.push(arg)
    }
    this.expectOperator(')')
    return { args, defaults }
  }

  #assignName(): NameNode {
    const token = this.expect('symbol')
    const name = node.name(token, { name: token.value, ctx: 'store' })
    this.#checkTarget(name)
    return name
  }

  #assignTarget(options: { readonly endSymbols?: readonly string[]; readonly withNamespace?: boolean }): Target {
    if (options.withNamespace) {
      const next = this.look()
      if (next.type === 'operator' && next.value === '.') return this.#namespaceTarget()
    }
    const tuple = { simplified: true, ...(options.endSymbols && { endSymbols: options.endSymbols }) }
    const target = this.parseTuple(tuple)
    this.#checkTarget(target)
    return withContext(target as Target, 'store')
  }

  #namespaceTarget(): Target {
    const name = this.expect('symbol')
    this.advance()
    return node.namespaceRef(name, { name: name.value, attr: this.expect('symbol').value })
  }

  #checkTarget(target: Expression): void {
    if (canAssign(target)) return
    this.fail(`can't assign to '${target.typename.toLowerCase()}'`, target.lineno)
  }
}

function canAssign(target: Expression): boolean {
  if (target.typename === 'Tuple') return target.items.every(canAssign)
  return target.typename === 'NSRef' || (target.typename === 'Name' && !UNASSIGNABLE.has(target.name))
}

/** Marks every name of a target as written. */
function withContext(target: Target, ctx: 'store' | 'param'): Target {
  if (target.typename === 'Name') target.ctx = ctx
  else if (target.typename === 'Tuple') for (const item of target.items) withContext(item as Target, ctx)
  return target
}

function isBlank(statement: Statement): boolean {
  return (
    statement.typename === 'Output' &&
    (statement as OutputNode).nodes.every(each => each.typename === 'TemplateData' && each.data.trim() === '')
  )
}

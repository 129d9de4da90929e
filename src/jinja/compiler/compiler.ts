// JavaScript for statements and whole templates. The result is the body of a function of the runtime library (R),
// the constants (K) and the plugins (P); it returns { root, blocks }. Mirrors jinja2/compiler.py CodeGenerator.

import { TemplateSyntaxError } from '../errors.js'
import type { PluginCall } from '../plugin.js'
import { LIBRARY_NAMES } from '../runtime/library.js'
import {
  type AnyNode,
  type BlockNode,
  type ExtendsNode,
  type IfNode,
  type OutputNode,
  type Statement,
  type Target,
  walk,
} from '../syntax/nodes.js'
import { analyzeAll, findUndeclared, namesOf } from './analysis.js'
import { CodeWriter } from './code-writer.js'
import type { ConstantPlugins } from './constants.js'
import { ExpressionCompiler, quoted } from './expressions.js'
import { Frame } from './frame.js'
import { compileImportStatement } from './imports.js'
import { compileLoop } from './loops.js'
import { compileCallBlock, compileMacro } from './macros.js'
import { PluginTable } from './plugin-table.js'
import { compileAssignBlock, compileAutoescape, compileFilterBlock, compileWith } from './scopes.js'
import { UncompilableTemplate } from './uncompilable.js'

export interface CompileOptions {
  /** The environment's autoescape. */
  readonly autoescape: boolean
  /** Name of the template file as the loader knows it; undefined for a string. */
  readonly name: string | undefined
  readonly plugin: (kind: 'filter' | 'test', name: string) => PluginCall | undefined
  /** Plugins as constant folding may use them. */
  readonly constantPlugins: ConstantPlugins
}

export interface GeneratedCode {
  readonly javascript: string
  readonly constants: CodeWriter['constants']
  /** P. */
  readonly plugins: readonly PluginCall[]
  /** The template may change lists and dicts it reads, or tell equal ones apart: it must get copies. */
  readonly mayMutate: boolean
  /** The names that the code asks the context for: what no local of the template hides. */
  readonly contextNames: ReadonlySet<string>
}

/** Deeper nesting of loops makes CPython refuse the code. */
const MAX_NESTED_LOOPS = 20

class ExtendedTwice extends Error {}

/** Generates the code of a template. Throws TemplateSyntaxError, or UncompilableTemplate. */
export function compileTemplate(body: readonly Statement[], options: CompileOptions): GeneratedCode {
  return new TemplateCompiler(options).compile(body)
}

export class TemplateCompiler {
  readonly writer = new CodeWriter()
  readonly expressions: ExpressionCompiler
  readonly #plugins: PluginTable
  readonly #contextNames = new Set<string>()
  #mayMutate = false
  #hasExtends = false
  #extendsSoFar = 0
  #hasKnownExtends = false
  #loopDepth = 0
  #line = 0

  constructor(readonly options: CompileOptions) {
    this.#plugins = new PluginTable(options.plugin)
    this.expressions = new ExpressionCompiler(this.writer, {
      plugin: (kind, name, line) => this.#plugins.variable(kind, name, line),
      notePossibleMutation: () => {
        this.#mayMutate = true
      },
      constantPlugins: options.constantPlugins,
      position: line => (options.name === undefined ? `line ${line}` : `line ${line} in '${options.name}'`),
    })
    this.expressions.escapes = options.autoescape
  }

  notePossibleMutation(): void {
    this.#mayMutate = true
  }

  compile(body: readonly Statement[]): GeneratedCode {
    const blocks = this.#findBlocks(body)
    this.#compileRoot(body)
    for (const block of blocks.values()) this.#compileBlock(block)
    const entries = [...blocks.keys()].map(name => `[${quoted(name)}, block_${blockId(name)}]`)
    const javascript = [
      '"use strict";',
      `const {${this.#usedNames().join(',')}} = R;`,
      ...this.#plugins.declarations(),
      this.writer.toString(),
      `return { root, blocks: new Map([${entries.join(', ')}]) };`,
    ].join('\n')
    return {
      javascript,
      constants: this.writer.constants,
      plugins: this.#plugins.calls,
      mayMutate: this.#mayMutate,
      contextNames: this.#contextNames,
    }
  }

  /** The library functions that the code names. */
  #usedNames(): string[] {
    const words = new Set(this.writer.toString().match(/[A-Za-z_]\w*/g))
    return LIBRARY_NAMES.filter(name => words.has(name))
  }

  #findBlocks(body: readonly Statement[]): Map<string, BlockNode> {
    const blocks = new Map<string, BlockNode>()
    walk(body, each => {
      if (each.typename === 'Extends') this.#hasExtends = true
      if (each.typename !== 'Block') return isStatement(each)
      if (blocks.has(each.name)) throw new TemplateSyntaxError(`block '${each.name}' defined twice`, each.lineno)
      blocks.set(each.name, each)
      return true
    })
    return blocks
  }

  #compileRoot(body: readonly Statement[]): void {
    const hasExtends = this.#hasExtends
    const frame = Frame.root()
    this.writer.function('function root(c, b)', () => {
      if (findUndeclared(body, ['self']).has('self'))
        this.writer.line(`const ${frame.symbols.declareParameter('self')} = selfReference(c);`)
      analyzeAll(frame.symbols, body)
      frame.toplevel = frame.rootlevel = true
      frame.requireOutputCheck = hasExtends
      if (hasExtends) this.writer.line('let parent;')
      this.enterFrame(frame)
      this.#requirePlugins(body)
      this.statements(body, frame)
      if (hasExtends) this.writer.line('if (parent !== undefined) parent.root(c, b);')
    })
  }

  #compileBlock(block: BlockNode): void {
    const frame = Frame.root()
    this.#hasKnownExtends = false
    this.writer.function(`function block_${blockId(block.name)}(c, b)`, () => {
      const special = findUndeclared(block.body, ['self', 'super'])
      if (special.has('self')) this.writer.line(`const ${frame.symbols.declareParameter('self')} = selfReference(c);`)
      if (special.has('super')) {
        const local = frame.symbols.declareParameter('super')
        const name = quoted(block.name)
        this.writer.line(`const ${local} = superBlock(c, ${name}, block_${blockId(block.name)});`)
      }
      analyzeAll(frame.symbols, block.body)
      this.enterFrame(frame)
      this.#requirePlugins(block.body)
      this.statements(block.body, frame)
    })
  }

  /** Fails at the start of the rendering when the body names a plugin that nobody has. */
  #requirePlugins(body: readonly Statement[]): void {
    const name = this.#plugins.missingIn(body)
    if (name !== undefined) this.writer.line(`noPlugin(${quoted(name)});`)
  }

  /** Declares and fills the locals of a scope. Parameters are declared by whoever gives them. */
  enterFrame(frame: Frame): void {
    for (const [local, load] of frame.symbols.loads) {
      if (load.kind === 'resolve') {
        this.#contextNames.add(load.name)
        this.writer.line(`let ${local} = c.resolve(${quoted(load.name)});`)
      } else if (load.kind === 'alias') this.writer.line(`let ${local} = ${load.of};`)
      else if (load.kind === 'undefined') this.writer.line(`let ${local};`)
    }
  }

  /** Remembers the line that runs, for error messages. */
  markLine(node: AnyNode): void {
    if (node.lineno === this.#line) return
    this.#line = node.lineno
    this.writer.line(`c.line = ${node.lineno};`)
  }

  /** The line may have changed by a jump; the next statement says where it is. */
  forgetLine(): void {
    this.#line = 0
  }

  statements(body: readonly Statement[], frame: Frame): void {
    try {
      for (const statement of body) {
        this.markLine(statement)
        this.#statement(statement, frame)
      }
    } catch (error) {
      if (!(error instanceof ExtendedTwice)) throw error
    }
  }

  #statement(node: Statement, frame: Frame): void {
    switch (node.typename) {
      case 'Output':
        return this.#output(node, frame)
      case 'If':
        return this.#if(node, frame)
      case 'For':
        if (++this.#loopDepth > MAX_NESTED_LOOPS) throw new UncompilableTemplate('too many statically nested blocks')
        compileLoop(this, node, frame)
        this.#loopDepth--
        return
      case 'Break':
      case 'Continue':
        if (this.#loopDepth === 0) throw new UncompilableTemplate(`'${node.typename.toLowerCase()}' outside loop`)
        this.writer.line(`${node.typename.toLowerCase()};`)
        return
      case 'Assign':
        return this.assign(node.target, this.expressions.compile(node.node, frame), frame)
      case 'AssignBlock':
        return compileAssignBlock(this, node, frame)
      case 'Macro':
        return compileMacro(this, node, frame)
      case 'CallBlock':
        return compileCallBlock(this, node, frame)
      case 'FilterBlock':
        return compileFilterBlock(this, node, frame)
      case 'With':
        return compileWith(this, node, frame)
      case 'Autoescape':
        return compileAutoescape(this, node, frame)
      case 'ExprStmt':
        this.writer.line(`${this.expressions.compile(node.node, frame)};`)
        return
      case 'Block':
        return this.#block(node, frame)
      case 'Extends':
        return this.#extends(node, frame)
      case 'Include':
      case 'Import':
      case 'FromImport':
        return compileImportStatement(this, node, frame)
    }
  }

  /** Loops and functions start counting `break`able loops anew. */
  withoutLoops(body: () => void): void {
    const depth = this.#loopDepth
    this.#loopDepth = 0
    body()
    this.#loopDepth = depth
  }

  #output(node: OutputNode, frame: Frame): void {
    if (frame.requireOutputCheck) {
      if (this.#hasKnownExtends) return
      this.writer.line('if (parent === undefined) {')
    }
    let data = ''
    const flush = (): void => {
      if (data !== '') this.writer.line(`${frame.buffer}.raw(${quoted(data)});`)
      data = ''
    }
    for (const each of node.nodes) {
      if (each.typename === 'TemplateData') {
        data += each.data
        continue
      }
      flush()
      this.markLine(each)
      this.writer.line(`${frame.buffer}.add(${this.expressions.compileOutput(each, frame)});`)
    }
    flush()
    if (frame.requireOutputCheck) this.writer.line('}')
  }

  #if(node: IfNode, frame: Frame): void {
    const inner = frame.soft()
    this.writer.line(`if (${this.expressions.condition(node.test, inner)}) {`)
    this.statements(node.body, inner)
    for (const elif of node.elifs) {
      this.writer.line(`} else if (${this.expressions.condition(elif.test, inner)}) {`)
      this.forgetLine()
      this.statements(elif.body, inner)
    }
    if (node.otherwise.length > 0) {
      this.writer.line('} else {')
      this.forgetLine()
      this.statements(node.otherwise, inner)
    }
    this.writer.line('}')
    this.forgetLine()
  }

  /** Assigns the value of a JavaScript expression to a target whose locals exist. */
  assignTo(target: Target, value: string, frame: Frame): void {
    if (target.typename === 'Name') {
      this.writer.line(`${frame.symbols.ref(target.name)} = ${value};`)
      return
    }
    if (target.typename === 'NSRef') {
      this.writer.line(`setNamespace(${frame.symbols.ref(target.name)}, ${quoted(target.attr)}, ${value});`)
      return
    }
    const parts = this.writer.identifier()
    this.writer.line(`const ${parts} = unpack(${value}, ${target.items.length});`)
    target.items.forEach((item, index) => {
      this.assignTo(item as Target, `${parts}[${index}]`, frame)
    })
  }

  /** Tells the context about names that the top level of a template has set. */
  exportNames(names: readonly string[], frame: Frame): void {
    if (!frame.toplevel) return
    for (const name of names) this.writer.line(`c.setVariable(${quoted(name)}, ${frame.symbols.ref(name)});`)
  }

  /** A `set` of the value of a JavaScript expression, computed after it is known that the target may be set. */
  assign(target: Target, value: string, frame: Frame): void {
    if (target.typename === 'NSRef') this.writer.line(`requireNamespace(${frame.symbols.ref(target.name)});`)
    this.assignTo(target, value, frame)
    this.exportNames(namesOf(target), frame)
  }

  /** Declares the locals of parameters; each once. */
  declareParameters(names: readonly string[], frame: Frame): void {
    const locals = new Set(names.map(name => frame.symbols.ref(name)))
    if (locals.size > 0) this.writer.line(`let ${[...locals].join(', ')};`)
  }

  #block(node: BlockNode, frame: Frame): void {
    const name = quoted(node.name)
    const isGuarded = frame.toplevel && this.#extendsSoFar > 0
    if (frame.toplevel && this.#hasKnownExtends) return
    if (isGuarded) this.writer.line('if (parent === undefined) {')
    const context = node.scoped ? `c.derived(${this.localsOf(frame)})` : 'c'
    if (node.required) this.writer.line(`requireBlock(c, ${name});`)
    this.writer.line(`c.block(${name})(${context}, ${frame.buffer});`)
    if (isGuarded) this.writer.line('}')
  }

  /** JavaScript for all names set in reach, as [name, value] pairs. */
  localsOf(frame: Frame): string {
    const pairs = [...frame.symbols.allStores()].map(([name, local]) => `[${quoted(name)}, ${local}]`)
    return `[${pairs.join(', ')}]`
  }

  #extends(node: ExtendsNode, frame: Frame): void {
    if (!frame.toplevel) throw new TemplateSyntaxError('cannot use extend from a non top-level scope', node.lineno)
    if (this.#extendsSoFar > 0) {
      if (this.#hasKnownExtends) {
        this.writer.line('extendedTwice();')
        throw new ExtendedTwice()
      }
      this.writer.line('if (parent !== undefined) extendedTwice();')
    }
    this.#mayMutate = true
    this.writer.line(`parent = c.extend(${this.expressions.compile(node.template, frame)});`)
    if (frame.rootlevel) this.#hasKnownExtends = true
    this.#extendsSoFar++
  }
}

const EXPRESSIONS: ReadonlySet<string> = new Set(
  'Name NSRef Const TemplateData Tuple List Dict CondExpr Filter Test Call Getitem Getattr Slice Concat Compare Binary Unary'.split(
    ' ',
  ),
)

/** Statements hold statements; expressions never do. */
const isStatement = (node: AnyNode): boolean => node.typename !== 'Output' && !EXPRESSIONS.has(node.typename)

/** A block's name as part of a JavaScript identifier. */
const blockId = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, each => `$${each.charCodeAt(0).toString(16)}`)

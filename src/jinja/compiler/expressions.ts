// JavaScript for expressions. The code calls into runtime/library.ts; names from templates never reach JavaScript
// but as string literals and prefixed locals. Mirrors the expression visitors of jinja2/compiler.py.

import { Markup, neg, PyFloat, type Value } from '../../python/index.js'
import type { DirectCall } from '../plugin.js'
import type {
  BinaryNode,
  CallArguments,
  CallNode,
  CompareNode,
  DictNode,
  Expression,
  FilterNode,
  GetattrNode,
  GetitemNode,
  KeywordNode,
  NameNode,
  TestNode,
} from '../syntax/nodes.js'
import { CONTAINER_ATTRIBUTES, MUTATORS } from './attribute-names.js'
import type { CodeWriter } from './code-writer.js'
import { ConstantFolder, type ConstantPlugins } from './constants.js'
import type { Frame } from './frame.js'
import { UncompilableTemplate } from './uncompilable.js'

export interface CompiledPlugin {
  /** Its JavaScript variable; with a `d` at the end that of its direct call. */
  readonly variable: string
  readonly direct: DirectCall | undefined
}

export interface ExpressionHooks {
  /** A filter or test; throws TemplateSyntaxError when there is no such plugin. */
  plugin(kind: 'filter' | 'test', name: string, line: number): CompiledPlugin
  /** Says that the template may change a list or dict it was given, or looks at identity. */
  notePossibleMutation(): void
  readonly constantPlugins: ConstantPlugins
  /** `line 3 in 'x.j2'` */
  position(line: number): string
}

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
}
const COMPARISON: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  in: 'isIn',
  'not in': 'notIn',
}
/** Operators and calls whose operands Jinja2's optimizer folds when they are constant. */
const OPTIMIZED: ReadonlySet<string> = new Set([
  'Binary',
  'Unary',
  'Concat',
  'Compare',
  'Getattr',
  'Getitem',
  'Filter',
  'Test',
  'CondExpr',
  'Call',
])

export const quoted = (text: string): string => JSON.stringify(text)

export class ExpressionCompiler {
  /** While a macro's defaults are computed, its later parameters may still be missing. */
  checkParameters = false
  /** Inside `{% autoescape true %}`. Where only the rendering knows, Jinja2 joins as if it were not. */
  escapes = false
  /** Inside `{% autoescape %}` of something that only the rendering knows; nothing is folded there. */
  isVolatile = false
  readonly #folder: ConstantFolder
  #isChecked = false
  /** What is compiled is printed, and was computed as a whole. */
  #isConstant = false

  constructor(
    private readonly writer: CodeWriter,
    private readonly hooks: ExpressionHooks,
  ) {
    this.#folder = new ConstantFolder(hooks.constantPlugins)
  }

  /** A JavaScript expression for the value. */
  compile(node: Expression, frame: Frame): string {
    if (this.isVolatile || !OPTIMIZED.has(node.typename)) return this.#compile(node, frame)
    return this.#checked(node, () => {
      const constant = this.#folder.scalarOf(node)
      return constant === undefined ? this.#compile(node, frame) : this.constant(constant)
    })
  }

  /** Folds the constants of an expression before its code is made; what is inside it is folded with it. */
  #checked(node: Expression, compile: () => string): string {
    if (this.#isChecked) return compile()
    this.#folder.check(node)
    this.#isChecked = true
    const code = compile()
    this.#isChecked = false
    return code
  }

  /** The code of a print statement's value: a constant one is not looked at for errors inside it. */
  compileOutput(node: Expression, frame: Frame): string {
    if (this.isVolatile || !this.#folder.isConstantOutput(node)) return this.compile(node, frame)
    const constant = this.#folder.scalarOf(node)
    const text = this.escapes ? undefined : this.#folder.textOnly(node)
    if (text !== undefined) return quoted(text)
    this.#isConstant = this.#isChecked = true
    const code = constant === undefined ? this.#compile(node, frame) : this.constant(constant)
    this.#isConstant = this.#isChecked = false
    return code
  }

  /** A JavaScript condition: Python's truth of the value. */
  condition(node: Expression, frame: Frame): string {
    if (this.isVolatile || !OPTIMIZED.has(node.typename)) return this.#condition(node, frame)
    return this.#checked(node, () => {
      const constant = this.#folder.scalarOf(node)
      return constant === undefined ? this.#condition(node, frame) : `truth(${this.constant(constant)})`
    })
  }

  #condition(node: Expression, frame: Frame): string {
    if (node.typename === 'Unary' && node.op === 'not') return `!${this.condition(node.node, frame)}`
    if (node.typename === 'Binary' && (node.op === 'and' || node.op === 'or')) {
      const operator = node.op === 'and' ? '&&' : '||'
      return `(${this.condition(node.left, frame)} ${operator} ${this.condition(node.right, frame)})`
    }
    const code = this.compile(node, frame)
    return node.typename === 'Compare' && node.ops.length === 1 ? code : `truth(${code})`
  }

  #compile(node: Expression, frame: Frame): string {
    switch (node.typename) {
      case 'Name':
        return this.#name(node, frame)
      case 'Const':
        return this.constant(node.value)
      case 'TemplateData':
        return `data(c, ${quoted(node.data)})`
      case 'Tuple':
        return `new Tuple([${this.#list(node.items, frame)}])`
      case 'List':
        return `[${this.#list(node.items, frame)}]`
      case 'Dict':
        return this.#dict(node, frame)
      case 'CondExpr': {
        const otherwise =
          node.otherwise === null
            ? `noElse(${quoted(this.hooks.position(node.lineno))})`
            : this.compile(node.otherwise, frame)
        return `(${this.condition(node.test, frame)} ? ${this.compile(node.then, frame)} : ${otherwise})`
      }
      case 'Filter':
        return this.filter(node, frame, undefined)
      case 'Test':
        return this.#test(node, frame)
      case 'Call':
        return this.call(node, frame)
      case 'Getattr':
        return this.#getattr(node, frame)
      case 'Getitem':
        return this.#getitem(node, frame)
      case 'Concat':
        return `${this.escapes ? 'markupJoin' : 'join'}([${this.#list(node.nodes, frame)}])`
      case 'Compare':
        return this.#compare(node, frame)
      case 'Binary':
        return this.#binary(node, frame)
      case 'Unary':
        if (node.op === 'not') return `!${this.condition(node.node, frame)}`
        return `${node.op === '-' ? 'neg' : 'pos'}(${this.compile(node.node, frame)})`
      case 'Slice':
        throw new UncompilableTemplate('a slice stands where none can')
      case 'NSRef':
        throw new UncompilableTemplate('a namespace attribute stands where a value is read')
    }
  }

  constant(value: Value): string {
    if (value === null || typeof value === 'boolean') return String(value)
    if (typeof value === 'string') {
      if (MUTATORS.has(value)) this.hooks.notePossibleMutation()
      return quoted(value)
    }
    if (typeof value === 'number') return value < 0 || Object.is(value, -0) ? `(${value})` : String(value)
    if (typeof value === 'bigint') return `${value}n`
    // Jinja2 writes repr(value) into its Python code, where nothing is called inf or nan.
    if (value instanceof PyFloat && !Number.isFinite(value.value) && !this.#isConstant)
      return `notDefined(${quoted(Number.isNaN(value.value) ? 'nan' : 'inf')})`
    if (value instanceof PyFloat || value instanceof Markup) return this.writer.constant(value)
    throw new Error('a constant of an unknown type')
  }

  #list(nodes: readonly Expression[], frame: Frame): string {
    return nodes.map(node => this.compile(node, frame)).join(', ')
  }

  #name(node: NameNode, frame: Frame): string {
    const local = frame.symbols.findRef(node.name)
    if (local === undefined) throw new UncompilableTemplate(`the name ${node.name} is unknown to its scope`)
    const load = frame.symbols.findLoad(local)
    if (load?.kind === 'parameter' && !this.checkParameters) return local
    return `known(${local}, ${quoted(node.name)})`
  }

  #dict(node: DictNode, frame: Frame): string {
    const parts = node.items.map(pair => `${this.compile(pair.key, frame)}, ${this.compile(pair.value, frame)}`)
    return `dict([${parts.join(', ')}])`
  }

  #test(node: TestNode, frame: Frame): string {
    if (node.name === 'sameas') this.hooks.notePossibleMutation()
    const test = this.hooks.plugin('test', node.name, node.lineno)
    return this.#pluginCall(test, '', this.compile(node.node, frame), node, frame)
  }

  /** A filter call; `input` is the code of the filtered value where the tree has none (filter and set blocks). */
  filter(node: FilterNode, frame: Frame, input: string | undefined): string {
    if (node.name.endsWith('_yaml') || node.name === 'attr') this.hooks.notePossibleMutation()
    const filter = this.hooks.plugin('filter', node.name, node.lineno)
    let value: string
    if (node.node === null) value = input ?? 'null'
    else if (node.node.typename === 'Filter' && input !== undefined) value = this.filter(node.node, frame, input)
    else value = this.compile(node.node, frame)
    return this.#pluginCall(filter, 'unroll', value, node, frame)
  }

  #pluginCall(plugin: CompiledPlugin, after: 'unroll' | '', value: string, node: CallArguments, frame: Frame): string {
    const bound = plugin.direct === undefined ? undefined : this.#boundArguments(plugin.direct, value, node, frame)
    if (bound !== undefined) return `${after}(${plugin.variable}d(${['c', ...bound].join(', ')}))`
    const { args, kwargs } = this.#arguments(node, frame, undefined)
    return `${plugin.variable}(c, [${args === '' ? value : `${value}, ${args}`}], ${kwargs})`
  }

  /** The arguments one for each parameter; undefined where they do not fit, or would be computed in another order. */
  #boundArguments(plugin: DirectCall, value: string, node: CallArguments, frame: Frame): string[] | undefined {
    const { args, kwargs, dynArgs, dynKwargs } = node
    const { parameters } = plugin
    if (dynArgs !== null || dynKwargs !== null || args.length >= parameters.length) return undefined
    const given = new Map<number, Expression>(args.map((arg, index) => [index + 1, arg]))
    let last = args.length
    for (const { key, value: argument } of kwargs) {
      const index = parameters.findIndex(parameter => parameter.name === key)
      if (index <= last) return undefined
      given.set(index, argument)
      last = index
    }
    const isComplete = parameters.every(
      (parameter, index) => index === 0 || given.has(index) || parameter.default !== undefined,
    )
    if (!isComplete) return undefined
    return parameters.map((parameter, index) => {
      if (index === 0) return value
      const argument = given.get(index)
      return argument === undefined ? this.constant(parameter.default ?? null) : this.compile(argument, frame)
    })
  }

  /** A call; `caller` is the variable of the call block's body. */
  call(node: CallNode, frame: Frame, caller?: string): string {
    const callee = this.compile(node.node, frame)
    const { args, kwargs } = this.#arguments(node, frame, caller)
    return `call(c, ${callee}, [${args}], ${kwargs})`
  }

  #arguments(node: CallArguments, frame: Frame, caller: string | undefined): { args: string; kwargs: string } {
    const args = node.args.map(arg => this.compile(arg, frame))
    if (node.dynArgs !== null) args.push(`...star(${this.compile(node.dynArgs, frame)})`)
    checkKeywords(node.kwargs)
    const pairs = node.kwargs.map(pair => `[${quoted(pair.key)}, ${this.compile(pair.value, frame)}]`)
    if (caller !== undefined) pairs.push(`["caller", ${caller}]`)
    let kwargs = pairs.length === 0 ? 'NO_KWARGS' : `new Map([${pairs.join(', ')}])`
    if (node.dynKwargs !== null) kwargs = `doubleStar(${kwargs}, ${this.compile(node.dynKwargs, frame)})`
    return { args: args.join(', '), kwargs }
  }

  #getattr(node: GetattrNode, frame: Frame): string {
    if (MUTATORS.has(node.attr)) this.hooks.notePossibleMutation()
    const object = this.compile(node.node, frame)
    const read = CONTAINER_ATTRIBUTES.has(node.attr) || node.attr.startsWith('__') ? 'attribute' : 'field'
    return `${read}(${object}, ${quoted(node.attr)})`
  }

  #getitem(node: GetitemNode, frame: Frame): string {
    const object = this.compile(node.node, frame)
    if (node.arg.typename !== 'Slice') return `item(${object}, ${this.compile(node.arg, frame)})`
    const parts = [node.arg.start, node.arg.stop, node.arg.step]
    return `slice(${object}, ${parts.map(part => (part === null ? 'null' : this.compile(part, frame))).join(', ')})`
  }

  /** `a < b < c` compares b once and stops at the first that does not hold. */
  #compare(node: CompareNode, frame: Frame): string {
    let left = this.compile(node.expr, frame)
    let code = ''
    node.ops.forEach((operand, index) => {
      let right = this.compile(operand.expr, frame)
      let next = right
      if (index < node.ops.length - 1) {
        next = this.writer.temporary()
        right = `(${next} = ${right})`
      }
      const comparison = `${COMPARISON[operand.op]}(${left}, ${right})`
      code = code === '' ? comparison : `${code} && ${comparison}`
      left = next
    })
    return node.ops.length === 1 ? code : `(${code})`
  }

  #binary(node: BinaryNode, frame: Frame): string {
    const left = this.compile(node.left, frame)
    const right = this.compile(node.right, frame)
    if (node.op === '**' && !this.isVolatile && !this.#folder.isFolded(node)) {
      const base = this.#folder.scalarOf(node.left)
      if (base !== undefined && isNegative(base)) return `neg(pow(${this.constant(neg(base))}, ${right}))`
    }
    if (node.op !== 'and' && node.op !== 'or') return `${ARITHMETIC[node.op]}(${left}, ${right})`
    const kept = this.writer.temporary()
    const holds = `truth(${kept} = ${left})`
    return node.op === 'and' ? `(${holds} ? ${right} : ${kept})` : `(${holds} ? ${kept} : ${right})`
  }
}

/**
 * A folded negative base loses its brackets: Jinja2 writes `(-9 ** x)`, where Python's minus comes last.
 */
const isNegative = (value: Value): boolean =>
  ((typeof value === 'number' || typeof value === 'bigint') && value < 0) ||
  (value instanceof PyFloat && (value.value < 0 || Object.is(value.value, -0)))

const PYTHON_KEYWORDS: ReadonlySet<string> = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
)

/** Python refuses a keyword argument given twice, unless a reserved word makes Jinja2 pass a dict. */
function checkKeywords(kwargs: readonly KeywordNode[]): void {
  const names = new Set(kwargs.map(pair => pair.key))
  if (names.size < kwargs.length && !kwargs.some(pair => PYTHON_KEYWORDS.has(pair.key)))
    throw new UncompilableTemplate('a keyword argument is repeated')
}

// Constant folding, as far as it shows. Jinja2's optimizer computes constant operands while it compiles; where that
// raises something it does not expect (an unhashable dict key, the truth of an undefined value), compiling fails, and
// Ansible leaves the text alone. Mirrors jinja2/optimizer.py and the as_const methods of jinja2/nodes.py.

import { Dict, Markup, PyFloat, PySlice, requireHashable, str, Tuple, type Value } from '../../python/index.js'
import { unknownPlugin } from '../errors.js'
import * as operations from '../runtime/operations.js'
import type { BinaryNode, CallArguments, CompareNode, Expression, FilterNode, TestNode } from '../syntax/nodes.js'

/** Not known before rendering. */
const IMPOSSIBLE = Symbol('impossible')
type Folded = Value | typeof IMPOSSIBLE

export interface ConstantPlugins {
  /** Runs a filter or test on constants; throws whatever it likes when it cannot. */
  call(kind: 'filter' | 'test', name: string, args: Value[], kwargs: ReadonlyMap<string, Value>): Value
  has(kind: 'filter' | 'test', name: string): boolean
}

const ARITHMETIC = {
  '+': operations.add,
  '-': operations.sub,
  '*': operations.mul,
  '/': operations.div,
  '//': operations.floordiv,
  '%': operations.mod,
  '**': operations.pow,
} as const
const COMPARISON = {
  '==': operations.eq,
  '!=': operations.ne,
  '<': operations.lt,
  '<=': operations.le,
  '>': operations.gt,
  '>=': operations.ge,
  in: operations.isIn,
  'not in': operations.notIn,
} as const

const isScalar = (value: Value): boolean =>
  value === null || typeof value !== 'object' || value instanceof PyFloat || value instanceof Markup

/** has_safe_repr: values that generated code can hold. */
function isPlain(value: Value): boolean {
  if (isScalar(value)) return true
  if (Array.isArray(value)) return value.every(isPlain)
  if (value instanceof Tuple) return value.items.every(isPlain)
  return value instanceof Dict && [...value.entries()].every(([key, item]) => isPlain(key) && isPlain(item))
}

/** Numbers whose product and power are computed at once. Larger ones, and repeated texts, are left to the rendering. */
const areModest = (left: Value, right: Value): boolean =>
  [left, right].every(
    each =>
      typeof each === 'boolean' || (typeof each === 'number' && Math.abs(each) <= 10_000) || each instanceof PyFloat,
  )

function holdsOddity(value: Value): boolean {
  if (value instanceof PyFloat) return !Number.isFinite(value.value)
  if (Array.isArray(value)) return value.some(holdsOddity)
  if (value instanceof Tuple) return value.items.some(holdsOddity)
  if (value instanceof Dict) return [...value.entries()].some(pair => pair.some(holdsOddity))
  return value instanceof Markup
}

const NEVER_CONSTANT: ReadonlySet<string> = new Set(['Name', 'NSRef', 'Call'])
/** Their first parts may be computed, and fail, before a part is met that is not constant. */
const MAY_FAIL_EARLY: ReadonlySet<string> = new Set(['CondExpr', 'Binary', 'Dict', 'Concat'])

/** Folds expressions of one template; remembers what it found. */
export class ConstantFolder {
  readonly #known = new Map<Expression, Folded>()

  constructor(private readonly plugins: ConstantPlugins) {}

  /** Folds every part, from the inside out, for the errors that Jinja2 would raise; says whether all is constant. */
  check(node: Expression): boolean {
    if (node.typename === 'Const' || node.typename === 'TemplateData') return true
    let isConstant = !NEVER_CONSTANT.has(node.typename)
    for (const part of partsOf(node)) if (!this.check(part)) isConstant = false
    if (node.typename === 'Filter' || node.typename === 'Test') this.#requirePlugin(node)
    return (isConstant || MAY_FAIL_EARLY.has(node.typename)) && this.#fold(node) !== IMPOSSIBLE
  }

  /** The value of an expression that was found to be a constant number, text, bool or None; else undefined. */
  scalarOf(node: Expression): Value | undefined {
    const value = this.#known.get(node)
    return value !== undefined && value !== IMPOSSIBLE && isScalar(value) ? value : undefined
  }

  /** Whether folding gave a value, of whatever type. */
  isFolded(node: Expression): boolean {
    const value = this.#known.get(node)
    return value !== undefined && value !== IMPOSSIBLE
  }

  /** The text of a printed constant that no literal reads as the same value again (infinity, Markup in a list). */
  textOnly(node: Expression): string | undefined {
    const value = this.#known.get(node)
    if (value === undefined || value === IMPOSSIBLE || value instanceof Markup) return undefined
    return holdsOddity(value) ? str(value) : undefined
  }

  /** What is printed is folded as a whole first, and failing does not matter; says whether it is constant. */
  isConstantOutput(node: Expression): boolean {
    try {
      const value = this.#fold(node)
      return value !== IMPOSSIBLE && isPlain(value)
    } catch {
      return false
    }
  }

  #fold(node: Expression): Folded {
    if (node.typename === 'Const') return node.value
    const before = this.#known.get(node)
    if (before !== undefined) return before
    const value = this.#compute(node)
    this.#known.set(node, value)
    return value
  }

  #compute(node: Expression): Folded {
    switch (node.typename) {
      case 'TemplateData':
        return node.data
      case 'Tuple': {
        const items = this.#all(node.items)
        return items === IMPOSSIBLE ? IMPOSSIBLE : new Tuple(items)
      }
      case 'List':
        return this.#all(node.items)
      case 'Dict': {
        const dict = new Dict()
        for (const pair of node.items) {
          const key = this.#fold(pair.key)
          const value = this.#fold(pair.value)
          if (key === IMPOSSIBLE || value === IMPOSSIBLE) return IMPOSSIBLE
          dict.set(requireHashable(key), value)
        }
        return dict
      }
      case 'CondExpr': {
        const test = this.#fold(node.test)
        if (test === IMPOSSIBLE) return IMPOSSIBLE
        if (operations.truth(test)) return this.#fold(node.then)
        return node.otherwise === null ? IMPOSSIBLE : this.#fold(node.otherwise)
      }
      case 'Binary':
        return this.#binary(node)
      case 'Compare':
        return this.#compare(node)
      case 'Unary':
        return this.#guarded([node.node], ([value]) =>
          node.op === 'not'
            ? !operations.truth(value as Value)
            : node.op === '-'
              ? operations.neg(value as Value)
              : operations.pos(value as Value),
        )
      case 'Concat': {
        let text = ''
        for (const each of node.nodes) {
          const value = this.#fold(each)
          if (value === IMPOSSIBLE) return IMPOSSIBLE
          text += str(value)
        }
        return text
      }
      case 'Getattr':
        return this.#guarded([node.node], ([object]) => operations.attribute(object as Value, node.attr))
      case 'Getitem':
        return this.#guarded([node.node, node.arg], ([object, key]) => operations.item(object as Value, key as Value))
      case 'Slice': {
        const parts = [node.start, node.stop, node.step].map(part => (part === null ? null : this.#fold(part)))
        const [start = null, stop = null, step = null] = parts
        if (start === IMPOSSIBLE || stop === IMPOSSIBLE || step === IMPOSSIBLE) return IMPOSSIBLE
        return new PySlice(start, stop, step)
      }
      case 'Filter':
      case 'Test':
        return this.#plugin(node)
      default:
        return IMPOSSIBLE
    }
  }

  #all(nodes: readonly Expression[]): Value[] | typeof IMPOSSIBLE {
    const values: Value[] = []
    for (const node of nodes) {
      const value = this.#fold(node)
      if (value === IMPOSSIBLE) return IMPOSSIBLE
      values.push(value)
    }
    return values
  }

  /** Operations whose failure only means that rendering will tell. */
  #guarded(nodes: readonly Expression[], compute: (values: Value[]) => Folded): Folded {
    try {
      const values = this.#all(nodes)
      return values === IMPOSSIBLE ? IMPOSSIBLE : compute(values)
    } catch {
      return IMPOSSIBLE
    }
  }

  #binary(node: BinaryNode): Folded {
    if (node.op !== 'and' && node.op !== 'or') {
      const operate = ARITHMETIC[node.op]
      return this.#guarded([node.left, node.right], ([left, right]) => {
        if ((node.op === '*' || node.op === '**') && !areModest(left as Value, right as Value)) return IMPOSSIBLE
        return operate(left as Value, right as Value)
      })
    }
    const left = this.#fold(node.left)
    if (left === IMPOSSIBLE) return IMPOSSIBLE
    return operations.truth(left) === (node.op === 'and') ? this.#fold(node.right) : left
  }

  #compare(node: CompareNode): Folded {
    const first = this.#fold(node.expr)
    if (first === IMPOSSIBLE) return IMPOSSIBLE
    try {
      let left: Value = first
      for (const operand of node.ops) {
        const right = this.#fold(operand.expr)
        if (right === IMPOSSIBLE) return IMPOSSIBLE
        if (!COMPARISON[operand.op](left, right)) return false
        left = right
      }
      return true
    } catch {
      return IMPOSSIBLE
    }
  }

  /** Jinja2's optimizer asks for the plugin of every filter and test it meets, and Ansible has no mercy there. */
  #requirePlugin(node: FilterNode | TestNode): void {
    const kind = node.typename === 'Filter' ? 'filter' : 'test'
    if (!this.plugins.has(kind, node.name)) throw unknownPlugin(node.name, node.lineno)
  }

  #plugin(node: FilterNode | TestNode): Folded {
    const operands = argumentsOf(node)
    if (operands === undefined || node.node === null) return IMPOSSIBLE
    const input = this.#fold(node.node)
    const values = this.#all(operands)
    if (input === IMPOSSIBLE || values === IMPOSSIBLE) return IMPOSSIBLE
    const kwargs = new Map(node.kwargs.map((pair, index) => [pair.key, values[node.args.length + index] as Value]))
    const kind = node.typename === 'Filter' ? 'filter' : 'test'
    try {
      return this.plugins.call(kind, node.name, [input, ...values.slice(0, node.args.length)], kwargs)
    } catch {
      return IMPOSSIBLE
    }
  }
}

/** Positional and keyword arguments; undefined where stars make them unknown. */
function argumentsOf(node: CallArguments): Expression[] | undefined {
  if (node.dynArgs !== null || node.dynKwargs !== null) return undefined
  return [...node.args, ...node.kwargs.map(pair => pair.value)]
}

/** The expressions directly inside one. */
function partsOf(node: Expression): readonly Expression[] {
  switch (node.typename) {
    case 'Tuple':
    case 'List':
      return node.items
    case 'Dict':
      return node.items.flatMap(pair => [pair.key, pair.value])
    case 'CondExpr':
      return node.otherwise === null ? [node.test, node.then] : [node.test, node.then, node.otherwise]
    case 'Binary':
      return [node.left, node.right]
    case 'Compare':
      return [node.expr, ...node.ops.map(operand => operand.expr)]
    case 'Unary':
    case 'Getattr':
      return [node.node]
    case 'Concat':
      return node.nodes
    case 'Getitem':
      return [node.node, node.arg]
    case 'Filter':
    case 'Test':
    case 'Call': {
      const inside = [...node.args, ...node.kwargs.map(pair => pair.value)]
      for (const each of [node.node, node.dynArgs, node.dynKwargs]) if (each !== null) inside.push(each)
      return inside
    }
    default:
      return []
  }
}

// Finds in a syntax tree what names do not show: variables read by way of `vars`, `hostvars` and lookups, templates that
// are included, plugins that are called.

import { truth } from '../../python/index.js'
import {
  type AnyNode,
  type CallNode,
  type CompareNode,
  type Expression,
  type FilterNode,
  forEachChild,
  type Statement,
  type TestNode,
} from '../syntax/nodes.js'
import type { HostVariableRead, VariableReads } from './variables-read.js'

const LOOKUP_FUNCTIONS: ReadonlySet<string> = new Set(['lookup', 'query', 'q'])
const MAPPING_METHODS: ReadonlySet<string> = new Set(['items', 'keys', 'values', 'get'])
/** Filters that take the name of another filter or test, and which of their arguments (after the value) it is. */
const TAKES_FILTER: ReadonlyMap<string, number> = new Map([['map', 0]])
const TAKES_TEST: ReadonlyMap<string, number> = new Map([
  ['select', 0],
  ['reject', 0],
  ['selectattr', 1],
  ['rejectattr', 1],
])

type Host = HostVariableRead['host']
const ANY_HOST: Host = { kind: 'any' }

const literal = (node: AnyNode | null | undefined): string | undefined =>
  node?.typename === 'Const' && typeof node.value === 'string' ? node.value : undefined

const withoutPrefix = (name: string): string => name.replace(/^ansible\.(builtin|legacy)\./, '')

export class ReadsCollector {
  readonly #names = new Set<string>()
  readonly #hostvars = new Map<string, HostVariableRead>()
  readonly #templates = new Set<string>()
  readonly #filters = new Set<string>()
  readonly #tests = new Set<string>()
  readonly #lookups = new Set<string>()
  #isAny = false
  #free: ReadonlySet<string> = new Set()

  result(): VariableReads {
    return {
      names: this.#names,
      isAny: this.#isAny,
      hostvars: [...this.#hostvars.values()],
      templates: this.#templates,
      filters: this.#filters,
      tests: this.#tests,
      lookups: this.#lookups,
    }
  }

  include(other: VariableReads): void {
    for (const name of other.names) this.#names.add(name)
    for (const read of other.hostvars) this.#readOfHost(read.host, read.name)
    for (const name of other.templates) this.#templates.add(name)
    for (const name of other.filters) this.#filters.add(name)
    for (const name of other.tests) this.#tests.add(name)
    for (const name of other.lookups) this.#lookups.add(name)
    this.#isAny ||= other.isAny
  }

  /** `free`: the names that are looked up in the context. */
  collect(body: readonly Statement[], free: ReadonlySet<string>): void {
    this.#free = free
    for (const name of free) if (name !== 'vars' && name !== 'hostvars') this.#names.add(name)
    for (const statement of body) this.#visit(statement)
  }

  #visit(node: AnyNode): void {
    switch (node.typename) {
      case 'Name':
        if (node.ctx !== 'load') return
        if (this.#isFree(node, 'vars')) this.#isAny = true
        if (this.#isFree(node, 'hostvars')) this.#readOfHost(ANY_HOST, undefined)
        return
      case 'Getattr':
      case 'Getitem':
        if (!this.#element(node)) this.#children(node)
        return
      case 'Call':
        if (!this.#call(node)) this.#children(node)
        return
      case 'Compare':
        if (!this.#membership(node)) this.#children(node)
        return
      case 'Filter':
        return this.#filter(node)
      case 'Test':
        return this.#test(node)
      case 'Include':
      case 'Import':
      case 'FromImport':
      case 'Extends':
        this.#template(node.template)
        return this.#children(node)
      default:
        return this.#children(node)
    }
  }

  #children(node: AnyNode): void {
    forEachChild(node, child => this.#visit(child))
  }

  #isFree(node: AnyNode, name: string): boolean {
    return node.typename === 'Name' && node.name === name && this.#free.has(name)
  }

  /** `vars.x`, `hostvars[h].x`, `hostvars[h]`. */
  #element(node: Expression): boolean {
    const [container, key] = parts(node)
    if (container === undefined) return false
    if (this.#isFree(container, 'vars')) {
      this.#readOfOwn(key)
      return true
    }
    const host = this.#hostOf(container)
    if (host !== undefined) {
      const name = literalKey(key)
      this.#readOfHost(host, name !== undefined && MAPPING_METHODS.has(name) ? undefined : name)
      if (typeof key === 'object') this.#visit(key)
      return true
    }
    const whole = this.#hostOf(node)
    if (whole === undefined) return false
    this.#readOfHost(whole, undefined)
    return true
  }

  /** The host of `hostvars[h]`, `hostvars.h` and `hostvars.get(h)`; visits the expression of the host. */
  #hostOf(node: Expression): Host | undefined {
    const [container, key] = node.typename === 'Call' ? getCall(node) : parts(node)
    if (container === undefined || key === undefined || !this.#isFree(container, 'hostvars')) return undefined
    const name = literalKey(key)
    if (name !== undefined) return { kind: 'named', name }
    if (typeof key !== 'object') return ANY_HOST
    this.#visit(key)
    return this.#isFree(key, 'inventory_hostname') ? { kind: 'own' } : ANY_HOST
  }

  #call(node: CallNode): boolean {
    const [container, key] = getCall(node)
    if (container !== undefined && key !== undefined) {
      const isVars = this.#isFree(container, 'vars')
      const host = isVars ? undefined : this.#hostOf(container)
      if (isVars) this.#readOfOwn(key)
      else if (host !== undefined) this.#readOfHost(host, literalKey(key))
      else {
        const whole = this.#hostOf(node)
        if (whole === undefined) return false
        this.#readOfHost(whole, undefined)
      }
      for (const argument of node.args) this.#visit(argument)
      return true
    }
    if (node.node.typename === 'Name' && LOOKUP_FUNCTIONS.has(node.node.name) && this.#free.has(node.node.name))
      this.#lookup(node)
    return false
  }

  #lookup(node: CallNode): void {
    const [plugin, ...terms] = node.args
    const name = literal(plugin)
    if (name === undefined) {
      this.#isAny = true
      return
    }
    this.#lookups.add(name)
    const isKnown = node.dynArgs === null && node.dynKwargs === null
    switch (withoutPrefix(name)) {
      case 'vars':
        // Where the variable is missing, the lookup asks the hostvars of this host.
        this.#names.add('inventory_hostname')
        for (const term of terms) {
          this.#readOfOwn(term)
          this.#readOfHost({ kind: 'own' }, literal(term))
        }
        if (!isKnown) this.#isAny = true
        return
      case 'varnames':
        this.#isAny = true
        return
      case 'template':
        for (const term of terms) this.#template(term)
        if (!isKnown) this.#isAny = true
        return
      case 'inventory_hostnames':
        this.#names.add('groups')
    }
  }

  #filter(node: FilterNode): void {
    this.#filters.add(node.name)
    const name = withoutPrefix(node.name)
    this.#pluginArgument(node, TAKES_FILTER.get(name), this.#filters)
    this.#pluginArgument(node, TAKES_TEST.get(name), this.#tests)
    const isMapped = name === 'map' && withoutPrefix(literal(node.args[0]) ?? '') === 'extract'
    const [container, path] = isMapped ? node.args.slice(1) : node.args
    if ((isMapped || name === 'extract') && container !== undefined && this.#isFree(container, 'hostvars'))
      return this.#extract(node, container, isMapped ? null : node.node, path ?? keyword(node, 'morekeys'))
    this.#children(node)
  }

  /** `h | extract(hostvars, 'x')`, `map('extract', hostvars, ['x', 'y'])`. */
  #extract(node: FilterNode, hostvars: Expression, value: Expression | null, path: Expression | undefined): void {
    const first = path?.typename === 'List' ? path.items[0] : path
    const host = literal(value)
    this.#readOfHost(host === undefined ? ANY_HOST : { kind: 'named', name: host }, literal(first))
    forEachChild(node, child => {
      if (child !== hostvars) this.#visit(child)
    })
  }

  #pluginArgument(node: FilterNode, index: number | undefined, names: Set<string>): void {
    if (index === undefined) return
    const argument = node.args[index]
    const name = literal(argument)
    if (name !== undefined) names.add(name)
    else if (argument !== undefined || node.dynArgs !== null) this.#isAny = true
  }

  /** `hostvars[h] is defined` asks the inventory alone. */
  #test(node: TestNode): void {
    this.#tests.add(node.name)
    const name = withoutPrefix(node.name)
    if ((name === 'defined' || name === 'undefined') && this.#hostOf(node.node) !== undefined) return
    this.#children(node)
  }

  /** `'x' in vars`, `h in hostvars`, `'x' in hostvars[h]`. */
  #membership(node: CompareNode): boolean {
    const [operand, ...more] = node.ops
    if (operand === undefined || more.length > 0 || (operand.op !== 'in' && operand.op !== 'not in')) return false
    const container = operand.expr
    if (this.#isFree(container, 'vars')) this.#readOfOwn(node.expr)
    else if (!this.#isFree(container, 'hostvars')) {
      const host = this.#hostOf(container)
      if (host === undefined) return false
      this.#readOfHost(host, literal(node.expr))
    }
    this.#visit(node.expr)
    return true
  }

  #template(node: Expression): void {
    const names = node.typename === 'List' || node.typename === 'Tuple' ? node.items : [node]
    for (const each of names) {
      const name = literal(each)
      if (name !== undefined) this.#templates.add(name)
      else if (each.typename === 'CondExpr') {
        this.#template(each.then)
        if (each.otherwise !== null) this.#template(each.otherwise)
      } else if (!(each.typename === 'Const' && !truth(each.value))) this.#isAny = true
    }
  }

  #readOfOwn(key: Expression | string | undefined): void {
    const name = literalKey(key)
    if (name !== undefined && !(typeof key === 'string' && MAPPING_METHODS.has(name))) this.#names.add(name)
    else this.#isAny = true
    if (typeof key === 'object') this.#visit(key)
  }

  #readOfHost(host: Host, name: string | undefined): void {
    this.#hostvars.set(JSON.stringify([host, name ?? null]), { host, name })
  }
}

/** Container and key of `c.k` and `c[k]`. */
function parts(node: Expression): [Expression, Expression | string] | [undefined, undefined] {
  if (node.typename === 'Getattr') return [node.node, node.attr]
  return node.typename === 'Getitem' ? [node.node, node.arg] : [undefined, undefined]
}

/** Container and key of `c.get(k)` and `c.get(k, default)`. */
function getCall(node: CallNode): [Expression, Expression] | [undefined, undefined] {
  const callee = node.node
  const [key] = node.args
  const isGet = callee.typename === 'Getattr' && callee.attr === 'get' && key !== undefined && node.dynArgs === null
  return isGet ? [callee.node, key] : [undefined, undefined]
}

const literalKey = (key: Expression | string | undefined): string | undefined =>
  typeof key === 'string' ? key : literal(key)

const keyword = (node: FilterNode, name: string): Expression | undefined =>
  node.kwargs.find(each => each.key === name)?.value

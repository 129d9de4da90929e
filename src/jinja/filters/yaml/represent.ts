// Values to nodes: PyYAML's SafeRepresenter with the additions of ansible/parsing/yaml/dumper.py AnsibleDumper.

import {
  encodeUtf8,
  floatRepr,
  isoFormat,
  Mapping,
  Markup,
  PyBytes,
  PyDate,
  PyDateTime,
  PyError,
  PyFloat,
  PySet,
  repr,
  sortValues,
  Text,
  Tuple,
  truth,
  type Value,
  VaultText,
} from '../../../python/index.js'
import { Undefined } from '../../undefined.js'
import { type Node, TAG_PREFIX } from './nodes.js'

export interface RepresentOptions {
  readonly defaultStyle: string | undefined
  /** undefined: collections of plain scalars are written in flow style. */
  readonly flowStyle: boolean | undefined
  readonly sortKeys: boolean
  /** Text that is better written as a block: what to write instead of it; undefined leaves it as it is. */
  readonly blockText?: ((text: string) => string | undefined) | undefined
}

/** What has no YAML form; PyYAML's RepresenterError. */
export class RepresenterError extends Error {
  override readonly name = 'RepresenterError'
}

/** Builds the nodes of one value. Lists and dicts met twice become one node, written as anchor and alias. */
export function represent(value: Value, options: RepresentOptions): Node {
  return new Representer(options).node(value)
}

class Representer {
  readonly #known = new Map<object, Node>()

  constructor(readonly options: RepresentOptions) {}

  node(value: Value): Node {
    if (!mayBeAlias(value)) return this.#build(value)
    return this.#known.get(value as object) ?? this.#build(value)
  }

  #build(value: Value): Node {
    if (value === null) return this.#scalar('null', 'null')
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'boolean':
        return this.#scalar('bool', value ? 'true' : 'false')
      case 'number':
      case 'bigint':
        return this.#scalar('int', String(value))
    }
    if (Array.isArray(value)) return this.#sequence(value, value)
    return this.#object(value)
  }

  #object(value: Exclude<Value, null | string | boolean | number | bigint | Value[]>): Node {
    if (value instanceof PyFloat) return this.#scalar('float', floatText(value.value))
    if (value instanceof VaultText) return this.#vault(value)
    if (value instanceof Text && !(value instanceof Markup)) return this.#text(value.value)
    if (value instanceof Tuple && value.typeName === 'tuple') return this.#sequence(value, value.items)
    if (value instanceof Mapping) return this.#mapping('map', value, [...value.entries()])
    if (value instanceof PySet) {
      return this.#mapping(
        'set',
        value,
        [...value.iterate()].map(item => [item, null]),
      )
    }
    if (value instanceof PyBytes) return this.#scalar('binary', base64Lines(value.value), '|')
    if (value instanceof PyDateTime) return this.#remember(value, this.#scalar('timestamp', isoFormat(value, ' ')))
    if (value instanceof PyDate) return this.#remember(value, this.#scalar('timestamp', isoFormat(value)))
    if (value instanceof Undefined) truth(value)
    throw new RepresenterError(`('cannot represent an object', ${repr(value)})`)
  }

  #remember(value: object, node: Node): Node {
    this.#known.set(value, node)
    return node
  }

  #scalar(tag: string, value: string, style = this.options.defaultStyle): Node {
    return { kind: 'scalar', tag: TAG_PREFIX + tag, value, style }
  }

  #vault(value: VaultText): Node {
    return this.#remember(value, { kind: 'scalar', tag: '!vault', value: value.ciphertext, style: '|' })
  }

  #text(text: string): Node {
    const block = this.options.blockText?.(text)
    return block === undefined
      ? this.#scalar('str', checkEncodable(text))
      : this.#scalar('str', checkEncodable(block), '|')
  }

  #flowStyle(best: boolean): boolean {
    return this.options.flowStyle ?? best
  }

  #sequence(value: object, items: readonly Value[]): Node {
    const nodes: Node[] = []
    const node: Node = { kind: 'sequence', tag: `${TAG_PREFIX}seq`, items: nodes, flow: false }
    this.#known.set(value, node)
    let best = true
    for (const item of items) {
      const child = this.node(item)
      if (!isPlainScalar(child)) best = false
      nodes.push(child)
    }
    node.flow = this.#flowStyle(best)
    return node
  }

  #mapping(tag: string, value: object, entries: (readonly [Value, Value])[]): Node {
    const pairs: [Node, Node][] = []
    const node: Node = { kind: 'mapping', tag: TAG_PREFIX + tag, pairs, flow: false }
    this.#known.set(value, node)
    let best = true
    for (const [key, item] of this.options.sortKeys ? sortedEntries(entries) : entries) {
      const pair: [Node, Node] = [this.node(key), this.node(item)]
      if (!isPlainScalar(pair[0]) || !isPlainScalar(pair[1])) best = false
      pairs.push(pair)
    }
    node.flow = this.#flowStyle(best)
    return node
  }
}

const isPlainScalar = (node: Node): boolean => node.kind === 'scalar' && !node.style

function mayBeAlias(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false
  if (value instanceof Tuple) return value.items.length > 0
  if (value instanceof VaultText) return true
  return !(value instanceof Text || value instanceof PyBytes || value instanceof PyFloat)
}

/** Sorted by key; in their own order when the keys have none. */
function sortedEntries(entries: (readonly [Value, Value])[]): (readonly [Value, Value])[] {
  if (entries.every(([key]) => typeof key === 'string')) {
    return entries.slice().sort(([a], [b]) => compareCodePoints(a as string, b as string))
  }
  try {
    const tuples = entries.map(([key, value]) => new Tuple([key, value]))
    return sortValues(tuples).map(tuple => (tuple as Tuple).items as unknown as [Value, Value])
  } catch (error) {
    if (error instanceof PyError && error.isA('TypeError')) return entries
    throw error
  }
}

function compareCodePoints(a: string, b: string): number {
  const left = a[Symbol.iterator]()
  const right = b[Symbol.iterator]()
  for (;;) {
    const one = left.next()
    const other = right.next()
    if (one.done || other.done) return Number(other.done ?? false) - Number(one.done ?? false)
    const difference = (one.value.codePointAt(0) as number) - (other.value.codePointAt(0) as number)
    if (difference !== 0) return difference
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  const text = floatRepr(value).toLowerCase()
  return !text.includes('.') && text.includes('e') ? text.replace('e', '.0e') : text
}

/** base64.encodebytes: lines of 76 characters, each ended by a line break. */
function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64')
  let lines = ''
  for (let start = 0; start < text.length; start += 76) lines += `${text.slice(start, start + 76)}\n`
  return lines
}

/** libyaml takes UTF-8: a lone surrogate raises UnicodeEncodeError. */
function checkEncodable(text: string): string {
  if (/\p{Surrogate}/u.test(text)) encodeUtf8(text)
  return text
}

// YAML text to nodes through js-yaml 4. js-yaml would build plain objects (text keys, integer-like keys first), so its
// listener replaces each result by a node as soon as it is complete, with tag, style and place; the Python values are
// built from the nodes later. What js-yaml does differently from PyYAML at this level is put right here.
import { type LoadOptions, loadAll, Schema, Type, YAMLException } from 'js-yaml'
import { MappingNode, type Node, ScalarNode, SequenceNode } from './nodes.js'

/** The part of js-yaml's state that its listener may see and change. */
interface ReaderState {
  readonly input: string
  readonly position: number
  readonly line: number
  readonly lineStart: number
  readonly kind: 'scalar' | 'sequence' | 'mapping' | null
  readonly anchor: string | null
  readonly anchorMap: Record<string, unknown>
  /** Null for quoted and block scalars and for collections without a tag, '?' for plain scalars. */
  tag: string | null
  result: unknown
}

/** Every tag is accepted here: the constructor of values judges them. */
const SCHEMA = new Schema((['scalar', 'sequence', 'mapping'] as const).map(kind => new Type('', { kind, multi: true })))
const PROPERTIES_THEN_BLOCK_SCALAR = /(?:[!&]\S*\s+)*[|>]/y

/** The root of every document, undefined for an empty one. Throws js-yaml's YAMLException. */
export function readDocuments(text: string): (Node | undefined)[] {
  return new NodeReader(text).read()
}

class NodeReader {
  /** Nodes by number: js-yaml keys its objects by these numbers. */
  readonly #nodes: KeyedNode[] = []
  /** Places where the open nodes start: line and column by turns. */
  readonly #starts: number[] = []
  /** Where each anchor of the document stands. */
  readonly #anchors = new Map<string, number>()
  readonly #wide: boolean
  readonly #endsOpen: boolean

  constructor(private readonly text: string) {
    this.#wide = /[\ud800-\udbff]/.test(text)
    this.#endsOpen = !/[\r\n]$/.test(text)
  }

  read(): (Node | undefined)[] {
    const options: LoadOptions & { maxDepth: number } = {
      schema: SCHEMA,
      json: true,
      maxDepth: 5000,
      listener: (event, state) => {
        if (event === 'open') this.#open(state as unknown as ReaderState)
        else this.#close(state as unknown as ReaderState)
      },
    }
    const documents: unknown[] = []
    loadAll(this.text, document => documents.push(document), options)
    return documents.map(document => (document instanceof KeyedNode ? document.node : undefined))
  }

  /** Notes where the node that begins here starts: after blanks, line breaks and comments. */
  #open(state: ReaderState): void {
    const { input } = state
    let { position, line, lineStart } = state
    for (;;) {
      const c = input.charCodeAt(position)
      if (c === 0x0a || c === 0x0d) {
        position += c === 0x0d && input.charCodeAt(position + 1) === 0x0a ? 2 : 1
        line++
        lineStart = position
      } else if (c === 0x20 || c === 0x09) position++
      else if (c === 0x23) {
        while (!isLineEnd(input.charCodeAt(position))) position++
      } else break
    }
    this.#starts.push(position, line, this.#column(input, lineStart, position))
  }

  #column(input: string, lineStart: number, position: number): number {
    if (!this.#wide) return position - lineStart
    let column = 0
    for (let i = lineStart; i < position; i++) if ((input.charCodeAt(i) & 0xfc00) !== 0xdc00) column++
    return column
  }

  #close(state: ReaderState): void {
    const column = this.#starts.pop() as number
    const line = this.#starts.pop() as number
    const position = this.#starts.pop() as number
    if (state.kind === null && state.input[position] === '*') {
      if (!(state.result instanceof KeyedNode)) throw new YAMLException('an alias inside of its own node')
      return
    }
    const { tag, anchor } = state
    if (anchor !== null) this.#noteAnchor(anchor, position)
    if (this.#starts.length === 0) this.#anchors.clear()
    const explicit = tag === null || tag === '?' || tag === '!' || tag === '' ? undefined : tag
    let keyed: KeyedNode
    if (state.result instanceof KeyedNode) {
      // js-yaml looked for a mapping, found only its first key, and keeps that as the node.
      keyed = state.result
      if (explicit === undefined && anchor === null && tag !== '!') return
      keyed = this.#number(keyed.node.withProperties(line, column, explicit ?? keyed.node.tag, tag === '!'))
    } else {
      if (state.result === null && tag === null && anchor === null) return
      keyed = this.#number(this.#node(state, position, line, column, explicit))
    }
    state.result = keyed
    if (tag !== null) state.tag = '?' // js-yaml must not act on a tag such as !!merge
    if (anchor !== null) state.anchorMap[anchor] = keyed
  }

  /** PyYAML refuses a second anchor of the same name; js-yaml does not mind. */
  #noteAnchor(name: string, position: number): void {
    if ((this.#anchors.get(name) ?? position) !== position) throw new YAMLException(`second anchor "${name}"`)
    this.#anchors.set(name, position)
  }

  #number(node: Node): KeyedNode {
    const keyed = new KeyedNode(node, this.#nodes.length)
    this.#nodes.push(keyed)
    return keyed
  }

  #node(state: ReaderState, position: number, line: number, column: number, tag: string | undefined): Node {
    const { result } = state
    if (Array.isArray(result)) {
      const node = new SequenceNode(line, column, tag)
      for (const item of result) node.items.push(this.#child(item, line, column))
      return node
    }
    if (result !== null && typeof result === 'object') return this.#mapping(result, line, column, tag)
    const text = typeof result === 'string' ? result : ''
    const plain = state.tag === '?' || state.tag === '!' || (result === null && tag === undefined)
    const isEmptyText = result === null && state.tag === '!' // PyYAML takes `!` without content for text
    return new ScalarNode(line, column, tag, this.#withoutAddedBreak(state, text, position), plain && !isEmptyText)
  }

  #mapping(pairs: object, line: number, column: number, tag: string | undefined): MappingNode {
    const node = new MappingNode(line, column, tag)
    for (const [key, value] of Object.entries(pairs)) {
      const keyNode = key === 'null' ? emptyScalar(line, column) : this.#nodes[Number(key.slice(1))]?.node
      if (keyNode === undefined) throw new YAMLException('a key that is not a node')
      node.pairs.push([keyNode, this.#child(value, keyNode.line, keyNode.column)])
    }
    return node
  }

  /** `[a: b]`: a mapping with one pair that js-yaml does not announce. */
  #pair(raw: object): MappingNode {
    const node = this.#mapping(raw, 0, 0, undefined)
    const key = node.pairs[0]?.[0]
    const pair = new MappingNode(key?.line ?? 0, key?.column ?? 0, undefined)
    pair.pairs = node.pairs
    return pair
  }

  #child(value: unknown, line: number, column: number): Node {
    if (value instanceof KeyedNode) return value.node
    if (value === null || value === undefined) return emptyScalar(line, column)
    return this.#pair(value)
  }

  /** js-yaml adds a line break to a text that does not end with one; it must not get into a block scalar. */
  #withoutAddedBreak(state: ReaderState, text: string, position: number): string {
    if (!this.#endsOpen || !text.endsWith('\n') || state.position < state.input.length - 1) return text
    PROPERTIES_THEN_BLOCK_SCALAR.lastIndex = position
    return PROPERTIES_THEN_BLOCK_SCALAR.test(state.input) ? text.slice(0, -1) : text
  }
}

/** A node that js-yaml can use as a key of a plain object without losing it or its order. */
class KeyedNode {
  constructor(
    readonly node: Node,
    private readonly number: number,
  ) {}
  get [Symbol.toStringTag](): string {
    return 'YamlNode'
  }
  toString(): string {
    return `#${this.number}`
  }
}

const isLineEnd = (c: number): boolean => c === 0x0a || c === 0x0d || c === 0 || Number.isNaN(c)

function emptyScalar(line: number, column: number): ScalarNode {
  return new ScalarNode(line, column, undefined, '', true)
}

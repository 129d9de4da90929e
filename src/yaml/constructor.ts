// Builds Python values from YAML nodes. Mirrors AnsibleConstructor (parsing/yaml/constructor.py of 2.14) over PyYAML's
// SafeConstructor: collections are filled breadth first, so warnings and errors come in Ansible's order.
import type { Position } from '../errors.js'
import { repr, str, wrapUnsafe } from '../python/index.js'
import { Dict, PyBytes, PySet, Tuple, UnsafeText, type Value, VaultText } from '../python/values.js'
import { decodeBase64 } from './base64.js'
import { YamlProblem } from './marks.js'
import type { MappingNode, Node, SequenceNode } from './nodes.js'
import { plainValue, resolvePlain, scalarValue } from './plain-scalars.js'
import { recordOrigin } from './positions.js'

const CORE = 'tag:yaml.org,2002:'
const MERGE = `${CORE}merge`
const EQUALS = `${CORE}value`
/** Tags that PyYAML's SafeConstructor knows. */
const PLAIN_TAGS = /^tag:yaml\.org,2002:(?:null|bool|int|float|binary|timestamp|omap|pairs|set|str|seq|map)$/

export interface ConstructorOptions {
  readonly file: string
  /** `position`: where the value stands, for messages about a broken envelope. */
  readonly decrypt: (envelope: string, position?: Position) => string
  /** PyYAML's own safe loader: no !vault, no !unsafe, no words about duplicate keys. */
  readonly plain?: boolean
  readonly duplicateKeys: 'warn' | 'error' | 'ignore'
  readonly warn: (message: string) => void
}

export class Constructor {
  /** Collections whose content is still to be built. */
  #pending: (() => void)[] = []

  constructor(private readonly options: ConstructorOptions) {}

  /** The value of a document. */
  document(root: Node): Value {
    const value = this.#build(root)
    while (this.#pending.length > 0) {
      const work = this.#pending
      this.#pending = []
      for (const fill of work) fill()
    }
    return value
  }

  #build(node: Node): Value {
    if (node.made !== undefined) return node.made
    if (node.making) throw new YamlProblem('ConstructorError', 'found unconstructable recursive node', node)
    node.making = true
    const value = node.tag === undefined ? this.#untagged(node) : this.#tagged(node, node.tag)
    node.making = false
    node.made = value
    return value
  }

  #untagged(node: Node): Value {
    if (node.kind === 'mapping') return this.#mapping(node)
    if (node.kind === 'sequence') return this.#sequence(node)
    if (!node.plain) return node.value
    const value = this.#checked(node, () => plainValue(node.value))
    return value === undefined ? this.#unknownTag(node, node.value === '=' ? EQUALS : MERGE) : value
  }

  #tagged(node: Node, tag: string): Value {
    if (this.options.plain === true && !PLAIN_TAGS.test(tag)) return this.#unknownTag(node, tag)
    switch (tag) {
      case `${CORE}map`:
      case `${CORE}python/dict`:
        return this.#mapping(node)
      case `${CORE}seq`:
        return this.#sequence(node)
      case `${CORE}str`:
      case `${CORE}python/unicode`:
        return this.#scalarText(node)
      case `${CORE}bool`:
      case `${CORE}float`:
      case `${CORE}int`:
      case `${CORE}timestamp`:
      case `${CORE}null`: {
        const text = this.#scalarText(node)
        const kind = tag.slice(CORE.length) as 'bool' | 'float' | 'int' | 'timestamp' | 'null'
        return this.#checked(node, () => scalarValue(kind, text))
      }
      case `${CORE}binary`:
        return this.#checked(node, () => new PyBytes(decodeBase64(this.#scalarText(node))))
      case `${CORE}omap`:
      case `${CORE}pairs`:
        return this.#pairList(node)
      case `${CORE}set`:
        return this.#set(node)
      case '!unsafe':
        return this.#unsafe(node)
      case '!vault':
      case '!vault-encrypted':
        return this.#vaulted(node)
      default:
        return this.#unknownTag(node, tag)
    }
  }

  #vaulted(node: Node): VaultText {
    const { file, decrypt } = this.options
    const position = { file, line: node.line + 1, column: node.column + 1 }
    return new VaultText(this.#scalarText(node), envelope => decrypt(envelope, position))
  }

  #unknownTag(node: Node, tag: string): never {
    throw new YamlProblem('ConstructorError', `could not determine a constructor for the tag ${repr(tag)}`, node)
  }

  /** Texts that do not fit their tag (a 13th month) are mostly plain Python exceptions there; here they keep their place. */
  #checked<T>(node: Node, make: () => T): T {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new YamlProblem('ConstructorError', error.message, node)
    }
  }

  #scalarText(node: Node): string {
    if (node.kind === 'scalar') return node.value
    if (node.kind === 'mapping') {
      const pair = node.pairs.find(([key]) => tagOf(key) === EQUALS)
      if (pair !== undefined) return this.#scalarText(pair[1])
    }
    throw new YamlProblem('ConstructorError', `expected a scalar node, but found ${node.kind}`, node)
  }

  // Collections -------------------------------------------------------------------------------------------------------

  #mapping(node: Node): Dict {
    const dict = new Dict()
    this.#pending.push(() => this.#fillMapping(node, dict))
    return dict
  }

  #fillMapping(node: Node, dict: Dict): void {
    if (node.kind !== 'mapping')
      throw new YamlProblem('ConstructorError', `expected a mapping node, but found ${node.kind}`, node)
    this.#flatten(node)
    recordOrigin(dict, this.options.file, node)
    for (const [keyNode, valueNode] of node.pairs) {
      const key = this.#build(keyNode)
      if (typeof key !== 'string') this.#requireKey(key, keyNode, node)
      if (dict.has(key)) this.#duplicate(node, key)
      dict.set(key, this.#build(valueNode))
    }
  }

  #requireKey(key: Value, keyNode: Node, node: MappingNode): void {
    const { plain } = this.options
    const ownClass = plain !== true && keyNode.tag !== '!unsafe'
    let type: string
    if (Array.isArray(key)) {
      const isList = keyNode.tag === undefined || keyNode.tag === `${CORE}seq`
      type = ownClass && isList ? 'AnsibleSequence' : 'list'
    } else if (key instanceof Dict) type = ownClass ? 'AnsibleMapping' : 'dict'
    else if (key instanceof PySet) type = 'set'
    else return
    const problem = plain === true ? 'found unhashable key' : `found unacceptable key (unhashable type: '${type}')`
    throw new YamlProblem('ConstructorError', problem, keyNode, { text: 'while constructing a mapping', mark: node })
  }

  #duplicate(node: MappingNode, key: Value): void {
    const { duplicateKeys, file, warn } = this.options
    if (duplicateKeys === 'ignore') return
    const place = `${file}, line ${node.line + 1}, column ${node.column + 1}`
    const message =
      `While constructing a mapping from ${place}, found a duplicate dict key (${str(key)}).` +
      ' Using last defined value only.'
    if (duplicateKeys === 'error') throw new YamlProblem('ConstructorError', message, node)
    warn(message)
  }

  /** Puts the pairs of merged mappings (`<<`) before the mapping's own. */
  #flatten(node: MappingNode): void {
    if (!node.pairs.some(([key]) => isMergeOrEquals(key))) return
    const sources: Node[] = []
    const own: (readonly [Node, Node])[] = []
    for (const pair of node.pairs) {
      const tag = tagOf(pair[0])
      if (tag === MERGE) sources.push(pair[1])
      else {
        if (tag === EQUALS) pair[0].tag = `${CORE}str`
        own.push(pair)
      }
    }
    node.pairs = own // before the sources are looked at: they may contain this mapping
    const merged = sources.flatMap(source => this.#mergedPairs(source))
    node.pairs = [...merged, ...own]
  }

  #mergedPairs(value: Node): readonly (readonly [Node, Node])[] {
    if (value.kind === 'mapping') {
      this.#flatten(value)
      return value.pairs
    }
    if (value.kind === 'scalar') {
      throw new YamlProblem(
        'ConstructorError',
        'expected a mapping or list of mappings for merging, but found scalar',
        value,
      )
    }
    const parts = value.items.map(item => {
      if (item.kind !== 'mapping') {
        throw new YamlProblem('ConstructorError', `expected a mapping for merging, but found ${item.kind}`, item)
      }
      this.#flatten(item)
      return item.pairs
    })
    return parts.reverse().flat()
  }

  #sequence(node: Node): Value[] {
    const list: Value[] = []
    this.#pending.push(() => {
      for (const item of requireSequence(node).items) list.push(this.#build(item))
      recordOrigin(list, this.options.file, node as SequenceNode)
    })
    return list
  }

  /** !!omap and !!pairs: a list of tuples. */
  #pairList(node: Node): Value[] {
    const list: Value[] = []
    this.#pending.push(() => {
      if (node.kind !== 'sequence')
        throw new YamlProblem('ConstructorError', `expected a sequence, but found ${node.kind}`, node)
      for (const item of node.items) {
        if (item.kind !== 'mapping') {
          throw new YamlProblem('ConstructorError', `expected a mapping of length 1, but found ${item.kind}`, item)
        }
        const [pair] = item.pairs
        if (pair === undefined || item.pairs.length > 1) {
          throw new YamlProblem(
            'ConstructorError',
            `expected a single mapping item, but found ${item.pairs.length} items`,
            item,
          )
        }
        list.push(new Tuple([this.#build(pair[0]), this.#build(pair[1])]))
      }
    })
    return list
  }

  #set(node: Node): PySet {
    const set = new PySet()
    this.#pending.push(() => {
      const dict = new Dict()
      this.#fillMapping(node, dict)
      for (const key of dict.keys()) set.add(key)
    })
    return set
  }

  /** !unsafe: text is marked; Ansible copies collections before their own collections are filled, so those stay empty. */
  #unsafe(node: Node): Value {
    if (node.kind === 'scalar') return new UnsafeText(node.value)
    if (node.kind === 'sequence') return wrapUnsafe(node.items.map(item => this.#build(item)))
    const dict = new Dict()
    this.#fillMapping(node, dict)
    return wrapUnsafe(dict)
  }
}

/** The tag of a key, as far as merging needs it. */
function tagOf(node: Node): string | undefined {
  if (node.tag !== undefined || node.kind !== 'scalar' || !node.plain) return node.tag
  const tag = resolvePlain(node.value)
  return tag === 'merge' ? MERGE : tag === 'value' ? EQUALS : undefined
}

function isMergeOrEquals(key: Node): boolean {
  if (key.tag !== undefined) return key.tag === MERGE || key.tag === EQUALS
  return key.kind === 'scalar' && key.plain && (key.value === '<<' || key.value === '=')
}

function requireSequence(node: Node): SequenceNode {
  if (node.kind !== 'sequence')
    throw new YamlProblem('ConstructorError', `expected a sequence node, but found ${node.kind}`, node)
  return node
}

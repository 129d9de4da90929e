// Builds the tree of nodes from the tokens: libyaml's grammar (parser.c of 0.2.5) and PyYAML's composer, with their errors.
import { type Mark, type ProblemContext, YamlProblem } from '../marks.js'
import { MappingNode, type Node, ScalarNode, SequenceNode } from '../nodes.js'
import { Scanner } from './scanner.js'
import type { Token, TokenType } from './tokens.js'

const DEFAULT_HANDLES: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]
interface Properties {
  readonly start: Mark
  readonly anchor?: string | undefined
  readonly tag?: string | undefined
}

export class Composer {
  readonly #scanner: Scanner
  #handles = new Map(DEFAULT_HANDLES)
  #anchors = new Map<string, Node>()
  #first = true
  #documentStart: Mark | undefined

  constructor(text: string) {
    this.#scanner = new Scanner(text)
    this.#scanner.take()
  }

  /** The only document, undefined for an empty stream. */
  single(): Node | undefined {
    const root = this.next()
    if (root === undefined) return undefined
    const start = this.#startDocument()
    if (start !== undefined) {
      const context = { text: 'expected a single document in the stream', mark: this.#documentStart as Mark }
      throw new YamlProblem('ComposerError', 'but found another document', start, context)
    }
    return root
  }

  /** The next document, undefined at the end of the stream. */
  next(): Node | undefined {
    const start = this.#startDocument()
    if (start === undefined) return undefined
    this.#anchors = new Map()
    this.#documentStart ??= start
    const root = start.type === 'document-start' ? this.#documentContent() : this.#node(true, false)
    if (this.#is('document-end')) this.#scanner.take()
    return root
  }

  #is(a: TokenType, b?: TokenType, c?: TokenType, d?: TokenType, e?: TokenType): boolean {
    const { type } = this.#scanner.peek()
    return type === a || type === b || type === c || type === d || type === e
  }

  #fail(problem: string, token: Mark = this.#scanner.peek(), context?: ProblemContext): never {
    throw new YamlProblem('ParserError', problem, { line: token.line, column: token.column }, context)
  }

  // Documents ---------------------------------------------------------------------------------------------------------

  /** The token that a document starts with: `---`, or its first content; undefined at the end of the stream. */
  #startDocument(): Token | undefined {
    const implicit = this.#first
    this.#first = false
    if (!implicit) while (this.#is('document-end')) this.#scanner.take()
    const token = this.#scanner.peek()
    if (token.type === 'stream-end') return undefined
    this.#handles = new Map(DEFAULT_HANDLES)
    if (implicit && !this.#is('version-directive', 'tag-directive', 'document-start')) return token
    this.#directives()
    if (!this.#is('document-start')) this.#fail('did not find expected <document start>')
    return this.#scanner.take()
  }

  #directives(): void {
    let versioned = false
    const own = new Set<string>()
    while (this.#is('version-directive', 'tag-directive')) {
      const token = this.#scanner.peek()
      if (token.type === 'version-directive') {
        if (versioned) this.#fail('found duplicate %YAML directive', token)
        if (token.value !== '1.1' && token.value !== '1.2') this.#fail('found incompatible YAML document', token)
        versioned = true
      } else {
        if (own.has(token.handle)) this.#fail('found duplicate %TAG directive', token)
        own.add(token.handle)
        this.#handles.set(token.handle, token.value)
      }
      this.#scanner.take()
    }
  }

  #documentContent(): Node {
    if (this.#is('version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end')) {
      return emptyScalar(this.#scanner.peek())
    }
    return this.#node(true, false)
  }

  // Nodes -------------------------------------------------------------------------------------------------------------

  #node(block: boolean, indentless: boolean): Node {
    const first = this.#scanner.peek()
    if (first.type === 'alias') return this.#alias()
    const properties = first.type === 'anchor' || first.type === 'tag' ? this.#properties(first) : { start: first }
    const token = this.#scanner.peek()
    switch (token.type) {
      case 'scalar':
        return this.#scalar(properties, this.#scanner.take())
      case 'flow-sequence-start':
        return this.#flowItems(this.#sequence(properties))
      case 'flow-mapping-start':
        return this.#flowPairs(this.#mapping(properties))
      case 'block-sequence-start':
        if (block) return this.#blockItems(this.#sequence(properties))
        break
      case 'block-mapping-start':
        if (block) return this.#blockPairs(this.#mapping(properties))
        break
      case 'block-entry':
        if (indentless) return this.#indentlessItems(this.#sequence(properties))
        break
    }
    return this.#empty(properties, block)
  }

  #alias(): Node {
    const token = this.#scanner.take()
    const node = this.#anchors.get(token.value)
    if (node === undefined) throw new YamlProblem('ComposerError', 'found undefined alias', token)
    return node
  }

  /** An anchor and a tag, in either order. */
  #properties(start: Token): Properties {
    let anchor: string | undefined
    let tagToken: Token | undefined
    for (let i = 0; i < 2; i++) {
      if (anchor === undefined && this.#is('anchor')) anchor = this.#scanner.take().value
      else if (tagToken === undefined && this.#is('tag')) tagToken = this.#scanner.take()
    }
    return { start, anchor, tag: tagToken === undefined ? undefined : this.#resolveTag(tagToken, start) }
  }

  #resolveTag(token: Token, start: Mark): string {
    if (token.handle === '') return token.value
    const prefix = this.#handles.get(token.handle)
    if (prefix === undefined) {
      this.#fail('found undefined tag handle', token, { text: 'while parsing a node', mark: start })
    }
    return prefix + token.value
  }

  /** Makes the node known to aliases; its children may refer to it. */
  #register<N extends Node>(properties: Properties, node: N): N {
    const { anchor, start } = properties
    if (anchor !== undefined) {
      const first = this.#anchors.get(anchor)
      if (first !== undefined) {
        const context = { text: 'found duplicate anchor; first occurrence', mark: first }
        throw new YamlProblem('ComposerError', 'second occurrence', start, context)
      }
      this.#anchors.set(anchor, node)
    }
    return node
  }

  #scalar(properties: Properties, token: Token): ScalarNode {
    const { start, tag } = properties
    const plain = (token.plain && tag === undefined) || tag === '!'
    return this.#register(properties, new ScalarNode(start.line, start.column, meaningful(tag), token.value, plain))
  }

  /** A node that has an anchor or a tag but no content. */
  #empty(properties: Properties, block: boolean): ScalarNode {
    const { start, anchor, tag } = properties
    if (anchor === undefined && tag === undefined) {
      const text = `while parsing a ${block ? 'block' : 'flow'} node`
      this.#fail('did not find expected node content', undefined, { text, mark: start })
    }
    const plain = tag === undefined || tag === ''
    return this.#register(properties, new ScalarNode(start.line, start.column, meaningful(tag), '', plain))
  }

  #sequence(properties: Properties): SequenceNode {
    const { start, tag } = properties
    return this.#register(properties, new SequenceNode(start.line, start.column, meaningful(tag)))
  }

  #mapping(properties: Properties): MappingNode {
    const { start, tag } = properties
    return this.#register(properties, new MappingNode(start.line, start.column, meaningful(tag)))
  }

  // Block collections -------------------------------------------------------------------------------------------------

  #blockItems(node: SequenceNode): SequenceNode {
    const context = { text: 'while parsing a block collection', mark: this.#scanner.take() }
    while (this.#is('block-entry')) {
      const end = endOf(this.#scanner.take())
      node.items.push(this.#is('block-entry', 'block-end') ? emptyScalar(end) : this.#node(true, false))
    }
    if (!this.#is('block-end')) this.#fail("did not find expected '-' indicator", undefined, context)
    this.#scanner.take()
    return node
  }

  #indentlessItems(node: SequenceNode): SequenceNode {
    while (this.#is('block-entry')) {
      const end = endOf(this.#scanner.take())
      const empty = this.#is('block-entry', 'key', 'value', 'block-end')
      node.items.push(empty ? emptyScalar(end) : this.#node(true, false))
    }
    return node
  }

  #blockPairs(node: MappingNode): MappingNode {
    const context = { text: 'while parsing a block mapping', mark: this.#scanner.take() }
    while (this.#is('key')) {
      const end = endOf(this.#scanner.take())
      const key = this.#is('key', 'value', 'block-end') ? emptyScalar(end) : this.#node(true, true)
      node.pairs.push([key, this.#blockValue()])
    }
    if (!this.#is('block-end')) this.#fail('did not find expected key', undefined, context)
    this.#scanner.take()
    return node
  }

  #blockValue(): Node {
    if (!this.#is('value')) return emptyScalar(this.#scanner.peek())
    const end = endOf(this.#scanner.take())
    return this.#is('key', 'value', 'block-end') ? emptyScalar(end) : this.#node(true, true)
  }

  // Flow collections --------------------------------------------------------------------------------------------------

  #flowItems(node: SequenceNode): SequenceNode {
    const context = { text: 'while parsing a flow sequence', mark: this.#scanner.take() }
    for (let first = true; !this.#is('flow-sequence-end'); first = false) {
      if (!first) {
        if (!this.#is('flow-entry')) this.#fail("did not find expected ',' or ']'", undefined, context)
        this.#scanner.take()
      }
      if (this.#is('key')) node.items.push(this.#flowPair())
      else if (this.#is('flow-sequence-end')) break
      else node.items.push(this.#node(false, false))
    }
    this.#scanner.take()
    return node
  }

  /** `[a: b]`: a mapping with one pair. */
  #flowPair(): MappingNode {
    const start = this.#scanner.take()
    let key: Node
    if (this.#is('value', 'flow-entry', 'flow-sequence-end')) {
      // libyaml drops this token too, and so misreads `[? : x]`.
      key = emptyScalar(endOf(this.#scanner.take()))
    } else key = this.#node(false, false)
    const value = this.#flowValue('flow-sequence-end')
    const node = new MappingNode(start.line, start.column, undefined)
    node.pairs.push([key, value])
    return node
  }

  #flowPairs(node: MappingNode): MappingNode {
    const context = { text: 'while parsing a flow mapping', mark: this.#scanner.take() }
    for (let first = true; !this.#is('flow-mapping-end'); first = false) {
      if (!first) {
        if (!this.#is('flow-entry')) this.#fail("did not find expected ',' or '}'", undefined, context)
        this.#scanner.take()
      }
      if (this.#is('key')) {
        this.#scanner.take()
        const empty = this.#is('value', 'flow-entry', 'flow-mapping-end')
        const key = empty ? emptyScalar(this.#scanner.peek()) : this.#node(false, false)
        node.pairs.push([key, this.#flowValue('flow-mapping-end')])
      } else if (!this.#is('flow-mapping-end')) {
        const key = this.#node(false, false)
        node.pairs.push([key, emptyScalar(this.#scanner.peek())])
      } else break
    }
    this.#scanner.take()
    return node
  }

  #flowValue(end: TokenType): Node {
    if (this.#is('value')) {
      this.#scanner.take()
      if (!this.#is('flow-entry', end)) return this.#node(false, false)
    }
    return emptyScalar(this.#scanner.peek())
  }
}

/** Where a one-character token ends. */
const endOf = (token: Token): Mark => ({ line: token.line, column: token.column + 1 })

function emptyScalar(mark: Mark): ScalarNode {
  return new ScalarNode(mark.line, mark.column, undefined, '', true)
}

/** The tag `!` says nothing. */
function meaningful(tag: string | undefined): string | undefined {
  return tag === '!' || tag === '' ? undefined : tag
}

// Nodes to text, byte for byte as libyaml 0.2.5 behind PyYAML's CSafeDumper (emitter.c, _yaml.pyx).

import { analyzeScalar, type ScalarAnalysis } from './analysis.js'
import { codePoints, isWord, utf8Length } from './characters.js'
import { type MappingNode, type Node, type ScalarNode, type SequenceNode, TAG_PREFIX } from './nodes.js'
import { plainTag } from './resolver.js'
import { Writer } from './writer.js'

export interface EmitterOptions {
  readonly canonical: boolean
  readonly indent: number
  /** Column behind which lines are folded; negative means never. */
  readonly width: number
  readonly unicode: boolean
  readonly lineBreak: string
  readonly explicitStart: boolean
  readonly explicitEnd: boolean
  readonly version: readonly [number, number] | undefined
  /** Handle and prefix of each %TAG directive. */
  readonly tags: readonly (readonly [string, string])[]
}

/** What libyaml refuses to write. */
export class EmitterError extends Error {
  override readonly name = 'EmitterError'
}

type NodeContext = { readonly mapping: boolean; readonly simpleKey: boolean }
const ROOT_OR_ITEM: NodeContext = { mapping: false, simpleKey: false }
const SIMPLE_KEY: NodeContext = { mapping: true, simpleKey: true }
const MAPPING_PART: NodeContext = { mapping: true, simpleKey: false }

interface TagParts {
  readonly handle: string | undefined
  readonly suffix: string | undefined
}
const NO_TAG: TagParts = { handle: undefined, suffix: undefined }

/** Writes one document. */
export function emitDocument(root: Node, options: EmitterOptions): string {
  return new Emitter(options).document(root)
}

class Emitter {
  readonly #writer: Writer
  readonly #canonical: boolean
  readonly #anchors = new Map<Node, string | undefined>()
  readonly #written = new Set<Node>()
  readonly #analyses = new Map<ScalarNode, ScalarAnalysis>()
  readonly #directives: (readonly [string, string])[]
  #flowLevel = 0

  constructor(readonly options: EmitterOptions) {
    const indent = options.indent < 2 || options.indent > 9 ? 2 : options.indent
    let width = options.width < 0 ? Number.MAX_SAFE_INTEGER : options.width
    if (width <= indent * 2) width = 80
    this.#writer = new Writer({ indent, width, unicode: options.unicode, lineBreak: options.lineBreak })
    this.#canonical = options.canonical
    this.#directives = [...options.tags]
    for (const [handle, prefix] of [
      ['!', '!'],
      ['!!', TAG_PREFIX],
    ] as const) {
      if (!this.#directives.some(([known]) => known === handle)) this.#directives.push([handle, prefix])
    }
  }

  document(root: Node): string {
    this.#startDocument()
    this.#numberAnchors(root, { last: 0 })
    this.#node(root, ROOT_OR_ITEM)
    const writer = this.#writer
    writer.writeIndent()
    if (this.options.explicitEnd) {
      writer.indicator('...', true)
      writer.openEnded = 0
      writer.writeIndent()
    }
    if (writer.openEnded === 2) {
      writer.indicator('...', true)
      writer.writeIndent()
    }
    return writer.text
  }

  #startDocument(): void {
    const writer = this.#writer
    const { version, tags } = this.options
    if (version !== undefined) {
      if (version[0] !== 1 || (version[1] !== 1 && version[1] !== 2)) {
        throw new EmitterError('incompatible %YAML directive')
      }
      writer.indicator('%YAML', true)
      writer.indicator(version[1] === 1 ? '1.1' : '1.2', true)
      writer.writeIndent()
    }
    for (const [handle, prefix] of tags) {
      checkDirective(handle, prefix)
      writer.indicator('%TAG', true)
      writer.tagHandle(handle)
      writer.tagContent(prefix, true)
      writer.writeIndent()
    }
    if (version === undefined && tags.length === 0 && !this.options.explicitStart && !this.#canonical) return
    writer.writeIndent()
    writer.indicator('---', true)
    if (this.#canonical) writer.writeIndent()
  }

  #numberAnchors(node: Node, counter: { last: number }): void {
    if (this.#anchors.has(node)) {
      if (this.#anchors.get(node) === undefined) {
        counter.last++
        this.#anchors.set(node, `id${String(counter.last).padStart(3, '0')}`)
      }
      return
    }
    this.#anchors.set(node, undefined)
    if (node.kind === 'sequence') for (const item of node.items) this.#numberAnchors(item, counter)
    if (node.kind === 'mapping') {
      for (const [key, value] of node.pairs) {
        this.#numberAnchors(key, counter)
        this.#numberAnchors(value, counter)
      }
    }
  }

  #node(node: Node, context: NodeContext): void {
    const anchor = this.#anchors.get(node)
    const writer = this.#writer
    if (this.#written.has(node)) {
      writer.indicator('*', true)
      writer.anchor(anchor as string)
      if (context.simpleKey) writer.put(' ')
      return
    }
    this.#written.add(node)
    if (node.kind === 'scalar') {
      this.#scalar(node, anchor, context)
      return
    }
    this.#properties(anchor, this.#collectionTag(node))
    if (node.kind === 'sequence') this.#sequence(node, context)
    else this.#mapping(node)
  }

  #properties(anchor: string | undefined, tag: TagParts): void {
    const writer = this.#writer
    if (anchor !== undefined) {
      writer.indicator('&', true)
      writer.anchor(anchor)
    }
    if (tag.handle !== undefined) {
      writer.tagHandle(tag.handle)
      if (tag.suffix !== undefined) writer.tagContent(tag.suffix, false)
    } else if (tag.suffix !== undefined) {
      writer.indicator('!<', true)
      writer.tagContent(tag.suffix, false)
      writer.indicator('>', false)
    }
  }

  #tagParts(tag: string): TagParts {
    for (const [handle, prefix] of this.#directives) {
      if (prefix.length < tag.length && tag.startsWith(prefix)) return { handle, suffix: tag.slice(prefix.length) }
    }
    return { handle: undefined, suffix: tag }
  }

  #collectionTag(node: SequenceNode | MappingNode): TagParts {
    const implicit = node.tag === TAG_PREFIX + (node.kind === 'sequence' ? 'seq' : 'map')
    return implicit && !this.#canonical ? NO_TAG : this.#tagParts(node.tag)
  }

  #scalarTag(node: ScalarNode): TagParts {
    const implicit = node.tag === plainTag(node.value) || node.tag === `${TAG_PREFIX}str`
    return implicit && !this.#canonical ? NO_TAG : this.#tagParts(node.tag)
  }

  #analysis(node: ScalarNode): ScalarAnalysis {
    let analysis = this.#analyses.get(node)
    if (analysis === undefined) {
      analysis = analyzeScalar(codePoints(node.value), this.options.unicode)
      this.#analyses.set(node, analysis)
    }
    return analysis
  }

  #scalar(node: ScalarNode, anchor: string | undefined, context: NodeContext): void {
    const writer = this.#writer
    let tag = this.#scalarTag(node)
    const untagged = tag.handle === undefined && tag.suffix === undefined
    const style = this.#scalarStyle(node, context, untagged)
    if (untagged && node.tag !== `${TAG_PREFIX}str` && style !== 'plain') tag = { handle: '!', suffix: undefined }
    this.#properties(anchor, tag)
    writer.increaseIndent(true, false)
    const allowBreaks = !context.simpleKey
    if (style === 'plain') writer.plain(node.value, allowBreaks, this.#flowLevel > 0)
    else if (style === "'") writer.singleQuoted(node.value, allowBreaks)
    else if (style === '"') writer.doubleQuoted(node.value, allowBreaks)
    else if (style === '|') writer.literal(node.value)
    else writer.folded(node.value)
    writer.decreaseIndent()
  }

  #scalarStyle(node: ScalarNode, context: NodeContext, untagged: boolean): 'plain' | "'" | '"' | '|' | '>' {
    const analysis = this.#analysis(node)
    let style = wantedStyle(node.style)
    if (this.#canonical || (context.simpleKey && analysis.multiline)) style = '"'
    if (style === 'plain') {
      const allowed = this.#flowLevel > 0 ? analysis.flowPlain : analysis.blockPlain
      const empty = node.value === '' && (this.#flowLevel > 0 || context.simpleKey)
      if (!allowed || empty || (untagged && node.tag !== plainTag(node.value))) style = "'"
    }
    if (style === "'" && !analysis.singleQuoted) style = '"'
    if ((style === '|' || style === '>') && (!analysis.block || this.#flowLevel > 0 || context.simpleKey)) style = '"'
    return style
  }

  #sequence(node: SequenceNode, context: NodeContext): void {
    const writer = this.#writer
    if (this.#flowLevel > 0 || this.#canonical || node.flow || node.items.length === 0) {
      this.#flowCollection('[', ']', node.items, item => this.#node(item, ROOT_OR_ITEM))
      return
    }
    writer.increaseIndent(false, context.mapping && !writer.indention)
    for (const item of node.items) {
      writer.writeIndent()
      writer.indicator('-', true, false, true)
      this.#node(item, ROOT_OR_ITEM)
    }
    writer.decreaseIndent()
  }

  #mapping(node: MappingNode): void {
    const writer = this.#writer
    if (this.#flowLevel > 0 || this.#canonical || node.flow || node.pairs.length === 0) {
      this.#flowCollection('{', '}', node.pairs, pair => this.#flowPair(pair))
      return
    }
    writer.increaseIndent(false, false)
    for (const [key, value] of node.pairs) {
      writer.writeIndent()
      if (this.#isSimpleKey(key)) {
        this.#node(key, SIMPLE_KEY)
        writer.indicator(':', false)
      } else {
        writer.indicator('?', true, false, true)
        this.#node(key, MAPPING_PART)
        writer.writeIndent()
        writer.indicator(':', true, false, true)
      }
      this.#node(value, MAPPING_PART)
    }
    writer.decreaseIndent()
  }

  #flowCollection<T>(open: string, close: string, items: readonly T[], write: (item: T) => void): void {
    const writer = this.#writer
    writer.indicator(open, true, true)
    writer.increaseIndent(true, false)
    this.#flowLevel++
    items.forEach((item, index) => {
      if (index > 0) writer.indicator(',', false)
      this.#wrap()
      write(item)
    })
    this.#flowLevel--
    writer.decreaseIndent()
    if (this.#canonical && items.length > 0) {
      writer.indicator(',', false)
      writer.writeIndent()
    }
    writer.indicator(close, false)
  }

  #flowPair([key, value]: [Node, Node]): void {
    const writer = this.#writer
    if (!this.#canonical && this.#isSimpleKey(key)) {
      this.#node(key, SIMPLE_KEY)
      writer.indicator(':', false)
    } else {
      writer.indicator('?', true)
      this.#node(key, MAPPING_PART)
      this.#wrap()
      writer.indicator(':', true)
    }
    this.#node(value, MAPPING_PART)
  }

  #wrap(): void {
    const writer = this.#writer
    if (this.#canonical || writer.column > writer.options.width) writer.writeIndent()
  }

  /** Short and on one line, so that `key:` can be written without `?`. */
  #isSimpleKey(node: Node): boolean {
    const anchor = utf8Length(this.#anchors.get(node) ?? '')
    if (this.#written.has(node)) return anchor <= 128
    if (node.kind === 'scalar') {
      if (this.#analysis(node).multiline) return false
      return anchor + tagLength(this.#scalarTag(node)) + utf8Length(node.value) <= 128
    }
    const size = node.kind === 'sequence' ? node.items.length : node.pairs.length
    return size === 0 && anchor + tagLength(this.#collectionTag(node)) <= 128
  }
}

const tagLength = (tag: TagParts): number => utf8Length(tag.handle ?? '') + utf8Length(tag.suffix ?? '')

function wantedStyle(style: string | undefined): 'plain' | "'" | '"' | '|' | '>' {
  return style === "'" || style === '"' || style === '|' || style === '>' ? style : 'plain'
}

function checkDirective(handle: string, prefix: string): void {
  if (handle === '') throw new EmitterError('tag handle must not be empty')
  if (!handle.startsWith('!')) throw new EmitterError("tag handle must start with '!'")
  if (!handle.endsWith('!')) throw new EmitterError("tag handle must end with '!'")
  if (!codePoints(handle.slice(1, -1)).every(isWord)) {
    throw new EmitterError('tag handle must contain alphanumerical characters only')
  }
  if (prefix === '') throw new EmitterError('tag prefix must not be empty')
}

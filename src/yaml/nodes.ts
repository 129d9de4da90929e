// What a YAML document is made of before its values are built.
import type { Value } from '../python/values.js'

/** `line` and `column` count from 0 and are those of the tag or anchor, if the node has one. */
abstract class NodeBase {
  /** The value once it is built: aliases and merged keys share it. */
  made: Value | undefined = undefined
  /** True while the value is being built. */
  making = false
  constructor(
    readonly line: number,
    readonly column: number,
    /** Explicit tag, resolved through the directives. */
    public tag: string | undefined,
  ) {}
}

export class ScalarNode extends NodeBase {
  readonly kind = 'scalar'
  constructor(
    line: number,
    column: number,
    tag: string | undefined,
    readonly value: string,
    /** The tag follows from the text (no quotes, no tag). */
    readonly plain: boolean,
  ) {
    super(line, column, tag)
  }

  /** The same scalar with a tag or an anchor in front. `asPlain`: its tag is `!`, so the text decides. */
  withProperties(line: number, column: number, tag: string | undefined, asPlain: boolean): ScalarNode {
    return new ScalarNode(line, column, tag, this.value, this.plain || asPlain)
  }
}

export class SequenceNode extends NodeBase {
  readonly kind = 'sequence'
  readonly items: Node[] = []

  withProperties(line: number, column: number, tag: string | undefined): SequenceNode {
    const copy = new SequenceNode(line, column, tag)
    copy.items.push(...this.items)
    return copy
  }
}

export class MappingNode extends NodeBase {
  readonly kind = 'mapping'
  pairs: (readonly [Node, Node])[] = []

  withProperties(line: number, column: number, tag: string | undefined): MappingNode {
    const copy = new MappingNode(line, column, tag)
    copy.pairs = this.pairs
    return copy
  }
}

export type Node = ScalarNode | SequenceNode | MappingNode

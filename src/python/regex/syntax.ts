// The syntax tree of a Python regular expression. Flags are resolved: every node says itself how it compares.

export type CategoryLetter = 'd' | 'D' | 's' | 'S' | 'w' | 'W'

export type SetItem =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'category'; readonly letter: CategoryLetter; readonly ascii: boolean }

/** One character out of a set: literals, the dot and \d outside brackets are sets too. */
export interface SetNode {
  readonly kind: 'set'
  readonly negated: boolean
  readonly items: readonly SetItem[]
  /** IGNORECASE is in force. */
  readonly fold: boolean
  readonly ascii: boolean
}

export type Anchor = 'textStart' | 'lineStart' | 'textEnd' | 'lastLineEnd' | 'lineEnd' | 'boundary' | 'notBoundary'

export type Node =
  | SetNode
  | { readonly kind: 'anchor'; readonly anchor: Anchor; readonly ascii: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'alternation'; readonly branches: readonly Node[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: Node }
  | RepeatNode
  | { readonly kind: 'backreference'; readonly index: number; readonly fold: boolean; readonly ascii: boolean }
  | {
      readonly kind: 'look'
      readonly ahead: boolean
      readonly negative: boolean
      readonly width: number
      readonly body: Node
    }
  | { readonly kind: 'atomic'; readonly body: Node }
  | { readonly kind: 'conditional'; readonly index: number; readonly yes: Node; readonly no: Node }

export interface RepeatNode {
  readonly kind: 'repeat'
  readonly least: number
  readonly most: number
  readonly mode: 'greedy' | 'lazy' | 'possessive'
  readonly body: Node
}

export interface Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly verbose: boolean
  readonly ascii: boolean
}

export interface ParsedRegex {
  readonly root: Node
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
}

/** Least and most characters that a node can match. */
export type Width = readonly [number, number]

export function widthOf(node: Node, groupWidths: ReadonlyMap<number, Width>): Width {
  const inner = (child: Node): Width => widthOf(child, groupWidths)
  switch (node.kind) {
    case 'set':
      return [1, 1]
    case 'anchor':
    case 'look':
      return [0, 0]
    case 'sequence':
      return node.items.map(inner).reduce<Width>((a, b) => [a[0] + b[0], a[1] + b[1]], [0, 0])
    case 'alternation':
      return eitherWidth(node.branches.map(inner))
    case 'group':
    case 'atomic':
      return inner(node.body)
    case 'repeat': {
      const [least, most] = inner(node.body)
      return [least * node.least, most === 0 ? 0 : most * node.most]
    }
    case 'backreference':
      return groupWidths.get(node.index) ?? [0, Number.POSITIVE_INFINITY]
    case 'conditional':
      return eitherWidth([inner(node.yes), inner(node.no)])
  }
}

function eitherWidth(widths: readonly Width[]): Width {
  return [Math.min(...widths.map(width => width[0])), Math.max(...widths.map(width => width[1]))]
}

/** Children of a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sequence':
      return node.items
    case 'alternation':
      return node.branches
    case 'group':
    case 'atomic':
    case 'repeat':
    case 'look':
      return [node.body]
    case 'conditional':
      return [node.yes, node.no]
    default:
      return []
  }
}

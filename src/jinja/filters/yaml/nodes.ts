// The node graph between values and YAML text (PyYAML's nodes.py): what is written, without how.

export const TAG_PREFIX = 'tag:yaml.org,2002:'

export type ScalarStyle = "'" | '"' | '|' | '>'

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly tag: string
  readonly value: string
  /** Wanted style; undefined means plain where that is possible. */
  readonly style: string | undefined
}

export interface SequenceNode {
  readonly kind: 'sequence'
  readonly tag: string
  readonly items: Node[]
  flow: boolean
}

export interface MappingNode {
  readonly kind: 'mapping'
  readonly tag: string
  readonly pairs: [Node, Node][]
  flow: boolean
}

export type Node = ScalarNode | SequenceNode | MappingNode

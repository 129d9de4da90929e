// Where mappings, lists and their values stand in their files. Ansible keeps this on the objects themselves (ansible_pos);
// here it is a side table, so that values stay plain.
import type { Position } from '../errors.js'
import { type Dict, keyOf, type Value } from '../python/values.js'
import type { MappingNode, Node, SequenceNode } from './nodes.js'

interface Origin {
  readonly file: string
  readonly line: number
  readonly column: number
  /** What the container was built from, for the positions of its values. */
  readonly node?: MappingNode | SequenceNode | undefined
}

const origins = new WeakMap<object, Origin>()

export function recordOrigin(container: Dict | Value[], file: string, node: MappingNode | SequenceNode): void {
  origins.set(container, { file, line: node.line + 1, column: node.column + 1, node })
}

/** Where a mapping or list starts, or one of its values (by key or index); undefined when it was not read from YAML. */
export function positionOf(container: Dict | Value[], key?: Value): Position | undefined {
  const origin = origins.get(container)
  if (origin === undefined) return undefined
  if (key === undefined) return { file: origin.file, line: origin.line, column: origin.column }
  const { node } = origin
  if (node === undefined) return undefined
  if (node.kind === 'mapping') return at(origin.file, findPair(node, key)?.[1])
  return typeof key === 'number' ? at(origin.file, node.items.at(key)) : undefined
}

/** Where a key of a mapping stands. */
export function keyPositionOf(container: Dict, key: Value): Position | undefined {
  const origin = origins.get(container)
  if (origin?.node?.kind !== 'mapping') return undefined
  return at(origin.file, findPair(origin.node, key)?.[0])
}

/** Gives a container the position of another, and returns it. */
export function copyPosition<T extends Dict | Value[]>(from: Dict | Value[], to: T): T {
  const origin = origins.get(from)
  if (origin !== undefined) origins.set(to, origin)
  return to
}

/** Gives a container that was not read from YAML a position. */
export function setPosition(container: Dict | Value[], position: Position): void {
  const { file, line, column } = position
  origins.set(container, { file, line, column })
}

function at(file: string, node: Node | undefined): Position | undefined {
  return node === undefined ? undefined : { file, line: node.line + 1, column: node.column + 1 }
}

/** The pair that won: the last one with this key. */
function findPair(node: MappingNode, key: Value): readonly [Node, Node] | undefined {
  const wanted = keyOf(key)
  return node.pairs.findLast(([keyNode]) => keyNode.made !== undefined && keyOf(keyNode.made) === wanted)
}

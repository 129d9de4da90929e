// Longest paths over weighted nodes: when each node can start and must start, and which ones leave no room.
import type { Graph } from './graph.js'
import { topologicalNumbers } from './order.js'

export interface Schedule<N> {
  /** Length of the longest path: the sum of its nodes' weights. */
  readonly length: number
  /** Sum of all weights. */
  readonly work: number
  /** One longest path, from its first node to its last. */
  readonly criticalPath: readonly N[]
  /** When the node starts if everything starts as early as possible. */
  earliestStart(node: N): number
  /** When it has to start at the latest for the length to stay. */
  latestStart(node: N): number
  /** Latest minus earliest start; 0 on critical paths. */
  slack(node: N): number
  /** Length of the longest path that begins with this node, its own weight included. */
  remaining(node: N): number
}

/** Throws for a graph with a cycle. */
export function longestPaths<N>(graph: Graph<N>, weight: (node: N) => number): Schedule<N> {
  const order = topologicalNumbers(graph)
  if (order === undefined) throw new Error('A graph with a cycle has no longest path')
  const weights = Float64Array.from(graph.nodes, weight)
  const earliest = new Float64Array(graph.size)
  const remaining = new Float64Array(graph.size)
  const before = new Int32Array(graph.size).fill(-1)
  let work = 0
  let last = -1
  let length = 0
  for (const number of order) {
    for (const source of graph.predecessorsOf(number)) {
      const end = (earliest[source] as number) + (weights[source] as number)
      if (before[number] !== -1 && end <= (earliest[number] as number)) continue
      before[number] = source
      earliest[number] = Math.max(end, earliest[number] as number)
    }
    const end = (earliest[number] as number) + (weights[number] as number)
    work += weights[number] as number
    if (last !== -1 && end <= length) continue
    last = number
    length = end
  }
  for (const number of order.toReversed()) {
    let below = 0
    for (const target of graph.successorsOf(number)) below = Math.max(below, remaining[target] as number)
    remaining[number] = below + (weights[number] as number)
  }
  const criticalPath: N[] = []
  for (let number = last; number !== -1; number = before[number] as number) criticalPath.push(graph.nodeAt(number))
  const at = (values: Float64Array, node: N) => values[graph.numberOf(node)] as number
  const latestStart = (node: N) => length - at(remaining, node)
  return {
    length,
    work,
    criticalPath: criticalPath.reverse(),
    earliestStart: node => at(earliest, node),
    latestStart,
    slack: node => latestStart(node) - at(earliest, node),
    remaining: node => at(remaining, node),
  }
}

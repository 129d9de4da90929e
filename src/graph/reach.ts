// What can be reached from where, and the smallest graph that reaches the same.
import { Graph } from './graph.js'
import { topologicalNumbers } from './order.js'

/** Nodes that can be reached from these by one edge or more. */
export function descendants<N>(graph: Graph<N>, from: Iterable<N>): ReadonlySet<N> {
  return closure(graph, from, number => graph.successorsOf(number))
}

/** Nodes from which one of these can be reached by one edge or more. */
export function ancestors<N>(graph: Graph<N>, of: Iterable<N>): ReadonlySet<N> {
  return closure(graph, of, number => graph.predecessorsOf(number))
}

function closure<N>(graph: Graph<N>, start: Iterable<N>, next: (number: number) => readonly number[]): ReadonlySet<N> {
  const found = new Set<N>()
  const stack = [...start].map(node => graph.numberOf(node))
  for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
    for (const target of next(number)) {
      const node = graph.nodeAt(target)
      if (found.has(node)) continue
      found.add(node)
      stack.push(target)
    }
  }
  return found
}

/** A path with the fewest edges, both ends included; undefined when there is none. From a node to itself: a cycle. */
export function pathBetween<N>(graph: Graph<N>, from: N, to: N): readonly N[] | undefined {
  const start = graph.numberOf(from)
  const end = graph.numberOf(to)
  const cameFrom = new Map<number, number>()
  const queue = [start]
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next] as number
    for (const target of graph.successorsOf(node)) {
      if (cameFrom.has(target)) continue
      cameFrom.set(target, node)
      if (target === end) return wayBack(graph, cameFrom, start, end)
      queue.push(target)
    }
  }
  return undefined
}

function wayBack<N>(graph: Graph<N>, cameFrom: ReadonlyMap<number, number>, start: number, end: number): readonly N[] {
  const path = [end]
  let node = end
  do {
    node = cameFrom.get(node) as number
    path.push(node)
  } while (node !== start)
  return path.reverse().map(number => graph.nodeAt(number))
}

/**
 * The graph without edges that a longer path implies, and without repeated ones. Throws for a graph with a cycle.
 * Memory stays linear; time is that of a search below each node, cut off behind its last direct successor.
 */
export function transitiveReduction<N>(graph: Graph<N>): Graph<N> {
  const order = topologicalNumbers(graph)
  if (order === undefined) throw new Error('A graph with a cycle has no transitive reduction')
  const rank = new Int32Array(graph.size)
  for (const [position, number] of order.entries()) rank[number] = position
  const seenFor = new Int32Array(graph.size).fill(-1)
  const reduced = new Graph<N>()
  for (const node of graph.nodes) reduced.addNode(node)
  for (let number = 0; number < graph.size; number++) {
    const targets = [...graph.successorsOf(number)].sort((a, b) => (rank[a] as number) - (rank[b] as number))
    const last = targets.at(-1)
    if (last === undefined) continue
    for (const target of targets) {
      // Nearer successors come first: what they reach is marked before it is looked at.
      if (seenFor[target] === number) continue
      seenFor[target] = number
      reduced.addEdge(graph.nodeAt(number), graph.nodeAt(target))
      if (target !== last) markBelow(graph, target, number, rank, rank[last] as number, seenFor)
    }
  }
  return reduced
}

function markBelow<N>(
  graph: Graph<N>,
  from: number,
  mark: number,
  rank: Int32Array,
  furthest: number,
  seenFor: Int32Array,
): void {
  const stack = [from]
  for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
    for (const target of graph.successorsOf(number)) {
      if (seenFor[target] === mark || (rank[target] as number) > furthest) continue
      seenFor[target] = mark
      stack.push(target)
    }
  }
}

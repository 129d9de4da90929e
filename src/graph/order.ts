// Orders and cycles. Linear in nodes and edges, without recursion: chains of any length.
import type { Graph } from './graph.js'

/** A topological order, or the cycles that there are instead. */
export type Ordering<N> =
  | { readonly order: readonly N[]; readonly cycles: readonly [] }
  | { readonly order: undefined; readonly cycles: readonly (readonly N[])[] }

/** Puts every node after its predecessors; among free nodes the ones added first come first. */
export function topologicalOrder<N>(graph: Graph<N>): Ordering<N> {
  const numbers = topologicalNumbers(graph)
  if (numbers === undefined) return { order: undefined, cycles: findCycles(graph) }
  return { order: numbers.map(number => graph.nodeAt(number)), cycles: [] }
}

/** The same by number; undefined when there is a cycle. */
export function topologicalNumbers<N>(graph: Graph<N>): readonly number[] | undefined {
  const missing = new Int32Array(graph.size)
  const order: number[] = []
  for (let number = 0; number < graph.size; number++) {
    missing[number] = graph.predecessorsOf(number).length
    if (missing[number] === 0) order.push(number)
  }
  for (let next = 0; next < order.length; next++) {
    for (const target of graph.successorsOf(order[next] as number)) {
      const left = (missing[target] as number) - 1
      missing[target] = left
      if (left === 0) order.push(target)
    }
  }
  return order.length === graph.size ? order : undefined
}

/**
 * One shortest cycle for each set of nodes that lie on common cycles, its members in the order of the edges. A node
 * with an edge to itself is a cycle of one.
 */
export function findCycles<N>(graph: Graph<N>): readonly (readonly N[])[] {
  return stronglyConnected(graph)
    .filter(members => members.length > 1 || graph.successorsOf(members[0] as number).includes(members[0] as number))
    .map(members => shortestCycle(graph, members).map(number => graph.nodeAt(number)))
}

/** Members times starts that the search for a shortest cycle may cost. */
const ENOUGH_STEPS = 50_000

/** Breadth first from each member until one comes back to itself; the shortest one found. */
function shortestCycle<N>(graph: Graph<N>, members: readonly number[]): readonly number[] {
  const inside = new Set(members)
  let best: readonly number[] = []
  // A huge knot is not searched from every member.
  const starts = Math.max(1, Math.floor(ENOUGH_STEPS / members.length))
  for (const start of members.slice(0, starts)) {
    const cycle = cycleThrough(graph, start, inside)
    if (best.length === 0 || cycle.length < best.length) best = cycle
  }
  return best
}

function cycleThrough<N>(graph: Graph<N>, start: number, inside: ReadonlySet<number>): readonly number[] {
  const cameFrom = new Map<number, number>()
  const queue = [start]
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next] as number
    for (const target of graph.successorsOf(node)) {
      if (target === start) return wayBack(cameFrom, node, start)
      if (!inside.has(target) || cameFrom.has(target)) continue
      cameFrom.set(target, node)
      queue.push(target)
    }
  }
  throw new Error('A member of a strongly connected component lies on a cycle')
}

function wayBack(cameFrom: ReadonlyMap<number, number>, end: number, start: number): readonly number[] {
  const path: number[] = []
  for (let node = end; node !== start; node = cameFrom.get(node) as number) path.push(node)
  return [start, ...path.reverse()]
}

// Tarjan's algorithm with an explicit stack.
function stronglyConnected<N>(graph: Graph<N>): readonly (readonly number[])[] {
  const size = graph.size
  const index = new Int32Array(size).fill(-1)
  const low = new Int32Array(size)
  const isOnStack = new Uint8Array(size)
  const edge = new Int32Array(size)
  const stack: number[] = []
  const found: number[][] = []
  let counter = 0
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue
    const path = [root]
    while (path.length > 0) {
      const node = path[path.length - 1] as number
      if (index[node] === -1) {
        index[node] = low[node] = counter++
        stack.push(node)
        isOnStack[node] = 1
      }
      const targets = graph.successorsOf(node)
      let descended = false
      while ((edge[node] as number) < targets.length) {
        const target = targets[edge[node] as number] as number
        edge[node] = (edge[node] as number) + 1
        if (index[target] === -1) {
          path.push(target)
          descended = true
          break
        }
        if (isOnStack[target] === 1) low[node] = Math.min(low[node] as number, index[target] as number)
      }
      if (descended) continue
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number)
      if (low[node] === index[node]) found.push(takeComponent(stack, isOnStack, node))
    }
  }
  return found
}

function takeComponent(stack: number[], isOnStack: Uint8Array, root: number): number[] {
  const members = stack.splice(stack.lastIndexOf(root))
  for (const member of members) isOnStack[member] = 0
  return members
}

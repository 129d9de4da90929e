// Places the nodes of a graph in columns so that edges go to the right: longest path for the column, neighbours' middle for
// the place in it. Edges that would close a circle are drawn but do not count.
export interface Edge {
  readonly from: number
  readonly to: number
}

export interface Placed {
  readonly column: number
  readonly place: number
}

const SWEEPS = 6

/** A place for each of `count` nodes; nodes come in program order, so edges to earlier nodes go backwards. */
export function layered(count: number, edges: readonly Edge[]): Placed[] {
  const forward = edges.filter(edge => edge.from < edge.to)
  const before: number[][] = Array.from({ length: count }, () => [])
  const after: number[][] = Array.from({ length: count }, () => [])
  for (const { from, to } of forward) {
    before[to]!.push(from)
    after[from]!.push(to)
  }
  const column = new Array<number>(count).fill(0)
  for (let node = 0; node < count; node++) {
    for (const other of before[node]!) column[node] = Math.max(column[node]!, column[other]! + 1)
  }
  const columns: number[][] = []
  column.forEach((at, node) => {
    columns[at] ??= []
    columns[at].push(node)
  })
  const place = new Array<number>(count).fill(0)
  const settle = () => {
    for (const nodes of columns) {
      nodes.forEach((node, at) => {
        place[node] = at - (nodes.length - 1) / 2
      })
    }
  }
  settle()
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 === 0 ? before : after
    for (const nodes of columns) {
      const middle = new Map(
        nodes.map(node => [
          node,
          mean(
            neighbours[node]!.map(other => place[other]!),
            place[node]!,
          ),
        ]),
      )
      nodes.sort((a, b) => middle.get(a)! - middle.get(b)! || a - b)
    }
    settle()
  }
  return column.map((at, node) => ({ column: at, place: place[node]! }))
}

function mean(numbers: readonly number[], otherwise: number): number {
  return numbers.length === 0 ? otherwise : numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/** Edges without those that a longer way says already. For graphs of a few hundred nodes. */
export function reduced<E extends Edge>(count: number, edges: readonly E[]): E[] {
  const after: number[][] = Array.from({ length: count }, () => [])
  for (const { from, to } of edges) if (from < to) after[from]!.push(to)
  const reach: Set<number>[] = new Array(count)
  for (let node = count - 1; node >= 0; node--) {
    const all = new Set<number>()
    for (const next of after[node]!) {
      all.add(next)
      for (const far of reach[next]!) all.add(far)
    }
    reach[node] = all
  }
  return edges.filter(
    ({ from, to }) => from >= to || !after[from]!.some(other => other !== to && other < to && reach[other]!.has(to)),
  )
}

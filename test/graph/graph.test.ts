import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ancestors,
  descendants,
  findCycles,
  Graph,
  longestPaths,
  pathBetween,
  toDot,
  toMermaid,
  topologicalOrder,
  transitiveReduction,
} from '../../src/graph/index.js'

/** Edges among 0 … 9; with `forward` from smaller to larger numbers only. */
const edges = (forward: boolean) =>
  fc
    .array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 25 })
    .map(pairs =>
      forward ? pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const) : pairs,
    )
const graphs = (forward: boolean) =>
  edges(forward).map(pairs =>
    Graph.of(
      Array.from({ length: 10 }, (_, n) => n),
      pairs,
    ),
  )

/** The closure by repeated squaring of the relation: nothing in common with the code under test. */
function closureOf(graph: Graph<number>): Set<string> {
  const reach = new Set([...graph.edges()].map(([a, b]) => `${a} ${b}`))
  for (let middle = 0; middle < 10; middle++) {
    for (let a = 0; a < 10; a++) {
      for (let b = 0; b < 10; b++)
        if (reach.has(`${a} ${middle}`) && reach.has(`${middle} ${b}`)) reach.add(`${a} ${b}`)
    }
  }
  return reach
}

const SEED = { seed: 7, numRuns: 300 }

describe('orders', () => {
  it('put each node behind those before it, and free ones in the order of adding', () => {
    expect(topologicalOrder(Graph.of(['c', 'b', 'a'], [['b', 'c']])).order).toEqual(['b', 'a', 'c'])
    fc.assert(
      fc.property(graphs(true), graph => {
        const { order } = topologicalOrder(graph)
        for (const [a, b] of graph.edges()) expect(order?.indexOf(a)).toBeLessThan(order?.indexOf(b) as number)
        expect(order).toHaveLength(10)
      }),
      SEED,
    )
  })

  it('name the members of a shortest cycle, in the order of the edges', () => {
    const graph = Graph.of<string>(
      [],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
        ['d', 'a'],
        ['c', 'a'],
        ['x', 'x'],
        ['d', 'y'],
      ],
    )
    expect(findCycles(graph).map(cycle => cycle.join(' '))).toEqual(['a b c', 'x'])
    expect(topologicalOrder(graph).order).toBeUndefined()
  })

  it('find a cycle exactly when a node reaches itself', () => {
    fc.assert(
      fc.property(graphs(false), graph => {
        const reach = closureOf(graph)
        const isCyclic = Array.from({ length: 10 }, (_, n) => reach.has(`${n} ${n}`)).some(Boolean)
        const cycles = findCycles(graph)
        expect(cycles.length > 0).toBe(isCyclic)
        expect(topologicalOrder(graph).order === undefined).toBe(isCyclic)
        for (const cycle of cycles) {
          for (const [at, node] of cycle.entries())
            expect(graph.hasEdge(node, cycle[(at + 1) % cycle.length] as number)).toBe(true)
          expect(new Set(cycle).size).toBe(cycle.length)
        }
      }),
      SEED,
    )
  })

  it('survive chains of a hundred thousand nodes', () => {
    const graph = new Graph<number>()
    for (let n = 0; n < 100_000; n++) graph.addEdge(n, n + 1)
    expect(topologicalOrder(graph).order).toHaveLength(100_001)
    graph.addEdge(100_000, 0)
    expect(findCycles(graph)[0]).toHaveLength(100_001)
  })
})

describe('reachability', () => {
  it('is that of the closure, both ways, with a path of edges', () => {
    fc.assert(
      fc.property(graphs(false), graph => {
        const reach = closureOf(graph)
        for (let a = 0; a < 10; a++) {
          const below = descendants(graph, [a])
          for (let b = 0; b < 10; b++) {
            const isReached = reach.has(`${a} ${b}`)
            expect(below.has(b)).toBe(isReached)
            expect(ancestors(graph, [b]).has(a)).toBe(isReached)
            const path = pathBetween(graph, a, b)
            expect(path !== undefined).toBe(isReached)
            if (path === undefined) continue
            expect([path[0], path.at(-1)]).toEqual([a, b])
            for (const [at, node] of path.slice(1).entries()) expect(graph.hasEdge(path[at] as number, node)).toBe(true)
          }
        }
      }),
      SEED,
    )
  })

  it('stays when edges that others imply are dropped, and none more can be', () => {
    fc.assert(
      fc.property(graphs(true), graph => {
        const reduced = transitiveReduction(graph)
        expect(closureOf(reduced)).toEqual(closureOf(graph))
        const kept = [...reduced.edges()]
        for (const edge of kept) {
          const less = Graph.of(
            graph.nodes,
            kept.filter(other => other !== edge),
          )
          expect(closureOf(less)).not.toEqual(closureOf(graph))
        }
      }),
      SEED,
    )
  })

  it('has no reduction where there is a cycle', () => {
    expect(() =>
      transitiveReduction(
        Graph.of<string>(
          [],
          [
            ['a', 'b'],
            ['b', 'a'],
          ],
        ),
      ),
    ).toThrow(/cycle/)
  })
})

describe('longest paths', () => {
  it('agree with trying every path', () => {
    fc.assert(
      fc.property(graphs(true), fc.array(fc.nat({ max: 20 }), { minLength: 10, maxLength: 10 }), (graph, weights) => {
        const weight = (node: number) => weights[node] as number
        const longest = (node: number): number =>
          weight(node) + Math.max(0, ...graph.successors(node).map(next => longest(next)))
        const schedule = longestPaths(graph, weight)
        expect(schedule.length).toBe(Math.max(...graph.nodes.map(longest)))
        expect(schedule.criticalPath.reduce((sum, node) => sum + weight(node), 0)).toBe(schedule.length)
        for (const node of graph.nodes) {
          expect(schedule.remaining(node)).toBe(longest(node))
          // One second more than the slack makes the whole longer by one; the slack itself does not.
          const slowed = (by: number) => longestPaths(graph, it => weight(it) + (it === node ? by : 0)).length
          expect(slowed(schedule.slack(node))).toBe(schedule.length)
          expect(slowed(schedule.slack(node) + 1)).toBe(schedule.length + 1)
        }
      }),
      SEED,
    )
  })
})

describe('drawings', () => {
  const graph = Graph.of<string>(
    [],
    [
      ['a "1"', 'b'],
      ['b', 'c'],
    ],
  )
  const drawing = {
    cluster: (node: string) => (node === 'c' ? undefined : 'left & right'),
    edgeLabel: (from: string) => (from === 'b' ? 'why' : undefined),
    isMarked: (node: string) => node === 'b',
  }
  it('for Graphviz', () => {
    expect(toDot(graph, drawing)).toMatchInlineSnapshot(`
      "digraph {
        rankdir=TB
        node [shape=box]
        subgraph cluster_0 {
          label="left & right"
          n0 [label="a \\"1\\""]
          n1 [label="b" style=bold color=red]
        }
        n2 [label="c"]
        n0 -> n1
        n1 -> n2 [label="why"]
      }
      "
    `)
  })
  it('for Mermaid', () => {
    expect(toMermaid(graph, drawing)).toMatchInlineSnapshot(`
      "flowchart TB
        subgraph c0["left & right"]
          n0["a #quot;1#quot;"]
          n1["b"]
        end
        n2["c"]
        n0 --> n1
        n1 -->|"why"| n2
        classDef marked stroke:#c00,stroke-width:3px
        class n1 marked
      "
    `)
  })
})

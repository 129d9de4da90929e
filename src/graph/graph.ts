// A directed graph over values of any kind, kept as adjacency lists of dense numbers so that large graphs stay small.
// Everything that walks it goes in the order of adding: equal graphs give equal results.

export class Graph<N> {
  readonly #numbers = new Map<N, number>()
  readonly #nodes: N[] = []
  readonly #successors: number[][] = []
  readonly #predecessors: number[][] = []
  #edgeCount = 0

  /** A graph of these nodes and edges; nodes that only edges name are added. */
  static of<N>(nodes: Iterable<N>, edges: Iterable<readonly [N, N]>): Graph<N> {
    const graph = new Graph<N>()
    for (const node of nodes) graph.addNode(node)
    for (const [from, to] of edges) graph.addEdge(from, to)
    return graph
  }

  get size(): number {
    return this.#nodes.length
  }

  get edgeCount(): number {
    return this.#edgeCount
  }

  get nodes(): readonly N[] {
    return this.#nodes
  }

  /** Adds a node unless it is there. @returns its number */
  addNode(node: N): number {
    const known = this.#numbers.get(node)
    if (known !== undefined) return known
    const number = this.#nodes.length
    this.#numbers.set(node, number)
    this.#nodes.push(node)
    this.#successors.push([])
    this.#predecessors.push([])
    return number
  }

  /** Adds an edge; a second one between the same nodes counts for nothing in any result. */
  addEdge(from: N, to: N): void {
    const source = this.addNode(from)
    const target = this.addNode(to)
    ;(this.#successors[source] as number[]).push(target)
    ;(this.#predecessors[target] as number[]).push(source)
    this.#edgeCount++
  }

  has(node: N): boolean {
    return this.#numbers.has(node)
  }

  hasEdge(from: N, to: N): boolean {
    const target = this.#numbers.get(to)
    const source = this.#numbers.get(from)
    return source !== undefined && target !== undefined && this.successorsOf(source).includes(target)
  }

  /** Number of a node; throws for a node that is not there. */
  numberOf(node: N): number {
    const number = this.#numbers.get(node)
    if (number === undefined) throw new Error(`The graph has no node ${String(node)}`)
    return number
  }

  nodeAt(number: number): N {
    return this.#nodes[number] as N
  }

  /** By number, for algorithms. */
  successorsOf(number: number): readonly number[] {
    return this.#successors[number] as number[]
  }

  predecessorsOf(number: number): readonly number[] {
    return this.#predecessors[number] as number[]
  }

  successors(node: N): readonly N[] {
    return this.successorsOf(this.numberOf(node)).map(number => this.nodeAt(number))
  }

  predecessors(node: N): readonly N[] {
    return this.predecessorsOf(this.numberOf(node)).map(number => this.nodeAt(number))
  }

  *edges(): Generator<readonly [N, N]> {
    for (const [source, targets] of this.#successors.entries()) {
      for (const target of targets) yield [this.nodeAt(source), this.nodeAt(target)]
    }
  }
}

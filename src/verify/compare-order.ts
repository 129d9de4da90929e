// Holds a graph of task runs against an assembly written by hand: which of its precedences are missing, which ones the
// graph has beside, what these cost, and how long everything would take with the hand-written assembly's durations.
//
// Several runs may cover one transition; runs that cover none only pass the order on.
import { descendants, Graph, longestPaths, pathBetween } from '../graph/index.js'
import { type Assembly, declaredDuration, dependencyGraph, predict, type Vertex } from '../madeus/index.js'

export interface ComparedRun {
  readonly id: string
  /** `component.transition` of the hand-written assembly that the run is a part of. */
  readonly covers: string | undefined
  /** How long it took, in any unit; 1 when unknown. Says how a transition's time is spread over its runs. */
  readonly weight?: number | undefined
}

export interface MissingPrecedence {
  readonly before: string
  readonly after: string
  /** Pairs of runs that are in that order, and pairs that are not. */
  readonly ordered: number
  readonly unordered: number
}

export interface ExtraPrecedence<R> {
  readonly before: string
  readonly after: string
  /** Runs on the way from one to the other: the first covers `before`, the last `after`. */
  readonly through: readonly R[]
  /** Seconds by which everything would end earlier without it. */
  readonly cost: number
}

export interface OrderComparison<R> {
  /** Runs of each transition of the assembly, in its order. */
  readonly covered: ReadonlyMap<string, readonly R[]>
  readonly uncovered: readonly string[]
  readonly unmapped: readonly R[]
  /** Direct precedences of the assembly of which no pair of runs is in order. */
  readonly missing: readonly MissingPrecedence[]
  /** Those of which some pairs are in order and some are not: parts of the two may overlap. */
  readonly partial: readonly MissingPrecedence[]
  /** Orders that do not follow from the assembly, dearest first. */
  readonly extra: readonly ExtraPrecedence<R>[]
  readonly seconds: { readonly assembly: number; readonly graph: number }
  /** Runs of one longest chain. */
  readonly criticalPath: readonly R[]
}

/** @param order an edge from each run to those that wait for it; without cycles */
export function compareOrder<R extends ComparedRun>(assembly: Assembly, order: Graph<R>): OrderComparison<R> {
  const { graph, names } = transitionsOf(assembly)
  const covered = new Map<string, R[]>(names.map(name => [name, []]))
  const unmapped: R[] = []
  for (const run of order.nodes) {
    const runs = run.covers === undefined ? undefined : covered.get(run.covers)
    if (runs === undefined) unmapped.push(run)
    else runs.push(run)
  }
  const after = new Map<R, ReadonlySet<R>>()
  const below = (run: R) => {
    let found = after.get(run)
    if (found === undefined) {
      found = descendants(order, [run])
      after.set(run, found)
    }
    return found
  }
  const direct = [...graph.edges()].filter(([a, b]) => hasRuns(covered, a) && hasRuns(covered, b))
  const counted = direct.map(([a, b]) => countPairs(a, b, covered, below))
  const weigh = weightsOf(assembly, covered, order)
  const schedule = longestPaths(order, weigh)
  return {
    covered,
    uncovered: names.filter(name => !hasRuns(covered, name)),
    unmapped,
    missing: counted.filter(({ ordered }) => ordered === 0),
    partial: counted.filter(({ ordered, unordered }) => ordered > 0 && unordered > 0),
    extra: extraOrders(order, graph, covered, weigh),
    seconds: { assembly: predict(assembly).seconds, graph: schedule.length },
    criticalPath: schedule.criticalPath,
  }
}

const hasRuns = (covered: ReadonlyMap<string, readonly unknown[]>, name: string) => (covered.get(name)?.length ?? 0) > 0

/** The assembly as a graph of its transitions: an edge where one waits for another, directly. */
function transitionsOf(assembly: Assembly): { readonly graph: Graph<string>; readonly names: readonly string[] } {
  const { graph: dependencies } = dependencyGraph(assembly)
  const graph = new Graph<string>()
  const transitions = dependencies.nodes.filter(({ kind }) => kind === 'transition')
  for (const { name } of transitions) graph.addNode(name)
  for (const transition of transitions) {
    for (const next of nextAlong(dependencies, transition, ({ kind }: Vertex) => kind === 'transition')) {
      graph.addEdge(transition.name, next.name)
    }
  }
  return { graph, names: transitions.map(({ name }) => name) }
}

/** The nearest nodes of a kind below a node, through nodes of other kinds. */
function nextAlong<N>(graph: Graph<N>, from: N, isWanted: (node: N) => boolean): ReadonlySet<N> {
  const found = new Set<N>()
  const seen = new Set<N>([from])
  const stack = [from]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const next of graph.successors(node)) {
      if (seen.has(next)) continue
      seen.add(next)
      if (isWanted(next)) found.add(next)
      else stack.push(next)
    }
  }
  return found
}

function countPairs<R>(
  before: string,
  after: string,
  covered: ReadonlyMap<string, readonly R[]>,
  below: (run: R) => ReadonlySet<R>,
): MissingPrecedence {
  let ordered = 0
  let unordered = 0
  for (const earlier of covered.get(before) ?? []) {
    for (const later of covered.get(after) ?? []) {
      if (below(earlier).has(later)) ordered++
      else unordered++
    }
  }
  return { before, after, ordered, unordered }
}

/** A transition's seconds, spread over its runs so that the longest chain of them takes as long as it does. */
function weightsOf<R extends ComparedRun>(
  assembly: Assembly,
  covered: ReadonlyMap<string, readonly R[]>,
  order: Graph<R>,
): (run: R) => number {
  const seconds = new Map<string, number>()
  for (const component of assembly.components) {
    for (const transition of component.type.transitions) {
      seconds.set(`${component.id}.${transition.id}`, declaredDuration(component, transition))
    }
  }
  const weights = new Map<R, number>()
  for (const [name, runs] of covered) {
    if (runs.length === 0) continue
    const members = new Set(runs)
    const inside = new Graph<R>()
    for (const run of runs) inside.addNode(run)
    for (const run of runs) {
      for (const next of nextAlong(order, run, it => members.has(it))) inside.addEdge(run, next)
    }
    const chain = longestPaths(inside, ({ weight = 1 }) => weight).length
    for (const run of runs) weights.set(run, chain === 0 ? 0 : ((seconds.get(name) ?? 0) * (run.weight ?? 1)) / chain)
  }
  return run => weights.get(run) ?? 0
}

function extraOrders<R extends ComparedRun>(
  order: Graph<R>,
  reference: Graph<string>,
  covered: ReadonlyMap<string, readonly R[]>,
  weigh: (run: R) => number,
): readonly ExtraPrecedence<R>[] {
  const closure = new Map(reference.nodes.map(name => [name, descendants(reference, [name])]))
  const isMapped = (run: R) => run.covers !== undefined && covered.has(run.covers)
  const pairs = new Map<string, { readonly before: string; readonly after: string; readonly edges: [R, R][] }>()
  for (const run of order.nodes) {
    if (!isMapped(run)) continue
    const before = run.covers as string
    for (const next of nextAlong(order, run, isMapped)) {
      const after = next.covers as string
      if (after === before || closure.get(before)?.has(after)) continue
      const key = JSON.stringify([before, after])
      const pair = pairs.get(key) ?? { before, after, edges: [] }
      pair.edges.push([run, next])
      pairs.set(key, pair)
    }
  }
  const schedule = longestPaths(order, weigh)
  const critical = new Set(schedule.criticalPath)
  return [...pairs.values()]
    .map(({ before, after, edges }): ExtraPrecedence<R> => {
      const [from, to] = edges[0] as [R, R]
      const mayCost = edges.some(([a, b]) => critical.has(a) && critical.has(b))
      const cost = mayCost ? schedule.length - lengthWithout(order, edges, weigh, isMapped) : 0
      return { before, after, through: pathBetween(order, from, to) ?? [from, to], cost }
    })
    .sort((a, b) => b.cost - a.cost)
}

/** Length of the longest path when these orders did not hold; what they pass through still waits and is waited for. */
function lengthWithout<R extends ComparedRun>(
  order: Graph<R>,
  edges: readonly (readonly [R, R])[],
  weigh: (run: R) => number,
  isMapped: (run: R) => boolean,
): number {
  const dropped = new Map<R, Set<R>>()
  for (const [from, to] of edges) dropped.set(from, (dropped.get(from) ?? new Set()).add(to))
  const mapped = new Graph<R>()
  for (const run of order.nodes) {
    if (!isMapped(run)) continue
    mapped.addNode(run)
    for (const next of nextAlong(order, run, isMapped)) if (!dropped.get(run)?.has(next)) mapped.addEdge(run, next)
  }
  return longestPaths(mapped, weigh).length
}

// How long an assembly takes, from how long its transitions take. Everything starts as early as it may, nothing limits
// how much runs at once, and durations do not depend on what else runs: a lower bound when limits or contention count.
// Exact for monotone assemblies; waits before groups are left are not counted.
import { Graph, longestPaths } from '../graph/index.js'
import type { Assembly, Component, Id, Transition } from './assembly.js'
import { type DependencyGraph, dependencyGraph, type Vertex } from './dependency-graph.js'
import { ReadyQueue } from './ready-queue.js'

export interface PredictedTransition {
  readonly component: Id
  readonly transition: Id
  /** Seconds. */
  readonly lasts: number
  readonly start: number
  readonly end: number
  /** How much later it may end without the whole ending later. */
  readonly slack: number
  /** From its start to the end of the longest chain that begins with it; the priority of critical-path scheduling. */
  readonly remaining: number
}

export interface Prediction {
  /** T: seconds from the start to the last place; infinite when something never starts. */
  readonly seconds: number
  /** Sum of all durations. */
  readonly work: number
  /** `work / seconds`: the average number of transitions that run. */
  readonly parallelism: number
  /** Transitions of one longest chain, first to last. */
  readonly criticalPath: readonly PredictedTransition[]
  /** Every transition that starts, in the order of the assembly. */
  readonly transitions: readonly PredictedTransition[]
  /** Transitions that can never start, as `component.transition`. */
  readonly never: readonly string[]
}

/** Middle of what a transition is declared to last, else 0. */
export function declaredDuration(_component: Component, { lasts }: Transition): number {
  return lasts === undefined ? 0 : (lasts.min + lasts.max) / 2
}

/** @param duration seconds of a transition */
export function predict(
  assembly: Assembly,
  duration: (component: Component, transition: Transition) => number = declaredDuration,
): Prediction {
  const dependencies = dependencyGraph(assembly)
  const durations = new Map<Vertex, number>()
  for (const component of assembly.components) {
    for (const transition of component.type.transitions) {
      durations.set(dependencies.transition(component.id, transition.id), Math.max(0, duration(component, transition)))
    }
  }
  const { decided, reached } = decideChoices(assembly, dependencies, durations)
  const schedule = longestPaths(decided, vertex => durations.get(vertex) ?? 0)
  const ofVertex = (vertex: Vertex): PredictedTransition => {
    const lasts = durations.get(vertex) ?? 0
    const start = schedule.earliestStart(vertex)
    const slack = schedule.slack(vertex)
    const remaining = schedule.remaining(vertex)
    return { component: vertex.component, transition: vertex.id, lasts, start, end: start + lasts, slack, remaining }
  }
  const all = [...durations.keys()]
  const never = all.filter(vertex => !reached.has(vertex)).map(({ name }) => name)
  const seconds = never.length > 0 ? Number.POSITIVE_INFINITY : schedule.length
  return {
    seconds,
    work: schedule.work,
    parallelism: schedule.length > 0 ? schedule.work / schedule.length : 0,
    criticalPath: schedule.criticalPath.filter(({ kind }) => kind === 'transition').map(ofVertex),
    transitions: all.filter(vertex => reached.has(vertex)).map(ofVertex),
    never,
  }
}

interface Due {
  readonly vertex: Vertex
  readonly priority: number
  readonly number: number
}

/**
 * Goes through the vertices by the date at which they happen, so that a choice is decided by what happens first.
 * @returns what happens at all, with only the deciding edge into each choice
 */
function decideChoices(
  assembly: Assembly,
  { graph }: DependencyGraph,
  durations: ReadonlyMap<Vertex, number>,
): { readonly decided: Graph<Vertex>; readonly reached: ReadonlySet<Vertex> } {
  const decided = new Graph<Vertex>()
  const reached = new Set<Vertex>()
  const missing = new Map<Vertex, number>()
  const dates = new Map<Vertex, number>()
  const due = new ReadyQueue<Due>()
  let count = 0
  const happens = (at: Vertex, date: number) => due.add({ vertex: at, priority: -date, number: count++ })
  const isInitial = initialPlaces(assembly)
  for (const node of graph.nodes) {
    missing.set(node, graph.predecessors(node).length)
    if (node.kind === 'place' && isInitial.has(node.name)) happens(node, 0)
    else if (missing.get(node) === 0 && node.kind === 'transition') happens(node, 0)
  }
  for (let next = due.take(); next !== undefined; next = due.take()) {
    const { vertex: node } = next
    if (reached.has(node)) continue
    reached.add(node)
    decided.addNode(node)
    const end = -next.priority + (durations.get(node) ?? 0)
    for (const target of graph.successors(node)) {
      dates.set(target, Math.max(end, dates.get(target) ?? 0))
      if (target.kind === 'choice') {
        if (!reached.has(target) && !decided.has(target)) decided.addEdge(node, target)
        happens(target, end)
        continue
      }
      decided.addEdge(node, target)
      const left = (missing.get(target) as number) - 1
      missing.set(target, left)
      if (left === 0) happens(target, dates.get(target) as number)
    }
  }
  return { decided: onlyReached(decided, reached), reached }
}

/** Vertices that some but not all predecessors of happen are no part of the schedule. */
function onlyReached(graph: Graph<Vertex>, reached: ReadonlySet<Vertex>): Graph<Vertex> {
  const kept = new Graph<Vertex>()
  for (const node of graph.nodes) if (reached.has(node)) kept.addNode(node)
  for (const [from, to] of graph.edges()) if (reached.has(from) && reached.has(to)) kept.addEdge(from, to)
  return kept
}

function initialPlaces(assembly: Assembly): ReadonlySet<string> {
  return new Set(assembly.components.flatMap(({ id, type }) => type.initial.map(place => `${id}.${place}`)))
}

// The dependency graph at two distances: components, or the tasks of some components. An edge stands for all pairs of task
// runs between its ends, and keeps their evidence.
import type { RunData } from './data.js'
import { reduced } from './layering.js'

export interface GraphNode {
  readonly label: string
  readonly detail: string
  /** Its task runs. */
  readonly runs: readonly number[]
  readonly isCritical: boolean
  readonly hasFailed: boolean
}

export interface GraphEdge {
  readonly from: number
  readonly to: number
  readonly count: number
  /** Pairs of task runs, the first few. */
  readonly evidence: readonly {
    readonly from: number
    readonly to: number
    readonly kind: string
    readonly because: string
  }[]
  /** Only Ansible's order stands behind it. */
  readonly isOrderOnly: boolean
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

const MAX_EVIDENCE = 8
/** Larger graphs cannot be read. */
export const MAX_NODES = 240

/** Components as nodes. */
export function componentGraph(data: RunData): Graph {
  return graphOf(
    data,
    run => data.run(run).component,
    key => data.model.components[key] as string,
  )
}

/** Tasks of one component, and the tasks of others that they wait for or that wait for them. */
export function taskGraph(data: RunData, component: number): Graph {
  const { runs } = data.model
  const isNear = new Set<number>()
  runs.forEach((run, index) => {
    if (run.component !== component) return
    isNear.add(run.task)
    for (const wait of run.waits ?? []) isNear.add(data.run(wait.run).task)
    for (const other of data.dependents(index)) isNear.add(data.run(other).task)
  })
  return graphOf(
    data,
    run => (isNear.has(data.run(run).task) ? data.run(run).task : undefined),
    key => data.model.tasks[key]?.name ?? '',
  )
}

function graphOf(data: RunData, keyOf: (run: number) => number | undefined, labelOf: (key: number) => string): Graph {
  const order = new Map<number, number>()
  const members: number[][] = []
  const nodeOf = (run: number): number | undefined => {
    const key = keyOf(run)
    return key === undefined ? undefined : order.get(key)
  }
  data.model.runs.forEach((_, run) => {
    const key = keyOf(run)
    if (key === undefined) return
    let node = order.get(key)
    if (node === undefined) {
      node = members.push([]) - 1
      order.set(key, node)
    }
    members[node]!.push(run)
  })
  const keys = [...order.keys()]
  const nodes = members.map((runs, at) => describeNode(data, labelOf(keys[at] as number), runs))
  return { nodes, edges: edgesOf(data, nodeOf, nodes.length) }
}

function describeNode(data: RunData, label: string, runs: readonly number[]): GraphNode {
  const hosts = new Set(runs.map(run => data.run(run).host)).size
  const tasks = new Set(runs.map(run => data.run(run).task)).size
  const start = Math.min(...runs.map(run => data.run(run).start))
  const end = Math.max(...runs.map(run => data.run(run).end))
  const parts = [
    tasks > 1 ? `${tasks} tasks` : '',
    `${hosts} ${hosts === 1 ? 'host' : 'hosts'}`,
    `${((end - start) / 1000).toFixed(1)} s`,
  ]
  return {
    label,
    detail: parts.filter(part => part !== '').join(' · '),
    runs,
    isCritical: runs.some(run => data.isCritical[run] === 1),
    hasFailed: runs.some(run => data.run(run).status === 'failed' && data.run(run).ignored !== true),
  }
}

function edgesOf(data: RunData, nodeOf: (run: number) => number | undefined, count: number): GraphEdge[] {
  interface Draft {
    from: number
    to: number
    count: number
    isOrderOnly: boolean
    evidence: { from: number; to: number; kind: string; because: string }[]
  }
  const drafts = new Map<number, Draft>()
  const add = (from: number, to: number, kind: string, because: string) => {
    const start = nodeOf(from)
    const end = nodeOf(to)
    if (start === undefined || end === undefined || start === end) return
    const key = start * count + end
    let draft = drafts.get(key)
    if (draft === undefined) {
      draft = { from: start, to: end, count: 0, isOrderOnly: true, evidence: [] }
      drafts.set(key, draft)
    }
    draft.count++
    if (kind !== 'order') draft.isOrderOnly = false
    if (draft.evidence.length < MAX_EVIDENCE) draft.evidence.push({ from, to, kind, because })
  }
  data.model.runs.forEach((run, index) => {
    for (const wait of run.waits ?? []) add(wait.run, index, wait.kind, wait.because)
  })
  if (data.model.order === 'linear') addProgramOrder(data, nodeOf, add)
  const all = [...drafts.values()]
  return count > MAX_NODES ? all : reduced(count, all)
}

/** Where Ansible's order was kept, each node waited for the one before it. */
function addProgramOrder(
  data: RunData,
  nodeOf: (run: number) => number | undefined,
  add: (from: number, to: number, kind: string, because: string) => void,
): void {
  let last: number | undefined
  let reached = -1
  data.model.runs.forEach((_, run) => {
    const node = nodeOf(run)
    if (node === undefined || node <= reached) {
      if (node === reached) last = run
      return
    }
    if (last !== undefined)
      add(last, run, 'order', "Ansible's order: every host ends a task before the next one begins")
    reached = node
    last = run
  })
}

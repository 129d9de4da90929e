// A plan by tasks: the runs of one task on all hosts that come to it together. Orders between runs become orders between
// tasks, each with its reasons.
import type { Plan, PlanNode, PlannedRun, PlanWait } from '../../engine/index.js'
import { Graph, topologicalOrder, transitiveReduction } from '../../graph/index.js'

export interface PlannedTask {
  /** From 1, in Ansible's order. */
  readonly number: number
  readonly runs: PlannedRun[]
  readonly name: string
  /** The role, or the play's own tasks. */
  readonly component: string
  readonly play: string
  /** What it waits for, without what that waits for in turn. */
  readonly waits: Map<PlannedTask, Set<string>>
}

export interface TaskPlan {
  readonly tasks: readonly PlannedTask[]
  /** Runs and groups: an edge from each to those that wait for it. Skipped runs are not in it. */
  readonly order: Graph<PlanNode>
  /** The same without what other edges imply. */
  readonly reduced: Graph<PlanNode>
  /** An edge from each task to those of which a run waits for a run of it. */
  readonly graph: Graph<PlannedTask>
  readonly skipped: number
  taskOf(run: PlannedRun): PlannedTask
}

/** The order of the runs of a plan. */
export function orderOf(plan: Plan): Graph<PlanNode> {
  const order = new Graph<PlanNode>()
  const addGroup = (node: PlanNode) => {
    if (node.kind === 'run' || order.has(node)) return
    order.addNode(node)
    for (const member of node.members) {
      addGroup(member)
      if (member.kind === 'group' || member.status !== 'skipped') order.addEdge(member, node)
    }
  }
  for (const run of plan.runs) {
    if (run.status === 'skipped') continue
    order.addNode(run)
    for (const { earlier } of run.waits) {
      addGroup(earlier)
      if (earlier.kind === 'group' || earlier.status !== 'skipped') order.addEdge(earlier, run)
    }
  }
  return order
}

export function byTasks(plan: Plan): TaskPlan {
  const order = orderOf(plan)
  const reduced = transitiveReduction(order)
  const tasks: PlannedTask[] = []
  const taskOf = new Map<PlannedRun, PlannedTask>()
  const open = new Map<string, PlannedTask>()
  for (const run of plan.runs) {
    if (run.status === 'skipped') continue
    // The same task once more on a host it was planned for is another one: an include that came twice.
    let task = open.get(run.task.uuid)
    if (task === undefined || task.runs.some(({ host }) => host === run.host)) {
      const component = run.role ?? 'tasks of the play'
      const { name, play } = run
      task = { number: tasks.length + 1, runs: [], name, component, play, waits: new Map() }
      tasks.push(task)
      open.set(run.task.uuid, task)
    }
    task.runs.push(run)
    taskOf.set(run, task)
  }
  const graph = new Graph<PlannedTask>()
  for (const task of tasks) {
    graph.addNode(task)
    for (const run of task.runs) {
      const direct = new Set(reduced.predecessors(run))
      for (const wait of run.waits) if (direct.has(wait.earlier)) noteWait(task, wait, taskOf)
    }
    for (const earlier of task.waits.keys()) graph.addEdge(earlier, task)
  }
  const direct = withoutImplied(graph)
  for (const task of tasks) {
    const before = new Set(direct.predecessors(task))
    for (const earlier of task.waits.keys()) if (!before.has(earlier)) task.waits.delete(earlier)
  }
  const skipped = plan.runs.length - taskOf.size
  return { tasks, order, reduced, graph: direct, skipped, taskOf: run => taskOf.get(run) as PlannedTask }
}

/** Runs of one task that are far apart can make tasks wait for each other: then every order is shown. */
function withoutImplied(graph: Graph<PlannedTask>): Graph<PlannedTask> {
  return topologicalOrder(graph).order === undefined ? graph : transitiveReduction(graph)
}

function noteWait(
  task: PlannedTask,
  { earlier, rule, because }: PlanWait,
  taskOf: ReadonlyMap<PlannedRun, PlannedTask>,
) {
  for (const run of runsOf(earlier)) {
    const before = taskOf.get(run)
    if (before === undefined || before === task) continue
    const reasons = task.waits.get(before) ?? new Set()
    reasons.add(`${rule}: ${because}`)
    task.waits.set(before, reasons)
  }
}

/** The runs of a group, those of groups in it included. */
export function runsOf(node: PlanNode): readonly PlannedRun[] {
  const found = new Set<PlannedRun>()
  const seen = new Set<PlanNode>()
  const stack = [node]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (next.kind === 'run') found.add(next)
    else stack.push(...next.members)
  }
  return [...found]
}

// What a plan would take: every run as soon as what it waits for has ended, each as long as is known of it. As a RunModel, so
// that a report can show it.
import type { Plan, PlanNode, PlannedRun } from '../../engine/index.js'
import { topologicalOrder } from '../../graph/index.js'
import { observedCriticalPath, type RunModel, type TaskModel, type TaskRunModel } from '../../report/index.js'
import { productVersion } from '../version.js'
import { orderOf, runsOf } from './planned-task.js'

/** More evidence of one run than anybody reads. */
const MAX_WAITS = 20

/**
 * @param startMs until the first task can begin
 * @param durationMs how long a run takes
 */
export function predictedRun(
  plan: Plan,
  playbooks: readonly string[],
  startMs: number,
  durationMs: (run: PlannedRun) => number,
): RunModel {
  const ends = endsOf(plan, startMs, durationMs)
  const planned = plan.runs.filter(({ status }) => status !== 'skipped')
  const indexOf = new Map(planned.map((run, index) => [run, index]))
  const names = { hosts: new Names(), components: new Names(), plays: new Names(), tasks: new Names() }
  const tasks: TaskModel[] = []
  const runs = planned.map((run): TaskRunModel => {
    const task = names.tasks.of(run.task.uuid)
    tasks[task] ??= taskModel(run, names.plays.of(run.play))
    const end = ends.get(run) ?? startMs
    const waits = run.waits.slice(0, MAX_WAITS).flatMap(({ earlier, rule, because }) => {
      const latest = latestOf(earlier, ends)
      const index = latest === undefined ? undefined : indexOf.get(latest)
      return index === undefined ? [] : [{ run: index, kind: rule, because }]
    })
    return {
      task,
      host: names.hosts.of(run.host),
      component: names.components.of(run.role ?? run.play),
      start: Math.round(end - durationMs(run)),
      end: Math.round(end),
      status: 'ok',
      waits,
    }
  })
  return {
    schema: 1,
    product: 'madansible',
    version: productVersion(),
    playbooks,
    order: 'planned',
    startedAt: Date.now(),
    elapsedMs: Math.max(startMs, ...runs.map(({ end }) => end)),
    exitCode: 0,
    hosts: names.hosts.all,
    plays: names.plays.all.map(name => ({ name, playbook: 0, start: 0 })),
    components: names.components.all,
    tasks,
    runs,
    criticalPath: observedCriticalPath(runs, false),
    messages: [],
    recap: {},
    resources: undefined,
  }
}

function endsOf(plan: Plan, startMs: number, durationMs: (run: PlannedRun) => number): Map<PlanNode, number> {
  const order = orderOf(plan)
  const ends = new Map<PlanNode, number>()
  for (const node of topologicalOrder(order).order ?? order.nodes) {
    let start = startMs
    for (const before of order.predecessors(node)) start = Math.max(start, ends.get(before) ?? startMs)
    ends.set(node, node.kind === 'group' ? start : start + durationMs(node))
  }
  return ends
}

function latestOf(node: PlanNode, ends: ReadonlyMap<PlanNode, number>): PlannedRun | undefined {
  let latest: PlannedRun | undefined
  for (const run of runsOf(node)) {
    if (latest === undefined || (ends.get(run) ?? 0) > (ends.get(latest) ?? 0)) latest = run
  }
  return latest
}

function taskModel(run: PlannedRun, play: number): TaskModel {
  const { task, name, role, isHandler } = run
  const rawName = task.getName()
  return {
    name,
    rawName,
    action: task.action,
    path: task.getPath() || undefined,
    role,
    play,
    isHandler,
    isInclude: false,
  }
}

class Names {
  readonly all: string[] = []
  of(name: string): number {
    const known = this.all.indexOf(name)
    return known >= 0 ? known : this.all.push(name) - 1
  }
}

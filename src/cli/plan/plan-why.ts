// Why one task waits for another, or why it does not.
import type { PlanNode, PlannedRun } from '../../engine/index.js'
import { MadansibleError } from '../../errors.js'
import { pathBetween } from '../../graph/index.js'
import { describeResource, type Footprint } from '../../inference/index.js'
import type { PlannedTask, TaskPlan } from './planned-task.js'

/** @param names two tasks, each by its number in the plan or by a part of its name */
export function whyText(names: readonly string[], plan: TaskPlan): string {
  const [first, second, ...more] = names
  if (first === undefined || second === undefined || more.length > 0) {
    throw new MadansibleError('--why needs two tasks', { hint: 'Each by its number in the plan, or by its name.' })
  }
  const [earlier, later] = [taskNamed(first, plan), taskNamed(second, plan)].sort((a, b) => a.number - b.number) as [
    PlannedTask,
    PlannedTask,
  ]
  const path = shortest(earlier, later, plan)
  return path === undefined ? whyNot(earlier, later) : pathText(path)
}

function taskNamed(name: string, { tasks }: TaskPlan): PlannedTask {
  if (/^\d+$/.test(name)) {
    const found = tasks[Number(name) - 1]
    if (found !== undefined) return found
    throw new MadansibleError(`The plan has no task ${name}: it has ${tasks.length}`)
  }
  const wanted = name.toLowerCase()
  const exact = tasks.filter(task => task.name.toLowerCase() === wanted)
  const matching = exact.length > 0 ? exact : tasks.filter(task => task.name.toLowerCase().includes(wanted))
  const [found, ...others] = matching
  if (found === undefined) throw new MadansibleError(`The plan has no task named ${name}`)
  if (others.length === 0) return found
  throw new MadansibleError(`${matching.length} tasks are named like ${name}`, {
    hint: `Name one by its number: ${matching.map(task => `${task.number} ${task.name}`).join(', ')}.`,
  })
}

function shortest(earlier: PlannedTask, later: PlannedTask, { order }: TaskPlan): readonly PlanNode[] | undefined {
  let best: readonly PlanNode[] | undefined
  for (const from of earlier.runs) {
    for (const to of later.runs) {
      const path = pathBetween<PlanNode>(order, from, to)
      if (path !== undefined && (best === undefined || path.length < best.length)) best = path
    }
  }
  return best
}

const named = ({ name, host }: PlannedRun) => `${name} on ${host}`

function pathText(path: readonly PlanNode[]): string {
  const runs = path.filter((node): node is PlannedRun => node.kind === 'run')
  const lines = [named(runs[0] as PlannedRun)]
  for (const run of runs.slice(1)) {
    const before = path[path.indexOf(run) - 1] as PlanNode
    const reasons = run.waits.filter(({ earlier }) => earlier === before)
    lines.push(`  then ${named(run)}`)
    for (const { rule, because } of reasons) lines.push(`    ${rule}: ${because}`)
    if (before.kind === 'group') lines.push('    it waits for several together')
  }
  return `${lines.join('\n')}\n`
}

function whyNot(earlier: PlannedTask, later: PlannedTask): string {
  const lines = [
    `Nothing orders ${earlier.number} ${earlier.name} and ${later.number} ${later.name}: they may run in either order, or at once.`,
  ]
  for (const task of [earlier, later]) {
    const [run] = task.runs
    if (run === undefined) continue
    lines.push(`  ${named(run)}`, ...touches(run.footprint).map(line => `    ${line}`))
  }
  return `${lines.join('\n')}\n`
}

function touches(footprint: Footprint): readonly string[] {
  const part = (what: string, accesses: Footprint['reads']) =>
    accesses.map(({ resource, because }) => `${what} ${describeResource(resource)} (${because})`)
  const lines = [
    ...part('reads', footprint.reads),
    ...part('writes', footprint.writes),
    ...part('makes if missing', footprint.ensures),
    ...part('provides', footprint.provides),
  ]
  return lines.length === 0 ? ['touches nothing but variables'] : lines
}

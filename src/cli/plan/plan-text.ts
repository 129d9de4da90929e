// A plan for people: tasks by role, what each waits for, then what the plan rests on.
import type { Plan } from '../../engine/index.js'
import { longestPaths } from '../../graph/index.js'
import type { Assumption } from '../../inference/index.js'
import type { PlannedTask, TaskPlan } from './planned-task.js'

/** More names on a line are hard to read. */
const NAMED = 4

export function planText(plan: Plan, byTask: TaskPlan, assumptions: readonly Assumption[]): string {
  const lines: string[] = []
  let play: string | undefined
  let component: string | undefined
  for (const task of byTask.tasks) {
    if (task.play !== play) {
      lines.push('', `PLAY [${task.play}]`)
      component = undefined
    }
    play = task.play
    if (task.component !== component) lines.push(`  ${task.component}`)
    component = task.component
    lines.push(...taskLines(task))
  }
  lines.push('', ...summary(plan, byTask), ...opaqueLines(byTask), ...assumptionLines(assumptions), ...noteLines(plan))
  return `${lines.join('\n').trimStart()}\n`
}

function taskLines(task: PlannedTask): readonly string[] {
  const mayRun = task.runs.some(({ status }) => status === 'may run') ? ' (may run)' : ''
  const isHandler = task.runs.some(run => run.isHandler) ? ' (handler)' : ''
  const hosts = some(task.runs.map(({ host }) => host))
  const lines = [`    ${String(task.number).padStart(4)}  ${withoutRole(task)}${isHandler}${mayRun}  [${hosts}]`]
  const waits = [...task.waits].sort(([a], [b]) => b.number - a.number)
  for (const [earlier, reasons] of waits.slice(0, NAMED)) {
    const [reason] = reasons
    lines.push(`          after ${earlier.number} ${earlier.name}: ${reason}`)
  }
  if (waits.length > NAMED) {
    lines.push(
      `          after ${waits
        .slice(NAMED)
        .map(([{ number }]) => number)
        .join(', ')}`,
    )
  }
  return lines
}

function withoutRole({ name, component }: PlannedTask): string {
  return name.startsWith(`${component} : `) ? name.slice(component.length + 3) : name
}

const some = (names: readonly string[]) =>
  names.length <= NAMED ? names.join(' ') : `${names.slice(0, NAMED).join(' ')} and ${names.length - NAMED} more`

function summary(plan: Plan, { order, skipped, tasks }: TaskPlan): readonly string[] {
  const isRun = (node: { readonly kind: string }) => node.kind === 'run'
  const schedule = longestPaths(order, node => (isRun(node) ? 1 : 0))
  const levels = new Map<number, number>()
  for (const node of order.nodes) {
    if (!isRun(node)) continue
    const level = schedule.earliestStart(node)
    levels.set(level, (levels.get(level) ?? 0) + 1)
  }
  const runs = plan.runs.length - skipped
  const width = Math.max(0, ...levels.values())
  const left = skipped > 0 ? `; ${skipped} runs are left out: their conditions do not hold` : ''
  return [
    `${tasks.length} tasks, ${runs} runs${left}`,
    `${schedule.length} one after another at least; up to ${width} at once if all take equally long, ` +
      `${schedule.length === 0 ? 0 : (runs / schedule.length).toFixed(1)} on average`,
  ]
}

function opaqueLines({ tasks }: TaskPlan): readonly string[] {
  const opaque = tasks.filter(({ runs }) => runs.some(({ footprint }) => footprint.opaque !== undefined))
  if (opaque.length === 0) return []
  const lines = ['', `${opaque.length} tasks keep their place against everything they could touch:`]
  const byReason = new Map<string, PlannedTask[]>()
  for (const task of opaque) {
    const reason = task.runs.find(({ footprint }) => footprint.opaque !== undefined)?.footprint.opaque as string
    byReason.set(reason, [...(byReason.get(reason) ?? []), task])
  }
  for (const [reason, of] of byReason) {
    lines.push(`  ${reason}`, ...of.slice(0, 2 * NAMED).map(({ number, name }) => `    ${number} ${name}`))
    if (of.length > 2 * NAMED) lines.push(`    and ${of.length - 2 * NAMED} more`)
  }
  return lines
}

function assumptionLines(assumptions: readonly Assumption[]): readonly string[] {
  if (assumptions.length === 0) return []
  const lines = ['', 'Taken for granted (withdraw one with --no-assume NAME):']
  for (const { name, says, otherwise } of assumptions) lines.push(`  ${name}: ${says}`, `    without it: ${otherwise}`)
  return lines
}

function noteLines({ notes }: Plan): readonly string[] {
  return notes.length === 0 ? [] : ['', 'Not known beforehand:', ...notes.map(note => `  ${note}`)]
}

// Where madansible's time went in one run, and what stands in the way of more speed, in sentences a user can act on.
import { longestChainMs, type RunModel, type TaskRunModel, type TimeShare } from '../report/index.js'

/** Parts of the wall time; they add up to it. Where the controller computed while no task was under way, it is not idle. */
export function splitOf(run: RunModel): TimeShare[] {
  const { resources, elapsedMs, runs } = run
  if (resources === undefined) return []
  const { activeMs, waitingMs } = resources
  const reading = Math.min(elapsedMs, ...runs.map(({ start }) => start))
  const boot = Math.max(0, elapsedMs - activeMs - waitingMs)
  const active = Math.min(elapsedMs - reading, Math.max(0, activeMs - Math.max(0, reading - boot)))
  const templating = Math.min(active, resources.templatingMs)
  const gaps = Math.max(0, elapsedMs - reading - busyMs(runs))
  const idle = Math.max(0, gaps - active)
  return [
    { name: 'Start', ms: reading, note: 'until the first task: program, settings, inventory, playbook' },
    {
      name: 'Waiting for hosts',
      ms: elapsedMs - reading - active - idle,
      note: 'modules at work, connections, files on their way',
    },
    { name: 'Templates', ms: templating, note: 'variables, conditions, template files' },
    { name: 'Other work of the controller', ms: active - templating, note: 'results, encryption, files' },
    { name: 'Idle', ms: idle, note: 'no task was under way' },
  ]
}

/** How long at least one task run was under way. */
export function busyMs(runs: readonly TaskRunModel[]): number {
  let busy = 0
  let reached = 0
  for (const { start, end } of [...runs].sort((left, right) => left.start - right.start)) {
    if (end > reached) busy += end - Math.max(start, reached)
    reached = Math.max(reached, end)
  }
  return busy
}

const SHOWN = 5

/** What bounds further gain: the critical path and what it consists of, processors, the longest chain that evidence asks for. */
export function findingsOf(run: RunModel, processors: number): string[] {
  const out: string[] = []
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const length = (index: number) => (run.runs[index] as TaskRunModel).end - (run.runs[index] as TaskRunModel).start
  const onPath = run.criticalPath.reduce((sum, index) => sum + length(index), 0)
  out.push(
    `Critical path: ${run.criticalPath.length} task runs one after the other take ${seconds(onPath)} of ${seconds(run.elapsedMs)}.`,
  )
  const longest = [...run.criticalPath].sort((left, right) => length(right) - length(left)).slice(0, SHOWN)
  const names = longest.map(index => {
    const { task, host } = run.runs[index] as TaskRunModel
    return `${run.tasks[task]?.name} on ${run.hosts[host]} (${seconds(length(index))})`
  })
  if (names.length > 0) out.push(`Longest on it: ${names.join(', ')}.`)
  const work = run.runs.reduce((sum, { start, end }) => sum + (end - start), 0)
  out.push(`On average ${(work / Math.max(1, run.elapsedMs)).toFixed(1)} task runs were under way at once.`)
  const chain = run.runs.some(({ waits }) => waits?.some(({ kind }) => kind !== 'notify'))
    ? longestChainMs(run.runs)
    : undefined
  if (chain !== undefined) out.push(`No order that keeps every known dependency takes less than ${seconds(chain)}.`)
  out.push(boundOf(run, onPath, processors))
  return out
}

function boundOf(run: RunModel, onPath: number, processors: number): string {
  const cpuMs = ((run.resources?.cpuUserSeconds ?? 0) + (run.resources?.cpuSystemSeconds ?? 0)) * 1000
  if (cpuMs > 0.8 * run.elapsedMs) {
    return `What bounds further gain: the controller computed ${Math.round((100 * cpuMs) / run.elapsedMs)} % of the time on one of its ${processors} processors.`
  }
  if (onPath > 0.8 * run.elapsedMs) {
    return run.order === 'linear'
      ? "What bounds further gain: the slowest host of each task, because Ansible's order lets every task wait for all hosts."
      : 'What bounds further gain: the tasks on the critical path themselves; only making them shorter helps.'
  }
  return 'What bounds further gain: the time between the tasks of the critical path, which belongs to the controller.'
}

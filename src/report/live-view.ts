// What the live view shows, as text: a pure function of what is known, so that it can be tested without a terminal.
import stringWidth from 'string-width'
import type { LiveState, RunningTask } from './live-runs.js'

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/**
 * Lines below the log: one a running task, longest running first, or one a component when there are too many; what waits;
 * the totals. Never wider or higher than the screen allows; empty when nothing runs.
 */
export function liveLines(state: LiveState, size: ScreenSize, now: number): string[] {
  if (state.running.length === 0) return []
  const room = Math.max(1, Math.min(12, Math.floor(size.rows / 2) - 3))
  const width = size.columns - 1
  const running = [...state.running].sort((left, right) => left.since - right.since)
  const lines = running.length <= room ? taskLines(running, width, now) : componentLines(running, room, width, now)
  const waiting = waitingLine(state)
  return ['', ...lines, ...(waiting === undefined ? [] : [cut(waiting, width)]), cut(totals(state, now), width)]
}

function taskLines(running: readonly RunningTask[], width: number, now: number): string[] {
  const nameWidth = Math.min(24, Math.max(...running.map(({ host }) => stringWidth(host))))
  const times = running.map(({ since, expectedMs }) => timeOf(now - since, expectedMs))
  const timeWidth = Math.max(6, ...times.map(time => time.length))
  return running.map(({ host, task, isEarly }, at) => {
    const sign = isEarly ? '» ' : '  '
    const head = `${sign}${pad(cut(host, nameWidth), nameWidth)}  ${(times[at] as string).padStart(timeWidth)}  `
    return head + cut(task, width - stringWidth(head))
  })
}

/** `0:12`, or `0:12/0:30` when it is known how long it takes and that is worth a look. */
function timeOf(elapsedMs: number, expectedMs: number | undefined): string {
  const isLong = expectedMs !== undefined && expectedMs >= 2000
  return isLong ? `${clock(elapsedMs)}/${clock(expectedMs)}` : clock(elapsedMs)
}

function componentLines(running: readonly RunningTask[], room: number, width: number, now: number): string[] {
  const groups = new Map<string, RunningTask[]>()
  for (const run of running) {
    const group = groups.get(run.component)
    if (group === undefined) groups.set(run.component, [run])
    else group.push(run)
  }
  const shown = groups.size > room ? [...groups].slice(0, room - 1) : [...groups]
  const nameWidth = Math.min(24, Math.max(...shown.map(([name]) => stringWidth(name || '(tasks)'))))
  const lines = shown.map(([name, runs]) => {
    const [oldest] = runs as [RunningTask]
    const hosts = new Set(runs.map(({ host }) => host)).size
    const head = `  ${pad(cut(name || '(tasks)', nameWidth), nameWidth)}  ${clock(now - oldest.since).padStart(6)}  `
    const many = `${runs.length} on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}, `
    return head + cut(many + oldest.task, width - stringWidth(head))
  })
  const hidden = groups.size - shown.length
  return hidden > 0 ? [...lines, `  … and ${hidden} more components`] : lines
}

function waitingLine({ waiting, nextWaiting }: LiveState): string | undefined {
  if (waiting === 0 || nextWaiting === undefined) return undefined
  const { task, host, for: before } = nextWaiting
  return `  next: ${task} on ${host}${before === undefined ? '' : `, after ${before}`}`
}

function totals(state: LiveState, now: number): string {
  const parts = [
    `${state.done}/${state.total} done`,
    `${state.running.length} running`,
    state.waiting > 0 ? `${state.waiting} waiting` : '',
    state.failed > 0 ? `${state.failed} failed` : '',
    clock(now - state.startedAt),
    state.remainingMs === undefined ? '' : `about ${clock(Math.ceil(state.remainingMs / 1000) * 1000)} left`,
  ]
  return parts.filter(part => part !== '').join(', ')
}

/** 0:07, 12:31, 1:02:03. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const two = (number: number) => String(number).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let out = ''
  for (const character of text) {
    if (stringWidth(out + character) > width - 1) break
    out += character
  }
  return `${out}…`
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

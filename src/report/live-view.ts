// What the live view shows, as text: a pure function of what is known, so that it can be tested without a terminal.
import stringWidth from 'string-width'

/** One host's running task. */
export interface RunningTask {
  readonly host: string
  readonly task: string
  /** performance.now() when it began. */
  readonly since: number
}

export interface LiveState {
  readonly running: readonly RunningTask[]
  /** Task runs (task on a host) that have ended. */
  readonly done: number
  /** Task runs that are known of: those that ended or run, and what the current task still has before it. */
  readonly total: number
  readonly failed: number
  readonly startedAt: number
}

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** Lines below the log: one a host, longest running first, then the totals. Never wider or higher than the screen allows. */
export function liveLines(state: LiveState, size: ScreenSize, now: number): string[] {
  if (state.running.length === 0) return []
  const room = Math.max(1, Math.min(12, Math.floor(size.rows / 2) - 2))
  const running = [...state.running].sort((left, right) => left.since - right.since)
  const shown = running.length > room ? running.slice(0, room - 1) : running
  const nameWidth = Math.min(24, Math.max(...shown.map(({ host }) => stringWidth(host))))
  const lines = shown.map(({ host, task, since }) => {
    const head = `  ${pad(cut(host, nameWidth), nameWidth)}  ${clock(now - since).padStart(6)}  `
    return head + cut(task, size.columns - 1 - stringWidth(head))
  })
  if (running.length > shown.length) lines.push(`  … and ${running.length - shown.length} more hosts`)
  const failed = state.failed > 0 ? `, ${state.failed} failed` : ''
  const totals = `${state.done}/${state.total} done, ${running.length} running${failed}, ${clock(now - state.startedAt)}`
  return ['', ...lines, cut(totals, size.columns - 1)]
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

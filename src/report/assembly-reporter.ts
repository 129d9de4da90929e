// Tells the run of an assembly on the console: a line as each transition ends, then what did not come to its end and
// why, then when each ran.
import type { AssemblyRun, Outcome, Prediction, Reason, Task, Waiting } from '../madeus/index.js'
import { LivePlace, type LiveTransition } from '../madeus/index.js'
import type { Display } from './display.js'

/** Wider time-lines are hard to read; more rows, too. */
const CHART_WIDTH = 40
const MOST_ROWS = 60

export class AssemblyReporter {
  constructor(private readonly display: Display) {}

  started(name: string, components: number, transitions: number): void {
    this.display.banner(`ASSEMBLY [${name}: ${count(components, 'component')}, ${count(transitions, 'transition')}]`)
  }

  ended(name: string, milliseconds: number, isSkipped: boolean): void {
    if (isSkipped) this.display.line(`skipping: [${name}]`, { color: 'COLOR_SKIP' })
    else this.display.line(`ok: [${name}] => ${seconds(milliseconds)}`, { color: 'COLOR_OK' })
  }

  /** @param printed what the action printed; shown with a failure, or with -v */
  failed(name: string, milliseconds: number, reason: string, printed: string): void {
    this.display.line(`failed: [${name}] => ${seconds(milliseconds)}: ${reason}`, { color: 'COLOR_ERROR' })
    this.printed(printed)
  }

  printed(text: string): void {
    for (const line of text.split('\n').filter(line => line.trim() !== '')) this.display.line(`    ${line}`)
  }

  /** What did not run, and what it waits for. */
  unfinished({ kind, failed, cancelled, waiting }: Outcome<Task>): void {
    if (kind === 'success') return
    const title = kind === 'stuck' ? 'STUCK' : 'NOT RUN'
    if (waiting.length + cancelled.length === 0) return
    this.display.banner(title, 'COLOR_ERROR')
    for (const { component, id } of cancelled) this.display.line(`${component.id}.${id} was cancelled`)
    const failures = new Set(failed.map(({ transition }) => transition))
    for (const entry of waiting) this.display.line(waitingText(entry, failures))
  }

  /** The dates at which transitions ran, or will run, one row each; critical ones are marked. */
  timeline(rows: readonly TimelineRow[], title: string): void {
    if (rows.length === 0) return
    const shown = rows.length <= MOST_ROWS ? rows : rows.filter(({ isCritical }) => isCritical)
    const end = Math.max(...rows.map(row => row.end), 1e-9)
    const width = Math.max(...shown.map(({ name }) => name.length))
    this.display.banner(title)
    for (const { name, start, end: until, isCritical } of shown) {
      const from = Math.min(CHART_WIDTH - 1, Math.floor((start / end) * CHART_WIDTH))
      const to = Math.max(from + 1, Math.round((until / end) * CHART_WIDTH))
      const bar = `${' '.repeat(from)}${(isCritical ? '█' : '░').repeat(to - from)}`.padEnd(CHART_WIDTH)
      const line = `${name.padEnd(width)} ${bar} ${digits(start).padStart(8)} – ${digits(until).padStart(8)} s`
      this.display.line(line, { color: isCritical ? 'COLOR_HIGHLIGHT' : undefined })
    }
    if (shown.length < rows.length) this.display.line(`… and ${rows.length - shown.length} that are not critical`)
  }

  recap(name: string, { outcome, ran, wallMs }: AssemblyRun, notRun: number, measured: Prediction): void {
    this.display.banner('ASSEMBLY RECAP')
    const failed = outcome.failed.length
    const counts = `ok=${ran.length - failed}  failed=${failed}  not run=${notRun}`
    const color = outcome.kind === 'success' ? 'COLOR_OK' : 'COLOR_ERROR'
    this.display.line(`${this.display.paint(name, color)} : ${counts}`)
    const critical = measured.criticalPath.map(({ component, transition }) => `${component}.${transition}`).join(' → ')
    this.display.line(
      `wall ${digits(wallMs / 1000)} s, critical path ${digits(measuredSeconds(measured))} s, work ${digits(measured.work)} s, ` +
        `${measured.work === 0 ? 0 : (measured.work / Math.max(wallMs / 1000, 1e-9)).toFixed(1)} at once on average`,
    )
    if (critical !== '') this.display.line(`critical path: ${critical}`)
  }
}

export interface TimelineRow {
  readonly name: string
  /** Seconds. */
  readonly start: number
  readonly end: number
  readonly isCritical: boolean
}

/** The longest chain of what ran, also where not everything did. */
function measuredSeconds({ criticalPath }: Prediction): number {
  return criticalPath.at(-1)?.end ?? 0
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
const digits = (value: number) => (value < 10 ? value.toFixed(3) : value.toFixed(1))
const seconds = (milliseconds: number) => `${digits(milliseconds / 1000)} s`

const nameOf = ({ component, id }: { readonly component: { readonly id: string }; readonly id: string }) =>
  `${component.id}.${id}`

/** One sentence for what waits. */
export function waitingText<T>(
  { element, reasons, circle }: Waiting<T>,
  failed: ReadonlySet<LiveTransition<T>>,
): string {
  if (circle !== undefined && circle.length > 0) {
    const names = [...circle, circle[0] as LiveTransition<T>].map(nameOf).join(' → ')
    return `a circle: ${names} (each waits for the next): ${reasons.map(reason => reasonText(reason, failed)).join('; ')}`
  }
  const what = element instanceof LivePlace ? `place ${nameOf(element)} cannot be left: it` : nameOf(element)
  return `${what} waits for ${reasons.map(reason => reasonText(reason, failed)).join(', and for ')}`
}

function reasonText<T>(reason: Reason<T>, failed: ReadonlySet<LiveTransition<T>>): string {
  switch (reason.kind) {
    case 'unlinked':
      return `port ${nameOf(reason.use)}, which is linked to no provider`
    case 'port': {
      const places = reason.places.map(place => placeText(place, failed)).join(' or ')
      return `port ${nameOf(reason.use)} ← ${nameOf(reason.provider)}: ${places}`
    }
    case 'value':
      return `port ${nameOf(reason.use)} ← ${nameOf(reason.provider)}: no transition gave it a value`
    case 'precedence':
    case 'place':
      return placeText(reason.place, failed)
    case 'limit':
      return `${reason.limit.name}, of which ${reason.limit.capacity} may be held at once`
    case 'in-use':
      return `the users of port ${nameOf(reason.provider)} to end`
  }
}

function placeText<T>(place: LivePlace<T>, failed: ReadonlySet<LiveTransition<T>>): string {
  if (place.isReached) return `place ${nameOf(place)} (it was left)`
  const name = `place ${nameOf(place)}`
  const culprits = (place.incoming ?? []).filter(transition => failed.has(transition)).map(nameOf)
  if (culprits.length > 0) return `${name} (${culprits.join(', ')} failed)`
  return place.incoming === undefined ? `${name} (no transition leads there)` : name
}

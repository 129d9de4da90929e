// `--profile`: how long each task took, slowest first, after the recap.
import type { EngineEvent } from '../engine/events.js'
import type { Display } from './display.js'
import type { Reporter } from './reporter.js'

const SHOWN = 20

interface Span {
  readonly name: string
  readonly started: number
  ended: number
  hosts: number
}

/** Wraps another reporter and adds the table at the end. */
export class ProfileReporter implements Reporter {
  readonly #spans = new Map<string, Span>()

  constructor(
    private readonly inner: Reporter,
    private readonly display: Display,
  ) {}

  handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'taskStart':
      case 'handlerTaskStart':
        if (event.task.isImplicit) break
        this.#spans.set(event.task.uuid, {
          name: event.task.displayName,
          started: performance.now(),
          ended: performance.now(),
          hosts: 0,
        })
        break
      case 'runnerOk':
      case 'runnerFailed':
      case 'runnerSkipped':
      case 'runnerUnreachable': {
        const span = this.#spans.get(event.task.uuid)
        if (span !== undefined) {
          span.ended = performance.now()
          span.hosts++
        }
        break
      }
      default:
    }
    this.inner.handle(event)
    if (event.kind === 'stats') this.#table()
  }

  close(): Promise<void> | void {
    return this.inner.close?.()
  }

  #table(): void {
    const spans = [...this.#spans.values()].sort((left, right) => duration(right) - duration(left))
    const total = spans.reduce((sum, span) => sum + duration(span), 0)
    this.display.banner('TASKS BY TIME')
    for (const span of spans.slice(0, SHOWN)) {
      this.display.line(
        `${seconds(duration(span))}  ${span.name} (${span.hosts} ${span.hosts === 1 ? 'host' : 'hosts'})`,
      )
    }
    if (spans.length > SHOWN) this.display.line(`           … and ${spans.length - SHOWN} shorter ones`)
    this.display.line(`${seconds(total)}  all ${spans.length} tasks\n`)
  }
}

const duration = (span: Span): number => span.ended - span.started
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2).padStart(8)} s`

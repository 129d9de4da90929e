// What is known while a run goes on: which task runs are planned, under way and done, how many there will be, and when the
// run may end. Takes in engine events; knows nothing of terminals.
import type { EngineEvent, TaskInfo } from '../engine/events.js'
import { withoutHost } from './run-record.js'

/** A task run that is under way. */
export interface RunningTask {
  readonly host: string
  readonly component: string
  readonly task: string
  /** Milliseconds of the clock when it began. */
  readonly since: number
  /** How long it took before; undefined when it never ran. */
  readonly expectedMs: number | undefined
  /** It was started before its turn. */
  readonly isEarly: boolean
}

/** The first of those that wait, and what it waits for. */
export interface NextWaiting {
  readonly task: string
  readonly host: string
  readonly for: string | undefined
}

export interface LiveState {
  readonly running: readonly RunningTask[]
  readonly waiting: number
  readonly nextWaiting: NextWaiting | undefined
  readonly done: number
  /** Task runs that are expected in all, done ones with them. */
  readonly total: number
  readonly failed: number
  readonly startedAt: number
  /** Milliseconds that are left, as far as earlier runs tell. */
  readonly remainingMs: number | undefined
}

/** What earlier runs of the playbook tell; milliseconds. */
export interface Expectation {
  /** Wall time, sum of all task runs, and their number, of a whole run with the same selection. */
  readonly whole: { readonly elapsedMs: number; readonly workMs: number; readonly runs: number } | undefined
  expectedMs(task: TaskInfo, host: string): number | undefined
}

interface Entry extends RunningTask {
  readonly key: string
}

interface Planned {
  readonly task: string
  readonly host: string
  readonly for: string | undefined
}

/** The pace of this run beside the earlier one counts once this part of the work is done. */
const PACE_FROM = 0.1

export class LiveRuns {
  readonly #running = new Map<string, Entry>()
  readonly #planned = new Map<string, Planned>()
  /** Runs that have ended before their turn: their result is still to be told. */
  readonly #endedEarly = new Set<string>()
  readonly #names = new Map<string, string>()
  #done = 0
  #failed = 0
  #known = 0
  #doneWorkMs = 0

  constructor(
    private readonly expectation: Expectation | undefined,
    private readonly clock: () => number,
    private readonly startedAt = clock(),
  ) {}

  /** True when the event changes what is shown. */
  note(event: EngineEvent): boolean {
    switch (event.kind) {
      case 'playSize':
        this.#known += event.tasks * event.hosts
        return true
      case 'early':
        this.#early(event)
        return true
      case 'runnerStart':
        this.#planned.delete(keyOf(event))
        if (!this.#running.has(keyOf(event)) && !this.#endedEarly.has(keyOf(event)))
          this.#start(event, false, event.task.role)
        return true
      case 'runnerFailed':
      case 'runnerUnreachable':
        if (event.kind === 'runnerUnreachable' || !event.ignoreErrors) this.#failed++
        this.#end(event)
        return true
      case 'runnerOk':
      case 'runnerSkipped':
        this.#end(event)
        return true
      default:
        return false
    }
  }

  get state(): LiveState {
    const running = [...this.#running.values()]
    const started = this.#done + this.#endedEarly.size + running.length
    const learned = this.expectation?.whole?.runs
    return {
      running,
      waiting: this.#planned.size,
      nextWaiting: this.#planned.values().next().value,
      done: this.#done + this.#endedEarly.size,
      total: Math.max(started + this.#planned.size, learned ?? this.#known),
      failed: this.#failed,
      startedAt: this.startedAt,
      remainingMs: this.#remaining(running),
    }
  }

  #early(event: Extract<EngineEvent, { kind: 'early' }>): void {
    const key = keyOf(event)
    const name = event.task.displayName
    this.#names.set(event.task.uuid, name)
    switch (event.state) {
      case 'planned': {
        const first = event.waitsFor?.[0]
        const before = first === undefined ? undefined : `${this.#names.get(first.task) ?? 'a task'} on ${first.host}`
        this.#planned.set(key, { task: name, host: event.host, for: before })
        return
      }
      case 'started':
        this.#planned.delete(key)
        this.#start(event, true, withoutHost(event.component, event.host))
        return
      case 'ended':
        this.#planned.delete(key)
        this.#stop(key)
        this.#endedEarly.add(key)
        return
      case 'dropped':
        this.#planned.delete(key)
        this.#running.delete(key)
        this.#endedEarly.delete(key)
    }
  }

  #start({ task, host }: { readonly task: TaskInfo; readonly host: string }, isEarly: boolean, component = ''): void {
    const key = keyOf({ task, host })
    const expectedMs = this.expectation?.expectedMs(task, host)
    this.#running.set(key, { key, host, component, task: task.displayName, since: this.clock(), expectedMs, isEarly })
  }

  #stop(key: string): void {
    const entry = this.#running.get(key)
    this.#running.delete(key)
    this.#doneWorkMs += entry?.expectedMs ?? 0
  }

  #end(event: { readonly task: TaskInfo; readonly host: string }): void {
    const key = keyOf(event)
    this.#planned.delete(key)
    if (!this.#endedEarly.delete(key)) {
      if (!this.#running.has(key)) return
      this.#stop(key)
    }
    this.#done++
  }

  /** The part of the work that is left, of the earlier run's time, at the pace of this one. */
  #remaining(running: readonly RunningTask[]): number | undefined {
    const whole = this.expectation?.whole
    if (whole === undefined || whole.workMs <= 0) return undefined
    const now = this.clock()
    const begun = running.reduce((sum, { expectedMs = 0, since }) => sum + Math.min(expectedMs, now - since), 0)
    const part = Math.min(1, (this.#doneWorkMs + begun) / whole.workMs)
    const predicted = whole.elapsedMs * part
    const pace = part < PACE_FROM ? 1 : Math.min(3, Math.max(1 / 3, (now - this.startedAt) / predicted))
    return (whole.elapsedMs - predicted) * pace
  }
}

const keyOf = ({ task, host }: { readonly task: TaskInfo; readonly host: string }): string => `${host}\0${task.uuid}`

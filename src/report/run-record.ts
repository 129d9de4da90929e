// Keeps a run as it happens: engine events in, a RunModel out. Results are kept as the console may show them, and known
// secrets are taken out before anything is stored.
import type { EngineEvent, PlayInfo, RunStats, TaskInfo, WaitEvidence } from '../engine/events.js'
import { truth } from '../python/index.js'
import type { Dict } from '../python/values.js'
import { observedCriticalPath } from './critical-path.js'
import { filePlainDiff } from './plain-diff.js'
import type {
  MessageModel,
  PlayModel,
  RecapModel,
  ResourcesModel,
  RunModel,
  RunStatus,
  TaskModel,
  TaskRunModel,
  WaitModel,
} from './run-model.js'
import { type Censor, resultText } from './shown-value.js'

const MAX_MESSAGES = 500

export interface RecordOptions {
  readonly product: string
  readonly version: string
  readonly order: string
  /** When the program was started; milliseconds since the epoch. */
  readonly startedAt: number
  /** Whether results and differences are kept, which is most of the memory. */
  readonly keepsDetails: boolean
  readonly censor: Censor
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type OpenRun = Mutable<TaskRunModel>

interface EarlyRun {
  readonly task: number
  readonly host: number
  readonly component: number
  readonly start: number
  end?: number
}

type Outcome = Extract<
  EngineEvent,
  { readonly kind: 'runnerOk' | 'runnerFailed' | 'runnerSkipped' | 'runnerUnreachable' }
>

export class RunRecord {
  readonly #startedAt: number
  readonly #playbooks: string[] = []
  readonly #hosts = new Numbering()
  readonly #components = new Numbering()
  readonly #plays: PlayModel[] = []
  readonly #tasks: Mutable<TaskModel>[] = []
  readonly #taskOf = new Map<string, number>()
  readonly #runs: OpenRun[] = []
  /** The latest run of a task on a host. */
  readonly #latest = new Map<string, number>()
  readonly #items = new Map<number, number>()
  readonly #diffs = new Map<string, string>()
  /** Handlers a host was told to run, and the handler's task; the task that told it is known with its result. */
  readonly #notified = new Map<string, string[]>()
  readonly #notifiers = new Map<string, number[]>()
  /** Runs that were started before their turn and not told yet. */
  readonly #early = new Map<string, EarlyRun>()
  readonly #messages: MessageModel[] = []
  #recap: Record<string, RecapModel> = {}
  #resources: ResourcesModel | undefined
  #exitCode: number | undefined
  #endedAt: number | undefined

  constructor(private readonly options: RecordOptions) {
    this.#startedAt = Math.round(options.startedAt)
  }

  /** Takes in one event. Must see it before anything that changes results does. */
  note(event: EngineEvent): void {
    switch (event.kind) {
      case 'playbookStart':
        this.#playbooks.push(event.file)
        return
      case 'playStart':
        return this.#play(event.play)
      case 'taskStart':
      case 'handlerTaskStart':
      case 'cleanupTaskStart':
        // A task that was looked at ahead may be of a later play than the one that was under way.
        ;(this.#tasks[this.#task(event.task)] as Mutable<TaskModel>).play = this.#plays.length - 1
        return
      case 'early':
        return this.#noteEarly(event)
      case 'runnerStart':
        this.#start(event.host, event.task)
        return
      case 'runnerOk':
      case 'runnerFailed':
      case 'runnerSkipped':
      case 'runnerUnreachable':
        return this.#end(event)
      case 'itemOk':
      case 'itemFailed':
      case 'itemSkipped':
        return this.#item(event.host, event.task)
      case 'diff':
        if (this.options.keepsDetails) this.#diff(event.host, event.task, event.result)
        return
      case 'notify':
        pushTo(this.#notified, event.host, event.handler.uuid)
        return
      case 'warning':
      case 'deprecation':
      case 'error':
        return this.#message(event.kind, event.text)
      case 'stats':
        return this.#stats(event.stats)
      case 'runEnd':
        this.#exitCode = event.exitCode
        this.#resources = { ...event.resources }
        this.#endedAt = Date.now()
        return
      default:
    }
  }

  /** The run so far. */
  model(): RunModel {
    const elapsedMs = (this.#endedAt ?? Date.now()) - this.#startedAt
    const told = this.#runs.map(run => (run.status === 'running' ? { ...run, end: elapsedMs } : run))
    const runs = [...told, ...this.#untold(elapsedMs)]
    return {
      schema: 1,
      product: this.options.product,
      version: this.options.version,
      playbooks: this.#playbooks,
      order: this.options.order,
      startedAt: this.#startedAt,
      elapsedMs,
      exitCode: this.#exitCode,
      hosts: this.#hosts.names,
      plays: this.#plays,
      components: this.#components.names,
      tasks: this.#tasks,
      runs,
      criticalPath: observedCriticalPath(runs, this.options.order === 'linear'),
      messages: this.#messages,
      recap: this.#recap,
      resources: this.#resources,
    }
  }

  #play(play: PlayInfo): void {
    this.#plays.push({
      name: this.options.censor(play.name.trim()),
      playbook: Math.max(0, this.#playbooks.length - 1),
      start: this.#since(Date.now()),
    })
  }

  #task(task: TaskInfo): number {
    const known = this.#taskOf.get(task.uuid)
    const name = this.options.censor(task.displayName.trim())
    if (known !== undefined) {
      // The first to tell the name has templated it.
      const model = this.#tasks[known] as Mutable<TaskModel>
      if (model.name === model.rawName) model.name = name
      return known
    }
    const index = this.#tasks.length
    this.#tasks.push({
      name,
      rawName: this.options.censor(task.rawName),
      action: task.action,
      path: task.path,
      role: task.role,
      play: this.#plays.length - 1,
      isHandler: task.isHandler,
      isInclude: task.isInclude,
    })
    this.#taskOf.set(task.uuid, index)
    return index
  }

  #start(host: string, task: TaskInfo): OpenRun {
    const index = this.#runs.length
    const now = this.#since(Date.now())
    const run: OpenRun = {
      task: this.#task(task),
      host: this.#hosts.of(host),
      component: this.#component(task, undefined),
      start: now,
      end: now,
      status: 'running',
    }
    this.#runs.push(run)
    this.#latest.set(keyOf(host, task.uuid), index)
    return run
  }

  #noteEarly(event: Extract<EngineEvent, { readonly kind: 'early' }>): void {
    const { task, host, component } = event
    const key = keyOf(host, task.uuid)
    const now = this.#since(Date.now())
    if (event.state === 'started') {
      const named = this.#component(task, withoutHost(component, host))
      this.#early.set(key, { task: this.#task(task), host: this.#hosts.of(host), component: named, start: now })
    } else if (event.state === 'ended') {
      const run = this.#early.get(key)
      if (run !== undefined) run.end ??= now
    } else if (event.state === 'dropped' && this.#early.get(key)?.end === undefined) this.#early.delete(key)
  }

  #untold(elapsedMs: number): TaskRunModel[] {
    return [...this.#early.values()].map(run => ({ ...run, end: run.end ?? elapsedMs, status: 'untold', early: true }))
  }

  #component(task: TaskInfo, named: string | undefined): number {
    const play = this.#plays.at(-1)?.name ?? ''
    return this.#components.of(named ?? (task.role === undefined ? play : task.role))
  }

  #end(event: Outcome): void {
    const { host, task, result } = event
    const key = keyOf(host, task.uuid)
    let index = this.#latest.get(key)
    if (index === undefined || this.#runs[index]?.status !== 'running') {
      this.#start(host, task)
      index = this.#latest.get(key) as number
    }
    const run = this.#runs[index] as OpenRun
    this.#early.delete(key)
    this.#task(task)
    if (event.component !== undefined) run.component = this.#component(task, withoutHost(event.component, host))
    if (event.startedAt !== undefined) run.start = this.#since(event.startedAt)
    run.end = Math.max(run.start, this.#since(event.endedAt ?? Date.now()))
    run.status = statusOf(event)
    if (event.kind === 'runnerFailed' && event.ignoreErrors) run.ignored = true
    if (event.isEarly === true) run.early = true
    if (task.delegateTo !== undefined) run.delegateTo = task.delegateTo
    const items = this.#items.get(index)
    if (items !== undefined) run.items = items
    const attempts = result.get('attempts')
    if (typeof attempts === 'number') run.attempts = attempts
    if (!task.isInclude && this.options.keepsDetails) run.result = resultText(result, this.options.censor)
    const diff = this.#diffs.get(key)
    if (diff !== undefined) run.diff = diff
    this.#diffs.delete(key)
    const waits = this.#waits(event, key)
    if (waits.length > 0) run.waits = waits
    for (const handler of this.#notified.get(host) ?? []) pushTo(this.#notifiers, keyOf(host, handler), index)
    this.#notified.delete(host)
  }

  #waits(
    event: { readonly waitsFor?: readonly WaitEvidence[] | undefined; readonly task: TaskInfo },
    key: string,
  ): WaitModel[] {
    const waits: WaitModel[] = []
    for (const { host, task, kind, because } of event.waitsFor ?? []) {
      const run = this.#latest.get(keyOf(host, task))
      if (run !== undefined) waits.push({ run, kind, because: this.options.censor(because) })
    }
    if (event.task.isHandler) {
      for (const run of this.#notifiers.get(key) ?? [])
        waits.push({ run, kind: 'notify', because: 'notified by a task that changed' })
      this.#notifiers.delete(key)
    }
    return waits
  }

  #item(host: string, task: TaskInfo): void {
    const index = this.#latest.get(keyOf(host, task.uuid))
    if (index !== undefined) this.#items.set(index, (this.#items.get(index) ?? 0) + 1)
  }

  #diff(host: string, task: TaskInfo, result: Dict): void {
    const text = filePlainDiff(result)
    const key = keyOf(host, task.uuid)
    if (text !== '') this.#diffs.set(key, (this.#diffs.get(key) ?? '') + this.options.censor(text))
  }

  #message(kind: MessageModel['kind'], text: string): void {
    if (this.#messages.length < MAX_MESSAGES)
      this.#messages.push({ at: this.#since(Date.now()), kind, text: this.options.censor(text) })
  }

  #stats(stats: RunStats): void {
    this.#recap = Object.fromEntries([...stats.hosts].map(([host, summary]) => [host, { ...summary }]))
  }

  #since(moment: number): number {
    return Math.max(0, Math.round(moment - this.#startedAt))
  }
}

/** Gives names numbers in the order in which they come. */
class Numbering {
  readonly names: string[] = []
  readonly #numbers = new Map<string, number>()

  of(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) {
      number = this.names.push(name) - 1
      this.#numbers.set(name, number)
    }
    return number
  }
}

export function statusOf(event: Outcome): Exclude<RunStatus, 'running'> {
  switch (event.kind) {
    case 'runnerOk':
      return truth(event.result.get('changed') ?? false) ? 'changed' : 'ok'
    case 'runnerFailed':
      return 'failed'
    case 'runnerSkipped':
      return 'skipped'
    case 'runnerUnreachable':
      return 'unreachable'
  }
}

/** A component is one of a host; here the host is known beside it. */
export function withoutHost(component: string, host: string): string {
  const suffix = ` on ${host}`
  return component.endsWith(suffix) ? component.slice(0, -suffix.length) : component
}

const keyOf = (host: string, task: string): string => `${host}\0${task}`

function pushTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

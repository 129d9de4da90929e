// ANSIBLE_STDOUT_CALLBACK=json: one JSON document at the end. Mirrors the document of the ansible.posix.json callback.
import type { EngineEvent, PlayInfo, RunStats, TaskInfo } from '../engine/events.js'
import { Dict, type Value } from '../python/values.js'
import type { Display } from './display.js'
import { displayEvent } from './display-event.js'
import type { Reporter } from './reporter.js'
import { resultJson } from './result-json.js'

/** Strategies in which a task is started once for all hosts. */
const LOCKSTEP: ReadonlySet<string> = new Set(['linear', 'debug'])

interface TaskEntry {
  readonly entry: Dict
  readonly hosts: Dict
  readonly duration: Dict
}

interface PlayEntry {
  readonly entry: Dict
  readonly tasks: Value[]
  readonly duration: Dict
}

export class JsonReporter implements Reporter {
  readonly #plays: PlayEntry[] = []
  readonly #started = new Map<string, TaskEntry>()
  #lastTask: TaskEntry | undefined
  #isLockstep = false

  /**
   * @param indent spaces of indentation; 0 writes one line
   * @param showCustomStats whether set_stats values are part of the document
   */
  constructor(
    private readonly display: Display,
    private readonly indent: number,
    private readonly showCustomStats: boolean,
  ) {}

  handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'playStart':
        return this.#play(event.play)
      case 'taskStart':
      case 'handlerTaskStart':
        if (this.#isLockstep && !event.task.isImplicit) this.#task(event.task)
        return
      case 'runnerStart':
        if (!this.#isLockstep) this.#started.set(keyOf(event.host, event.task), this.#task(event.task))
        return
      case 'runnerOk':
      case 'runnerUnreachable':
        return this.#result(event.host, event.task, event.result, undefined)
      case 'runnerFailed':
        return this.#result(event.host, event.task, event.result, 'failed')
      case 'runnerSkipped':
        return this.#result(event.host, event.task, event.result, 'skipped')
      case 'stats':
        return this.#stats(event.stats)
      default:
        displayEvent(this.display, event)
    }
  }

  #play(play: PlayInfo): void {
    this.#isLockstep = LOCKSTEP.has(play.strategy)
    const duration = Dict.of({ start: utcNow() })
    const tasks: Value[] = []
    const head = Dict.of({ name: play.name, id: play.uuid, path: play.path ?? '', duration })
    this.#plays.push({ entry: Dict.of({ play: head, tasks }), tasks, duration })
    this.#lastTask = undefined
  }

  #task(task: TaskInfo): TaskEntry {
    const duration = Dict.of({ start: utcNow() })
    const hosts = new Dict()
    const head = Dict.of({ name: task.displayName, id: task.uuid, path: task.path ?? '', duration })
    const started = { entry: Dict.of({ task: head, hosts }), hosts, duration }
    this.#plays.at(-1)?.tasks.push(started.entry)
    this.#lastTask = started
    return started
  }

  #result(host: string, task: TaskInfo, result: Dict, mark: 'failed' | 'skipped' | undefined): void {
    const key = keyOf(host, task)
    const target = this.#started.get(key) ?? this.#lastTask
    this.#started.delete(key)
    if (target === undefined) return
    const copy = result.copy()
    if (mark !== undefined) copy.set(mark, true)
    copy.set('action', task.action)
    target.hosts.set(host, copy)
    const end = utcNow()
    target.duration.set('end', end)
    this.#plays.at(-1)?.duration.set('end', end)
  }

  #stats(stats: RunStats): void {
    const summary = new Dict()
    for (const [host, counts] of stats.hosts) summary.set(host, Dict.of({ ...counts }))
    const custom = new Dict()
    let whole = new Dict()
    if (this.showCustomStats) {
      for (const [host, values] of stats.custom) {
        if (host === '_run') whole = values
        else custom.set(host, values)
      }
    }
    const document = Dict.of({
      plays: this.#plays.map(play => play.entry),
      stats: summary,
      custom_stats: custom,
      global_custom_stats: whole,
    })
    const indent = this.indent > 0 ? { indent: this.indent } : {}
    this.display.line(resultJson(document, { sortKeys: true, ...indent }))
  }
}

function keyOf(host: string, task: TaskInfo): string {
  return `${host}\0${task.uuid}`
}

// datetime.utcnow().isoformat() has microseconds; the clock here has milliseconds.
function utcNow(): string {
  return `${new Date().toISOString().slice(0, -1)}000Z`
}

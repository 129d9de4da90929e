// `--output json`: the run as JSON lines on standard output, one event a line, each written as it happens. The fields are
// described in docs/events.md; they are added to, never changed, within one schema number.
import type { EngineEvent, PlayInfo, TaskInfo } from '../engine/events.js'
import type { Dict } from '../python/values.js'
import { filePlainDiff } from './plain-diff.js'
import type { Reporter } from './reporter.js'
import { itemLabel } from './result-text.js'
import { statusOf } from './run-record.js'
import { type Censor, fileResult, jsonText } from './shown-value.js'

/** What a JSON line may hold beside values of Python, which are JSON texts already. */
type Field =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | RawJson
  | Readonly<Record<string, unknown>>
  | undefined
type Fields = Readonly<Record<string, Field>>

class RawJson {
  constructor(readonly text: string) {}
}

export interface EventLogOptions {
  readonly version: string
  readonly order: string
  readonly verbosity: number
  readonly censor: Censor
  readonly write: (line: string) => void
}

export class EventLog implements Reporter {
  readonly #options: EventLogOptions

  constructor(options: EventLogOptions) {
    this.#options = options
    const { version, order } = options
    this.#line('start', { schema: 1, product: 'madansible', version, order })
  }

  handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'playbookStart':
        return this.#line('playbook', { file: event.file, plays: event.plays })
      case 'playStart':
        return this.#line('play', describePlay(event.play))
      case 'playSize':
        return this.#line('play-size', { tasks: event.tasks, hosts: event.hosts })
      case 'noHostsMatched':
        return this.#line('no-hosts-matched', {})
      case 'noHostsRemaining':
        return this.#line('no-hosts-remaining', {})
      case 'taskStart':
      case 'cleanupTaskStart':
      case 'handlerTaskStart':
        if (!event.task.isImplicit) this.#line('task', describeTask(event.task))
        return
      case 'early': {
        const { state, task, host, component } = event
        return this.#line('early', { state, task: task.uuid, name: task.displayName, host, component })
      }
      case 'runnerStart':
        return this.#line('run-start', { task: event.task.uuid, host: event.host })
      case 'runnerOk':
      case 'runnerFailed':
      case 'runnerSkipped':
      case 'runnerUnreachable':
        return this.#result(event)
      case 'itemOk':
      case 'itemFailed':
      case 'itemSkipped':
        return this.#item(event)
      case 'retry':
      case 'asyncPoll':
      case 'asyncOk':
      case 'asyncFailed':
        return this.#progress(event)
      case 'diff':
        return this.#diff(event)
      case 'include':
        return this.#line('include', { task: event.task.uuid, file: event.file, hosts: event.hosts })
      case 'notify':
        return this.#line('notify', { handler: event.handler.uuid, name: event.handler.displayName, host: event.host })
      case 'varsPrompt':
        return this.#line('prompt', { variable: event.name, isSecret: event.private })
      case 'stats':
        return this.#line('recap', { hosts: Object.fromEntries([...event.stats.hosts]) })
      case 'runEnd':
        return this.#line('end', { exitCode: event.exitCode, error: event.error, resources: { ...event.resources } })
      case 'warning':
      case 'error':
        return this.#line(event.kind, { text: event.text })
      case 'deprecation': {
        const { text, version, date, collection } = event
        return this.#line('deprecation', { text, version, date, collection })
      }
      case 'display':
        return this.#line('message', { text: event.text, isError: event.stderr === true })
      case 'verbose':
        if (event.level <= this.#options.verbosity)
          this.#line('verbose', { level: event.level, text: event.text, host: event.host })
        return
    }
  }

  #result(
    event: Extract<EngineEvent, { kind: 'runnerOk' | 'runnerFailed' | 'runnerSkipped' | 'runnerUnreachable' }>,
  ): void {
    const { task, host } = event
    this.#line('result', {
      task: task.uuid,
      host,
      status: statusOf(event),
      isIgnored: event.kind === 'runnerFailed' && event.ignoreErrors ? true : undefined,
      startedAt: timeOf(event.startedAt),
      endedAt: timeOf(event.endedAt),
      component: event.component ?? task.role,
      isEarly: event.isEarly === true ? true : undefined,
      delegateTo: task.delegateTo,
      waitsFor: event.waitsFor?.length ? { evidence: event.waitsFor } : undefined,
      result: this.#shown(event.result),
    })
  }

  #item(event: Extract<EngineEvent, { kind: 'itemOk' | 'itemFailed' | 'itemSkipped' }>): void {
    const { task, host, result } = event
    const status = event.kind === 'itemFailed' ? 'failed' : event.kind === 'itemSkipped' ? 'skipped' : 'ok'
    const changed = result.get('changed') === true
    this.#line('item', {
      task: task.uuid,
      host,
      label: itemLabel(result),
      status: status === 'ok' && changed ? 'changed' : status,
      result: this.#shown(result),
    })
  }

  #diff({ task, host, result }: Extract<EngineEvent, { kind: 'diff' }>): void {
    const diff = filePlainDiff(result)
    if (diff !== '') this.#line('diff', { task: task.uuid, host, diff })
  }

  #progress(event: Extract<EngineEvent, { kind: 'retry' | 'asyncPoll' | 'asyncOk' | 'asyncFailed' }>): void {
    const name = { retry: 'retry', asyncPoll: 'async-poll', asyncOk: 'async-ok', asyncFailed: 'async-failed' }[
      event.kind
    ]
    this.#line(name, { task: event.task.uuid, host: event.host, result: this.#shown(event.result) })
  }

  #shown(result: Dict): RawJson {
    return new RawJson(jsonText(fileResult(result), this.#options.censor))
  }

  #line(name: string, fields: Fields): void {
    const parts = [`"event":${JSON.stringify(name)}`, `"time":"${new Date().toISOString()}"`]
    for (const [key, value] of Object.entries(fields)) {
      if (value === undefined) continue
      const text = value instanceof RawJson ? value.text : this.#options.censor(JSON.stringify(value))
      parts.push(`${JSON.stringify(key)}:${text}`)
    }
    this.#options.write(`{${parts.join(',')}}\n`)
  }
}

const timeOf = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString()

function describePlay(play: PlayInfo): Fields {
  return {
    id: play.uuid,
    name: play.name.trim(),
    hosts: play.hosts,
    strategy: play.strategy,
    path: play.path,
    checkMode: play.checkMode,
  }
}

function describeTask(task: TaskInfo): Fields {
  return {
    id: task.uuid,
    name: task.displayName.trim(),
    action: task.action,
    path: task.path,
    role: task.role,
    tags: task.tags,
    isHandler: task.isHandler,
    noLog: task.noLog,
  }
}

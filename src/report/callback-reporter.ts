// Tells callback plugins of Python what happens: beside a native reporter, or as the stdout callback itself.
import type { EngineEvent, PlayInfo, RunStats, TaskInfo } from '../engine/events.js'
import type { ForeignCallbacks } from '../plugins/index.js'
import { Dict, type Value } from '../python/values.js'
import { CALLBACK_METHODS } from './callback-methods.js'
import type { Reporter } from './reporter.js'

export class CallbackReporter implements Reporter {
  #callbacks: ForeignCallbacks | undefined

  /**
   * `first` shows what the plugins do not: everything when it is a native reporter, warnings and alike otherwise.
   * `open` is called when the first playbook starts, before any event goes to a plugin.
   */
  constructor(
    private readonly first: Reporter,
    private readonly open: () => ForeignCallbacks,
  ) {}

  handle(event: EngineEvent): void {
    const method = CALLBACK_METHODS[event.kind]
    if (event.kind === 'playbookStart' && this.#callbacks === undefined) {
      this.#callbacks = this.open()
      this.#callbacks.load()
    }
    this.first.handle(event)
    if (method === undefined || this.#callbacks === undefined) return
    // The play is remembered there for what comes later; at the end the last words of threads are heard.
    const isNeeded = event.kind === 'playStart' || event.kind === 'stats' || this.#callbacks.wants(method)
    if (isNeeded && this.#callbacks.isLoaded) this.#callbacks.send(method, describe(event))
  }

  async close(): Promise<void> {
    await this.first.close?.()
  }
}

function describe(event: EngineEvent): Dict {
  switch (event.kind) {
    case 'playStart':
      return Dict.of({ play: playOf(event.play) })
    case 'taskStart':
      return Dict.of({ task: taskOf(event.task), isConditional: event.isConditional })
    case 'notify':
      return Dict.of({ task: taskOf(event.handler), host: event.host })
    case 'include':
      return Dict.of({ task: taskOf(event.task), file: event.file, hosts: [...event.hosts], vars: event.vars })
    case 'stats':
      return statsOf(event.stats)
    default:
      return plainFields(event)
  }
}

/** What only reports tell: how the run was ordered. */
const ORDERING_FIELDS: ReadonlySet<string> = new Set(['component', 'isEarly', 'waitsFor'])

/** Fields that are values already, with the task described. */
function plainFields(event: EngineEvent): Dict {
  const fields = new Dict()
  for (const [name, value] of Object.entries(event)) {
    if (name === 'kind' || ORDERING_FIELDS.has(name)) continue
    fields.set(name, name === 'task' ? taskOf(value as TaskInfo) : ((value ?? null) as Value))
  }
  return fields
}

const taskOf = (task: TaskInfo): Dict =>
  Dict.of({
    uuid: task.uuid,
    name: task.name,
    action: task.action,
    resolvedAction: task.resolvedAction ?? null,
    args: task.args,
    path: task.path ?? null,
    role: task.role ?? null,
    tags: [...task.tags],
    isHandler: task.isHandler,
    isInclude: task.isInclude,
    isImplicit: task.isImplicit,
    loop: task.loop ?? null,
    noLog: task.noLog,
    checkMode: task.checkMode,
    diff: task.diff,
    ignoreErrors: task.ignoreErrors,
    ignoreUnreachable: task.ignoreUnreachable,
    delegateTo: task.delegateTo ?? null,
    register: task.register ?? null,
  })

const playOf = (play: PlayInfo): Dict =>
  Dict.of({
    uuid: play.uuid,
    name: play.name,
    hosts: [...play.hosts],
    strategy: play.strategy,
    checkMode: play.checkMode,
    tags: [...play.tags],
    path: play.path ?? null,
  })

function statsOf(stats: RunStats): Dict {
  const hosts = new Dict()
  for (const [name, summary] of stats.hosts) hosts.set(name, Dict.of({ ...summary }))
  return Dict.of({ hosts, custom: new Dict([...stats.custom]) })
}

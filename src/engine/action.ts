// What the engine asks of the actions room: run one action on one host and give back the result dict that
// Ansible's action plugin would have returned. Mirrors the seam between executor/task_executor.py
// (`self._handler.run(task_vars=…)`) and plugins/action/ in ansible-core 2.14.

import type { BecomeSettings } from '../agent/index.js'
import type { Host } from '../inventory/index.js'
import type { Templar } from '../jinja/index.js'
import type { Play, Task } from '../playbook/index.js'
import type { Dict } from '../python/values.js'
import type { ConnectionSettings } from '../transport/index.js'
import type { TaskVars } from '../variables/index.js'
import type { EngineEvent } from './events.js'

/** Everything one action call may know. Read only for the action, except the result it returns. */
export interface ActionContext {
  /** The task as loaded; values that may be templates are given, templated, in the fields below. */
  readonly task: Task
  /** The host the task runs for (not the delegated one). */
  readonly host: Host
  readonly play: Play
  /** Name as written in the playbook, for messages ("The %s action failed…"). */
  readonly actionName: string
  /** Fully qualified name as resolved when the playbook was loaded. */
  readonly action: string
  /** Templated, `omit` removed, module_defaults merged. The action may change it. */
  readonly args: Dict
  /** The arguments before templating: `debug: var`, `assert: that` template them on their own. */
  readonly rawArgs: Dict
  /** Variables of the host, with loop variables and connection magic variables. */
  readonly vars: TaskVars
  /** Variables of the host that is connected to: those of the delegated host, else `vars`. */
  readonly connectionVars: TaskVars
  /** Templates against `vars`. */
  readonly templar: Templar
  /** Templates against `connectionVars`. */
  readonly connectionTemplar: Templar
  readonly checkMode: boolean
  readonly diff: boolean
  readonly noLog: boolean
  /** Number of -v given. */
  readonly verbosity: number
  /** `environment:` merged from play to task, templated. */
  readonly environment: Readonly<Record<string, string>>
  /** Where to connect: the delegated host if there is one. */
  readonly connection: ConnectionSettings
  readonly become: BecomeSettings | undefined
  /** Interpreter path, or auto, auto_silent, auto_legacy, auto_legacy_silent when it is yet to be discovered. */
  readonly interpreter: string
  /** `async:` in seconds, 0 when the task is not asynchronous. */
  readonly asyncSeconds: number
  readonly pollSeconds: number
  /** Name of the host the task is delegated to. */
  readonly delegatedTo: string | undefined
  /** `collections:` of the task, for resolving module names. */
  readonly collections: readonly string[]
  /** Aborted by Ctrl-C (twice) and by the task's `timeout:`. */
  readonly signal: AbortSignal
  /** Reports warnings, deprecations and lines for the screen. */
  emit(event: EngineEvent): void
  /** Set for a plugin in Python that runs ahead of its turn. */
  readonly early?: EarlyAccess | undefined
}

/** How a plugin that asks for variables while it runs gets at those that earlier tasks have yet to write. */
export interface EarlyAccess {
  /** Computes, and once more whenever something is known that was not: nothing may be done on hosts in it. */
  settle<T>(compute: () => T | Promise<T>): Promise<T>
  /** Names of all variables, with those that earlier tasks will write. */
  names(vars: TaskVars): readonly string[]
  /** From now on something is done: the plugin is not to be started again before its turn. */
  noteActed(): void
}

/** What the engine must know about an action before it can schedule it. */
export interface ActionTraits {
  /** Runs once for the whole batch (add_host, pause: BYPASS_HOST_LOOP). */
  readonly bypassHostLoop: boolean
  /** False when the action neither connects to a host nor runs anything there. */
  readonly needsConnection: boolean
  /** True when it is written in TypeScript, false when the plugin host runs it. */
  readonly native: boolean
  /** Several calls for one host may be handed over at once through `runBatch`. */
  readonly batchable?: boolean
  /** Name that module_defaults are looked up by, when it is not the resolved action. */
  readonly moduleDefaultsName?: string | undefined
}

export interface ActionRunner {
  /** Traits by name (short or fully qualified) as written in the task. */
  describe(action: string, collections: readonly string[]): ActionTraits
  /**
   * Runs the action. The result is the dict the Ansible action plugin returns, unsafe-wrapped where it came from a host.
   * Throws UnreachableError when the host cannot be reached, ActionExit for AnsibleActionFail/AnsibleActionSkip,
   * and a MadansibleError for what is an AnsibleError there.
   */
  run(context: ActionContext): Promise<Dict>
  /** Loop items in one burst, results in the same order; an item that throws gives its error. */
  runBatch?(contexts: readonly ActionContext[]): Promise<readonly (Dict | Error)[]>
  /** `meta: reset_connection`: drops the connection so that the next task makes a new one. */
  resetConnection(connection: ConnectionSettings): Promise<void>
}

/** AnsibleActionFail and AnsibleActionSkip: the task ends at once with `result`, without register, retries or conditions. */
export class ActionExit extends Error {
  constructor(readonly result: Dict) {
    super('action ended early')
    this.name = 'ActionExit'
  }
}

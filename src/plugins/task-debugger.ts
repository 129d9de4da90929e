// The prompt of the task debugger: lines a person types go to ansible-core's own Debugger in the plugin host, because
// they are Python. Mirrors what strategies give it (plugins/strategy/__init__.py debug_closure, ansible-core 2.14).

import type { Task } from '../playbook/index.js'
import { isHandler } from '../playbook/index.js'
import { Dict, isText, textOf, type Value } from '../python/index.js'
import type { TaskVars } from '../variables/index.js'
import { ScopeMapping } from './foreign-plugins.js'
import type { PluginHost } from './plugin-host.js'

/** A result at which the run stops for a person to look. */
export interface DebugStop {
  readonly task: Task
  readonly hostName: string
  readonly vars: TaskVars
  /** The task's keywords as they held for the result. */
  readonly fields: Dict
  readonly result: Dict
}

/** What a person decided, and what they changed: keywords of the task, variables. */
export interface DebugOutcome {
  readonly decision: 'redo' | 'continue' | 'exit'
  readonly task: ReadonlyMap<string, Value>
  readonly vars: ReadonlyMap<string, Value>
}

const REASON = 'The task debugger'
let lastSession = 0

export class DebugSession {
  readonly prompt: string
  readonly #session = String(++lastSession)

  constructor(
    private readonly host: PluginHost,
    private readonly stop: DebugStop,
  ) {
    this.prompt = textOf(this.host.request('debugStart', this.#description(), REASON) as string)
  }

  /** One line as it was typed, undefined at the end of input. Gives what is to be printed, and the outcome at the end. */
  enter(line: string | undefined): { readonly printed: string; readonly outcome: DebugOutcome | undefined } {
    const fields = {
      session: this.#session,
      line: JSON.stringify(line ?? null),
      variables: this.#variables(),
    }
    const reply = this.host.request('debugLine', fields, REASON) as Dict
    const decision = reply.get('decision') as DebugOutcome['decision'] | null
    const outcome =
      decision === null ? undefined : { decision, task: entriesOf(reply, 'task'), vars: entriesOf(reply, 'variables') }
    return { printed: textOf(reply.get('printed') as string), outcome }
  }

  #variables(): string {
    return this.host.encode(new ScopeMapping(this.stop.vars))
  }

  #description(): Record<string, string> {
    const { task, hostName, fields, result } = this.stop
    return {
      session: this.#session,
      uuid: JSON.stringify(task.uuid),
      host: JSON.stringify(hostName),
      play: JSON.stringify(task.play?.getName() ?? ''),
      role: JSON.stringify(task.role?.getName() ?? null),
      isHandler: String(isHandler(task)),
      source: this.host.encode(task.data),
      keywords: this.host.encode(keywordsOf(task)),
      fields: this.host.encode(fields),
      result: this.host.encode(result),
      variables: this.#variables(),
    }
  }
}

function keywordsOf(task: Task): Dict {
  const names = task.attributes().flatMap(({ name }) => (name === 'loop_control' ? [] : [name]))
  return new Dict(names.map(name => [name, name === 'vars' ? task.vars : (task.own(name) ?? task.get(name))]))
}

function entriesOf(reply: Dict, name: string): ReadonlyMap<string, Value> {
  const entries = reply.get(name) as Dict
  return new Map([...entries.entries()].flatMap(([key, value]) => (isText(key) ? [[textOf(key), value] as const] : [])))
}

// Describes tasks, plays and results for events.

import type { Play, Task } from '../playbook/index.js'
import { isHandler, TaskInclude } from '../playbook/index.js'
import { str } from '../python/index.js'
import type { Dict, Value } from '../python/values.js'
import type { PlayInfo, TaskInfo, WaitEvidence } from './events.js'
import { TaskFields } from './task-fields.js'
import type { TaskResult } from './task-result.js'

const rawInfos = new WeakMap<Task, TaskInfo>()

/** A task before it has run; `name` is its templated name when that is known. */
export function describeTask(task: Task, name?: string): TaskInfo {
  if (name !== undefined && name !== task.name) return new DescribedTask(new TaskFields(task), name)
  let info = rawInfos.get(task)
  if (info === undefined) {
    info = new DescribedTask(new TaskFields(task))
    rawInfos.set(task, info)
  }
  return info
}

/** A task as it was when it gave a result. */
export function describeFields(fields: TaskFields): TaskInfo {
  return new DescribedTask(fields)
}

/** Fields common to all events that carry a result. */
export function resultFields(result: TaskResult): {
  task: TaskInfo
  host: string
  result: Dict
  startedAt?: number
  endedAt?: number
  component?: string
  isEarly?: boolean
  waitsFor?: readonly WaitEvidence[]
} {
  return {
    task: new DescribedTask(result.fields),
    host: result.host.name,
    result: result.callbackResult(),
    ...(result.startedAt !== undefined && { startedAt: result.startedAt }),
    ...(result.endedAt !== undefined && { endedAt: result.endedAt }),
    ...result.early,
  }
}

/** Computes on demand: most reports read only a few of these. */
class DescribedTask implements TaskInfo {
  readonly #fields: TaskFields
  readonly #name: string | undefined
  constructor(fields: TaskFields, name?: string) {
    this.#fields = fields
    this.#name = name
  }
  get #task(): Task {
    return this.#fields.task
  }
  get uuid(): string {
    return this.#task.uuid
  }
  get name(): string {
    const name = this.#name ?? this.#fields.get('name')
    return typeof name === 'string' ? name : name === null ? '' : str(name)
  }
  get displayName(): string {
    const task = this.#task
    const name = this.name
    if (name === task.name) return task.getName()
    const role = task.role?.getName()
    const own = name === '' ? task.action : name
    return role === undefined || task.kind === 'IncludeRole' ? own : `${role} : ${own}`
  }
  get rawName(): string {
    return this.#task.getName()
  }
  get action(): string {
    return this.#fields.action
  }
  get resolvedAction(): string | undefined {
    return this.#task.resolvedAction
  }
  get args(): Dict {
    return this.#fields.args
  }
  get path(): string | undefined {
    return this.#task.getPath() || undefined
  }
  get role(): string | undefined {
    return this.#task.role?.getName()
  }
  get tags(): readonly string[] {
    return this.#fields.list('tags').map(str)
  }
  get isHandler(): boolean {
    return isHandler(this.#task)
  }
  get isInclude(): boolean {
    return this.#task instanceof TaskInclude
  }
  get isImplicit(): boolean {
    return this.#task.implicit
  }
  get loop(): Value | undefined {
    return this.#fields.get('loop') ?? undefined
  }
  get noLog(): boolean {
    return this.#fields.isTrue('no_log')
  }
  get checkMode(): boolean {
    return this.#fields.isTrue('check_mode')
  }
  get diff(): boolean {
    return this.#fields.isTrue('diff')
  }
  get ignoreErrors(): boolean {
    return this.#fields.isTrue('ignore_errors')
  }
  get ignoreUnreachable(): boolean {
    return this.#fields.isTrue('ignore_unreachable')
  }
  get delegateTo(): string | undefined {
    return this.#fields.text('delegate_to')
  }
  get register(): string | undefined {
    return this.#task.register
  }
}

export function describePlay(play: Play): PlayInfo {
  const hosts = play.hosts
  return {
    uuid: play.uuid,
    name: play.getName(),
    hosts: (Array.isArray(hosts) ? hosts : [hosts]).map(str),
    strategy: str(play.get('strategy')),
    checkMode: play.get('check_mode') === true,
    tags: ((play.get('tags') as readonly Value[] | null) ?? []).map(str),
    path: play.getPath() || undefined,
  }
}

// Handlers: tasks that run when they are notified. Mirrors ansible/playbook/handler.py and handler_task_include.py (2.14).

import type { Host } from '../inventory/index.js'
import type { Value } from '../python/values.js'
import { Task, type TaskPlace } from './task.js'
import { TaskInclude } from './task-include.js'

/** What handlers have besides tasks. */
export interface HandlerState {
  /** Topics, raw. */
  readonly listen: readonly Value[]
  /** Names of hosts that notified it since it last ran. */
  readonly notifiedHosts: Set<string>
  /** True once `name` holds the templated name. */
  cachedName: boolean
  /** False when the host had notified it already. */
  notifyHost(host: Host): boolean
  isHostNotified(host: Host): boolean
  removeHost(host: Host): void
}

function listenOf(task: Task): readonly Value[] {
  const listen = task.get('listen')
  return Array.isArray(listen) ? listen : [listen]
}
function notify(hosts: Set<string>, host: Host): boolean {
  if (hosts.has(host.name)) return false
  hosts.add(host.name)
  return true
}

export class Handler extends Task implements HandlerState {
  override readonly kind = 'Handler'
  readonly notifiedHosts = new Set<string>()
  cachedName = false

  get listen(): readonly Value[] {
    return listenOf(this)
  }
  notifyHost(host: Host): boolean {
    return notify(this.notifiedHosts, host)
  }
  isHostNotified(host: Host): boolean {
    return this.notifiedHosts.has(host.name)
  }
  removeHost(host: Host): void {
    this.notifiedHosts.delete(host.name)
  }
  protected override blankCopy(place: TaskPlace): Handler {
    return new Handler(place)
  }
}

export class HandlerTaskInclude extends TaskInclude implements HandlerState {
  override readonly kind = 'HandlerTaskInclude'
  readonly notifiedHosts = new Set<string>()
  cachedName = false

  get listen(): readonly Value[] {
    return listenOf(this)
  }
  notifyHost(host: Host): boolean {
    return notify(this.notifiedHosts, host)
  }
  isHostNotified(host: Host): boolean {
    return this.notifiedHosts.has(host.name)
  }
  removeHost(host: Host): void {
    this.notifiedHosts.delete(host.name)
  }
  protected override get includeKeywords(): ReadonlySet<string> {
    return new Set([...super.includeKeywords, 'listen'])
  }
  protected override blankCopy(place: TaskPlace): HandlerTaskInclude {
    return new HandlerTaskInclude(place)
  }
}

/** Whether a task is a handler of either kind. */
export function isHandler(task: { readonly kind: string }): task is Handler | HandlerTaskInclude {
  return task.kind === 'Handler' || task.kind === 'HandlerTaskInclude'
}

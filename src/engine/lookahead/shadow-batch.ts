// A batch of hosts going through a play in thought: the same iterator and the same lockstep as the strategy's, some
// tasks ahead, as if nothing failed.

import type { Host, Inventory } from '../../inventory/index.js'
import { type Block, type Handler, isHandler, type Role, type Task } from '../../playbook/index.js'
import { truth } from '../../python/index.js'
import type { Value } from '../../python/values.js'
import type { VariableManager } from '../../variables/index.js'
import { Batch } from '../batch.js'
import type { ReadInclude } from '../include-store.js'
import type { IncludedFile } from '../included-files.js'
import type { Lockstep } from '../lockstep.js'
import { findHandlers } from '../notify-handlers.js'
import type { PlayIterator } from '../play-iterator.js'
import { rawField } from '../task-fields.js'
import { LastHandler, mayBeNotified, type Notification } from './notified.js'
import { keyOf, type TaskRun } from './task-run.js'

export class ShadowBatch {
  readonly iterator: PlayIterator
  readonly lockstep: Lockstep
  /** Handlers of roles that were read and whose include was not taken in. */
  readonly #handlers: Block[] = []
  readonly #notifications = new Map<string, Notification & { readonly by: TaskRun[] }>()
  /** Those that hosts have come to. */
  readonly #lastHandlers: LastHandler[] = []
  /** By task that several hosts include at once: what was looked at before the include. */
  readonly #includedAfter = new Map<string, readonly LastHandler[]>()
  /** By task and host: the include that it came with, when that one's condition was not known then. */
  readonly #includedBy = new Map<string, TaskRun>()
  /** Roles that will be complete on a host. */
  readonly #completed = new Map<Role, Set<string>>()

  constructor(
    /** The strategy's own. */
    readonly batch: Batch,
    lockstep: Lockstep,
    /** With what runs that were not taken in add to it; undefined when that is nothing. */
    public inventory: Inventory | undefined = undefined,
  ) {
    this.iterator = batch.iterator.fork()
    this.lockstep = lockstep.fork(this.iterator)
    for (const block of batch.play.handlers)
      for (const handler of block.block as Handler[])
        for (const name of handler.notifiedHosts) this.#notification(handler, name).isCertain = true
    this.iterator.isNotified = (handler, host) => {
      const notification = this.#notifications.get(notificationKey(handler, host.name))
      return notification !== undefined && mayBeNotified(handler, host, notification)
    }
  }

  get handlerBlocks(): readonly Block[] {
    const known = new Set(this.batch.play.handlers)
    return [...this.batch.play.handlers, ...this.#handlers.filter(block => !known.has(block))]
  }

  /** The batch for computing with variables as somebody sees them; it tells nothing. */
  seenBy(variables: VariableManager): Batch {
    const { batch } = this
    const { inventory = batch.services.inventory } = this
    const services = { ...batch.services, inventory, variables, onEvent: () => {} }
    const make = () => new Batch(services, batch.play, this.iterator, batch.state, batch.stopSignal)
    const seen = inventory.quietly(make)
    seen.hosts = batch.hosts
    seen.hostsAll = batch.hostsAll
    return seen
  }

  #notification(handler: Handler, host: string): Notification & { readonly by: TaskRun[] } {
    const key = notificationKey(handler, host)
    let notification = this.#notifications.get(key)
    if (notification === undefined) {
      notification = { isCertain: false, by: [] }
      this.#notifications.set(key, notification)
    }
    return notification
  }

  /** A run may notify what these names mean; every handler when they are not known. */
  noteNotify(run: TaskRun, names: readonly Value[] | undefined, seen: Batch): void {
    const blocks = this.handlerBlocks
    const handlers =
      names === undefined
        ? blocks.flatMap(block => block.block as Handler[])
        : names.flatMap(name => findHandlers(seen, blocks, name))
    // What a handler notifies itself of is forgotten as soon as it has run.
    for (const handler of handlers)
      if (handler.uuid !== run.task.uuid) this.#notification(handler, run.host.name).by.push(run)
  }
  /** Takes the notifications of a handler that is flushed now. */
  takeNotifications(handler: { readonly uuid: string }, host: Host): Notification {
    const key = notificationKey(handler, host.name)
    const notification = this.#notifications.get(key) ?? { isCertain: true, by: [] }
    this.#notifications.delete(key)
    return notification
  }

  /** The handler that hosts come to in this round, when it depends on who is notified what they or others do. */
  lastHandlerOf(due: readonly (readonly [Host, Task])[]): LastHandler | undefined {
    const task = due.find(([, each]) => isHandler(each))?.[1] as Handler | undefined
    if (task === undefined || this.batch.hosts.length === 1) return undefined
    const isMixed = due.some(([, other]) => !isHandler(other))
    // Done once, it is done by the first of those that are notified.
    const isOnce = due.length > 1 && truth(rawField(task, 'run_once'))
    if (!isMixed && !isOnce && this.iterator.handlers.at(-1)?.uuid !== task.uuid) return undefined
    const hosts = due.flatMap(([host, each]) => {
      const known = isHandler(each) ? this.#notifications.get(notificationKey(each, host.name)) : undefined
      // More may be notified for a later flush.
      return known === undefined ? [] : [[host, { ...known, by: [...known.by] }] as const]
    })
    return new LastHandler(task, hosts, isMixed || isOnce)
  }
  /** Hosts come to it now. */
  noteLastHandler(last: LastHandler): void {
    this.#lastHandlers.push(last)
  }
  /**
   * Before these are as planned, the hosts of an included task may yet come to the include one after the other. It is read
   * for each of them then, as other tasks: what was done of this one would be done again.
   */
  lastHandlersBefore(task: Task): readonly LastHandler[] {
    return this.#includedAfter.get(task.uuid) ?? []
  }

  /** What was included on a host takes place only if the condition of `include` turns out to hold. */
  noteUndecided(blocks: readonly Block[], host: Host, include: TaskRun): void {
    for (const block of blocks) for (const task of block.getTasks()) this.#includedBy.set(keyOf(task, host), include)
  }
  includeOf(task: Task, host: Host): TaskRun | undefined {
    return this.#includedBy.get(keyOf(task, host))
  }

  noteRoleComplete(role: Role, host: Host): void {
    if (role.allowDuplicates) return
    let hosts = this.#completed.get(role)
    if (hosts === undefined) {
      hosts = new Set()
      this.#completed.set(role, hosts)
    }
    hosts.add(host.name)
  }
  /** The task's role may have run by then: whether it does again is known only later. */
  mayBeRepeated(task: Task, host: Host): boolean {
    return task.role !== undefined && !isHandler(task) && this.#completed.get(task.role)?.has(host.name) === true
  }

  /** Puts what was included next, as the strategy will. */
  addIncluded(included: readonly (readonly [IncludedFile, ReadInclude])[], hosts: readonly Host[]): void {
    const blocksOf = new Map<string, Block[]>(hosts.map(host => [host.name, []]))
    const tasks: Task[] = []
    const lastHandlers = [...this.#lastHandlers]
    for (const [include, { blocks, handlerBlocks }] of included) {
      this.#handlers.push(...handlerBlocks)
      for (const block of blocks) {
        const included = block.getTasks()
        tasks.push(...included)
        if (include.hosts.length > 1 && lastHandlers.length > 0)
          for (const { uuid } of included) this.#includedAfter.set(uuid, lastHandlers)
        for (const host of include.hosts) blocksOf.get(host.name)?.push(block)
      }
    }
    this.iterator.handlers = this.handlerBlocks.flatMap(block => block.block as Handler[])
    for (const host of hosts) {
      const blocks = blocksOf.get(host.name) as Block[]
      if (blocks.length > 0) this.iterator.addBlocks(host, blocks)
    }
    this.iterator.allTasks.splice(this.iterator.currentTask, 0, ...tasks)
  }
}

const notificationKey = (handler: { readonly uuid: string }, host: string): string => `${handler.uuid}\0${host}`

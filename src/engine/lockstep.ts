// Keeps the hosts of a batch at the same task: those that are not there yet, or past it, wait.
// Mirrors _get_next_task_lockstep of plugins/strategy/linear.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import { isAction, type Task } from '../playbook/index.js'
import type { HostState } from './host-state.js'
import { metaActionOf } from './meta-actions.js'
import type { PlayIterator } from './play-iterator.js'

export class Lockstep {
  readonly #iterator: PlayIterator
  /** Handlers are run while at least one host is flushing. */
  #isInHandlers = false

  constructor(iterator: PlayIterator) {
    this.#iterator = iterator
  }

  /** Another one for an iterator that stands where this one's stands. */
  fork(iterator: PlayIterator): Lockstep {
    const fork = new Lockstep(iterator)
    fork.#isInHandlers = this.#isInHandlers
    return fork
  }

  /** The hosts that have something to do now, with their task; they are advanced. Nothing when the play is over. */
  next(hosts: readonly Host[]): [Host, Task][] {
    const waiting: [Host, HostState, Task][] = []
    for (const host of hosts) {
      const { state, task } = this.#iterator.peek(host)
      if (task !== undefined) waiting.push([host, state, task])
    }
    if (waiting.length === 0) return []
    if (this.#isInHandlers && !waiting.some(([, state]) => state.runState === 'handlers')) this.#isInHandlers = false
    return this.#isInHandlers ? this.#nextHandler(waiting) : this.#nextTask(waiting)
  }

  /** What `next` would give while hosts are at handlers; nobody is advanced. Nothing elsewhere. */
  peekHandlers(hosts: readonly Host[]): readonly (readonly [Host, Task])[] {
    if (!this.#isInHandlers) return []
    const waiting = hosts.flatMap(host => {
      const { state, task } = this.#iterator.peek(host)
      return task === undefined ? [] : [[host, state, task] as [Host, HostState, Task]]
    })
    return atLowestHandler(waiting).map(([host, , task]) => [host, task])
  }

  #nextHandler(waiting: readonly [Host, HostState, Task][]): [Host, Task][] {
    return this.#advance(atLowestHandler(waiting))
  }

  #nextTask(waiting: readonly [Host, HostState, Task][]): [Host, Task][] {
    const current = this.#findCurrent(new Set(waiting.map(([, , task]) => task.uuid)))
    const due = this.#advance(waiting.filter(([, , task]) => task.uuid === current.uuid))
    if (isAction(current.action, 'meta') && metaActionOf(current) === 'flush_handlers') this.#isInHandlers = true
    return due
  }

  /** The next task of the play that some host is waiting for. */
  #findCurrent(uuids: ReadonlySet<string>): Task {
    const iterator = this.#iterator
    for (let round = 0; round <= 1; ) {
      const task = iterator.allTasks[iterator.currentTask]
      if (task === undefined) {
        // Tasks may be left after clear_host_errors: start over once.
        iterator.currentTask = 0
        round++
        continue
      }
      iterator.currentTask++
      if (uuids.has(task.uuid)) return task
    }
    throw new Error('hosts wait for tasks that the play does not have')
  }

  #advance(due: readonly [Host, HostState, Task][]): [Host, Task][] {
    return due.map(([host, state, task]) => {
      this.#iterator.setState(host.name, state)
      return [host, task]
    })
  }
}

/** Those who are at the first of the handlers that hosts are at. */
function atLowestHandler(waiting: readonly [Host, HostState, Task][]): readonly [Host, HostState, Task][] {
  const flushing = waiting.filter(([, state]) => state.runState === 'handlers')
  const lowest = Math.min(...flushing.map(([, state]) => state.currentHandlersTask))
  return waiting.filter(([, state]) => state.currentHandlersTask === lowest)
}

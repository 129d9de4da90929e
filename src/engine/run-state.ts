// What outlives one play: counters, and hosts that have failed or cannot be reached.
// Mirrors the state of TaskQueueManager (executor/task_queue_manager.py, ansible-core 2.14).

import { Stats } from './stats.js'

/** Codes that plays end with; they are combined as bits and become the exit code. */
export const RUN = { ok: 0, error: 1, failedHosts: 2, unreachableHosts: 4, breakPlay: 8, unknownError: 255 } as const

/** Names of hosts; `version` tells whether something has changed since. */
export class HostNames {
  readonly #names = new Set<string>()
  version = 0
  get size(): number {
    return this.#names.size
  }
  has(name: string): boolean {
    return this.#names.has(name)
  }
  add(name: string): void {
    if (this.#names.has(name)) return
    this.#names.add(name)
    this.version++
  }
  delete(name: string): void {
    if (this.#names.delete(name)) this.version++
  }
  clear(): void {
    if (this.#names.size > 0) this.version++
    this.#names.clear()
  }
  [Symbol.iterator](): IterableIterator<string> {
    return this.#names.values()
  }
}

export class RunState {
  readonly stats = new Stats()
  readonly failedHosts = new HostNames()
  readonly unreachableHosts = new HostNames()
  /** `--start-at-task` was found in some play. */
  startAtDone = false
}

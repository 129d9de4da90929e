// Runs tasks side by side, at most as many as there are forks, and hands their results over in the order in which
// they end. Mirrors the worker pool of plugins/strategy/__init__.py _queue_task (ansible-core 2.14).

import type { TaskResult } from './task-result.js'

export interface QueuedTask {
  readonly hostName: string
  readonly taskUuid: string
}

export class TaskQueue {
  readonly #running = new Set<QueuedTask>()
  readonly #finished: TaskResult[] = []
  #wakeUp: (() => void) | undefined
  #fatal: { readonly error: unknown } | undefined

  /** @param workers how many tasks may run at the same time */
  constructor(readonly workers: number) {}

  get running(): number {
    return this.#running.size
  }
  /** Tasks that were started and whose result has not been taken. */
  get pending(): number {
    return this.#running.size + this.#finished.length
  }
  /** The host runs a task, or one whose result has not been taken. */
  isOutstanding(hostName: string): boolean {
    for (const task of this.#running) if (task.hostName === hostName) return true
    return this.#finished.some(result => result.host.name === hostName)
  }
  /** How many hosts run this task just now. */
  runningOf(taskUuid: string): number {
    let count = 0
    for (const task of this.#running) if (task.taskUuid === taskUuid) count++
    return count
  }

  /** Waits until fewer than `limit` tasks run. Throws what a task could not turn into a result. */
  async untilFree(limit: number): Promise<void> {
    while (this.#running.size >= limit) await this.#nextEnd()
    this.#throwFatal()
  }

  /** Starts a task; its result can be taken once it has ended. */
  start(task: QueuedTask, work: () => Promise<TaskResult>): void {
    this.#running.add(task)
    work().then(
      result => {
        this.#running.delete(task)
        this.#finished.push(result)
        this.#notify()
      },
      (error: unknown) => {
        this.#running.delete(task)
        this.#fatal ??= { error }
        this.#notify()
      },
    )
  }

  /** The oldest result that has not been taken. */
  take(): TaskResult | undefined {
    this.#throwFatal()
    return this.#finished.shift()
  }

  /** Waits until some task has ended, unless a result is there already. */
  async untilResult(): Promise<void> {
    this.#throwFatal()
    if (this.#finished.length === 0 && this.#running.size > 0) await this.#nextEnd()
    this.#throwFatal()
  }

  /** Waits for everything that runs; errors and results are left where they are. */
  async untilIdle(): Promise<void> {
    while (this.#running.size > 0) await this.#nextEnd()
  }

  #nextEnd(): Promise<void> {
    return new Promise(resolve => {
      this.#wakeUp = resolve
    })
  }
  #notify(): void {
    const wakeUp = this.#wakeUp
    this.#wakeUp = undefined
    wakeUp?.()
  }
  #throwFatal(): void {
    if (this.#fatal !== undefined) throw this.#fatal.error
  }
}

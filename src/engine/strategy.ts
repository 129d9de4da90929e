// What every strategy does: issue tasks, take their results, and settle the code the play ends with.
// Mirrors StrategyBase of plugins/strategy/__init__.py (ansible-core 2.14).

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Host } from '../inventory/index.js'
import { isAction, type Task } from '../playbook/index.js'
import { toInt } from '../python/index.js'
import type { TaskVars } from '../variables/index.js'
import type { Batch } from './batch.js'
import { InterruptedError, positionedError } from './errors.js'
import { executeTask } from './execute-task.js'
import type { Lookahead, PlannedRun } from './lookahead/lookahead.js'
import { processResult } from './process-result.js'
import { RUN } from './run-state.js'
import { debugResult, type HostStates, opensDebugger } from './task-debugger.js'
import { describeTask } from './task-info.js'
import { TaskQueue } from './task-queue.js'
import type { TaskResult } from './task-result.js'

/** Decides which task runs next on which host. The result is a combination of RUN codes. */
export interface Strategy {
  run(): Promise<number>
}

export interface StrategyOptions {
  /** Tasks that may run at the same time. */
  readonly workers: number
  /** `--step`: asks before each task; false once the user said "continue". */
  readonly stepper: Stepper | undefined
  /** Nothing is started before its turn. */
  readonly isInTurn?: boolean
}

/** Asks whether a task shall be performed. */
export interface Stepper {
  isAsking: boolean
  ask(task: Task, host?: string): Promise<boolean>
}

/** Issuing and collecting, shared by strategies. */
export class TaskRunner {
  readonly queue: TaskQueue
  readonly lookahead: Lookahead | undefined
  /** Results that were taken in but not yet asked for. */
  readonly #processed: TaskResult[] = []
  #lastInOrder: Promise<void> = Promise.resolve()
  /** Variables of the tasks that run, by host and task: the debugger starts one again. */
  readonly #issued = new Map<string, TaskVars>()
  constructor(
    readonly batch: Batch,
    options: StrategyOptions,
  ) {
    this.queue = new TaskQueue(options.workers)
    // Whoever is asked about each task wants to see them in order.
    this.lookahead = options.stepper === undefined && options.isInTurn !== true ? batch.services.lookahead : undefined
  }

  /**
   * Starts a task on a host as soon as a worker is free. `limit` narrows the workers down (throttle); of the results that
   * are there by then, as many as `results` says are taken in.
   */
  async issue(
    host: Host,
    task: Task,
    vars: TaskVars,
    { limit = this.queue.workers, results = Number.POSITIVE_INFINITY } = {},
  ): Promise<void> {
    // As `vars` have it.
    const standing = this.batch.standing()
    await this.queue.untilFree(limit)
    await this.#takeFinished(results)
    if (this.batch.isStopped) return
    this.batch.emit({ kind: 'runnerStart', task: describeTask(task), host: host.name })
    this.#start(host, task, vars, await this.lookahead?.take(host, task, standing))
    // A task that needs no host has ended by then: its result is told before the next host's.
    await nextTurn()
  }

  /** `planned`: the run that may have been started before its turn. */
  #start(host: Host, task: Task, vars: TaskVars, planned?: PlannedRun): void {
    const { services, play } = this.batch
    this.#issued.set(`${host.name}\0${task.uuid}`, vars)
    const run = async () => (await planned?.result) ?? executeTask({ host, task, play, vars }, services)
    // Those that looked ahead have seen groups grow host by host.
    const work = planned !== undefined && isAction(task.action, 'inventoryTasks') ? () => this.#inOrder(run()) : run
    this.queue.start({ hostName: host.name, taskUuid: task.uuid }, work)
  }

  /** A result that is told after that of the host before. */
  #inOrder(run: Promise<TaskResult>): Promise<TaskResult> {
    const before = this.#lastInOrder
    run.catch(() => {})
    const told = before.then(() => run)
    this.#lastInOrder = told.then(
      () => {},
      () => {},
    )
    return told
  }

  /** Takes in the results that are there. */
  async processFinished(): Promise<TaskResult[]> {
    await this.#takeFinished()
    return this.#processed.splice(0)
  }

  /** The host runs a task, or one whose result nobody has asked for: what it does next may depend on that. */
  isOutstanding(hostName: string): boolean {
    return this.queue.isOutstanding(hostName) || this.#processed.some(result => result.host.name === hostName)
  }

  async #takeFinished(limit = Number.POSITIVE_INFINITY): Promise<void> {
    let before: HostStates | undefined
    const stops: (readonly [TaskResult, TaskVars])[] = []
    for (let count = 0; count < limit; count++) {
      const result = this.queue.take()
      if (result === undefined) break
      const key = `${result.host.name}\0${result.task.uuid}`
      const vars = this.#issued.get(key)
      this.#issued.delete(key)
      const isStop = vars !== undefined && opensDebugger(this.batch, result)
      if (isStop) before ??= this.batch.iterator.states()
      processResult(this.batch, result)
      this.lookahead?.retire(result)
      if (isStop) stops.push([result, vars])
      else this.#processed.push(result)
    }
    for (const [result, vars] of stops) await this.#debug(result, vars, before as HostStates)
  }

  async #debug(result: TaskResult, vars: TaskVars, before: HostStates): Promise<void> {
    const again = await debugResult(this.batch, result, vars, before)
    if (again === undefined) this.#processed.push(result)
    else this.#start(result.host, again.task, again.vars)
  }

  /** Waits for all tasks that run and takes in their results. */
  async processAll(): Promise<TaskResult[]> {
    const results = await this.processFinished()
    while (this.queue.pending > 0) {
      await this.queue.untilResult()
      results.push(...(await this.processFinished()))
    }
    return results
  }

  /** Ends the run when the user interrupted it, once everything that runs has ended. */
  async throwIfStopped(): Promise<void> {
    if (!this.batch.isStopped) return
    await this.processAll()
    throw new InterruptedError()
  }
}

/** `throttle:` of a task, 0 for none. */
export function throttleOf(task: Task, vars: TaskVars): number {
  const raw = task.get('throttle')
  if (raw === 0 || raw === null) return 0
  try {
    return Number(toInt(vars.templar().template(raw)))
  } catch (error) {
    throw positionedError('Failed to convert the throttle value to an integer.', task.position, error)
  }
}

/** The play's code once a strategy has nothing left to do; `code` is what the strategy found out itself. */
export function finalCode(batch: Batch, code: number): number {
  for (const host of batch.hostsLeft()) batch.iterator.setState(host.name, batch.iterator.peek(host).state)
  if (code !== RUN.ok) return code
  if (batch.state.unreachableHosts.size > 0) return RUN.unreachableHosts
  return batch.iterator.failedHosts().length > 0 ? RUN.failedHosts : RUN.ok
}

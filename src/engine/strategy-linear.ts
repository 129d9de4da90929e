// All hosts do the same task, then all do the next one; handlers the same. Mirrors plugins/strategy/linear.py
// (ansible-core 2.14) exactly, including what ends the play early (any_errors_fatal, max_fail_percentage).

import type { Host } from '../inventory/index.js'
import { isAction, isHandler, type Task } from '../playbook/index.js'
import { numberOf, str, truth } from '../python/index.js'
import type { TaskVars } from '../variables/index.js'
import type { Batch } from './batch.js'
import { activeState, FAILED } from './host-state.js'
import { expandIncludes } from './load-includes.js'
import { Lockstep } from './lockstep.js'
import { executeMeta, metaActionOf, PER_HOST_META } from './meta-actions.js'
import { isRepeatedRole } from './repeated-role.js'
import { runsOnce } from './run-once.js'
import { RUN } from './run-state.js'
import { finalCode, type Stepper, type Strategy, type StrategyOptions, TaskRunner, throttleOf } from './strategy.js'
import { describeTask } from './task-info.js'
import type { TaskResult } from './task-result.js'
import { mayHoldTemplate } from './template-text.js'

/** What one round, a task on all hosts, has come to. */
interface Round {
  readonly results: TaskResult[]
  /** A failure of one host is one of all. */
  anyErrorsFatal: boolean
  /** The task's start was told. */
  isAnnounced: boolean
  /** The user was asked about the task and said yes. */
  isConfirmed: boolean
  /** Something was to be done. */
  hasWork: boolean
  /** The user said no: the task is left out for all hosts. */
  isDeclined: boolean
  /** Hosts that it was started on. */
  issued: number
}

export class LinearStrategy implements Strategy {
  readonly #batch: Batch
  readonly #runner: TaskRunner
  readonly #lockstep: Lockstep
  readonly #stepper: Stepper | undefined

  constructor(batch: Batch, options: StrategyOptions) {
    this.#batch = batch
    this.#runner = new TaskRunner(batch, options)
    this.#lockstep = new Lockstep(batch.iterator)
    this.#stepper = options.stepper
  }

  async run(): Promise<number> {
    let code: number = RUN.ok
    for (;;) {
      await this.#runner.throwIfStopped()
      const hostsLeft = this.#batch.hostsLeft()
      this.#runner.lookahead?.beforeRound(this.#batch, this.#lockstep)
      const round = await this.#runRound(hostsLeft)
      if (round.isDeclined) continue
      round.results.push(...(await this.#runner.processAll()))
      const { iterator } = this.#batch
      iterator.allTasks.splice(iterator.currentTask, 0, ...expandIncludes(this.#batch, round.results, hostsLeft))
      if (round.results.some(outcome => outcome.endsHost)) await this.#runner.lookahead?.startOver()
      code |= this.#judge(round, hostsLeft)
      if (code !== RUN.ok && this.#batch.state.failedHosts.size >= hostsLeft.length) {
        this.#batch.emit({ kind: 'noHostsRemaining' })
        return code
      }
      if (!round.hasWork) return finalCode(this.#batch, code)
    }
  }

  async #runRound(hostsLeft: readonly Host[]): Promise<Round> {
    const round: Round = {
      results: [],
      anyErrorsFatal: false,
      isAnnounced: false,
      isConfirmed: false,
      hasWork: false,
      isDeclined: false,
      issued: 0,
    }
    for (const [host, task] of this.#lockstep.next(hostsLeft)) {
      if (this.#batch.isStopped) break
      round.hasWork = true
      if (!isHandler(task) && isRepeatedRole(task, host)) continue
      const isLast = isAction(task.action, 'meta')
        ? await this.#runMeta(round, host, task)
        : await this.#runTask(round, host, task)
      if (isLast) break
    }
    return round
  }

  /** True when no other host needs to do it. */
  async #runMeta(round: Round, host: Host, task: Task): Promise<boolean> {
    round.results.push(await executeMeta(this.#batch, task, host))
    const isOnce = !PER_HOST_META.has(metaActionOf(task))
    this.#noteFatality(round, task, isOnce)
    return isOnce
  }

  /** True when no other host needs to do it. */
  async #runTask(round: Round, host: Host, task: Task): Promise<boolean> {
    if (!(await this.#mayProceed(round, task))) {
      round.isDeclined = true
      return true
    }
    const vars = this.#batch.jobVars(task, host)
    const isOnce = runsOnce(this.#batch.services, task, vars)
    this.#noteFatality(round, task, isOnce)
    if (!round.isAnnounced) this.#announce(round, task, vars)
    const limit = this.#limitOf(task, vars)
    await this.#runner.issue(host, task, vars, { limit, results: round.issued++ < limit ? 0 : this.#resultsAtOnce })
    return isOnce
  }

  /**
   * How many results are taken in when a host had to wait for a worker. Ansible takes some after each host, as they come.
   * But a process for each takes its time, so that hosts which need not wait see nothing of one another: which of them
   * have failed, what they register. Here that does not depend on how fast the machine is.
   */
  get #resultsAtOnce(): number {
    return Math.max(1, Math.floor(this.#runner.queue.workers * 0.1))
  }

  async #mayProceed(round: Round, task: Task): Promise<boolean> {
    if (this.#stepper?.isAsking !== true || round.isConfirmed) return true
    round.isConfirmed = await this.#stepper.ask(task)
    return round.isConfirmed
  }

  /** How many hosts may do it at once. */
  #limitOf(task: Task, vars: TaskVars): number {
    const { workers } = this.#runner.queue
    const throttle = throttleOf(task, vars)
    return throttle > 0 && !truth(task.get('run_once')) ? Math.min(throttle, workers) : workers
  }

  /** Keywords as written decide here, so a template counts as true. */
  #noteFatality(round: Round, task: Task, isOnce: boolean): void {
    if ((isOnce || truth(task.get('any_errors_fatal'))) && !truth(task.get('ignore_errors')))
      round.anyErrorsFatal = true
  }

  #announce(round: Round, task: Task, vars: TaskVars): void {
    round.isAnnounced = true
    const info = describeTask(task, templatedName(task, vars))
    if (isHandler(task)) this.#batch.emit({ kind: 'handlerTaskStart', task: info })
    else this.#batch.emit({ kind: 'taskStart', task: info, isConditional: false })
  }

  /** What the results mean for the play as a whole. */
  #judge(round: Round, hostsLeft: readonly Host[]): number {
    const failed = new Set<string>()
    let hasUnreachable = false
    for (const outcome of round.results) {
      const isMeta = isAction(outcome.task.action, 'meta')
      if ((outcome.isFailed || isMeta) && this.#batch.iterator.isFailed(outcome.host)) failed.add(outcome.host.name)
      else if (outcome.isUnreachable) hasUnreachable = true
    }
    let code: number = RUN.ok
    if (round.anyErrorsFatal && (failed.size > 0 || hasUnreachable)) code |= this.#failAll(hostsLeft)
    return code | this.#applyMaxFailPercentage(round, failed, hostsLeft)
  }

  /** any_errors_fatal: hosts that are not rescuing or finishing a block are done. */
  #failAll(hostsLeft: readonly Host[]): number {
    let code: number = RUN.ok
    for (const host of hostsLeft) {
      const state = activeState(this.#batch.iterator.peek(host).state)
      const isSpared =
        state.runState === 'always' || (state.runState === 'rescue' && (state.failState & FAILED.rescue) === 0)
      if (isSpared) continue
      this.#batch.state.failedHosts.add(host.name)
      code |= RUN.breakPlay
    }
    return code
  }

  #applyMaxFailPercentage(round: Round, failed: ReadonlySet<string>, hostsLeft: readonly Host[]): number {
    const { iterator, play, state } = this.#batch
    const limit = play.get('max_fail_percentage')
    if (limit === null || round.results.length === 0) return RUN.ok
    if (state.failedHosts.size / iterator.batchSize <= (numberOf(limit) ?? 0) / 100) return RUN.ok
    for (const host of hostsLeft) {
      // Hosts that failed just now are marked already; a second mark would fail their rescue sections.
      if (failed.has(host.name)) continue
      state.failedHosts.add(host.name)
      iterator.markFailed(host)
    }
    this.#batch.emit({ kind: 'noHostsRemaining' })
    return RUN.breakPlay
  }
}

/** The name for the screen; as written when it cannot be templated. */
export function templatedName(task: Task, vars: TaskVars): string {
  if (!mayHoldTemplate(task.name)) return task.name
  try {
    const name = vars.templar().template(task.name, { failOnUndefined: false })
    return name === null ? '' : str(name)
  } catch {
    return task.name
  }
}

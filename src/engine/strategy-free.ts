// Each host goes through the play as fast as it can (free), or is finished before another one starts (host_pinned).
// Mirrors plugins/strategy/free.py and host_pinned.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import { isAction, isHandler, type Task } from '../playbook/index.js'
import { str, truth } from '../python/index.js'
import type { TaskVars } from '../variables/index.js'
import type { Batch } from './batch.js'
import { positionedError } from './errors.js'
import { expandIncludes } from './load-includes.js'
import { executeMeta } from './meta-actions.js'
import { isRepeatedRole } from './repeated-role.js'
import { RUN } from './run-state.js'
import { finalCode, type Stepper, type Strategy, type StrategyOptions, TaskRunner, throttleOf } from './strategy.js'
import { templatedName } from './strategy-linear.js'
import { describeTask } from './task-info.js'
import { mayHoldTemplate } from './template-text.js'

export class FreeStrategy implements Strategy {
  readonly #batch: Batch
  readonly #runner: TaskRunner
  readonly #stepper: Stepper | undefined
  readonly #isPinned: boolean
  /** Where the search for work goes on, so that no host is preferred. */
  #lastHost = 0

  constructor(batch: Batch, options: StrategyOptions & { readonly isPinned: boolean }) {
    this.#batch = batch
    this.#runner = new TaskRunner(batch, options)
    this.#stepper = options.stepper
    this.#isPinned = options.isPinned
  }

  async run(): Promise<number> {
    if (this.#batch.play.get('max_fail_percentage') !== null) {
      this.#warn(
        'Using max_fail_percentage with the free strategy is not supported, as tasks are executed independently on each host',
      )
    }
    for (;;) {
      await this.#runner.throwIfStopped()
      const hostsLeft = this.#batch.hostsLeft()
      if (hostsLeft.length === 0) {
        this.#batch.emit({ kind: 'noHostsRemaining' })
        break
      }
      const hasWork = await this.#issueRound(hostsLeft)
      if (this.#runner.queue.pending > 0) await this.#runner.queue.untilResult()
      const results = await this.#runner.processFinished()
      expandIncludes(this.#batch, results, hostsLeft)
      if (!hasWork && results.length === 0) break
    }
    await this.#runner.processAll()
    return finalCode(this.#batch, RUN.ok)
  }

  /** Gives work to every host that is idle; false when no host has any left. */
  async #issueRound(hostsLeft: readonly Host[]): Promise<boolean> {
    let hasWork = false
    if (this.#lastHost >= hostsLeft.length) this.#lastHost = 0
    const start = this.#lastHost
    for (;;) {
      const outcome = await this.#tryHost(hostsLeft[this.#lastHost] as Host)
      if (outcome === 'again') continue
      if (outcome !== 'idle') hasWork = true
      if (outcome === 'throttled') return true
      // Pinned hosts keep their worker until they are done with the play.
      if (this.#isPinned && hasWork && this.#runner.queue.pending >= this.#runner.queue.workers) {
        this.#lastHost = start
        return true
      }
      this.#lastHost = (this.#lastHost + 1) % hostsLeft.length
      if (this.#lastHost === start) return hasWork
    }
  }

  /** Issues the host's next task unless it is busy. `again`: it had one that needed no work; ask once more. */
  async #tryHost(host: Host): Promise<'idle' | 'busy' | 'issued' | 'again' | 'throttled'> {
    if (this.#runner.isOutstanding(host.name)) return 'busy'
    const { state, task } = this.#batch.iterator.peek(host)
    if (task === undefined || this.#batch.isStopped) return 'idle'
    const vars = this.#batch.jobVars(task, host)
    const throttle = throttleOf(task, vars)
    if (throttle > 0 && this.#runner.queue.runningOf(task.uuid) >= throttle) return 'throttled'
    this.#batch.iterator.setState(host.name, state)
    this.#refuseRunOnce(task, vars)
    if (!isHandler(task) && isRepeatedRole(task, host)) return 'again'
    if (isAction(task.action, 'meta')) {
      await executeMeta(this.#batch, task, host)
      return 'issued'
    }
    await this.#issue(host, task, vars)
    return 'issued'
  }

  async #issue(host: Host, task: Task, vars: TaskVars): Promise<void> {
    if (this.#stepper?.isAsking === true && !(await this.#stepper.ask(task, host.name))) return
    if (truth(task.get('any_errors_fatal'))) {
      this.#warn(
        'Using any_errors_fatal with the free strategy is not supported, as tasks are executed independently on each host',
      )
    }
    // The name stays as the first host made it, as in Ansible.
    const name = templatedName(task, vars)
    if (name !== task.name) task.name = name
    const info = describeTask(task)
    if (isHandler(task)) this.#batch.emit({ kind: 'handlerTaskStart', task: info })
    else this.#batch.emit({ kind: 'taskStart', task: info, isConditional: false })
    await this.#runner.issue(host, task, vars)
  }

  #refuseRunOnce(task: Task, vars: TaskVars): void {
    const collections = task.get('collections')
    const names = Array.isArray(collections) ? collections.map(str) : []
    const isBypassing =
      !isAction(task.action, 'meta') && this.#batch.services.actions.describe(task.action, names).bypassHostLoop
    if (isBypassing) {
      throw positionedError(
        `The '${task.action}' module bypasses the host loop, which is currently not supported in the free strategy ` +
          'and would instead execute for every host in the inventory list.',
        task.position,
      )
    }
    const raw = task.get('run_once')
    if (!truth(mayHoldTemplate(raw) ? vars.templar().template(raw) : raw)) return
    this.#warn(
      'Using run_once with the free strategy is not currently supported. This task will still be ' +
        'executed for every host in the inventory list.',
    )
  }

  #warn(text: string): void {
    this.#batch.emit({ kind: 'warning', text })
  }
}

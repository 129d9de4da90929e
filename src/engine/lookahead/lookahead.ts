// Runs tasks before their turn where nothing that precedes them in the playbook can notice. The strategy goes on in
// Ansible's order and takes results as it comes to them, so what results mean is settled there alone: this part only
// decides what may be done early. Out-of-order execution, in-order meaning.

import type { FootprintModel, HazardRule } from '../../inference/index.js'
import type { Host } from '../../inventory/index.js'
import { isAction, type Task } from '../../playbook/index.js'
import { str, truth } from '../../python/index.js'
import { PendingValueError, type TaskVars } from '../../variables/index.js'
import type { Batch, Standing } from '../batch.js'
import { allHold } from '../conditions.js'
import { executeTask } from '../execute-task.js'
import type { Lockstep } from '../lockstep.js'
import { writesOfResult } from '../result-variables.js'
import type { EngineServices } from '../services.js'
import { rawField } from '../task-fields.js'
import { describeTask } from '../task-info.js'
import type { TaskResult } from '../task-result.js'
import { type EarlySlots, earlyServices, GivenUpError, Slots } from './early-services.js'
import { Fetch, type OpenNext } from './fetch.js'
import { mayLookUp } from './lookups.js'
import { isNotified, type LastHandler } from './notified.js'
import { footprintOf } from './run-footprint.js'
import { RunView } from './run-view.js'
import { keyOf, type TaskRun } from './task-run.js'
import { componentOf, Window } from './window.js'

/** Which order task runs are started in. */
export type Order =
  /** As soon as nothing that precedes a run conflicts with it. */
  | 'inferred'
  /** The same, but one task after the other within a role on a host. */
  | 'aeolus'

/** What may have been done by the time something fails. */
export type FailurePolicy =
  /** What nothing earlier conflicts with, on the host that failed as on others. Nothing more is started on that host. */
  | 'graph'
  /** Only what Ansible would have done, and what changes nothing. */
  | 'strict'

export interface LookaheadOptions {
  readonly order: Order
  readonly failurePolicy: FailurePolicy
  readonly model: FootprintModel
  /** Whether a module may return facts; undefined when it is not known. */
  readonly mayReturnFacts: (action: string) => boolean | undefined
  /** Actions that may work on one host at once. */
  readonly perHost: number
  /** Task runs that are looked at ahead. */
  readonly maxRuns: number
  /** For tests: a pause before each run, told from its place in the playbook, so that runs interleave differently. */
  readonly jitter?: ((order: number) => Promise<void>) | undefined
  /** For tests: rules that are left out, to show that they are needed. */
  readonly without?: ReadonlySet<OrderRule> | undefined
}

/** What keeps runs apart: hazards of what they touch, variables that earlier ones have yet to write, claims. */
export type OrderRule = HazardRule | 'variables' | 'claims'

/** A run whose turn has come; without a result it is to be done now. */
export interface PlannedRun {
  readonly result: Promise<TaskResult | undefined>
}

export class Lookahead {
  #window: Window
  #fetch: Fetch | undefined
  #order = 0
  #rounds = 0
  readonly #slots: EarlySlots
  /** Results of runs that were given up as planned, by task and host. */
  readonly #done = new Map<string, TaskRun[]>()
  readonly #byResult = new Map<TaskResult, TaskRun>()
  readonly #running = new Set<TaskRun>()
  /** The include that the strategy came to last. */
  #lastInclude: { readonly round: number; readonly ended: Promise<void> } | undefined

  constructor(
    readonly options: LookaheadOptions,
    private readonly services: EngineServices,
    private readonly stopSignal: AbortSignal,
    private readonly openNext: OpenNext,
  ) {
    this.#slots = { slots: new Slots(), perHost: options.perHost }
    this.#window = this.#newWindow()
  }

  #newWindow(): Window {
    return new Window({
      start: run => this.#start(run),
      isSerialInComponents: this.options.order === 'aeolus',
      isStrict: this.options.failurePolicy === 'strict',
      mayReturnFacts: this.options.mayReturnFacts,
      signal: this.stopSignal,
      without: this.options.without,
    })
  }

  /** The strategy begins a round: the walk begins again from here where it had to stop. */
  beforeRound(batch: Batch, lockstep: Lockstep): void {
    if (this.#fetch?.fatal !== undefined) throw this.#fetch.fatal.error
    const isIdle = this.#fetch === undefined || this.#fetch.stoppedBy !== undefined
    if (!isIdle || !this.#window.isEmpty || this.stopSignal.aborted) return
    batch.includes.rewind()
    const fetch = new Fetch({
      window: this.#window,
      nextOrder: () => ++this.#order,
      nextRound: () => ++this.#rounds,
      admit: (run, vars, view) => this.#admit(run, vars, view),
      resolveInclude: (run, view) => this.#resolveInclude(run, view),
      foreseeInclude: (run, view) => this.#foreseeInclude(run, view),
      adopted: run => this.#adopt(run),
      isHalfDone: run => this.#done.get(run.key)?.[0]?.isPaused === true,
      openNext: this.openNext,
      maxRuns: this.options.maxRuns,
    })
    this.#fetch = fetch
    void fetch.walk(batch, lockstep)
  }

  #admit(run: TaskRun, vars: TaskVars, view: RunView): void {
    const { task } = run
    const writers = new Set<TaskRun>()
    const footprint = footprintOf(run, {
      model: this.options.model,
      view,
      vars,
      isCheckMode: truth(rawField(task, 'check_mode')),
      waitsFor: (writer, what) => {
        if (!writers.has(writer)) run.waitFor(writer, 'variable', what)
        writers.add(writer)
        if (writer.round === run.round) run.beside.push(writer)
      },
    })
    run.claims = this.options.without?.has('claims') === true ? [] : footprint.claims
    for (const notifier of run.notifiers ?? []) run.waitFor(notifier, 'handler', 'it may notify the handler')
    if (run.includedBy !== undefined) {
      run.waitFor(run.includedBy, 'include', 'it may leave the task out')
      writers.add(run.includedBy)
    }
    run.startsEarly = !isBoundToItsTurn(task)
    run.needsTurn = !run.startsEarly
    run.mayLookUp = () => mayLookUp(run, vars, view, this.services.loader)
    this.#window.add(run, footprint, [...(run.notifiers ?? []), ...writers])
    this.#tell(run, 'planned')
  }

  async #resolveInclude(run: TaskRun, view: RunView): Promise<TaskResult> {
    run.progress = 'running'
    const outcome = await this.#execute(run, view)
    run.isEarly = true
    this.#conclude(run, outcome)
    this.#window.addEnded(run)
    return outcome
  }

  /**
   * What an include gives if its condition, which is not known yet, holds. Undefined when the condition is known, or when
   * what would be included is not known either.
   */
  async #foreseeInclude(run: TaskRun, view: RunView): Promise<TaskResult | undefined> {
    const { batch, host, task } = run
    if (task.when.length === 0 || task.loop !== undefined || !isAction(task.action, 'allIncludeTasks')) return undefined
    const variables = batch.services.variables.seenBy(view)
    const vars = batch.earlyJobVars(task, host, variables)
    view.forgetRefusal()
    try {
      allHold(task.when, vars.templar())
    } catch {
      // A condition that cannot be computed for another reason is the include's own to tell.
    }
    if (view.refusal === undefined) return undefined
    view.forgetRefusal()
    const services: EngineServices = { ...this.services, variables, onEvent: () => {} }
    try {
      const outcome = await executeTask({ host, task, play: batch.play, vars, isAssumed: true }, services)
      return view.refusal === undefined && !outcome.isFailed ? outcome : undefined
    } catch (error) {
      if (error instanceof PendingValueError) return undefined
      throw error
    } finally {
      view.forgetRefusal()
    }
  }

  /** Runs a task's result that was given up when the walk began again. */
  #adopt(run: TaskRun): boolean {
    const other = this.#nextDone(run.key)
    if (other === undefined) return false
    run.adopt(other)
    if (other.outcome !== undefined) this.#byResult.set(other.outcome, run)
    return true
  }

  async #start(run: TaskRun): Promise<void> {
    run.isIdle = true
    await this.#untilAllowed(run)
    run.isIdle = false
    if (run.isOver) return
    await this.options.jitter?.(run.order)
    this.#running.add(run)
    try {
      await this.#run(run)
    } finally {
      this.#running.delete(run)
    }
  }

  /** Waits for what hazards and variables do not tell. */
  async #untilAllowed(run: TaskRun): Promise<void> {
    const isAsPlanned = run.isTaken || (await areAsPlanned(run.plannedWith))
    // The turn of a handler that nobody notified never comes.
    if (run.isOver || (run.startsEarly && isAsPlanned) || !this.#mayRun(run)) return
    run.needsTurn = !run.isTaken
    await run.untilTurn()
  }

  async #run(run: TaskRun): Promise<void> {
    run.progress = 'running'
    if (run.isVoid) return run.end('absent')
    if (!this.#mayRun(run)) {
      this.#tell(run, 'dropped')
      return run.end('absent')
    }
    run.isEarly = !run.isTaken
    if (run.isEarly) this.#tell(run, 'started')
    const view = new RunView(this.#window.pending, this.#window, run.order, run.round, run.host.name, run.inventory)
    try {
      this.#conclude(run, await this.#execute(run, view))
    } catch (error) {
      if (!(error instanceof GivenUpError)) throw error
      this.#tell(run, 'dropped')
      run.end('dropped')
    }
  }

  /** For those who show what is going on: it will be told as a result only when its turn has come. */
  #tell(run: TaskRun, state: 'planned' | 'started' | 'ended' | 'dropped'): void {
    const { task, host, waitsFor } = run
    if (isAction(task.action, 'allIncludes')) return
    const component = componentOf(run)
    this.services.onEvent({ kind: 'early', state, task: describeTask(task), host: host.name, component, waitsFor })
  }

  /** Executes with variables as they are at its place, until nothing was refused before the action was called. */
  async #execute(run: TaskRun, view: RunView): Promise<TaskResult> {
    const { batch, host, task } = run
    const variables = batch.services.variables.seenBy(view)
    const services = earlyServices(this.services, run, view, variables, this.#slots)
    view.onWarning = text => run.tell({ kind: 'warning', text })
    for (;;) {
      view.forgetRefusal()
      run.forgetEvents()
      try {
        const vars = batch.earlyJobVars(task, host, variables, () => run.standing)
        const outcome = await executeTask({ host, task, play: batch.play, vars }, services)
        if (view.refusal === undefined) return outcome
      } catch (error) {
        if (!(error instanceof PendingValueError)) throw error
      }
      const { blocker } = view
      if (run.hasActed) throw new Error(`${view.refusal?.message} after ${task.getName()} was done`)
      if (run.isTaken || blocker?.isOutOfReach !== true) await blocker?.ended
      if (blocker?.isGood !== true) throw new GivenUpError()
    }
  }

  #conclude(run: TaskRun, outcome: TaskResult): void {
    outcome.early = { component: componentOf(run), isEarly: run.isEarly, waitsFor: run.waitsFor }
    const isOfAll = outcome.fields.isTrue('run_once')
    run.writes = writesOfResult(outcome, isOfAll ? run.batch.hosts : [run.host.name])
    this.#byResult.set(outcome, run)
    if (run.isEarly) this.#tell(run, 'ended')
    run.end(outcome.endsHost ? 'failed' : 'ended', outcome)
    this.#window.noteFailure(run)
  }

  /** False for handlers that nobody notified, and for what was not included. */
  #mayRun(run: TaskRun): boolean {
    if (run.isLeftOut) return false
    const { handler, host, notifiers } = run
    return handler === undefined || isNotified(handler, host, { isCertain: run.isNotified, by: notifiers ?? [] })
  }

  /**
   * The strategy comes to a task on a host. Gives the run that was planned for it, undefined when none was. `standing`:
   * which hosts are in play for it.
   */
  async take(host: Host, task: Task, standing: Standing): Promise<PlannedRun | undefined> {
    const key = keyOf(task, host)
    // The walk is always ahead, or has come to something that it cannot pass.
    while (this.#window.next(key) === undefined && this.#fetch?.isWalking === true) await this.#fetch.untilStep()
    const run = this.#window.next(key)
    if (run === undefined) {
      // It went another way than was thought.
      if (this.#fetch !== undefined && this.#fetch.stoppedBy === undefined) await this.startOver()
      // It may have been done before the walk had to begin again.
      const done = this.#nextDone(key)
      return done === undefined ? undefined : this.#turnOf(done, standing)
    }
    const before = this.#window.take(run)
    // A play that is over comes to none of its tasks any more, and nobody to what was not included.
    for (const left of before) if (left.batch !== run.batch || left.isLeftOut) this.#giveUp(left)
    const passed = before.filter(({ handler, batch }) => handler !== undefined && batch === run.batch)
    if (passed.some(handler => this.#mayRun(handler))) {
      // Hosts go on in another order than was thought: only handlers that nobody notified are just left out.
      await this.startOver()
      const done = this.#nextDone(key)
      return done === undefined ? undefined : this.#turnOf(done, standing)
    }
    for (const handler of passed) this.#giveUp(handler)
    // It waits for what is as it is now: whoever of the same round has failed, or has not ended, is in play or is not.
    if (run.progress === 'waiting' && run.beside.some(({ isGood }) => !isGood)) this.#window.drop(run)
    if (run.progress === 'absent' || run.progress === 'dropped' || run.transition?.state === 'cancelled') {
      if (run.progress === 'absent') this.#window.forget(run)
      // What was to follow it was told that it would be done by now.
      else await this.startOver()
      return undefined
    }
    return this.#turnOf(run, standing)
  }

  #turnOf(run: TaskRun, standing: Standing): PlannedRun {
    run.takeTurn(this.services.onEvent, standing)
    let { ended } = run
    if (isAction(run.task.action, 'allIncludes')) {
      // Which hosts include a file is told in their order, not in the one in which their conditions were computed.
      const before = this.#lastInclude
      if (before?.round === run.round) ended = before.ended.then(() => run.ended)
      this.#lastInclude = { round: run.round, ended }
    }
    return { result: ended.then(() => run.outcome) }
  }

  #nextDone(key: string): TaskRun | undefined {
    const done = this.#done.get(key)
    const run = done?.shift()
    if (done?.length === 0) this.#done.delete(key)
    return run
  }

  /** The strategy passed a run over. It stays in the assembly, doing nothing: others may wait for what it waits for. */
  #giveUp(run: TaskRun): void {
    if (run.outcome !== undefined) this.#byResult.delete(run.outcome)
    if (run.progress === 'waiting') this.#tell(run, 'dropped')
    run.abandon()
    this.#window.forget(run)
  }

  /** A result was taken in: its variables are the manager's now. */
  retire(outcome: TaskResult): void {
    const run = this.#byResult.get(outcome)
    if (run === undefined) return
    this.#byResult.delete(outcome)
    this.#window.forget(run)
  }

  /** Something failed: what was planned on the assumption that nothing does is given up. */
  async startOver(): Promise<void> {
    this.#fetch?.cancel()
    const { inventory } = this.services
    if (this.#fetch?.inventory !== undefined && this.#fetch.inventory.version !== inventory.version)
      inventory.distrust()
    const left = await this.#window.close()
    await Promise.all([...this.#running].map(run => run.halted))
    for (const run of left) {
      if (run.outcome === undefined) this.#tell(run, 'dropped')
      const done = this.#done.get(run.key)
      if (done === undefined) this.#done.set(run.key, [run])
      else done.push(run)
    }
    this.#window = this.#newWindow()
    this.#fetch = undefined
  }
}

async function areAsPlanned(handlers: readonly LastHandler[]): Promise<boolean> {
  for (const handler of handlers) if (!(await handler.isAsPlanned())) return false
  return true
}

/** Tasks that keep their turn whatever they touch: how many hosts do them at once is theirs to say. */
function isBoundToItsTurn(task: Task): boolean {
  const throttle = rawField(task, 'throttle')
  if (throttle !== null && throttle !== 0) return true
  return truth(rawField(task, 'async_val')) && str(rawField(task, 'poll') ?? '') === '0'
}

// Walks ahead of the strategy through a batch and the plays after it, in Ansible's order, and puts every task run it
// comes to into the window. Where the way on cannot be told before something was taken in, it stops; the strategy
// starts it again when it has come there.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { MadansibleError } from '../../errors.js'
import type { Host, Inventory } from '../../inventory/index.js'
import { isAction, isHandler, type Task } from '../../playbook/index.js'
import { truth } from '../../python/index.js'
import type { Value } from '../../python/values.js'
import type { TaskVars, VariableManager } from '../../variables/index.js'
import { PendingValueError } from '../../variables/index.js'
import type { Batch } from '../batch.js'
import { allHold } from '../conditions.js'
import type { ReadInclude } from '../include-store.js'
import { collectIncludes, type IncludedFile } from '../included-files.js'
import { changedInventory } from '../inventory-results.js'
import { readInclude } from '../load-includes.js'
import type { Lockstep } from '../lockstep.js'
import { metaActionOf } from '../meta-actions.js'
import { isRepeatedRole } from '../repeated-role.js'
import { runsOnce } from '../run-once.js'
import { rawField } from '../task-fields.js'
import type { TaskResult } from '../task-result.js'
import { mayHoldTemplate } from '../template-text.js'
import { GivenUpError } from './early-services.js'
import type { LastHandler } from './notified.js'
import { UnknownPlaceError } from './run-footprint.js'
import { RunView } from './run-view.js'
import { ShadowBatch } from './shadow-batch.js'
import { TaskRun } from './task-run.js'
import type { Window } from './window.js'

/** Why the walk stops before the strategy has come there. */
class Barrier {
  constructor(readonly reason: string) {}
}

/** The batch that follows one, opened ahead of its turn in the inventory that there will be; undefined when that cannot be told yet. */
export type OpenNext = (
  batch: Batch,
  inventory: Inventory | undefined,
) => { readonly batch: Batch; readonly lockstep: Lockstep } | undefined

export interface FetchServices {
  readonly window: Window
  /** The place in the playbook of the next run. */
  nextOrder(): number
  nextRound(): number
  /** Puts a run that is no include into the window. */
  admit(run: TaskRun, vars: TaskVars, view: RunView): void
  /** Runs an include, which needs nothing but variables. */
  resolveInclude(run: TaskRun, view: RunView): Promise<TaskResult>
  /** What an include gives if its condition, which is not known yet, holds; undefined when there is no need or no way to tell. */
  foreseeInclude(run: TaskRun, view: RunView): Promise<TaskResult | undefined>
  /** A run of the same task and host that was done before the walk began again. */
  adopted(run: TaskRun): boolean
  /** A run of the same task and host was begun before the walk began again, and waits for its turn to end. */
  isHalfDone(run: TaskRun): boolean
  readonly openNext: OpenNext
  readonly maxRuns: number
}

/** An include on one host. */
interface Include {
  readonly run: TaskRun
  /** What it gives; of one that is foreseen, what it gives if its condition holds. */
  readonly outcome: TaskResult
  readonly isForeseen: boolean
}

/** One task on several hosts. */
interface Round {
  readonly round: number
  readonly due: readonly (readonly [Host, Task])[]
  readonly includes: Include[]
  /** Runs that may change the inventory. */
  readonly changes: TaskRun[]
  readonly last: LastHandler | undefined
}

/** Runs between two looks at the event loop. */
const BURST = 50

export class Fetch {
  /** Why it stands still; undefined while it walks. */
  stoppedBy: string | undefined
  /** What ends the whole run: a mistake in this program. */
  fatal: { readonly error: unknown } | undefined
  /** As it will be once what was looked at has been taken in; undefined when nothing changes it. */
  inventory: Inventory | undefined
  #isCancelled = false
  /** The window is full: whoever waits for a step would wait for ever. */
  #isFull = false
  /** The run that it waits for. */
  #awaits: TaskRun | undefined
  #wakes: (() => void)[] = []
  #sinceTurn = 0

  constructor(private readonly services: FetchServices) {}

  cancel(): void {
    this.#isCancelled = true
    this.#step()
  }

  get isWalking(): boolean {
    return this.stoppedBy === undefined && !this.#isFull && !this.#isAhead && !this.#isCancelled
  }
  /** It waits for a run that the strategy has not come to: whoever asks for another one will not find it here. */
  get #isAhead(): boolean {
    const { isTaken = true, isOver = true } = this.#awaits ?? {}
    return !isTaken && !isOver
  }
  /** Waits until it has come further, or stands still. */
  untilStep(): Promise<void> {
    return new Promise(resolve => {
      this.#wakes.push(resolve)
    })
  }
  #step(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }

  /** Walks until it has to stop. Never rejects. */
  async walk(batch: Batch, lockstep: Lockstep): Promise<void> {
    try {
      let shadow = new ShadowBatch(batch, lockstep)
      for (;;) {
        while (await this.#round(shadow));
        const next = this.services.openNext(shadow.batch, shadow.inventory)
        if (next === undefined) throw new Barrier('the next play')
        shadow = new ShadowBatch(next.batch, next.lockstep, shadow.inventory)
      }
    } catch (error) {
      this.#isFull = false
      if (error instanceof Barrier) this.stoppedBy = error.reason
      // The strategy will come upon the mistake in its turn.
      else if (error instanceof MadansibleError || error instanceof GivenUpError) this.stoppedBy = error.message
      else {
        this.stoppedBy = 'a mistake in this program'
        this.fatal = { error }
      }
    } finally {
      this.#step()
    }
  }

  /** One task on all hosts that come to it. False at the end of the play. */
  async #round(shadow: ShadowBatch): Promise<boolean> {
    const { window, maxRuns } = this.services
    if (window.size >= maxRuns) {
      this.#isFull = true
      this.#step()
      await window.untilRoom(maxRuns)
      this.#isFull = false
    }
    this.#check()
    const hosts = shadow.batch.hostsLeft()
    await this.#untilCertain(shadow, hosts)
    const due = shadow.lockstep.next(hosts)
    if (due.length === 0) return false
    const round = this.services.nextRound()
    const includes: Include[] = []
    const changes: TaskRun[] = []
    const last = shadow.lastHandlerOf(due)
    if (last?.mustBeCertain === true && !last.areAllNotified) throw new Barrier('a handler that was not notified')
    if (last !== undefined) shadow.noteLastHandler(last)
    for (const [host, task] of due) {
      if (++this.#sinceTurn >= BURST) {
        this.#sinceTurn = 0
        await nextTurn()
        this.#check()
      }
      if (!isHandler(task) && isRepeatedRole(task, host)) continue
      if (shadow.mayBeRepeated(task, host)) throw new Barrier(`whether ${task.getName()} runs again`)
      if (await this.#ifIncluded(shadow, host, task, { round, due, includes, changes, last })) break
    }
    const left = includes.filter(({ run }) => !run.isLeftOut)
    if (left.length > 0) await this.#include(shadow, left, hosts, round)
    if (changes.length > 0) await this.#changeInventory(shadow, changes)
    return true
  }

  /** Who does a handler, and who goes on meanwhile, shows only once it is known who is notified: then hosts that are not pass it. */
  async #untilCertain(shadow: ShadowBatch, hosts: readonly Host[]): Promise<void> {
    for (;;) {
      const last = shadow.lastHandlerOf(shadow.lockstep.peekHandlers(hosts))
      const open = last?.mustBeCertain === true ? last.open : []
      if (open.length === 0) return
      for (const notifier of open) await this.#untilOver(notifier)
    }
  }

  #check(): void {
    if (this.#isCancelled) throw new Barrier('a new start')
  }

  /** Computes with variables as they are before `order`; waits for what is not known yet. */
  async #settled<T>(
    order: number,
    round: number,
    compute: (variables: VariableManager) => T,
    { batch, inventory }: ShadowBatch,
    host?: Host,
  ): Promise<T> {
    const { window } = this.services
    const view = new RunView(window.pending, window, order, round, host?.name, inventory)
    for (;;) {
      view.forgetRefusal()
      let result: T | undefined
      let error: unknown
      try {
        result = compute(batch.services.variables.seenBy(view))
      } catch (thrown) {
        error = thrown
      }
      const { blocker } = view
      if (blocker === undefined) {
        if (error !== undefined) throw error
        return result as T
      }
      if (blocker.isOutOfReach) throw new Barrier(`${blocker.task.getName()}, which keeps its turn`)
      await this.#untilEnded(blocker)
    }
  }

  async #untilOver(run: TaskRun): Promise<void> {
    this.#awaits = run
    this.#step()
    await run.ended
    this.#awaits = undefined
    this.#check()
  }
  async #untilEnded(blocker: TaskRun): Promise<void> {
    await this.#untilOver(blocker)
    if (!blocker.isGood) throw new Barrier('a task that failed')
  }

  /**
   * What came with an include whose condition is not known yet is planned as if it held; what turns out to be left out is
   * passed. Nothing that is wrong with a task counts before it is known to be included. True when no other host comes to it.
   */
  async #ifIncluded(shadow: ShadowBatch, host: Host, task: Task, round: Round): Promise<boolean> {
    const include = shadow.includeOf(task, host)
    if (include === undefined) return this.#metaOrTask(shadow, host, task, round)
    const isPlain = !isAction(task.action, 'meta') || INERT.has(metaActionOf(task))
    if (!isPlain) await this.#untilDecided(include)
    if (include.isOver && !include.hasIncluded) return false
    try {
      return await this.#metaOrTask(shadow, host, task, round)
    } catch (error) {
      if (this.#isCancelled || !isReasonToStop(error)) throw error
      await this.#untilDecided(include)
      if (!include.hasIncluded) return false
      throw error
    }
  }
  async #untilDecided(include: TaskRun): Promise<void> {
    if (include.isOver) return
    if (include.isOutOfReach) throw new Barrier(`${include.task.getName()}, which keeps its turn`)
    await this.#untilOver(include)
  }

  async #metaOrTask(shadow: ShadowBatch, host: Host, task: Task, round: Round): Promise<boolean> {
    if (!isAction(task.action, 'meta')) return this.#task(shadow, host, task, round)
    await this.#meta(shadow, host, task, round.round)
    return false
  }

  async #meta(shadow: ShadowBatch, host: Host, task: Task, round: number): Promise<void> {
    const action = metaActionOf(task)
    if (isHandler(task)) throw new Barrier(`meta: ${action} as a handler`)
    switch (action) {
      case 'noop':
        return
      case 'role_complete':
        if (task.implicit && task.role !== undefined) shadow.noteRoleComplete(task.role, host)
        return
      case 'flush_handlers': {
        if (!(await this.#holds(shadow, host, task, round))) return
        const state = shadow.iterator.state(host.name)
        state.preFlushingRunState = state.runState
        state.runState = 'handlers'
        return
      }
      case 'clear_host_errors':
      case 'clear_facts':
      case 'end_batch':
      case 'end_play':
      case 'end_host':
        if (await this.#holds(shadow, host, task, round)) throw new Barrier(`meta: ${action}`)
        return
      default:
        throw new Barrier(`meta: ${action}`)
    }
  }

  #holds(shadow: ShadowBatch, host: Host, task: Task, round: number): Promise<boolean> {
    if (task.when.length === 0) return Promise.resolve(true)
    const order = this.services.nextOrder()
    const compute = (variables: VariableManager) =>
      allHold(task.when, shadow.batch.vars(task, host, variables).templar())
    return this.#settled(order, round, compute, shadow, host)
  }

  /** True when no other host comes to the task. */
  async #task(shadow: ShadowBatch, host: Host, task: Task, context: Round): Promise<boolean> {
    const { round, due, includes, changes, last } = context
    const { batch } = shadow
    const { window } = this.services
    const order = this.services.nextOrder()
    const isOnce = await this.#settled(
      order,
      round,
      variables => runsOnce(batch.services, task, batch.earlyJobVars(task, host, variables)),
      shadow,
      host,
    )
    // Which host does it for all shows only once it is known who comes to it.
    if (isOnce && due.length > 1) {
      for (const [other] of due) {
        const include = shadow.includeOf(task, other)
        if (include !== undefined) await this.#untilDecided(include)
      }
      if (shadow.includeOf(task, host)?.hasIncluded === false) return false
    }
    await this.#refuseUnpredictable(shadow, host, task, round)
    const run = new TaskRun(order, round, batch, host, task, isOnce ? batch.hosts : [host.name])
    if (isHandler(task)) {
      const { isCertain, by } = shadow.takeNotifications(task, host)
      run.isNotified = isCertain
      run.notifiers = by
      if (last !== undefined) run.plannedWith = [last]
    } else run.plannedWith = shadow.lastHandlersBefore(task)
    if (this.services.isHalfDone(run)) throw new Barrier(`${task.getName()}, which is half done`)
    run.inventory = shadow.inventory
    run.includedBy = shadow.includeOf(task, host)
    const view = new RunView(window.pending, window, order, round, host.name, run.inventory)
    const vars = batch.earlyJobVars(task, host, batch.services.variables.seenBy(view))
    if (isAction(task.action, 'allIncludes')) {
      const foreseen = await this.services.foreseeInclude(run, view)
      if (foreseen !== undefined) await this.#admit(run, vars, view)
      const outcome = foreseen ?? (await this.services.resolveInclude(run, view))
      includes.push({ run, outcome, isForeseen: foreseen !== undefined })
      this.#check()
    } else if (this.services.adopted(run)) window.addEnded(run)
    else await this.#admit(run, vars, view)
    this.#noteNotify(shadow, run, vars, view)
    if (isAction(task.action, 'inventoryTasks')) changes.push(run)
    this.#step()
    return isOnce
  }

  /** The window takes only runs that are known to act on some machine. */
  async #admit(run: TaskRun, vars: TaskVars, view: RunView): Promise<void> {
    for (;;) {
      try {
        return this.services.admit(run, vars, view)
      } catch (error) {
        if (!(error instanceof UnknownPlaceError)) throw error
        await this.#untilEnded(error.blocker)
      }
    }
  }

  /** Tasks after which nothing can be told before they were taken in. */
  async #refuseUnpredictable(shadow: ShadowBatch, host: Host, task: Task, round: number): Promise<void> {
    if (mayHoldTemplate(task.action)) throw new Barrier('an action that is a template')
    if (isAction(task.action, 'include')) throw new Barrier('the action include')
    if (isAction(task.action, 'includeRole') && rawField(task, 'public') === true) {
      throw new Barrier('a role that is included with its variables')
    }
    if (isHandler(task) && isAction(task.action, 'allIncludes')) throw new Barrier('a handler that includes tasks')
    const debuggers = rawField(task, 'debugger')
    if (debuggers !== null && debuggers !== 'never') throw new Barrier('the debugger')
    const isChange = isAction(task.action, 'inventoryTasks')
    // Whether it has changed something is known only when it is taken in.
    const isChangeTold = isChange && (task.register !== undefined || rawField(task, 'notify') !== null)
    if (PAUSING.test(task.action) || isChangeTold) {
      // Nothing happens where its condition does not hold.
      if (task.when.length > 0 && task.loop === undefined && !(await this.#holds(shadow, host, task, round))) return
      throw new Barrier(task.getName())
    }
  }

  /** What add_host and group_by say is so for everything that follows; what precedes them goes on with the inventory it has. */
  async #changeInventory(shadow: ShadowBatch, runs: readonly TaskRun[]): Promise<void> {
    const outcomes: TaskResult[] = []
    for (const run of runs) {
      if (run.isOutOfReach) throw new Barrier(`${run.task.getName()}, which keeps its turn`)
      await this.#untilOver(run)
      if (run.progress === 'absent') continue
      if (!run.isGood || run.outcome === undefined || run.outcome.isFailed) throw new Barrier('a task that failed')
      outcomes.push(run.outcome)
    }
    const before = shadow.inventory ?? shadow.batch.services.inventory
    const after = changedInventory(before, shadow.batch, outcomes)
    if (after === undefined) throw new Barrier('a new host')
    if (after === before) return
    shadow.inventory = after
    this.inventory = after
  }

  #noteNotify(shadow: ShadowBatch, run: TaskRun, vars: TaskVars, view: RunView): void {
    const raw = rawField(run.task, 'notify')
    if (raw === null) return
    run.handlerBlocks = shadow.handlerBlocks
    let names: readonly Value[] | undefined
    try {
      view.forgetRefusal()
      const value = mayHoldTemplate(raw) ? vars.templar().template(raw) : raw
      names = Array.isArray(value) ? value : [value]
    } catch (error) {
      if (!(error instanceof MadansibleError || error instanceof PendingValueError)) throw error
    }
    if (view.refusal !== undefined || run.task.loop !== undefined) names = mayHoldTemplate(raw) ? undefined : names
    view.forgetRefusal()
    shadow.noteNotify(run, names, shadow.seenBy(shadow.batch.services.variables))
  }

  async #include(
    shadow: ShadowBatch,
    includes: readonly Include[],
    hosts: readonly Host[],
    round: number,
  ): Promise<void> {
    let included: readonly (readonly [IncludedFile, ReadInclude])[] = []
    let error: unknown
    try {
      included = await this.#files(shadow, includes, round)
    } catch (thrown) {
      if (this.#isCancelled || !isReasonToStop(thrown)) throw thrown
      error = thrown
    }
    // Which files there are, and in which order, depends on who includes.
    const isPlain = error === undefined && included.length <= 1 && included[0]?.[0].isRole !== true
    if (!isPlain && includes.some(isUndecided)) {
      const decided = await this.#decided(includes)
      if (decided.length > 0) await this.#include(shadow, decided, hosts, round)
      return
    }
    if (error !== undefined) throw error
    for (const [file] of included)
      if (file.isRole && truth(file.task.get('public'))) throw new Barrier('a role that is included with its variables')
    shadow.addIncluded(included, hosts)
    for (const { run, isForeseen } of includes) {
      // Which host's condition it hangs on: the nearest one that is not known.
      const include = isForeseen ? run : run.includedBy
      if (include === undefined) continue
      for (const [file, { blocks }] of included)
        if (file.includesHost(run.host.name)) shadow.noteUndecided(blocks, run.host, include)
    }
  }

  /** Once it is known who includes: those that do, with what they gave. */
  async #decided(includes: readonly Include[]): Promise<readonly Include[]> {
    const decided: Include[] = []
    for (const include of includes) {
      const { run, isForeseen } = include
      if (run.includedBy !== undefined) await this.#untilDecided(run.includedBy)
      if (run.isLeftOut) continue
      if (isForeseen) await this.#untilDecided(run)
      const outcome = isForeseen ? run.outcome : include.outcome
      if (outcome === undefined) throw new Barrier('an include that was given up')
      decided.push({ run, outcome, isForeseen: false })
    }
    return decided
  }

  async #files(
    shadow: ShadowBatch,
    includes: readonly Include[],
    round: number,
  ): Promise<readonly (readonly [IncludedFile, ReadInclude])[]> {
    if (includes.some(({ outcome }) => outcome.isFailed || outcome.isUnreachable)) {
      throw new Barrier('an include that failed')
    }
    const results = includes.map(({ outcome }) => outcome)
    const compute = (variables: VariableManager): readonly (readonly [IncludedFile, ReadInclude])[] => {
      const seen = shadow.seenBy(variables)
      return collectIncludes(seen, results).map(included => [included, this.#read(shadow, seen, included)] as const)
    }
    return this.#settled(this.services.nextOrder(), round + 1, compute, shadow)
  }

  #read({ batch }: ShadowBatch, seen: Batch, included: IncludedFile): ReadInclude {
    const known = batch.includes.reuse(included)
    if (known !== undefined) return known
    const read = readInclude(seen, included)
    batch.includes.keep(included, read)
    return read
  }
}

/** Meta tasks that change nothing of what the walk goes by. */
const INERT: ReadonlySet<string> = new Set(['noop', 'role_complete'])

/** Whether it is known who includes. */
const isUndecided = ({ isForeseen, run }: Include): boolean => isForeseen || run.includedBy?.isOver === false

const isReasonToStop = (error: unknown): boolean =>
  error instanceof Barrier || error instanceof MadansibleError || error instanceof GivenUpError

const PAUSING = /^(ansible\.(builtin|legacy)\.)?(pause|wait_for_connection|reboot)$/

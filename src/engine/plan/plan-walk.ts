// Walks through a batch in Ansible's order as the look-ahead does, and never has to stop: where a run would wait for a
// value, the plan says that it waits, and goes on with what is known.

import {
  type Footprint,
  type FootprintModel,
  type Hazard,
  HazardIndex,
  NO_FOOTPRINT,
  opaqueFootprint,
  type RunGroup,
} from '../../inference/index.js'
import type { Host } from '../../inventory/index.js'
import { isAction, isHandler, type Task } from '../../playbook/index.js'
import { truth } from '../../python/index.js'
import type { Value } from '../../python/values.js'
import type { TaskVars } from '../../variables/index.js'
import type { Batch } from '../batch.js'
import { allHold } from '../conditions.js'
import { executeTask } from '../execute-task.js'
import { collectIncludes } from '../included-files.js'
import { applyInventoryChange } from '../inventory-results.js'
import { readInclude } from '../load-includes.js'
import type { Lockstep } from '../lockstep.js'
import { PendingWrites } from '../lookahead/pending-writes.js'
import { footprintOf, UnknownPlaceError } from '../lookahead/run-footprint.js'
import { ShadowBatch } from '../lookahead/shadow-batch.js'
import { TaskRun } from '../lookahead/task-run.js'
import { loopItems } from '../loop-items.js'
import { metaActionOf } from '../meta-actions.js'
import { resultParts, writesOfResult } from '../result-variables.js'
import { runsOnce } from '../run-once.js'
import type { EngineServices } from '../services.js'
import { rawField } from '../task-fields.js'
import type { TaskResult } from '../task-result.js'
import { mayHoldTemplate } from '../template-text.js'
import type { Plan, PlanNode, PlannedGroup, PlannedRun, PlanWait } from './plan.js'
import { PlanView } from './plan-view.js'
import { exploreReads } from './task-reads.js'

export interface PlanOptions {
  readonly model: FootprintModel
  readonly mayReturnFacts: (action: string) => boolean | undefined
  /** Facts are gathered for real, so that what depends on them is known. */
  readonly gathersFacts: boolean
}

type Status = PlannedRun['status']

/** Actions that compute variables and do nothing else: their results are known when their inputs are. */
const COMPUTED = ['setFact', 'includeVars', 'inventoryTasks'] as const
/** After these nothing can be told: hosts come and go, or the machine does. */
const TURNING_POINTS = /^(ansible\.(builtin|legacy)\.)?(pause|wait_for_connection|reboot)$/

export class PlanWalk {
  readonly #runs: PlannedRun[] = []
  readonly #notes = new Set<string>()
  readonly #pending: PendingWrites
  readonly #hazards = new HazardIndex()
  readonly #byId = new Map<string, PlannedRun>()
  readonly #byRun = new Map<TaskRun, PlannedRun>()
  readonly #groups = new Map<string, PlannedGroup>()
  /** Everything before this waits to be over; runs since then. */
  #barrier: { readonly group: PlannedGroup; readonly because: string } | undefined
  #sinceBarrier: PlannedRun[] = []
  #order = 0
  #rounds = 0

  constructor(
    private readonly services: EngineServices,
    private readonly options: PlanOptions,
  ) {
    this.#pending = new PendingWrites(options.mayReturnFacts)
  }

  get plan(): Plan {
    return { runs: this.#runs, notes: [...this.#notes] }
  }

  note(text: string): void {
    this.#notes.add(text)
  }

  /** Whatever comes from here on waits for whatever came before. */
  barrier(because: string): void {
    if (this.#sinceBarrier.length === 0) return
    const before = this.#barrier === undefined ? [] : [this.#barrier.group]
    this.#barrier = { group: { kind: 'group', members: [...before, ...this.#sinceBarrier] }, because }
    this.#sinceBarrier = []
  }

  async batch(batch: Batch, lockstep: Lockstep): Promise<void> {
    const shadow = new ShadowBatch(batch, lockstep)
    const hosts = batch.hostsLeft()
    for (let due = shadow.lockstep.next(hosts); due.length > 0; due = shadow.lockstep.next(hosts)) {
      const round = ++this.#rounds
      const includes: TaskResult[] = []
      for (const [host, task] of due) {
        if (shadow.mayBeRepeated(task, host)) continue
        if (isAction(task.action, 'meta')) this.#meta(shadow, host, task, round)
        else if (await this.#task(shadow, host, task, round, includes)) break
      }
      if (includes.length > 0) this.#expand(shadow, includes, hosts, round)
    }
  }

  #view(order: number, round: number): PlanView {
    return new PlanView(this.#pending, { order, round })
  }

  #meta(shadow: ShadowBatch, host: Host, task: Task, round: number): void {
    const action = metaActionOf(task)
    if (action === 'noop') return
    if (action === 'role_complete') {
      if (task.implicit && task.role !== undefined) shadow.noteRoleComplete(task.role, host)
      return
    }
    const order = ++this.#order
    const view = this.#view(order, round)
    const vars = shadow.batch.vars(task, host, this.services.variables.seenBy(view))
    const holds = view.known(() => allHold(task.when, vars.templar()))
    if (holds?.value === false) return
    if (action === 'flush_handlers') {
      const state = shadow.iterator.state(host.name)
      state.preFlushingRunState = state.runState
      state.runState = 'handlers'
      return
    }
    const run = new TaskRun(order, round, shadow.batch, host, task, [host.name])
    const status: Status = holds === undefined ? 'may run' : 'runs'
    this.#admit(run, { ...NO_FOOTPRINT, isGuard: true }, view, status, `meta: ${action} decides how the play goes on`)
  }

  /** True when no other host comes to the task. */
  async #task(shadow: ShadowBatch, host: Host, task: Task, round: number, includes: TaskResult[]): Promise<boolean> {
    const { batch } = shadow
    const order = ++this.#order
    const view = this.#view(order, round)
    const vars = batch.earlyJobVars(task, host, this.services.variables.seenBy(view))
    const isOnce = view.known(() => runsOnce(batch.services, task, vars))?.value ?? truth(task.get('run_once'))
    const run = new TaskRun(order, round, batch, host, task, isOnce ? batch.hosts : [host.name])
    if (isHandler(task)) {
      const { isCertain, by } = shadow.takeNotifications(task, host)
      run.isNotified = isCertain
      run.notifiers = by
    }
    let status = this.#status(run, view)
    if (run.notifiers !== undefined && !run.isNotified && status === 'runs') status = 'may run'
    if (isAction(task.action, 'allIncludes') && !isHandler(task)) {
      if (status !== 'skipped') await this.#include(run, view, status, includes)
      return isOnce
    }
    const footprint = this.#footprint(run, vars, view)
    exploreReads(run, vars, view, this.services)
    this.#admit(run, this.#turningPoint(task, status, footprint), view, status, undefined)
    const isKnown = this.#isComputed(task, status) && (await this.#compute(run, view))
    if (!isKnown && isAction(task.action, 'inventoryTasks')) {
      this.note(`${task.getName()} changes hosts or groups: what comes after it is planned with those of today`)
    }
    this.#noteNotify(shadow, run, view)
    return isOnce
  }

  #footprint(run: TaskRun, vars: TaskVars, view: PlanView): Footprint {
    const isCheckMode = truth(rawField(run.task, 'check_mode'))
    try {
      return footprintOf(run, { model: this.options.model, view, vars, isCheckMode, waitsFor: () => {} })
    } catch (error) {
      if (!(error instanceof UnknownPlaceError)) throw error
      return opaqueFootprint({ target: '', isLocal: true }, 'the host it acts on is not known yet')
    }
  }

  #status({ task, batch, host }: TaskRun, view: PlanView): Status {
    const vars = batch.earlyJobVars(task, host, this.services.variables.seenBy(view))
    if (task.loop !== undefined) {
      const items = view.known(() => loopItems(task, vars.templar()))
      if (items?.value !== undefined && items.value.length === 0) return 'skipped'
      return items !== undefined && task.when.length === 0 ? 'runs' : 'may run'
    }
    const holds = view.known(() => allHold(task.when, vars.templar()))
    return holds === undefined ? 'may run' : holds.value ? 'runs' : 'skipped'
  }

  #turningPoint(task: Task, status: Status, footprint: Footprint): Footprint {
    if (status === 'skipped') return NO_FOOTPRINT
    const isInventory = isAction(task.action, 'inventoryTasks')
    return isInventory || TURNING_POINTS.test(task.action) ? { ...footprint, isGuard: true } : footprint
  }

  #isComputed(task: Task, status: Status): boolean {
    if (status === 'may run' || isHandler(task)) return false
    if (status === 'skipped') return task.loop === undefined
    return (
      COMPUTED.some(kind => isAction(task.action, kind)) ||
      (this.options.gathersFacts && /^(ansible\.(builtin|legacy)\.)?(setup|gather_facts)$/.test(task.action))
    )
  }

  /** Gives later runs what this one writes. False when that is not known yet. */
  async #compute(run: TaskRun, { writers }: PlanView): Promise<boolean> {
    if (writers.size > 0) return false
    // How a host is reached may be looked up among its facts, which decides nothing here.
    const outcome = await this.#executed(run, { isTolerant: true, isAssumed: false })
    if (outcome === undefined || outcome.endsHost) return false
    if (isAction(run.task.action, 'inventoryTasks')) {
      for (const part of resultParts(outcome)) applyInventoryChange(run.batch, outcome, part.copy())
    }
    run.writes = writesOfResult(outcome, run.hosts)
    run.end('ended', outcome)
    this.#pending.settle(run)
    return true
  }

  async #executed(
    { order, round, batch, host, task }: TaskRun,
    { isTolerant, isAssumed }: { readonly isTolerant: boolean; readonly isAssumed: boolean },
  ): Promise<TaskResult | undefined> {
    const view = this.#view(order, round)
    view.isTolerant = isTolerant
    const variables = this.services.variables.seenBy(view)
    const vars = batch.earlyJobVars(task, host, variables)
    const services: EngineServices = { ...this.services, variables, onEvent: () => {} }
    try {
      const outcome = await executeTask({ host, task, play: batch.play, vars, isAssumed }, services)
      return view.refusal === undefined ? outcome : undefined
    } catch (error) {
      if (view.refusal !== undefined) return undefined
      throw error
    }
  }

  /** Finds out what is included; what cannot be told becomes one run that may do anything on its host. */
  async #include(run: TaskRun, view: PlanView, status: Status, includes: TaskResult[]): Promise<void> {
    const { task } = run
    // It is planned as if its condition held.
    const isAssumed = status === 'may run' && task.loop === undefined
    const outcome = await this.#executed(run, { isTolerant: false, isAssumed })
    if (outcome !== undefined && !outcome.endsHost) {
      if (status === 'may run')
        this.note(`${task.getName()}: whether it is included is known only while the playbook runs`)
      includes.push(outcome)
      return
    }
    const vars = run.batch.earlyJobVars(task, run.host, this.services.variables.seenBy(view))
    exploreReads(run, vars, view, this.services)
    const reason = 'which tasks are included is known only while the playbook runs'
    const footprint = opaqueFootprint({ target: '', isLocal: true }, reason)
    this.note(`${task.getName()}: ${reason}`)
    this.#admit(run, footprint, view, 'may run', reason)
  }

  #expand(shadow: ShadowBatch, results: readonly TaskResult[], hosts: readonly Host[], round: number): void {
    const view = this.#view(++this.#order, round + 1)
    const seen = shadow.seenBy(this.services.variables.seenBy(view))
    const read = view.known(() => collectIncludes(seen, results).map(file => [file, readInclude(seen, file)] as const))
    if (read === undefined) this.note(`what ${results[0]?.task.getName()} includes could not be read`)
    else shadow.addIncluded(read.value, hosts)
  }

  #noteNotify(shadow: ShadowBatch, run: TaskRun, view: PlanView): void {
    const raw = rawField(run.task, 'notify')
    const planned = this.#byRun.get(run)
    if (raw === null || planned?.status === 'skipped') return
    const vars = run.batch.earlyJobVars(run.task, run.host, this.services.variables.seenBy(view))
    const value = mayHoldTemplate(raw) ? view.known(() => vars.templar().template(raw))?.value : raw
    const names: readonly Value[] | undefined = value === undefined ? undefined : Array.isArray(value) ? value : [value]
    shadow.noteNotify(run, names, shadow.seenBy(shadow.batch.services.variables))
  }

  #admit(run: TaskRun, footprint: Footprint, view: PlanView, status: Status, note: string | undefined): void {
    const { task, host, batch } = run
    const waits: PlanWait[] = []
    const planned: PlannedRun = {
      kind: 'run',
      number: run.order,
      task,
      name: task.getName(),
      host: host.name,
      play: batch.play.getName(),
      role: task.role?.getName(),
      status,
      isHandler: isHandler(task),
      footprint,
      note,
      waits,
    }
    this.#pending.add(run)
    const place = { host: host.name, round: run.round, guardsAll: run.guardsAll }
    for (const hazard of this.#hazards.add(run.id, footprint, place)) waits.push(this.#wait(hazard))
    for (const [writer, what] of view.writers) {
      const earlier = this.#byRun.get(writer)
      if (earlier !== undefined) waits.push({ earlier, rule: 'variable', because: `it reads ${what}` })
    }
    for (const notifier of run.notifiers ?? []) {
      const earlier = this.#byRun.get(notifier)
      if (earlier !== undefined) waits.push({ earlier, rule: 'handler', because: 'it may notify the handler' })
    }
    if (this.#barrier !== undefined) {
      waits.push({ earlier: this.#barrier.group, rule: 'order', because: this.#barrier.because })
    }
    this.#byRun.set(run, planned)
    this.#byId.set(run.id, planned)
    this.#runs.push(planned)
    this.#sinceBarrier.push(planned)
  }

  #wait({ earlier, kind, because, earlierBecause }: Hazard): PlanWait {
    const text = because === earlierBecause ? because : `${because}; before it ${earlierBecause}`
    return { earlier: this.#nodeOf(earlier), rule: kind, because: text }
  }

  #nodeOf(earlier: string | RunGroup): PlanNode {
    if (typeof earlier === 'string') return this.#byId.get(earlier) as PlannedRun
    let group = this.#groups.get(earlier.id)
    if (group === undefined) {
      group = { kind: 'group', members: earlier.parts.map(part => this.#nodeOf(part)) }
      this.#groups.set(earlier.id, group)
    }
    return group
  }
}

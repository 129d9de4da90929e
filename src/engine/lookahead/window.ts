// The task runs between the last one that was taken in and the last one that was looked at: a Madeus assembly that
// grows at its end. A component is a role (or the play's own tasks) on a host, a transition is a task run, and what one
// run has to wait for of another goes through a pair of ports.

import { type Footprint, type Hazard, HazardIndex, type HazardRule, type RunGroup } from '../../inference/index.js'
import { ActionFailure, Executor, type LiveComponent, type LiveTransition } from '../../madeus/index.js'
import { PendingWrites } from './pending-writes.js'
import type { EarlierRuns } from './run-view.js'
import { type PlayEnd, StrictOrder } from './strict-order.js'
import type { TaskRun } from './task-run.js'

export interface WindowOptions {
  /** Runs it until it is over. Never rejects. */
  readonly start: (run: TaskRun) => Promise<void>
  /** No two tasks of one component at once. */
  readonly isSerialInComponents: boolean
  /** Nothing is done before its turn that a failure could keep from being done. */
  readonly isStrict: boolean
  readonly mayReturnFacts: (action: string) => boolean | undefined
  /** Nothing more is started once this is aborted. */
  readonly signal: AbortSignal
  /** For tests: rules that are left out. */
  readonly without?: ReadonlySet<string> | undefined
}

/** What stands for a run in the assembly; a group of runs that is waited for has a transition of its own that does nothing. */
type Subject = TaskRun | undefined

export class Window implements EarlierRuns {
  readonly pending: PendingWrites
  readonly #executor: Executor<Subject>
  readonly #components = new Map<string, LiveComponent<Subject>>()
  readonly #hazards: HazardIndex
  /** Not taken in yet, in the order of the playbook. */
  readonly #runs = new Map<number, TaskRun>()
  readonly #waiting = new Map<string, TaskRun[]>()
  readonly #controllerWriters = new Set<TaskRun>()
  /** Runs of which nobody has asked yet whether they look at files of the controller, and those that do. */
  readonly #notAsked = new Set<TaskRun>()
  readonly #lookers = new Set<TaskRun>()
  readonly #byId = new Map<string, TaskRun>()
  readonly #groups = new Map<string, LiveTransition<Subject>>()
  readonly #lastOf = new Map<string, { round: number; current: TaskRun[]; before: readonly TaskRun[] }>()
  /** Hosts on which a run failed, with the place of the first one: nothing after it is started there. */
  readonly #failedAt = new Map<string, number>()
  readonly #strict: StrictOrder | undefined
  readonly #playEnds = new Map<string, LiveTransition<Subject>>()
  #allFailedAt = Number.POSITIVE_INFINITY
  #isClosed = false
  #wakeRoom: (() => void) | undefined

  constructor(private readonly options: WindowOptions) {
    this.#strict = options.isStrict ? new StrictOrder() : undefined
    this.pending = new PendingWrites(options.mayReturnFacts, options.without?.has('variables') !== true)
    this.#hazards = new HazardIndex({ without: options.without as ReadonlySet<HazardRule> | undefined })
    this.#executor = new Executor<Subject>({
      start: async ({ subject }) => {
        if (subject === undefined) return
        await options.start(subject)
        this.settle(subject)
        // What was given up is yet to be done: nobody who waits for it may begin.
        if (subject.progress === 'failed' || subject.progress === 'dropped')
          return new ActionFailure(`${subject.task.getName()} was not done on ${subject.host.name}`)
      },
      forbids: ({ subject }) => subject !== undefined && this.isForbidden(subject),
      signal: options.signal,
    })
  }

  get size(): number {
    return this.#runs.size
  }
  /** Nothing in it will be asked for: handlers that nobody notified may be left, and what was not included. */
  get isEmpty(): boolean {
    for (const run of this.#runs.values()) if (!run.isTaken && run.progress !== 'absent' && !run.isLeftOut) return false
    return true
  }

  isForbidden(run: TaskRun): boolean {
    const failedAt = Math.min(this.#allFailedAt, this.#failedAt.get(run.host.name) ?? Number.POSITIVE_INFINITY)
    return this.#isClosed || run.order > failedAt
  }

  /** Adds a run with what it touches; it starts once all it has to wait for is over. */
  add(run: TaskRun, footprint: Footprint, alsoAfter: readonly TaskRun[] = []): void {
    this.#remember(run)
    const place = { host: run.host.name, round: run.round, guardsAll: run.guardsAll }
    const hazards = this.#hazards.add(run.id, footprint, place)
    this.#byId.set(run.id, run)
    this.pending.add(run)
    const component = componentOf(run)
    const transition = this.#executor.addTransition(this.#component(component), {
      id: `${run.id} ${run.task.getName()}`,
      subject: run,
      priority: -run.order,
    })
    run.transition = transition as LiveTransition<TaskRun>
    for (const hazard of hazards) this.#waitFor(run, transition, hazard)
    for (const earlier of alsoAfter) this.#precede(earlier, transition)
    if (writesController(footprint)) {
      this.#controllerWriters.add(run)
      for (const earlier of this.#lookersBefore(run.round)) {
        run.waitFor(earlier, 'WAR', 'it may look at files of the controller')
        this.#precede(earlier, transition)
      }
    }
    this.#notAsked.add(run)
    if (this.#strict !== undefined) this.#keepStrict(this.#strict, run, transition, footprint.isHarmless)
    if (this.options.isSerialInComponents)
      for (const earlier of this.#previousOf(component, run)) this.#precede(earlier, transition)
  }

  #keepStrict(strict: StrictOrder, run: TaskRun, transition: LiveTransition<Subject>, isHarmless: boolean): void {
    const { runs, play } = strict.add(run, isHarmless)
    for (const earlier of runs) {
      run.waitFor(earlier, 'failure', 'it may fail')
      this.#precede(earlier, transition)
    }
    if (play !== undefined) this.#executor.precede(this.#playEnd(play), transition)
  }
  /** A transition that does nothing, once a play is over. */
  #playEnd({ id, runs, before }: PlayEnd): LiveTransition<Subject> {
    let transition = this.#playEnds.get(id)
    if (transition === undefined) {
      transition = this.#executor.addTransition(this.#component('plays'), { id, subject: undefined, priority: 1 })
      this.#playEnds.set(id, transition)
      for (const run of runs) this.#precede(run, transition)
      if (before !== undefined) this.#executor.precede(this.#playEnd(before), transition)
    }
    return transition
  }

  #component(name: string): LiveComponent<Subject> {
    let component = this.#components.get(name)
    if (component === undefined) {
      component = this.#executor.addComponent(name)
      this.#components.set(name, component)
    }
    return component
  }

  /** Runs that may look at what a writer of the given round changes. Asked for only where somebody writes there. */
  #lookersBefore(round: number): ReadonlySet<TaskRun> {
    for (const run of this.#notAsked) {
      if (run.round >= round) break
      this.#notAsked.delete(run)
      if (run.mayLookUp?.() === true) this.#lookers.add(run)
    }
    return this.#lookers
  }

  /** Adds a run that has a result already. */
  addEnded(run: TaskRun): void {
    this.#remember(run)
    this.pending.add(run)
    this.pending.settle(run)
    this.noteFailure(run)
  }

  #remember(run: TaskRun): void {
    this.#runs.set(run.order, run)
    const waiting = this.#waiting.get(run.key)
    if (waiting === undefined) this.#waiting.set(run.key, [run])
    else waiting.push(run)
  }

  #waitFor(run: TaskRun, transition: LiveTransition<Subject>, hazard: Hazard): void {
    const { earlier, kind, because, earlierBecause } = hazard
    if (typeof earlier !== 'string') {
      this.#executor.precede(this.#groupTransition(earlier), transition)
      return
    }
    const other = this.#byId.get(earlier)
    if (other === undefined || other.isOver) return
    run.waitFor(other, kind, because === earlierBecause ? because : `${because}; before it ${earlierBecause}`)
    this.#precede(other, transition)
  }

  #precede(earlier: TaskRun, transition: LiveTransition<Subject>): void {
    if (earlier.transition === undefined || earlier.isOver) return
    this.#executor.precede(earlier.transition as LiveTransition<Subject>, transition)
    const { subject } = transition
    if (subject !== undefined && earlier.needsTurn) subject.needsTurn = true
  }

  /** One transition for many runs that are waited for together. */
  #groupTransition(group: RunGroup): LiveTransition<Subject> {
    let transition = this.#groups.get(group.id)
    if (transition === undefined) {
      transition = this.#executor.addTransition(this.#component('rounds'), {
        id: group.id,
        subject: undefined,
        priority: 1,
      })
      this.#groups.set(group.id, transition)
      for (const part of group.parts) {
        if (typeof part !== 'string') this.#executor.precede(this.#groupTransition(part), transition)
        else {
          const run = this.#byId.get(part)
          if (run !== undefined) this.#precede(run, transition)
        }
      }
    }
    return transition
  }

  /** Runs of the component's round before this one. */
  #previousOf(component: string, run: TaskRun): readonly TaskRun[] {
    let last = this.#lastOf.get(component)
    if (last === undefined || last.round !== run.round) {
      last = { round: run.round, current: [], before: last?.current ?? [] }
      this.#lastOf.set(component, last)
    }
    last.current.push(run)
    return last.before
  }

  /** A run is over: others need not wait for it any more, unless it failed. */
  settle(run: TaskRun): void {
    this.pending.settle(run)
    this.noteFailure(run)
    this.#controllerWriters.delete(run)
    this.#notAsked.delete(run)
    this.#lookers.delete(run)
    if (this.#byId.delete(run.id)) this.#hazards.remove(run.id)
  }

  /** At once, so that nothing that is added from now on is started after it. */
  noteFailure(run: TaskRun): void {
    if (run.progress !== 'failed') return
    if (run.endsAll || run.guardsAll || this.options.isStrict)
      this.#allFailedAt = Math.min(this.#allFailedAt, run.order)
    for (const host of run.hosts) {
      const known = this.#failedAt.get(host)
      if (known === undefined || known > run.order) this.#failedAt.set(host, run.order)
    }
  }

  /** The oldest run of a task on a host that the strategy has not come to. */
  next(key: string): TaskRun | undefined {
    return this.#waiting.get(key)?.[0]
  }

  /** The strategy comes to a run: what precedes it and was passed over will never be asked for. */
  take(run: TaskRun): readonly TaskRun[] {
    const passed: TaskRun[] = []
    for (const other of this.#runs.values()) {
      if (other.round >= run.round) break
      if (!other.isTaken) passed.push(other)
    }
    const waiting = this.#waiting.get(run.key)
    if (waiting?.[0] === run) {
      waiting.shift()
      if (waiting.length === 0) this.#waiting.delete(run.key)
    }
    return passed
  }

  /** A run was taken in, or is given up. */
  forget(run: TaskRun): void {
    this.pending.forget(run)
    this.#runs.delete(run.order)
    const waiting = this.#waiting.get(run.key)
    const at = waiting?.indexOf(run) ?? -1
    if (at >= 0) waiting?.splice(at, 1)
    if (waiting?.length === 0) this.#waiting.delete(run.key)
    const wake = this.#wakeRoom
    this.#wakeRoom = undefined
    wake?.()
  }

  /** Gives a run up that has not started; false when it has. */
  drop(run: TaskRun): boolean {
    if (run.transition !== undefined && !this.#executor.cancel(run.transition as LiveTransition<Subject>)) return false
    if (!run.isOver) {
      run.end('dropped')
      this.settle(run)
    }
    return true
  }

  /** Waits until fewer than `limit` runs are in the window, or it is closed. */
  async untilRoom(limit: number): Promise<void> {
    while (this.#runs.size >= limit && !this.#isClosed)
      await new Promise<void>(resolve => {
        this.#wakeRoom = resolve
      })
  }

  /** Nothing more is started; what has not been started is given up. Waits for what runs, and gives what was done and not taken. */
  async close(): Promise<readonly TaskRun[]> {
    this.#isClosed = true
    const wake = this.#wakeRoom
    this.#wakeRoom = undefined
    wake?.()
    const left: TaskRun[] = []
    for (const run of [...this.#runs.values()]) {
      if (run.isTaken) {
        // The strategy does it itself.
        if (run.progress === 'waiting') this.drop(run)
        continue
      }
      if (!this.drop(run)) {
        if (run.isIdle) run.end('dropped')
        await run.halted
      }
      if (run.progress === 'ended' || run.progress === 'failed' || run.isPaused) left.push(run)
    }
    return left
  }

  controllerWriterBefore(round: number): TaskRun | undefined {
    for (const run of this.#controllerWriters) if (run.round < round && !run.isOver) return run
    return undefined
  }
  lastOfOthersBefore(order: number, round: number, host: string | undefined): TaskRun | undefined {
    let last: TaskRun | undefined
    const beside: TaskRun[] = []
    for (const run of this.#runs.values()) {
      if (run.order >= order) break
      if (run.round === round) beside.push(run)
      else if (!run.isGood && run.host.name !== host) last = run
    }
    // Results of the same round are taken in while hosts wait for a worker (strategy-linear.ts).
    const seen = beside.slice(0, -(beside[0]?.batch.services.options.forks ?? 1))
    return seen.findLast(run => !run.isGood) ?? last
  }
  anyBefore(round: number): TaskRun | undefined {
    for (const run of this.#runs.values()) {
      if (run.round >= round) return undefined
      if (!run.isOver) return run
    }
    return undefined
  }
}

/** Name of the component that a run belongs to, as reports show it. */
export function componentOf({ task, host, batch }: TaskRun): string {
  return `${task.role?.getName() ?? batch.play.getName()} on ${host.name}`
}

function writesController(footprint: Footprint): boolean {
  return [...footprint.writes, ...footprint.ensures].some(
    ({ resource }) => resource.scope === 'controller' || resource.scope === '*',
  )
}

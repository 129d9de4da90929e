// One task on one host in the window of tasks that are looked at ahead of their turn.

import type { Claim } from '../../inference/index.js'
import type { Host, Inventory } from '../../inventory/index.js'
import type { LiveTransition } from '../../madeus/index.js'
import type { Block, Handler, Task } from '../../playbook/index.js'
import { truth } from '../../python/index.js'
import type { HostWrites } from '../../variables/index.js'
import type { Batch, Standing } from '../batch.js'
import type { EngineEvent, EventSink, WaitEvidence } from '../events.js'
import { rawField } from '../task-fields.js'
import type { TaskResult } from '../task-result.js'
import { isRescued } from './guarding-blocks.js'
import type { LastHandler } from './notified.js'

/** How far a run is. */
export type RunProgress =
  /** Something before it has not ended, or nobody has started it. */
  | 'waiting'
  | 'running'
  /** It has a result that lets the play go on. */
  | 'ended'
  /** It has a result that ends the play for its host. */
  | 'failed'
  /** A handler that nobody notified. */
  | 'absent'
  /** It will not be started ahead of its turn. */
  | 'dropped'

export class TaskRun {
  progress: RunProgress = 'waiting'
  outcome: TaskResult | undefined
  /** What the result writes for which host, once it has ended. */
  writes: ReadonlyMap<string, HostWrites> = new Map()
  transition: LiveTransition<TaskRun> | undefined
  /** False: it begins when its turn has come. */
  startsEarly = true
  isTaken = false
  /** Which hosts were in play when its turn came: results of the same round are taken in while it runs. */
  standing: Standing | undefined
  /** It, or something that it waits for, begins only when its turn has come: who waits for it may wait for himself. */
  needsTurn = false
  /** Its failure ends the play for all hosts. */
  readonly endsAll: boolean
  /**
   * Whether it fails decides what other hosts find, too: they start nothing later before it ended. What a rescue section
   * does may concern anybody: what it sets for all hosts, what they share.
   */
  readonly guardsAll: boolean
  /** The strategy will not ask for it: it does nothing when it starts. */
  isVoid = false
  /** The include that it came with, where it was planned before that include's condition was known. */
  includedBy: TaskRun | undefined
  /** Earlier runs that may notify this handler; undefined when it is no handler. */
  notifiers: readonly TaskRun[] | undefined
  /** It was notified by something that was taken in already. */
  isNotified = false
  /** Handlers of the play as they are known when it is the run's turn: those that it may notify. */
  handlerBlocks: readonly Block[] = []
  /** Whether it may look at files of the controller through lookups. */
  mayLookUp: (() => boolean) | undefined
  readonly waitsFor: WaitEvidence[] = []
  /** Runs of the same task on other hosts that it waits for, as whether they fail decides what it reads. */
  readonly beside: TaskRun[] = []
  /** The inventory at its place, when earlier runs that were not taken in add to it. */
  inventory: Inventory | undefined
  /** What nobody else may hold while it works. */
  claims: readonly Claim[] = []
  /** Its action was called: it must not be done a second time. */
  hasActed = false
  /** It waits for its turn with its action done. */
  isPaused = false
  /** It was started and does nothing yet: it may be given up. */
  isIdle = false
  /** Handlers that it is planned with, where what hosts do depends on who is notified of them. */
  plannedWith: readonly LastHandler[] = []
  /** It was started before everything that precedes it had been taken in. */
  isEarly = false
  readonly ended: Promise<void>
  /** It has ended, or waits for its turn. */
  readonly halted: Promise<void>
  #resolveHalted!: () => void
  #resolveEnded!: () => void
  readonly #turn: Promise<void>
  #resolveTurn!: () => void
  #events: EngineEvent[] = []
  #sink: EventSink | undefined

  constructor(
    /** Place in the order of the playbook. */
    readonly order: number,
    /** The round of the linear strategy: one task on all hosts. */
    readonly round: number,
    readonly batch: Batch,
    readonly host: Host,
    readonly task: Task,
    /** Hosts that its result counts for. */
    readonly hosts: readonly string[],
  ) {
    this.endsAll = hosts.length > 1 || truth(rawField(task, 'any_errors_fatal'))
    this.guardsAll = hosts.length > 1 || isRescued(task)
    this.ended = new Promise(resolve => {
      this.#resolveEnded = resolve
    })
    this.halted = new Promise(resolve => {
      this.#resolveHalted = resolve
    })
    this.#turn = new Promise(resolve => {
      this.#resolveTurn = resolve
    })
  }

  get id(): string {
    return String(this.order)
  }
  /** What the strategy knows it by. */
  get key(): string {
    return keyOf(this.task, this.host)
  }
  get handler(): Handler | undefined {
    return this.notifiers === undefined ? undefined : (this.task as Handler)
  }
  /** It is over, and what follows may go on. */
  get isGood(): boolean {
    return this.progress === 'ended' || this.progress === 'absent'
  }
  /** The include that it was planned with brought nothing: its turn never comes. */
  get isLeftOut(): boolean {
    return this.includedBy?.isOver === true && !this.includedBy.hasIncluded
  }
  /** Of an include that has ended: its condition held. */
  get hasIncluded(): boolean {
    const { outcome, progress } = this
    return progress === 'ended' && outcome !== undefined && !outcome.isSkipped && !outcome.isFailed
  }
  /** Whoever is ahead of his turn must not wait for it. */
  get isOutOfReach(): boolean {
    return this.needsTurn && !this.isTaken && !this.isOver
  }
  /** Nothing waits for it any more. */
  get isOver(): boolean {
    return this.progress !== 'waiting' && this.progress !== 'running'
  }

  /** Notes whom it waits for and why, for people. */
  waitFor(earlier: TaskRun, kind: string, because: string): void {
    if (!earlier.isOver) this.waitsFor.push({ host: earlier.host.name, task: earlier.task.uuid, kind, because })
  }

  end(progress: RunProgress, outcome?: TaskResult): void {
    this.progress = progress
    this.outcome = outcome
    this.isPaused = false
    this.#resolveEnded()
    this.#resolveHalted()
  }
  /** Takes over the result of a run of the same task on the same host. */
  adopt(other: TaskRun): void {
    this.writes = other.writes
    this.#events = other.#events
    this.isEarly = other.isEarly
    this.end(other.progress, other.outcome)
  }

  /** Its turn has come: what it tells is told from now on. */
  takeTurn(sink: EventSink, standing: Standing): void {
    this.isTaken = true
    this.standing = standing
    this.#sink = sink
    for (const event of this.#events.splice(0)) sink(event)
    this.#resolveTurn()
  }
  /** Its turn will not come. */
  abandon(): void {
    this.isVoid = true
    this.#resolveTurn()
  }
  /** Waits for the turn in the midst of its work. */
  pause(): Promise<void> {
    this.isPaused = true
    this.#resolveHalted()
    return this.#turn
  }
  untilTurn(): Promise<void> {
    return this.#turn
  }
  /** What was told so far counts for nothing: the task is begun again. */
  forgetEvents(): void {
    this.#events = []
  }
  /** Keeps events until the run's turn has come. */
  tell(event: EngineEvent): void {
    if (this.#sink === undefined) this.#events.push(event)
    else this.#sink(event)
  }
}

export const keyOf = (task: Task, host: Host): string => `${task.uuid}\0${host.name}`

// What one run sees of variables: what the manager has, and what stands before it in the playbook and is not taken in.

import type { Inventory } from '../../inventory/index.js'
import {
  type EarlyView,
  type HostWrites,
  NO_WRITES,
  PendingValueError,
  type WrittenLayer,
} from '../../variables/index.js'
import { reachOf } from './lookups.js'
import type { PendingWrites } from './pending-writes.js'
import type { TaskRun } from './task-run.js'

/** Runs of earlier rounds that have not ended, as far as lookups could notice. */
export interface EarlierRuns {
  /** One that may still change files of the controller. */
  controllerWriterBefore(round: number): TaskRun | undefined
  anyBefore(round: number): TaskRun | undefined
  /** The latest one of another host that has not ended well, and whose result the one at this place would see. */
  lastOfOthersBefore(order: number, round: number, host: string | undefined): TaskRun | undefined
}

export class RunView implements EarlyView {
  /** The first refusal since `forgetRefusal`: whatever was computed since then counts for nothing. */
  refusal: PendingValueError | undefined
  /** Takes warnings of templates; nobody does while a run is only looked at. */
  onWarning: ((text: string) => void) | undefined
  /** What is computed is only a guess at what a run will touch: nothing else may come of it. */
  isGuessing = false
  /** A lookup that may notice whatever was done before, once one was asked for. */
  widestLookup: string | undefined
  #seesAll = false
  #isListing = false
  #isTolerant = false
  #isSure = true
  readonly #known = new Map<string, { readonly version: number; readonly writes: readonly HostWrites[] }>()

  constructor(
    private readonly pending: PendingWrites,
    private readonly earlier: EarlierRuns,
    private readonly order: number,
    private readonly round: number,
    /** Whose run it is: when an earlier one of this host fails, this one will not be. */
    private readonly host: string | undefined,
    readonly inventory: Inventory | undefined,
  ) {}

  /** The run that has to end before what was refused is known. */
  get blocker(): TaskRun | undefined {
    return this.refusal?.writer as TaskRun | undefined
  }
  /** Everything before the run has been taken in: there is nothing that it has to wait for. */
  seeAll(): void {
    this.#seesAll = true
  }
  forgetRefusal(): void {
    this.refusal = undefined
  }
  /**
   * Reads raw values while what is not known yet is taken for what there is. False when a file of variables is yet to be
   * read that may hold one of them; results and facts hold no templates.
   */
  tolerantly(compute: () => void): boolean {
    this.#isTolerant = true
    this.#isSure = true
    try {
      compute()
      return this.#isSure
    } finally {
      this.#isTolerant = false
    }
  }

  /** Names of variables, as far as they can be told: nothing is refused that only concerns which there are. */
  listing(compute: () => readonly string[], host: string): readonly string[] {
    this.#isListing = true
    try {
      return [...new Set([...compute(), ...this.pending.namesBefore(this.order, this.round, host)])]
    } finally {
      this.#isListing = false
    }
  }
  /** Refuses while an earlier run may write variables of the host whose names cannot be told. */
  refuseUnlisted(host: string): void {
    const writer = this.#seesAll ? undefined : this.pending.unlistedBefore(this.order, this.round, host)
    if (writer !== undefined) this.#refuse(writer, `what ${host} knows`)
  }

  hasPending(host: string): boolean {
    return !this.#seesAll && this.pending.hasPending(host)
  }
  writes(host: string): readonly HostWrites[] {
    if (this.#seesAll) return NO_WRITES
    const version = this.pending.versionOf(host)
    const known = this.#known.get(host)
    if (known?.version === version) return known.writes
    const writes = this.pending.writesBefore(this.order, this.round, host)
    this.#known.set(host, { version, writes })
    return writes
  }
  refusePending(host: string, layer: WrittenLayer, name: string | undefined): void {
    if (this.#seesAll || this.#isListing) return
    const writer = this.pending.writerBefore(this.order, this.round, host, layer, name)
    if (writer !== undefined && this.#isTolerant) this.#isSure &&= layer !== 'included'
    else if (writer !== undefined)
      this.#refuse(writer, name === undefined ? `what ${host} knows` : `${name} of ${host}`)
  }
  refuseLookup(name: string): void {
    const reach = reachOf(name)
    if (reach === 'nothing') return
    if (this.#isTolerant) throw new Error('a lookup where nothing is computed')
    if (reach === 'anything') {
      this.widestLookup ??= name
      if (this.isGuessing) throw new PendingValueError(undefined, `the lookup ${name}`)
    }
    if (this.#seesAll) return
    const writer =
      reach === 'files' ? this.earlier.controllerWriterBefore(this.round) : this.earlier.anyBefore(this.round)
    if (writer !== undefined) this.#refuse(writer, `the lookup ${name}`)
  }
  warn(text: string): void {
    this.onWarning?.(text)
  }
  refuseHostsInPlay(name: string): void {
    if (this.#seesAll || this.#isTolerant || this.#isListing) return
    const earlier = this.earlier.lastOfOthersBefore(this.order, this.round, this.host)
    if (earlier !== undefined) this.#refuse(earlier, name)
  }
  #refuse(writer: TaskRun, what: string): never {
    const error = new PendingValueError(writer, what)
    this.refusal ??= error
    throw error
  }
}

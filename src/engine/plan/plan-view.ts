// What a run sees of variables when nothing is run: it finds out which earlier runs have to write first. What these
// write is not known, so a value is known only if it asks for none of that.

import { PendingValueError, type WrittenLayer } from '../../variables/index.js'
import type { PendingWrites } from '../lookahead/pending-writes.js'
import { type EarlierRuns, RunView } from '../lookahead/run-view.js'
import type { TaskRun } from '../lookahead/task-run.js'

/** Nothing that is yet to be done to the controller is seen: lookups are taken at their word of today. */
const NOBODY: EarlierRuns = {
  controllerWriterBefore: () => undefined,
  anyBefore: () => undefined,
  lastOfOthersBefore: () => undefined,
}

export class PlanView extends RunView {
  /** Earlier runs that write what was asked for, with the name of it. */
  readonly writers = new Map<TaskRun, string>()
  /** What is not known yet is taken for what there is. */
  isTolerant = false

  constructor(
    private readonly writes_: PendingWrites,
    private readonly place: { readonly order: number; readonly round: number },
  ) {
    super(writes_, NOBODY, place.order, place.round, undefined, undefined)
  }

  override refusePending(host: string, layer: WrittenLayer, name: string | undefined): void {
    const { order, round } = this.place
    const writers = this.writes_.writersBefore(order, round, host, layer, name)
    const what = name === undefined ? `what ${host} knows` : name
    for (const writer of writers) if (!this.writers.has(writer)) this.writers.set(writer, what)
    const first = writers[0]
    if (first === undefined || this.isTolerant) return
    const error = new PendingValueError(first, what)
    this.refusal ??= error
    throw error
  }

  override refuseLookup(): void {}

  /** A value, or undefined when it depends on what is not known or cannot be computed. */
  known<V>(compute: () => V): { readonly value: V } | undefined {
    this.forgetRefusal()
    try {
      const value = compute()
      return this.refusal === undefined ? { value } : undefined
    } catch {
      return undefined
    } finally {
      this.forgetRefusal()
    }
  }

  /** Computes with whatever there is, only to learn who writes what it asks for. */
  explore(compute: () => unknown): void {
    this.isTolerant = true
    try {
      compute()
    } catch {
      // Undefined values are expected: who would write them has been noted.
    } finally {
      this.isTolerant = false
      this.forgetRefusal()
    }
  }
}

// Variables as a task sees them that is run before tasks that precede it in the playbook have been taken in: the
// manager's own, plus what earlier tasks that have ended will write, and a refusal for what earlier tasks may still
// write. The order of the playbook decides what is seen, never the order in which tasks end (register renaming).

import type { Inventory } from '../inventory/index.js'
import { Dict, isText, type Mapping, textOf, type Value } from '../python/values.js'

/** What one result writes for one host. */
export interface HostWrites {
  /** Facts of modules and of `set_fact: cacheable`. */
  readonly facts?: Mapping | undefined
  /** Registered results and set_fact. */
  readonly values?: Dict | undefined
  /** include_vars. */
  readonly included?: ReadonlyMap<string, Value> | undefined
}

/** Which of a host's layers is read. */
export type WrittenLayer = 'facts' | 'values' | 'included'

export interface EarlyView {
  /**
   * Throws PendingValueError when an earlier task that has not ended may write this variable of the host; without a
   * name, any variable of that layer.
   */
  refusePending(host: string, layer: WrittenLayer, name: string | undefined): void
  /** Whether an earlier task that has not ended may write variables of the host. */
  hasPending(host: string): boolean
  /** Throws PendingValueError when a lookup could see what earlier tasks have yet to do to the controller. */
  refuseLookup(name: string): void
  /**
   * Throws PendingValueError while an earlier task of another host may yet fail, and so decide which hosts are in play:
   * `ansible_play_hosts`, `ansible_failed_hosts` and the like.
   */
  refuseHostsInPlay(name: string): void
  /** The inventory with what earlier tasks will have added; undefined when that is nothing. */
  readonly inventory: Inventory | undefined
  /** A template warns. */
  warn(message: string): void
  /** What earlier tasks that have ended write and the manager does not have, oldest first; the same array for the same. */
  writes(host: string): readonly HostWrites[]
}

/** A value is read that an earlier task has yet to write. `writer` is whatever the view knows that task by. */
export class PendingValueError extends Error {
  constructor(
    readonly writer: unknown,
    readonly what: string,
  ) {
    super(`${what} is not known yet`)
    this.name = 'PendingValueError'
  }
}

export const NO_WRITES: readonly HostWrites[] = []

/** A layer of a host's variables that refuses what is not known yet. `known` gives the values at this moment. */
export class EarlyLayer extends Dict {
  constructor(
    private readonly view: EarlyView,
    private readonly host: string,
    private readonly layer: WrittenLayer,
    private readonly known: () => Dict,
  ) {
    super()
  }
  override get(key: Value): Value | undefined {
    this.view.refusePending(this.host, this.layer, isText(key) ? textOf(key) : undefined)
    return this.known().get(key)
  }
  override has(key: Value): boolean {
    return this.get(key) !== undefined
  }
  override get size(): number {
    return Math.max(1, this.known().size)
  }
  override *keys(): IterableIterator<Value> {
    this.view.refusePending(this.host, this.layer, undefined)
    yield* this.known().keys()
  }
  override values(): IterableIterator<Value> {
    this.view.refusePending(this.host, this.layer, undefined)
    return this.known().values()
  }
  override *entries(): IterableIterator<[Value, Value]> {
    this.view.refusePending(this.host, this.layer, undefined)
    yield* this.known().entries()
  }
  override [Symbol.iterator](): IterableIterator<[Value, Value]> {
    return this.entries()
  }
  override copy(): Dict {
    return new Dict(this.entries())
  }
}

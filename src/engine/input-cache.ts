// Remembers for each host what was computed from a list of inputs. Most tasks reach their host the same way as the
// task before, and finding that out anew costs more than all the rest of a small task.

import type { Host } from '../inventory/index.js'

/** Ways to reach one host that are kept: own, delegated, with and without privilege escalation. */
const KEPT = 6

interface Entry<T> {
  readonly inputs: readonly unknown[]
  readonly value: T
}

export class InputCache<T> {
  readonly #entries = new WeakMap<Host, Entry<T>[]>()

  /** The value for inputs that are all identical, computed on first use; undefined inputs are never remembered. */
  get(host: Host, inputs: readonly unknown[] | undefined, compute: () => T): T {
    if (inputs === undefined) return compute()
    const entries = this.#entries.get(host) ?? []
    const known = entries.find(entry => isSame(entry.inputs, inputs))
    if (known !== undefined) return known.value
    const value = compute()
    this.#entries.set(host, [{ inputs, value }, ...entries.slice(0, KEPT - 1)])
    return value
  }
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false
  return true
}

// Remembers computed variables of one host for a whole run. An entry holds in every scope in which each variable
// it was computed from has the identical raw value, so set_fact or register spoil only what reads them.

import type { Value } from '../python/index.js'
import type { VariableScope } from './plugin.js'

/** A computed variable. */
export interface ComputedVariable {
  readonly name: string
  readonly raw: Value
  readonly value: Value
  /** It holds unsafe text: a template that reads it has an unsafe result. */
  readonly isUnsafe: boolean
  /** What it was computed from, besides its own raw value; undefined stands for a missing variable. */
  readonly reads: ReadonlyMap<string, Value | undefined>
}

/** How many values of one variable are kept: a loop variable takes many. */
const MAX_PER_NAME = 8

export class MemoStore {
  /** Key: what the computing engine is, then the variable's name. */
  readonly #entries = new Map<object, Map<string, ComputedVariable[]>>()
  #count = 0

  constructor(readonly maxEntries: number = 20_000) {}

  /** The remembered value of a variable, if it still holds in this scope. */
  get(owner: object, name: string, raw: Value, scope: VariableScope): ComputedVariable | undefined {
    const candidates = this.#entries.get(owner)?.get(name)
    if (candidates === undefined) return undefined
    for (const candidate of candidates) if (candidate.raw === raw && holdsIn(candidate, scope)) return candidate
    return undefined
  }

  set(owner: object, entry: ComputedVariable): void {
    if (this.#count >= this.maxEntries) this.clear()
    let names = this.#entries.get(owner)
    if (names === undefined) {
      names = new Map()
      this.#entries.set(owner, names)
    }
    const list = names.get(entry.name)
    if (list === undefined) names.set(entry.name, [entry])
    else {
      list.unshift(entry)
      if (list.length > MAX_PER_NAME) list.pop()
      else this.#count++
      return
    }
    this.#count++
  }

  clear(): void {
    this.#entries.clear()
    this.#count = 0
  }

  get size(): number {
    return this.#count
  }
}

function holdsIn(entry: ComputedVariable, scope: VariableScope): boolean {
  for (const [name, raw] of entry.reads) if (scope.get(name) !== raw) return false
  return true
}

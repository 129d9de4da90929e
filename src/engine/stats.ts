// Counts per host what the recap shows, and keeps what set_stats gives.
// Mirrors executor/stats.py and utils/vars.py merge_hash (ansible-core 2.14).

import { add, typeName } from '../python/index.js'
import { Dict, Mapping, type Value } from '../python/values.js'
import type { HostSummary, RunStats } from './events.js'

export type Counter = 'ok' | 'changed' | 'unreachable' | 'failures' | 'skipped' | 'rescued' | 'ignored'

type Counts = { -readonly [K in keyof HostSummary]: number }

/** Key of custom stats that belong to no host. */
const WHOLE_RUN = '_run'

export class Stats implements RunStats {
  readonly #hosts = new Map<string, Counts>()
  readonly custom = new Map<string, Dict>()

  get hosts(): ReadonlyMap<string, HostSummary> {
    return this.#hosts
  }

  increment(counter: Counter, host: string): void {
    let counts = this.#hosts.get(host)
    if (counts === undefined) {
      counts = { ok: 0, changed: 0, unreachable: 0, failures: 0, skipped: 0, rescued: 0, ignored: 0 }
      this.#hosts.set(host, counts)
    }
    counts[counter]++
  }

  /** Takes one count back; none goes below nothing. */
  decrement(counter: Counter, host: string): void {
    const counts = this.#hosts.get(host)
    if (counts !== undefined) counts[counter] = Math.max(0, counts[counter] - 1)
  }

  /** `host` undefined: for the whole run. */
  setCustom(name: Value, value: Value, host: string | undefined): void {
    this.#customOf(host).set(name, value)
  }

  /** Adds to what is there: mappings are merged, everything else is added as Python's `+=`; other types are left alone. */
  aggregateCustom(name: Value, value: Value, host: string | undefined): void {
    const own = this.custom.get(host ?? WHOLE_RUN)
    const present = own?.get(name)
    if (own === undefined || present === undefined) return this.setCustom(name, value, host)
    if (typeName(present) !== typeName(value)) return
    own.set(
      name,
      present instanceof Mapping && value instanceof Mapping ? mergeMappings(present, value) : add(present, value),
    )
  }

  #customOf(host: string | undefined): Dict {
    const key = host ?? WHOLE_RUN
    let custom = this.custom.get(key)
    if (custom === undefined) {
      custom = new Dict()
      this.custom.set(key, custom)
    }
    return custom
  }
}

/** merge_hash with its defaults: recursive, the second wins, lists are replaced. */
function mergeMappings(first: Mapping, second: Mapping): Dict {
  const merged = new Dict(first.entries())
  for (const [key, value] of second.entries()) {
    const present = merged.get(key)
    merged.set(key, present instanceof Mapping && value instanceof Mapping ? mergeMappings(present, value) : value)
  }
  return merged
}

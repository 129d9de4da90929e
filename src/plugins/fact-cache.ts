// The fact cache of a cache plugin of Python (redis, yaml, one of the repository). Facts that were read or written in
// this run are remembered here as well.

import { Dict, str, truth, type Value } from '../python/index.js'
import { type FactCache, MemoryFactCache } from '../variables/index.js'
import type { PluginHost } from './plugin-host.js'

/** Opens the cache that fact_caching names. Throws in Ansible's words when there is none of that name. */
export function foreignFactCache(host: PluginHost, plugin: string): FactCache {
  return new ForeignFactCache(host, plugin)
}

class ForeignFactCache implements FactCache {
  readonly #memory = new MemoryFactCache()
  constructor(
    private readonly host: PluginHost,
    private readonly plugin: string,
  ) {
    this.#ask('open')
  }

  #ask(operation: string, host: string | undefined = undefined, facts?: Dict): Value {
    const fields: Record<string, string> = { do: JSON.stringify(operation), host: JSON.stringify(host ?? null) }
    if (facts !== undefined) fields.facts = this.host.encode(facts)
    return this.host.request('facts', fields, `The cache plugin '${this.plugin}'`)
  }

  has(host: string): boolean {
    return this.#memory.has(host) || truth(this.#ask('has', host))
  }
  get(host: string): Dict | undefined {
    const known = this.#memory.get(host)
    if (known !== undefined) return known
    const [facts] = this.#ask('get', host) as Value[]
    if (!(facts instanceof Dict)) return undefined
    this.#memory.set(host, facts)
    return facts
  }
  set(host: string, facts: Dict): void {
    this.#memory.set(host, facts)
    this.#ask('set', host, facts)
  }
  delete(host: string): void {
    this.#memory.delete(host)
    this.#ask('delete', host)
  }
  keys(): Iterable<string> {
    return (this.#ask('keys') as Value[]).map(str)
  }
  flush(): void {
    this.#memory.flush()
    this.#ask('flush')
  }
}

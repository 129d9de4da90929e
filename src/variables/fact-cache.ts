// Where facts live: in memory for this run, or as JSON files that later runs read.
// Mirrors ansible/vars/fact_cache.py, plugins/cache/__init__.py, memory.py and jsonfile.py (2.14).

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, unfrackPath } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import { jsonDumps, jsonLoads, str } from '../python/index.js'
import { Dict } from '../python/values.js'

/** Facts by host name. Synchronous; what Python plugins keep is reached through the plugin host. */
export interface FactCache {
  get(host: string): Dict | undefined
  set(host: string, facts: Dict): void
  delete(host: string): void
  has(host: string): boolean
  keys(): Iterable<string>
  flush(): void
}

export class MemoryFactCache implements FactCache {
  readonly #facts = new Map<string, Dict>()
  get(host: string): Dict | undefined {
    return this.#facts.get(host)
  }
  set(host: string, facts: Dict): void {
    this.#facts.set(host, facts)
  }
  delete(host: string): void {
    this.#facts.delete(host)
  }
  has(host: string): boolean {
    return this.#facts.has(host)
  }
  keys(): Iterable<string> {
    return this.#facts.keys()
  }
  flush(): void {
    this.#facts.clear()
  }
}

export interface JsonFileOptions {
  readonly folder: string
  readonly prefix: string
  /** Files older than this are not read; 0: no limit. */
  readonly timeoutSeconds: number
  readonly warn: (text: string) => void
}

/** One file of JSON a host. What was read or written stays in memory for the run. */
export class JsonFileFactCache implements FactCache {
  readonly #memory = new MemoryFactCache()
  constructor(readonly options: JsonFileOptions) {
    try {
      mkdirSync(options.folder, { recursive: true })
    } catch (error) {
      throw new MadansibleError(
        `error in 'jsonfile' cache plugin while trying to create cache dir ${options.folder} : ${message(error)}`,
      )
    }
  }
  #path(host: string): string {
    return join(this.options.folder, `${this.options.prefix}${host}`)
  }
  #isFresh(host: string): boolean {
    const status = statSync(this.#path(host), { throwIfNoEntry: false })
    if (status === undefined) return false
    return this.options.timeoutSeconds === 0 || Date.now() - status.mtimeMs <= this.options.timeoutSeconds * 1000
  }
  has(host: string): boolean {
    return this.#memory.has(host) || this.#isFresh(host)
  }
  get(host: string): Dict | undefined {
    const known = this.#memory.get(host)
    if (known !== undefined) return known
    if (!this.#isFresh(host)) return undefined
    const facts = this.#read(host)
    if (facts !== undefined) this.#memory.set(host, facts)
    return facts
  }
  #read(host: string): Dict | undefined {
    const path = this.#path(host)
    try {
      const facts = jsonLoads(readFileSync(path, 'utf8'))
      if (facts instanceof Dict) return facts
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== undefined) {
        this.options.warn(`error in 'jsonfile' cache plugin while trying to read ${path} : ${message(error)}`)
        return undefined
      }
    }
    rmSync(path, { force: true })
    throw new MadansibleError(
      `The cache file ${path} was corrupt, or did not otherwise contain valid data. It has been removed, so you can re-run your command now.`,
    )
  }
  set(host: string, facts: Dict): void {
    this.#memory.set(host, facts)
    const path = this.#path(host)
    try {
      const temporary = `${path}.${process.pid}`
      const text = jsonDumps(facts, { indent: 4, sortKeys: true, default: value => str(value) })
      writeFileSync(temporary, text, { mode: 0o600 })
      renameSync(temporary, path)
    } catch (error) {
      this.options.warn(`error in 'jsonfile' cache plugin while trying to write to '${path}' : ${message(error)}`)
    }
  }
  delete(host: string): void {
    this.#memory.delete(host)
    rmSync(this.#path(host), { force: true })
  }
  keys(): Iterable<string> {
    const { prefix, folder } = this.options
    return readdirSync(folder)
      .filter(name => name.startsWith(prefix) && !name.startsWith('.'))
      .map(name => name.slice(prefix.length))
      .filter(name => this.#isFresh(name))
  }
  flush(): void {
    for (const host of [...this.keys()]) this.delete(host)
    this.#memory.flush()
  }
}

const message = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** The cache that fact_caching names; undefined for one that a Python plugin keeps. */
export function openFactCache(config: Config, warn: (text: string) => void): FactCache | undefined {
  const plugin = String(config.get('CACHE_PLUGIN')).replace(/^ansible\.(builtin|legacy)\./, '')
  if (plugin === 'memory') return new MemoryFactCache()
  if (plugin !== 'jsonfile') return undefined
  const connection = config.get('CACHE_PLUGIN_CONNECTION')
  if (!connection)
    throw new MadansibleError(
      "error, 'jsonfile' cache plugin requires the 'fact_caching_connection' config option to be set (to a writeable directory path)",
    )
  return new JsonFileFactCache({
    folder: unfrackPath(String(connection)),
    // The setting CACHE_PLUGIN_PREFIX has a default, the plugin's own option has none.
    prefix: String(config.pluginOption('cache', 'jsonfile', '_prefix') ?? ''),
    timeoutSeconds: Number(config.get('CACHE_PLUGIN_TIMEOUT') ?? 0),
    warn,
  })
}

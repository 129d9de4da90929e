// The inventory of a run: reads sources, answers patterns, takes in what add_host and group_by add.
// Mirrors inventory/manager.py InventoryManager (2.14).
import { existsSync, readFileSync, statSync } from 'node:fs'
import { type Config, joinPath } from '../config/index.js'
import { MadansibleError, UsageError } from '../errors.js'
import { equals } from '../python/index.js'
import type { Dict, Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'
import { combineVars } from './combine-vars.js'
import type { Group } from './group.js'
import type { Host } from './host.js'
import { varsBesideSources } from './host-group-vars.js'
import { InventoryData } from './inventory-data.js'
import { PatternMatcher, splitHostPattern } from './patterns.js'
import { readSources } from './sources/index.js'

export type HostOrder = 'inventory' | 'sorted' | 'reverse_sorted' | 'reverse_inventory' | 'shuffle'

/** What a plugin in Python gives back for one source. */
export interface PluginInventory {
  /** Groups in order of definition. */
  readonly groups: readonly {
    readonly name: string
    readonly vars?: Dict
    readonly hosts?: readonly string[]
    readonly children?: readonly string[]
  }[]
  readonly hosts: readonly { readonly name: string; readonly vars: Dict }[]
}

/** Inventory plugins that are written in Python. */
export interface InventoryPluginHook {
  /** Whether there is a plugin of that name. */
  knows(plugin: string): boolean
  /** Runs a plugin over a source. Rejects with a MadansibleError when it cannot parse it; resolves to undefined when the
   *  plugin's verify_file refuses the source. `useCache`: it may answer with what it found in an earlier run. */
  read(
    plugin: string,
    source: string,
    inventory: InventoryData,
    useCache: boolean,
  ): Promise<PluginInventory | undefined>
}

/** What vars plugins other than host_group_vars say: they come before it (below) or after it (above). */
export interface PluginVars {
  readonly below: Dict
  readonly above: Dict
}

/** Asks vars plugins about one entity and one folder; undefined when there are none. */
export type VarsPluginHook = (path: string, entity: Host | Group, stage: 'inventory' | 'task') => PluginVars | undefined

export interface LoadInventoryOptions {
  readonly config: Config
  readonly loader: DataLoader
  readonly cwd: string
  readonly warn: (message: string) => void
  /** Lines that Ansible prints with [ERROR] or on stderr (a script's stderr). */
  readonly error?: (message: string) => void
  /** Messages for -v, -vvv and so on. */
  readonly verbose?: (message: string, level: number) => void
  readonly plugins?: InventoryPluginHook
  readonly varsPlugins?: VarsPluginHook
  /** ansible_python_interpreter of the implicit localhost (sys.executable in Ansible). */
  readonly localPython?: string
  readonly env?: NodeJS.ProcessEnv
}

export interface ListOptions {
  readonly order?: HostOrder | string | undefined
  readonly ignoreLimits?: boolean
  readonly ignoreRestrictions?: boolean
}

/** A host that add_host added. */
export interface DynamicHost {
  readonly hostName: string
  readonly groups: readonly string[]
  readonly vars: Dict
}

/** More changes than a copy will ever go through. */
const DISTRUSTED = 2 ** 24

interface DynamicGroup {
  readonly host: Host
  readonly group: string
  readonly parents: readonly string[]
}

export class Inventory {
  #data: InventoryData
  #matcher: PatternMatcher
  #limit: readonly string[] | undefined
  #restriction: ReadonlySet<string> | undefined
  #restrictedTo: readonly Host[] | undefined
  #groupsDict: { readonly version: number; readonly dict: Dict } | undefined
  /** Resolved patterns, valid for one version of the data. */
  #resolved: { version: number; readonly hosts: Map<string, readonly Host[]> } = { version: -1, hosts: new Map() }
  #versionBefore = 0
  readonly #dynamicHosts: DynamicHost[] = []
  readonly #dynamicGroups: DynamicGroup[] = []

  constructor(
    readonly options: LoadInventoryOptions,
    readonly sources: readonly string[],
  ) {
    this.#data = new InventoryData(options)
    this.#matcher = new PatternMatcher(this.#data)
  }

  get hosts(): Map<string, Host> {
    return this.#data.hosts
  }
  get groups(): Map<string, Group> {
    return this.#data.groups
  }
  /** The localhost that a source names or that was asked for; undefined before. */
  get localhost(): Host | undefined {
    return this.#data.localhost
  }
  /** Grows with every change of hosts, groups or variables. */
  get version(): number {
    return this.#versionBefore + this.#data.version
  }

  /** Reads all sources and what stands beside them. */
  async read(useCache = true): Promise<void> {
    await readSources(this.sources, this.#data, { ...this.options, useCache })
    const behaviour = this.options.config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
    for (const entity of [...this.groups.values(), ...this.hosts.values()]) {
      entity.vars = combineVars(entity.vars, varsBesideSources(this, entity, 'inventory'), behaviour)
    }
    this.#forget()
  }

  /** Hosts of a pattern, limited (--limit) and restricted (serial). */
  listHosts(pattern: string | readonly string[], options: ListOptions = {}): Host[] {
    if (pattern.length === 0 && typeof pattern !== 'string') return []
    const hosts = [...this.#resolve(pattern, options)]
    switch (options.order) {
      case 'sorted':
        return hosts.sort(byName)
      case 'reverse_sorted':
        return hosts.sort(byName).reverse()
      case 'reverse_inventory':
        return hosts.reverse()
      case 'shuffle':
        return shuffled(hosts)
      case undefined:
      case '':
      case 'inventory':
        return hosts
      default:
        throw new UsageError(`Invalid 'order' specified for inventory hosts: ${options.order}`)
    }
  }

  #resolve(pattern: string | readonly string[], options: ListOptions): readonly Host[] {
    const limit = options.ignoreLimits ? undefined : this.#limit
    const restriction = options.ignoreRestrictions ? undefined : this.#restriction
    if (this.#resolved.version !== this.version) {
      this.#matcher.clear()
      this.#resolved = { version: this.version, hosts: new Map() }
    }
    const key = JSON.stringify([pattern, limit ?? null, restriction === undefined ? null : [...restriction]])
    let hosts = this.#resolved.hosts.get(key)
    if (hosts === undefined) {
      let found: readonly Host[] = this.#matcher.evaluate(splitHostPattern(pattern))
      if (limit !== undefined && limit.length > 0) {
        const within = new Set(this.#matcher.evaluate(limit))
        found = found.filter(host => within.has(host))
      }
      if (restriction !== undefined && restriction.size > 0) found = found.filter(host => restriction.has(host.name))
      hosts = [...new Set(found)]
      this.#resolved.hosts.set(key, hosts)
    }
    return hosts
  }

  /** --limit: a pattern whose parts may be `@file`, one host a line. undefined removes it. */
  setLimit(subset: string | undefined): void {
    this.#limit =
      subset === undefined
        ? undefined
        : splitHostPattern(subset).flatMap(part =>
            part.startsWith('@') ? limitFile(part.slice(1), this.options.cwd) : [part],
          )
  }

  /** Limits listHosts to these hosts (serial batches); undefined removes it. */
  restrict(hosts: readonly Host[] | undefined): void {
    this.#restrictedTo = hosts
    this.#restriction = hosts === undefined ? undefined : new Set(hosts.map(host => host.name))
  }

  /** Asks for hosts before their time: nothing is warned about, so that it is when their time has come. */
  quietly<T>(ask: () => T): T {
    const matcher = this.#matcher
    const resolved = this.#resolved
    this.#matcher = new PatternMatcher(this.#data, () => {})
    this.#resolved = { version: this.version, hosts: new Map() }
    try {
      return ask()
    } finally {
      this.#matcher = matcher
      this.#resolved = resolved
    }
  }

  /**
   * A copy that changes by itself and warns about nothing. Of two copies that went through the same changes the versions
   * are the same; `distrust` ends that.
   */
  fork(): Inventory {
    const copy = new Inventory({ ...this.options, warn: () => {}, verbose: () => {} }, this.sources)
    copy.#data = this.#data.fork(copy.options)
    copy.#matcher = new PatternMatcher(copy.#data, () => {})
    copy.#limit = this.#limit
    copy.#restriction = this.#restriction
    copy.#restrictedTo = this.#restrictedTo
    copy.#versionBefore = this.#versionBefore
    return copy
  }
  /** Copies went through changes that will never come: their versions are not those of this inventory any more. */
  distrust(): void {
    this.#versionBefore += DISTRUSTED
  }
  /** Asks as if the inventory were another one. */
  as<T>(other: Inventory, ask: () => T): T {
    const own = [this.#data, this.#matcher, this.#resolved, this.#versionBefore] as const
    this.#data = other.#data
    this.#matcher = other.#matcher
    this.#resolved = other.#resolved
    this.#versionBefore = other.#versionBefore
    try {
      return ask()
    } finally {
      ;[this.#data, this.#matcher, this.#resolved, this.#versionBefore] = own
    }
  }

  /** What `restrict` was given last. */
  get restriction(): readonly Host[] | undefined {
    return this.#restrictedTo
  }

  /** A host by name; localhost, 127.0.0.1 and ::1 are created implicitly. */
  getHost(name: string): Host | undefined {
    return this.#data.getHost(name)
  }
  addHost(name: string, group?: string, port?: number): string {
    return this.#data.addHost(name, group, port)
  }
  addGroup(name: string): string {
    return this.#data.addGroup(name)
  }
  /** Puts a group or a host into a group. */
  addChild(group: string, child: string): boolean {
    return this.#data.addChild(group, child)
  }
  setVariable(entity: string, key: Value, value: Value): void {
    this.#data.setVariable(entity, key, value)
  }
  /** Restores the rules that hold after every change (ungrouped, all). */
  reconcile(): void {
    this.#data.reconcile()
  }

  /** An add_host task's result; true when something changed. */
  addDynamicHost(info: DynamicHost, isRefresh = false): boolean {
    if (!isRefresh) this.#dynamicHosts.push(info)
    let changed = false
    if (!this.hosts.has(info.hostName)) {
      this.addHost(info.hostName, 'all')
      changed = true
    }
    const host = this.hosts.get(info.hostName) as Host
    const before = host.getVars()
    const after = combineVars(before, info.vars, this.#behaviour)
    if (!equals(before, after)) {
      host.vars = after
      changed = true
    }
    for (const name of info.groups) {
      const isNew = !this.groups.has(name)
      const group = this.groups.get(isNew ? this.addGroup(name) : name) as Group
      changed = group.addHost(host) || isNew || changed
    }
    if (changed) this.reconcile()
    return changed
  }

  /** A group_by task's result; true when something changed. */
  addDynamicGroup(host: Host, group: string, parents: readonly string[], isRefresh = false): boolean {
    if (!isRefresh) this.#dynamicGroups.push({ host, group, parents })
    const real = this.hosts.get(host.name) ?? (host.name === this.localhost?.name ? this.localhost : undefined)
    if (real === undefined) {
      if (!isRefresh) throw new MadansibleError(`${host.name} cannot be matched in inventory`)
      return false
    }
    let changed = false
    const existing = (given: string) => {
      const safe = this.#data.safeGroupName(given)
      if (!this.groups.has(safe)) {
        this.addGroup(safe)
        changed = true
      }
      return this.groups.get(safe) as Group
    }
    const target = existing(group)
    for (const name of parents) changed = existing(name).addChild(target) || changed
    if (!real.groups.includes(target)) changed = target.addHost(real) || changed
    if (changed) this.reconcile()
    return changed
  }

  /** Magic variable `groups`: name → host names; shared until the inventory changes. */
  groupsDict(): Dict {
    if (this.#groupsDict?.version !== this.version) {
      this.#groupsDict = { version: this.version, dict: this.#data.groupsDict() }
    }
    return (this.#groupsDict as { dict: Dict }).dict
  }

  /** meta: refresh_inventory: reads all sources again, then repeats what tasks added. */
  async refresh(): Promise<void> {
    this.#versionBefore = this.version + 1
    this.#data = new InventoryData(this.options)
    this.#matcher = new PatternMatcher(this.#data)
    await this.read(false)
    for (const host of this.#dynamicHosts) this.addDynamicHost(host, true)
    for (const { host, group, parents } of this.#dynamicGroups) this.addDynamicGroup(host, group, parents, true)
  }

  get #behaviour(): 'replace' | 'merge' {
    return this.options.config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
  }

  #forget(): void {
    this.#data.version++
  }
}

/** Reads all sources. Throws ParserError / MadansibleError in Ansible's words. */
export async function loadInventory(sources: readonly string[], options: LoadInventoryOptions): Promise<Inventory> {
  const inventory = new Inventory(options, sources)
  await inventory.read()
  return inventory
}

function limitFile(file: string, cwd: string): string[] {
  const path = joinPath(cwd, file)
  if (!existsSync(path)) throw new MadansibleError(`Unable to find limit file b'${file}'`)
  if (!statSync(path).isFile()) {
    throw new MadansibleError(`Limit starting with "@" must be a file, not a directory: b'${file}'`)
  }
  return readFileSync(path, 'utf8')
    .split('\n')
    .map(line => line.trim())
}

function byName(left: Host, right: Host): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0
}

function shuffled(hosts: Host[]): Host[] {
  for (let last = hosts.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[hosts[last], hosts[other]] = [hosts[other] as Host, hosts[last] as Host]
  }
  return hosts
}

// Keeps every variable of a run that no playbook holds (facts, registered results, extra vars), and puts the layers
// together that a task on a host sees. Mirrors ansible/vars/manager.py (2.14).

import type { Config } from '../config/index.js'
import { combineVars, type Inventory } from '../inventory/index.js'
import { type Controller, MemoStore, OMIT, type TemplarOptions, type TemplateEnvironment } from '../jinja/index.js'
import type { Messages, Task } from '../playbook/index.js'
import { Dict, type Mapping, type Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'
import { type Delegation, delegate } from './delegation.js'
import { EarlyLayer, type EarlyView, type HostWrites, type WrittenLayer } from './early-view.js'
import { type FactCache, MemoryFactCache } from './fact-cache.js'
import { factVariables } from './facts.js'
import { HostState, HostVars } from './host-vars.js'
import { InventoryLayers } from './inventory-layers.js'
import { patternOf } from './magic.js'
import { PlayLayers } from './play-layers.js'
import { TaskVars, type VarsQuery } from './task-vars.js'
import { VarsFiles } from './vars-files.js'

export interface VariableManagerOptions {
  readonly loader: DataLoader
  readonly config: Config
  readonly inventory: Inventory
  readonly environment: TemplateEnvironment
  /** -e, combined. */
  readonly extraVars: Dict
  /** ansible_version, ansible_check_mode, ansible_diff_mode, ansible_forks, ansible_inventory_sources, … */
  readonly optionVars: Dict
  /** ansible_playbook_python */
  readonly python: string
  readonly messages: Messages
  /** In memory when left out. */
  readonly factCache?: FactCache | undefined
  /** False for ad-hoc commands: variables beside the current folder are not read. */
  readonly safeBasedir?: boolean
}

const EMPTY = new Dict()

/** Facts, registered results and included variables of one host: a manager's own with what a view adds. */
interface EarlyValues {
  readonly ownFacts: Dict | undefined
  readonly ownValues: Dict | undefined
  readonly ownIncluded: Dict | undefined
  readonly writes: readonly HostWrites[]
  readonly facts: Dict
  readonly factVars: Dict
  readonly values: Dict
  readonly included: Dict
}

/** Tells states of hosts apart that consist of different writes. */
let lastEarlyVersion = 0
let lastStateNumber = 0

export class VariableManager {
  readonly omit = OMIT
  readonly extraVars: Dict
  /** hash_behaviour = merge */
  readonly merges: boolean
  readonly #facts: FactCache
  readonly #factVars: Map<string, { readonly facts: Dict; readonly vars: Dict }>
  readonly #nonpersistent: Map<string, Dict>
  readonly #included: Map<string, Dict>
  readonly #memos: Map<string, MemoStore>
  readonly #versions: Map<string, number>
  readonly #inventoryLayers: InventoryLayers
  readonly #playLayers: PlayLayers
  readonly #varsFiles: VarsFiles
  readonly #hostvars: Map<string, HostVars>
  readonly #hostStates = new Map<string, { readonly number: number; readonly state: HostState }>()
  readonly #hostNames: Map<string, { readonly version: number; readonly names: readonly string[] }>
  readonly #early = new Map<string, EarlyValues>()
  readonly #earlyVersions: Map<string, { readonly writes: readonly HostWrites[]; readonly number: number }>
  readonly #base: VariableManager | undefined
  readonly #view: EarlyView | undefined
  readonly #stateNumbers: Map<string, number>
  #version = 0

  /** `early`: the variables of another manager through a view, see `seenBy`. */
  constructor(
    readonly options: VariableManagerOptions,
    early?: { readonly base: VariableManager; readonly view: EarlyView },
  ) {
    const { config, inventory, loader, messages } = options
    this.extraVars = options.extraVars
    this.merges = config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge'
    const behaviour = this.merges ? 'merge' : 'replace'
    if (early !== undefined) {
      const { base } = early
      this.#base = base
      this.#view = early.view
      this.#facts = base.#facts
      this.#factVars = base.#factVars
      this.#nonpersistent = base.#nonpersistent
      this.#included = base.#included
      this.#memos = base.#memos
      this.#versions = base.#versions
      this.#stateNumbers = base.#stateNumbers
      this.#hostvars = base.#hostvars
      this.#hostNames = base.#hostNames
      this.#inventoryLayers = base.#inventoryLayers.inside(inventory)
      this.#playLayers = base.#playLayers
      this.#varsFiles = new VarsFiles(this, behaviour, base.#varsFiles)
      this.#earlyVersions = base.#earlyVersions
      return
    }
    this.#factVars = new Map()
    this.#nonpersistent = new Map()
    this.#included = new Map()
    this.#memos = new Map()
    this.#versions = new Map()
    this.#stateNumbers = new Map()
    this.#hostvars = new Map()
    this.#hostNames = new Map()
    this.#earlyVersions = new Map()
    this.#facts = options.factCache ?? new MemoryFactCache()
    this.#inventoryLayers = new InventoryLayers({
      inventory,
      loader,
      config,
      behaviour,
      warn: messages.warning,
    })
    this.#playLayers = new PlayLayers(behaviour, config.get('DEFAULT_PRIVATE_ROLE_VARS') === true)
    this.#varsFiles = new VarsFiles(this, behaviour)
  }

  /** Grows with every change of facts, registered results and included variables of any host. */
  get version(): number {
    return this.#version
  }
  /** The same for one host. */
  versionOf(host: string): number {
    const own = this.#versions.get(host) ?? 0
    const writes = this.#view?.writes(host) ?? []
    if (writes.length === 0) return own
    let known = this.#earlyVersions.get(host)
    if (known?.writes !== writes) {
      lastEarlyVersion += 1
      known = { writes, number: lastEarlyVersion }
      this.#earlyVersions.set(host, known)
    }
    return own - known.number * 2 ** 30
  }
  /**
   * The same variables as a task sees them that is run before others that precede it. Nothing may be set through the
   * manager that is given back. Throws PendingValueError where a value is read that is not known yet.
   */
  seenBy(view: EarlyView): VariableManager {
    const { inventory } = view
    const isSame = inventory === undefined || inventory.version === this.options.inventory.version
    const options = isSame ? this.options : { ...this.options, inventory }
    return new VariableManager(options, { base: this, view })
  }
  /** Who sees the variables, if that is a task that is run early. */
  get view(): EarlyView | undefined {
    return this.#view
  }
  /** What lookups and warnings of templates are told to, when somebody sees the variables through a view. */
  seenThrough(view: () => EarlyView | undefined): TemplarOptions {
    const { controller } = this.options.environment.options
    return {
      beforeLookup: name => view()?.refuseLookup(name),
      ...(controller !== undefined && { controller: warningTo(controller, view) }),
    }
  }
  #changed(host: string): void {
    this.#version += 1
    this.#versions.set(host, this.versionOf(host) + 1)
  }

  /** Variables for a play, host and task, any of which may be left out. Throws for vars_files that are missing. */
  getVars(query: VarsQuery = {}): TaskVars {
    const { play, host, task, basedir } = query
    const low: Dict[] = []
    const add = (layer: Dict | undefined) => {
      if (layer !== undefined && layer.size > 0) low.push(layer)
    }
    const ofTask = task === undefined ? undefined : this.#playLayers.ofTask(task)
    const ofPlay = play === undefined ? undefined : this.#playLayers.ofPlay(play)
    add(ofPlay?.defaults)
    if (task !== undefined && PlayLayers.showsOwnDefaults(task, play)) add(ofTask?.role?.defaults)
    if (host !== undefined) {
      const { layers } = this.#inventoryLayers.of(host, this.#basedirs(basedir ?? play?.basedir, task))
      for (let index = layers.length - 1; index >= 0; index--) add(layers[index])
      low.push(this.#layer(host.name, 'facts'))
    }
    if (play !== undefined) {
      add(play.vars)
      if (play.varsFiles.length > 0) add(this.#varsFiles.read(query, [...low].reverse()))
      add(ofPlay?.vars)
    }
    add(ofTask?.role?.vars)
    add(ofTask?.vars)
    if (host !== undefined) {
      add(this.#layer(host.name, 'included'))
      add(this.#layer(host.name, 'values'))
    }
    add(ofTask?.role?.params)
    add(ofTask?.includeParams)
    add(this.extraVars)
    return new TaskVars(this, query, low.reverse())
  }

  #basedirs(basedir: string | undefined, task: Task | undefined): readonly string[] {
    const root = this.options.config.get('PLAYBOOK_VARS_ROOT')
    if (task !== undefined && root !== 'top') {
      const path = task.getSearchPath()
      return root === 'all' ? path : path.slice(0, 1)
    }
    if (this.options.safeBasedir === false) return []
    return [basedir ?? this.options.loader.basedir]
  }

  #layer(host: string, layer: WrittenLayer): Dict {
    const view = this.#view
    if (view === undefined || (!view.hasPending(host) && view.writes(host).length === 0)) {
      if (layer === 'facts') return this.#factLayer(host)
      return (layer === 'values' ? this.#nonpersistent : this.#included).get(host) ?? EMPTY
    }
    const pick = { facts: 'factVars', values: 'values', included: 'included' } as const
    return new EarlyLayer(view, host, layer, () => this.#earlyValues(host, view)[pick[layer]])
  }

  /** The manager's values of a host with what its view adds; computed again when either has changed. */
  #earlyValues(host: string, view: EarlyView): EarlyValues {
    const ownFacts = this.#facts.get(host)
    const ownValues = this.#nonpersistent.get(host)
    const ownIncluded = this.#included.get(host)
    const writes = view.writes(host)
    const known = this.#early.get(host)
    if (
      known !== undefined &&
      known.ownFacts === ownFacts &&
      known.ownValues === ownValues &&
      known.ownIncluded === ownIncluded &&
      known.writes === writes
    )
      return known
    const { config, messages } = this.options
    const added = { facts: ownFacts ?? EMPTY, values: ownValues ?? EMPTY, included: ownIncluded ?? EMPTY }
    for (const { facts, values, included } of writes) {
      if (facts !== undefined) added.facts = added.facts.copy().update(facts)
      if (values !== undefined) added.values = added.values.copy().update(values)
      for (const [name, value] of included ?? []) added.included = this.#withIncluded(added.included, name, value)
    }
    const factVars =
      added.facts === (ownFacts ?? EMPTY)
        ? this.#factLayer(host)
        : factVariables(added.facts, config.get('INJECT_FACTS_AS_VARS') === true, messages.warning)
    const early = { ownFacts, ownValues, ownIncluded, writes, ...added, factVars }
    this.#early.set(host, early)
    return early
  }

  #factLayer(host: string): Dict {
    const facts = this.#facts.get(host) ?? EMPTY
    let known = this.#factVars.get(host)
    if (known === undefined || known.facts !== facts) {
      const { config, messages } = this.options
      known = { facts, vars: factVariables(facts, config.get('INJECT_FACTS_AS_VARS') === true, messages.warning) }
      this.#factVars.set(host, known)
    }
    return known.vars
  }

  /** One memo per host, for the whole run. */
  memoOf(host: string): MemoStore {
    let memo = this.#memos.get(host)
    if (memo === undefined) {
      memo = new MemoStore()
      this.#memos.set(host, memo)
    }
    return memo
  }

  /** Host that a templated delegate_to names, and its variables. */
  delegate(vars: TaskVars, hostName: string): Delegation {
    return delegate(vars, hostName)
  }

  /** Adds facts of module results and of `set_fact: cacheable`. */
  setHostFacts(host: string, facts: Mapping): void {
    this.#facts.set(host, (this.#facts.get(host) ?? EMPTY).copy().update(facts))
    this.#changed(host)
  }
  /** Adds results of register and set_fact. */
  setNonpersistentFacts(host: string, facts: Mapping): void {
    this.#nonpersistent.set(host, (this.#nonpersistent.get(host) ?? EMPTY).copy().update(facts))
    this.#changed(host)
  }
  /** Sets a variable of include_vars; a mapping over a mapping is combined as hash_behaviour says. */
  setHostVariable(host: string, name: string, value: Value): void {
    this.#included.set(host, this.#withIncluded(this.#included.get(host) ?? EMPTY, name, value))
    this.#changed(host)
  }
  #withIncluded(vars: Dict, name: string, value: Value): Dict {
    const isMerged = vars.get(name) instanceof Dict && value instanceof Dict
    if (!isMerged) return vars.copy().set(name, value)
    return combineVars(vars, Dict.of({ [name]: value }), this.merges ? 'merge' : 'replace')
  }
  clearFacts(host: string): void {
    this.#facts.delete(host)
    this.#changed(host)
  }
  /** Raw facts of a host; empty when there are none. */
  factsOf(host: string): Dict {
    const view = this.#view
    if (view === undefined) return this.#facts.get(host) ?? EMPTY
    view.refusePending(host, 'facts', undefined)
    return this.#earlyValues(host, view).facts
  }

  /** The variable hostvars, one object for a folder. */
  hostvars(basedir: string): HostVars {
    let known = this.#hostvars.get(basedir)
    if (known === undefined) {
      known = new HostVars(this, basedir)
      this.#hostvars.set(basedir, known)
    }
    // One object for all, so that what was computed from it holds; who asks says through whose eyes it is seen.
    known.manager = this
    return known
  }
  /** From now on hostvars shows these variables: whoever has looked it up before may have seen others' since. */
  showHostvars(basedir: string): void {
    const known = this.#hostvars.get(basedir)
    if (known !== undefined) known.manager = this
  }
  /** A number that changes with any variable of a host. */
  stateNumber(host: string): number {
    const { version } = this.options.inventory
    if (version === (this.#base ?? this).options.inventory.version) return this.versionOf(host) + version
    // Sums of two numbers that go different ways may meet.
    const key = `${this.versionOf(host)} ${version}`
    let number = this.#stateNumbers.get(key)
    if (number === undefined) {
      lastStateNumber += 1
      number = lastStateNumber + 0.5
      this.#stateNumbers.set(key, number)
    }
    return number
  }
  /** Variables of a host as hostvars shows them now. */
  hostStateOf(name: string, basedir: string): HostState {
    const view = this.#view
    const base = this.#base
    if (
      base?.options.inventory === this.options.inventory &&
      !view?.hasPending(name) &&
      view?.writes(name).length === 0
    )
      return base.hostStateOf(name, basedir)
    const number = this.stateNumber(name)
    const key = `${name}\0${basedir}`
    let known = this.#hostStates.get(key)
    if (known === undefined || known.number !== number) {
      const host = this.options.inventory.getHost(name)
      if (host === undefined) throw new Error(`hostvars of an unknown host: ${name}`)
      known = { number, state: new HostState(this.getVars({ host, basedir, includeHostvars: false })) }
      this.#hostStates.set(key, known)
    }
    return known.state
  }
  /** What hostvars gave for a read it noted (HOST_READ): the part after the prefix. */
  hostRead(read: string, basedir: string): Value | undefined {
    if (read === '') return this.options.inventory.version
    const [host = '', variable] = read.split('\0')
    if (variable === undefined) return this.stateNumber(host)
    if (this.options.inventory.getHost(host) === undefined) return undefined
    return this.hostStateOf(host, basedir).value(variable, this.#view).value
  }
  /** Names of the hosts of a pattern, or of all hosts that limits and batches leave; the same array until that changes. */
  hostNames(pattern: Value | undefined): readonly string[] {
    const { inventory } = this.options
    if (pattern === undefined) return inventory.listHosts('all').map(host => host.name)
    const text = patternOf(pattern)
    const key = typeof text === 'string' ? text : text.join(',')
    let known = this.#hostNames.get(key)
    if (known === undefined || known.version !== inventory.version) {
      const list = () => inventory.listHosts(text, { ignoreRestrictions: true }).map(host => host.name)
      const names = this.#view === undefined ? list() : inventory.quietly(list)
      known = { version: inventory.version, names }
      this.#hostNames.set(key, known)
    }
    return known.names
  }

  /** Reads group_vars/ and host_vars/ again. */
  forgetFiles(): void {
    this.#inventoryLayers.forget()
  }
}

function warningTo(controller: Controller, view: () => EarlyView | undefined): Controller {
  // The controller's methods stay its own.
  return Object.assign(Object.create(controller) as Controller, {
    warn: (text: string) => (view() ?? controller).warn(text),
  })
}

// All variables that one task on one host sees, as layers: nothing is copied, a name is looked up from the highest
// precedence down. A snapshot: later facts and registered results do not change it (hostvars is live).
// Mirrors what VariableManager.get_vars returns in ansible/vars/manager.py (2.14).

import type { Host } from '../inventory/index.js'
import { combineVars } from '../inventory/index.js'
import { Templar, type TemplarOptions, type VariableScope } from '../jinja/index.js'
import { changeCount } from '../playbook/base.js'
import type { Play, Task } from '../playbook/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import { delegatedVars } from './delegation.js'
import { HOST_READ } from './host-vars.js'
import { MAGIC } from './magic.js'
import type { VariableManager } from './variable-manager.js'

export interface VarsQuery {
  readonly play?: Play | undefined
  readonly host?: Host | undefined
  readonly task?: Task | undefined
  /** Default true. */
  readonly includeHostvars?: boolean
  /** Default true. False for the variables of a host that is delegated to. */
  readonly includeDelegateTo?: boolean
  /** Folder that relative names start from, where it is not the play's. */
  readonly basedir?: string | undefined
  /** Names of the hosts of the batch; keep the array identical while it does not change. */
  readonly hosts?: readonly string[] | undefined
  /** Names of all hosts of the play; likewise. */
  readonly hostsAll?: readonly string[] | undefined
  /** Names of hosts that have left the play; asked for when it is read. Those that the play has now by default. */
  readonly removedHosts?: (() => readonly string[]) | undefined
}

interface Overlay {
  readonly values: Dict | ReadonlyMap<string, Value>
  readonly below: Overlay | undefined
}

export class TaskVars implements VariableScope {
  #variables: VarsMapping | undefined
  #delegated: Dict | undefined

  constructor(
    readonly manager: VariableManager,
    readonly query: VarsQuery,
    /** Highest precedence first; empty ones left out. */
    private readonly layers: readonly Dict[],
    private readonly overlay: Overlay | undefined = undefined,
    private readonly base: TaskVars | undefined = undefined,
  ) {}

  /** Folder that relative names start from. */
  get basedir(): string {
    return this.query.basedir ?? this.query.play?.basedir ?? this.manager.options.loader.basedir
  }

  get(name: string): Value | undefined {
    for (let overlay = this.overlay; overlay !== undefined; overlay = overlay.below) {
      const value = overlay.values.get(name)
      if (value !== undefined) return value
    }
    const special = this.#special(name)
    if (special !== undefined) return special
    return this.manager.merges ? this.#merged(name) : this.#highest(name)
  }

  /** Raw value below the variables that `with` put in front. */
  #highest(name: string): Value | undefined {
    const magic = this.#magic(name)
    if (magic !== undefined) return magic
    for (const layer of this.layers) {
      const value = layer.get(name)
      if (value !== undefined) return value
    }
    return undefined
  }

  #magic(name: string): Value | undefined {
    const magic = MAGIC.get(name)?.(this)
    return magic === undefined ? this.manager.options.optionVars.get(name) : magic
  }

  /** hash_behaviour = merge: mappings of all layers are combined. */
  #merged(name: string): Value | undefined {
    const found: Value[] = []
    for (const value of [this.#magic(name), ...this.layers.map(layer => layer.get(name))]) {
      if (value === undefined) continue
      found.push(value)
      if (!(value instanceof Dict)) break
      if (name === 'ansible_facts') break
    }
    let result = found.pop()
    for (let value = found.pop(); value !== undefined; value = found.pop())
      result = result instanceof Dict && value instanceof Dict ? mergedOnce(result, value) : value
    return result
  }

  /** Variables that stand above extra vars and magic ones. */
  #special(name: string): Value | undefined {
    const { task, play, host, includeDelegateTo } = this.query
    switch (name) {
      case 'environment':
        return task?.get('environment')
      case 'vars':
        return task === undefined && play === undefined ? undefined : this.#allRaw()
      case 'ansible_search_path':
        return task === undefined || host === undefined ? undefined : this.#searchPathValue(task)
      case 'ansible_delegated_vars':
        if (task === undefined || host === undefined || includeDelegateTo === false) return undefined
        return task.get('delegate_to') === null ? undefined : this.#delegatedVars()
      default:
        if (name.charCodeAt(HOST_READ.length - 1) !== 0 || !name.startsWith(HOST_READ)) return undefined
        return this.manager.hostRead(name.slice(HOST_READ.length), this.basedir)
    }
  }

  #allRaw(): Value {
    if (this.base !== undefined) return this.base.#allRaw()
    this.#variables ??= new VarsMapping(this)
    return this.#variables
  }
  /** The same list for the same task, so that what was computed from it holds. */
  #searchPathValue(task: Task): Value {
    const known = searchPaths.get(task)
    if (known !== undefined && known.at === changeCount() && known.basedir === this.basedir) return known.list
    const list = this.searchPath()
    searchPaths.set(task, { at: changeCount(), basedir: this.basedir, list })
    return list
  }
  #delegatedVars(): Value {
    // Items of the loop that are known already say more than computing the loop again would.
    const isLooped = this.overlay !== undefined && this.get('_ansible_loop_cache') !== undefined
    if (this.base !== undefined && !isLooped) return this.base.#delegatedVars()
    this.#delegated ??= delegatedVars(this)
    return this.#delegated
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Names in the order in which Ansible's dict has them: lowest precedence first. */
  *names(): Iterable<string> {
    const seen = new Set<string>()
    const fresh = (name: string) => !seen.has(name) && seen.add(name) !== undefined
    for (let index = this.layers.length - 1; index >= 0; index--)
      for (const key of (this.layers[index] as Dict).keys()) if (isText(key) && fresh(textOf(key))) yield textOf(key)
    for (const name of MAGIC.keys()) if (!seen.has(name) && this.get(name) !== undefined && fresh(name)) yield name
    for (const key of this.manager.options.optionVars.keys()) if (isText(key) && fresh(textOf(key))) yield textOf(key)
    for (const name of ['environment', 'vars', 'ansible_delegated_vars'])
      if (!seen.has(name) && this.has(name) && fresh(name)) yield name
    for (let overlay = this.overlay; overlay !== undefined; overlay = overlay.below)
      for (const key of overlay.values.keys()) if (isText(key) && fresh(textOf(key))) yield textOf(key)
  }

  /** With more variables in front of all others (loop variables, results). */
  with(extra: Dict | ReadonlyMap<string, Value>): TaskVars {
    const overlay = { values: extra, below: this.overlay }
    return new TaskVars(this.manager, this.query, this.layers, overlay, this.base ?? this)
  }
  /** With more variables behind all others. */
  withLowest(more: Dict): TaskVars {
    return new TaskVars(this.manager, this.query, [...this.layers, more], this.overlay, this.base)
  }

  /** A templar over these variables that remembers results for the host. */
  templar(options: TemplarOptions = {}): Templar {
    const { host, task } = this.query
    const { view } = this.manager
    return new Templar(this.manager.options.environment, this, {
      basedir: this.basedir,
      onStart: () => this.manager.showHostvars(this.basedir),
      ...(task === undefined ? {} : { searchPath: this.searchPath() }),
      ...(host === undefined ? {} : { memo: this.manager.memoOf(host.name) }),
      ...(view === undefined ? {} : this.manager.seenThrough(() => view)),
      ...options,
    })
  }

  /** Folders that files are looked for in: roles from the innermost out, the task's file, the playbook. */
  searchPath(): string[] {
    const path = this.query.task?.getSearchPath() ?? []
    const { basedir } = this
    return path.includes(basedir) ? path : [...path, basedir]
  }

  /** All variables, raw, as one dict. */
  toDict(): Dict {
    const dict = new Dict()
    for (const name of this.names()) dict.set(name, this.get(name) as Value)
    return dict
  }
}

const searchPaths = new WeakMap<Task, { readonly at: number; readonly basedir: string; readonly list: Value[] }>()
const merges = new WeakMap<Dict, WeakMap<Dict, Dict>>()

/** Two mappings merged; the same object for the same two. */
function mergedOnce(low: Dict, high: Dict): Dict {
  let byHigh = merges.get(low)
  if (byHigh === undefined) {
    byHigh = new WeakMap()
    merges.set(low, byHigh)
  }
  let result = byHigh.get(high)
  if (result === undefined) {
    result = combineVars(low, high, 'merge')
    byHigh.set(high, result)
  }
  return result
}

/** The variable `vars`: every variable by name, untemplated, but for itself. */
class VarsMapping extends Mapping {
  readonly typeName = 'dict'
  constructor(readonly scope: TaskVars) {
    super()
  }
  override get(key: Value): Value | undefined {
    return isText(key) && textOf(key) !== 'vars' ? this.scope.get(textOf(key)) : undefined
  }
  override has(key: Value): boolean {
    return this.get(key) !== undefined
  }
  override *keys(): Iterable<Value> {
    for (const name of this.scope.names()) if (name !== 'vars' && name !== 'ansible_delegated_vars') yield name
  }
  override get size(): number {
    let count = 0
    for (const _ of this.keys()) count += 1
    return count
  }
}

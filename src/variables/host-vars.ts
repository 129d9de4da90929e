// hostvars: the variables of every host, each templated with that host's own variables when it is looked at.
// Mirrors ansible/vars/hostvars.py (2.14). Live: it shows what variables are now. Whoever remembers something computed
// from it is told what was read, one host's variable at a time, so that results of one host spoil nothing computed from
// others: see HOST_READ.

import { noteRead, type Templar, Undefined } from '../jinja/index.js'
import { repr } from '../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import type { EarlyView } from './early-view.js'
import type { TaskVars } from './task-vars.js'
import type { VariableManager } from './variable-manager.js'

/** Values that are shown as they are: nothing in them is a template, and some are long. */
const STATIC: ReadonlySet<string> = new Set([
  'ansible_version',
  'ansible_play_hosts',
  'ansible_dependent_role_names',
  'ansible_play_role_names',
  'ansible_role_names',
  'inventory_hostname',
  'inventory_hostname_short',
  'inventory_file',
  'inventory_dir',
  'groups',
  'group_names',
  'omit',
  'playbook_dir',
  'play_hosts',
  'role_names',
  'ungrouped',
])

/**
 * Reads of hostvars are noted under names that no variable has: this prefix alone (which hosts there are), with a host
 * name (all its variables), or with host name, NUL and variable name (its templated value). TaskVars.get knows them.
 */
export const HOST_READ = 'hostvars\0'

export class HostVars extends Mapping {
  readonly typeName = 'HostVars'
  override get typeModule(): string {
    return 'ansible.vars.hostvars'
  }
  constructor(
    /** Whose variables are shown: of the manager that was asked for hostvars last, as templates are computed one by one. */
    public manager: VariableManager,
    readonly basedir: string,
  ) {
    super()
  }
  override get(key: Value): Value {
    const name = isText(key) ? textOf(key) : undefined
    this.#noteHosts()
    const host = name === undefined ? undefined : this.manager.options.inventory.getHost(name)
    if (host === undefined) return new Undefined({ name: `hostvars['${name ?? repr(key)}']`, fromAnsible: true })
    return new HostVarsVars(this, host.name)
  }
  override has(key: Value): boolean {
    this.#noteHosts()
    return isText(key) && this.manager.options.inventory.getHost(textOf(key)) !== undefined
  }
  /** Every host, and localhost even where no source names it. */
  override *keys(): Iterable<Value> {
    this.#noteHosts()
    const { inventory } = this.manager.options
    yield* inventory.hosts.keys()
    if (!inventory.hosts.has('localhost')) yield 'localhost'
  }
  /** One more than the hosts, also when localhost is one of them: so it is in Ansible. */
  override get size(): number {
    this.#noteHosts()
    return this.manager.options.inventory.hosts.size + 1
  }
  override repr(): string {
    this.#noteHosts()
    const { hosts } = this.manager.options.inventory
    return repr(new Dict([...hosts.keys()].map(name => [name, this.get(name)])))
  }
  #noteHosts(): void {
    noteRead(HOST_READ, this.manager.options.inventory.version)
  }
}

/** Variables of one host, as they are now; each is templated on access. */
export class HostVarsVars extends Mapping {
  readonly typeName = 'HostVarsVars'
  override get typeModule(): string {
    return 'ansible.vars.hostvars'
  }
  constructor(
    private readonly all: HostVars,
    readonly host: string,
  ) {
    super()
  }
  #state(): HostState {
    return this.all.manager.hostStateOf(this.host, this.all.basedir)
  }
  #noteAll(): void {
    noteRead(HOST_READ + this.host, this.all.manager.stateNumber(this.host))
  }

  override get(key: Value): Value | undefined {
    if (!isText(key)) return undefined
    const name = textOf(key)
    const { manager } = this.all
    try {
      const { value, isVolatile } = this.#state().value(name, manager.view)
      noteRead(`${HOST_READ}${this.host}\0${name}`, value, isVolatile)
      return value
    } finally {
      // What it was computed from may have been seen through the eyes of others.
      this.all.manager = manager
    }
  }
  override has(key: Value): boolean {
    this.#noteAll()
    return isText(key) && this.#state().vars.has(textOf(key))
  }
  override keys(): Iterable<Value> {
    this.#noteAll()
    return this.#state().vars.names()
  }
  override get size(): number {
    return [...this.keys()].length
  }
  override repr(): string {
    return repr(new Dict(this.entries()))
  }
}

interface HostValue {
  readonly value: Value | undefined
  readonly isVolatile: boolean
}

/** The variables of one host at one moment, templated as they are asked for, once. */
export class HostState {
  readonly #known = new Map<string, HostValue>()
  #templar: Templar | undefined
  #view: EarlyView | undefined

  constructor(readonly vars: TaskVars) {}

  /** `view`: who looks; several share the state. */
  value(name: string, view: EarlyView | undefined): HostValue {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const before = this.#view
    this.#view = view
    try {
      return this.#compute(name)
    } finally {
      this.#view = before
    }
  }

  #compute(name: string): HostValue {
    const raw = this.vars.get(name)
    if (raw === undefined) return { value: undefined, isVolatile: false }
    const { manager } = this.vars
    this.#templar ??= this.vars.templar({ failOnUndefined: false, ...manager.seenThrough(() => this.#view) })
    const templar = this.#templar
    const options = { failOnUndefined: false, staticKeys: STATIC }
    const { result, isVolatile } = templar.recordReads(() => templar.template(raw, options))
    const found = { value: result, isVolatile }
    if (!isVolatile) this.#known.set(name, found)
    return found
  }
}

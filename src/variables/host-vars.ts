// hostvars: the variables of every host, each templated with that host's own variables when it is looked at.
// Mirrors ansible/vars/hostvars.py (2.14). A new object stands for it whenever any variable of any host changes.

import type { Templar } from '../jinja/index.js'
import { Undefined } from '../jinja/index.js'
import { repr } from '../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
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

export class HostVars extends Mapping {
  readonly typeName = 'HostVars'
  constructor(
    readonly manager: VariableManager,
    readonly basedir: string,
  ) {
    super()
  }
  override get(key: Value): Value {
    const name = isText(key) ? textOf(key) : undefined
    const host = name === undefined ? undefined : this.manager.options.inventory.getHost(name)
    if (host === undefined) return new Undefined({ name: `hostvars['${name ?? repr(key)}']`, fromAnsible: true })
    return this.manager.hostVarsOf(host, this.basedir)
  }
  override has(key: Value): boolean {
    return isText(key) && this.manager.options.inventory.getHost(textOf(key)) !== undefined
  }
  /** Every host, and localhost even where no source names it. */
  override *keys(): Iterable<Value> {
    const { inventory } = this.manager.options
    yield* inventory.hosts.keys()
    if (!inventory.hosts.has('localhost')) yield 'localhost'
  }
  /** One more than the hosts, also when localhost is one of them: so it is in Ansible. */
  override get size(): number {
    return this.manager.options.inventory.hosts.size + 1
  }
  override repr(): string {
    const { hosts } = this.manager.options.inventory
    return repr(new Dict([...hosts.keys()].map(name => [name, this.get(name)])))
  }
}

/** Variables of one host; each is templated on access. */
export class HostVarsVars extends Mapping {
  readonly typeName = 'HostVarsVars'
  readonly #known = new Map<string, Value>()
  #templar: Templar | undefined

  constructor(readonly vars: TaskVars) {
    super()
  }
  override get(key: Value): Value | undefined {
    const name = isText(key) ? textOf(key) : undefined
    if (name === undefined) return undefined
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const raw = this.vars.get(name)
    if (raw === undefined) return undefined
    this.#templar ??= this.vars.templar({ failOnUndefined: false })
    const templar = this.#templar
    const options = { failOnUndefined: false, staticKeys: STATIC }
    const { result, isVolatile } = templar.recordReads(() => templar.template(raw, options))
    if (!isVolatile) this.#known.set(name, result)
    return result
  }
  override has(key: Value): boolean {
    return isText(key) && this.vars.has(textOf(key))
  }
  override keys(): Iterable<Value> {
    return this.vars.names()
  }
  override get size(): number {
    return [...this.vars.names()].length
  }
  override repr(): string {
    return repr(new Dict(this.entries()))
  }
}

// One managed host. Mirrors inventory/host.py (2.14).
import { Dict, type Value } from '../python/values.js'
import { isIpAddress } from './address.js'
import { type Group, setOrCombine } from './group.js'

/** Compared by identity. */
export class Host {
  address: string
  /** True for the localhost that no source names. */
  implicit = false
  vars = new Dict()
  readonly #groups: Group[] = []

  constructor(
    readonly name: string,
    port?: number,
  ) {
    this.address = name
    if (port) this.vars.set('ansible_port', port)
  }

  /** Every group of the host, ancestors included, in Ansible's order. */
  get groups(): readonly Group[] {
    return this.#groups
  }

  /** A copy that is in no group yet. */
  fork(): Host {
    const copy = new Host(this.name)
    copy.address = this.address
    copy.implicit = this.implicit
    copy.vars = this.vars.copy()
    return copy
  }

  /** Sets a variable; two mappings are combined as hash_behaviour says. */
  setVariable(key: Value, value: Value, behaviour: 'replace' | 'merge' = 'replace'): void {
    setOrCombine(this, key, value, behaviour)
  }

  addGroup(group: Group): boolean {
    this.inheritGroups(group.ancestors())
    if (this.#groups.includes(group)) return false
    this.#groups.push(group)
    return true
  }

  /** Groups that became ancestors of one of the host's groups. */
  inheritGroups(groups: Iterable<Group>): void {
    for (const group of groups) if (!this.#groups.includes(group)) this.#groups.push(group)
  }

  /** Also leaves the ancestors that no other of its groups has, except `all`. */
  removeGroup(group: Group): boolean {
    const index = this.#groups.indexOf(group)
    if (index < 0) return false
    this.#groups.splice(index, 1)
    for (const ancestor of group.ancestors()) {
      if (ancestor.name === 'all') continue
      if (!this.#groups.some(other => other.ancestors().has(ancestor))) this.removeGroup(ancestor)
    }
    return true
  }

  /** inventory_hostname, inventory_hostname_short, group_names. */
  magicVars(): Dict {
    return Dict.of({
      inventory_hostname: this.name,
      inventory_hostname_short: isIpAddress(this.name) ? this.name : (this.name.split('.')[0] as string),
      group_names: this.#groups
        .map(group => group.name)
        .filter(name => name !== 'all')
        .sort((left, right) => (left < right ? -1 : left > right ? 1 : 0)),
    })
  }

  /** vars and magicVars together (Host.get_vars). */
  getVars(): Dict {
    return this.vars.copy().update(this.magicVars())
  }
}

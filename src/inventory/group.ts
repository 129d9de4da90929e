// A group of hosts, its parents and children. Mirrors inventory/group.py (2.14).
import { MadansibleError } from '../errors.js'
import { toInt } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import { combineVars } from './combine-vars.js'
import type { Host } from './host.js'

export class Group {
  vars = new Dict()
  depth = 0
  /** ansible_group_priority */
  priority = 1
  readonly #hosts: Host[] = []
  readonly #names = new Set<string>()
  readonly #children: Group[] = []
  readonly #parents: Group[] = []
  #allHosts: readonly Host[] | undefined

  constructor(readonly name: string) {}

  /** Direct members only. */
  get hosts(): readonly Host[] {
    return this.#hosts
  }
  get children(): readonly Group[] {
    return this.#children
  }
  get parents(): readonly Group[] {
    return this.#parents
  }

  /** Copies of groups and of the hosts in them that change by themselves. `hosts`: every host with its copy. */
  static forkAll(groups: ReadonlyMap<string, Group>, hosts: ReadonlyMap<Host, Host>): Map<string, Group> {
    const copies = new Map<Group, Group>()
    for (const group of groups.values()) {
      const copy = new Group(group.name)
      copy.vars = group.vars.copy()
      copy.depth = group.depth
      copy.priority = group.priority
      copies.set(group, copy)
    }
    const copyOf = (group: Group) => copies.get(group) as Group
    for (const [group, copy] of copies) {
      copy.#hosts.push(...group.#hosts.map(host => hosts.get(host) as Host))
      for (const name of group.#names) copy.#names.add(name)
      copy.#children.push(...group.#children.map(copyOf))
      copy.#parents.push(...group.#parents.map(copyOf))
    }
    for (const [host, copy] of hosts) copy.inheritGroups(host.groups.map(copyOf))
    return new Map([...groups].map(([name, group]) => [name, copyOf(group)]))
  }

  /** Sets a variable; two mappings are combined as hash_behaviour says. */
  setVariable(key: Value, value: Value, behaviour: 'replace' | 'merge' = 'replace'): void {
    if (key === 'ansible_group_priority') {
      this.priority = Number(toInt(value))
      return
    }
    setOrCombine(this, key, value, behaviour)
  }

  /** @returns false when the host was a direct member already */
  addHost(host: Host): boolean {
    if (this.#names.has(host.name)) return false
    this.#hosts.push(host)
    this.#names.add(host.name)
    host.addGroup(this)
    this.#forgetHosts()
    return true
  }

  removeHost(host: Host): boolean {
    if (!this.#names.has(host.name)) return false
    this.#hosts.splice(this.#hosts.indexOf(host), 1)
    this.#names.delete(host.name)
    host.removeGroup(this)
    this.#forgetHosts()
    return true
  }

  /** Throws when a loop would arise. */
  addChild(group: Group): boolean {
    if (group === this) throw new MadansibleError("can't add group to itself")
    if (this.#children.includes(group)) return false
    const known = group.ancestors()
    const ancestors = this.ancestors()
    if (ancestors.has(group)) {
      throw new MadansibleError(
        `Adding group '${group.name}' as child to '${this.name}' creates a recursive dependency loop.`,
      )
    }
    const added = [...ancestors, this].filter(ancestor => !known.has(ancestor))
    this.#children.push(group)
    group.depth = Math.max(this.depth + 1, group.depth)
    group.#deepenChildren()
    if (!group.#parents.some(parent => parent.name === this.name)) {
      group.#parents.push(this)
      for (const host of group.allHosts()) host.inheritGroups(added)
    }
    this.#forgetHosts()
    return true
  }

  /** Every group above this one. */
  ancestors(): Set<Group> {
    const seen = new Set<Group>()
    const pending = [...this.#parents]
    for (let group = pending.pop(); group; group = pending.pop()) {
      if (seen.has(group)) continue
      seen.add(group)
      pending.push(...group.#parents)
    }
    return seen
  }

  /** Members of the group and of all groups below, level by level. `all` leaves implicit hosts out. */
  allHosts(): readonly Host[] {
    if (this.#allHosts === undefined) {
      const hosts = new Set<Host>()
      for (const group of this.#withDescendants()) for (const host of group.#hosts) hosts.add(host)
      this.#allHosts = [...hosts].filter(host => !(this.name === 'all' && host.implicit))
    }
    return this.#allHosts
  }

  // Breadth first; a group met again on a deeper level is not repeated.
  #withDescendants(): Group[] {
    const ordered: Group[] = [this, ...this.#children]
    const seen = new Set<Group>()
    let level = new Set<Group>([this, ...this.#children])
    while (level.size > 0) {
      for (const group of level) seen.add(group)
      const next = new Set<Group>()
      for (const group of level) {
        for (const child of group.#children) {
          if (!seen.has(child)) ordered.push(child)
          next.add(child)
        }
      }
      level = new Set([...next].filter(group => !seen.has(group)))
    }
    return ordered
  }

  #deepenChildren(): void {
    let level: Group[] = [...this.#children]
    for (let depth = this.depth + 1; level.length > 0; depth++) {
      const next: Group[] = []
      for (const group of level) {
        if (group.depth >= depth) continue
        group.depth = depth
        next.push(...group.#children)
      }
      level = next
    }
  }

  #forgetHosts(): void {
    this.#allHosts = undefined
    for (const ancestor of this.ancestors()) ancestor.#allHosts = undefined
  }
}

/** Sets a variable of a host or group; two mappings are combined as hash_behaviour says. */
export function setOrCombine(entity: { vars: Dict }, key: Value, value: Value, behaviour: 'replace' | 'merge'): void {
  const present = entity.vars.get(key)
  if (present instanceof Dict && value instanceof Dict) {
    entity.vars = combineVars(entity.vars, new Dict([[key, value]]), behaviour)
  } else entity.vars.set(key, value)
}

/** Groups by depth, priority, name: the order in which their variables are combined. */
export function sortGroups(groups: Iterable<Group>): Group[] {
  return [...groups].sort(
    (left, right) =>
      left.depth - right.depth ||
      left.priority - right.priority ||
      (left.name < right.name ? -1 : left.name > right.name ? 1 : 0),
  )
}

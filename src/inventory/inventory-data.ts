// Hosts and groups while and after sources are read, with the rules that always hold: every group is below `all`,
// hosts of no group are in `ungrouped`, localhost exists when it is asked for. Mirrors inventory/data.py (2.14).
import { baseDirectory, type Config } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import { repr, str, typeName } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { combineVars } from './combine-vars.js'
import { Group } from './group.js'
import { Host } from './host.js'

const LOCALHOST: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1'])
const INVALID_NAME = /[^\p{L}\p{N}_]|^[^\p{L}_]/gu

export const isLocalhost = (name: string): boolean => LOCALHOST.has(name)

export interface InventoryDataOptions {
  readonly config: Pick<Config, 'get'>
  readonly warn: (message: string) => void
  readonly verbose?: ((message: string, level: number) => void) | undefined
  /** ansible_python_interpreter of the implicit localhost (sys.executable in Ansible). */
  readonly localPython?: string | undefined
}

export class InventoryData {
  readonly hosts = new Map<string, Host>()
  readonly groups = new Map<string, Group>()
  /** The implicit or explicit localhost, once there is one. */
  localhost: Host | undefined
  /** Source that is being read: hosts remember the first one that names them. */
  currentSource: string | undefined
  /** Grows with every change of hosts or groups. */
  version = 0

  constructor(readonly options: InventoryDataOptions) {
    this.addGroup('all')
    this.addGroup('ungrouped')
    this.addChild('all', 'ungrouped')
  }

  /** A copy that changes by itself. */
  fork(options: InventoryDataOptions): InventoryData {
    const copy = new InventoryData(options)
    const hosts = new Map<Host, Host>()
    for (const host of this.hosts.values()) hosts.set(host, host.fork())
    if (this.localhost !== undefined && !hosts.has(this.localhost)) hosts.set(this.localhost, this.localhost.fork())
    for (const [name, host] of this.hosts) copy.hosts.set(name, hosts.get(host) as Host)
    copy.groups.clear()
    for (const [name, group] of Group.forkAll(this.groups, hosts)) copy.groups.set(name, group)
    copy.localhost = this.localhost && hosts.get(this.localhost)
    copy.version = this.version
    return copy
  }

  get #behaviour(): 'replace' | 'merge' {
    return this.options.config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
  }

  /** @returns the name in use, which may have had characters replaced */
  addGroup(name: Value): string {
    if (!isText(name) && (name === null || name === false || name === 0)) {
      throw new MadansibleError(`Invalid empty/false group name provided: ${str(name)}`)
    }
    if (!isText(name)) {
      throw new MadansibleError(
        `Invalid group name supplied, expected a string but got <class '${typeName(name)}'> for ${str(name)}`,
      )
    }
    if (textOf(name) === '') throw new MadansibleError('Invalid empty/false group name provided: ')
    if (this.groups.has(textOf(name))) return textOf(name)
    const safe = this.safeGroupName(textOf(name))
    if (!this.groups.has(safe)) {
      this.groups.set(safe, new Group(safe))
      this.version++
    }
    return safe
  }

  /** Replaces characters that variable names cannot have, as TRANSFORM_INVALID_GROUP_CHARS says (to_safe_group_name). */
  safeGroupName(name: string, force = false): string {
    const invalid = name.match(INVALID_NAME)
    if (invalid === null) return name
    const { config, warn, verbose } = this.options
    const policy = config.get('TRANSFORM_INVALID_GROUP_CHARS')
    const message = `invalid character(s) "${repr([...new Set(invalid)]).replace(/^\[|\]$/g, brace => (brace === '[' ? '{' : '}'))}" in group name (${name})`
    if ((policy !== 'never' && policy !== 'ignore') || force) {
      if (policy !== 'silently') {
        verbose?.(`Replacing ${message}`, 4)
        warn('Invalid characters were found in group names and automatically replaced, use -vvvv to see details')
      }
      return name.replace(INVALID_NAME, '_')
    }
    if (policy === 'never') {
      verbose?.(`Not replacing ${message}`, 4)
      warn('Invalid characters were found in group names but not replaced, use -vvvv to see details')
    }
    return name
  }

  /** Adds a host, and puts it into a known group. @returns its name */
  addHost(name: Value, group?: string, port?: number): string {
    if (!isText(name)) {
      if (name === null || name === false || name === 0) {
        throw new MadansibleError(`Invalid empty host name provided: ${str(name)}`)
      }
      throw new MadansibleError(
        `Invalid host name supplied, expected a string but got <class '${typeName(name)}'> for ${str(name)}`,
      )
    }
    const text = textOf(name)
    if (text === '') throw new MadansibleError('Invalid empty host name provided: ')
    const target = group === undefined ? undefined : this.groups.get(group)
    if (group !== undefined && target === undefined) {
      throw new MadansibleError(`Could not find group ${group} in inventory`)
    }
    const host = this.hosts.get(text) ?? this.#newHost(text, port)
    if (target?.addHost(host)) this.version++
    return text
  }

  #newHost(name: string, port: number | undefined): Host {
    const host = new Host(name, port)
    this.hosts.set(name, host)
    this.version++
    const source = this.currentSource
    // By name, as Ansible: a group of the same name gets them instead.
    this.setVariable(name, 'inventory_file', source ?? null)
    this.setVariable(name, 'inventory_dir', source === undefined ? null : folderOf(source))
    if (isLocalhost(name)) {
      if (this.localhost === undefined) this.localhost = host
      else {
        this.options.warn(
          `A duplicate localhost-like entry was found (${name}). First found localhost was ${this.localhost.name}`,
        )
      }
    }
    return host
  }

  /** Puts a group or a host into a group. @returns false when it was there already */
  addChild(group: string, child: string): boolean {
    const parent = this.groups.get(group)
    if (parent === undefined) throw new MadansibleError(`${group} is not a known group`)
    const below = this.groups.get(child)
    const host = this.hosts.get(child)
    if (below === undefined && host === undefined) {
      throw new MadansibleError(`${child} is not a known host nor group`)
    }
    const added = below !== undefined ? parent.addChild(below) : parent.addHost(host as Host)
    if (added) this.version++
    return added
  }

  /** A variable of a host or group by name. */
  setVariable(entity: string, key: Value, value: Value): void {
    const target = this.groups.get(entity) ?? this.hosts.get(entity)
    if (target === undefined) throw new MadansibleError(`Could not identify group or host named ${entity}`)
    target.setVariable(key, value, this.#behaviour)
    this.version++
  }

  /** A host by name; localhost, 127.0.0.1 and ::1 are made when no source names them. */
  getHost(name: string): Host | undefined {
    return this.hosts.get(name) ?? (isLocalhost(name) ? this.#implicitLocalhost(name) : undefined)
  }

  #implicitLocalhost(name: string): Host {
    if (this.localhost !== undefined) return this.localhost
    const host = new Host(name)
    host.address = '127.0.0.1'
    host.implicit = true
    host.setVariable('ansible_python_interpreter', this.options.localPython ?? '/usr/bin/python3')
    host.setVariable('ansible_connection', 'local')
    this.localhost = host
    return host
  }

  /** Restores the rules that hold after every change. */
  reconcile(): void {
    this.currentSource = undefined
    const all = this.groups.get('all') as Group
    const ungrouped = this.groups.get('ungrouped') as Group
    for (const group of this.groups.values()) {
      if (group !== all && group.parents.length === 0) all.addChild(group)
    }
    for (const host of this.hosts.values()) {
      const { groups } = host
      if (groups.includes(ungrouped)) {
        if (groups.some(group => group !== all && group !== ungrouped)) ungrouped.removeHost(host)
      } else if (!host.implicit && (groups.length === 0 || (groups.length === 1 && groups[0] === all))) {
        ungrouped.addHost(host)
      }
      if (host.implicit) host.vars = combineVars(all.vars, host.vars, this.#behaviour)
    }
    for (const name of this.groups.keys()) {
      if (this.hosts.has(name)) this.options.warn(`Found both group and host with same name: ${name}`)
    }
    this.version++
  }

  /** Magic variable `groups`. */
  groupsDict(): Dict {
    const dict = new Dict()
    for (const [name, group] of this.groups)
      dict.set(
        name,
        group.allHosts().map(host => host.name),
      )
    return dict
  }
}

/** utils/path.py basedir: a folder itself, the folder of a file; the text None for what is neither (a list of hosts). */
function folderOf(source: string): string {
  return baseDirectory(source) ?? 'None'
}

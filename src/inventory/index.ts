// Hosts and groups as ansible-inventory sees them: sources, patterns, limits, variables beside the inventory.
import type { Config } from '../config/index.js'
import type { Dict, Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'

/** One managed host. Compared by identity. */
export declare class Host {
  constructor(name: string, port?: number)
  readonly name: string
  address: string
  /** True for the localhost that no source names. */
  implicit: boolean
  vars: Dict
  /** Every group of the host, ancestors included, in Ansible's order. */
  readonly groups: Group[]
  /** Sets a variable; two mappings are merged as hash_behaviour says. */
  setVariable(key: Value, value: Value): void
  /** inventory_hostname, inventory_hostname_short, group_names. */
  magicVars(): Dict
  /** vars and magicVars together (Host.get_vars). */
  getVars(): Dict
  addGroup(group: Group): boolean
  removeGroup(group: Group): boolean
}
export declare class Group {
  constructor(name: string)
  readonly name: string
  vars: Dict
  depth: number
  /** ansible_group_priority */
  priority: number
  /** Direct members only. */
  readonly hosts: readonly Host[]
  readonly children: readonly Group[]
  readonly parents: readonly Group[]
  setVariable(key: Value, value: Value): void
  addHost(host: Host): boolean
  removeHost(host: Host): boolean
  /** Throws when a loop would arise. */
  addChild(group: Group): boolean
  ancestors(): Set<Group>
  /** Members of the group and of all groups below, in Ansible's order. */
  allHosts(): readonly Host[]
}
export type HostOrder = 'inventory' | 'sorted' | 'reverse_sorted' | 'reverse_inventory' | 'shuffle'

/** What a plugin in Python gives back for one source: groups as `ansible-inventory --list` prints them, and host variables. */
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
/** Runs an inventory plugin that is written in Python over a source. Rejects with a MadansibleError when it cannot parse it;
 *  resolves to undefined when the plugin's verify_file refuses the source. */
export type InventoryPluginHook = (
  plugin: string,
  source: string,
  inventory: Inventory,
) => Promise<PluginInventory | undefined>

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
  /** ansible_python_interpreter of the implicit localhost (sys.executable in Ansible). */
  readonly localPython?: string
  readonly env?: NodeJS.ProcessEnv
}
export declare class Inventory {
  constructor(options: LoadInventoryOptions, sources: readonly string[])
  readonly hosts: Map<string, Host>
  readonly groups: Map<string, Group>
  /** Sources as Ansible lists them in inventory_sources. */
  readonly sources: readonly string[]
  /** Grows with every change of hosts, groups or variables. */
  version: number
  /** Hosts of a pattern, limited and restricted. `pattern` may be a list. */
  listHosts(
    pattern: string | readonly string[],
    options?: { order?: HostOrder | string | undefined; ignoreLimits?: boolean; ignoreRestrictions?: boolean },
  ): Host[]
  /** --limit; `@file` is read here. */
  setLimit(subset: string | undefined): void
  /** Limits listHosts to these hosts (serial batches); undefined removes it. */
  restrict(hosts: readonly Host[] | undefined): void
  /** A host by name; localhost, 127.0.0.1 and ::1 are created implicitly. */
  getHost(name: string): Host | undefined
  addHost(name: string, group?: string, port?: number): string
  addGroup(name: string): string
  /** Puts a group or a host into a group. */
  addChild(group: string, child: string): boolean
  setVariable(entity: string, key: Value, value: Value): void
  /** The rules that hold after every change (ungrouped, all). */
  reconcile(): void
  /** add_host task results; true when something changed. */
  addDynamicHost(info: { hostName: string; groups: readonly string[]; vars: Dict }): boolean
  /** group_by task results; true when something changed. */
  addDynamicGroup(host: Host, group: string, parents: readonly string[]): boolean
  /** Magic variable `groups`: name → host names; shared until the inventory changes. */
  groupsDict(): Dict
  /** meta: refresh_inventory: reads all sources again, keeps hosts and groups added by tasks. */
  refresh(): Promise<void>
}
/** Reads all sources. Throws ParserError / MadansibleError in Ansible's words. */
export declare function loadInventory(sources: readonly string[], options: LoadInventoryOptions): Promise<Inventory>
/** group_vars/ or host_vars/ of an entity below `basedir` (host_group_vars vars plugin), combined. */
export declare function hostGroupVars(loader: DataLoader, config: Config, basedir: string, entity: Host | Group): Dict
/** Variables that the vars plugin finds beside each inventory source. */
export declare function varsBesideSources(inventory: Inventory, entity: Host | Group): Dict
/** Groups by depth, priority, name: the order in which their variables are combined. */
export declare function sortGroups(groups: Iterable<Group>): Group[]
/** combine_vars: replaces or merges (hash_behaviour). */
export declare function combineVars(low: Dict, high: Dict, behaviour?: 'replace' | 'merge'): Dict
export declare function mergeHash(
  low: Dict,
  high: Dict,
  recursive?: boolean,
  listMerge?: 'replace' | 'keep' | 'append' | 'prepend' | 'append_rp' | 'prepend_rp',
): Dict
export declare function splitHostPattern(pattern: string | readonly string[]): string[]
/** Host and optional port; throws for what is not a host name. */
export declare function parseAddress(address: string, allowRanges?: boolean): { host: string; port: number | undefined }

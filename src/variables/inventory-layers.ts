// Variables that inventory, group_vars/ and host_vars/ give a host, combined once per host and kept until the
// inventory changes. Hosts in the same groups share the groups' part.
// Mirrors the `if host:` part of VariableManager.get_vars in ansible/vars/manager.py and vars/plugins.py (2.14).

import type { Config } from '../config/index.js'
import {
  combineVars,
  type Group,
  type Host,
  type Inventory,
  sortGroups,
  varsBesideSources,
  varsOfFolder,
} from '../inventory/index.js'
import { Dict } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'

export interface InventoryLayersOptions {
  readonly inventory: Inventory
  readonly loader: DataLoader
  readonly config: Config
  readonly behaviour: 'replace' | 'merge'
  readonly warn: (text: string) => void
}

export interface HostLayers {
  /** Variables of the host itself, then of its groups: highest precedence first. */
  readonly layers: readonly Dict[]
}

const EMPTY = new Dict()

export class InventoryLayers {
  readonly #options: InventoryLayersOptions
  /** Read from folders once: `kind:name` or `kind:folder:name`. */
  #fromFolders = new Map<string, Dict>()
  /** The same for copies of the inventory. */
  readonly #copies = new WeakMap<Inventory, InventoryLayers>()
  #hosts = new Map<string, HostLayers>()
  #groups = new Map<string, Dict>()
  #version = -1

  constructor(
    options: InventoryLayersOptions,
    private readonly isCopy = false,
  ) {
    this.#options = options
  }

  /** The layers of another copy of the inventory. */
  inside(inventory: Inventory): InventoryLayers {
    if (inventory === this.#options.inventory) return this
    let layers = this.#copies.get(inventory)
    if (layers === undefined) {
      layers = new InventoryLayers({ ...this.#options, inventory }, true)
      layers.#fromFolders = this.#fromFolders
      this.#copies.set(inventory, layers)
    }
    return layers
  }

  /** Layers of a host; `basedirs` are the folders whose group_vars/ and host_vars/ count as the playbook's. */
  of(known: Host, basedirs: readonly string[]): HostLayers {
    const { inventory } = this.#options
    const host = this.isCopy ? (inventory.getHost(known.name) ?? known) : known
    if (this.#version !== inventory.version) {
      this.#version = inventory.version
      this.#hosts = new Map()
      this.#groups = new Map()
    }
    const folders = basedirs.join('\0')
    const key = `${host.name}\0${folders}`
    const isKnown = inventory.hosts.get(host.name) === host
    let layers = isKnown ? this.#hosts.get(key) : undefined
    if (layers === undefined) {
      const groups = this.#groupsPart(host, basedirs, folders)
      layers = { layers: [this.#hostPart(host, basedirs), groups].filter(layer => layer.size > 0) }
      if (isKnown) this.#hosts.set(key, layers)
    }
    return layers
  }

  #hostPart(host: Host, basedirs: readonly string[]): Dict {
    return this.#combine([host.getVars(), this.#besideInventory(host), this.#besidePlay(host, basedirs)])
  }

  #groupsPart(host: Host, basedirs: readonly string[], folders: string): Dict {
    const groups = sortGroups(host.groups.filter(group => group.name !== 'all'))
    const key = `${groups.map(group => group.name).join('\0')}\0\0${folders}`
    let part = this.#groups.get(key)
    if (part === undefined) {
      part = this.#combineGroups(groups, basedirs)
      this.#groups.set(key, part)
    }
    return part
  }

  #combineGroups(groups: readonly Group[], basedirs: readonly string[]): Dict {
    const all = this.#options.inventory.groups.get('all')
    const ofAll = (vars: (group: Group) => Dict) => (all === undefined ? EMPTY : vars(all))
    const ofGroups = (vars: (group: Group) => Dict) => this.#combine(groups.map(vars))
    const sources: Readonly<Record<string, () => Dict>> = {
      all_inventory: () => ofAll(group => group.vars),
      groups_inventory: () => ofGroups(group => group.vars),
      all_plugins_inventory: () => ofAll(group => this.#besideInventory(group)),
      all_plugins_play: () => ofAll(group => this.#besidePlay(group, basedirs)),
      groups_plugins_inventory: () => this.#combine(groups.map(group => this.#besideInventory(group))),
      groups_plugins_play: () => this.#combinePerFolder(groups, basedirs),
    }
    const layers: Dict[] = []
    for (const name of this.#options.config.get('VARIABLE_PRECEDENCE') as readonly string[]) {
      const source = sources[name]
      if (source === undefined) this.#options.warn(`Ignoring unknown variable precedence entry: ${name}`)
      else layers.push(source())
    }
    return this.#combine(layers)
  }

  /** Folder by folder, and in each folder group by group. */
  #combinePerFolder(groups: readonly Group[], basedirs: readonly string[]): Dict {
    return this.#combine(basedirs.map(folder => this.#combine(groups.map(group => this.#besidePlay(group, [folder])))))
  }

  #besideInventory(entity: Host | Group): Dict {
    const { inventory } = this.#options
    return this.#once(`${kindOf(entity)}:${entity.name}`, () => varsBesideSources(inventory, entity))
  }

  #besidePlay(entity: Host | Group, basedirs: readonly string[]): Dict {
    const { inventory } = this.#options
    return this.#combine(
      basedirs.map(folder =>
        this.#once(`${kindOf(entity)}:${folder}:${entity.name}`, () => varsOfFolder(inventory, folder, entity, 'task')),
      ),
    )
  }

  #once(key: string, read: () => Dict): Dict {
    let known = this.#fromFolders.get(key)
    if (known === undefined) {
      known = read()
      this.#fromFolders.set(key, known)
    }
    return known
  }
  /** Reads group_vars/ and host_vars/ again (meta: refresh_inventory). */
  forget(): void {
    this.#fromFolders.clear()
    this.#version = -1
  }

  #combine(layers: readonly Dict[]): Dict {
    let result = EMPTY
    for (const layer of layers)
      if (layer.size > 0) result = result.size === 0 ? layer : combineVars(result, layer, this.#options.behaviour)
    return result
  }
}

function kindOf(entity: Host | Group): string {
  return 'children' in entity ? 'group' : 'host'
}

// Inventory plugins of Python: they get the inventory as it is so far and a source, and give back the whole inventory.

import { ParserError } from '../errors.js'
import type { Group, InventoryPluginHook, PluginInventory } from '../inventory/index.js'
import { Dict, type Value } from '../python/index.js'
import { type PluginHost, PluginHostError } from './plugin-host.js'

/** Runs inventory plugins in the plugin host. */
export function foreignInventory(host: PluginHost): InventoryPluginHook {
  return {
    knows: plugin => host.options.plugins.find('inventory', plugin).path !== undefined,
    async read(plugin, source, inventory, useCache) {
      const fields = {
        plugin: JSON.stringify(plugin),
        source: JSON.stringify(source),
        cache: String(useCache),
        hosts: host.encode([...inventory.hosts.values()].map(({ name, vars }) => Dict.of({ name, vars }))),
        groups: host.encode([...inventory.groups.values()].map(describeGroup)),
      }
      let found: Value
      try {
        found = host.request('inventory', fields, `The inventory plugin '${plugin}'`)
      } catch (error) {
        // As the manager of Ansible's inventory: whatever a plugin raises is a failed attempt.
        if (error instanceof PluginHostError) throw error
        throw error instanceof Error ? new ParserError(error.message, { cause: error }) : error
      }
      return found instanceof Dict ? readInventory(found) : undefined
    },
  }
}

const describeGroup = (group: Group): Dict =>
  Dict.of({
    name: group.name,
    vars: group.vars,
    priority: group.priority,
    hosts: group.hosts.map(host => host.name),
    children: group.children.map(child => child.name),
  })

function readInventory(found: Dict): PluginInventory {
  const records = (name: string) => found.get(name) as Dict[]
  return {
    hosts: records('hosts').map(host => ({ name: host.get('name') as string, vars: host.get('vars') as Dict })),
    groups: records('groups').map(group => ({
      name: group.get('name') as string,
      vars: group.get('vars') as Dict,
      hosts: group.get('hosts') as string[],
      children: group.get('children') as string[],
    })),
  }
}

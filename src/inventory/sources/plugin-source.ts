// Sources for plugins that only exist in Python: `plugin: …` files (auto), toml, constructed and any other.
import { ParserError } from '../../errors.js'
import { str, truth } from '../../python/index.js'
import { Dict } from '../../python/values.js'
import type { InventoryPluginHook, PluginInventory } from '../inventory.js'
import type { InventoryData } from '../inventory-data.js'
import { extensionOf, isReadablePath } from './populate.js'
import type { Source, SourceReader } from './source-reader.js'

/** auto: a YAML file whose `plugin` key names the plugin that reads it. */
export function autoSource(hook: InventoryPluginHook | undefined): SourceReader {
  return {
    name: 'auto',
    accepts: source => /\.ya?ml$/.test(source.source) && isReadablePath(source.source),
    async read(source) {
      const content = source.content()
      const plugin = content instanceof Dict ? content.get('plugin') : undefined
      if (plugin === undefined || !truth(plugin)) {
        throw new ParserError(
          `no root 'plugin' key found, '${source.source}' is not a valid YAML inventory plugin config file`,
        )
      }
      source.verbose?.(`Using inventory plugin '${str(plugin)}' to process inventory source '${source.source}'`, 1)
      await run(hook, str(plugin), source)
    },
  }
}

export function tomlSource(hook: InventoryPluginHook | undefined): SourceReader {
  return {
    name: 'toml',
    accepts: source => extensionOf(source.source) === '.toml' && isReadablePath(source.source),
    read: source => (hook === undefined ? run(hook, 'toml', source) : runIfWanted(hook, 'toml', source)),
  }
}

/** Any other plugin of INVENTORY_ENABLED; it decides itself what it accepts. */
export function pythonSource(name: string, hook: InventoryPluginHook): SourceReader {
  return { name: loadName(name), accepts: () => true, read: source => runIfWanted(hook, name, source) }
}

/** The name under which Ansible speaks of a plugin of a collection: its Python module. */
function loadName(name: string): string {
  const parts = /^(\w+\.\w+)\.(\w+)$/.exec(name)
  if (parts === null || parts[1] === 'ansible.builtin' || parts[1] === 'ansible.legacy') return name
  return `ansible_collections.${parts[1]}.plugins.inventory.${parts[2]}`
}

async function run(hook: InventoryPluginHook | undefined, plugin: string, source: Source): Promise<void> {
  if (hook === undefined) {
    throw new ParserError(
      `inventory source '${source.source}' needs the inventory plugin '${plugin}', which runs in Python: no Python plugin host is available`,
    )
  }
  if (!(await runIfWanted(hook, plugin, source))) {
    throw new ParserError(`inventory source '${source.source}' could not be verified by inventory plugin '${plugin}'`)
  }
}

/** @returns false when the plugin does not want the source */
async function runIfWanted(hook: InventoryPluginHook, plugin: string, source: Source): Promise<boolean> {
  const found = await hook.read(plugin, source.source, source.data, source.useCache ?? true)
  if (found !== undefined) add(source.data, found)
  return found !== undefined
}

/** Takes over what a plugin found. */
function add(data: InventoryData, found: PluginInventory): void {
  for (const group of found.groups) {
    data.addGroup(group.name)
    for (const host of group.hosts ?? []) data.addHost(host, group.name)
    for (const [name, value] of group.vars ?? []) data.setVariable(group.name, name, value)
  }
  for (const group of found.groups) {
    for (const child of group.children ?? []) data.addChild(group.name, data.addGroup(child))
  }
  for (const host of found.hosts) {
    data.addHost(host.name)
    for (const [name, value] of host.vars) data.setVariable(host.name, name, value)
  }
}

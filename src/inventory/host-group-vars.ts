// Variables in group_vars/ and host_vars/ beside inventories and playbooks. Mirrors plugins/vars/host_group_vars.py and
// vars/plugins.py (2.14).
import { baseDirectory, type Config, dirName, isDirectory, joinPath, pathExists, realPath } from '../config/index.js'
import { ParserError } from '../errors.js'
import { truth } from '../python/index.js'
import { Dict } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'
import { combineVars } from './combine-vars.js'
import { Group } from './group.js'
import type { Host } from './host.js'
import type { Inventory } from './inventory.js'

/** When vars plugins are asked: while the inventory is read, or for a task. */
export type VarsStage = 'inventory' | 'task'

/** group_vars/ or host_vars/ of an entity below `basedir`, all files combined. Throws ParserError in Ansible's words. */
export function hostGroupVars(loader: DataLoader, config: Config, basedir: string, entity: Host | Group): Dict {
  if (entity.name.startsWith('/')) return new Dict() // chroot connections have paths for names
  const folder = entity instanceof Group ? 'group_vars' : 'host_vars'
  const given = joinPath(baseDirectory(basedir, loader.cwd) ?? basedir, folder)
  if (!pathExists(given)) return new Dict()
  const directory = realPath(given)
  if (!isDirectory(directory)) {
    loader.warn(`Found ${folder} that is not a directory, skipping: ${directory}`)
    return new Dict()
  }
  const behaviour = config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
  let vars = new Dict()
  for (const file of loader.findVarsFiles(directory, entity.name)) {
    const found = loader.loadFile(file, { copy: false })
    if (truth(found)) vars = combine(vars, found as Dict, behaviour)
  }
  return vars
}

function combine(low: Dict, high: Dict, behaviour: 'replace' | 'merge'): Dict {
  try {
    return combineVars(low, high, behaviour)
  } catch (error) {
    throw error instanceof Error ? new ParserError(error.message, { cause: error }) : error
  }
}

/**
 * Variables beside each inventory source. By default (RUN_VARS_PLUGINS: demand) they are looked for at the `task` stage
 * and nothing is found at the `inventory` stage.
 */
export function varsBesideSources(inventory: Inventory, entity: Host | Group, stage: VarsStage = 'task'): Dict {
  const { config, loader } = inventory.options
  let vars = new Dict()
  const behaviour = config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
  for (const given of inventory.sources) {
    const source = joinPath(loader.cwd, given)
    if (given.includes(',') && !pathExists(source)) continue
    const folder = isDirectory(source) ? source : dirName(source)
    const found = varsOfFolder(inventory, folder, entity, stage)
    if (found.size > 0) vars = vars.size === 0 ? found : combineVars(vars, found, behaviour)
  }
  return vars
}

/** What all vars plugins say about an entity for one folder (get_vars_from_path). */
export function varsOfFolder(inventory: Inventory, folder: string, entity: Host | Group, stage: VarsStage): Dict {
  const { config, loader, varsPlugins } = inventory.options
  const own = runsAt(config, stage) ? hostGroupVars(loader, config, folder, entity) : new Dict()
  const others = varsPlugins?.(folder, entity, stage)
  if (others === undefined) return own
  const behaviour = config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
  return combineVars(combineVars(others.below, own, behaviour), others.above, behaviour)
}

/** Whether the host_group_vars plugin is enabled and runs at this stage. */
function runsAt(config: Config, stage: VarsStage): boolean {
  const enabled = config.get('VARIABLE_PLUGINS_ENABLED')
  if (!enabled.some(name => /^(?:ansible\.(?:builtin|legacy)\.)?host_group_vars$/.test(name))) return false
  const own = config.pluginOption('vars', 'host_group_vars', 'stage')
  if (own === null || own === undefined) return (config.get('RUN_VARS_PLUGINS') === 'demand') === (stage === 'task')
  return own === 'all' || own === stage
}

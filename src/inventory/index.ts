// Hosts and groups as ansible-inventory sees them: sources, patterns, limits, variables beside the inventory.
export { parseAddress } from './address.js'
export { combineVars, type ListMerge, mergeHash } from './combine-vars.js'
export { Group, sortGroups } from './group.js'
export { Host } from './host.js'
export { hostGroupVars, varsBesideSources, varsOfFolder } from './host-group-vars.js'
export {
  type DynamicHost,
  type HostOrder,
  Inventory,
  type InventoryPluginHook,
  type LoadInventoryOptions,
  loadInventory,
  type PluginInventory,
  type PluginVars,
  type VarsPluginHook,
} from './inventory.js'
export { InventoryData, isLocalhost } from './inventory-data.js'
export { PatternMatcher, splitHostPattern } from './patterns.js'

// The inventory_hostnames lookup: hosts that match patterns. Mirrors ansible/plugins/lookup/inventory_hostnames.py (2.14).

import type { SettingName, SettingTypes } from '../../config/index.js'
import { MadansibleError } from '../../errors.js'
import { InventoryData, PatternMatcher, splitHostPattern } from '../../inventory/index.js'
import { iterate, Mapping, PyError, type Value } from '../../python/index.js'
import { toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'

/** Groups and hosts of the `groups` variable, without their nesting. */
function inventoryOf(call: CallContext): InventoryData {
  const { controller } = call.templar
  const groups = call.scope.get('groups')
  if (groups === undefined) throw new PyError('KeyError', "'groups'")
  if (!(groups instanceof Mapping)) throw new PyError('AttributeError', "'list' object has no attribute 'items'")
  const get = <N extends SettingName>(name: N): SettingTypes[N] =>
    controller.setting(name) as unknown as SettingTypes[N]
  const data = new InventoryData({ config: { get }, warn: message => controller.warn(message) })
  for (const [group, hosts] of groups.entries()) {
    data.addGroup(group)
    for (const host of iterate(hosts)) data.addHost(host, toText(group))
  }
  return data
}

const inventoryHostnames: PluginCall = (call, terms) => {
  const data = inventoryOf(call)
  try {
    const hosts = new PatternMatcher(data).evaluate(splitHostPattern(terms.map(toText)))
    return [...new Set(hosts)].map((host): Value => host.name)
  } catch (error) {
    if (error instanceof MadansibleError) return []
    throw error
  }
}

export const inventoryLookups: Readonly<Record<string, PluginCall>> = { inventory_hostnames: inventoryHostnames }

// Vars plugins other than host_group_vars: asked for one host or group and one folder at a time.

import { readdirSync } from 'node:fs'
import type { Config } from '../config/index.js'
import { Host, type VarsPluginHook } from '../inventory/index.js'
import { Dict, type Value } from '../python/index.js'
import type { PluginHost } from './plugin-host.js'

const NATIVE = /^(?:ansible\.(?:builtin|legacy)\.)?host_group_vars$/

/** Asks vars plugins in the plugin host; Python is left alone where there are none. */
export function foreignVars(host: PluginHost, config: Config): VarsPluginHook {
  const { plugins } = host.options
  const hasEnabled = config.get('VARIABLE_PLUGINS_ENABLED').some(name => name.includes('.') && !NATIVE.test(name))
  let known: { readonly version: number; readonly hasFiles: boolean } | undefined
  const areThere = () => {
    if (known?.version !== plugins.version)
      known = { version: plugins.version, hasFiles: plugins.directories('vars').foreignPaths.some(hasPythonFile) }
    return hasEnabled || known.hasFiles
  }
  return (path, entity, stage) => {
    if (!areThere()) return undefined
    const groups: Value = entity instanceof Host ? entity.groups.map(group => group.name) : []
    const kind = entity instanceof Host ? 'host' : 'group'
    const fields = {
      path: JSON.stringify(path),
      stage: JSON.stringify(stage),
      entity: host.encode(Dict.of({ name: entity.name, kind, vars: entity.vars, groups })),
    }
    const [below, above] = host.request('vars', fields, `A vars plugin for ${entity.name}`) as [Dict, Dict]
    return { below, above }
  }
}

function hasPythonFile(folder: string): boolean {
  try {
    return readdirSync(folder).some(name => name.endsWith('.py') && name !== '__init__.py')
  } catch {
    return false
  }
}

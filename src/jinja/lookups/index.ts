// The lookups that are computed here: those of ansible-core 2.14 but `url`, whose HTTP behaviour is that of Ansible's
// Python (netrc, proxies, redirects, ciphers) and stays with the plugin host.

import type { PluginCall } from '../plugin.js'
import { commandLookups } from './commands.js'
import { csvLookups } from './csvfile.js'
import { fileLookups } from './files.js'
import { iniLookups } from './ini.js'
import { inventoryLookups } from './inventory-hostnames.js'
import { listLookups } from './lists.js'
import { passwordLookups } from './password.js'
import { sequenceLookups } from './sequence.js'
import { templateLookups } from './template.js'
import { variableLookups } from './variables.js'

const ansibleLookups: Readonly<Record<string, PluginCall>> = {
  ...commandLookups,
  ...csvLookups,
  ...fileLookups,
  ...iniLookups,
  ...inventoryLookups,
  ...listLookups,
  ...passwordLookups,
  ...sequenceLookups,
  ...templateLookups,
  ...variableLookups,
}

/** Lookups by every name they answer to. */
export const nativeLookups: ReadonlyMap<string, PluginCall> = new Map(
  Object.entries(ansibleLookups).flatMap(([name, lookup]) => [
    [name, lookup] as const,
    [`ansible.builtin.${name}`, lookup] as const,
    [`ansible.legacy.${name}`, lookup] as const,
  ]),
)

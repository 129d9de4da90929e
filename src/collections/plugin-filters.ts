// Names of modules and actions that an administrator forbids in plugin_filters.yml.
// Mirrors _load_plugin_filter (lib/ansible/plugins/loader.py, 2.14), with its warnings.
import { existsSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { MadansibleError } from '../errors.js'
import type { NoticeSink } from './notices.js'

const DEFAULT_FILE = '/etc/ansible/plugin_filters.yml'

/** The rejected names. `configured` is PLUGIN_FILTERS_CFG; without it the default file is read when it exists. */
export function readPluginFilters(configured: string | null | undefined, notices: NoticeSink): ReadonlySet<string> {
  const file = configured ?? DEFAULT_FILE
  const none = new Set<string>()
  const skip = (text: string) => {
    notices.warning(text)
    return none
  }
  if (!existsSync(file)) {
    return configured == null ? none : skip(`The plugin filter file, ${file} does not exist. Skipping.`)
  }
  let data: unknown
  try {
    data = load(readFileSync(file, 'utf8'), { filename: file, json: true })
  } catch (error) {
    return skip(`The plugin filter file, ${file} was not parsable. Skipping: ${(error as Error).message}`)
  }
  const fields = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>
  if (!('filter_version' in fields)) return skip(`The plugin filter file, ${file} was invalid. Skipping.`)
  // YAML reads 1.0 as a number, which prints without its zero.
  const version = String(fields.filter_version).trim()
  if (version !== '1.0' && version !== '1') {
    return skip(`The plugin filter file, ${file} was a version not recognized by this version of Ansible. Skipping.`)
  }
  const list = fields.module_blacklist
  if (!Array.isArray(list)) {
    return skip(`Unable to parse the plugin filter file ${file} as module_blacklist is not a list. Skipping.`)
  }
  const rejected = new Set(list.map(String))
  if (!rejected.has('stat')) return rejected
  throw new MadansibleError(
    `The stat module was specified in the module blacklist file, ${file}, but Ansible will not function without the ` +
      'stat module.  Please remove stat from the blacklist.',
  )
}

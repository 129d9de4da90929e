// Reads inventory sources: files, directories, scripts, lists of hosts; each reader is tried in the order of
// INVENTORY_ENABLED. Mirrors parse_sources and parse_source of inventory/manager.py (2.14), with their warnings.
import { readdirSync } from 'node:fs'
import { isDirectory, joinPath, pathExists, unfrackPath } from '../../config/index.js'
import { MadansibleError } from '../../errors.js'
import { compileRegex, escapeRegex, isPyError } from '../../python/index.js'
import type { Value } from '../../python/values.js'
import type { InventoryPluginHook } from '../inventory.js'
import type { InventoryData } from '../inventory-data.js'
import { advancedHostListSource, hostListSource } from './host-list-sources.js'
import { iniSource } from './ini-source.js'
import { autoSource, pythonSource, tomlSource } from './plugin-source.js'
import { scriptSource } from './script-source.js'
import type { Source, SourceOptions, SourceReader } from './source-reader.js'
import { yamlSource } from './yaml-source.js'

export interface ReadSourcesOptions extends SourceOptions {
  /** Runs inventory plugins that are written in Python. */
  readonly plugins?: InventoryPluginHook | undefined
}

/** Adds what all sources hold, then restores the inventory's rules. Throws MadansibleError where Ansible gives up. */
export async function readSources(
  sources: readonly string[],
  data: InventoryData,
  options: ReadSourcesOptions,
): Promise<void> {
  const { config, cwd, env, warn } = options
  let parsed = false
  for (const given of sources) {
    if (given === '') continue
    const source = given.includes(',') ? given : unfrackPath(given, { cwd, env })
    parsed = (await readSource(source, data, options)) || parsed
  }
  if (parsed) data.reconcile()
  else if (config.get('INVENTORY_UNPARSED_IS_FAILED')) {
    throw new MadansibleError('No inventory was parsed, please check your configuration and options.')
  } else if (config.get('INVENTORY_UNPARSED_WARNING')) {
    warn('No inventory was parsed, only implicit localhost is available')
  }
}

/** Adds what one source holds. @returns whether any reader understood it */
export async function readSource(source: string, data: InventoryData, options: ReadSourcesOptions): Promise<boolean> {
  if (isDirectory(source)) return readDirectory(source, data, options)
  data.currentSource = source
  const parsed = await tryReaders(openSource(source, data, options), options)
  data.currentSource = undefined
  return parsed
}

async function readDirectory(directory: string, data: InventoryData, options: ReadSourcesOptions): Promise<boolean> {
  const isIgnored = ignoredNames(options)
  let parsed = false
  for (const name of readdirSync(directory).sort()) {
    if (isIgnored(name)) continue
    parsed = (await readSource(joinPath(directory, name), data, options)) || parsed
  }
  return parsed
}

/** Hidden files, variables beside the inventory, and what INVENTORY_IGNORE_* name. */
function ignoredNames({ config }: ReadSourcesOptions): (name: string) => boolean {
  const extensions = config.get('INVENTORY_IGNORE_EXTS').map(extension => `${escapeRegex(extension)}$`)
  const always = ['^\\.', '^host_vars$', '^group_vars$', '^vars_plugins$']
  const patterns = [...always, ...config.get('INVENTORY_IGNORE_PATTERNS'), ...extensions]
  const regex = compileRegex(patterns.join('|'))
  return name => regex.search(name) !== undefined
}

function openSource(source: string, data: InventoryData, options: ReadSourcesOptions): Source {
  let content: Value | undefined
  return {
    ...options,
    source,
    data,
    content() {
      content ??= options.loader.loadFile(source, { cache: false, copy: false })
      return content
    },
  }
}

async function tryReaders(source: Source, options: ReadSourcesOptions): Promise<boolean> {
  const failures: string[] = []
  for (const reader of enabledReaders(options)) {
    try {
      if (!reader.accepts(source) || (await reader.read(source)) === false) {
        source.verbose?.(
          `${reader.name} declined parsing ${source.source} as it did not pass its verify_file() method`,
          3,
        )
        continue
      }
      source.verbose?.(`Parsed ${source.source} inventory source with ${reader.name} plugin`, 3)
      return true
    } catch (error) {
      if (!(error instanceof MadansibleError) && !isPyError(error)) throw error
      failures.push(`\n* Failed to parse ${source.source} with ${reader.name} plugin: ${error.message}`)
    }
  }
  reportUnparsed(source, failures)
  return false
}

/** The default inventory may be missing without a word. */
function reportUnparsed({ source, config, warn }: Source, failures: readonly string[]): void {
  if (source === '/etc/ansible/hosts' && !pathExists(source)) return
  for (const failure of failures) warn(failure)
  if (config.get('INVENTORY_ANY_UNPARSED_IS_FAILED')) {
    throw new MadansibleError(`Completely failed to parse inventory source ${source}`)
  }
  warn(`Unable to parse ${source} as an inventory source`)
}

function enabledReaders({ config, plugins, warn }: ReadSourcesOptions): SourceReader[] {
  const native = [
    hostListSource,
    scriptSource,
    autoSource(plugins),
    yamlSource,
    iniSource,
    tomlSource(plugins),
    advancedHostListSource,
  ]
  const readers: SourceReader[] = []
  for (const name of config.get('INVENTORY_ENABLED')) {
    const short = name.replace(/^ansible\.(?:builtin|legacy)\./, '')
    const reader =
      native.find(known => known.name === short) ?? (plugins?.knows(name) ? pythonSource(name, plugins) : undefined)
    if (reader !== undefined) readers.push(reader)
    else warn(`Failed to load inventory plugin, skipping ${name}`)
  }
  if (readers.length === 0) {
    throw new MadansibleError(
      'No inventory plugins available to generate inventory, make sure you have at least one enabled.',
    )
  }
  return readers
}

// Builds everything one command needs, in the order in which the pieces need one another: settings, secrets, files,
// ansible-core, collections, inventory, variables, templating. Mirrors cli/__init__.py CLI.run and _play_prereqs (2.14).
import { AgentPool } from '../agent/index.js'
import { CollectionFinder, type NoticeSink, PluginFinder, resolveActionName } from '../collections/index.js'
import { type Config, unfrackPath } from '../config/index.js'
import type { EngineEvent } from '../engine/events.js'
import { MadansibleError } from '../errors.js'
import { type Inventory, loadInventory } from '../inventory/index.js'
import { TemplateEnvironment } from '../jinja/index.js'
import { type AnsibleInstall, findAnsible, ModuleLibrary, versionWarning } from '../modules/index.js'
import type { LoadContext, Messages } from '../playbook/index.js'
import { fromJs } from '../python/index.js'
import { Dict } from '../python/values.js'
import { loadExtraVars, openFactCache, VariableManager } from '../variables/index.js'
import { VaultSecrets } from '../vault/index.js'
import { DataLoader } from '../yaml/index.js'
import { ask } from './prompt.js'
import type { SourceOptions } from './source-options.js'

/** Keywords the command line sets for every play. */
export interface PlayDefaults {
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly check: boolean
  readonly diff: boolean
  readonly forks: number
  readonly forceHandlers: boolean
  readonly connection: string | undefined
  readonly remoteUser: string | undefined
  readonly become: boolean | undefined
  readonly becomeMethod: string | undefined
  readonly becomeUser: string | undefined
}

export interface Session {
  readonly config: Config
  readonly loader: DataLoader
  readonly install: AnsibleInstall
  readonly collections: CollectionFinder
  readonly plugins: PluginFinder
  readonly modules: ModuleLibrary
  readonly inventory: Inventory
  readonly variables: VariableManager
  readonly environment: TemplateEnvironment
  readonly loadContext: LoadContext
}

/** How every room's words reach the display: as engine events, so that each output format shows the same warnings. */
export interface Voice {
  readonly emit: (event: EngineEvent) => void
  readonly notices: NoticeSink
  readonly messages: Messages
  readonly warning: (text: string) => void
}

export function voiceOf(emit: (event: EngineEvent) => void): Voice {
  const warning = (text: string) => emit({ kind: 'warning', text })
  const verbose = (level: number, text: string) => emit({ kind: 'verbose', level, text })
  return {
    emit,
    warning,
    notices: {
      warning,
      verbose,
      deprecated: ({ isRemoved, ...notice }) => emit({ kind: 'deprecation', ...notice, removed: isRemoved ?? false }),
    },
    messages: {
      warning,
      verbose,
      deprecated: (text, version) => emit({ kind: 'deprecation', text, version }),
      display: text => emit({ kind: 'display', text }),
    },
  }
}

/** Reads the sources a command names and wires the rooms together. */
export async function openSession(
  config: Config,
  options: SourceOptions,
  defaults: PlayDefaults,
  voice: Voice,
  playbookDirectory: string,
): Promise<Session> {
  for (const text of config.warnings) voice.warning(text)
  const warn = voice.warning
  const vault = await VaultSecrets.resolve({
    vaultIds: options.vaultIds,
    passwordFiles: options.vaultPasswordFiles,
    askPassword: options.askVaultPass,
    prompt: text => ask(text, true),
    config,
    warn,
  })
  const loader = new DataLoader(vault, { warn })
  loader.basedir = playbookDirectory
  const install = findAnsible({ python: options.ansiblePython })
  const versionNote = versionWarning(install)
  if (versionNote !== undefined) voice.warning(versionNote)
  const collections = new CollectionFinder({
    paths: config.get('COLLECTIONS_PATHS'),
    pythonPath: config.get('COLLECTIONS_SCAN_SYS_PATH') ? install.sysPath : [],
    corePath: install.libraryPath,
    coreVersion: install.version,
    notices: voice.notices,
  })
  collections.setPlaybookPaths([playbookDirectory])
  const plugins = new PluginFinder({
    collections,
    corePath: install.libraryPath,
    configuredPaths: (_kind, setting) => [
      ...(setting === 'DEFAULT_MODULE_PATH' ? options.modulePath : []),
      ...pathSetting(config, setting),
    ],
    notices: voice.notices,
  })
  plugins.addPluginDirectories(playbookDirectory)
  const modules = new ModuleLibrary({
    install,
    collections,
    plugins,
    compression: config.get('DEFAULT_MODULE_COMPRESSION'),
    notices: voice.notices,
  })
  const sources = inventorySources(config, options)
  const inventory = await loadInventory(sources, {
    config,
    loader,
    cwd: process.cwd(),
    warn,
    error: text => voice.emit({ kind: 'error', text, wrap: false }),
    verbose: (text, level) => voice.messages.verbose(level, text),
    localPython: install.python,
  })
  const environment = templateEnvironment(config, loader, voice)
  const variables = new VariableManager({
    loader,
    config,
    inventory,
    environment,
    extraVars: loadExtraVars(options.extraVars, loader),
    optionVars: optionVariables(install, options, defaults, sources),
    python: install.python,
    messages: voice.messages,
    factCache: openFactCache(config, voice.warning),
  })
  const loadContext: LoadContext = {
    loader,
    config,
    collections,
    variables,
    options: defaults,
    messages: voice.messages,
    resolveAction: (name, within) => resolveAction(plugins, name, within),
    resolveDefaultsAction: name => resolveActionName(plugins, name),
    hasLookup: name => plugins.find('lookup', name).path !== undefined,
    addPluginDirs: folder => plugins.addPluginDirectories(folder),
    addPlaybookPath: folder => collections.setPlaybookPaths([playbookDirectory, folder]),
    defaultCollection: undefined,
  }
  return { config, loader, install, collections, plugins, modules, inventory, variables, environment, loadContext }
}

/** Agents of a run, with the notes they make at -v. */
export function openAgents(config: Config, voice: Voice, transport: 'ssh2' | 'openssh' | undefined): AgentPool {
  return new AgentPool({
    becomeAllowSameUser: config.get('BECOME_ALLOW_SAME_USER'),
    transport,
    note: (host, text) => voice.emit({ kind: 'verbose', level: 1, text, host }),
    confirmHostKey: process.stdin.isTTY
      ? async question => /^y(es)?$/i.test((await ask(question, false)).trim())
      : undefined,
  })
}

/** Applies --limit; fails when nothing is left (cli/__init__.py get_host_list). */
export function limitHosts(config: Config, inventory: Inventory, limit: string | undefined, voice: Voice): void {
  const empty = inventory.listHosts('all', { ignoreLimits: true }).length === 0
  if (empty && config.get('LOCALHOST_WARNING')) {
    voice.warning(
      "provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'",
    )
  }
  inventory.setLimit(limit)
  if (!empty && inventory.listHosts('all').length === 0) {
    throw new MadansibleError('Specified inventory, host pattern and/or --limit leaves us with no hosts to target.')
  }
}

function pathSetting(config: Config, setting: string): readonly string[] {
  const value: unknown = (config.get as (name: string) => unknown).call(config, setting)
  return Array.isArray(value) ? value.map(String) : []
}

function inventorySources(config: Config, options: SourceOptions): string[] {
  if (options.inventory.length === 0) return [...config.get('DEFAULT_HOST_LIST')]
  return options.inventory.map(source => (source.includes(',') ? source : unfrackPath(source)))
}

function templateEnvironment(config: Config, loader: DataLoader, voice: Voice): TemplateEnvironment {
  const extensions = config.get('DEFAULT_JINJA2_EXTENSIONS')
  return new TemplateEnvironment({
    jinjaExtensions: [...extensions],
    native: config.get('DEFAULT_JINJA2_NATIVE'),
    errorOnUndefined: config.get('DEFAULT_UNDEFINED_VAR_BEHAVIOR'),
    ansibleManaged: config.get('DEFAULT_MANAGED_STR'),
    allowUnsafeLookups: config.get('DEFAULT_ALLOW_UNSAFE_LOOKUPS'),
    stringTypeFilters: config.get('STRING_TYPE_FILTERS'),
    warn: text => voice.warning(text),
    controller: {
      loader,
      setting: name => settingValue(() => (config.get as (name: string) => unknown).call(config, name)),
      pluginSetting: (type, plugin, option) => settingValue(() => config.pluginOption(type, plugin, option)),
      warn: text => voice.warning(text),
    },
  })
}

function settingValue(read: () => unknown) {
  const value = read()
  return value === undefined ? undefined : fromJs(value)
}

function resolveAction(plugins: PluginFinder, name: string, collections: readonly string[]) {
  const action = plugins.find('action', name, { collections })
  if (action.path !== undefined) return { fqcn: action.fqcn, kind: 'action' as const }
  const module = plugins.find('modules', name, { collections })
  return module.path === undefined ? undefined : { fqcn: module.fqcn, kind: 'module' as const }
}

// vars of load_options_vars (utils/vars.py): what the command line said, as variables.
function optionVariables(
  install: AnsibleInstall,
  options: SourceOptions,
  defaults: PlayDefaults,
  sources: readonly string[],
): Dict {
  const numbers = install.version.split('.').map(part => Number.parseInt(part, 10) || 0)
  const dict = new Dict()
  dict.set(
    'ansible_version',
    Dict.of({
      string: install.version,
      full: install.version,
      major: numbers[0] ?? 0,
      minor: numbers[1] ?? 0,
      revision: numbers[2] ?? 0,
    }),
  )
  dict.set('ansible_check_mode', defaults.check)
  dict.set('ansible_diff_mode', defaults.diff)
  dict.set('ansible_forks', defaults.forks)
  dict.set('ansible_inventory_sources', [...sources])
  dict.set('ansible_skip_tags', [...defaults.skipTags])
  if (options.limit !== undefined) dict.set('ansible_limit', options.limit)
  dict.set('ansible_run_tags', defaults.tags.length > 0 ? [...defaults.tags] : ['all'])
  dict.set('ansible_verbosity', options.verbosity)
  return dict
}

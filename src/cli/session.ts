// Builds everything one command needs, in the order in which the pieces need one another: settings, secrets, files,
// ansible-core, collections, inventory, variables, templating. Mirrors cli/__init__.py CLI.run and _play_prereqs (2.14).
import { AgentPool } from '../agent/index.js'
import { type PluginFinder, resolveActionName } from '../collections/index.js'
import { type Config, unfrackPath } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import { type Inventory, loadInventory } from '../inventory/index.js'
import { type AnsibleInstall, CodeCompiler, ModuleLibrary } from '../modules/index.js'
import type { LoadContext } from '../playbook/index.js'
import { foreignFactCache, foreignInventory, foreignVars } from '../plugins/index.js'
import { Dict } from '../python/values.js'
import { loadExtraVars, openFactCache, VariableManager } from '../variables/index.js'
import { ask } from './prompt.js'
import type { SourceOptions } from './source-options.js'
import { openTemplating, type Templating } from './templating.js'
import type { Voice } from './voice.js'

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

export interface Session extends Templating {
  readonly config: Config
  readonly modules: ModuleLibrary
  readonly compiler: CodeCompiler
  readonly inventory: Inventory
  readonly variables: VariableManager
  readonly loadContext: LoadContext
  /** Ends what runs beside the session. */
  close(): Promise<void>
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
  const templating = await openTemplating(config, options, defaults, voice, playbookDirectory)
  const { loader, install, collections, plugins, pluginHost, workerHost, environment } = templating
  const compiler = new CodeCompiler(install)
  const modules = new ModuleLibrary({
    install,
    collections,
    plugins,
    compiler,
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
    plugins: foreignInventory(pluginHost),
    varsPlugins: foreignVars(pluginHost, config),
  })
  const variables = new VariableManager({
    loader,
    config,
    inventory,
    environment,
    extraVars: loadExtraVars(options.extraVars, loader),
    optionVars: optionVariables(install, options, defaults, sources),
    python: install.python,
    messages: voice.messages,
    factCache: openFactCache(config, voice.warning) ?? foreignFactCache(pluginHost, String(config.get('CACHE_PLUGIN'))),
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
  return {
    ...templating,
    config,
    modules,
    compiler,
    inventory,
    variables,
    loadContext,
    async close() {
      loader.cleanup()
      compiler.close()
      await Promise.all([pluginHost.close(), workerHost.close()])
    },
  }
}

/** Agents of a run, with the notes they make at -v. */
export function openAgents(
  config: Config,
  voice: Voice,
  transport: 'ssh2' | 'openssh' | undefined,
  compiler?: CodeCompiler,
): AgentPool {
  return new AgentPool({
    compileProgram: compiler && ((name, text) => compiler.program(name, text)),
    becomeAllowSameUser: config.get('BECOME_ALLOW_SAME_USER'),
    transport,
    note: (host, text, level = 1) => voice.emit({ kind: 'verbose', level, text, host }),
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

function inventorySources(config: Config, options: SourceOptions): string[] {
  if (options.inventory.length === 0) return [...config.get('DEFAULT_HOST_LIST')]
  return options.inventory.map(source => (source.includes(',') ? source : unfrackPath(source)))
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

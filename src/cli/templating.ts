// Builds what templates need: secrets, files, the installed ansible-core, collections, plugins of Python, settings.
import { CollectionFinder, PluginFinder, readPluginFilters } from '../collections/index.js'
import type { Config } from '../config/index.js'
import { TemplateEnvironment } from '../jinja/index.js'
import { type AnsibleInstall, findAnsible, versionWarning } from '../modules/index.js'
import { type ForeignPlugins, foreignPlugins, foreignTemplates, PluginHost, WorkerHost } from '../plugins/index.js'
import { fromJs } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import { VaultSecrets } from '../vault/index.js'
import { DataLoader } from '../yaml/index.js'
import { ask } from './prompt.js'
import type { PlayDefaults } from './session.js'
import type { SourceOptions } from './source-options.js'
import type { Voice } from './voice.js'

export interface Templating {
  readonly loader: DataLoader
  readonly install: AnsibleInstall
  readonly collections: CollectionFinder
  readonly plugins: PluginFinder
  readonly pluginHost: PluginHost
  /** Where action plugins of Python run. */
  readonly workerHost: WorkerHost
  /** Filters, tests and lookups that run in the plugin host. */
  readonly foreign: ForeignPlugins
  readonly environment: TemplateEnvironment
}

/** Everything up to templating. `directory`: the playbook's, whose plugin folders count. */
export async function openTemplating(
  config: Config,
  options: SourceOptions,
  defaults: PlayDefaults,
  voice: Voice,
  directory: string,
): Promise<Templating> {
  const loader = await openLoader(config, options, voice)
  loader.basedir = directory
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
  collections.setPlaybookPaths([directory])
  const plugins = new PluginFinder({
    collections,
    corePath: install.libraryPath,
    configuredPaths: (_kind, setting) => [
      ...(setting === 'DEFAULT_MODULE_PATH' ? options.modulePath : []),
      ...pathSetting(config, setting),
    ],
    rejected: readPluginFilters(config.get('PLUGIN_FILTERS_CFG'), voice.notices),
    notices: voice.notices,
  })
  plugins.addPluginDirectories(directory)
  const pluginHost = new PluginHost({
    install,
    plugins,
    collections,
    loader,
    arguments: commandLine(options, defaults),
    verbosity: options.verbosity || config.get('DEFAULT_VERBOSITY'),
    voice: voice.pluginHost,
    isAllowed: options.pluginHost,
  })
  const foreign = foreignPlugins(pluginHost)
  const environment = templateEnvironment(config, loader, voice, pluginHost, foreign)
  return {
    loader,
    install,
    collections,
    plugins,
    pluginHost,
    workerHost: new WorkerHost(pluginHost.options),
    foreign,
    environment,
  }
}

async function openLoader(config: Config, options: SourceOptions, voice: Voice): Promise<DataLoader> {
  const warn = voice.warning
  const vault = await VaultSecrets.resolve({
    vaultIds: options.vaultIds,
    passwordFiles: options.vaultPasswordFiles,
    askPassword: options.askVaultPass,
    prompt: text => ask(text, true),
    config,
    warn,
  })
  return new DataLoader(vault, { warn })
}

function templateEnvironment(
  config: Config,
  loader: DataLoader,
  voice: Voice,
  pluginHost: PluginHost,
  foreign: ForeignPlugins,
): TemplateEnvironment {
  const extensions = config.get('DEFAULT_JINJA2_EXTENSIONS')
  return new TemplateEnvironment({
    plugins: [foreign],
    ...(pluginHost.options.isAllowed && { fallback: foreignTemplates(pluginHost, foreign) }),
    jinjaExtensions: [...extensions],
    native: config.get('DEFAULT_JINJA2_NATIVE'),
    errorOnUndefined: config.get('DEFAULT_UNDEFINED_VAR_BEHAVIOR'),
    ansibleManaged: config.get('DEFAULT_MANAGED_STR'),
    allowUnsafeLookups: config.get('DEFAULT_ALLOW_UNSAFE_LOOKUPS'),
    stringTypeFilters: config.get('STRING_TYPE_FILTERS'),
    warn: text => voice.warning(text),
    controller: {
      loader,
      setting: name => settingOf(config, name),
      pluginSetting: (type, plugin, option) => valueOrUndefined(config.pluginOption(type, plugin, option)),
      warn: text => voice.warning(text),
    },
  })
}

/** A setting by name, for lookups. */
export const settingOf = (config: Config, name: string): Value | undefined => valueOrUndefined(config.find(name))

const valueOrUndefined = (value: unknown): Value | undefined => (value === undefined ? undefined : fromJs(value))

function pathSetting(config: Config, setting: string): readonly string[] {
  const value = config.find(setting)
  return Array.isArray(value) ? value.map(String) : []
}

/** The options under the names that plugins find them by (context.CLIARGS of ansible-playbook). */
function commandLine(options: SourceOptions, defaults: PlayDefaults): Dict {
  return Dict.of({
    inventory: [...options.inventory],
    subset: options.limit ?? null,
    extra_vars: [...options.extraVars],
    verbosity: options.verbosity,
    module_path: options.modulePath.length > 0 ? [...options.modulePath] : null,
    ask_vault_pass: options.askVaultPass,
    vault_ids: [...options.vaultIds],
    vault_password_files: [...options.vaultPasswordFiles],
    tags: [...defaults.tags],
    skip_tags: [...defaults.skipTags],
    check: defaults.check,
    diff: defaults.diff,
    forks: defaults.forks,
    force_handlers: defaults.forceHandlers,
    connection: defaults.connection ?? null,
    remote_user: defaults.remoteUser ?? null,
    become: defaults.become ?? false,
    become_method: defaults.becomeMethod ?? null,
    become_user: defaults.becomeUser ?? null,
    syntax: false,
    listhosts: false,
    listtasks: false,
    listtags: false,
    step: false,
    start_at_task: null,
    flush_cache: false,
  })
}

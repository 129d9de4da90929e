// The settings of one run: environment, ansible.cfg, command line, defaults. Mirrors ConfigManager (config/manager.py, 2.14).
import { readFileSync } from 'node:fs'
import { ConfigError } from '../errors.js'
import { decodeUtf8, PyError } from '../python/index.js'
import type { PluginTable, SettingDefinition } from './definition.js'
import type { SettingValue } from './ensure-type.js'
import { findConfigFile } from './find-config.js'
import { IniFile } from './ini-file.js'
import { osErrorText } from './os-error.js'
import { unfrackPath } from './paths.js'
import { BECOME_PLUGINS } from './plugins-become.js'
import { CONNECTION_PLUGINS } from './plugins-connection.js'
import { OTHER_PLUGINS } from './plugins-other.js'
import {
  type ConfigDeprecation,
  type PluginOptionSources,
  type ResolveContext,
  type Resolved,
  resolveSetting,
  type SettingOrigin,
} from './resolve-setting.js'
import { SETTINGS, type SettingName, type SettingTypes } from './settings.js'

export interface ConfigOptions {
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly cwd?: string | undefined
  /** An ansible.cfg to use instead of the one that would be found. */
  readonly file?: string | undefined
}

const DEFINITIONS: Readonly<Record<string, SettingDefinition>> = SETTINGS

export class Config {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Path of the ansible.cfg in use. */
  readonly file: string | undefined
  /** Texts for the display, without the "[WARNING]: " prefix. */
  readonly warnings: readonly string[]
  /** Deprecated settings and sources that are used, each once. */
  readonly deprecations: ConfigDeprecation[] = []
  readonly #values = new Map<string, Resolved>()
  readonly #plugins = new Map<string, Readonly<Record<string, SettingDefinition>>>()
  readonly #context: ResolveContext

  private constructor(options: ConfigOptions) {
    this.env = options.env ?? process.env
    this.cwd = options.cwd ?? process.cwd()
    const { env, cwd } = this
    const found =
      options.file === undefined
        ? findConfigFile(env, cwd)
        : { path: unfrackPath(options.file, { env, cwd }), warnings: [] }
    this.file = found.path
    this.warnings = found.warnings
    this.#context = {
      env,
      cwd,
      file: this.file,
      ini: this.file === undefined ? undefined : readIni(this.file),
      home: () => this.get('ANSIBLE_HOME'),
      deprecated: deprecation => this.#deprecate(deprecation),
    }
    for (const table of [CONNECTION_PLUGINS, BECOME_PLUGINS, OTHER_PLUGINS]) this.definePlugins(table)
  }

  /** Finds and reads ansible.cfg, and checks every setting. Throws ConfigError with Ansible's text. */
  static load(options: ConfigOptions = {}): Config {
    const config = new Config(options)
    for (const [name, definition] of Object.entries(DEFINITIONS)) {
      if (definition.type !== 'temporary') config.#resolve(name as SettingName)
    }
    return config
  }

  get<N extends SettingName>(name: N): SettingTypes[N] {
    return this.#resolve(name).value as SettingTypes[N]
  }

  origin(name: SettingName): SettingOrigin {
    return this.#resolve(name).origin
  }

  /** Overrides a setting from the command line. */
  set<N extends SettingName>(name: N, value: SettingTypes[N], where = 'command line'): void {
    this.#values.set(name, { value: value as SettingValue, origin: { kind: 'cli', where } })
  }

  /** The setting of that name as a plain value, undefined for an unknown name (lookup `config`). */
  find(name: string): SettingValue | undefined {
    if (name === 'CONFIG_FILE') return this.file ?? null
    return Object.hasOwn(DEFINITIONS, name) ? this.#resolve(name as SettingName).value : undefined
  }

  /** Raw text of one key of ansible.cfg. */
  iniValue(section: string, key: string): string | undefined {
    return this.#context.ini?.get(section, key)
  }

  /** Makes the options of further plugins known; keys are `type/name`. */
  definePlugins(table: PluginTable): void {
    for (const [key, options] of Object.entries(table)) this.#plugins.set(key, options)
  }

  /** The options that a plugin has; undefined for a plugin that is not known. */
  pluginDefinitions(type: string, plugin: string): Readonly<Record<string, SettingDefinition>> | undefined {
    const short = plugin.replace(/^ansible\.(?:builtin|legacy)\./, '')
    const known = this.#plugins.get(`${type}/${short}`)
    if (known !== undefined || short.includes('.')) return known
    for (const [key, options] of this.#plugins) {
      if (key.startsWith(`${type}/`) && key.endsWith(`.${short}`)) return options
    }
    return undefined
  }

  /** An option of a plugin (connection ssh, become sudo, callback default …); undefined when it has none such. */
  pluginOption(
    type: string,
    plugin: string,
    option: string,
    sources: PluginOptionSources = {},
  ): SettingValue | undefined {
    const definition = this.pluginDefinitions(type, plugin)?.[option]
    if (definition === undefined) return undefined
    return this.#pluginValue(type, plugin, option, definition, sources)
  }

  /** All options of a plugin by name; empty for a plugin that is not known. */
  pluginOptions(type: string, plugin: string, sources: PluginOptionSources = {}): ReadonlyMap<string, SettingValue> {
    const definitions = Object.entries(this.pluginDefinitions(type, plugin) ?? {})
    return new Map(
      definitions.map(([name, definition]) => [name, this.#pluginValue(type, plugin, name, definition, sources)]),
    )
  }

  /** Names of the variables that set options of a plugin (get_plugin_vars). */
  pluginVariables(type: string, plugin: string): string[] {
    return Object.values(this.pluginDefinitions(type, plugin) ?? {}).flatMap(definition => definition.vars ?? [])
  }

  #pluginValue(
    type: string,
    plugin: string,
    option: string,
    definition: SettingDefinition,
    sources: PluginOptionSources,
  ): SettingValue {
    const entry = `plugin_type: ${type} plugin: ${plugin} setting: ${option} `
    return resolveSetting(option, definition, this.#context, entry, sources).value
  }

  #resolve(name: SettingName): Resolved {
    let resolved = this.#values.get(name)
    if (resolved === undefined) {
      const definition = DEFINITIONS[name] as SettingDefinition
      resolved = resolveSetting(name, definition, this.#context, `setting: ${name} `)
      this.#values.set(name, resolved)
    }
    return resolved
  }

  #deprecate(deprecation: ConfigDeprecation): void {
    if (!this.deprecations.some(known => known.name === deprecation.name)) this.deprecations.push(deprecation)
  }
}

function readIni(path: string): IniFile {
  const extension = /\.[^./]*$/.exec(path)?.[0] ?? ''
  if (extension === '.yaml' || extension === '.yml') throw new ConfigError('Unsupported configuration file type: yaml')
  if (extension !== '.ini' && extension !== '.cfg') {
    throw new ConfigError(`Unsupported configuration file extension for ${path}: ${extension}`)
  }
  let text: string
  try {
    text = decodeUtf8(readFileSync(path))
  } catch (error) {
    if (error instanceof PyError) {
      throw new ConfigError(
        `Error reading config file(${path}) because the config file was not utf8 encoded: ${error.message}`,
      )
    }
    throw new ConfigError(`Error reading config file (${path}): ${osErrorText(error, `'${path}'`)}`)
  }
  return IniFile.parse(text, path)
}

// Every setting of ansible-core 2.14: where it comes from (environment, ansible.cfg, command line, default) and its value.
import type { SettingName, SettingTypes } from './settings.js'

export type { Deprecation, SettingDefinition } from './definition.js'
export type { SettingName, SettingTypes } from './settings.js'

/** Where a value comes from; `where` is the variable's name, the file's path or the option's name. */
export type SettingOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'env' | 'ini' | 'cli' | 'var' | 'keyword' | 'direct'; readonly where: string }
export interface ConfigDeprecation {
  /** Name of the setting or of the source (`[defaults]callback_whitelist`). */
  readonly name: string
  readonly why: string
  readonly version?: string | undefined
  readonly alternatives?: string | undefined
}
export interface PluginOptionSources {
  /** Raw values of variables (highest precedence). */
  readonly vars?: (name: string) => unknown
  /** Values of playbook keywords. */
  readonly keywords?: (name: string) => unknown
  /** Values of command line options. */
  readonly cli?: (name: string) => unknown
  readonly direct?: Readonly<Record<string, unknown>>
}
export declare class Config {
  /** Finds and reads ansible.cfg; throws ConfigError with Ansible's text for a broken file. */
  static load(options?: { env?: NodeJS.ProcessEnv; cwd?: string; file?: string }): Config
  /** Path of the ansible.cfg in use. */
  readonly file: string | undefined
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Texts for the display, without the "[WARNING]: " prefix. */
  readonly warnings: readonly string[]
  readonly deprecations: readonly ConfigDeprecation[]
  get<N extends SettingName>(name: N): SettingTypes[N]
  origin(name: SettingName): SettingOrigin
  /** Overrides a setting from the command line. */
  set<N extends SettingName>(name: N, value: SettingTypes[N], where?: string): void
  /** An option of a plugin (connection ssh, become sudo, callback default …), undefined when it has none such. */
  pluginOption(type: string, plugin: string, option: string, sources?: PluginOptionSources): unknown
  /** All options of a plugin. */
  pluginOptions(type: string, plugin: string, sources?: PluginOptionSources): ReadonlyMap<string, unknown>
  /** Raw text of one key of ansible.cfg. */
  iniValue(section: string, key: string): string | undefined
}
/** Expands ~ and $VARS and makes a path absolute, without following links unless asked (utils/path.py unfrackpath). */
export declare function unfrackPath(
  path: string,
  options?: {
    basedir?: string | undefined
    cwd?: string | undefined
    env?: NodeJS.ProcessEnv | undefined
    follow?: boolean
  },
): string
/** Ansible's boolean(): y, yes, on, 1, true, t and so on; anything else is false when not strict. */
export declare function toBoolean(value: unknown, strict?: boolean): boolean
/** Removes one pair of equal quotes around a text. */
export declare function unquote(text: string): string

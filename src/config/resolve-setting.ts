// One setting's value from all its sources, the last and strongest first. Mirrors get_config_value_and_origin of
// config/manager.py (2.14), messages included.
import { ConfigError } from '../errors.js'
import { str } from '../python/index.js'
import { isText, textOf, type Value } from '../python/values.js'
import type { Deprecation, PlainValue, SettingDefinition, Source } from './definition.js'
import { ensureType, type RawSetting, type SettingValue, TypeMismatch } from './ensure-type.js'
import type { IniFile } from './ini-file.js'

/** Where a value comes from; `where` is the variable's name, the file's path or the option's name. */
export type SettingOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'env' | 'ini' | 'cli' | 'var' | 'keyword' | 'direct'; readonly where: string }

export interface ConfigDeprecation extends Deprecation {
  /** Name of the setting or of its source (`[defaults]callback_whitelist`). */
  readonly name: string
}

/** A value by name; undefined and null mean that it is not set. */
export type Lookup = (name: string) => unknown

/** Sources of a plugin's option besides environment and file, strongest first. */
export interface PluginOptionSources {
  readonly direct?: Lookup | undefined
  /** Variables (highest precedence of those that a play can set). */
  readonly vars?: Lookup | undefined
  /** Playbook keywords; an option is also found by its own name here. */
  readonly keywords?: Lookup | undefined
  /** Command line options. */
  readonly cli?: Lookup | undefined
}

export interface ResolveContext {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly file: string | undefined
  readonly ini: IniFile | undefined
  readonly home: () => string
  readonly deprecated: (deprecation: ConfigDeprecation) => void
}

export interface Resolved {
  readonly value: SettingValue
  readonly origin: SettingOrigin
}
interface Found {
  readonly value: RawSetting
  readonly origin: SettingOrigin
}

/** `entry` is how Ansible names the setting in errors: "setting: X ", with plugin and type before it. */
export function resolveSetting(
  name: string,
  definition: SettingDefinition,
  context: ResolveContext,
  entry: string,
  sources: PluginOptionSources = {},
): Resolved {
  let found = search(name, definition, context, sources)
  if (found === undefined) {
    if (definition.required === true) {
      throw new ConfigError(`No setting was provided for required configuration ${entry}`)
    }
    found = { value: fromDefault(definition.default, context), origin: { kind: 'default' } }
  }
  const resolved = convert(found, definition, context, entry)
  checkChoices(resolved.value, definition, entry)
  if (definition.deprecated !== undefined && resolved.origin.kind !== 'default') {
    context.deprecated({ name, ...definition.deprecated })
  }
  return resolved
}

function search(
  name: string,
  definition: SettingDefinition,
  context: ResolveContext,
  sources: PluginOptionSources,
): Found | undefined {
  const { direct, vars, keywords, cli } = sources
  const names = [name, ...(definition.aliases ?? [])]
  return (
    firstOf('direct', names, direct) ??
    lastOf('var', definition.vars, vars) ??
    lastOf('keyword', definition.keyword, keywords) ??
    firstOf('keyword', names, keywords) ??
    lastOf('cli', definition.cli, cli) ??
    fromEnvironment(definition, context) ??
    fromFile(definition, context)
  )
}

function firstOf(kind: 'direct' | 'keyword', names: readonly string[], lookup: Lookup | undefined): Found | undefined {
  if (lookup === undefined) return undefined
  for (const where of names) {
    const value = lookup(where)
    if (value !== undefined && value !== null) return { value: value as RawSetting, origin: { kind, where } }
  }
  return undefined
}

function lastOf(
  kind: 'var' | 'keyword' | 'cli',
  names: readonly string[] | undefined,
  lookup: Lookup | undefined,
): Found | undefined {
  if (lookup === undefined) return undefined
  let found: Found | undefined
  for (const where of names ?? []) {
    const value = lookup(where)
    if (value !== undefined && value !== null) found = { value: value as RawSetting, origin: { kind, where } }
  }
  return found
}

function fromEnvironment(definition: SettingDefinition, context: ResolveContext): Found | undefined {
  let found: Found | undefined
  for (const source of definition.env ?? []) {
    const where = sourceName(source)
    const value = context.env[where]
    if (value === undefined) continue
    found = { value, origin: { kind: 'env', where } }
    noteDeprecation(source, where, context)
  }
  return found
}

function fromFile(definition: SettingDefinition, context: ResolveContext): Found | undefined {
  let found: Found | undefined
  for (const source of definition.ini ?? []) {
    const name = sourceName(source)
    const dot = name.indexOf('.')
    const [section, key] = [name.slice(0, dot), name.slice(dot + 1)]
    const value = context.ini?.get(section, key)
    if (value === undefined) continue
    found = { value, origin: { kind: 'ini', where: context.file ?? '' } }
    noteDeprecation(source, `[${section}]${key}`, context)
  }
  return found
}

function noteDeprecation(source: Source, name: string, context: ResolveContext): void {
  if (typeof source !== 'string' && source.deprecated !== undefined) context.deprecated({ name, ...source.deprecated })
}

const sourceName = (source: Source): string => (typeof source === 'string' ? source : source.name)

function fromDefault(value: PlainValue, context: ResolveContext): PlainValue {
  if (typeof value !== 'string' || !value.includes('{{ ANSIBLE_HOME }}')) return value
  return value.replaceAll('{{ ANSIBLE_HOME }}', context.home())
}

function convert(found: Found, definition: SettingDefinition, context: ResolveContext, entry: string): Resolved {
  const { value, origin } = found
  const { cwd, env } = context
  try {
    const file = origin.kind === 'ini' ? origin.where : undefined
    return { value: ensureType(value, definition.type, { cwd, env, file }), origin }
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error
    if (origin.kind === 'env' && value === '') {
      const byDefault = fromDefault(definition.default, context)
      return { value: ensureType(byDefault, definition.type, { cwd, env }), origin: { kind: 'default' } }
    }
    const from = originText(origin)
    throw new ConfigError(`Invalid type for configuration option ${entry.trim()} (from ${from}): ${error.message}`)
  }
}

/** An origin as Ansible writes it: "env: ANSIBLE_FORKS", "/etc/ansible/ansible.cfg", "default". */
export function originText(origin: SettingOrigin): string {
  if (origin.kind === 'default') return 'default'
  if (origin.kind === 'direct') return 'Direct'
  return origin.kind === 'ini' ? origin.where : `${origin.kind}: ${origin.where}`
}

function checkChoices(value: SettingValue, definition: SettingDefinition, entry: string): void {
  const { choices } = definition
  if (value === null || choices === undefined) return
  const plain = (item: SettingValue): unknown => (isText(item as Value) ? textOf(item as string) : item)
  const isChoice = (item: SettingValue): boolean => choices.includes(plain(item) as PlainValue)
  const valid = definition.type === 'list' && Array.isArray(value) ? value.every(isChoice) : isChoice(value)
  if (valid) return
  const list = choices.map(choice => str(choice as Value)).join(', ')
  throw new ConfigError(
    `Invalid value "${str(value as Value)}" for configuration option "${entry}", valid values are: ${list}`,
  )
}

// The shape of one setting, and the TypeScript type of its value. Mirrors the entries of ansible-core's config/base.yml.

export type SettingType =
  | 'boolean'
  | 'integer'
  | 'float'
  | 'list'
  | 'path'
  | 'pathlist'
  | 'pathspec'
  | 'temporary'
  | 'string'
  | 'dict'
  | 'none'

export interface Deprecation {
  readonly why: string
  readonly version?: string
  readonly alternatives?: string
}
/** An environment variable, or `section.key` of ansible.cfg. */
export type Source = string | { readonly name: string; readonly deprecated?: Deprecation }

export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }

export interface SettingDefinition {
  /** Absent: text is taken as it is, other defaults are not converted. */
  readonly type?: SettingType
  readonly default: PlainValue
  /** The last one that is set wins. */
  readonly env?: readonly Source[]
  /** The last one that is set wins. */
  readonly ini?: readonly Source[]
  /** Variables that override everything else (plugin options only). */
  readonly vars?: readonly string[]
  /** Playbook keywords (plugin options only). */
  readonly keyword?: readonly string[]
  /** Command line options (plugin options only). */
  readonly cli?: readonly string[]
  readonly choices?: readonly PlainValue[]
  readonly deprecated?: Deprecation
  readonly required?: boolean
  readonly aliases?: readonly string[]
}

interface ValueOfType {
  boolean: boolean
  integer: number
  float: number
  list: readonly string[]
  path: string
  pathlist: readonly string[]
  pathspec: readonly string[]
  temporary: string
  string: string
  dict: { readonly [key: string]: PlainValue }
  none: null
}
type Untyped<D> = D extends string | null
  ? string
  : D extends readonly unknown[]
    ? readonly string[] | string
    : D | string

/** Type of a setting's value: null is possible exactly when null is the default. */
export type ValueOf<S extends SettingDefinition> =
  | (S extends { readonly type: infer T extends SettingType } ? ValueOfType[T] : Untyped<Widen<S['default']>>)
  | (S['default'] extends null ? null : never)

type Widen<D> = D extends string ? string : D extends boolean ? boolean : D extends number ? number : D

/** Options of plugins, keyed by `type/name`; builtin plugins by their short name. */
export type PluginTable = Readonly<Record<string, Readonly<Record<string, SettingDefinition>>>>

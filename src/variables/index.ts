// Variables of a task on a host: all of Ansible's precedence levels as layers, magic variables, facts, hostvars.
// Mirrors ansible/vars/manager.py, vars/hostvars.py, vars/fact_cache.py, utils/vars.py (2.14).
import type { Config } from '../config/index.js'
import type { Group, Host, Inventory } from '../inventory/index.js'
import type { MemoStore, Templar, TemplarOptions, TemplateEnvironment, VariableScope } from '../jinja/index.js'
import type { Messages, Play, Task } from '../playbook/index.js'
import type { Dict, Mapping, Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'

/** Where facts are kept between runs. Synchronous; a plugin in Python is reached through the plugin host. */
export interface FactCache {
  get(host: string): Dict | undefined
  set(host: string, facts: Dict): void
  delete(host: string): void
  has(host: string): boolean
  keys(): Iterable<string>
  flush(): void
}
/** Variables of vars plugins other than host_group_vars, for one entity and folder. */
export type VarsPluginHook = (path: string, entity: Host | Group, stage: 'task' | 'inventory') => Dict | undefined

export interface VariableManagerOptions {
  readonly loader: DataLoader
  readonly config: Config
  readonly inventory: Inventory
  readonly environment: TemplateEnvironment
  /** -e, combined. */
  readonly extraVars: Dict
  /** ansible_version, ansible_check_mode, ansible_diff_mode, ansible_forks, ansible_inventory_sources, ansible_limit, … */
  readonly optionVars: Dict
  /** ansible_playbook_python */
  readonly python: string
  readonly messages: Messages
  readonly factCache?: FactCache | undefined
  readonly varsPlugins?: VarsPluginHook | undefined
}
export interface VarsQuery {
  readonly play?: Play | undefined
  readonly host?: Host | undefined
  readonly task?: Task | undefined
  readonly includeHostvars?: boolean
  readonly includeDelegateTo?: boolean
  /** Names of the hosts of the batch and of the whole play; keep the arrays identical while they do not change. */
  readonly hosts?: readonly string[] | undefined
  readonly hostsAll?: readonly string[] | undefined
}
/** Layers of variables from lowest to highest precedence; a snapshot that later facts and registers do not change. */
export declare class TaskVars implements VariableScope {
  readonly query: VarsQuery
  readonly manager: VariableManager
  get(name: string): Value | undefined
  has(name: string): boolean
  names(): Iterable<string>
  /** With more variables in front of all others (loop variables, results). */
  with(extra: Dict | ReadonlyMap<string, Value>): TaskVars
  /** A templar over these variables, with the host's memo and the task's search path. */
  templar(options?: TemplarOptions): Templar
  /** All variables as one dict. */
  toDict(): Dict
}
export interface Delegation {
  readonly host: Host
  readonly vars: TaskVars
}
export declare class VariableManager {
  constructor(options: VariableManagerOptions)
  readonly options: VariableManagerOptions
  readonly omit: string
  readonly extraVars: Dict
  getVars(query?: VarsQuery): TaskVars
  /** One memo per host, for the whole run. */
  memoOf(host: string): MemoStore
  /** Host that a templated delegate_to names, and its variables (inventory_hostname stays the task host's). */
  delegate(vars: TaskVars, hostName: string): Delegation
  /** Facts of a host from module results and `set_fact: cacheable`. */
  setHostFacts(host: string, facts: Mapping): void
  /** register and set_fact. */
  setNonpersistentFacts(host: string, facts: Mapping): void
  /** include_vars and vars_prompt-like values for one host. */
  setHostVariable(host: string, name: string, value: Value): void
  clearFacts(host: string): void
  /** Raw facts of a host; empty when there are none. */
  factsOf(host: string): Dict
  /** Grows with every change of any host's variables. */
  readonly version: number
}
/** Creates the cache that fact_caching names: memory or jsonfile; undefined for others. */
export declare function openFactCache(config: Config, messages: Messages): FactCache | undefined
/** -e options: k=v, YAML, JSON, @file; in order. Throws UsageError as Ansible words it. */
export declare function loadExtraVars(texts: readonly string[], loader: DataLoader): Dict
/** Facts without connection and internal variables (vars/clean.py clean_facts). */
export declare function cleanFacts(facts: Mapping, warn: (text: string) => void): Dict
export declare function namespaceFacts(facts: Mapping): Dict
/** Removes keys that begin with _ansible_, all the way down, in place. */
export declare function stripInternalKeys(value: Value, exceptions?: readonly string[]): Value
/** Data of a variables file as a list of mappings. */
export declare function preprocessVars(data: Value): Dict[] | undefined

// What loading a playbook needs from the rest of the program.

import type { Config } from '../config/index.js'
import type { Dict } from '../python/values.js'
import type { VariableManager } from '../variables/index.js'
import type { DataLoader } from '../yaml/index.js'

/** What a name in a task resolves to. */
export interface ResolvedAction {
  /** `resolved_fqcn`: ansible.builtin.copy, ns.col.module, or a bare name for files of library/ folders. */
  readonly fqcn: string
  readonly kind: 'action' | 'module'
}

/** What playbooks need of installed collections. */
export interface CollectionLookup {
  /** A role by FQCN or, unqualified, in the given collections. */
  findRole(
    name: string,
    collections: readonly string[],
  ): { readonly role: string; readonly path: string; readonly collection: string } | undefined
  /** A playbook by FQCN (`ns.col.play`). */
  findPlaybook(name: string): { readonly path: string; readonly collection: string } | undefined
  /** The collection a file belongs to. */
  collectionOfPath(path: string): string | undefined
  /** `action_groups` of meta/runtime.yml (of ansible.builtin too); undefined when there is no such collection. */
  actionGroups(collection: string): Dict | undefined
}

export interface Messages {
  warning(text: string): void
  deprecated(text: string, removedIn?: string): void
  /** Shown when the verbosity is at least `level` (1 to 5). */
  verbose(level: number, text: string): void
  /** A plain line on the screen. */
  display(text: string, color?: 'skip'): void
}

/** Command line values that are defaults of keywords. */
export interface PlayOptions {
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly forceHandlers: boolean
  readonly connection?: string | undefined
  readonly remoteUser?: string | undefined
  readonly become?: boolean | undefined
  readonly becomeMethod?: string | undefined
  readonly becomeUser?: string | undefined
  readonly check: boolean
  readonly diff: boolean
}

/** What loading a playbook needs. Every loaded object keeps it, for includes at run time. */
export interface LoadContext {
  readonly loader: DataLoader
  readonly config: Config
  readonly collections: CollectionLookup
  readonly variables: VariableManager
  readonly options: PlayOptions
  readonly messages: Messages
  /** An action plugin or module by the name in a task; undefined when there is none. */
  resolveAction(name: string, collections: readonly string[]): ResolvedAction | undefined
  /** FQCN for module_defaults, which look for the module first and prefer an action plugin. */
  resolveDefaultsAction(name: string): string | undefined
  /** Whether a lookup plugin exists (`with_<name>`). */
  hasLookup(name: string): boolean
  /** library/, module_utils/, filter_plugins/… of a playbook or role folder become searchable. */
  addPluginDirs(folder: string): void
  /** A playbook folder whose `collections/` is searched. */
  addPlaybookPath(folder: string): void
  /** Collection of the playbook that is being loaded, if it belongs to one. */
  defaultCollection: string | undefined
}

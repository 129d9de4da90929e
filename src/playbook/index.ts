// Plays, blocks, tasks, handlers and roles as Ansible sees them, loaded from playbook files.
// Mirrors ansible/playbook/*.py, parsing/mod_args.py and parsing/splitter.py (2.14).
import type { Config } from '../config/index.js'
import type { Position } from '../errors.js'
import type { Host } from '../inventory/index.js'
import type { Templar } from '../jinja/index.js'
import type { Dict, Value } from '../python/values.js'
import type { TaskVars, VariableManager } from '../variables/index.js'
import type { DataLoader } from '../yaml/index.js'

/** What a name in a task resolves to. */
export interface ResolvedAction {
  /** `context.resolved_fqcn`: ansible.builtin.copy, ns.col.mod, ansible.legacy.x or a bare name for library/ files. */
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
  /** Display.v … vvvvv: shown when the verbosity is at least `level`. */
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
/** What loading a playbook needs. Kept by every object loaded, for includes at run time. */
export interface LoadContext {
  readonly loader: DataLoader
  readonly config: Config
  readonly collections: CollectionLookup
  readonly variables: VariableManager
  readonly options: PlayOptions
  readonly messages: Messages
  /** An action plugin or module by the name in a task; undefined when there is none. */
  resolveAction(name: string, collections: readonly string[]): ResolvedAction | undefined
  /** module_defaults resolve differently: module first, action plugin preferred. */
  resolveDefaultsAction(name: string): string | undefined
  /** Whether a lookup plugin exists (`with_<name>`). */
  hasLookup(name: string): boolean
  /** library/, module_utils/, filter_plugins/… of a playbook or role folder become searchable. */
  addPluginDirs(folder: string): void
  /** A playbook folder whose `collections/` is searched. */
  addPlaybookPath(folder: string): void
  /** Collection of the playbook that is loaded, if it belongs to one. */
  defaultCollection: string | undefined
}

export type Isa = 'any' | 'string' | 'str' | 'int' | 'float' | 'bool' | 'percent' | 'list' | 'set' | 'dict' | 'class'
export interface AttributeSpec {
  readonly name: string
  readonly isa: Isa
  readonly inherit: boolean
  readonly extend: boolean
  readonly prepend: boolean
  readonly static: boolean
  readonly alwaysPostValidate: boolean
  readonly required: boolean
  readonly private: boolean
  readonly priority: number
  readonly alias: string | undefined
  readonly listOf: 'string' | 'string or int' | undefined
}
export type ObjectKind =
  | 'Play'
  | 'Block'
  | 'Task'
  | 'Handler'
  | 'TaskInclude'
  | 'HandlerTaskInclude'
  | 'IncludeRole'
  | 'Role'
  | 'RoleInclude'
  | 'RoleMetadata'
  | 'PlaybookInclude'
  | 'LoopControl'

/** Common base. `get` gives raw values: nothing is templated. */
export declare abstract class PlaybookObject {
  abstract readonly kind: ObjectKind
  readonly context: LoadContext
  /** Same for copies. */
  readonly uuid: string
  /** Where the object starts in its file. */
  readonly position: Position | undefined
  vars: Dict
  /** Value set on this very object, undefined when it has none. */
  own(name: string): Value | undefined
  setOwn(name: string, value: Value | undefined): void
  /** Value with inheritance and extension through block, role and play, else the default. */
  get(name: string): Value
  attributes(): readonly AttributeSpec[]
  /** "file:line" as Ansible's get_path(). */
  getPath(): string
  getSearchPath(): string[]
  getDepChain(): readonly Role[] | undefined
}

/** Typed values of an object's attributes after templating. */
export interface ValidatedAttributes {
  get(name: string): Value
  readonly args: Dict
  readonly environment: Dict
}
/** Templates and converts attributes (Base.post_validate). Errors have Ansible's words and the object's position. */
export declare function postValidate(
  object: PlaybookObject,
  templar: Templar,
  names?: readonly string[],
): ValidatedAttributes
/** One raw value converted as get_validated_value does. */
export declare function validatedValue(object: PlaybookObject, name: string, value: Value): Value

export declare class Play extends PlaybookObject {
  readonly kind: 'Play'
  /** Folder that relative names start from while the play runs (included path or the playbook's folder). */
  readonly basedir: string
  name: string
  readonly roles: Role[]
  readonly preTasks: Block[]
  readonly tasks: Block[]
  readonly postTasks: Block[]
  handlers: Block[]
  readonly varsFiles: Value[]
  readonly varsPrompt: Dict[]
  onlyTags: ReadonlySet<string>
  skipTags: ReadonlySet<string>
  /** `when` of import_playbook: also holds for the implicit gathering. */
  readonly includedConditional: readonly Value[] | undefined
  /** Names of hosts that failed or became unreachable. */
  removedHosts: readonly string[]
  readonly actionGroups: ReadonlyMap<string, readonly string[]>
  readonly groupActions: ReadonlyMap<string, readonly string[]>
  /** Host pattern(s), raw. */
  readonly hosts: Value
  getName(): string
  /** All blocks in order, with flush_handlers between. */
  compile(): Block[]
  compileRolesHandlers(): Block[]
  /** Post-validated values of the play (gather_facts, serial, strategy, max_fail_percentage, order…). */
  validated(templar: Templar): ValidatedAttributes
  /** Replaces the raw values by validated ones, as play.post_validate() before the play runs. */
  postValidate(templar: Templar): void
  /** A copy for one batch of hosts. */
  copy(): Play
}

export type TaskOrBlock = Task | Block
export declare class Block extends PlaybookObject {
  readonly kind: 'Block'
  block: TaskOrBlock[]
  rescue: TaskOrBlock[]
  always: TaskOrBlock[]
  parent: Block | Task | undefined
  role: Role | undefined
  play: Play | undefined
  readonly useHandlers: boolean
  readonly implicit: boolean
  static load(data: Value, where: BlockPlace): Block
  static isBlock(data: Value): boolean
  getVars(): Dict
  getIncludeParams(): Dict
  hasTasks(): boolean
  /** All tasks below, nested blocks flattened. */
  getTasks(): Task[]
  /** A copy with only the tasks that --tags and --skip-tags select. */
  filterTaggedTasks(vars: TaskVars): Block
  evaluateTags(onlyTags: ReadonlySet<string>, skipTags: ReadonlySet<string>, vars: TaskVars): boolean
  copy(options?: { excludeParent?: boolean; excludeTasks?: boolean }): Block
  allParentsStatic(): boolean
  getFirstParentInclude(): TaskInclude | undefined
}
export interface BlockPlace {
  readonly context: LoadContext
  readonly play?: Play | undefined
  readonly parentBlock?: Block | Task | undefined
  readonly role?: Role | undefined
  readonly taskInclude?: Task | undefined
  readonly useHandlers?: boolean
}

export declare class Task extends PlaybookObject {
  readonly kind: 'Task' | 'Handler' | 'TaskInclude' | 'HandlerTaskInclude' | 'IncludeRole'
  /** Name as written. */
  action: string
  /** FQCN, undefined for meta and includes. */
  resolvedAction: string | undefined
  /** Raw arguments. */
  args: Dict
  parent: Block | Task | undefined
  role: Role | undefined
  /** Made by the engine, not by the user (flush_handlers, role_complete). */
  implicit: boolean
  readonly play: Play | undefined
  /** Raw name, '' when there is none. */
  name: string
  readonly loop: Value | undefined
  /** Lookup name of with_<lookup>. */
  readonly loopWith: string | undefined
  readonly loopControl: LoopControl
  readonly register: string | undefined
  readonly when: readonly Value[]
  /** `role : name`, `name`, or the action. */
  getName(options?: { includeRoleFqcn?: boolean }): string
  /** vars of the task and its blocks and includes. */
  getVars(): Dict
  getIncludeParams(): Dict
  evaluateTags(onlyTags: ReadonlySet<string>, skipTags: ReadonlySet<string>, vars: TaskVars): boolean
  copy(options?: { excludeParent?: boolean; excludeTasks?: boolean }): Task
  allParentsStatic(): boolean
  getFirstParentInclude(): TaskInclude | undefined
}
/** What handlers have besides tasks. */
export interface HandlerState {
  readonly listen: readonly Value[]
  readonly notifiedHosts: Set<string>
  /** True once `name` holds the templated name. */
  cachedName: boolean
  notifyHost(host: Host): boolean
  isHostNotified(host: Host): boolean
  removeHost(host: Host): void
}
export declare class Handler extends Task implements HandlerState {
  readonly kind: 'Handler'
  readonly listen: readonly Value[]
  readonly notifiedHosts: Set<string>
  cachedName: boolean
  notifyHost(host: Host): boolean
  isHostNotified(host: Host): boolean
  removeHost(host: Host): void
}
/** include_tasks, import_tasks, include. */
export declare class TaskInclude extends Task {
  readonly kind: 'TaskInclude' | 'HandlerTaskInclude' | 'IncludeRole'
  staticallyLoaded: boolean
  /** Block of `apply:`, else the include itself. */
  buildParentBlock(): Block | TaskInclude
}
export declare class HandlerTaskInclude extends TaskInclude implements HandlerState {
  readonly kind: 'HandlerTaskInclude'
  readonly listen: readonly Value[]
  readonly notifiedHosts: Set<string>
  cachedName: boolean
  notifyHost(host: Host): boolean
  isHostNotified(host: Host): boolean
  removeHost(host: Host): void
}
/** include_role, import_role. */
export declare class IncludeRole extends TaskInclude {
  readonly kind: 'IncludeRole'
  roleName: string | undefined
  /** Set once the role was loaded. */
  rolePath: string | undefined
  fromFiles: ReadonlyMap<string, string>
  readonly parentRole: Role | undefined
}
export declare function isHandler(task: TaskOrBlock): task is Handler | HandlerTaskInclude

export declare class LoopControl extends PlaybookObject {
  readonly kind: 'LoopControl'
  readonly loopVar: Value
  readonly indexVar: Value
  readonly label: Value
  readonly pause: Value
  readonly extended: Value
  readonly extendedAllItems: Value
}

export declare class Role extends PlaybookObject {
  readonly kind: 'Role'
  readonly roleName: string
  readonly path: string
  readonly collection: string | undefined
  readonly fromInclude: boolean
  readonly parents: readonly Role[]
  readonly dependencies: readonly Role[]
  readonly allowDuplicates: boolean
  readonly collections: readonly string[]
  /** Names of hosts on which the role is complete. */
  readonly completed: Set<string>
  /** Names of hosts on which at least one task ran. */
  readonly hadTaskRun: Set<string>
  getName(includeFqcn?: boolean): string
  getDefaultVars(depChain?: readonly Role[]): Dict
  getVars(depChain?: readonly Role[], includeParams?: boolean): Dict
  getInheritedVars(depChain?: readonly Role[]): Dict
  getRoleParams(depChain?: readonly Role[]): Dict
  getAllDependencies(): Role[]
  hasRun(host: Host): boolean
  compile(play: Play, depChain?: readonly Role[]): Block[]
  getHandlerBlocks(play: Play, depChain?: readonly Role[]): Block[]
}

export declare class Playbook {
  readonly file: string
  readonly basedir: string
  /** Plays in order, those of imported playbooks in their place. */
  readonly plays: readonly Play[]
}
export declare function loadPlaybook(file: string, context: LoadContext): Playbook

/** Blocks of one included file (strategy._load_included_file): include_tasks in a task list or in handlers. */
export declare function loadIncludedTasks(
  include: TaskInclude,
  file: string,
  includeVars: Dict,
  options?: { isHandler?: boolean; play?: Play },
): Block[]
/** Path of the file that an include_tasks result names; `templar` must see the item's variables. */
export declare function findIncludedFile(include: TaskInclude, target: Value, templar: Templar): string
/** Copy of an include_role task with its name and *_from templated (IncludedFile for roles); takes the used keys out of args. */
export declare function templateIncludedRole(task: IncludeRole, includeArgs: Dict, templar: Templar): IncludeRole
/** Tasks and handlers of an included role; handlers are already added to the play. */
export declare function loadIncludedRole(
  task: IncludeRole,
  includeVars: Dict,
  play: Play,
): { readonly blocks: Block[]; readonly handlerBlocks: Block[] }

/** `k=v` text to arguments (parsing/splitter.py). */
export declare function parseKv(text: string, checkRaw?: boolean): Dict
export declare function splitArgs(text: string): string[]
export declare function joinArgs(parts: readonly string[]): string

/** Whether a name is one of the actions, written short or with ansible.builtin. / ansible.legacy. */
export type ActionFamily =
  | 'debug'
  | 'importPlaybook'
  | 'importRole'
  | 'importTasks'
  | 'include'
  | 'includeRole'
  | 'includeTasks'
  | 'includeVars'
  | 'inventoryTasks'
  | 'meta'
  | 'setFact'
  | 'setup'
  | 'hasCmd'
  | 'allowsRawArgs'
  | 'allIncludes'
  | 'allIncludeImportTasks'
  | 'allProperIncludeImportRoles'
  | 'allProperIncludeImportTasks'
  | 'allIncludeRoleTasks'
  | 'allIncludeTasks'
  | 'factGathering'
  | 'withCleanFacts'
export declare function isAction(name: string, family: ActionFamily): boolean
/** Names that variables should not have (vars/reserved.py). */
export declare const RESERVED_NAMES: ReadonlySet<string>
export declare function isIdentifier(name: Value): boolean

/** Data of --list-tasks, --list-tags, --list-hosts. */
export interface PlayListing {
  readonly play: Play
  readonly name: string
  readonly pattern: Value
  readonly hosts: readonly string[]
  readonly playTags: readonly string[]
  /** Blocks of tasks that tags select, in order. */
  readonly tasks: readonly { readonly name: string; readonly tags: readonly string[] }[]
  /** All tags of the play. */
  readonly allTags: readonly string[]
}
export declare function listPlays(playbook: Playbook): PlayListing[]

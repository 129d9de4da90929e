// A role as one play uses it: variables, tasks, handlers and the roles it depends on.
// Mirrors ansible/playbook/role/__init__.py (2.14).

import type { Host } from '../inventory/index.js'
import { combineVars } from '../inventory/index.js'
import { truth } from '../python/index.js'
import { Dict, type Mapping, textOf } from '../python/values.js'
import { hashBehaviour, PlaybookObject, withDefaultCollection } from './base.js'
import { Block } from './block.js'
import { explainMalformed, parserError, playbookError } from './errors.js'
import { loadBlocks } from './load-tasks.js'
import type { Play } from './play.js'
import { withArgumentValidation } from './role-arguments.js'
import type { RoleInclude } from './role-definition.js'
import { loadRoleFile, type RoleFile } from './role-files.js'
import { parameterKey } from './role-key.js'
import { RoleMetadata } from './role-metadata.js'
import { rootPosition } from './root-position.js'
import { Task } from './task.js'

export interface RoleOptions {
  /** Role that depends on this one or includes it. */
  readonly parent?: Role | undefined
  /** `tasks`, `vars`, `defaults`, `handlers` → file name. */
  readonly fromFiles?: ReadonlyMap<string, string>
  readonly fromInclude?: boolean
  /** Whether argument specs are checked. */
  readonly validate?: boolean
}

/** Roles that are being loaded, to tell a loop of dependencies from a deep tree. */
const MAX_DEPTH = 150
let depth = 0

export class Role extends PlaybookObject {
  readonly kind = 'Role'
  readonly play: Play
  readonly roleName: string
  /** Folder of the role. */
  readonly path: string
  readonly collection: string | undefined
  readonly fromInclude: boolean
  readonly fromFiles: ReadonlyMap<string, string>
  /** Parameters of the entry in `roles:`. */
  readonly params: Dict
  readonly parents: Role[] = []
  metadata: RoleMetadata | undefined
  dependencies: readonly Role[] = []
  allowDuplicates = false
  /** Names of hosts on which all of the role ran. */
  readonly completed = new Set<string>()
  /** Names of hosts on which at least one of its tasks ran. */
  readonly hadTaskRun = new Set<string>()
  /** Variables of defaults/. */
  defaults = new Dict()
  /** Variables of vars/. */
  roleVars = new Dict()
  #taskBlocks: Block[] = []
  #handlerBlocks: Block[] = []
  #compiledHandlers: Block[] | undefined

  private constructor(definition: RoleInclude, play: Play, options: RoleOptions) {
    super(definition.context)
    this.play = play
    this.roleName = definition.role
    this.path = definition.path
    this.collection = definition.collection
    this.params = definition.params
    this.fromInclude = options.fromInclude ?? false
    this.fromFiles = options.fromFiles ?? new Map()
    this.data = definition.data
    this.position = definition.position
    this.copyValuesFrom(definition)
    if (options.parent !== undefined) this.addParent(options.parent)
  }

  /** The role of a definition; the same object for equal uses in one play. Throws when roles depend on each other. */
  static of(definition: RoleInclude, play: Play, options: RoleOptions = {}): Role {
    const name = definition.getName()
    const key = cacheKey(definition, options)
    let uses = play.roleCache.get(name)
    const known = uses?.get(key)
    if (known !== undefined) {
      if (options.parent !== undefined) known.addParent(options.parent)
      return known
    }
    const role = new Role(definition, play, options)
    depth += 1
    try {
      if (depth > MAX_DEPTH)
        throw playbookError(
          'A recursion loop was detected with the roles specified. Make sure child roles do not have dependencies on parent roles',
          { at: definition.position },
        )
      role.loadFiles(options.validate ?? true)
    } finally {
      depth -= 1
    }
    uses = play.roleCache.get(name)
    if (uses === undefined) {
      uses = new Map()
      play.roleCache.set(name, uses)
    }
    uses.set(key, role)
    return role
  }

  private loadFiles(validate: boolean): void {
    this.roleVars = this.loadVariables('vars')
    this.defaults = this.loadVariables('defaults')
    const metadata = this.loadPart('meta').data
    if (truth(metadata)) {
      this.metadata = RoleMetadata.of(metadata, this)
      this.allowDuplicates = truth(this.metadata.get('allow_duplicates'))
      this.dependencies = this.metadata.dependencies.map(entry => Role.of(entry, this.play, { parent: this }))
    }
    this.setOwn('collections', this.searchedCollections())
    if (this.collection === undefined) this.context.addPluginDirs(this.path)
    const { data, file } = this.loadPart('tasks')
    const tasks = validate ? withArgumentValidation(this, data) : data
    this.#taskBlocks = this.loadBlockList('tasks', { data: tasks, file }, false)
    this.#handlerBlocks = this.loadBlockList('handlers', this.loadPart('handlers'), true)
  }

  private loadPart(part: string, allowDirectory = false): RoleFile {
    return loadRoleFile({
      context: this.context,
      roleName: this.roleName,
      rolePath: this.path,
      part,
      main: this.fromFiles.get(part),
      allowDirectory,
    })
  }
  private loadVariables(part: 'vars' | 'defaults'): Dict {
    const { data } = this.loadPart(part, true)
    if (data === null) return new Dict()
    if (!(data instanceof Dict))
      throw parserError(`The ${part}/main.yml file for role '${this.roleName}' must contain a dictionary of variables`)
    return data
  }
  private loadBlockList(part: 'tasks' | 'handlers', { data, file }: RoleFile, useHandlers: boolean): Block[] {
    if (!truth(data)) return []
    const at = file === undefined ? undefined : rootPosition(data, file, this.context)
    return explainMalformed(
      `The ${part}/main.yml file for role '${this.roleName}' must contain a list of tasks`,
      at,
      () => loadBlocks(data, { context: this.context, play: this.play, role: this, useHandlers }),
    )
  }

  /** A role's own collection, those its metadata names, then what is always searched; nothing of its parents. */
  private searchedCollections(): string[] {
    const own = this.collection ?? this.context.defaultCollection
    const names = own === undefined ? [] : [own]
    const more =
      this.metadata?.collections ?? withDefaultCollection(this.context, []).map(name => textOf(name as string))
    for (const name of more) if (!names.includes(name)) names.push(name)
    if (names.length > 0 && !names.includes('ansible.builtin') && !names.includes('ansible.legacy'))
      names.push(this.collection === undefined ? 'ansible.legacy' : 'ansible.builtin')
    return names
  }

  get collections(): readonly string[] {
    const names = this.get('collections')
    return Array.isArray(names) ? names.map(name => textOf(name as string)) : []
  }
  /** `collection.role`, or the plain name. */
  getName(includeFqcn = true): string {
    return includeFqcn && this.collection !== undefined ? `${this.collection}.${this.roleName}` : this.roleName
  }
  addParent(role: Role): void {
    if (!this.parents.includes(role)) this.parents.push(role)
  }

  /** Defaults of dependencies, then of the roles above in the chain, then its own. */
  getDefaultVars(depChain: readonly Role[] = []): Dict {
    return this.combine([
      ...this.getAllDependencies().map(role => role.getDefaultVars()),
      ...depChain.map(role => role.defaults),
      this.defaults,
    ])
  }
  /** Variables of the roles above in the chain. */
  getInheritedVars(depChain: readonly Role[] = []): Dict {
    return this.combine(depChain.flatMap(role => [role.vars, role.roleVars]))
  }
  getRoleParams(depChain: readonly Role[] = []): Dict {
    return this.combine([...depChain.map(role => role.params), this.params])
  }
  getVars(depChain: readonly Role[] = [], includeParams = true): Dict {
    return this.combine([
      ...depChain.flatMap(role => [role.vars, role.roleVars]),
      ...this.getAllDependencies().map(role => role.getVars([], includeParams)),
      this.vars,
      this.roleVars,
      ...(includeParams ? [this.getRoleParams(depChain)] : []),
    ])
  }
  private combine(layers: readonly Mapping[]): Dict {
    let result = new Dict()
    for (const layer of layers)
      if (layer.size > 0) result = combineVars(result, layer as Dict, hashBehaviour(this.context))
    return result
  }

  /** Roles it depends on, theirs first, in the order in which they run. */
  getAllDependencies(): Role[] {
    return this.dependencies.flatMap(role => [...role.getAllDependencies(), role])
  }

  /** Whether it is complete on a host and may not run again. */
  hasRun(host: Host): boolean {
    return this.completed.has(host.name) && !this.allowDuplicates
  }

  /** Blocks of the dependencies and of the role, each ending with a marker task, as they run in `play`. */
  compile(play: Play, depChain: readonly Role[] = []): Block[] {
    const chain = [...depChain, this]
    return [
      ...this.dependencies.flatMap(role => role.compile(play, chain)),
      ...this.#taskBlocks.map(block => placedIn(play, chain, block)),
      this.endOfRole(play),
    ]
  }

  /** Handlers of the dependencies and of the role; the same blocks every time. */
  getHandlerBlocks(play: Play, depChain: readonly Role[] = []): Block[] {
    if (this.#compiledHandlers !== undefined && this.#compiledHandlers.length > 0) return this.#compiledHandlers
    const chain = [...depChain, this]
    this.#compiledHandlers = [
      ...this.dependencies.flatMap(role => role.getHandlerBlocks(play, chain)),
      ...this.#handlerBlocks.map(block => placedIn(play, chain, block)),
    ]
    return this.#compiledHandlers
  }

  private endOfRole(play: Play): Block {
    const block = new Block({ context: this.context, play, role: this })
    block.setOwn('run_once', false)
    const task = new Task({ context: this.context, parent: block, role: this })
    task.action = 'meta'
    task.args.set('_raw_params', 'role_complete')
    task.implicit = true
    task.setOwn('tags', ['always'])
    task.setOwn('when', true)
    block.block = [task]
    return block
  }
}

function placedIn(play: Play, chain: readonly Role[], block: Block): Block {
  const copy = block.copy()
  copy.depChain = chain
  copy.play = play
  return copy
}

function cacheKey(definition: RoleInclude, options: RoleOptions): string {
  const params = definition.params.copy()
  params.set('when', definition.get('when'))
  params.set('tags', definition.get('tags'))
  params.set('from_files', new Dict(options.fromFiles ?? []))
  if (definition.vars.size > 0) params.set('vars', definition.vars)
  params.set('from_include', options.fromInclude ?? false)
  return parameterKey(params)
}

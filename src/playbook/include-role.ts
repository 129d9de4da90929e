// include_role and import_role. Mirrors ansible/playbook/role_include.py (2.14).

import { basename } from 'node:path'
import type { Position } from '../errors.js'
import type { Templar } from '../jinja/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { positionOf } from '../yaml/index.js'
import { isAction } from './actions.js'
import type { Block, CopyOptions } from './block.js'
import { parserError } from './errors.js'
import { buildParentBlock } from './parent-block.js'
import type { Play } from './play.js'
import { postValidate } from './post-validate.js'
import { yamlClass } from './python-names.js'
import { Role } from './role.js'
import { RoleInclude } from './role-definition.js'
import type { Task, TaskKind, TaskPlace } from './task.js'
import { TaskInclude } from './task-include.js'

const NAMES: ReadonlySet<string> = new Set(['name', 'role'])
/** `*_from` arguments. */
export const FROM_ARGUMENTS: readonly string[] = ['tasks_from', 'vars_from', 'defaults_from', 'handlers_from']
const OPTIONS: readonly string[] = ['apply', 'public', 'allow_duplicates', 'rolespec_validate']
/** Options that are kept like keywords. */
const KEPT_OPTIONS: readonly string[] = ['public', 'allow_duplicates', 'rolespec_validate']

export interface IncludedBlocks {
  readonly blocks: Block[]
  readonly handlerBlocks: Block[]
}

export class IncludeRole extends TaskInclude {
  override readonly kind: TaskKind = 'IncludeRole'
  /** Name of the role, raw until the include is templated. */
  roleName: Value = null
  /** Folder of the role, known once it was loaded. */
  rolePath: string | undefined
  /** `tasks`, `vars`, `defaults`, `handlers` → file name, raw. */
  fromFiles: ReadonlyMap<string, Value> = new Map()
  /** Where the role's name stands in the file. */
  #namePosition: Position | undefined

  /** The role the include stands in. */
  get parentRole(): Role | undefined {
    return this.role
  }

  override loadInclude(data: Dict): this {
    this.load(data)
    const { action, args } = this
    const name = args.get('name') ?? args.get('role') ?? null
    if (name === null) throw parserError(`'name' is a required field for ${action}.`, { at: data })
    this.roleName = name
    this.#namePosition = namePosition(data, action)
    if (args.has('public') && !isAction(action, 'includeRole'))
      throw parserError(`Invalid options for ${action}: public`, { at: data })
    const bad = [...args.keys()]
      .map(key => (isText(key) ? textOf(key) : String(key)))
      .filter(key => !NAMES.has(key) && !FROM_ARGUMENTS.includes(key) && !OPTIONS.includes(key))
    if (bad.length > 0) throw parserError(`Invalid options for ${action}: ${bad.join(',')}`, { at: data })
    this.fromFiles = this.loadFromFiles()
    this.checkApply(data, 'includeRole')
    for (const option of KEPT_OPTIONS) {
      const value = args.get(option)
      if (value !== undefined) this.setOwn(option, value)
    }
    return this
  }

  private loadFromFiles(): Map<string, Value> {
    const files = new Map<string, Value>()
    for (const key of FROM_ARGUMENTS) {
      const value = this.args.get(key)
      if (value === undefined) continue
      if (!isText(value)) throw parserError(`Expected a string for ${key} but got ${yamlClass(value)} instead`)
      files.set(key.slice(0, -'_from'.length), basename(textOf(value)))
    }
    return files
  }

  override getName(): string {
    const name = isText(this.roleName) ? textOf(this.roleName) : String(this.roleName)
    return this.name || `${this.action} : ${name}`
  }

  /** Templates the name and options with what is known while loading, then loads the role (import_role). */
  importBlocks(): IncludedBlocks {
    const templar = this.context.variables.getVars({ play: this.play, task: this }).templar()
    this.adoptOptions(templar)
    this.roleName = templar.template(this.roleName)
    return this.loadRole(this.play as Play)
  }

  /** Keeps the templated name and options. */
  adoptOptions(templar: Templar): void {
    const values = postValidate(this, templar)
    for (const option of ['name', ...KEPT_OPTIONS]) {
      const value = values.get(option)
      if (this.own(option) !== undefined && value !== undefined) this.setOwn(option, value)
    }
  }

  /**
   * Loads the role into a play: its tasks with this include above them, and its handlers, added to the play unless the
   * role is read ahead of its turn.
   */
  loadRole(play: Play, addsHandlers = true): IncludedBlocks {
    const { context } = this
    const collections = this.get('collections')
    const definition = RoleInclude.of(this.roleName, {
      context,
      play,
      collections: Array.isArray(collections) ? collections.map(name => textOf(name as string)) : [],
      position: this.#namePosition,
    })
    if (this.vars.size > 0) definition.vars = definition.vars.copy().update(this.vars)
    const templar = context.variables.getVars({ play, task: this }).templar()
    const fromFiles = new Map<string, string>()
    for (const [part, file] of this.fromFiles) fromFiles.set(part, textOf(templar.template(file) as string))
    const role = Role.of(definition, play, {
      parent: this.parentRole,
      fromFiles,
      fromInclude: true,
      validate: this.get('rolespec_validate') !== false,
    })
    role.allowDuplicates = this.get('allow_duplicates') as boolean
    if (this.staticallyLoaded || this.get('public') === true) play.roles.push(role)
    this.rolePath = role.path
    const chain = this.parentRole === undefined ? [] : [...this.parentRole.parents, this.parentRole]
    const parent = buildParentBlock(this)
    parent.setOwn('collections', [...role.collections])
    const blocks = role.compile(play, chain)
    for (const block of blocks) {
      block.parent = parent
      block.setOwn('collections', [...role.collections])
    }
    const handlerBlocks = role.getHandlerBlocks(play)
    for (const block of handlerBlocks) block.parent = parent
    if (addsHandlers) play.handlers = [...play.handlers, ...handlerBlocks]
    return { blocks, handlerBlocks }
  }

  override getIncludeParams(): Dict {
    const params = super.getIncludeParams()
    const role = this.parentRole
    if (role === undefined) return params
    const all = params.copy().update(role.getRoleParams())
    const prepend = (name: string, value: string) => {
      const list = all.get(name)
      all.set(name, [value, ...(Array.isArray(list) ? list : [])])
    }
    prepend('ansible_parent_role_names', role.getName())
    prepend('ansible_parent_role_paths', role.path)
    return all
  }

  override copy(options: CopyOptions = {}): IncludeRole {
    const copy = super.copy(options) as IncludeRole
    copy.roleName = this.roleName
    copy.rolePath = this.rolePath
    copy.fromFiles = new Map(this.fromFiles)
    copy.#namePosition = this.#namePosition
    return copy
  }
  protected override blankCopy(place: TaskPlace): Task {
    return new IncludeRole(place)
  }
}

/** Where `name:` (or `role:`) of the include has its value; undefined for k=v arguments. */
function namePosition(data: Dict, action: string): Position | undefined {
  const args = data.get(action)
  if (!(args instanceof Dict)) return undefined
  return positionOf(args, args.has('name') ? 'name' : 'role')
}

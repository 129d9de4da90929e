// One task: an action with arguments, conditions, loop and everything it takes over from blocks, roles and plays.
// Mirrors ansible/playbook/task.py (2.14).

import { ParserError, type Position } from '../errors.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { isAction } from './actions.js'
import type { AttributeSpec, ObjectKind } from './attribute.js'
import { extendValue, noteChange, PlaybookObject, withDefaultCollection } from './base.js'
import type { Block, CopyOptions } from './block.js'
import { parserError, playbookError } from './errors.js'
import { allParentsStatic, firstParentInclude, inheritableParent, inheritedFrom, isStatic } from './inherit.js'
import type { LoadContext } from './load-context.js'
import { LoopControl } from './loop-control.js'
import { parseAction } from './mod-args.js'
import type { Play } from './play.js'
import type { Role } from './role.js'
import { evaluateTags } from './tags.js'
import type { TaskInclude } from './task-include.js'
import { validatedList } from './validated-value.js'

export interface TaskPlace {
  readonly context: LoadContext
  readonly parent?: Block | Task | undefined
  readonly role?: Role | undefined
}
export type TaskKind = Extract<ObjectKind, 'Task' | 'Handler' | 'TaskInclude' | 'HandlerTaskInclude' | 'IncludeRole'>

/** Keys that name the action or its arguments, and never a keyword. */
const ACTION_KEYS: ReadonlySet<string> = new Set(['action', 'local_action', 'args', 'delegate_to', 'shell'])

export class Task extends PlaybookObject {
  readonly kind: TaskKind = 'Task'
  /** Fully qualified name; undefined for meta, includes and `action:` tasks. */
  resolvedAction: string | undefined
  /** Raw arguments. */
  args = new Dict()
  /** Made by the program, not by the user (flush_handlers, role_complete). */
  implicit = false
  role: Role | undefined
  #parent: Block | Task | undefined
  #loopControl: LoopControl | undefined

  constructor(place: TaskPlace) {
    super(place.context)
    this.role = place.role
    this.#parent = place.parent
  }

  get parent(): Block | Task | undefined {
    return this.#parent
  }
  set parent(parent: Block | Task | undefined) {
    this.#parent = parent
    noteChange()
  }
  override get play(): Play | undefined {
    return this.#parent?.play
  }
  /** Name of the action as written. */
  get action(): string {
    const action = this.own('action')
    return action === undefined || action === null ? '' : textOf(action as string)
  }
  set action(action: string) {
    this.setOwn('action', action)
  }
  /** Raw name, '' when there is none. */
  get name(): string {
    const name = this.own('name') ?? ''
    return isText(name) ? textOf(name) : String(name)
  }
  set name(name: string) {
    this.setOwn('name', name)
  }
  /** `loop:` or the value of with_<lookup>; undefined when the task has no loop. */
  get loop(): Value | undefined {
    return this.own('loop') ?? undefined
  }
  /** Name of the lookup of with_<lookup>. */
  get loopWith(): string | undefined {
    const name = this.own('loop_with') ?? undefined
    return name === undefined ? undefined : textOf(name as string)
  }
  get loopControl(): LoopControl {
    this.#loopControl ??= new LoopControl(this.context)
    return this.#loopControl
  }
  get register(): string | undefined {
    const name = this.own('register') ?? undefined
    return name === undefined ? undefined : isText(name) ? textOf(name) : String(name)
  }
  /** All conditions, those of blocks, roles and imports first. */
  get when(): readonly Value[] {
    const value = this.get('when')
    return Array.isArray(value) ? value : [value]
  }

  /** `role : name`; without a name the action stands for it. */
  getName(options: { includeRoleFqcn?: boolean } = {}): string {
    const name = this.name || this.action
    return this.role === undefined ? name : `${this.role.getName(options.includeRoleFqcn ?? true)} : ${name}`
  }

  /** Variables of the task, its blocks and imports. */
  getVars(): Dict {
    const parent = this.#parent?.getVars()
    const own = this.ownVars()
    const hasReserved = (dict: Dict | undefined) => dict !== undefined && (dict.has('tags') || dict.has('when'))
    if (!hasReserved(parent) && !hasReserved(own)) {
      if (own.size === 0 && parent !== undefined) return parent
      if (parent === undefined || parent.size === 0) return own
    }
    const all = (parent?.copy() ?? new Dict()).update(own)
    all.delete('tags')
    all.delete('when')
    return all
  }
  protected ownVars(): Dict {
    return this.vars
  }
  /** Variables given to includes above, which win over facts and registered results. */
  getIncludeParams(): Dict {
    const params = this.#parent?.getIncludeParams() ?? new Dict()
    return isAction(this.action, 'allIncludes') && this.vars.size > 0 ? params.copy().update(this.vars) : params
  }

  override getDepChain(): readonly Role[] | undefined {
    return this.#parent?.getDepChain()
  }
  protected override fallbackPosition(): Position | undefined {
    const parent = this.#parent
    return parent?.kind === 'Block' ? parent.play?.position : undefined
  }

  override inherited(spec: AttributeSpec, omitSelf: boolean): Value | undefined {
    const value = omitSelf ? undefined : this.own(spec.name)
    if (value !== undefined && !spec.extend) return value
    const parent = inheritableParent(this.#parent)
    if (parent === undefined || !isStatic(parent)) return value
    const more = inheritedFrom(parent, spec)
    return spec.extend ? extendValue(value, more, spec.prepend) : more
  }

  evaluateTags(onlyTags: ReadonlySet<string>, skipTags: ReadonlySet<string>, vars: TaskVars): boolean {
    return evaluateTags(this, onlyTags, skipTags, vars)
  }
  allParentsStatic(): boolean {
    return allParentsStatic(this)
  }
  getFirstParentInclude(): TaskInclude | undefined {
    return firstParentInclude(this)
  }

  /** A copy with the same uuid; the parent is shared unless left out. */
  copy(options: CopyOptions = {}): Task {
    const copy = this.blankCopy({
      context: this.context,
      role: this.role,
      parent: options.excludeParent ? undefined : this.#parent,
    })
    copy.copyIdentityFrom(this)
    copy.args = this.args.copy()
    copy.implicit = this.implicit
    copy.resolvedAction = this.resolvedAction
    copy.#loopControl = this.#loopControl
    return copy
  }
  protected blankCopy(place: TaskPlace): Task {
    return new Task(place)
  }

  protected override preprocess(data: Value): Dict {
    const task = data as Dict
    const collections = this.searchedCollections(task)
    const parsed = this.parse(task, collections)
    const { action, args } = parsed
    this.resolvedAction = parsed.resolved?.fqcn
    if (isAction(action, 'hasCmd') && args.has('cmd')) this.moveCommand(args, task)
    const result = new Dict()
    result.set('action', action)
    result.set('args', args)
    if (parsed.delegateTo !== undefined) result.set('delegate_to', parsed.delegateTo)
    if (collections.length > 0) result.set('collections', collections)
    for (const [key, value] of task.entries()) {
      const name = isText(key) ? textOf(key) : String(key)
      if (ACTION_KEYS.has(name) || name === action || (name === 'collections' && collections.length > 0)) continue
      if (name.startsWith('with_') && this.context.hasLookup(name.slice(5))) this.loadWith(task, result, name, value)
      else if (this.context.config.get('INVALID_TASK_ATTRIBUTE_FAILED') || this.hasKeyword(name)) result.set(key, value)
      else this.context.messages.warning(`Ignoring invalid attribute: ${name}`)
    }
    return result
  }

  private parse(task: Dict, collections: readonly string[]) {
    try {
      return parseAction(task, this.context, { collections })
    } catch (error) {
      throw withTaskPosition(error, task)
    }
  }

  /** `collections:` of the task or, inherited, of what it stands in. */
  private searchedCollections(task: Dict): string[] {
    const given = task.get('collections') ?? null
    const inherited = this.get('collections')
    let list = given === null ? (inherited ?? []) : validatedList(this, this.spec('collections'), given)
    if (!Array.isArray(list)) list = [list]
    const { defaultCollection } = this.context
    const names =
      defaultCollection && this.role === undefined
        ? withDefaultCollection(this.context, list)
        : list.length > 0 && !list.includes('ansible.builtin') && !list.includes('ansible.legacy')
          ? [...list, 'ansible.legacy']
          : list
    return names.map(name => (isText(name) ? textOf(name) : String(name)))
  }

  private moveCommand(args: Dict, task: Dict): void {
    const raw = args.get('_raw_params')
    if (raw !== undefined && raw !== '')
      throw playbookError(
        "The 'cmd' argument cannot be used when other raw parameters are specified. Please put everything in one or the other place.",
        { at: task },
      )
    const command = args.get('cmd') as Value
    args.delete('cmd')
    args.set('_raw_params', command)
  }

  private loadWith(task: Dict, result: Dict, key: string, value: Value): void {
    const lookup = key.slice(5)
    if ((result.get('loop') ?? null) !== null || (result.get('loop_with') ?? null) !== null)
      throw playbookError(`duplicate loop in task: ${lookup}`, { at: task })
    if (value === null) throw playbookError(`you must specify a value when using ${key}`, { at: task })
    result.set('loop_with', lookup)
    result.set('loop', value)
  }

  protected override validateKeywords(data: Dict): void {
    try {
      super.validateKeywords(data)
    } catch (error) {
      if (error instanceof ParserError)
        error.message +=
          '\nThis error can be suppressed as a warning using the "invalid_task_attribute_failed" configuration'
      throw error
    }
  }

  protected override loadField(name: string, value: Value): void {
    if (name === 'args') this.args = value as Dict
    else if (name === 'loop_control') this.#loopControl = LoopControl.of(value, this.context, this.fieldPosition(name))
    else super.loadField(name, value)
  }

  protected override validateField(name: string): boolean {
    if (name !== 'changed_when' && name !== 'failed_when') return super.validateField(name)
    const value = this.own(name)
    if (value !== undefined && !Array.isArray(value)) this.setOwn(name, [value])
    return true
  }

  override get(name: string): Value {
    if (name === 'args') return this.args
    return super.get(name)
  }
}

/** A parser error that knows no place is about this task. */
export function withTaskPosition(error: unknown, task: Dict): unknown {
  return error instanceof ParserError && error.position === undefined ? parserError(error.message, { at: task }) : error
}

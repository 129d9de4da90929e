// A block of tasks with rescue and always parts; bare tasks stand in implicit blocks.
// Mirrors ansible/playbook/block.py (2.14).

import type { Position } from '../errors.js'
import { Dict, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { isAction } from './actions.js'
import type { AttributeSpec } from './attribute.js'
import { extendValue, noteChange, PlaybookObject } from './base.js'
import { explainMalformed, parserError } from './errors.js'
import {
  allParentsStatic,
  firstParentInclude,
  inheritableParent,
  inheritedFrom,
  isStatic,
  ownValue,
} from './inherit.js'
import type { LoadContext } from './load-context.js'
import { loadTasks } from './load-tasks.js'
import type { Play } from './play.js'
import type { Role } from './role.js'
import { evaluateTags } from './tags.js'
import type { Task } from './task.js'
import type { TaskInclude } from './task-include.js'

export type TaskOrBlock = Task | Block

/** Where a block is put. */
export interface BlockPlace {
  readonly context: LoadContext
  readonly play?: Play | undefined
  readonly parentBlock?: Block | Task | undefined
  readonly role?: Role | undefined
  readonly taskInclude?: Task | undefined
  readonly useHandlers?: boolean | undefined
}

export interface CopyOptions {
  readonly excludeParent?: boolean
  readonly excludeTasks?: boolean
}

const SECTIONS = ['block', 'rescue', 'always'] as const

export class Block extends PlaybookObject {
  readonly kind = 'Block'
  block: TaskOrBlock[] = []
  rescue: TaskOrBlock[] = []
  always: TaskOrBlock[] = []
  role: Role | undefined
  readonly useHandlers: boolean
  /** True for the block around bare tasks. */
  implicit = false
  #play: Play | undefined
  #parent: Block | Task | undefined
  #depChain: readonly Role[] | undefined

  constructor(place: BlockPlace) {
    super(place.context)
    this.#play = place.play
    this.role = place.role
    this.#parent = place.taskInclude ?? place.parentBlock
    this.useHandlers = place.useHandlers ?? false
  }

  static load(data: Value, place: BlockPlace, position?: Position): Block {
    const block = new Block(place)
    block.implicit = !Block.isBlock(data)
    return block.load(data, position)
  }
  static isBlock(data: Value): boolean {
    return data instanceof Dict && SECTIONS.some(section => data.has(section))
  }

  override get play(): Play | undefined {
    return this.#play
  }
  override set play(play: Play | undefined) {
    this.#play = play
    noteChange()
  }
  get parent(): Block | Task | undefined {
    return this.#parent
  }
  set parent(parent: Block | Task | undefined) {
    this.#parent = parent
    noteChange()
  }
  set depChain(chain: readonly Role[] | undefined) {
    this.#depChain = chain
    noteChange()
  }

  protected override preprocess(data: Value): Dict {
    if (data instanceof Dict && Block.isBlock(data)) return data
    return Dict.of({ block: Array.isArray(data) ? data : [data] })
  }

  protected override loadField(name: string, value: Value): void {
    if (name !== 'block' && name !== 'rescue' && name !== 'always') return super.loadField(name, value)
    const what = { block: 'a block', rescue: 'rescue.', always: 'always' }[name]
    this[name] = explainMalformed(`A malformed block was encountered while loading ${what}`, this.data, () =>
      loadTasks(value, {
        context: this.context,
        play: this.play,
        parent: this,
        role: this.role,
        useHandlers: this.useHandlers,
      }),
    )
  }

  protected override validate(): void {
    super.validate()
    for (const name of ['rescue', 'always'] as const)
      if (this[name].length > 0 && this.block.length === 0)
        throw parserError(`'${name}' keyword cannot be used without 'block'`, { at: this.data })
  }

  /** Variables of the block and of everything around it. */
  getVars(): Dict {
    const parent = this.#parent?.getVars()
    if (parent === undefined || parent.size === 0) return this.vars
    return this.vars.size === 0 ? parent : parent.copy().update(this.vars)
  }
  getIncludeParams(): Dict {
    return this.#parent?.getIncludeParams() ?? new Dict()
  }
  override getDepChain(): readonly Role[] | undefined {
    return this.#depChain ?? this.#parent?.getDepChain()
  }

  override inherited(spec: AttributeSpec, omitSelf: boolean): Value | undefined {
    const { name, extend, prepend } = spec
    let value = omitSelf ? undefined : this.own(name)
    const take = (more: Value | undefined) => {
      value = extend ? extendValue(value, more, prepend) : more
    }
    const isOpen = () => value === undefined || extend
    const parent = inheritableParent(this.#parent)
    if (parent !== undefined && isOpen() && isStatic(parent)) take(inheritedFrom(parent, spec))
    if (this.role !== undefined && isOpen()) {
      take(ownValue(this.role, name))
      const chain = this.getDepChain() ?? []
      for (let index = chain.length - 1; index >= 0 && isOpen(); index--) take(ownValue(chain[index] as Role, name))
    }
    if (this.#play !== undefined && isOpen()) {
      const fromPlay = ownValue(this.#play, name)
      if (fromPlay !== undefined) take(fromPlay)
    }
    return value
  }

  hasTasks(): boolean {
    return this.block.length > 0 || this.rescue.length > 0 || this.always.length > 0
  }
  /** Every task below, nested blocks flattened. */
  getTasks(): Task[] {
    return [...this.block, ...this.rescue, ...this.always].flatMap(item =>
      item instanceof Block ? item.getTasks() : [item],
    )
  }

  evaluateTags(onlyTags: ReadonlySet<string>, skipTags: ReadonlySet<string>, vars: TaskVars): boolean {
    return evaluateTags(this, onlyTags, skipTags, vars)
  }

  /** A copy with only the tasks that the play's tags select; implicit meta tasks always stay. */
  filterTaggedTasks(vars: TaskVars): Block {
    const play = this.play
    if (play === undefined) throw new Error('a block without a play cannot be filtered by tags')
    const none: ReadonlySet<string> = new Set()
    const isKept = (task: Task) =>
      (task.implicit && isAction(task.action, 'meta')) ||
      (isAction(task.action, 'include') && task.evaluateTags(none, play.skipTags, vars)) ||
      task.evaluateTags(play.onlyTags, play.skipTags, vars)
    const filterList = (items: readonly TaskOrBlock[]): TaskOrBlock[] => {
      const kept: TaskOrBlock[] = []
      for (const item of items) {
        if (item instanceof Block) {
          const block = filterBlock(item)
          if (block.hasTasks()) kept.push(block)
        } else if (isKept(item)) kept.push(item)
      }
      return kept
    }
    const filterBlock = (block: Block): Block => {
      const filtered = block.copy({ excludeTasks: true })
      for (const section of SECTIONS) filtered[section] = filterList(block[section])
      return filtered
    }
    return filterBlock(this)
  }

  /** A copy with the same uuid. Tasks below are copied, too, and belong to the copy; the parent is shared. */
  copy(options: CopyOptions = {}): Block {
    const copy = this.shallowCopy()
    if (options.excludeParent) copy.#parent = undefined
    if (options.excludeTasks) return copy
    const parents = new Map<Block | Task, Block | Task>([[this, copy]])
    for (const section of SECTIONS) copy[section] = this[section].map(item => copyBelow(item, copy, parents))
    return copy
  }
  private shallowCopy(): Block {
    const copy = new Block({
      context: this.context,
      play: this.#play,
      role: this.role,
      parentBlock: this.#parent,
      useHandlers: this.useHandlers,
    })
    copy.copyIdentityFrom(this)
    copy.implicit = this.implicit
    copy.#depChain = this.#depChain
    return copy
  }

  allParentsStatic(): boolean {
    return allParentsStatic(this)
  }
  getFirstParentInclude(): TaskInclude | undefined {
    return firstParentInclude(this)
  }
}

/** Copies an item of a copied block; whatever stands between it and the block is copied once. */
function copyBelow(item: TaskOrBlock, root: Block, parents: Map<Block | Task, Block | Task>): TaskOrBlock {
  const copy = item.copy({ excludeTasks: true })
  parents.set(item, copy)
  copy.parent = copiedParent(item.parent, root, parents)
  if (item instanceof Block && copy instanceof Block)
    for (const section of SECTIONS) copy[section] = item[section].map(below => copyBelow(below, copy, parents))
  return copy
}
function copiedParent(
  parent: Block | Task | undefined,
  root: Block,
  parents: Map<Block | Task, Block | Task>,
): Block | Task {
  if (parent === undefined) return root
  const known = parents.get(parent)
  if (known !== undefined) return known
  const copy = parent.copy({ excludeTasks: true })
  parents.set(parent, copy)
  copy.parent = copiedParent(parent.parent, root, parents)
  return copy
}

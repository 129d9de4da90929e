// How keyword values come down from blocks and includes to tasks: includes that are decided at run time hand nothing
// down. Mirrors _get_parent_attribute in ansible/playbook/block.py and task.py (2.14).

import type { Value } from '../python/values.js'
import type { AttributeSpec } from './attribute.js'
import type { PlaybookObject } from './base.js'
import type { Block } from './block.js'
import type { Task } from './task.js'
import type { TaskInclude } from './task-include.js'

const INCLUDE_KINDS: ReadonlySet<string> = new Set(['TaskInclude', 'HandlerTaskInclude', 'IncludeRole'])

/** Whether an object is an include or import of tasks or of a role. */
export function isInclude(object: PlaybookObject | undefined): object is TaskInclude {
  return object !== undefined && INCLUDE_KINDS.has(object.kind)
}

/** False for includes that are decided at run time. */
export function isStatic(object: Block | Task): boolean {
  return !isInclude(object) || object.staticallyLoaded
}

/** The parent that values are inherited from: a dynamic include is passed over. */
export function inheritableParent(parent: Block | Task | undefined): Block | Task | undefined {
  return parent === undefined || isStatic(parent) ? parent : parent.parent
}

/** What a parent hands down of a keyword. */
export function inheritedFrom(parent: Block | Task, spec: AttributeSpec): Value | undefined {
  return parent.hasKeyword(spec.name) ? parent.inherited(parent.spec(spec.name), false) : undefined
}

/** A keyword's value set on this very object; undefined also when it knows no such keyword. */
export function ownValue(object: PlaybookObject, name: string): Value | undefined {
  return object.hasKeyword(name) ? object.own(name) : undefined
}

/** Whether no include that is decided at run time stands above. */
export function allParentsStatic(object: Block | Task): boolean {
  for (let parent = object.parent; parent !== undefined; parent = parent.parent) if (!isStatic(parent)) return false
  return true
}

/** The nearest include above. */
export function firstParentInclude(object: Block | Task): TaskInclude | undefined {
  for (let parent = object.parent; parent !== undefined; parent = parent.parent) if (isInclude(parent)) return parent
  return undefined
}

// The keywords of one task as they hold for one host (and one loop item): as written, or templated and typed.
// What never changes is validated once per task, so that a run only pays for keywords that hold a template.
// Mirrors Base.squash, Base.post_validate and dump_attrs of playbook/base.py (ansible-core 2.14).

import type { Templar } from '../jinja/index.js'
import { postValidate, type Task, type ValidatedAttributes } from '../playbook/index.js'
import { truth } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { mayHoldTemplate } from './template-text.js'

/** Keywords of a task with what was found out while it ran. Reads fall back on the task as written. */
export class TaskFields {
  readonly #changes = new Map<string, Value>()
  #plan: FieldPlan | undefined
  #templated: ValidatedAttributes | undefined
  constructor(readonly task: Task) {}

  /** Value of a keyword; null when it is not set. */
  get(name: string): Value {
    const changed = this.#changes.get(name)
    if (changed !== undefined) return changed
    const plan = this.#plan
    if (plan?.constants === undefined) return rawField(this.task, name)
    const from = plan.dynamicNames.has(name) ? this.#templated : plan.constants
    return (from as ValidatedAttributes).get(name)
  }
  /**
   * Templates and types every keyword. Throws what Ansible raises, with the task's position; the keywords that came
   * before the wrong one are validated then, the others stay as written.
   */
  validate(templar: Templar): void {
    const plan = planOf(this.task)
    try {
      plan.constants ??= postValidate(this.task, templar, plan.constantNames)
      if (plan.dynamicNames.size > 0) this.#templated = postValidate(this.task, templar, [...plan.dynamicNames])
      this.#plan = plan
    } catch (error) {
      this.#keepValidated(templar)
      throw error
    }
  }
  #keepValidated(templar: Templar): void {
    for (const { name } of this.task.attributes()) {
      try {
        this.#changes.set(name, postValidate(this.task, templar, [name]).get(name))
      } catch {
        return
      }
    }
  }
  set(name: string, value: Value): void {
    this.#changes.set(name, value)
  }
  /** Takes over what another run of the same task found out. */
  adopt(other: TaskFields): void {
    this.#plan = other.#plan
    this.#templated = other.#templated
    for (const [name, value] of other.#changes) this.#changes.set(name, value)
  }
  isTrue(name: string): boolean {
    return truth(this.get(name))
  }
  /** Text of a keyword, undefined when it is not set. */
  text(name: string): string | undefined {
    const value = this.get(name)
    return isText(value) ? textOf(value) : undefined
  }
  number(name: string): number {
    return Number(this.get(name) ?? 0)
  }
  list(name: string): readonly Value[] {
    const value = this.get(name)
    return Array.isArray(value) ? value : value === null ? [] : [value]
  }
  /** Name of the action as it is run: it may be a template, too. */
  get action(): string {
    return this.text('action') ?? this.task.action
  }
  /** Templated arguments; the task's own once it was not validated. */
  get args(): Dict {
    return this.get('args') as Dict
  }
  get environment(): Dict {
    const value = this.get('environment')
    return value instanceof Dict ? value : new Dict()
  }
  /** All keywords as a dict (dump_attrs). */
  toDict(): Dict {
    const dump = new Dict()
    for (const { name } of this.task.attributes()) {
      if (name === 'loop_control') dump.set(name, loopControlOf(this.task))
      else dump.set(name, this.get(name))
    }
    return dump
  }
}

/** A keyword as written, with inheritance, computed once per task. */
export function rawField(task: Task, name: string): Value {
  const fields = planOf(task).raw
  let value = fields.get(name)
  if (value === undefined) {
    value = task.get(name)
    fields.set(name, value)
  }
  return value
}

interface FieldPlan {
  readonly raw: Map<string, Value>
  readonly constantNames: readonly string[]
  readonly dynamicNames: ReadonlySet<string>
  constants: ValidatedAttributes | undefined
}

const plans = new WeakMap<Task, FieldPlan>()

/** Keywords that post_validate leaves as they are, whatever they hold. */
const NEVER_TEMPLATED = new Set(['loop', 'changed_when', 'failed_when', 'until', 'vars', 'loop_control'])

function planOf(task: Task): FieldPlan {
  const known = plans.get(task)
  if (known !== undefined) return known
  const raw = new Map<string, Value>()
  const constantNames: string[] = []
  const dynamicNames = new Set<string>()
  for (const attribute of task.attributes()) {
    const value = task.get(attribute.name)
    raw.set(attribute.name, value)
    const isDynamic = !attribute.static && !NEVER_TEMPLATED.has(attribute.name) && mayHoldTemplate(value)
    if (isDynamic) dynamicNames.add(attribute.name)
    else constantNames.push(attribute.name)
  }
  const plan = { raw, constantNames, dynamicNames, constants: undefined }
  plans.set(task, plan)
  return plan
}

function loopControlOf(task: Task): Dict {
  const control = task.loopControl
  return Dict.of({
    loop_var: control.loopVar,
    index_var: control.indexVar,
    label: control.label,
    pause: control.pause,
    extended: control.extended,
    extended_allitems: control.extendedAllItems,
  })
}

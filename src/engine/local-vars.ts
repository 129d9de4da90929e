// Variables that exist only while one task runs: its registered result and the facts it has just found, as
// changed_when, failed_when, until and later loop items see them.
// Mirrors vars_copy in TaskExecutor._execute (executor/task_executor.py, ansible-core 2.14).

import { combineVars } from '../inventory/index.js'
import type { Templar } from '../jinja/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import { cleanFacts, namespaceFacts, type TaskVars } from '../variables/index.js'
import type { PreparedCall } from './prepare-call.js'
import type { TaskFields } from './task-fields.js'

export class LocalVars {
  readonly #added = new Map<string, Value>()
  readonly #base: TaskVars
  /** Nobody looks at them when the task has no such condition. */
  readonly #isNeeded: boolean
  readonly #register: string | undefined
  #templar: Templar | undefined

  constructor(base: TaskVars, fields: TaskFields) {
    this.#base = base
    this.#register = fields.task.register
    this.#isNeeded = ['changed_when', 'failed_when', 'until'].some(name => fields.list(name).length > 0)
  }

  /** Shows the result as it is now: templates never see a value change under their hands. */
  register(result: Dict): void {
    if (this.#isNeeded && this.#register !== undefined) this.#set(this.#register, result.copy())
  }

  #set(name: string, value: Value): void {
    this.#added.set(name, value)
    this.#templar = undefined
  }

  addFacts(result: Dict, keepsTemplates: boolean, call: PreparedCall): void {
    if (!this.#isNeeded) return
    const facts = result.get('ansible_facts')
    if (!(facts instanceof Mapping)) return
    if (keepsTemplates && call.delegated !== undefined && call.fields.isTrue('delegate_facts')) {
      this.#set('_ansible_delegated_vars', new Dict(facts.entries()))
      return
    }
    for (const [name, value] of factVars(facts, keepsTemplates, this.#base)) this.#added.set(name, value)
    this.#templar = undefined
  }

  templar(): Templar {
    this.#templar ??= (this.#added.size === 0 ? this.#base : this.#base.with(new Map(this.#added))).templar()
    return this.#templar
  }
}

/** Variables that facts of a result become, before the strategy has stored them. */
export function factVars(facts: Mapping, keepsTemplates: boolean, base: TaskVars): Map<string, Value> {
  const vars = new Map<string, Value>()
  if (keepsTemplates) {
    for (const [name, value] of facts.entries()) if (isText(name)) vars.set(textOf(name), value)
    return vars
  }
  const present = base.get('ansible_facts')
  const low = present instanceof Mapping ? new Dict(present.entries()) : new Dict()
  vars.set('ansible_facts', combineVars(low, namespaceFacts(facts)))
  if (!base.manager.options.config.get('INJECT_FACTS_AS_VARS')) return vars
  for (const [name, value] of cleanFacts(facts, () => {}).entries()) if (isText(name)) vars.set(textOf(name), value)
  return vars
}

// The hosts a task is delegated to, and their variables.
// Mirrors VariableManager._get_delegated_vars in ansible/vars/manager.py (2.14).

import { MadansibleError } from '../errors.js'
import { Host } from '../inventory/index.js'
import { type Templar, TemplateError } from '../jinja/index.js'
import { playbookError } from '../playbook/errors.js'
import type { Task } from '../playbook/index.js'
import { pythonClass } from '../playbook/python-names.js'
import { wrapUnsafe } from '../python/index.js'
import { Dict, isSequence, isText, Mapping, textOf, type Value } from '../python/values.js'
import type { TaskVars } from './task-vars.js'

export interface Delegation {
  readonly host: Host
  readonly vars: TaskVars
}

/** Host that a templated delegate_to names: by name, by address, or one that no inventory knows. */
export function delegatedHost(vars: TaskVars, name: string): Host {
  const { inventory } = vars.manager.options
  const known = inventory.getHost(name)
  if (known !== undefined) return known
  for (const host of inventory.listHosts('all', { ignoreLimits: true, ignoreRestrictions: true }))
    if (host.address === name) return host
  return new Host(name)
}

/** Variables of the host a task is delegated to; inventory_hostname stays that of the task's own host. */
export function delegate(vars: TaskVars, name: string): Delegation {
  const host = delegatedHost(vars, name)
  const { play, task } = vars.query
  const own = vars.manager.getVars({ play, task, host, includeDelegateTo: false, includeHostvars: true })
  const hostname = vars.get('inventory_hostname')
  return { host, vars: hostname === undefined ? own : own.with(new Map([['inventory_hostname', hostname]])) }
}

/** The variable ansible_delegated_vars: for every host that delegate_to names in any loop item, its variables. */
export function delegatedVars(vars: TaskVars): Dict {
  const task = vars.query.task as Task
  const result = new Dict()
  const loopVar = task.loopControl.loopVar
  for (const item of loopItems(task, vars)) {
    const scope = item === undefined || item === null ? vars : vars.with(new Map([[textOf(loopVar as string), item]]))
    const raw = task.get('delegate_to')
    const name = scope.templar().template(raw, { failOnUndefined: false })
    if (name === null) throw playbookError('Undefined delegate_to host for task:', { at: task.data })
    if (!isText(name))
      throw playbookError(
        `the field 'delegate_to' has an invalid type (${pythonClass(name)}), and could not be converted to a string type.`,
        { at: task.data },
      )
    if (!result.has(name)) result.set(name, new DelegatedVars(delegate(scope, textOf(name)).vars))
  }
  return result
}

/** Items of the task's loop; one without value when there is no loop or it cannot be computed yet. */
function loopItems(task: Task, vars: TaskVars): readonly (Value | undefined)[] {
  const { loop, loopWith } = task
  if (loop === undefined) return [undefined]
  const known = vars.get('_ansible_loop_cache')
  if (Array.isArray(known)) return known
  try {
    const templar = vars.templar()
    const items = loopWith === undefined ? templar.template(loop) : lookupItems(templar, task, loopWith, loop)
    return isSequence(items) ? (Array.isArray(items) ? items : items.items) : [undefined]
  } catch (error) {
    if (error instanceof TemplateError) return [undefined]
    throw error
  }
}

function lookupItems(templar: Templar, task: Task, name: string, loop: Value): Value {
  if (!task.context.hasLookup(name))
    throw new MadansibleError(`Failed to find the lookup named '${name}' in the available lookup plugins`)
  const terms = templar.template(loop, name === 'first_found' ? { failOnUndefined: false } : {})
  return wrapUnsafe(templar.lookup(name, Array.isArray(terms) ? terms : [terms], new Map([['wantlist', true]])))
}

/** Raw variables of a host as a mapping. */
class DelegatedVars extends Mapping {
  readonly typeName = 'dict'
  constructor(readonly scope: TaskVars) {
    super()
  }
  override get(key: Value): Value | undefined {
    return isText(key) ? this.scope.get(textOf(key)) : undefined
  }
  override has(key: Value): boolean {
    return this.get(key) !== undefined
  }
  override keys(): Iterable<Value> {
    return this.scope.names()
  }
  override get size(): number {
    return [...this.scope.names()].length
  }
}

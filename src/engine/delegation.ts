// The variables that say how to reach the host a task is delegated to.
// Mirrors the delegation part of PlayContext.set_task_and_variable_override (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import type { Task } from '../playbook/index.js'
import { str, truth } from '../python/index.js'
import type { Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import type { EngineServices } from './services.js'
import { rawField } from './task-fields.js'

export interface DelegatedHost {
  readonly name: string
  readonly host: Host
  /** Its variables; address, port and user never fall back on those of the task's own host. */
  readonly vars: TaskVars
}

export function delegateTo(name: string, task: Task, vars: TaskVars, services: EngineServices): DelegatedHost {
  const delegation = services.variables.delegate(vars, name)
  const own = delegation.vars
  const transport = str(own.get('ansible_connection') ?? services.config.get('DEFAULT_TRANSPORT'))
  const defaults = new Map<string, Value>()
  if (!hasAny(own, [`ansible_${transport}_host`, 'ansible_ssh_host', 'ansible_host'])) {
    defaults.set('ansible_host', name)
  }
  if (!hasAny(own, [`ansible_${transport}_port`, 'ansible_ssh_port', 'ansible_port'])) {
    defaults.set('ansible_port', transport === 'winrm' ? 5986 : services.config.get('DEFAULT_REMOTE_PORT'))
  }
  const users = [`ansible_${transport}_user`, 'ansible_ssh_user', 'ansible_user']
  if (!users.some(user => truth(own.get(user) ?? null))) defaults.set('ansible_user', rawField(task, 'remote_user'))
  return { name, host: delegation.host, vars: defaults.size === 0 ? own : own.with(defaults) }
}

function hasAny(vars: TaskVars, names: readonly string[]): boolean {
  return names.some(name => vars.has(name))
}

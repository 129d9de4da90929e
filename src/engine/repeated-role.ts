// Roles that run once on a host in a play. Mirrors the role check of plugins/strategy/linear.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import type { Task } from '../playbook/index.js'

/** Whether the task belongs to a role that the host has been through already. */
export function isRepeatedRole(task: Task, host: Host): boolean {
  const { role } = task
  return role?.hasRun(host) === true && !role.allowDuplicates
}

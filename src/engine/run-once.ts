// Whether a task runs for one host on behalf of all. Mirrors `run_once` in plugins/strategy/linear.py (ansible-core 2.14).

import type { Task } from '../playbook/index.js'
import { str, truth } from '../python/index.js'
import type { TaskVars } from '../variables/index.js'
import type { EngineServices } from './services.js'
import { mayHoldTemplate } from './template-text.js'

/** `run_once:`, or an action that works on all hosts at once. */
export function runsOnce(services: EngineServices, task: Task, vars: TaskVars): boolean {
  const raw = task.get('run_once')
  if (truth(mayHoldTemplate(raw) ? vars.templar().template(raw) : raw)) return true
  const collections = task.get('collections')
  const names = Array.isArray(collections) ? collections.map(str) : []
  const action = mayHoldTemplate(task.action) ? str(vars.templar().template(task.action)) : task.action
  return services.actions.describe(action, names).bypassHostLoop
}

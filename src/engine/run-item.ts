// Runs a task once: for a host, or for one item of its loop.
// Mirrors TaskExecutor._execute of executor/task_executor.py (ansible-core 2.14).

import { isAction } from '../playbook/index.js'
import { type Dict, Mapping, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { factVars } from './local-vars.js'
import { prepareCall } from './prepare-call.js'
import { runCall } from './run-call.js'
import type { TaskFields } from './task-fields.js'
import type { JobRun } from './task-job.js'

/** Variables that the items after this one see. */
export type ItemWrites = Map<string, Value>

/** `writes` receives what later items of the loop see; leave it out when there are none. */
export async function runItem(run: JobRun, vars: TaskVars, fields: TaskFields, writes?: ItemWrites): Promise<Dict> {
  const preparation = prepareCall(run, vars, fields)
  if (preparation.kind === 'done') return preparation.result
  const result = await runCall(run, preparation.call)
  if (writes !== undefined) noteWrites(writes, result, run, vars)
  return result
}

/** Registered result and facts, as `variables` has them when the next item starts. */
export function noteWrites(writes: ItemWrites, result: Dict, run: JobRun, vars: TaskVars): void {
  const { task } = run.job
  if (task.register !== undefined) writes.set(task.register, result)
  const facts = result.get('ansible_facts')
  if (!(facts instanceof Mapping) || isAction(task.action, 'debug')) return
  for (const [name, value] of factVars(facts, isAction(task.action, 'withCleanFacts'), vars)) writes.set(name, value)
}

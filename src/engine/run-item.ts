// Runs a task once: for a host, or for one item of its loop.
// Mirrors TaskExecutor._execute of executor/task_executor.py (ansible-core 2.14).

import { isAction } from '../playbook/index.js'
import { type Dict, Mapping, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { factVars } from './local-vars.js'
import { type Preparation, prepareCall } from './prepare-call.js'
import { runCall } from './run-call.js'
import type { TaskFields } from './task-fields.js'
import type { JobRun } from './task-job.js'

/** Prepares and runs the task. */
export function runOnce(run: JobRun, vars: TaskVars, fields: TaskFields): Promise<Dict> {
  return completeItem(run, prepareCall(run, vars, fields))
}

/** Runs what was prepared, unless there is nothing to run. */
export async function completeItem(run: JobRun, preparation: Preparation): Promise<Dict> {
  return preparation.kind === 'done' ? preparation.result : runCall(run, preparation.call)
}

/** What later items of the loop see: the registered result and facts. */
export function writesOf(result: Dict, run: JobRun, vars: TaskVars, action: string): ReadonlyMap<string, Value> {
  const { task } = run.job
  const facts = result.get('ansible_facts')
  const writes =
    facts instanceof Mapping && !isAction(action, 'debug')
      ? factVars(facts, isAction(action, 'withCleanFacts'), vars)
      : new Map<string, Value>()
  if (task.register !== undefined) writes.set(task.register, result)
  return writes
}

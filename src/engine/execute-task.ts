// Runs one task on one host, whatever strategy issued it, and gives its result. Failures are results; what is thrown
// ends the run. Mirrors TaskExecutor.run of executor/task_executor.py (ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import { UndefinedVariableError } from '../jinja/index.js'
import { Dict, UnsafeText } from '../python/values.js'
import { PendingValueError } from '../variables/index.js'
import { errorText, InterruptedError } from './errors.js'
import { loopItems } from './loop-items.js'
import { runOnce } from './run-item.js'
import { runLoop } from './run-loop.js'
import type { EngineServices } from './services.js'
import { TaskFields } from './task-fields.js'
import { JobRun, type TaskJob } from './task-job.js'
import { TaskResult } from './task-result.js'

export async function executeTask(job: TaskJob, services: EngineServices): Promise<TaskResult> {
  const startedAt = Date.now()
  const run = new JobRun(job, services)
  const fields = new TaskFields(job.task)
  const result = new TaskResult(job.host, fields, await resultOf(run, fields))
  result.startedAt = startedAt
  result.endedAt = Date.now()
  result.vars = job.vars
  return result
}

async function resultOf(run: JobRun, fields: TaskFields): Promise<Dict> {
  try {
    const result = await runWithLoop(run, fields)
    if (!result.has('changed')) result.set('changed', false)
    return result
  } catch (error) {
    if (error instanceof PendingValueError) throw error
    // The host may be left half-way: the recap must count it.
    if (error instanceof InterruptedError || run.services.killSignal?.aborted === true) {
      return failure(run, errorText(new InterruptedError()))
    }
    if (error instanceof MadansibleError) return failure(run, errorText(error))
    // What is not the user's mistake is one in a plugin or in this program; the task fails, the run goes on.
    const result = failure(run, `Unexpected failure during module execution: ${errorText(error)}`)
    result.set('exception', new UnsafeText(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    result.set('stdout', '')
    return result
  }
}

async function runWithLoop(run: JobRun, fields: TaskFields): Promise<Dict> {
  const { job } = run
  const templar = job.vars.templar()
  let items: ReturnType<typeof loopItems>
  try {
    items = loopItems(job.task, templar)
  } catch (error) {
    if (!(error instanceof UndefinedVariableError)) throw error
    run.loopError = error
  }
  if (items === undefined) return runOnce(run, job.vars, fields)
  if (items.length > 0) return runLoop(run, items, fields, templar)
  return Dict.of({ changed: false, skipped: true, skipped_reason: 'No items in the list', results: [] })
}

function failure(run: JobRun, message: string): Dict {
  return Dict.of({ failed: true, msg: new UnsafeText(message), _ansible_no_log: run.noLog })
}

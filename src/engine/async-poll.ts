// Waits for an asynchronous task by asking async_status, then removes its job file.
// Mirrors TaskExecutor._poll_async_result of executor/task_executor.py (ansible-core 2.14).

import { Dict } from '../python/values.js'
import { abortableSleep } from './abortable.js'
import type { ActionContext } from './action.js'
import { errorText } from './errors.js'
import type { PreparedCall } from './prepare-call.js'
import { resultFields } from './task-info.js'
import type { JobRun } from './task-job.js'
import { isTrue, TaskResult } from './task-result.js'

export async function pollAsyncResult(run: JobRun, call: PreparedCall, started: Dict): Promise<Dict> {
  const result = await poll(run, call, started)
  const outcome = new TaskResult(run.job.host, call.fields, result)
  run.services.onEvent({ kind: isTrue(result, 'failed') ? 'asyncFailed' : 'asyncOk', ...resultFields(outcome) })
  return result
}

async function poll(run: JobRun, call: PreparedCall, started: Dict): Promise<Dict> {
  const jobId = started.get('ansible_job_id')
  if (jobId === undefined || jobId === null) {
    return Dict.of({ failed: true, msg: 'No job id was returned by the async task' })
  }
  const { context } = call
  const limit = context.asyncSeconds
  let status = new Dict()
  for (let left = limit; left > 0; left -= context.pollSeconds) {
    await abortableSleep(context.pollSeconds * 1000, context.signal)
    try {
      status = await run.services.actions.run(statusContext(context, Dict.of({ jid: jobId })))
    } catch (error) {
      if (context.signal.aborted || left - context.pollSeconds <= 0) throw error
      // The connection may be lost for a while, e.g. during a reboot.
      run.services.onEvent({
        kind: 'verbose',
        level: 4,
        text: `Exception during async poll, retrying... (${errorText(error)})`,
      })
      await run.services.actions.resetConnection(context.connection)
      continue
    }
    if (looksFinished(status)) break
    run.services.onEvent({
      kind: 'asyncPoll',
      ...resultFields(new TaskResult(run.job.host, call.fields, status)),
    })
  }
  if (Number(status.get('finished') ?? 0) === 1) {
    await run.services.actions.run(statusContext(context, Dict.of({ jid: jobId, mode: 'cleanup' })))
    return status
  }
  const msg = isTrue(status, '_ansible_parsed')
    ? `async task did not complete within the requested time - ${limit}s`
    : 'async task produced unparseable results'
  return Dict.of({ failed: true, msg, async_result: status })
}

function statusContext(context: ActionContext, args: Dict): ActionContext {
  return {
    ...context,
    actionName: 'ansible.legacy.async_status',
    action: 'ansible.legacy.async_status',
    args,
    rawArgs: args,
    asyncSeconds: 0,
    pollSeconds: 0,
  }
}

/** A result that cannot be parsed is asked for again: the job may be writing it just now. */
function looksFinished(status: Dict): boolean {
  if (Number(status.get('finished') ?? 0) === 1) return true
  return (status.has('failed') && isTrue(status, '_ansible_parsed')) || status.has('skipped')
}

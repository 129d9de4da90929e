// Calls an action, again while `until` does not hold, and turns what it gives back into the task's result:
// failed, changed, facts, notifications. Mirrors the attempt loop of TaskExecutor._execute
// (executor/task_executor.py, ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import { isAction, isIdentifier } from '../playbook/index.js'
import { wrapUnsafe } from '../python/index.js'
import { Dict, UnsafeText, type Value } from '../python/values.js'
import { UnreachableError } from '../transport/index.js'
import { abortableSleep } from './abortable.js'
import { type ActionContext, ActionExit } from './action.js'
import { pollAsyncResult } from './async-poll.js'
import { allHold } from './conditions.js'
import { errorText } from './errors.js'
import { LocalVars } from './local-vars.js'
import type { PreparedCall } from './prepare-call.js'
import { settle } from './services.js'
import { resultFields } from './task-info.js'
import type { JobRun } from './task-job.js'
import { isTrue, TaskResult } from './task-result.js'

/** Runs a prepared call to its end. */
export async function runCall(run: JobRun, call: PreparedCall): Promise<Dict> {
  const attempts = attemptsOf(call)
  const delaySeconds = call.fields.number('delay') < 0 ? 1 : call.fields.number('delay')
  const local = new LocalVars(call.context.vars, call.fields)
  let result = new Dict()
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const answer = await callAction(run, call)
    if (answer.kind === 'final') return answer.result
    const isLast = await settle(run.services, async () => {
      result = await judge(run, call, answer.result, local, attempt)
      return attempts > 1 && untilHolds(call, local)
    })
    if (attempts === 1) break
    if (isLast) return conclude(call, result)
    if (attempt === attempts) {
      result.set('attempts', attempts - 1)
      result.set('failed', true)
      break
    }
    result.set('_ansible_retry', true)
    result.set('retries', attempts)
    run.services.onEvent({ kind: 'retry', ...resultFields(new TaskResult(run.job.host, call.fields, result.copy())) })
    await abortableSleep(delaySeconds * 1000, run.services.stopSignal)
  }
  return conclude(call, result)
}

/** Judges a result that was obtained in a batch: no retries, not asynchronous. */
export async function concludeBatched(run: JobRun, call: PreparedCall, answer: Dict | Error): Promise<Dict> {
  const outcome = answer instanceof Error ? resultOfError(answer) : undefined
  if (outcome !== undefined) return outcome
  const local = new LocalVars(call.context.vars, call.fields)
  return conclude(call, await settle(run.services, () => judge(run, call, answer as Dict, local, 1)))
}

function attemptsOf({ fields }: PreparedCall): number {
  if (fields.list('until').length === 0) return 1
  const retries = fields.get('retries')
  if (retries === null) return 3
  return Number(retries) <= 0 ? 1 : Number(retries) + 1
}

type Answer = { readonly kind: 'answer' | 'final'; readonly result: Dict }

async function callAction(run: JobRun, call: PreparedCall): Promise<Answer> {
  const seconds = call.fields.number('timeout')
  // An action may change its arguments; the next attempt starts from the task's own.
  const context = { ...call.context, args: call.context.args.copy() }
  try {
    if (seconds <= 0) return { kind: 'answer', result: await run.services.actions.run(context) }
    return await callWithin(seconds, run, context)
  } catch (error) {
    const result = resultOfError(error)
    if (result === undefined) throw error
    return { kind: 'final', result }
  }
}

/** Runs an action for so long at most. A template that loops for ever ends, too, whatever the action makes of its error. */
async function callWithin(seconds: number, run: JobRun, context: ActionContext): Promise<Answer> {
  const end = Date.now() + seconds * 1000
  const timer = AbortSignal.timeout(seconds * 1000)
  const signal = AbortSignal.any([context.signal, timer])
  try {
    const result = await run.services.actions.run({ ...context, signal, templar: context.templar.until(end) })
    if (Date.now() < end) return { kind: 'answer', result }
  } catch (error) {
    if ((!timer.aborted && Date.now() < end) || context.signal.aborted) throw error
  }
  return { kind: 'final', result: timeoutResult(context.actionName, seconds) }
}

function timeoutResult(action: string, seconds: number): Dict {
  const msg = `The ${action} action failed to execute in the expected time frame (${seconds}) and was terminated`
  return Dict.of({ failed: true, msg })
}

/** Results that end the task at once, whatever register, retries and conditions say. Other errors are thrown on. */
function resultOfError(error: unknown): Dict | undefined {
  if (error instanceof ActionExit) return error.result
  if (error instanceof UnreachableError) return Dict.of({ unreachable: true, msg: error.message })
  if (error instanceof Error) return undefined
  throw error
}

/** Completes one answer: no_log, register, async polling, failed and changed, facts, conditions. */
async function judge(run: JobRun, call: PreparedCall, answer: Dict, local: LocalVars, attempt: number): Promise<Dict> {
  const { fields, context } = call
  const keepsTemplates = isAction(context.actionName, 'withCleanFacts')
  const { register } = fields.task
  let result = answer
  const noLog = call.noLog || isTrue(answer, '_ansible_no_log')
  result = keepsTemplates ? result.copy() : (wrapUnsafe(result) as Dict)
  result.set('_ansible_no_log', noLog)
  if (register !== undefined && !isIdentifier(register)) {
    throw new MadansibleError(`Invalid variable name in 'register' specified: '${register}'`)
  }
  if (context.asyncSeconds > 0) {
    if (context.pollSeconds > 0 && !isTrue(result, 'skipped') && !isTrue(result, 'failed')) {
      result = wrapUnsafe(await pollAsyncResult(run, call, result)) as Dict
    }
    result.set('_ansible_no_log', call.noLog)
  }
  if (!isAction(context.actionName, 'debug')) local.addFacts(result, keepsTemplates, call)
  if (!result.has('failed')) result.set('failed', hasFailingStatus(result))
  if (fields.list('until').length > 0) result.set('attempts', attempt)
  if (!result.has('changed')) result.set('changed', false)
  local.register(result)
  if (!result.has('skipped')) applyConditions(result, call, local)
  local.register(result)
  return result
}

/** Modules that do not say whether they failed say it with their exit status. */
function hasFailingStatus(result: Dict): boolean {
  const status = result.get('rc')
  if (status === undefined || status === 0 || status === false) return false
  return !(typeof status === 'string' ? status === '0' : status instanceof UnsafeText && status.value === '0')
}

function applyConditions(result: Dict, { fields }: PreparedCall, local: LocalVars): void {
  const changedWhen = fields.list('changed_when')
  const failedWhen = fields.list('failed_when')
  let condition = 'changed'
  try {
    if (changedWhen.length > 0) {
      result.set('changed', allHold(changedWhen, local.templar()))
      local.register(result)
    }
    condition = 'failed'
    if (failedWhen.length > 0) {
      const failed = allHold(failedWhen, local.templar())
      result.set('failed_when_result', failed)
      result.set('failed', failed)
    }
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    result.set('failed', true)
    result.set(`${condition}_when_result`, new UnsafeText(errorText(error)))
  }
}

function untilHolds({ fields }: PreparedCall, local: LocalVars): boolean {
  return allHold(fields.list('until'), local.templar())
}

/** Adds what the strategy needs later: whom to notify, where the task was delegated to. */
function conclude({ fields, delegated }: PreparedCall, result: Dict): Dict {
  const notify = fields.get('notify')
  if (notify !== null) result.set('_ansible_notify', notify)
  if (delegated !== undefined) {
    const about = Dict.of({ ansible_delegated_host: delegated.name })
    for (const name of ['ansible_host', 'ansible_port', 'ansible_user', 'ansible_connection']) {
      const value: Value | undefined = delegated.vars.get(name)
      if (value !== undefined) about.set(name, value)
    }
    result.set('_ansible_delegated_vars', about)
  }
  return result
}

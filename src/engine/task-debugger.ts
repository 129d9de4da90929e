// Stops at results that the task debugger is asked for, and does a task again when the person at it wants that.
// Mirrors debug_closure (plugins/strategy/__init__.py) and TaskResult.needs_debugger (executor/task_result.py) of
// ansible-core 2.14.

import type { Task } from '../playbook/index.js'
import { str, truth } from '../python/index.js'
import type { Dict, Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import type { Batch } from './batch.js'
import { DebuggerQuit } from './errors.js'
import type { HostState } from './host-state.js'
import type { TaskResult } from './task-result.js'

/** The person's way to look at a result: opened once for each stop. */
export type TaskDebugger = (stop: {
  readonly task: Task
  readonly hostName: string
  readonly vars: TaskVars
  readonly fields: Dict
  readonly result: Dict
}) => Promise<{
  readonly decision: 'redo' | 'continue' | 'exit'
  /** Changed keywords of the task. */
  readonly task: ReadonlyMap<string, Value>
  readonly vars: ReadonlyMap<string, Value>
}>

/** A task to be done again, with these variables. */
export interface Redo {
  readonly task: Task
  readonly vars: TaskVars
}

/** What a result finds when it comes in. */
export type HostStates = ReadonlyMap<string, HostState>

/** Whether a result opens the debugger; ask before it is taken in. */
export function opensDebugger(batch: Batch, outcome: TaskResult): boolean {
  const { config } = batch.services
  const isForgiven = config.get('TASK_DEBUGGER_IGNORE_ERRORS') && outcome.fields.isTrue('ignore_errors')
  const hasFailed = outcome.isFailed && !isForgiven
  switch (outcome.fields.text('debugger')) {
    case 'always':
      return true
    case 'never':
      return false
    case 'on_failed':
      return hasFailed || (isOnEverywhere(batch) && outcome.isUnreachable)
    case 'on_unreachable':
      return outcome.isUnreachable || (isOnEverywhere(batch) && hasFailed)
    case 'on_skipped':
      return outcome.isSkipped || (isOnEverywhere(batch) && (hasFailed || outcome.isUnreachable))
    default:
      return isOnEverywhere(batch) && (hasFailed || outcome.isUnreachable)
  }
}

const isOnEverywhere = ({ services, play }: Batch): boolean =>
  services.config.get('ENABLE_TASK_DEBUGGER') || /^(ansible\.(builtin|legacy)\.)?debug$/.test(str(play.get('strategy')))

/**
 * Lets the person look at a result that was just taken in. Gives what is to be done again, or undefined when the result
 * stands. Throws DebuggerQuit when the run is to end.
 */
export async function debugResult(
  batch: Batch,
  outcome: TaskResult,
  vars: TaskVars,
  before: HostStates,
): Promise<Redo | undefined> {
  const { debug } = batch.services
  if (debug === undefined) return undefined
  const { host, fields, result } = outcome
  const task = settledTask(outcome)
  const answer = await debug({ task, hostName: host.name, vars, fields: fields.toDict(), result })
  if (answer.decision === 'exit') throw new DebuggerQuit()
  if (answer.decision === 'continue') return undefined
  for (const [name, value] of answer.task) setKeyword(task, name, value)
  takeBack(batch, outcome, before)
  return { task, vars: answer.vars.size === 0 ? vars : vars.with(answer.vars) }
}

/** The task of this host alone, with its keywords as they held for the result: what the person sees and changes. */
function settledTask({ task, fields }: TaskResult): Task {
  const copy = task.copy()
  for (const { name } of task.attributes()) if (name !== 'loop_control') setKeyword(copy, name, fields.get(name))
  return copy
}

function setKeyword(task: Task, name: string, value: Value): void {
  if (name === 'args') task.args = (value as Dict).copy()
  else if (name === 'vars') task.vars = value as Dict
  else task.setOwn(name, value)
}

/** As if the result had not come: what failed is whole again, and the counters go back. */
function takeBack(batch: Batch, outcome: TaskResult, before: HostStates): void {
  const { iterator, play, state } = batch
  const { host, task } = outcome
  state.failedHosts.clear()
  if (truth(task.get('run_once')) && outcome.isFailed && isLinear(str(play.get('strategy')))) {
    for (const [name, hostState] of before) {
      if (name === host.name) continue
      iterator.setState(name, hostState)
      const at = play.removedHosts.indexOf(name)
      play.removedHosts = play.removedHosts.filter((_, index) => index !== at)
    }
  }
  const own = before.get(host.name)
  if (own !== undefined) iterator.setState(host.name, own)
  const { stats } = state
  if (outcome.isFailed) stats.decrement('failures', host.name)
  if (outcome.isUnreachable) stats.decrement('unreachable', host.name)
  if (outcome.isChanged) stats.decrement('changed', host.name)
  if (outcome.isSkipped) stats.decrement('skipped', host.name)
  stats.decrement('ok', host.name)
}

const isLinear = (strategy: string): boolean => /^(ansible\.(builtin|legacy)\.)?linear$/.test(strategy)

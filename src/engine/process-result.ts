// Takes note of what a task did on a host: failures and rescues, counters, facts, notifications, new hosts and groups,
// registered results, and tells reports. Mirrors plugins/strategy/__init__.py _process_pending_results
// (ansible-core 2.14), in its order.

import { isHandler, TaskInclude } from '../playbook/index.js'
import { truth, wrapUnsafe } from '../python/index.js'
import { Dict, Mapping } from '../python/values.js'
import type { Batch } from './batch.js'
import { isAnyBlockRescuing } from './host-state.js'
import { applyInventoryChange } from './inventory-results.js'
import { notifyHandlers } from './notify-handlers.js'
import { register, resultParts, storeFacts } from './result-variables.js'
import { describeFields, resultFields } from './task-info.js'
import { isTrue, type TaskResult } from './task-result.js'

/** Throws what ends the run: a missing handler, an invalid register name. */
export function processResult(batch: Batch, outcome: TaskResult): void {
  const roleRan = recordOutcome(batch, outcome)
  register(batch.services.variables, outcome, hostsOfTask(batch, outcome))
  const { task, host } = outcome
  if (task.role !== undefined && roleRan) task.role.hadTaskRun.add(host.name)
  if (!isHandler(task)) return
  for (const handler of batch.play.handlers.flatMap(block => block.block)) {
    if (handler.uuid === task.uuid && isHandler(handler as typeof task)) (handler as typeof task).removeHost(host)
  }
}

/** True when the task counts as run for its role. */
function recordOutcome(batch: Batch, outcome: TaskResult): boolean {
  if (outcome.isFailed) {
    recordFailure(batch, outcome)
    return true
  }
  if (outcome.isUnreachable) {
    recordUnreachable(batch, outcome)
    return false
  }
  if (outcome.isSkipped) {
    batch.state.stats.increment('skipped', outcome.host.name)
    batch.emit({ kind: 'runnerSkipped', ...resultFields(outcome) })
    return false
  }
  recordSuccess(batch, outcome)
  return true
}

function recordFailure(batch: Batch, outcome: TaskResult): void {
  const { host, fields, result } = outcome
  const { stats } = batch.state
  const ignoreErrors = fields.isTrue('ignore_errors')
  if (ignoreErrors) {
    stats.increment('ok', host.name)
    stats.increment('ignored', host.name)
    if (isTrue(result, 'changed')) stats.increment('changed', host.name)
  } else failHost(batch, outcome)
  batch.emit({ kind: 'runnerFailed', ignoreErrors, ...resultFields(outcome) })
}

function failHost(batch: Batch, outcome: TaskResult): void {
  const { host, fields, result } = outcome
  const { iterator, state, play } = batch
  const stateWhenFailed = iterator.state(host.name)
  if (fields.isTrue('run_once')) {
    for (const other of batch.playHosts()) if (!state.unreachableHosts.has(other.name)) iterator.markFailed(other)
  } else iterator.markFailed(host)
  if (iterator.isFailed(host) && iterator.peek(host).state.runState === 'complete') state.failedHosts.add(host.name)
  if (!isAnyBlockRescuing(stateWhenFailed)) {
    state.stats.increment('failures', host.name)
    return
  }
  state.stats.increment('rescued', host.name)
  const at = play.removedHosts.indexOf(host.name)
  play.removedHosts = play.removedHosts.filter((_, index) => index !== at)
  batch.services.variables.setNonpersistentFacts(
    host.name,
    Dict.of({ ansible_failed_task: wrapUnsafe(serializedTask(outcome)), ansible_failed_result: result }),
  )
}

/** Task.serialize(): what `ansible_failed_task` holds. */
function serializedTask({ fields, task }: TaskResult): Dict {
  const serialized = fields.toDict()
  serialized.set('uuid', task.uuid)
  serialized.set('finalized', true)
  serialized.set('squashed', true)
  if (isHandler(task)) serialized.set('is_handler', true)
  return serialized
}

function recordUnreachable(batch: Batch, outcome: TaskResult): void {
  const { host, fields } = outcome
  const { state, play } = batch
  if (fields.isTrue('ignore_unreachable')) {
    state.stats.increment('ok', host.name)
    state.stats.increment('ignored', host.name)
  } else {
    state.unreachableHosts.add(host.name)
    play.removedHosts = [...play.removedHosts, host.name]
    state.stats.increment('unreachable', host.name)
  }
  batch.emit({ kind: 'runnerUnreachable', ...resultFields(outcome) })
}

function recordSuccess(batch: Batch, outcome: TaskResult): void {
  const { host, fields, result, task } = outcome
  // Items count on their own, and change the whole: an added host may turn it into changed or failed.
  for (const part of resultParts(outcome)) recordPart(batch, outcome, part)
  if (result.has('diff') && (batch.services.options.diff || fields.isTrue('diff'))) {
    batch.emit({ kind: 'diff', ...resultFields(outcome) })
  }
  if (!(task instanceof TaskInclude)) {
    batch.state.stats.increment('ok', host.name)
    if (isTrue(result, 'changed')) batch.state.stats.increment('changed', host.name)
  }
  batch.emit({ kind: 'runnerOk', ...resultFields(outcome) })
}

/** One result, or that of one loop item. */
function recordPart(batch: Batch, outcome: TaskResult, part: Dict): void {
  const notified = part.get('_ansible_notify')
  if (notified !== undefined && outcome.isChanged) {
    for (const name of Array.isArray(notified) ? notified : [notified]) notifyHandlers(batch, name, outcome.host)
  }
  applyInventoryChange(batch, outcome, part)
  storeFacts(batch.services.variables, outcome, part, hostsOfTask(batch, outcome))
  storeStats(batch, outcome, part)
}

/** run_once results count for every host of the batch. */
function hostsOfTask(batch: Batch, { fields, host }: TaskResult): readonly string[] {
  if (!fields.isTrue('run_once')) return [host.name]
  return batch.hosts.filter(name => !batch.state.unreachableHosts.has(name))
}

function storeStats(batch: Batch, outcome: TaskResult, part: Dict): void {
  const stats = part.get('ansible_stats')
  if (!(stats instanceof Mapping)) return
  const data = stats.get('data')
  if (!(data instanceof Mapping) || data.size === 0) return
  const isPerHost = truth(stats.get('per_host') ?? true)
  const aggregates = truth(stats.get('aggregate') ?? false)
  for (const host of isPerHost ? hostsOfTask(batch, outcome) : [undefined]) {
    for (const [name, value] of data.entries()) {
      if (aggregates) batch.state.stats.aggregateCustom(name, value, host)
      else batch.state.stats.setCustom(name, value, host)
    }
  }
}

/** Tells that an include could not be loaded: the task fails on each of its hosts. */
export function reportFailedInclude(batch: Batch, outcomes: readonly TaskResult[], reason: string): void {
  for (const { host, fields } of outcomes) {
    batch.state.stats.increment('failures', host.name)
    batch.emit({
      kind: 'runnerFailed',
      ignoreErrors: false,
      task: describeFields(fields),
      host: host.name,
      result: Dict.of({ reason }),
    })
  }
}

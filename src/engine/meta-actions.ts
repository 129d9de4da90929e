// `meta:` tasks: they steer the run itself. Mirrors _execute_meta of plugins/strategy/__init__.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import { isHandler, type Task } from '../playbook/index.js'
import { str } from '../python/index.js'
import { Dict, isText, textOf } from '../python/values.js'
import type { Batch } from './batch.js'
import { allHold } from './conditions.js'
import { chooseConnection } from './connection.js'
import { positionedError } from './errors.js'
import { resolvePlayContext } from './play-context.js'
import { TaskFields } from './task-fields.js'
import { describeTask, resultFields } from './task-info.js'
import { TaskResult } from './task-result.js'

/** Meta tasks that the linear strategy runs for each host, not once for all. */
export const PER_HOST_META: ReadonlySet<string> = new Set([
  'noop',
  'reset_connection',
  'end_host',
  'role_complete',
  'flush_handlers',
])

export function metaActionOf(task: Task): string {
  const raw = task.args.get('_raw_params')
  return raw !== undefined && isText(raw) ? textOf(raw) : str(raw ?? null)
}

interface MetaOutcome {
  readonly message: string
  /** Why it was skipped. */
  readonly skipReason?: string
}

/** Runs a meta task. `host` is the host it is met on; many work on all hosts of the play. */
export async function executeMeta(batch: Batch, task: Task, host: Host): Promise<TaskResult> {
  const action = metaActionOf(task)
  announce(batch, task, action)
  const { message, skipReason } = await perform(batch, task, host, action)
  const result = new Dict([['msg', message]])
  if (skipReason === undefined) result.set('changed', false)
  else {
    result.set('skipped', true)
    result.set('skip_reason', skipReason)
  }
  if (!task.implicit) batch.emit({ kind: 'verbose', level: 2, text: `META: ${skipReason ?? message}` })
  if (isHandler(task)) task.removeHost(host)
  const outcome = new TaskResult(host, new TaskFields(task), result)
  if (skipReason !== undefined) batch.emit({ kind: 'runnerSkipped', ...resultFields(outcome) })
  return outcome
}

const WITHOUT_CONDITION = new Set(['noop', 'refresh_inventory', 'reset_connection'])

function announce(batch: Batch, task: Task, action: string): void {
  if (task.implicit && action === 'noop') return
  if (isHandler(task)) batch.emit({ kind: 'handlerTaskStart', task: describeTask(task) })
  else batch.emit({ kind: 'taskStart', task: describeTask(task), isConditional: false })
  if (WITHOUT_CONDITION.has(action) && task.when.length > 0) {
    batch.emit({ kind: 'warning', text: `${action} task does not support when conditional` })
  }
}

async function perform(batch: Batch, task: Task, host: Host, action: string): Promise<MetaOutcome> {
  switch (action) {
    case 'noop':
      return { message: 'noop' }
    case 'refresh_inventory':
      await batch.services.inventory.refresh()
      batch.refreshHosts()
      // Ansible makes all hosts anew, and a handler does not know the new ones for those that it was notified for.
      for (const handler of batch.iterator.handlers) handler.notifiedHosts.clear()
      return { message: 'inventory successfully refreshed' }
    case 'role_complete':
      return completeRole(task, host)
    case 'reset_connection':
      return resetConnection(batch, task, host)
  }
  const conditional = CONDITIONAL[action]
  if (conditional === undefined) throw positionedError(`invalid meta action requested: ${action}`, task.position)
  const holds = allHold(task.when, batch.vars(task, host).templar(), task.position)
  if (holds) return { message: conditional.run(batch, host) }
  const reason = `${action} conditional evaluated to False${conditional.otherwise(host)}`
  return { message: conditional.skippedMessage?.(host) ?? action, skipReason: reason }
}

interface ConditionalMeta {
  /** Does it and says what was done. */
  readonly run: (batch: Batch, host: Host) => string
  readonly otherwise: (host: Host) => string
  readonly skippedMessage?: (host: Host) => string
}

const CONDITIONAL: Readonly<Record<string, ConditionalMeta>> = {
  flush_handlers: {
    run: (batch, host) => {
      const state = batch.iterator.state(host.name)
      if (state.runState === 'handlers') {
        throw positionedError('flush_handlers cannot be used as a handler', undefined)
      }
      if (!batch.state.unreachableHosts.has(host.name)) {
        state.preFlushingRunState = state.runState
        state.runState = 'handlers'
      }
      return `triggered running handlers for ${host.name}`
    },
    otherwise: host => `, not running handlers for ${host.name}`,
  },
  clear_facts: {
    run: batch => {
      for (const host of batch.playHosts()) batch.services.variables.clearFacts(host.name)
      return 'facts cleared'
    },
    otherwise: host => `, not clearing facts and fact cache for ${host.name}`,
  },
  clear_host_errors: {
    run: batch => {
      for (const host of batch.playHosts()) {
        batch.state.failedHosts.delete(host.name)
        batch.state.unreachableHosts.delete(host.name)
        batch.iterator.clearHostErrors(host)
      }
      return 'cleared host errors'
    },
    otherwise: host => `, not clearing host error state for ${host.name}`,
  },
  end_batch: {
    run: batch => {
      endReachableHosts(batch)
      return 'ending batch'
    },
    otherwise: () => ', continuing current batch',
  },
  end_play: {
    run: batch => {
      if (endReachableHosts(batch)) batch.iterator.endPlay = true
      return 'ending play'
    },
    otherwise: () => ', continuing play',
  },
  end_host: {
    run: (batch, host) => {
      batch.iterator.setRunState(host.name, 'complete')
      batch.play.removedHosts = [...batch.play.removedHosts, host.name]
      return `ending play for ${host.name}`
    },
    otherwise: host => `, continuing execution for ${host.name}`,
    skippedMessage: host => `end_host conditional evaluated to false, continuing execution for ${host.name}`,
  },
}

/** True when there was any. */
function endReachableHosts(batch: Batch): boolean {
  const reachable = batch.playHosts().filter(host => !batch.state.unreachableHosts.has(host.name))
  for (const host of reachable) batch.iterator.setRunState(host.name, 'complete')
  return reachable.length > 0
}

function completeRole(task: Task, host: Host): MetaOutcome {
  if (!task.implicit || task.role === undefined || !task.role.hadTaskRun.has(host.name)) {
    return { message: 'role_complete' }
  }
  task.role.completed.add(host.name)
  return { message: `role_complete for ${host.name}` }
}

async function resetConnection(batch: Batch, task: Task, host: Host): Promise<MetaOutcome> {
  const { services } = batch
  const vars = batch.vars(task, host)
  const templar = vars.templar()
  const playContext = resolvePlayContext({ task, host, vars, templar, delegatedVars: undefined, services })
  if (playContext.error !== undefined) throw playContext.error
  const fields = new TaskFields(task)
  const { connection } = chooseConnection({ fields, host, vars, templar, playContext, services, ownVars: vars })
  await services.actions.resetConnection(connection)
  return { message: 'reset connection' }
}

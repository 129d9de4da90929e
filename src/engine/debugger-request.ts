// Says when a playbook asks for Ansible's interactive task debugger, which this program does not have.
// Mirrors TaskResult.needs_debugger of executor/task_result.py (ansible-core 2.14).

import type { Batch } from './batch.js'
import type { TaskResult } from './task-result.js'

const told = new WeakSet<object>()

/** Warns once per run, with the way out; the run goes on as if the user had typed `continue`. */
export function noteDebuggerRequest(batch: Batch, outcome: TaskResult): void {
  if (!asksForDebugger(batch, outcome) || told.has(batch.state)) return
  told.add(batch.state)
  const where = outcome.task.getPath()
  batch.emit({
    kind: 'warning',
    text:
      `The task debugger was asked for${where === '' ? '' : ` at ${where}`}, but there is none here: the run goes on. ` +
      'Look at the result with -v, or run the playbook with ansible-playbook to debug it.',
  })
}

function asksForDebugger({ services }: Batch, outcome: TaskResult): boolean {
  const { config } = services
  const isForgiven = config.get('TASK_DEBUGGER_IGNORE_ERRORS') && outcome.fields.isTrue('ignore_errors')
  const hasFailed = outcome.isFailed && !isForgiven
  switch (outcome.fields.text('debugger')) {
    case 'always':
      return true
    case 'never':
      return false
    case 'on_failed':
      return hasFailed
    case 'on_unreachable':
      return outcome.isUnreachable
    case 'on_skipped':
      return outcome.isSkipped
    default:
      return config.get('ENABLE_TASK_DEBUGGER') && (hasFailed || outcome.isUnreachable)
  }
}

// The outcome of one task on one host, and what it counts as. Mirrors executor/task_result.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import { isAction } from '../playbook/index.js'
import { truth } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { callbackResult } from './clean-result.js'
import type { WaitEvidence } from './events.js'
import type { TaskFields } from './task-fields.js'

/** What reports tell about a run that may have been started before its turn. */
export interface EarlyRunInfo {
  readonly component: string
  readonly isEarly: boolean
  readonly waitsFor: readonly WaitEvidence[]
}

export class TaskResult {
  /** Milliseconds since the epoch. */
  startedAt: number | undefined
  endedAt: number | undefined
  /** Variables the task ran with, for conditions that are evaluated once inventory changes are made. */
  vars: TaskVars | undefined
  /** How it came about, when tasks are run before their turn. */
  early: EarlyRunInfo | undefined
  constructor(
    readonly host: Host,
    readonly fields: TaskFields,
    readonly result: Dict,
  ) {}

  get task() {
    return this.fields.task
  }
  get isChanged(): boolean {
    return this.#holds('changed')
  }
  get isSkipped(): boolean {
    const items = this.result.get('results')
    // Loops count as skipped when every item was; results of other kinds may hold a list of anything.
    if (
      Array.isArray(items) &&
      items.length > 0 &&
      items.every(item => item instanceof Dict && isTrue(item, 'skipped'))
    ) {
      return true
    }
    return isTrue(this.result, 'skipped')
  }
  get isFailed(): boolean {
    const items = this.result.get('results')
    const hasCondition =
      this.result.has('failed_when_result') ||
      (Array.isArray(items) && items.some(item => item instanceof Dict && item.has('failed_when_result')))
    return this.#holds(hasCondition ? 'failed_when_result' : 'failed')
  }
  get isUnreachable(): boolean {
    return this.#holds('unreachable')
  }
  /** The play is over for the host, unless a rescue section takes over. */
  get endsHost(): boolean {
    if (this.isFailed) return !this.fields.isTrue('ignore_errors')
    return this.isUnreachable && !this.fields.isTrue('ignore_unreachable')
  }
  /** What callbacks get: no internal keys, censored for no_log. */
  callbackResult(): Dict {
    return callbackResult(this.result, {
      isDebug: isAction(this.fields.action, 'debug'),
      noLog: this.fields.get('no_log') === true || isTrue(this.result, '_ansible_no_log'),
    })
  }

  /** A key of the result, or else of any of its items. */
  #holds(key: string): boolean {
    if (this.result.has(key)) return isTrue(this.result, key)
    const items = this.result.get('results')
    return Array.isArray(items) && items.some(item => item instanceof Dict && isTrue(item, key))
  }
}

/** Whether a key is there and true in Python's sense. */
export function isTrue(dict: Dict, key: string): boolean {
  const value: Value | undefined = dict.get(key)
  return value !== undefined && truth(value)
}

// One task to be run on one host, and what its run shares between loop items.

import type { Host } from '../inventory/index.js'
import type { Play, Task } from '../playbook/index.js'
import type { Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import type { EngineServices } from './services.js'

export interface TaskJob {
  readonly host: Host
  readonly task: Task
  readonly play: Play
  /** Variables of the host for this task, as they were when the task was issued. */
  readonly vars: TaskVars
  /** What it gives if its condition holds, whether it does or not. */
  readonly isAssumed?: boolean
}

/** State of a run: errors kept back until it is known whether the task is skipped, and no_log so far. */
export class JobRun {
  /** no_log as last known: decides whether an unexpected error may be shown. */
  noLog: Value = false
  /** The loop could not be evaluated: an error only if the task is not skipped. */
  loopError: Error | undefined
  constructor(
    public job: TaskJob,
    readonly services: EngineServices,
  ) {}

  /** The same run with other variables. */
  withVars(vars: TaskVars): this {
    this.job = { ...this.job, vars }
    return this
  }
}

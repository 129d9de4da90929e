// What is kept of a run: the model behind the HTML report, the JUnit file, learned durations and comparisons. Plain JSON,
// so that it can be written, read again and shown in a browser. Times are milliseconds since the run's start.

/** How a task run ended. `ignored` failures are `failed` with `ignored` set. */
export type RunStatus =
  | 'ok'
  | 'changed'
  | 'skipped'
  | 'failed'
  | 'unreachable'
  /** It had not ended when the run did. */
  | 'running'
  /** It was run before its turn, which then never came. */
  | 'untold'

export interface RunModel {
  readonly schema: 1
  readonly product: string
  readonly version: string
  /** Playbook files as given. */
  readonly playbooks: readonly string[]
  /** `linear`, `aeolus`, `inferred` … */
  readonly order: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly elapsedMs: number
  readonly exitCode: number | undefined
  readonly hosts: readonly string[]
  readonly plays: readonly PlayModel[]
  readonly components: readonly string[]
  readonly tasks: readonly TaskModel[]
  readonly runs: readonly TaskRunModel[]
  /** Indexes of `runs`, first to last: what the end of the run waited for. */
  readonly criticalPath: readonly number[]
  /** Warnings, errors and other messages in the order in which they came. */
  readonly messages: readonly MessageModel[]
  readonly recap: Readonly<Record<string, RecapModel>>
  readonly resources: ResourcesModel | undefined
}

export interface PlayModel {
  readonly name: string
  readonly playbook: number
  readonly start: number
}

export interface TaskModel {
  readonly name: string
  /** The name as written, with its templates: the same in every run. */
  readonly rawName: string
  readonly action: string
  readonly path: string | undefined
  readonly role: string | undefined
  readonly play: number
  readonly isHandler: boolean
  readonly isInclude: boolean
}

export interface TaskRunModel {
  readonly task: number
  readonly host: number
  readonly component: number
  readonly start: number
  readonly end: number
  readonly status: RunStatus
  readonly ignored?: true
  /** Ran before tasks that precede it in Ansible's order had ended. */
  readonly early?: true
  /** Host the task was delegated to. */
  readonly delegateTo?: string
  /** Loop items, retries. */
  readonly items?: number
  readonly attempts?: number
  /** The shown result as JSON, cut when very long. */
  readonly result?: string
  readonly diff?: string
  readonly waits?: readonly WaitModel[]
}

export interface WaitModel {
  /** Index of the earlier run. */
  readonly run: number
  readonly kind: string
  readonly because: string
}

export interface MessageModel {
  readonly at: number
  readonly kind: 'warning' | 'deprecation' | 'error'
  readonly text: string
}

export interface RecapModel {
  readonly ok: number
  readonly changed: number
  readonly unreachable: number
  readonly failures: number
  readonly skipped: number
  readonly rescued: number
  readonly ignored: number
}

export interface ResourcesModel {
  readonly cpuUserSeconds: number
  readonly cpuSystemSeconds: number
  readonly peakMemoryBytes: number
  readonly activeMs: number
  readonly waitingMs: number
  readonly templatingMs: number
}

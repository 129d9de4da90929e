// What happens during a run, told to whoever reports it. One event for each callback of ansible-core 2.14
// (plugins/callback/__init__.py), in the same order and with the same data: results are clean copies, already
// censored where no_log asks for it. Nothing here reaches back into the engine.

import type { Dict, Value } from '../python/values.js'

/** A task as reports see it; after a result, the templated values of that result. */
export interface TaskInfo {
  readonly uuid: string
  /** The task's own name, templated where possible; empty when it has none. */
  readonly name: string
  /** "role : name", or the action when the task has no name (Task.get_name). */
  readonly displayName: string
  /** The same as written, never templated: equal in every run and on every host. */
  readonly rawName: string
  /** As written in the playbook. */
  readonly action: string
  readonly resolvedAction: string | undefined
  readonly args: Dict
  /** `file:line`, undefined for implicit tasks. */
  readonly path: string | undefined
  readonly role: string | undefined
  readonly tags: readonly string[]
  readonly isHandler: boolean
  /** include_tasks, include_role: their results print no "ok" line. */
  readonly isInclude: boolean
  /** Made by the engine itself (flush_handlers between sections, role_complete); reports normally ignore these. */
  readonly isImplicit: boolean
  /** The loop as written, undefined when the task has none. */
  readonly loop: Value | undefined
  readonly noLog: boolean
  readonly checkMode: boolean
  readonly diff: boolean
  readonly ignoreErrors: boolean
  readonly ignoreUnreachable: boolean
  readonly delegateTo: string | undefined
  readonly register: string | undefined
}

export interface PlayInfo {
  readonly uuid: string
  /** Play.get_name(): the name, or the host pattern. */
  readonly name: string
  readonly hosts: readonly string[]
  readonly strategy: string
  readonly checkMode: boolean
  readonly tags: readonly string[]
  readonly path: string | undefined
}

/** Why a task run could not begin earlier: what it waited for, and the rule that says so. */
export interface WaitEvidence {
  /** The earlier task run. */
  readonly host: string
  readonly task: string
  /** What stands between the two: RAW, WAR, WAW, guard, variable, handler, order … */
  readonly kind: string
  readonly because: string
}

/** What a run cost the controller; seconds of its processors, bytes of memory, milliseconds otherwise. */
export interface RunResources {
  readonly cpuUserSeconds: number
  readonly cpuSystemSeconds: number
  readonly peakMemoryBytes: number
  /** This program computed (templates, conditions, results, encryption). */
  readonly activeMs: number
  /** It had nothing to compute and waited: for hosts, for the user. */
  readonly waitingMs: number
  /** Of the computing time: templates and conditions. */
  readonly templatingMs: number
}

/** Counters of one host as the recap shows them. */
export interface HostSummary {
  readonly ok: number
  readonly changed: number
  readonly unreachable: number
  readonly failures: number
  readonly skipped: number
  readonly rescued: number
  readonly ignored: number
}

export interface RunStats {
  /** Hosts that had any result, in order of first result. */
  readonly hosts: ReadonlyMap<string, HostSummary>
  /** set_stats: per host name, `_run` for the whole run. */
  readonly custom: ReadonlyMap<string, Dict>
}

interface ResultFields {
  readonly task: TaskInfo
  readonly host: string
  readonly result: Dict
  /** Milliseconds since the epoch; the true ones, also when the result is told later. */
  readonly startedAt?: number
  readonly endedAt?: number
  /** The part of the assembly the run belongs to; without it the role, or the play's own tasks. */
  readonly component?: string | undefined
  /** It began before tasks that precede it in Ansible's order had ended. */
  readonly isEarly?: boolean | undefined
  /** What it had to wait for; undefined when only Ansible's order decided. */
  readonly waitsFor?: readonly WaitEvidence[] | undefined
}

export type EngineEvent =
  | { readonly kind: 'playbookStart'; readonly file: string; readonly plays: number }
  | { readonly kind: 'playStart'; readonly play: PlayInfo }
  /** Once the play's tasks are known; includes add more. */
  | { readonly kind: 'playSize'; readonly tasks: number; readonly hosts: number }
  | { readonly kind: 'noHostsMatched' }
  | { readonly kind: 'noHostsRemaining' }
  | { readonly kind: 'taskStart'; readonly task: TaskInfo; readonly isConditional: boolean }
  | { readonly kind: 'cleanupTaskStart'; readonly task: TaskInfo }
  | { readonly kind: 'handlerTaskStart'; readonly task: TaskInfo }
  /** A task run that is planned or under way before its turn; its result is told when its turn has come. */
  | {
      readonly kind: 'early'
      readonly state: 'planned' | 'started' | 'ended' | 'dropped'
      readonly task: TaskInfo
      readonly host: string
      readonly component: string
      /** What it still waits for, for a planned one. */
      readonly waitsFor?: readonly WaitEvidence[]
    }
  | { readonly kind: 'runnerStart'; readonly task: TaskInfo; readonly host: string }
  | ({ readonly kind: 'runnerOk' } & ResultFields)
  | ({ readonly kind: 'runnerFailed'; readonly ignoreErrors: boolean } & ResultFields)
  | ({ readonly kind: 'runnerSkipped' } & ResultFields)
  | ({ readonly kind: 'runnerUnreachable' } & ResultFields)
  | ({ readonly kind: 'itemOk' } & ResultFields)
  | ({ readonly kind: 'itemFailed' } & ResultFields)
  | ({ readonly kind: 'itemSkipped' } & ResultFields)
  | ({ readonly kind: 'retry' } & ResultFields)
  | ({ readonly kind: 'asyncPoll' } & ResultFields)
  | ({ readonly kind: 'asyncOk' } & ResultFields)
  | ({ readonly kind: 'asyncFailed' } & ResultFields)
  | ({ readonly kind: 'diff' } & ResultFields)
  /** `vars` holds the loop item of the include (loop_var, _ansible_item_label …). */
  | {
      readonly kind: 'include'
      readonly task: TaskInfo
      readonly file: string
      readonly hosts: readonly string[]
      readonly vars: Dict
    }
  | { readonly kind: 'notify'; readonly handler: TaskInfo; readonly host: string }
  | {
      readonly kind: 'varsPrompt'
      readonly name: string
      readonly prompt: string
      readonly private: boolean
      readonly encrypt: string | undefined
      readonly confirm: boolean
      readonly default: Value | undefined
    }
  | { readonly kind: 'stats'; readonly stats: RunStats }
  /** The last event: nothing more happens on any host. */
  | { readonly kind: 'runEnd'; readonly exitCode: number; readonly resources: RunResources; readonly error?: string }
  | { readonly kind: 'warning'; readonly text: string }
  | {
      readonly kind: 'deprecation'
      readonly text: string
      readonly version?: string | undefined
      readonly date?: string | undefined
      readonly collection?: string | undefined
      readonly removed?: boolean
    }
  /** display.error(): shown on stderr. */
  | { readonly kind: 'error'; readonly text: string; readonly wrap: boolean }
  /** A person is asked something on the terminal: nothing may be drawn over it until they have answered. */
  | { readonly kind: 'question'; readonly isOpen: boolean }
  /** display.display() and display.banner(): a line for the screen as it is. */
  | {
      readonly kind: 'display'
      readonly text: string
      readonly banner?: boolean
      readonly stderr?: boolean
      /** One of Ansible's colour names. */
      readonly color?: string
    }
  /** display.v() … display.vvvvvv(): shown when -v was given at least `level` times. */
  | { readonly kind: 'verbose'; readonly level: number; readonly text: string; readonly host?: string | undefined }

export type EngineEventKind = EngineEvent['kind']
export type EventSink = (event: EngineEvent) => void

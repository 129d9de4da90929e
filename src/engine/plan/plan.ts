// What would run and what would wait for what, found out without running anything on a host.

import type { Footprint } from '../../inference/index.js'
import type { Task } from '../../playbook/index.js'

/** One task on one host. */
export interface PlannedRun {
  readonly kind: 'run'
  /** Place in Ansible's order, from 1. */
  readonly number: number
  readonly task: Task
  /** Name of the task as written, or its action. */
  readonly name: string
  readonly host: string
  readonly play: string
  /** The role it belongs to; undefined for a play's own tasks. */
  readonly role: string | undefined
  /** `may run`: its condition, or whether it is notified, is known only while the playbook runs. */
  readonly status: 'runs' | 'may run' | 'skipped'
  readonly isHandler: boolean
  readonly footprint: Footprint
  /** Why it stands in the way of more than it touches, or stands for more than one task. */
  readonly note: string | undefined
  readonly waits: PlanWait[]
}

/** Runs that are waited for together. */
export interface PlannedGroup {
  readonly kind: 'group'
  readonly members: readonly PlanNode[]
}

export type PlanNode = PlannedRun | PlannedGroup

/** Why a run waits. */
export interface PlanWait {
  readonly earlier: PlanNode
  /** RAW, WAR, WAW, guard, variable, handler, order. */
  readonly rule: string
  readonly because: string
}

export interface Plan {
  readonly runs: readonly PlannedRun[]
  /** What the plan cannot tell, one sentence each. */
  readonly notes: readonly string[]
}

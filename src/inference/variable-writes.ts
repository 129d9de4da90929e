// Names of variables that a task may write, told from the task as written.

import type { Task } from '../playbook/index.js'

export interface VariableWrites {
  /** Names, for the hosts of the task. */
  readonly names: ReadonlySet<string>
  /** Names that begin with one of these. */
  readonly prefixes: readonly string[]
  /** Any name: a file or a name that is not known yet. */
  readonly any: boolean
  /** Written for every host of the play: run_once, add_host. */
  readonly allHosts: boolean
  /** Facts go to the delegated host. */
  readonly delegatedFacts: boolean
  /** Hosts or groups change: add_host, group_by, meta refresh_inventory. */
  readonly inventory: boolean
  /** Facts or gathered variables are dropped: meta clear_facts. */
  readonly clears: boolean
}

export function variableWritesOf(_task: Task): VariableWrites {
  return {
    names: new Set(),
    prefixes: [],
    any: true,
    allHosts: true,
    delegatedFacts: true,
    inventory: true,
    clears: true,
  }
}

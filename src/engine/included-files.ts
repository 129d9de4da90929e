// Groups the results of include_tasks and include_role by what they include, so that a file is loaded once for all
// hosts that include it with the same variables. Mirrors playbook/included_file.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import {
  findIncludedFile,
  type IncludeRole,
  isAction,
  type TaskInclude,
  templateIncludedRole,
} from '../playbook/index.js'
import { equals, str, truth } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import type { Batch } from './batch.js'
import { isTrue, type TaskResult } from './task-result.js'

export class IncludedFile {
  readonly hosts: Host[] = []
  readonly results: TaskResult[] = []
  readonly #hostNames = new Set<string>()
  constructor(
    /** Path of the task file, or name of the role. */
    readonly filename: Value,
    readonly args: Dict,
    /** Loop variables of the include. */
    readonly vars: Dict,
    readonly task: TaskInclude,
    readonly isRole: boolean,
  ) {}

  /** False when the host is there already: it includes the same file once more. */
  addHost(outcome: TaskResult): boolean {
    const { host } = outcome
    if (this.#hostNames.has(host.name)) return false
    this.#hostNames.add(host.name)
    this.hosts.push(host)
    this.results.push(outcome)
    return true
  }
  includesHost(name: string): boolean {
    return this.#hostNames.has(name)
  }
  isLike(other: IncludedFile): boolean {
    return (
      this.task.uuid === other.task.uuid &&
      this.task.parent?.uuid === other.task.parent?.uuid &&
      equals(this.filename, other.filename) &&
      equals(this.args, other.args) &&
      equals(this.vars, other.vars)
    )
  }
}

/** Everything that a round of results wants to include, in the order in which it was asked for. */
export function collectIncludes(batch: Batch, outcomes: readonly TaskResult[]): IncludedFile[] {
  const included: IncludedFile[] = []
  for (const outcome of outcomes) {
    const { task } = outcome
    if (!isAction(task.action, 'allIncludes')) continue
    if (isAction(task.action, 'include')) {
      batch.emit({
        kind: 'deprecation',
        text: '"include" is deprecated, use include_tasks/import_tasks/import_playbook instead',
        version: '2.16',
      })
    }
    for (const result of includeResults(outcome)) {
      if (isTrue(result, 'skipped') || isTrue(result, 'failed')) continue
      join(included, includedFile(batch, outcome, result), outcome)
    }
  }
  return included
}

function includeResults(outcome: TaskResult): Dict[] {
  if (!truth(outcome.fields.get('loop'))) return [outcome.result]
  const items = outcome.result.get('results')
  return Array.isArray(items) ? items.filter(item => item instanceof Dict) : []
}

/** Adds the host to the first equal include it is not part of, or else a new include. */
function join(included: IncludedFile[], file: IncludedFile, outcome: TaskResult): void {
  for (const known of included) if (known.isLike(file) && known.addHost(outcome)) return
  included.push(file)
  file.addHost(outcome)
}

function includedFile(batch: Batch, outcome: TaskResult, result: Dict): IncludedFile {
  const { task, host } = outcome
  const args = includeArgs(result)
  const vars = specialVars(outcome, result, args)
  const templar = batch.services.variables.getVars({ play: batch.play, host, task }).with(vars).templar()
  if (isAction(task.action, 'allIncludeTasks')) {
    const target = result.get('include') ?? null
    return new IncludedFile(
      findIncludedFile(task as TaskInclude, target, templar),
      args,
      vars,
      task as TaskInclude,
      false,
    )
  }
  const role = templateIncludedRole(task as IncludeRole, args, templar)
  return new IncludedFile(role.roleName ?? null, args, vars, role, true)
}

function includeArgs(result: Dict): Dict {
  const args = result.get('include_args')
  return args instanceof Dict ? args.copy() : new Dict()
}

function specialVars({ fields }: TaskResult, result: Dict, args: Dict): Dict {
  const vars = new Dict()
  const loopVar = nameOf(result.get('ansible_loop_var') ?? 'item')
  const indexVar = result.get('ansible_index_var')
  const names = [loopVar, '_ansible_item_label', 'ansible_loop']
  if (indexVar !== undefined) names.splice(1, 0, nameOf(indexVar))
  for (const name of names) {
    const value = result.get(name)
    if (value !== undefined) vars.set(name, value)
  }
  const noLog = fields.get('no_log')
  if (truth(noLog) && !args.has('_ansible_no_log')) vars.set('_ansible_no_log', noLog)
  return vars
}

function nameOf(value: Value): string {
  return isText(value) ? textOf(value) : str(value)
}

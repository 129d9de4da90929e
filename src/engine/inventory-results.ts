// Adds the hosts and groups that add_host and group_by ask for, and settles `changed` once it is known whether the
// inventory did change. Mirrors the add_host part of plugins/strategy/__init__.py (ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import type { DynamicHost, Inventory } from '../inventory/index.js'
import { truth, wrapUnsafe } from '../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import type { Batch } from './batch.js'
import { allHold } from './conditions.js'
import { resultParts } from './result-variables.js'
import { resultFields } from './task-info.js'
import { isTrue, TaskResult } from './task-result.js'

/** Does nothing for results of other actions. Changes `part` and, for loops, the whole result. */
export function applyInventoryChange(batch: Batch, outcome: TaskResult, part: Dict): void {
  const host = part.get('add_host')
  const group = part.get('add_group')
  if (host === undefined && group === undefined) return
  if (host !== undefined) addHost(batch, host, part)
  else addGroup(batch, outcome, part, group as Value)
  settleConditions(outcome, part)
  if (!truth(outcome.fields.get('loop')) && !outcome.task.loopWith) return
  batch.emit({ kind: 'itemOk', ...resultFields(new TaskResult(outcome.host, outcome.fields, part)) })
  if (isTrue(part, 'changed')) outcome.result.set('changed', true)
  if (isTrue(part, 'failed')) outcome.result.set('failed', true)
}

/**
 * The inventory as it will be once the results of a round are taken in: one copy for all of them when that is another one.
 * Undefined when they add hosts, since who takes part in what is to come is then not told by names that are known.
 */
export function changedInventory(
  inventory: Inventory,
  batch: Batch,
  outcomes: readonly TaskResult[],
): Inventory | undefined {
  let copy: Inventory | undefined
  let isChanged = false
  for (const outcome of outcomes)
    for (const part of resultParts(outcome)) {
      const host = part.get('add_host')
      const group = part.get('add_group')
      if (host instanceof Mapping) {
        const added = dynamicHost(host)
        if (!inventory.hosts.has(added.hostName) || !batch.hostsAll.includes(added.hostName)) return undefined
        copy ??= inventory.fork()
        isChanged = copy.addDynamicHost(added) || isChanged
      } else if (group !== undefined) {
        copy ??= inventory.fork()
        const parents = textList(part.get('parent_groups'))
        isChanged = copy.addDynamicGroup(outcome.host, plainText(group), parents) || isChanged
      }
    }
  return copy !== undefined && isChanged ? copy : inventory
}

function addHost(batch: Batch, info: Value, part: Dict): void {
  if (!(info instanceof Mapping)) return
  const added = dynamicHost(info)
  const { hostName } = added
  const changed = batch.services.inventory.addDynamicHost(added)
  part.set('changed', changed)
  // Plays to come may use it; the batch that runs just now does not grow.
  if (changed && !batch.hostsAll.includes(hostName)) batch.hostsAll = [...batch.hostsAll, hostName]
}

function dynamicHost(info: Mapping): DynamicHost {
  const vars = info.get('host_vars')
  return {
    hostName: plainText(info.get('host_name') ?? ''),
    groups: textList(info.get('groups')),
    vars: vars instanceof Dict ? vars : new Dict(),
  }
}

function addGroup(batch: Batch, outcome: TaskResult, part: Dict, group: Value): void {
  const { inventory } = batch.services
  const { host } = outcome
  if (!inventory.hosts.has(host.name) && !host.implicit) {
    throw new MadansibleError(`${host.name} cannot be matched in inventory`)
  }
  part.set('changed', inventory.addDynamicGroup(host, plainText(group), textList(part.get('parent_groups'))))
}

/** post_process_whens: changed_when and failed_when have the last word, after the inventory has. */
function settleConditions(outcome: TaskResult, part: Dict): void {
  const { fields, task, vars } = outcome
  const changedWhen = fields.list('changed_when')
  const failedWhen = fields.list('failed_when')
  if (vars === undefined || (changedWhen.length === 0 && failedWhen.length === 0)) return
  const seen = itemVars(part, outcome)
  if (task.register !== undefined) seen.set(task.register, wrapUnsafe(part))
  const templar = vars.with(seen).templar()
  if (changedWhen.length > 0) part.set('changed', allHold(changedWhen, templar))
  if (failedWhen.length > 0) {
    const failed = allHold(failedWhen, templar)
    part.set('failed_when_result', failed)
    part.set('failed', failed)
  }
}

/** Loop variables of one item's result. */
function itemVars(part: Dict, { fields, task }: TaskResult): Map<string, Value> {
  const vars = new Map<string, Value>()
  if (!truth(fields.get('loop')) && !task.loopWith) return vars
  const indexVar = part.get('ansible_index_var')
  const names = [plainText(part.get('ansible_loop_var') ?? 'item'), '_ansible_item_label', 'ansible_loop']
  if (indexVar !== undefined) names.push(plainText(indexVar))
  for (const name of names) {
    const value = part.get(name)
    if (value !== undefined) vars.set(name, value)
  }
  return vars
}

function plainText(value: Value): string {
  return isText(value) ? textOf(value) : String(value)
}

function textList(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(plainText) : []
}

// Says which loops may go to the host as one batch, and watches that no item needs the result of an earlier one.

import type { Task } from '../playbook/index.js'
import { isAction } from '../playbook/index.js'
import { str, truth } from '../python/index.js'
import { isText, Mapping, textOf, type Value } from '../python/values.js'
import type { EngineServices } from './services.js'
import { rawField } from './task-fields.js'
import { mayHoldTemplate } from './template-text.js'

/** Items sent at once: enough to hide the way to the host, few enough for their results to show up as they come. */
export const BATCH_SIZE = 64

/** Keywords that make an item wait for something, or change where it runs. */
const SEQUENTIAL = ['until', 'async_val', 'timeout']
/** Calls whose result may be another one after an earlier item has run. */
const VOLATILE = /\b(lookup|query|q|now)\s*\(|\brandom\b|\bvars\s*\[/
/** Modules that find out facts; later items would see them. */
const FACTS = /(^|\.)(setup|gather_facts|hostname|[a-z0-9_]+_facts)$/

/** Whether no item of the task's loop can see what an earlier item did, except through its registered result. */
export function mayBatch(task: Task, services: EngineServices): boolean {
  if (services.actions.runBatch === undefined || mayHoldTemplate(task.action)) return false
  const collections = rawField(task, 'collections')
  const names = Array.isArray(collections) ? collections.map(str) : []
  if (services.actions.describe(task.action, names).batchable !== true) return false
  if (SEQUENTIAL.some(keyword => truth(rawField(task, keyword)))) return false
  if (mayHoldTemplate(rawField(task, 'delegate_to'))) return false
  if (FACTS.test(task.resolvedAction ?? task.action) || isAction(task.action, 'withCleanFacts')) return false
  const texts = [task.args, task.getVars(), rawField(task, 'when'), rawField(task, 'environment')]
  return !texts.some(holdsVolatileText)
}

function holdsVolatileText(value: Value): boolean {
  if (isText(value)) return VOLATILE.test(textOf(value))
  if (Array.isArray(value)) return value.some(holdsVolatileText)
  if (!(value instanceof Mapping)) return false
  for (const item of value.values()) if (holdsVolatileText(item)) return true
  return false
}

/** An empty layer of variables that notes whether one name was asked for. */
export class ReadWatch extends Map<string, Value> {
  wasRead = false
  constructor(private readonly watched: string | undefined) {
    super()
  }
  override get(name: string): Value | undefined {
    if (name === this.watched) this.wasRead = true
    return undefined
  }
  override has(name: string): boolean {
    this.get(name)
    return false
  }
}

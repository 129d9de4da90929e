// The items of a task's loop: `loop:` or the lookup of `with_<lookup>:`.
// Mirrors TaskExecutor._get_loop_items of executor/task_executor.py and utils/listify.py (ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import type { Templar } from '../jinja/index.js'
import type { Task } from '../playbook/index.js'
import { iterate, NO_KWARGS, str } from '../python/index.js'
import { Dict, isText, PySet, Tuple, textOf, type Value } from '../python/values.js'

/** Items of the loop, undefined when the task has none. Throws UndefinedVariableError and MadansibleErrors. */
export function loopItems(task: Task, templar: Templar): Value[] | undefined {
  if (task.loopWith !== undefined) return lookupItems(task, task.loopWith, templar)
  if (task.loop === undefined || task.loop === null) return undefined
  const items = templar.template(task.loop)
  if (Array.isArray(items)) return items
  throw new MadansibleError(
    `Invalid data passed to 'loop', it requires a list, got this instead: ${str(items)}.` +
      ' Hint: If you passed a list/dict of just one element,' +
      ' try adding wantlist=True to your lookup invocation or use q/query instead of lookup.',
  )
}

function lookupItems(task: Task, lookup: string, templar: Templar): Value[] {
  // Terms of first_found that are undefined are passed over; everywhere else they are errors.
  const skipsUndefined = lookup === 'first_found'
  let terms = lookupTerms(lookup, task.loop ?? null, templar, !skipsUndefined)
  if (skipsUndefined) terms = terms.filter(term => !templar.isTemplate(term))
  const found = templar.runLookup(lookup, terms, NO_KWARGS, { subdir: subdirFor(task.action) })
  if (found === undefined) {
    throw new MadansibleError(
      `Unexpected failure in finding the lookup named '${lookup}' in the available lookup plugins`,
    )
  }
  return found
}

/** Lookups that take nothing but a list. */
const LIST_ONLY = new Set(['list', 'indexed_items'])

/** listify_lookup_plugin_terms */
function lookupTerms(lookup: string, raw: Value, templar: Templar, failOnUndefined: boolean): Value[] {
  const source = typeof raw === 'string' ? raw.trim() : raw
  const terms = templar.template(source, { failOnUndefined })
  if (Array.isArray(terms)) return terms
  if (!(terms instanceof Tuple || terms instanceof Dict || terms instanceof PySet)) return [terms]
  if (LIST_ONLY.has(lookup)) throw new MadansibleError(`with_${lookup} expects a list`)
  // with_dict reads a mapping whole, all others go through its keys.
  return terms instanceof Dict && lookup === 'dict' ? [terms] : [...iterate(terms)]
}

/** Folder in which lookups of this task look for files first. */
function subdirFor(action: string): string {
  for (const part of ['template', 'var']) if (action.includes(part)) return `${part}s`
  return 'files'
}

/** Whether a loop item is text, for messages. */
export function itemText(item: Value): string {
  return isText(item) ? textOf(item) : str(item)
}

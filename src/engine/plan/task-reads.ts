// Finds out which earlier runs write variables that a task reads: through its arguments, conditions and template files,
// and through the variables that these are made of.

import { variablesRead } from '../../jinja/index.js'
import type { Task } from '../../playbook/index.js'
import { isText, textOf, type Value } from '../../python/values.js'
import type { TaskVars } from '../../variables/index.js'
import type { TaskRun } from '../lookahead/task-run.js'
import type { EngineServices } from '../services.js'
import { rawField } from '../task-fields.js'
import { mayHoldTemplate } from '../template-text.js'
import type { PlanView } from './plan-view.js'

const CONDITIONS = ['when', 'changed_when', 'failed_when', 'until'] as const

/** Notes in the view who writes what the task reads. */
export function exploreReads({ task }: TaskRun, vars: TaskVars, view: PlanView, services: EngineServices): void {
  const own = new Set(task.register === undefined ? [] : [task.register])
  const templar = vars.templar()
  const readNames = (names: Iterable<string>) => {
    for (const name of names) if (!own.has(name) && !NEVER_PENDING.has(name)) view.explore(() => templar.variable(name))
  }
  for (const field of CONDITIONS) {
    const raw = field === 'when' ? [...task.when] : rawField(task, field)
    if (raw !== null) readNames(variablesRead(raw, { mode: 'condition' }).names)
  }
  for (const raw of [
    ...task.args.values(),
    task.loop ?? null,
    rawField(task, 'environment'),
    rawField(task, 'notify'),
  ]) {
    if (!mayHoldTemplate(raw as Value)) continue
    const { names, isAny } = variablesRead(raw as Value)
    readNames(names)
    if (isAny) view.explore(() => templar.template(raw as Value))
  }
  const text = templateFile(task, vars, view, services)
  if (text !== undefined) readNames(variablesRead(text, { mode: 'file' }).names)
}

const TEMPLATES = /(^|\.)template$/

/** Text of the file that a template task renders, when it is known. */
function templateFile(task: Task, vars: TaskVars, view: PlanView, { loader }: EngineServices): string | undefined {
  if (!TEMPLATES.test(task.action)) return undefined
  const raw = task.args.get('src') ?? null
  const source = mayHoldTemplate(raw) ? view.known(() => vars.templar().template(raw))?.value : raw
  if (source === undefined || !isText(source)) return undefined
  const name = textOf(source)
  return view.known(() => loader.readText(loader.pathDwimRelativeStack(task.getSearchPath(), 'templates', name)))?.value
}

/** Names that no task writes. */
const NEVER_PENDING: ReadonlySet<string> = new Set([
  'item',
  'inventory_hostname',
  'omit',
  'groups',
  'hostvars',
  'lookup',
])

// Which lookups a run may make, told before it is made: files of the controller that they read must stay as they are
// until then. Follows variables through what they are made of, without computing anything.

import { type VariableReads, variablesRead } from '../../jinja/index.js'
import type { Task } from '../../playbook/index.js'
import { isText, textOf, type Value } from '../../python/values.js'
import type { TaskVars } from '../../variables/index.js'
import type { DataLoader } from '../../yaml/index.js'
import { rawField } from '../task-fields.js'
import { mayHoldTemplate } from '../template-text.js'
import type { RunView } from './run-view.js'
import type { TaskRun } from './task-run.js'

/** Lookups that read variables only. */
const PURE: ReadonlySet<string> = new Set(
  (
    'vars varnames dict items list indexed_items sequence subelements together nested flattened random_choice ' +
    'env config inventory_hostnames cartesian'
  ).split(' '),
)
/** Lookups that read files of the controller and change nothing. */
const READING: ReadonlySet<string> = new Set(
  'file template fileglob first_found filetree ini csvfile unvault'.split(' '),
)

/** What a lookup may notice: nothing that tasks do, files of the controller, or anything. */
export function reachOf(lookup: string): 'nothing' | 'files' | 'anything' {
  const short = lookup.replace(/^ansible\.(builtin|legacy)\./, '')
  if (PURE.has(short)) return 'nothing'
  return READING.has(short) ? 'files' : 'anything'
}

const CONDITIONS = ['changed_when', 'failed_when', 'until'] as const
const FIELDS = ['environment', 'notify', 'delegate_to', 'become_user', 'module_defaults'] as const

/** Whether a run may look at files of the controller through a lookup. True when that cannot be told. */
export function mayLookUp({ task }: TaskRun, vars: TaskVars, view: RunView, loader: DataLoader): boolean {
  if (task.loopWith !== undefined && reachOf(task.loopWith) !== 'nothing') return true
  return new Search(vars, view).finds(readsOf(task, vars, loader))
}

function* readsOf(task: Task, vars: TaskVars, loader: DataLoader): Generator<VariableReads | undefined> {
  for (const raw of task.when) yield variablesRead(raw, { mode: 'condition' })
  for (const name of CONDITIONS) {
    const raw = rawField(task, name)
    if (raw !== null) yield variablesRead(raw, { mode: 'condition' })
  }
  const values = [...task.args.values(), task.loop ?? null, ...FIELDS.map(name => rawField(task, name))]
  for (const raw of values) if (mayHoldTemplate(raw)) yield variablesRead(raw)
  if (/(^|\.)template$/.test(task.action)) yield readsOfTemplate(task, vars, loader)
}

/** Undefined when the text is not known. */
function readsOfTemplate(task: Task, vars: TaskVars, loader: DataLoader): VariableReads | undefined {
  try {
    const source = vars.templar().template(task.args.get('src') ?? null)
    if (!isText(source)) return undefined
    const file = loader.pathDwimRelativeStack(task.getSearchPath(), 'templates', textOf(source))
    return variablesRead(loader.readText(file), { mode: 'file' })
  } catch {
    return undefined
  }
}

class Search {
  readonly #seen = new Set<string>()
  readonly #rest: (readonly [TaskVars, string])[] = []

  constructor(
    private readonly vars: TaskVars,
    private readonly view: RunView,
  ) {}

  finds(all: Iterable<VariableReads | undefined>): boolean {
    let isFound = false
    // A file of variables that is yet to be read may hold anything.
    const isSure = this.view.tolerantly(() => {
      for (const reads of all) if (reads === undefined || this.#hasLookup(reads, this.vars)) isFound = true
      for (let next = this.#rest.pop(); next !== undefined && !isFound; next = this.#rest.pop()) {
        const [vars, name] = next
        const raw = vars.get(name) ?? null
        isFound = mayHoldTemplate(raw) && this.#hasLookup(variablesRead(raw as Value), vars)
      }
    })
    return isFound || !isSure
  }

  #hasLookup(reads: VariableReads, vars: TaskVars): boolean {
    if (reads.isAny || reads.templates.size > 0) return true
    if ([...reads.lookups].some(name => reachOf(name) !== 'nothing')) return true
    for (const name of reads.names) this.#add(vars, name)
    for (const { host, name } of reads.hostvars) {
      if (name === undefined || host.kind === 'any') return true
      const own = this.vars.query.host
      const { manager, basedir } = this.vars
      const other = host.kind === 'own' ? own : manager.options.inventory.getHost(host.name)
      if (other !== undefined) this.#add(manager.getVars({ host: other, basedir }), name)
    }
    return false
  }

  #add(vars: TaskVars, name: string): void {
    const key = `${vars.query.host?.name}\0${vars.query.play === undefined}\0${name}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#rest.push([vars, name])
  }
}

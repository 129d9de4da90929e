// What a task file that is not expanded yet may touch and write: the union over the tasks it holds, and over those of the
// files it includes in turn. A name that is not known stands for every file that fits it.

import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Dict, isText, textOf } from '../python/values.js'
import { canonicalAction } from './action-names.js'
import { type Footprint, opaqueFootprint, type TaskCall, unionOf } from './footprint.js'
import type { FootprintModel } from './footprint-model.js'
import { scanTaskFile, type WrittenTask } from './task-file-scan.js'
import { UNKNOWN } from './unknown.js'

export interface Summary {
  readonly footprint: Footprint
  /** Names of variables that may be written; `isAny`: there may be others. */
  readonly writes: ReadonlySet<string>
  readonly isAny: boolean
  /** Hosts or groups may change. */
  readonly changesInventory: boolean
  /** Files that were read. */
  readonly files: readonly string[]
}

export interface SummaryContext {
  readonly model: FootprintModel
  /** Host, machine and role of the include. */
  readonly call: Pick<TaskCall, 'host' | 'target' | 'isLocal' | 'checkMode' | 'facts' | 'role'>
  /** Machine of a delegated task, by the name as written; undefined when that is not known. */
  readonly machineOf: (name: string) => Pick<TaskCall, 'target' | 'isLocal'> | undefined
  /** Folder of a role by its name; undefined when there is none. */
  readonly findRole: (name: string) => string | undefined
}

const MAX_FILES = 200

/** Files that an include may mean: `path` may hold UNKNOWN, which stands for any text without a slash. */
export function filesNamed(path: string): readonly string[] {
  if (!path.includes(UNKNOWN)) return existsSync(path) ? [path] : []
  const folder = dirname(path)
  if (folder.includes(UNKNOWN)) return []
  const parts = basename(path).split(UNKNOWN)
  const pattern = new RegExp(`^${parts.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
  try {
    return readdirSync(folder)
      .filter(name => pattern.test(name) && /\.(ya?ml|json)$/.test(name))
      .sort()
      .map(name => join(folder, name))
  } catch {
    return []
  }
}

/** The union over some task files. */
export function summaryOf(files: readonly string[], context: SummaryContext): Summary {
  return new Summarizer(context).of(files)
}

class Summarizer {
  readonly #seen = new Set<string>()
  readonly #footprints: Footprint[] = []
  readonly #names = new Set<string>()
  #isAny = false
  #changesInventory = false

  constructor(private readonly context: SummaryContext) {}

  of(files: readonly string[]): Summary {
    if (files.length === 0) this.#giveUp('the file that is included is not known')
    for (const file of files) this.#file(file, this.context.call.role)
    return {
      footprint: unionOf(this.#footprints),
      writes: this.#names,
      isAny: this.#isAny,
      changesInventory: this.#changesInventory,
      files: [...this.#seen],
    }
  }

  #giveUp(reason: string): void {
    this.#footprints.push(opaqueFootprint(this.context.call, reason))
    this.#isAny = true
    this.#changesInventory = true
  }

  #file(file: string, role: string | undefined): void {
    if (this.#seen.has(file)) return
    this.#seen.add(file)
    const tasks = this.#seen.size > MAX_FILES ? undefined : scanTaskFile(file)
    if (tasks === undefined) this.#giveUp(`what ${file} holds is not known`)
    else for (const task of tasks) this.#task(task, file, role)
  }

  #task(task: WrittenTask, file: string, role: string | undefined): void {
    this.#variables(task)
    const action = canonicalAction(task.action)
    if (/^ansible\.builtin\.(include|import)(_tasks)?$/.test(action)) this.#include(task, file, role)
    else if (/^ansible\.builtin\.(include|import)_role$/.test(action)) this.#role(task)
    else this.#footprints.push(this.#footprint(task, action, file, role))
  }

  #footprint(task: WrittenTask, action: string, file: string, role: string | undefined): Footprint {
    const { call, machineOf, model } = this.context
    const place =
      task.delegateTo === undefined ? call : task.delegateTo.includes(UNKNOWN) ? undefined : machineOf(task.delegateTo)
    if (place === undefined)
      return opaqueFootprint({ target: call.target, isLocal: true }, 'the host it acts on is not known yet')
    const footprint = model.footprintOf({
      ...call,
      action,
      args: task.args,
      target: place.target,
      isLocal: place.isLocal,
      role,
      task: task.name,
      taskFile: file,
      becomes: task.becomes,
      isAsync: task.keywords.has('async'),
      waits: task.keywords.has('until'),
    })
    return task.isInRescuedBlock ? { ...footprint, isGuard: true } : footprint
  }

  #include(task: WrittenTask, file: string, role: string | undefined): void {
    const name = task.args.get('file') ?? task.args.get('_raw_params')
    const text = name !== undefined && isText(name) ? textOf(name).trim() : UNKNOWN
    const folders = [
      ...new Set([
        dirname(file),
        ...(/\/tasks(\/|$)/.test(dirname(file)) ? [dirname(file).replace(/\/tasks\/.*$/, '/tasks')] : []),
      ]),
    ]
    const found = folders.flatMap(folder => filesNamed(text.startsWith('/') ? text : join(folder, text)))
    if (found.length === 0) this.#giveUp(`${file} includes a file that is not known`)
    for (const one of found) this.#file(one, role)
  }

  #role(task: WrittenTask): void {
    const name = task.args.get('name') ?? task.args.get('role')
    const text = name !== undefined && isText(name) ? textOf(name) : UNKNOWN
    const folder = text.includes(UNKNOWN) ? undefined : this.context.findRole(text)
    // A role brings its defaults and vars, and its dependencies' tasks.
    this.#isAny = true
    if (folder === undefined || existsSync(join(folder, 'meta', 'main.yml'))) {
      this.#giveUp(`the role ${text.replaceAll(UNKNOWN, '…')} is included`)
      if (folder === undefined) return
    }
    const from = task.args.get('tasks_from')
    const start = from !== undefined && isText(from) ? textOf(from).replace(/\.ya?ml$/, '') : 'main'
    const found = ['yml', 'yaml'].flatMap(extension => filesNamed(join(folder, 'tasks', `${start}.${extension}`)))
    if (found.length === 0) this.#giveUp(`the role ${text} is included`)
    for (const one of found) this.#file(one, basename(text))
  }

  /** Names that a task may write. */
  #variables({ action, args, keywords }: WrittenTask): void {
    const register = keywords.get('register')
    if (register !== undefined && isText(register)) {
      if (textOf(register).includes('{')) this.#isAny = true
      else this.#names.add(textOf(register))
    }
    const name = canonicalAction(action)
    if (name === 'ansible.builtin.set_fact') {
      for (const key of args.keys()) {
        const text = isText(key) ? textOf(key) : '{'
        if (text.includes('{') || text === '_raw_params') this.#isAny = true
        else this.#names.add(text)
      }
    } else if (name === 'ansible.builtin.include_vars') this.#isAny = true
    else if (/^ansible\.builtin\.(add_host|group_by)$/.test(name)) this.#changesInventory = true
    else if (name === 'ansible.builtin.meta') this.#changesInventory ||= args instanceof Dict
    // Facts that a module returns become variables: only those of known modules are known to be none.
    else if (!/^ansible\.builtin\./.test(name)) this.#isAny = true
    else if (/^ansible\.builtin\.(setup|gather_facts|package_facts|service_facts|getent)$/.test(name))
      this.#isAny = true
  }
}

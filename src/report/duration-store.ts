// How long tasks took in earlier runs of a playbook: for the time that is left, and for what should be started first. Kept in
// the cache folder. Tasks, hosts' classes and selections are kept as hashes only, so that nothing of a playbook can leak.
import { createHash } from 'node:crypto'
import path from 'node:path'
import type { DiskCache } from '../collections/index.js'
import type { TaskInfo } from '../engine/events.js'
import type { Expectation } from './live-runs.js'
import type { RunModel, TaskModel } from './run-model.js'

const SECTION = 'durations'
/** More tasks than the largest playbooks have; a bound for the file. */
const MAX_TASKS = 20_000
/** Weight of the latest run in the mean. */
const LATEST = 0.5
/** Hosts of a class nobody has seen take what the task took anywhere. */
const ANY_CLASS = '*'

interface Whole {
  readonly elapsedMs: number
  readonly workMs: number
  readonly runs: number
}

interface Kept {
  readonly schema: 1
  /** By selection (tags, limit, check mode). */
  readonly wholes: Record<string, Whole>
  /** By task, then by class of hosts: milliseconds. */
  readonly tasks: Record<string, Record<string, number>>
}

export interface DurationStoreOptions {
  readonly cache: DiskCache
  /** As given on the command line. */
  readonly playbooks: readonly string[]
  /** What of the playbooks is run: tags, limit, check mode. */
  readonly selection: readonly string[]
  /** What hosts have in common that run a task alike, such as their groups. */
  readonly classOf: (host: string) => string
}

export class DurationStore implements Expectation {
  readonly #options: DurationStoreOptions
  readonly #key: string
  readonly #selection: string
  readonly #kept: Kept
  readonly #folder: string

  constructor(options: DurationStoreOptions) {
    this.#options = options
    const files = options.playbooks.map(file => path.resolve(file))
    this.#key = files.join('\0')
    this.#folder = path.dirname(files[0] ?? '.')
    this.#selection = hash(JSON.stringify(options.selection))
    this.#kept = read(options.cache, this.#key)
  }

  /** A whole run with the same selection. */
  get whole(): Whole | undefined {
    return this.#kept.wholes[this.#selection]
  }

  /** How long the task will take on the host, in milliseconds; undefined when it never ran. */
  expectedMs(task: Pick<TaskInfo, 'path' | 'rawName'>, host: string): number | undefined {
    const known = this.#kept.tasks[this.#taskKey(task)]
    return known?.[hash(this.#options.classOf(host))] ?? known?.[ANY_CLASS]
  }

  /** Takes in a run that has ended, and keeps what it tells. Runs that were cut short say nothing about the whole. */
  learn(run: RunModel): void {
    const sums = new Map<string, Map<string, { total: number; count: number }>>()
    const add = (task: string, name: string, milliseconds: number) => {
      const classes = sums.get(task) ?? new Map<string, { total: number; count: number }>()
      sums.set(task, classes)
      const sum = classes.get(name) ?? { total: 0, count: 0 }
      classes.set(name, { total: sum.total + milliseconds, count: sum.count + 1 })
    }
    for (const { task, host, start, end, status } of run.runs) {
      if (status === 'running' || status === 'unreachable' || status === 'untold') continue
      const key = this.#taskKey(run.tasks[task] as TaskModel)
      for (const name of [hash(this.#options.classOf(run.hosts[host] as string)), ANY_CLASS])
        add(key, name, end - start)
    }
    const { tasks, wholes } = this.#kept
    for (const [task, classes] of sums) {
      const known = tasks[task] ?? {}
      delete tasks[task]
      tasks[task] = known
      for (const [name, { total, count }] of classes) {
        const mean = total / count
        const before = known[name]
        known[name] = Math.round(before === undefined ? mean : before * (1 - LATEST) + mean * LATEST)
      }
    }
    // The oldest are the first: what a run has touched was put at the end.
    for (const task of Object.keys(tasks).slice(0, Math.max(0, Object.keys(tasks).length - MAX_TASKS)))
      delete tasks[task]
    if (run.exitCode === 0 && run.runs.length > 0) {
      const workMs = run.runs.reduce((sum, { start, end }) => sum + (end - start), 0)
      wholes[this.#selection] = { elapsedMs: run.elapsedMs, workMs, runs: run.runs.length }
    }
    this.#options.cache.write(SECTION, this.#key, JSON.stringify(this.#kept))
  }

  /** Where a task is written and its name as written; a repository may be moved. */
  #taskKey({ path: place, rawName }: Pick<TaskModel, 'path' | 'rawName'>): string {
    return hash(`${place === undefined ? '' : path.relative(this.#folder, place)}\0${rawName}`)
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16)

function read(cache: DiskCache, key: string): Kept {
  const nothing: Kept = { schema: 1, wholes: {}, tasks: {} }
  try {
    const kept = JSON.parse(cache.read(SECTION, key)?.toString('utf8') ?? 'null') as Kept | null
    return kept?.schema === 1 && typeof kept.wholes === 'object' && typeof kept.tasks === 'object' ? kept : nothing
  } catch {
    return nothing
  }
}

// The run that the page shows, with what is computed from it once: search texts, the critical path, who waited for whom.
import type { RunModel, RunStatus, TaskModel, TaskRunModel, WaitModel } from '../run-model.js'

/** What the user has chosen to see. */
export interface Filter {
  readonly words: readonly string[]
  readonly statuses: ReadonlySet<RunStatus>
  readonly host: number | undefined
  readonly component: number | undefined
  readonly isCriticalOnly: boolean
}

export interface Details {
  readonly result: string | undefined
  readonly diff: string | undefined
}

const RUNS_IN_PIECE = 256

export class RunData {
  readonly model: RunModel
  readonly isCritical: Uint8Array
  readonly #texts: string[]
  /** Folder that all tasks are below. */
  readonly #folder: string
  readonly #dependents = new Map<number, number[]>()
  readonly #pieces = new Map<number, readonly [string | null, string | null][]>()

  constructor(model: RunModel) {
    this.model = model
    this.isCritical = new Uint8Array(model.runs.length)
    for (const index of model.criticalPath) this.isCritical[index] = 1
    this.#folder = commonFolder(model.tasks.flatMap(({ path }) => (path === undefined ? [] : [path])))
    this.#texts = model.runs.map(run => searchText(model, run))
    model.runs.forEach((run, index) => {
      for (const wait of run.waits ?? []) {
        const list = this.#dependents.get(wait.run)
        if (list === undefined) this.#dependents.set(wait.run, [index])
        else list.push(index)
      }
    })
  }

  run(index: number): TaskRunModel {
    return this.model.runs[index] as TaskRunModel
  }
  task(index: number): TaskModel {
    return this.model.tasks[this.run(index).task] as TaskModel
  }
  host(index: number): string {
    return this.model.hosts[this.run(index).host] as string
  }
  component(index: number): string {
    return this.model.components[this.run(index).component] as string
  }

  /** Where its task is written, as short as it can be said. */
  place(index: number): string | undefined {
    return this.task(index).path?.slice(this.#folder.length)
  }

  /** Runs that had to wait for this one. */
  dependents(index: number): readonly number[] {
    return this.#dependents.get(index) ?? []
  }

  /** What the run waited for: its evidence, or the run before it on the critical path. */
  waits(index: number): readonly WaitModel[] {
    const known = this.run(index).waits ?? []
    if (known.some(wait => wait.kind !== 'notify')) return known
    const at = this.model.criticalPath.indexOf(index)
    const before = at > 0 ? this.model.criticalPath[at - 1] : undefined
    if (before === undefined || known.some(wait => wait.run === before)) return known
    return [...known, { run: before, kind: 'order', because: "Ansible's order: it ended last before this began" }]
  }

  /** 1 for every run that the filter lets through. */
  matches(filter: Filter): Uint8Array {
    const out = new Uint8Array(this.model.runs.length)
    this.model.runs.forEach((run, index) => {
      if (!filter.statuses.has(run.status)) return
      if (filter.host !== undefined && run.host !== filter.host) return
      if (filter.component !== undefined && run.component !== filter.component) return
      if (filter.isCriticalOnly && this.isCritical[index] === 0) return
      const text = this.#texts[index] as string
      if (filter.words.every(word => text.includes(word))) out[index] = 1
    })
    return out
  }

  /** Result and difference of a run; their piece of the page is read when first asked for. */
  details(index: number): Details {
    const number = Math.floor(index / RUNS_IN_PIECE)
    let piece = this.#pieces.get(number)
    if (piece === undefined) {
      const text = document.getElementById(`details-${number}`)?.textContent ?? '[]'
      piece = JSON.parse(text) as [string | null, string | null][]
      this.#pieces.set(number, piece)
    }
    const [result, diff] = piece[index % RUNS_IN_PIECE] ?? [null, null]
    return { result: result ?? undefined, diff: diff ?? undefined }
  }
}

function commonFolder(paths: readonly string[]): string {
  let folder = paths[0]?.slice(0, paths[0].lastIndexOf('/') + 1) ?? ''
  while (folder !== '' && !paths.every(path => path.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1)
  }
  return folder
}

function searchText(model: RunModel, run: TaskRunModel): string {
  const task = model.tasks[run.task] as TaskModel
  const parts = [task.name, model.hosts[run.host], model.components[run.component], task.action, task.path, run.status]
  return parts.join('\n').toLowerCase()
}

// Variables that runs in the window have written and nobody has taken in, and those that they may yet write.
// Answers what one run sees of them: only what stands before it in the playbook (register renaming).

import { type VariableWrites, variableWritesOf } from '../../inference/index.js'
import { isAction } from '../../playbook/index.js'
import { type HostWrites, isUnsafeFact, NO_WRITES, type WrittenLayer } from '../../variables/index.js'
import type { TaskRun } from './task-run.js'

interface Writer {
  readonly run: TaskRun
  readonly may: VariableWrites
  readonly layer: WrittenLayer
  readonly hosts: readonly string[]
}

/** What concerns one host. */
class HostLog {
  /** Runs that have not ended, by a name they may write. */
  readonly byName = new Map<string, Writer[]>()
  /** Runs that have not ended and may write names that cannot be listed. */
  readonly open: Writer[] = []
  /** Runs that have ended and were not taken in, in the order of the playbook. */
  readonly ended: TaskRun[] = []
  pending = 0
  version = 0
  readonly #combinations = new Map<string, readonly HostWrites[]>()

  /** The same array for the same runs. */
  writesBefore(order: number, round: number, host: string): readonly HostWrites[] {
    const seen: TaskRun[] = []
    for (const run of this.ended) {
      if (run.order >= order) break
      if (run.round < round) seen.push(run)
    }
    if (seen.length === 0) return NO_WRITES
    const key = seen.map(run => run.id).join(' ')
    let writes = this.#combinations.get(key)
    if (writes === undefined) {
      if (this.#combinations.size > 200) this.#combinations.clear()
      writes = seen.map(run => run.writes.get(host) as HostWrites)
      this.#combinations.set(key, writes)
    }
    return writes
  }
}

export class PendingWrites {
  readonly #hosts = new Map<string, HostLog>()
  readonly #writers = new Map<TaskRun, Writer>()

  constructor(
    private readonly mayReturnFacts: (action: string) => boolean | undefined,
    /** False, in tests: what is yet to be written is taken for what there is. */
    private readonly refuses = true,
  ) {}

  #logOf(host: string): HostLog {
    let log = this.#hosts.get(host)
    if (log === undefined) {
      log = new HostLog()
      this.#hosts.set(host, log)
    }
    return log
  }

  /** A run that was added to the window. */
  add(run: TaskRun): void {
    const may = variableWritesOf(run.task, { mayReturnFacts: this.mayReturnFacts })
    if (may.names.size === 0 && may.prefixes.length === 0 && !may.any) return
    const writer = { run, may, layer: layerOf(run), hosts: hostsOf(run, may) }
    this.#writers.set(run, writer)
    for (const host of writer.hosts) {
      const log = this.#logOf(host)
      log.pending++
      log.version++
      for (const name of may.names) {
        const writers = log.byName.get(name)
        if (writers === undefined) log.byName.set(name, [writer])
        else writers.push(writer)
      }
      if (may.any || may.prefixes.length > 0) log.open.push(writer)
    }
  }

  /**
   * The run is over: what it wrote is known now. What was given up or has failed still stands between a reader and older
   * values: until the strategy has settled what becomes of it, nobody knows what it writes.
   */
  settle(run: TaskRun): void {
    if (run.progress === 'ended' || run.progress === 'absent') this.#settle(run)
  }
  #settle(run: TaskRun): void {
    const writer = this.#writers.get(run)
    this.#writers.delete(run)
    for (const host of writer?.hosts ?? []) {
      const log = this.#logOf(host)
      log.pending--
      log.version++
      for (const name of (writer as Writer).may.names) {
        const rest = (log.byName.get(name) ?? []).filter(known => known !== writer)
        if (rest.length === 0) log.byName.delete(name)
        else log.byName.set(name, rest)
      }
      const at = log.open.indexOf(writer as Writer)
      if (at >= 0) log.open.splice(at, 1)
    }
    if (run.progress !== 'ended') return
    for (const host of run.writes.keys()) {
      const log = this.#logOf(host)
      const at = log.ended.findIndex(other => other.order > run.order)
      if (at < 0) log.ended.push(run)
      else log.ended.splice(at, 0, run)
      log.version++
    }
  }

  /** The manager has its writes now. */
  forget(run: TaskRun): void {
    if (this.#writers.has(run)) this.#settle(run)
    for (const host of run.writes.keys()) {
      const log = this.#logOf(host)
      const at = log.ended.indexOf(run)
      if (at < 0) continue
      log.ended.splice(at, 1)
      log.version++
    }
  }

  versionOf(host: string): number {
    return this.#hosts.get(host)?.version ?? 0
  }
  hasPending(host: string): boolean {
    return (this.#hosts.get(host)?.pending ?? 0) > 0
  }
  writesBefore(order: number, round: number, host: string): readonly HostWrites[] {
    return this.#hosts.get(host)?.writesBefore(order, round, host) ?? NO_WRITES
  }

  /** A run before the given place that has not ended and may write the variable; any variable without a name. */
  writerBefore(
    order: number,
    round: number,
    host: string,
    layer: WrittenLayer,
    name: string | undefined,
  ): TaskRun | undefined {
    const log = this.#hosts.get(host)
    if (log === undefined || log.pending === 0 || !this.refuses) return undefined
    const isBefore = ({ run }: Writer) => run.order < order && run.round < round
    if (name === undefined) {
      for (const writer of this.#writers.values())
        if (isBefore(writer) && writer.hosts.includes(host)) return writer.run
      return undefined
    }
    const named = log.byName.get(name)?.find(isBefore)
    if (named !== undefined) return named.run
    if (layer === 'facts' && isUnsafeFact(name) && name !== 'ansible_facts') return undefined
    const open = log.open.find(
      writer =>
        isBefore(writer) &&
        writer.layer === layer &&
        (writer.may.any || writer.may.prefixes.some(prefix => name.startsWith(prefix)) || name === 'ansible_facts'),
    )
    return open?.run
  }

  /** Names that runs before the given place will write, those that may be any left out. */
  namesBefore(order: number, round: number, host: string): readonly string[] {
    const names = [...(this.#hosts.get(host)?.byName ?? [])]
    return names
      .filter(([, writers]) => writers.some(({ run }) => run.order < order && run.round < round))
      .map(([name]) => name)
  }
  /** A run before the given place that has not ended and may write variables whose names cannot be told. */
  unlistedBefore(order: number, round: number, host: string): TaskRun | undefined {
    if (!this.refuses) return undefined
    return this.#hosts.get(host)?.open.find(({ run }) => run.order < order && run.round < round)?.run
  }

  /** All such runs, for those who show what waits for what. */
  writersBefore(
    order: number,
    round: number,
    host: string,
    layer: WrittenLayer,
    name: string | undefined,
  ): readonly TaskRun[] {
    const log = this.#hosts.get(host)
    if (log === undefined || log.pending === 0) return []
    const mayWrite = ({ may, layer: own }: Writer) =>
      may.names.has(name as string) ||
      (own === layer && (may.any || may.prefixes.some(prefix => name?.startsWith(prefix)) || name === 'ansible_facts'))
    const isSafe = name === undefined || name === 'ansible_facts' || layer !== 'facts' || !isUnsafeFact(name)
    const named = name === undefined ? [...this.#writers.values()] : (log.byName.get(name) ?? [])
    const writers = isSafe ? [...named, ...log.open] : named
    const found = writers.filter(
      writer =>
        writer.run.order < order &&
        writer.run.round < round &&
        writer.hosts.includes(host) &&
        (name === undefined || mayWrite(writer)),
    )
    return [...new Set(found.map(({ run }) => run))]
  }
}

/** Hosts whose variables may change: any of them when facts go to a host that is told later. */
function hostsOf(run: TaskRun, may: VariableWrites): readonly string[] {
  return may.delegatedFacts ? [...run.batch.services.inventory.hosts.keys(), 'localhost'] : run.hosts
}

/** Where the run's variables are kept; registered results go to `values` besides. */
function layerOf({ task }: TaskRun): WrittenLayer {
  if (isAction(task.action, 'includeVars')) return 'included'
  return isAction(task.action, 'setFact') ? 'values' : 'facts'
}

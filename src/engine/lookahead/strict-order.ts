// The failure policy `strict`: a run that does something starts only once nothing can fail any more of which Ansible
// would not have come to it. What only looks, or fills a cache, may still run ahead.

import type { Batch } from '../batch.js'
import type { TaskRun } from './task-run.js'

/** All runs of a play, and of those before it: when it loses all of its hosts, none of the later plays begins. */
export interface PlayEnd {
  readonly id: string
  readonly runs: readonly TaskRun[]
  readonly before: PlayEnd | undefined
}

export class StrictOrder {
  #batch: Batch | undefined
  #before: PlayEnd | undefined
  #plays = 0
  /** By host: the last run that does something, and what has come after it. */
  readonly #ofHost = new Map<string, TaskRun[]>()
  /** Runs whose failure ends the play for all hosts. */
  #forAll: TaskRun[] = []

  /** Takes the next run in the order of the playbook. Gives whom it waits for. */
  add(run: TaskRun, isHarmless: boolean): { readonly runs: readonly TaskRun[]; readonly play: PlayEnd | undefined } {
    if (run.batch !== this.#batch) this.#nextPlay(run.batch)
    const { name } = run.host
    const own = this.#ofHost.get(name) ?? []
    this.#forAll = this.#forAll.filter(({ isGood }) => !isGood)
    const waits = isHarmless ? [] : [...own, ...this.#forAll.filter(({ round }) => round < run.round)]
    this.#ofHost.set(name, isHarmless ? [...own.filter(({ isGood }) => !isGood), run] : [run])
    if (run.endsAll || run.batch.play.get('max_fail_percentage') !== null) this.#forAll.push(run)
    return { runs: waits, play: isHarmless ? undefined : this.#before }
  }

  #nextPlay(batch: Batch): void {
    if (this.#batch !== undefined) {
      const runs = [...this.#ofHost.values(), this.#forAll].flat()
      this.#before = { id: `play ${++this.#plays}`, runs, before: this.#before }
    }
    this.#batch = batch
    this.#ofHost.clear()
    this.#forAll = []
  }
}

// Opens plays before their turn, as far as nothing that is yet to happen can change what they are: their hosts, tasks
// and handlers.

import type { Host, Inventory } from '../inventory/index.js'
import type { Play } from '../playbook/index.js'
import { toInt } from '../python/index.js'
import type { Value } from '../python/values.js'
import { type Batch, hostPattern, orderOf } from './batch.js'
import { Lockstep } from './lockstep.js'
import { type BatchRun, isLinear, openBatch } from './run-batch.js'
import { serialBatches } from './serial-batches.js'
import type { EngineServices } from './services.js'

/** Batches of hosts that a play runs on one after the other. */
export function batchesOf(play: Play, { inventory }: EngineServices): Host[][] {
  const hosts = inventory.listHosts(hostPattern(play), { order: orderOf(play) })
  const serial = play.get('serial')
  const sizes: readonly Value[] = Array.isArray(serial) ? serial : serial === null ? [] : [toInt(serial)]
  return serialBatches(hosts, sizes)
}

export class OpenedPlays {
  readonly #opened = new Map<Play, { readonly batch: Batch; readonly inventoryVersion: number }>()
  readonly #prepared = new Set<Play>()

  constructor(
    private readonly plays: readonly Play[],
    private readonly run: BatchRun,
  ) {}

  /** Its keywords are templated already. */
  isPrepared(play: Play): boolean {
    return this.#prepared.has(play)
  }
  /** The batch that was opened for a play. */
  take(play: Play): Batch | undefined {
    const opened = this.#opened.get(play)
    this.#opened.delete(play)
    return opened?.inventoryVersion === this.run.services.inventory.version ? opened.batch : undefined
  }

  /**
   * The batch that follows one, undefined where that cannot be told yet. `inventory`: as it will be by then, when that is
   * not what it is now.
   */
  after(batch: Batch, inventory?: Inventory): { readonly batch: Batch; readonly lockstep: Lockstep } | undefined {
    const next = () => this.#after(batch)
    return inventory === undefined ? next() : this.run.services.inventory.as(inventory, next)
  }

  #after(batch: Batch): { readonly batch: Batch; readonly lockstep: Lockstep } | undefined {
    const { services, state } = this.run
    if (services.options.startAtTask !== undefined && !state.startAtDone) return undefined
    const hasFailures = state.failedHosts.size > 0 || state.unreachableHosts.size > 0
    if (hasFailures || batch.iterator.failedHosts().length > 0) return undefined
    let at = this.plays.findIndex(play => play.uuid === batch.play.uuid)
    if (at < 0) return undefined
    const current = this.plays[at] as Play
    if (services.inventory.quietly(() => batchesOfAll(current, services)).length > 1) return undefined
    for (at++; at < this.plays.length; at++) {
      const play = this.plays[at] as Play
      if (play.basedir !== batch.play.basedir || play.varsPrompt.length > 0) return undefined
      const known = this.#opened.get(play)
      const isCurrent = known?.inventoryVersion === services.inventory.version
      const opened = isCurrent ? known.batch : services.inventory.quietly(() => this.#open(play))
      if (opened === 'nobody') continue
      if (opened === undefined) return undefined
      opened.includes.rewind()
      return { batch: opened, lockstep: new Lockstep(opened.iterator) }
    }
    return undefined
  }

  #open(play: Play): Batch | 'nobody' | undefined {
    const { services } = this.run
    const { inventory } = services
    const restriction = inventory.restriction
    try {
      inventory.restrict(undefined)
      if (!this.#prepared.has(play)) {
        play.postValidate(services.variables.getVars({ play }).templar())
        this.#prepared.add(play)
      }
      const batches = batchesOf(play, services)
      if (batches.length === 0) return 'nobody'
      if (batches.length > 1 || !isLinear(play) || orderOf(play) === 'shuffle') return undefined
      if (services.config.get('DEFAULT_GATHERING') === 'smart') return undefined
      inventory.restrict(batches[0])
      const batch = openBatch(play, this.run)
      this.#opened.set(play, { batch, inventoryVersion: inventory.version })
      return batch
    } finally {
      inventory.restrict(restriction)
    }
  }
}

/** Batches of a play whatever the inventory is restricted to now. */
function batchesOfAll(play: Play, services: EngineServices): Host[][] {
  const { inventory } = services
  const restriction = inventory.restriction
  inventory.restrict(undefined)
  try {
    return batchesOf(play, services)
  } finally {
    inventory.restrict(restriction)
  }
}

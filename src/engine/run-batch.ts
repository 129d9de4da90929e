// Runs one play on one batch of hosts. Mirrors TaskQueueManager.run (executor/task_queue_manager.py,
// ansible-core 2.14).

import { type Block, type Play, warnAboutReservedNames } from '../playbook/index.js'
import { str } from '../python/index.js'
import { Batch, hostPattern, orderOf } from './batch.js'
import { positionedError } from './errors.js'
import { gatherFactsBlock, gathersFacts } from './gather-facts-block.js'
import { PlayIterator } from './play-iterator.js'
import type { RunState } from './run-state.js'
import type { EngineServices } from './services.js'
import type { Stepper, Strategy, StrategyOptions } from './strategy.js'
import { FreeStrategy } from './strategy-free.js'
import { LinearStrategy } from './strategy-linear.js'
import { describePlay } from './task-info.js'

export interface BatchOutcome {
  /** Combination of RUN codes. */
  readonly code: number
  /** `meta: end_play`: the batches to come are left out, too. */
  readonly endPlay: boolean
}

export interface BatchRun {
  readonly services: EngineServices
  readonly state: RunState
  readonly stepper: Stepper | undefined
  readonly stopSignal: AbortSignal
}

/** Functions that every template has; a variable of that name hides one. */
const TEMPLATE_GLOBALS = [
  ...['range', 'dict', 'lipsum', 'cycler', 'joiner', 'namespace'],
  ...['lookup', 'query', 'q', 'now', 'undef'],
]

/** The inventory must be restricted to the hosts of the batch. `opened`: what `openBatch` gave for it. */
export async function runBatch(original: Play, run: BatchRun, opened?: Batch): Promise<BatchOutcome> {
  const { services, state } = run
  const vars = services.variables.getVars({ play: original })
  const warn = (text: string) => services.onEvent({ kind: 'warning', text })
  warnAboutReservedNames(vars.names(), warn)
  for (const name of TEMPLATE_GLOBALS) if (vars.has(name)) warn(`Found variable using reserved name: ${name}`)
  const play = opened?.play ?? playForBatch(original, services)
  services.onEvent({ kind: 'playStart', play: describePlay(play) })
  const batch = opened ?? batchOf(play, run)
  const { iterator } = batch
  services.onEvent({ kind: 'playSize', tasks: iterator.taskCount, hosts: iterator.batchSize })
  const workers = Math.max(1, Math.min(services.options.forks, iterator.batchSize))
  const strategy = strategyFor(batch, { workers, stepper: run.stepper })
  carryOverFailures(batch)
  if (iterator.foundStartAtTask) state.startAtDone = true
  const code = await strategy.run()
  for (const name of iterator.failedHosts()) state.failedHosts.add(name)
  return { code, endPlay: iterator.endPlay }
}

/** Everything there is before a batch begins; nothing is told. The inventory must be restricted to its hosts. */
export function openBatch(original: Play, run: BatchRun): Batch {
  return batchOf(playForBatch(original, run.services), run)
}

function playForBatch(original: Play, { variables }: EngineServices): Play {
  const play = original.copy()
  play.postValidate(variables.getVars({ play: original }).templar())
  play.handlers = [...play.compileRolesHandlers(), ...play.handlers]
  return play
}

function batchOf(play: Play, run: BatchRun): Batch {
  return new Batch(run.services, play, playIterator(play, run), run.state, run.stopSignal)
}

function playIterator(play: Play, { services, state }: BatchRun): PlayIterator {
  const vars = services.variables.getVars({ play })
  const blocks: Block[] = [gatherFactsBlock(play).filterTaggedTasks(vars)]
  for (const block of play.compile()) {
    const filtered = block.filterTaggedTasks(vars)
    if (filtered.hasTasks()) blocks.push(filtered)
  }
  return new PlayIterator({
    play,
    batch: services.inventory.listHosts(hostPattern(play), { order: orderOf(play) }),
    blocks,
    gathersFacts: host => gathersFacts(play, host, services),
    startAtTask: state.startAtDone ? undefined : services.options.startAtTask,
  })
}

/** Whether the play keeps its hosts in step. */
export function isLinear(play: Play): boolean {
  return /^(ansible\.(builtin|legacy)\.)?linear$/.test(str(play.get('strategy')))
}

function strategyFor(batch: Batch, options: StrategyOptions, name = str(batch.play.get('strategy'))): Strategy {
  switch (name.replace(/^ansible\.(builtin|legacy)\./, '')) {
    case 'linear':
      return new LinearStrategy(batch, options)
    case 'debug':
      // Whoever debugs wants to be where the playbook is.
      return new LinearStrategy(batch, { ...options, isInTurn: true })
    case 'free':
      return new FreeStrategy(batch, { ...options, isPinned: false })
    case 'host_pinned':
      return new FreeStrategy(batch, { ...options, isPinned: true })
    default:
      if (name.startsWith('mitogen_')) {
        throw positionedError(
          `The strategy ${name} replaces Ansible's way of running modules, which this program has its own of: ` +
            `use ${name.slice('mitogen_'.length)} instead`,
          batch.play.position,
        )
      }
      return strategyFor(batch, options, builtInStrategy(batch, name))
  }
}

/** The strategy whose order a plugin of the repository keeps. */
function builtInStrategy({ services, play }: Batch, name: string): string {
  const plugin = services.foreignStrategy?.(name)
  if (plugin === undefined) throw positionedError(`Invalid play strategy specified: ${name}`, play.position)
  const { path, base, methods } = plugin
  if (base === undefined) {
    throw positionedError(
      `The strategy ${name} (${path}) decides by itself which task runs when, and this program has its own scheduler: ` +
        'use linear, free or host_pinned instead',
      play.position,
    )
  }
  const lost = methods.length === 0 ? '' : `; its own ${methods.join(', ')} has no effect`
  const text = `The strategy ${name} (${path}) extends ${base}, and the play runs as ${base} does${lost}.`
  services.onEvent(methods.length === 0 ? { kind: 'verbose', level: 1, text } : { kind: 'warning', text })
  return base
}

/** Hosts that failed in earlier plays take no part; from now on only failures of this play count. */
function carryOverFailures({ services, state, iterator, play }: Batch): void {
  for (const name of state.failedHosts) {
    const host = services.inventory.getHost(name)
    if (host !== undefined) iterator.markFailed(host)
  }
  play.removedHosts = [...play.removedHosts, ...state.unreachableHosts]
  state.failedHosts.clear()
}

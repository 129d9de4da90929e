// Runs playbooks from start to end: plays in order, hosts in batches, then the recap.
// Mirrors PlaybookExecutor.run (executor/playbook_executor.py, ansible-core 2.14).

import { loadPlaybook, locatePlaybook, type Play, type Playbook } from '../playbook/index.js'
import { InterruptedError } from './errors.js'
import type { RunStats } from './events.js'
import type { OpenNext } from './lookahead/fetch.js'
import { Lookahead } from './lookahead/lookahead.js'
import { batchesOf, OpenedPlays } from './opened-plays.js'
import { writeRetryFile } from './retry-file.js'
import { type BatchRun, runBatch } from './run-batch.js'
import { RUN, RunState } from './run-state.js'
import type { EngineServices } from './services.js'
import { TerminalStepper } from './step.js'
import { describePlay } from './task-info.js'
import { promptForVars } from './vars-prompt.js'

export interface RunResult {
  /** What ansible-playbook would end with: 0, 2 failed hosts, 4 unreachable hosts, 255. */
  readonly exitCode: number
  readonly stats: RunStats
}

/**
 * Runs playbook files (paths or collection playbooks) one after the other; stops after the first that does not end well.
 * Throws MadansibleErrors for mistakes in playbooks, and InterruptedError once `signal` was aborted and all that was
 * running has ended.
 */
export async function runPlaybooks(
  files: readonly string[],
  given: EngineServices,
  signal: AbortSignal,
): Promise<RunResult> {
  const state = new RunState()
  const lookahead = lookaheadFor(given, signal, (batch, inventory) => openedPlays?.after(batch, inventory))
  const services: EngineServices = { ...given, stopSignal: signal, lookahead }
  const stepper = services.options.step === true ? new TerminalStepper(services) : undefined
  const run: BatchRun = { services, state, stepper, stopSignal: signal }
  let openedPlays: OpenedPlays | undefined
  const carriedUnreachable = new Set<string>()
  let code: number = RUN.ok
  for (const file of files) {
    const playbook = openPlaybook(file, services)
    services.onEvent({ kind: 'playbookStart', file: playbook.file, plays: playbook.plays.length })
    services.onEvent({ kind: 'verbose', level: 2, text: `${playbook.plays.length} plays in ${playbook.file}` })
    try {
      openedPlays = new OpenedPlays(playbook.plays, run)
      code = await runPlays(playbook, run, carriedUnreachable, openedPlays)
    } catch (error) {
      // What has been done up to there is told, which ansible-playbook does not.
      if (error instanceof InterruptedError && state.stats.hosts.size > 0)
        services.onEvent({ kind: 'stats', stats: state.stats })
      throw error
    } finally {
      await lookahead?.startOver()
    }
    writeRetryFile(playbook.file, state, services)
    services.onEvent({ kind: 'stats', stats: state.stats })
    if (code !== RUN.ok) break
  }
  reportMissingStart(state, services)
  return { exitCode: code, stats: state.stats }
}

/** Loads a playbook file or a collection's playbook. */
function openPlaybook(name: string, { loadContext, onEvent }: EngineServices): Playbook {
  const { collection } = locatePlaybook(name, loadContext)
  if (collection !== undefined) {
    onEvent({ kind: 'warning', text: `running playbook inside collection ${collection}` })
  }
  return loadPlaybook(name, loadContext)
}

function lookaheadFor(services: EngineServices, signal: AbortSignal, openNext: OpenNext): Lookahead | undefined {
  const { early } = services
  return early === undefined ? undefined : new Lookahead(early, { ...services, stopSignal: signal }, signal, openNext)
}

async function runPlays(
  playbook: Playbook,
  run: BatchRun,
  carriedUnreachable: Set<string>,
  opened: OpenedPlays,
): Promise<number> {
  let code: number = RUN.ok
  for (const play of playbook.plays) {
    if (run.stopSignal.aborted) throw new InterruptedError()
    await preparePlay(play, run.services, opened)
    for (const name of carriedUnreachable) run.state.unreachableHosts.add(name)
    const outcome = await runBatches(play, run, carriedUnreachable, opened)
    code = outcome.code ?? code
    if (outcome.breaks) break
  }
  return code
}

async function preparePlay(play: Play, services: EngineServices, opened: OpenedPlays): Promise<void> {
  services.loader.basedir = play.basedir
  services.inventory.restrict(undefined)
  if (opened.isPrepared(play)) return
  await promptForVars(play, services)
  play.postValidate(services.variables.getVars({ play }).templar())
}

interface PlayOutcome {
  /** Code of the last batch, undefined when no batch ran. */
  readonly code: number | undefined
  /** No further play is run. */
  readonly breaks: boolean
}

async function runBatches(
  play: Play,
  run: BatchRun,
  carriedUnreachable: Set<string>,
  opened: OpenedPlays,
): Promise<PlayOutcome> {
  const { services, state } = run
  const batches = batchesOf(play, services)
  if (batches.length === 0) {
    services.onEvent({ kind: 'playStart', play: describePlay(play) })
    services.onEvent({ kind: 'noHostsMatched' })
  }
  let failedBefore = state.failedHosts.size
  let unreachableBefore = state.unreachableHosts.size
  let code: number | undefined
  let breaks = false
  for (const batch of batches) {
    services.inventory.restrict(batch)
    const outcome = await runBatch(play, run, opened.take(play))
    code = outcome.code
    if (outcome.endPlay) break
    if ((code & RUN.breakPlay) !== 0) {
      code = RUN.failedHosts
      breaks = true
    }
    const lost = state.failedHosts.size + state.unreachableHosts.size - (failedBefore + unreachableBefore)
    if (lost === batch.length) return { code, breaks: true }
    failedBefore = state.failedHosts.size
    unreachableBefore = state.unreachableHosts.size
    for (const name of state.unreachableHosts) carriedUnreachable.add(name)
  }
  return { code, breaks }
}

function reportMissingStart(state: RunState, { options, onEvent }: EngineServices): void {
  if (options.startAtTask === undefined || state.startAtDone) return
  onEvent({
    kind: 'error',
    text: `No matching task "${options.startAtTask}" found. Note: --start-at-task can only follow static includes.`,
    wrap: true,
  })
}

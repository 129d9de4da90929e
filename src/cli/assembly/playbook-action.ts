// Playbooks and tasks as actions: they run in this process, each with inventory and variables of its own, over one set
// of agents, so that a host is connected to once however many transitions work on it.
import path from 'node:path'
import type { AgentPool } from '../../agent/index.js'
import type { Config } from '../../config/index.js'
import { InterruptedError, type RunStats, runPlaybooks } from '../../engine/index.js'
import { MadansibleError, type Position } from '../../errors.js'
import { ActionFailure, type ActionResult, placed } from '../../madeus/index.js'
import { fromJs, toJs } from '../../python/index.js'
import { Dict, type Value } from '../../python/values.js'
import { createReporter, Display, displayEvent } from '../../report/index.js'
import { setPosition } from '../../yaml/index.js'
import { engineServices } from '../engine-services.js'
import type { RunOptions } from '../run-options.js'
import { type Passwords, playDefaults } from '../run-settings.js'
import { limitHosts, openSession } from '../session.js'
import { voiceOf } from '../voice.js'
import type { AssemblyAction } from './action-kinds.js'

/** What all playbooks of an assembly share. */
export interface PlaybookStage {
  readonly config: Config
  readonly options: RunOptions
  readonly passwords: Passwords
  readonly agents: AgentPool
  /** First Ctrl-C. */
  readonly stop: AbortSignal
  /** The assembly's own file: tasks are loaded as if they stood there. */
  readonly assemblyFile: string
}

export interface PlaybookCall {
  readonly action: Extract<AssemblyAction, { readonly kind: 'playbook' | 'tasks' }>
  readonly variables: ReadonlyMap<string, unknown>
  readonly signal: AbortSignal
  readonly write: (text: string) => void
}

/** Runs it; what set_stats says for the whole run are the values it gives. */
export async function runPlaybook(call: PlaybookCall, stage: PlaybookStage): Promise<ActionResult> {
  const { action, write, signal } = call
  const options = optionsOf(call, stage.options)
  const defaults = playDefaults(stage.config, options)
  const output = { write }
  const display = new Display(stage.config, options.verbosity, { stdout: output, stderr: output })
  const foreign = () => ({ handle: (event: Parameters<typeof displayEvent>[1]) => displayEvent(display, event) })
  const reporter = createReporter(display, { checkRun: options.check, profile: false, foreign })
  const voice = voiceOf(event => reporter.handle(event))
  const file = action.kind === 'playbook' ? action.file : stage.assemblyFile
  const session = await openSession(stage.config, options, defaults, voice, path.dirname(file))
  try {
    limitHosts(stage.config, session.inventory, options.limit, voice)
    if (action.kind === 'tasks') session.loader.provide(file, playsOf(action, stage.assemblyFile))
    const services = engineServices(
      options,
      { session, defaults, passwords: stage.passwords, voice },
      stage.agents,
      signal,
    )
    const { exitCode, stats } = await runPlaybooks([file], services, stage.stop)
    return exitCode === 0 ? valuesOf(stats) : new ActionFailure(failureText(stats, exitCode))
  } catch (error) {
    if (error instanceof InterruptedError) return new ActionFailure('interrupted')
    if (error instanceof MadansibleError) return new ActionFailure(mistake(error, action))
    throw error
  } finally {
    await session.close()
  }
}

function optionsOf({ action, variables }: PlaybookCall, options: RunOptions): RunOptions {
  const own = action.kind === 'playbook' ? action.options : undefined
  const vars = { ...Object.fromEntries(variables), ...own?.vars }
  return {
    ...options,
    playbooks: [],
    // The command line has the last word.
    extraVars: [JSON.stringify(vars), ...options.extraVars],
    limit: options.limit ?? own?.limit,
    tags: options.tags.length > 0 ? options.tags : (own?.tags ?? []),
    skipTags: options.skipTags.length > 0 ? options.skipTags : (own?.skipTags ?? []),
  }
}

function playsOf(action: Extract<AssemblyAction, { kind: 'tasks' }>, file: string): Value {
  const plays = [fromJs(action.play)]
  place(plays, action.position ?? { file, line: 1, column: 1 })
  return plays
}

/** Mistakes in it are shown where the action stands. */
function place(value: Value, position: Position): void {
  if (Array.isArray(value)) {
    setPosition(value, position)
    for (const item of value) place(item, position)
  } else if (value instanceof Dict) {
    setPosition(value, position)
    for (const item of value.values()) place(item, position)
  }
}

/** Says where the action stands, unless the message says where the mistake is. */
function mistake({ message }: MadansibleError, action: PlaybookCall['action']): string {
  const saysWhere = message.includes('The error appears to be in')
  return action.kind === 'tasks' && !saysWhere ? placed(message, action.position) : message
}

function valuesOf(stats: RunStats): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  for (const [name, value] of stats.custom.get('_run')?.entries() ?? []) values.set(String(name), toJs(value))
  return values
}

function failureText(stats: RunStats, exitCode: number): string {
  const named = (what: 'failures' | 'unreachable') =>
    [...stats.hosts].filter(([, summary]) => summary[what] > 0).map(([host]) => host)
  const parts = [
    ['failed on', named('failures')],
    ['unreachable:', named('unreachable')],
  ] as const
  const texts = parts.filter(([, hosts]) => hosts.length > 0).map(([what, hosts]) => `${what} ${hosts.join(', ')}`)
  return texts.length > 0 ? texts.join('; ') : `ended with ${exitCode}`
}

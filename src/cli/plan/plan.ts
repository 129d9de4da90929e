// `madansible plan`: what would run and what would wait for what, before anything runs.
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DiskCache } from '../../collections/index.js'
import { type Plan, type PlanNode, type PlannedRun, planPlaybooks } from '../../engine/index.js'
import { MadansibleError } from '../../errors.js'
import { Graph, toDot, toMermaid } from '../../graph/index.js'
import { FootprintModel } from '../../inference/index.js'
import { assemblyOfPrecedences, type OrderedTransition, writeAssembly } from '../../madeus/index.js'
import { DurationStore, reportPage } from '../../report/index.js'
import { adapterFolders } from '../adapter-folders.js'
import { factModules } from '../early-options.js'
import { engineServices } from '../engine-services.js'
import { checkedPlaybooks } from '../playbook-files.js'
import { askPasswords, configured, playDefaults } from '../run-settings.js'
import { limitHosts, openAgents, openSession, type Session } from '../session.js'
import { voiceOf } from '../voice.js'
import { comparePlan } from './compare-plan.js'
import type { PlanFlags } from './plan-options.js'
import { planText } from './plan-text.js'
import { whyText } from './plan-why.js'
import { byTasks, type PlannedTask, type TaskPlan } from './planned-task.js'
import { predictedRun } from './predicted-run.js'

/** Runs the command. @returns the exit code */
export async function plan(flags: PlanFlags): Promise<number> {
  const { planned, model } = await planOf(flags)
  if (flags.run.report !== undefined) writeReport(flags.run.report, planned, flags)
  process.stdout.write(shown(planned, model, flags))
  return 0
}

/** Plans without running anything; `model` knows which assumptions it stands on. */
export async function planOf(flags: PlanFlags): Promise<{ planned: Plan; model: FootprintModel }> {
  const { run: options } = flags
  const playbooks = checkedPlaybooks(options.playbooks)
  const config = configured(options)
  const voice = voiceOf(event => {
    if (event.kind === 'warning') process.stderr.write(`[WARNING]: ${event.text}\n`)
  })
  const defaults = playDefaults(config, options)
  const passwords = flags.gatherFacts ? await askPasswords(options, config) : {}
  const folder = path.dirname(path.resolve(playbooks[0] as string))
  const session = await openSession(config, options, defaults, voice, folder)
  const agents = openAgents(config, voice, options.transport, session.compiler)
  try {
    limitHosts(config, session.inventory, options.limit, voice)
    const model = footprintModel(folder, flags, voice.warning)
    const stop = new AbortController()
    const stage = { session, defaults, passwords, voice }
    const services = {
      ...engineServices({ ...options, order: 'linear' }, stage, agents, stop.signal),
      early: undefined,
    }
    const planned = await planPlaybooks(
      playbooks,
      services,
      { model, mayReturnFacts: factModules(session as Session), gathersFacts: flags.gatherFacts },
      stop.signal,
    )
    return { planned, model }
  } finally {
    await agents.closeAll()
    await session.close()
  }
}

function footprintModel(repository: string, { withdrawn }: PlanFlags, warn: (text: string) => void): FootprintModel {
  const own = path.join(repository, 'madansible.yml')
  return FootprintModel.load({
    adapterFolders: adapterFolders(),
    repository,
    repositoryFile: existsSync(own) ? own : undefined,
    warn,
    withdrawn,
  })
}

function shown(plan: Plan, model: FootprintModel, flags: PlanFlags): string {
  const byTask = byTasks(plan)
  if (flags.save !== undefined) writeFileSync(flags.save, assemblyText(flags, byTask))
  if (flags.against !== undefined) return comparePlan(byTask, flags.against, flags.covers)
  if (flags.why !== undefined) return whyText(flags.why, byTask)
  if (flags.dot) return toDot(byTask.graph, drawing())
  if (flags.mermaid) return toMermaid(byTask.graph, drawing())
  return planText(plan, byTask, model.usedAssumptions)
}

/** A run that nobody has timed yet counts as a second. */
const UNKNOWN_MS = 1000

/** The plan as a timeline, each task as long as it took in earlier runs. */
function writeReport(file: string, planned: Plan, { run }: PlanFlags): void {
  const { playbooks } = run
  const durations = new DurationStore({ cache: new DiskCache(), playbooks, selection: [], classOf: () => '' })
  const model = predictedRun(planned, playbooks, 0, ({ task, host }) => {
    const known = durations.expectedMs({ path: task.getPath() || undefined, rawName: task.getName() }, host)
    return Math.max(1, known ?? UNKNOWN_MS)
  })
  try {
    writeFileSync(file, reportPage({ kind: 'run', run: model }), { mode: 0o600 })
  } catch (cause) {
    throw new MadansibleError(`Cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

function drawing() {
  return {
    label: ({ number, name, component }: PlannedTask) => `${number} ${name.replace(`${component} : `, '')}`,
    cluster: ({ component, play }: PlannedTask) => `${play}: ${component}`,
    isSideways: true,
  }
}

/** The plan as an assembly: a component for each role on each host. Its actions are sleeps. */
function assemblyText({ run }: PlanFlags, { reduced }: TaskPlan): string {
  const transitions = new Map<PlanNode, OrderedTransition>()
  for (const [at, node] of reduced.nodes.entries()) transitions.set(node, transitionOf(node, at))
  const order = Graph.of(
    transitions.values(),
    [...reduced.edges()].map(
      nodes => nodes.map(node => transitions.get(node)) as [OrderedTransition, OrderedTransition],
    ),
  )
  const name = run.playbooks.map(file => path.basename(file)).join(' ')
  return writeAssembly(assemblyOfPrecedences(order, { name }))
}

function transitionOf(node: PlanNode, at: number): OrderedTransition {
  if (node.kind === 'group') return { component: 'rounds', id: `round ${at}` }
  const lasts = { min: 1, max: 1 }
  return {
    component: componentOf(node),
    id: `${node.number} ${node.name}`,
    action: { kind: 'sleep', argument: null },
    lasts,
  }
}

const componentOf = ({ role, play, host }: PlannedRun) => `${role ?? play} on ${host}`

// `madansible bench`: compares runners of a playbook on the user's own hosts, or predicts from a log.
import { readFileSync, writeFileSync } from 'node:fs'
import { benchText, findRunners, predict, predictionText, runBench, TaskTimes } from '../bench/index.js'
import { InterruptedError } from '../engine/errors.js'
import { MadansibleError, UsageError } from '../errors.js'
import { findAnsible } from '../modules/index.js'
import { type BenchModel, type PageData, type RunModel, reportPage } from '../report/index.js'
import type { BenchFlags } from './bench-options.js'
import { interruptSignals } from './interrupt.js'
import type { PlanFlags } from './plan/plan-options.js'
import { runCommand } from './run-options.js'

/** @returns the exit code: 1 when the runners did not do the same */
export async function bench(flags: BenchFlags): Promise<number> {
  if (flags.fromProfile !== undefined) return predictFrom(flags.fromProfile, flags)
  const runners = findRunners({
    args: flags.forwarded,
    ansiblePlaybook: 'ansible-playbook',
    python: findAnsible().python,
    madansible: [process.execPath, process.argv[1] as string, 'run'],
    orders: knownOrders(),
    only: flags.only,
  })
  if (runners.length === 0) throw new UsageError(`None of the runners is there: ${flags.only?.join(', ')}`)
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  const { reset, state, runs, playbooks } = flags
  if (reset === undefined)
    tell('Without --reset each run finds what the one before it left; counts of changes are not compared.')
  const interrupt = interruptSignals(process, tell)
  let model: BenchModel
  try {
    const commands = { resetCommand: reset, stateCommand: state }
    model = await runBench({ playbooks, runners, runs, ...commands, tell, signal: interrupt.stop })
  } catch (error) {
    if (interrupt.stop.aborted) throw new InterruptedError()
    throw error
  } finally {
    interrupt.dispose()
  }
  if (flags.report !== undefined) writePage(flags.report, { kind: 'bench', bench: model })
  process.stdout.write(
    flags.json ? `${JSON.stringify(withoutDetails(model), undefined, 2)}\n` : `\n${benchText(model)}`,
  )
  return model.areRecapsEqual && model.areStatesEqual !== false ? 0 : 1
}

/** The record and the states of hosts are for the report; a machine wants the figures. */
function withoutDetails({ record, ...model }: BenchModel) {
  return {
    ...model,
    runners: model.runners.map(runner => ({ ...runner, runs: runner.runs.map(({ state, ...run }) => run) })),
  }
}

/** What `run --order` can be, when there is such an option. */
function knownOrders(): readonly string[] {
  return runCommand().options.find(option => option.long === '--order')?.argChoices ?? []
}

function writePage(file: string, data: PageData): void {
  try {
    writeFileSync(file, reportPage(data), { mode: 0o600 })
  } catch (cause) {
    throw new MadansibleError(`Cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

/** Predicts from a log: in Ansible's order, and with the playbook at hand also in the inferred one. */
async function predictFrom(file: string, flags: BenchFlags): Promise<number> {
  let log: string
  try {
    log = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`Cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
  const prediction = predict(log)
  const inferred = flags.playbooks.length === 0 ? undefined : await inferredFrom(log, flags)
  if (inferred !== undefined && flags.report !== undefined) writePage(flags.report, { kind: 'run', run: inferred })
  const inferredSeconds = inferred === undefined ? undefined : inferred.elapsedMs / 1000
  const text = flags.json
    ? `${JSON.stringify({ ...prediction, inferredSeconds }, undefined, 2)}\n`
    : predictionText(prediction, inferredSeconds)
  process.stdout.write(text)
  return 0
}

/** The plan of the playbook, each task as long as the log makes it. */
async function inferredFrom(log: string, flags: BenchFlags): Promise<RunModel> {
  const { planOf } = await import('./plan/plan.js')
  const { predictedRun } = await import('./plan/predicted-run.js')
  const { planned } = await planOf({ ...PLAN_ONLY, run: flags.run })
  const times = new TaskTimes(log)
  const occurrences = new Map<string, number>()
  const seen = new Map<string, number>()
  for (const { task, name } of planned.runs) {
    if (occurrences.has(task.uuid)) continue
    occurrences.set(task.uuid, seen.get(name) ?? 0)
    seen.set(name, (seen.get(name) ?? 0) + 1)
  }
  return predictedRun(planned, flags.playbooks, times.startSeconds * 1000, ({ task, name }) =>
    Math.round(times.of(name, occurrences.get(task.uuid) ?? 0) * 1000),
  )
}

const PLAN_ONLY: Omit<PlanFlags, 'run'> = {
  why: undefined,
  dot: false,
  mermaid: false,
  save: undefined,
  against: undefined,
  covers: undefined,
  gatherFacts: false,
  withdrawn: new Set(),
}

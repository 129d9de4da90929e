// `madansible bench`: compares runners of a playbook on the user's own hosts, or predicts from a log.
import { readFileSync, writeFileSync } from 'node:fs'
import { benchText, findRunners, predict, predictionText, runBench } from '../bench/index.js'
import { InterruptedError } from '../engine/errors.js'
import { MadansibleError, UsageError } from '../errors.js'
import { findAnsible } from '../modules/index.js'
import { type BenchModel, reportPage } from '../report/index.js'
import type { BenchFlags } from './bench-options.js'
import { interruptSignals } from './interrupt.js'
import { runCommand } from './run-options.js'

/** @returns the exit code: 1 when the runners did not do the same */
export async function bench(flags: BenchFlags): Promise<number> {
  if (flags.fromProfile !== undefined) return predictFrom(flags.fromProfile, flags.json)
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
  if (flags.report !== undefined) writeReport(flags.report, model)
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

function writeReport(file: string, model: BenchModel): void {
  try {
    writeFileSync(file, reportPage({ kind: 'bench', bench: model }), { mode: 0o600 })
  } catch (cause) {
    throw new MadansibleError(`Cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

function predictFrom(file: string, isJson: boolean): number {
  let log: string
  try {
    log = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`Cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
  const prediction = predict(log)
  process.stdout.write(isJson ? `${JSON.stringify(prediction, undefined, 2)}\n` : predictionText(prediction))
  return 0
}

// Makes figures out of measured runs: medians, spread, ratios, and whether all runners did the same.
import type { BenchModel, Figures, MeasuredRun, RunnerModel } from '../report/index.js'
import { withoutChanges } from './recap.js'
import type { Runner } from './runners.js'

export type RunsOf = ReadonlyMap<Runner, readonly MeasuredRun[]>

/** One row a runner. Ratios are to the fastest of our own, by median. */
export function rowsOf(runs: RunsOf): RunnerModel[] {
  const walls = (measured: readonly MeasuredRun[]) => median(measured.map(run => run.wallSeconds))
  const ours = [...runs].filter(([runner]) => runner.isOurs).map(([, measured]) => walls(measured))
  const best = Math.min(...(ours.length > 0 ? ours : [...runs].map(([, measured]) => walls(measured))))
  return [...runs].map(([runner, measured]) => {
    const { name, label, isOurs } = runner
    const seconds = measured.map(run => run.wallSeconds)
    const figures: Figures = {
      wallSeconds: median(seconds),
      cpuSeconds: median(measured.map(run => run.cpuSeconds)),
      peakMemoryBytes: median(measured.map(run => run.peakMemoryBytes)),
    }
    return {
      name,
      label,
      command: commandText(runner),
      isOurs,
      runs: measured,
      median: figures,
      spread: (Math.max(...seconds) - Math.min(...seconds)) / figures.wallSeconds,
      ratio: figures.wallSeconds / best,
    }
  })
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** As one would type it, with the settings that make it this runner. */
export function commandText({ command, env }: Runner): string {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`)
  return [...settings, ...command.map(quoted)].join(' ')
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

export type Equality = Pick<BenchModel, 'areRecapsEqual' | 'areStatesEqual' | 'differences'>

/**
 * Compares every run with the first one.
 * @param isReset hosts began each run in the same state: then changes count, too
 */
export function equalityOf(runs: RunsOf, isReset: boolean): Equality {
  const all = [...runs].flatMap(([runner, measured]) => measured.map((run, turn) => ({ runner, run, turn })))
  const [first, ...others] = all
  const differences: string[] = []
  let areRecapsEqual = true
  let areStatesEqual = first?.run.state === undefined ? undefined : true
  if (first === undefined) return { areRecapsEqual, areStatesEqual, differences }
  const recapOf = (run: MeasuredRun) => (isReset ? [...run.recap] : withoutChanges(run.recap))
  for (const { runner, run, turn } of others) {
    const where = `${runner.label}, run ${turn + 1}, beside ${first.runner.label}, run 1`
    const recaps = lineDifferences(recapOf(first.run), recapOf(run))
    if (run.exitCode !== first.run.exitCode) recaps.push(`exit code ${first.run.exitCode} became ${run.exitCode}`)
    if (recaps.length > 0) {
      areRecapsEqual = false
      differences.push(`Recap of ${where}:\n${recaps.join('\n')}`)
    }
    const states = lineDifferences(linesOf(first.run.state), linesOf(run.state))
    if (states.length > 0) {
      areStatesEqual = false
      differences.push(`End state of ${where}:\n${states.slice(0, MAX_LINES).join('\n')}`)
    }
  }
  return { areRecapsEqual, areStatesEqual, differences }
}

const MAX_LINES = 40
const linesOf = (text: string | undefined): string[] => (text === undefined ? [] : text.split('\n'))

function lineDifferences(before: readonly string[], after: readonly string[]): string[] {
  const had = new Set(before)
  const has = new Set(after)
  return [
    ...before.filter(line => !has.has(line)).map(line => `- ${line}`),
    ...after.filter(line => !had.has(line)).map(line => `+ ${line}`),
  ]
}

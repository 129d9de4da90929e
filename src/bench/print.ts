// A comparison as text for the terminal.
import type { BenchModel } from '../report/index.js'

/** Lines of a table and of what was found; no line of the table is wider than 100 columns. */
export function benchText(bench: BenchModel): string {
  const isReset =
    bench.areStatesEqual === undefined ? '' : bench.areStatesEqual ? ' End states are equal.' : ' End states differ.'
  return [
    tableText(bench),
    '',
    `Recaps ${bench.areRecapsEqual ? 'are equal' : 'differ'}.${isReset}`,
    ...bench.differences.map(text => `\n${text}`),
    '',
    ...splitLines(bench),
    ...bench.findings,
    '',
  ].join('\n')
}

const HEADS = ['runner', 'median', 'least', 'most', 'spread', 'ratio', 'cpu', 'memory'] as const

function tableText({ runners }: BenchModel): string {
  const rows = runners.map(({ label, runs, median, spread, ratio }) => {
    const walls = runs.map(run => run.wallSeconds)
    return [
      label,
      `${median.wallSeconds.toFixed(1)} s`,
      `${Math.min(...walls).toFixed(1)} s`,
      `${Math.max(...walls).toFixed(1)} s`,
      `${Math.round(spread * 100)} %`,
      `${ratio.toFixed(1)}x`,
      Number.isNaN(median.cpuSeconds) ? '-' : `${median.cpuSeconds.toFixed(1)} s`,
      Number.isNaN(median.peakMemoryBytes) ? '-' : `${Math.round(median.peakMemoryBytes / 2 ** 20)} MiB`,
    ]
  })
  const widths = HEADS.map((head, at) => Math.max(head.length, ...rows.map(row => (row[at] as string).length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)))
      .join('  ')
  return [line(HEADS), ...rows.map(line)].join('\n')
}

function splitLines({ split }: BenchModel): string[] {
  const total = split.reduce((sum, { ms }) => sum + ms, 0)
  if (total === 0) return []
  const parts = split
    .filter(({ ms }) => ms > 0)
    .map(({ name, ms }) => `${name.toLowerCase()} ${(ms / 1000).toFixed(1)} s (${Math.round((100 * ms) / total)} %)`)
  return [`Time of madansible: ${parts.join(', ')}.`]
}

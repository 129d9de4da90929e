// A comparison of orders, for people.
import type { ComparedRun, OrderComparison } from './compare-order.js'

/** Lines without colours. */
export function comparisonText<R extends ComparedRun>(comparison: OrderComparison<R>): string {
  const { covered, uncovered, unmapped, missing, partial, extra, seconds, criticalPath } = comparison
  const lines = ['covered']
  for (const [name, runs] of covered) if (runs.length > 0) lines.push(`  ${name}: ${runs.length} runs`)
  section(lines, 'not covered by any run', uncovered)
  if (unmapped.length > 0) lines.push(`${unmapped.length} runs cover no transition`)
  section(
    lines,
    'missing: the assembly orders them, the graph does not',
    missing.map(({ before, after }) => `${before} → ${after}`),
  )
  section(
    lines,
    'partly in order: parts of the two may overlap',
    partial.map(
      ({ before, after, ordered, unordered }) => `${before} → ${after}: ${ordered} of ${ordered + unordered}`,
    ),
  )
  section(
    lines,
    'extra: the graph orders them, the assembly does not',
    extra.map(
      ({ before, after, cost, through }) =>
        `${before} → ${after} costs ${cost.toFixed(1)} s: ${through.map(({ id }) => id).join(' → ')}`,
    ),
  )
  const difference = seconds.assembly === 0 ? 0 : (seconds.graph / seconds.assembly - 1) * 100
  lines.push(
    `T with the assembly's durations: ${seconds.assembly.toFixed(1)} s for the assembly, ${seconds.graph.toFixed(1)} s for the graph ` +
      `(${difference >= 0 ? '+' : ''}${difference.toFixed(1)} %)`,
    `critical path: ${criticalPath.map(({ id }) => id).join(' → ')}`,
  )
  return `${lines.join('\n')}\n`
}

function section(lines: string[], title: string, entries: readonly string[]): void {
  if (entries.length > 0) lines.push(`${title} (${entries.length})`, ...entries.map(entry => `  ${entry}`))
}

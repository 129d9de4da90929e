// The comparison of runners: medians as bars with every run marked, ratios, whether all did the same, where the time went.
import type { BenchModel, RunnerModel } from '../bench-model.js'
import { duration, element, mebibytes } from './format.js'

export function benchView(bench: BenchModel): HTMLElement {
  const { machine } = bench
  const when = new Date(bench.startedAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
  const place = `${when} · ${machine.processors} processors, ${mebibytes(machine.memoryBytes)}, load ${machine.load.map(number => number.toFixed(1)).join(' ')} at the start`
  const cards = element(
    'div',
    { class: 'summary bench' },
    card('Wall time', element('p', { class: 'muted' }, place), bars(bench), verdict(bench)),
    card('Figures', figures(bench)),
    card('Where madansible’s time went', split(bench), findings(bench)),
    card('Commands', commands(bench)),
  )
  return element('div', { class: 'pane' }, cards)
}

function card(title: string, ...content: readonly Node[]): HTMLElement {
  return element('section', { class: 'card wide' }, element('h2', {}, title), ...content)
}

function bars(bench: BenchModel): HTMLElement {
  const longest = Math.max(0.001, ...bench.runners.flatMap(({ runs }) => runs.map(run => run.wallSeconds)))
  const rows = bench.runners.map(runner => {
    const part = (seconds: number) => `${(100 * seconds) / longest}%`
    const dots = runner.runs.map(run =>
      element('span', {
        class: 'dot-run',
        style: `left:${part(run.wallSeconds)}`,
        title: `${run.wallSeconds.toFixed(2)} s`,
      }),
    )
    return element(
      'div',
      { class: `bench-row${runner.isOurs ? ' ours' : ''}` },
      element('span', { class: 'bench-name' }, runner.label),
      element(
        'div',
        { class: 'bench-bar' },
        element('span', { class: 'fill', style: `width:${part(runner.median.wallSeconds)}` }),
        ...dots,
      ),
      element('span', { class: 'bench-value' }, `${runner.median.wallSeconds.toFixed(1)} s`),
      element('span', { class: 'bench-ratio muted' }, runner.ratio === 1 ? '' : `${runner.ratio.toFixed(1)}×`),
    )
  })
  const legend = element(
    'p',
    { class: 'muted' },
    'Bars are medians, dots are runs; × says how many times as long as the fastest of madansible.',
  )
  return element(
    'div',
    { class: 'bench-chart', role: 'img', 'aria-label': bench.runners.map(describe).join('; ') },
    ...rows,
    legend,
  )
}

const describe = (runner: RunnerModel): string => `${runner.label}: ${runner.median.wallSeconds.toFixed(1)} seconds`

function verdict(bench: BenchModel): HTMLElement {
  const states =
    bench.areStatesEqual === undefined ? '' : bench.areStatesEqual ? ' End states are equal.' : ' End states differ.'
  const isGood = bench.areRecapsEqual && bench.areStatesEqual !== false
  const text = `${isGood ? '✓' : '✕'} Recaps ${bench.areRecapsEqual ? 'are equal' : 'differ'}.${states}`
  const lines = bench.differences.map(difference => element('pre', { tabindex: 0 }, difference))
  return element('div', { class: isGood ? 'verdict good' : 'verdict bad' }, element('p', {}, text), ...lines)
}

function figures(bench: BenchModel): HTMLElement {
  const heads = ['Runner', 'Runs', 'Median', 'Least', 'Most', 'Spread', 'Ratio', 'Controller CPU', 'Peak memory']
  const rows = bench.runners.map(runner => {
    const walls = runner.runs.map(run => run.wallSeconds)
    const cells = [
      runner.label,
      String(runner.runs.length),
      `${runner.median.wallSeconds.toFixed(2)} s`,
      `${Math.min(...walls).toFixed(2)} s`,
      `${Math.max(...walls).toFixed(2)} s`,
      `${Math.round(runner.spread * 100)} %`,
      `${runner.ratio.toFixed(2)}×`,
      `${runner.median.cpuSeconds.toFixed(1)} s`,
      mebibytes(runner.median.peakMemoryBytes),
    ]
    return element('tr', {}, ...cells.map(cell => element('td', {}, cell)))
  })
  const head = element('tr', {}, ...heads.map(text => element('th', { scope: 'col' }, text)))
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))
}

function split(bench: BenchModel): HTMLElement {
  const total = Math.max(
    1,
    bench.split.reduce((sum, { ms }) => sum + ms, 0),
  )
  const bar = element('div', { class: 'stack' })
  const list = element('ul', { class: 'legend' })
  bench.split.forEach(({ name, ms, note }, at) => {
    const kind = 'abcde'[at] ?? 'e'
    bar.append(element('span', { class: `part ${kind}`, style: `width:${(100 * ms) / total}%`, title: name }))
    list.append(
      element(
        'li',
        {},
        element('span', { class: `dot ${kind}` }),
        `${name}: ${duration(ms)} (${Math.round((100 * ms) / total)} %) `,
        element('span', { class: 'muted' }, note),
      ),
    )
  })
  return element('div', {}, bar, list)
}

function findings(bench: BenchModel): HTMLElement {
  return element('ul', { class: 'findings' }, ...bench.findings.map(text => element('li', {}, text)))
}

function commands(bench: BenchModel): HTMLElement {
  const list = element('dl', { class: 'commands' })
  for (const runner of bench.runners) {
    list.append(element('dt', {}, runner.label), element('dd', {}, element('code', {}, runner.command)))
  }
  return list
}

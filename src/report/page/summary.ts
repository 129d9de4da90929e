// The run in numbers: recap, where the time went, the slowest tasks, the critical path, messages.
import type { RunModel } from '../run-model.js'
import type { RunData } from './data.js'
import { count, duration, element, mebibytes } from './format.js'

const SLOWEST = 15

export function summaryView(data: RunData, onSelect: (run: number) => void): HTMLElement {
  const { model } = data
  const cards = element(
    'div',
    { class: 'summary' },
    recap(model),
    timeSplit(model),
    slowest(data, onSelect),
    criticalPath(data, onSelect),
    messages(model),
  )
  return element('div', { class: 'pane' }, cards)
}

function card(title: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element('section', { class: 'card' }, element('h2', {}, title), ...content)
}

function tableOf(heads: readonly string[], rows: readonly (readonly (Node | string)[])[]): HTMLElement {
  const head = element('tr', {}, ...heads.map(text => element('th', { scope: 'col' }, text)))
  const body = rows.map(cells => element('tr', {}, ...cells.map(cell => element('td', {}, cell))))
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body))
}

function recap(model: RunModel): HTMLElement {
  const heads = ['Host', 'ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored']
  const rows = Object.entries(model.recap).map(([host, sums]) => [
    host,
    ...[sums.ok, sums.changed, sums.unreachable, sums.failures, sums.skipped, sums.rescued, sums.ignored].map(number =>
      element('span', { class: number === 0 ? 'muted' : '' }, count(number)),
    ),
  ])
  return card(
    'Recap',
    rows.length === 0 ? element('p', { class: 'muted' }, 'No host was reached.') : tableOf(heads, rows),
  )
}

function timeSplit(model: RunModel): HTMLElement {
  const { resources } = model
  if (resources === undefined) return element('span', {})
  const computing = Math.max(0, resources.activeMs - resources.templatingMs)
  const total = Math.max(1, resources.activeMs + resources.waitingMs)
  const parts: readonly (readonly [string, number, string])[] = [
    ['Waiting for hosts', resources.waitingMs, 'a'],
    ['Templates and conditions', resources.templatingMs, 'b'],
    ['Everything else on the controller', computing, 'c'],
  ]
  const bar = element('div', { class: 'stack' })
  const list = element('ul', { class: 'legend' })
  for (const [label, ms, kind] of parts) {
    bar.append(element('span', { class: `part ${kind}`, style: `width:${(100 * ms) / total}%`, title: label }))
    list.append(
      element(
        'li',
        {},
        element('span', { class: `dot ${kind}` }),
        `${label}: ${duration(ms)} (${Math.round((100 * ms) / total)} %)`,
      ),
    )
  }
  const cpu = resources.cpuUserSeconds + resources.cpuSystemSeconds
  const note = `Controller: ${cpu.toFixed(1)} s of processor time, at most ${mebibytes(resources.peakMemoryBytes)} of memory.`
  return card('Where the time went', bar, list, element('p', { class: 'muted' }, note))
}

function slowest(data: RunData, onSelect: (run: number) => void): HTMLElement {
  const { model } = data
  const sums = new Map<number, { total: number; longest: number; runs: number }>()
  model.runs.forEach(({ task, start, end }, index) => {
    const sum = sums.get(task) ?? { total: 0, longest: index, runs: 0 }
    sum.total += end - start
    sum.runs++
    const { start: from, end: to } = data.run(sum.longest)
    if (end - start > to - from) sum.longest = index
    sums.set(task, sum)
  })
  const rows = [...sums]
    .sort(([, a], [, b]) => b.total - a.total)
    .slice(0, SLOWEST)
    .map(([task, { total, longest, runs }]) => {
      const name = model.tasks[task]?.name ?? ''
      const { start, end } = data.run(longest)
      const link = element('button', { class: 'link', onclick: () => onSelect(longest) }, name)
      return [link, count(runs), duration(total), `${duration(end - start)} on ${data.host(longest)}`]
    })
  return card('Slowest tasks', tableOf(['Task', 'Runs', 'In all', 'Longest'], rows))
}

function criticalPath(data: RunData, onSelect: (run: number) => void): HTMLElement {
  const path = data.model.criticalPath
  const busy = path.reduce((sum, run) => sum + data.run(run).end - data.run(run).start, 0)
  const rows = [...path]
    .sort((a, b) => data.run(b).end - data.run(b).start - (data.run(a).end - data.run(a).start))
    .slice(0, SLOWEST)
    .map(run => [
      element('button', { class: 'link', onclick: () => onSelect(run) }, data.task(run).name),
      data.host(run),
      duration(data.run(run).end - data.run(run).start),
    ])
  const note = `${count(path.length)} task runs one after the other, ${duration(busy)} of ${duration(data.model.elapsedMs)}. The longest of them:`
  return card('Critical path', element('p', {}, note), tableOf(['Task', 'Host', 'Took'], rows))
}

function messages(model: RunModel): HTMLElement {
  if (model.messages.length === 0) return element('span', {})
  const items = model.messages.map(({ kind, text }) =>
    element('li', { class: kind }, element('b', {}, kind), ` ${text}`),
  )
  return card('Warnings and errors', element('ul', { class: 'messages' }, ...items))
}

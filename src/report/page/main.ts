// The report page: reads the data that was put into it and shows a run, or a comparison and one of its runs.
import type { BenchModel } from '../bench-model.js'
import type { RunModel } from '../run-model.js'
import { benchView } from './bench-view.js'
import { RunData } from './data.js'
import { element } from './format.js'
import { RunView } from './run-view.js'
import { themeButton } from './theme.js'

type PageData =
  | { readonly kind: 'run'; readonly run: RunModel }
  | { readonly kind: 'bench'; readonly bench: BenchModel }

function start(): void {
  const page = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as PageData | null
  const root = document.getElementById('root') as HTMLElement
  if (page === null) {
    root.append(element('p', { class: 'empty' }, 'This page holds no run.'))
    return
  }
  if (page.kind === 'run') showRun(root, page.run)
  else showBench(root, page.bench)
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.documentElement.dataset.ready = String(Math.round(performance.now()))
    }),
  )
}

function showRun(root: HTMLElement, run: RunModel): void {
  document.title = `${run.playbooks.join(' ')} · madansible`
  const view = new RunView(new RunData(run), [])
  root.append(view.node)
  view.start()
}

function showBench(root: HTMLElement, bench: BenchModel): void {
  document.title = `${bench.playbooks.join(' ')} · comparison · madansible`
  const comparison = benchView(bench)
  if (bench.record === undefined) {
    const head = element(
      'header',
      { class: 'top' },
      element('h1', {}, 'Comparison'),
      themeButton(() => {}),
    )
    root.append(element('div', { class: 'page' }, head, element('main', { class: 'scroll' }, comparison)))
    return
  }
  const view = new RunView(new RunData(bench.record), [{ name: 'Comparison', node: comparison }])
  root.append(view.node)
  view.start()
}

start()

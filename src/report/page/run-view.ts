// A run on the page: numbers at the top, search and filters, and the views that they act on.
import type { RunStatus } from '../run-model.js'
import type { RunData } from './data.js'
import { DetailsPanel } from './details.js'
import { count, duration, element } from './format.js'
import { GraphView } from './graph-view.js'
import type { Grouping } from './lanes.js'
import { Overview } from './overview.js'
import { STATUS_NAMES, STATUSES } from './palette.js'
import { summaryView } from './summary.js'
import { RunTable } from './table.js'
import { themeButton } from './theme.js'
import { Timeline } from './timeline.js'

export interface ExtraView {
  readonly name: string
  readonly node: HTMLElement
}

interface View extends ExtraView {
  /** Search and filters act on it. */
  readonly isFiltered: boolean
  draw?(): void
}

export class RunView {
  readonly node: HTMLElement
  readonly #details: DetailsPanel
  readonly #timeline: Timeline
  readonly #overview: Overview
  readonly #table: RunTable
  readonly #graph: GraphView
  readonly #views: readonly View[]
  readonly #statuses = new Set<RunStatus>(STATUS_NAMES)
  readonly #search = element('input', {
    type: 'search',
    class: 'search',
    placeholder: 'Search tasks, hosts, components  ( / )',
    'aria-label': 'Search task runs',
  })
  readonly #found = element('output', { class: 'found', 'aria-live': 'polite' })
  readonly #said = element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' })
  readonly #tabs = element('nav', { class: 'tabs', role: 'tablist' })
  readonly #tools: HTMLElement
  readonly #stage = element('main', { class: 'stage-area' })
  #host: number | undefined
  #component: number | undefined
  #isCriticalOnly = false
  #matched: number[] = []
  #selected: number | undefined
  #active: View

  constructor(
    private readonly data: RunData,
    extra: readonly ExtraView[],
  ) {
    const select = (index: number) => this.#select(index, true)
    this.#details = new DetailsPanel(data, select, () => this.#closeDetails())
    this.#overview = new Overview(data, (from, to) => this.#timeline.setView(from, to))
    this.#timeline = new Timeline(data, {
      onSelect: (index, shouldOpen) => (index === undefined ? this.#closeDetails() : this.#select(index, shouldOpen)),
      onView: (from, to) => this.#overview.setView(from, to),
    })
    this.#table = new RunTable(data, select)
    this.#graph = new GraphView(data, select)
    const timeline = element('div', { class: 'view' }, this.#timelineBar(), this.#overview.node, this.#timeline.node)
    this.#views = [
      ...extra.map(view => ({ ...view, isFiltered: false })),
      { name: 'Timeline', node: timeline, isFiltered: true, draw: () => this.#timeline.redraw() },
      { name: 'Tasks', node: this.#table.node, isFiltered: true, draw: () => this.#table.draw() },
      { name: 'Graph', node: this.#graph.node, isFiltered: false, draw: () => this.#graph.draw() },
      { name: 'Summary', node: summaryView(data, select), isFiltered: false },
    ]
    this.#active = this.#views[0] as View
    this.#tools = this.#filterBar()
    this.node = element(
      'div',
      { class: 'page' },
      this.#header(),
      element('div', { class: 'bar' }, this.#tabs, this.#tools),
      element('div', { class: 'split' }, this.#stage, this.#details.node),
      this.#said,
    )
    document.addEventListener('keydown', event => this.#onKey(event))
    this.#expose()
  }

  start(): void {
    this.#open(this.#active)
    this.#applyFilter()
  }

  #header(): HTMLElement {
    const { model } = this.data
    const failed = model.runs.filter(run => run.status === 'failed' && run.ignored !== true).length
    const busy = model.runs.reduce((sum, run) => sum + (run.end - run.start), 0)
    const early = model.runs.filter(run => run.early === true).length
    const facts: readonly (readonly [string, string, boolean?])[] = [
      ['Duration', duration(model.elapsedMs)],
      ['Hosts', count(model.hosts.length)],
      ['Task runs', count(model.runs.length)],
      ['Changed', count(model.runs.filter(run => run.status === 'changed').length)],
      ['Failed', count(failed), failed > 0],
      ['Parallel on average', (busy / Math.max(1, model.elapsedMs)).toFixed(1)],
      ['Order', early > 0 ? `${model.order}, ${count(early)} early` : model.order],
    ]
    const when = new Date(model.startedAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
    const state = model.exitCode === 0 ? '' : ` · exit code ${model.exitCode ?? '?'}`
    return element(
      'header',
      { class: 'top' },
      element(
        'div',
        { class: 'title' },
        element('h1', {}, model.playbooks.map(baseName).join(' ') || 'run'),
        element('span', { class: 'muted' }, `${when} · ${model.product} ${model.version}${state}`),
      ),
      element(
        'dl',
        { class: 'facts' },
        ...facts.map(([name, value, isBad]) =>
          element('div', { class: isBad === true ? 'bad' : '' }, element('dt', {}, name), element('dd', {}, value)),
        ),
      ),
      themeButton(() => this.#recolor()),
    )
  }

  #timelineBar(): HTMLElement {
    const grouping = element('select', { 'aria-label': 'Group rows by' })
    grouping.append(
      element('option', { value: 'host' }, 'By host'),
      element('option', { value: 'component' }, 'By component'),
    )
    grouping.addEventListener('change', () => this.#timeline.group(grouping.value as Grouping))
    const critical = element('input', { type: 'checkbox', checked: true })
    critical.addEventListener('change', () => this.#timeline.markCritical(critical.checked))
    const button = (label: string, sign: string, act: () => void) =>
      element('button', { class: 'icon', 'aria-label': label, title: label, onclick: act }, sign)
    return element(
      'div',
      { class: 'view-bar' },
      grouping,
      element('label', {}, critical, ' Critical path'),
      element('span', { class: 'grow muted hint' }, 'Drag to move · Ctrl + wheel to zoom · arrow keys to walk'),
      button('Zoom out (-)', '−', () => this.#timeline.zoom(1 / 0.6)),
      button('Zoom in (+)', '+', () => this.#timeline.zoom(0.6)),
      button('Show everything (0)', '⤢', () => this.#timeline.fit()),
    )
  }

  #filterBar(): HTMLElement {
    const { model } = this.data
    const present = STATUS_NAMES.filter(status => model.runs.some(run => run.status === status))
    const choice = (label: string, names: readonly string[], onChoose: (index: number | undefined) => void) => {
      const list = element('select', { 'aria-label': label })
      list.append(
        element('option', { value: '' }, label),
        ...names.map((name, index) => element('option', { value: index }, name)),
      )
      list.addEventListener('change', () => {
        onChoose(list.value === '' ? undefined : Number(list.value))
        this.#applyFilter()
      })
      return list
    }
    const critical = element('input', { type: 'checkbox' })
    critical.addEventListener('change', () => {
      this.#isCriticalOnly = critical.checked
      this.#applyFilter()
    })
    this.#search.addEventListener('input', () => this.#applyFilter())
    this.#search.addEventListener('keydown', event => {
      if (event.key === 'Enter') this.#next(event.shiftKey ? -1 : 1)
      if (event.key === 'Escape') {
        this.#search.value = ''
        this.#applyFilter()
        this.#search.blur()
      }
    })
    return element(
      'div',
      { class: 'tools' },
      this.#search,
      this.#found,
      ...present.map(status => this.#statusChip(status)),
      choice('All hosts', model.hosts, index => {
        this.#host = index
      }),
      choice('All components', model.components, index => {
        this.#component = index
      }),
      element('label', {}, critical, ' Critical only'),
    )
  }

  #statusChip(status: RunStatus): HTMLElement {
    const look = STATUSES[status]
    const total = this.data.model.runs.filter(run => run.status === status).length
    const chip = element(
      'button',
      { class: `chip ${status}`, 'aria-pressed': 'true' },
      `${look.sign} ${look.label} ${count(total)}`,
    )
    chip.addEventListener('click', () => {
      if (!this.#statuses.delete(status)) this.#statuses.add(status)
      chip.setAttribute('aria-pressed', String(this.#statuses.has(status)))
      this.#applyFilter()
    })
    return chip
  }

  #applyFilter(): void {
    const words = this.#search.value
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '')
    const visible = this.data.matches({
      words,
      statuses: this.#statuses,
      host: this.#host,
      component: this.#component,
      isCriticalOnly: this.#isCriticalOnly,
    })
    this.#matched = []
    visible.forEach((value, index) => {
      if (value === 1) this.#matched.push(index)
    })
    const total = this.data.model.runs.length
    this.#found.value = this.#matched.length === total ? '' : `${count(this.#matched.length)} of ${count(total)}`
    this.#timeline.show(visible)
    this.#table.show(visible)
  }

  #next(step: number): void {
    if (this.#matched.length === 0) return
    const at = this.#selected === undefined ? -1 : this.#matched.indexOf(this.#selected)
    const next = this.#matched[(at + step + this.#matched.length) % this.#matched.length]
    if (next !== undefined) this.#select(next, true)
  }

  #select(index: number, shouldOpen: boolean): void {
    this.#selected = index
    this.#timeline.select(index)
    this.#table.select(index)
    const run = this.data.run(index)
    this.#said.textContent = `${this.data.task(index).name} on ${this.data.host(index)}, ${run.status}, ${duration(run.end - run.start)}`
    if (shouldOpen || this.#details.isOpen) this.#details.show(index)
  }

  #closeDetails(): void {
    this.#selected = undefined
    this.#details.close()
    this.#timeline.select(undefined)
    this.#table.select(undefined)
  }

  #open(view: View): void {
    this.#active = view
    this.#tabs.replaceChildren(
      ...this.#views.map((each, at) =>
        element(
          'button',
          {
            role: 'tab',
            'aria-selected': each === view ? 'true' : 'false',
            title: `${each.name} (${at + 1})`,
            onclick: () => this.#open(each),
          },
          each.name,
        ),
      ),
    )
    this.#tools.hidden = !view.isFiltered
    this.#stage.replaceChildren(view.node)
    view.draw?.()
  }

  #recolor(): void {
    this.#timeline.refreshColors()
    this.#overview.draw()
  }

  #onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (event.key === 'Escape' && !isTyping) return this.#closeDetails()
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    const view = this.#views[Number(event.key) - 1]
    if (event.key === '/') {
      event.preventDefault()
      if (!this.#active.isFiltered) this.#open(this.#views.find(each => each.isFiltered) as View)
      this.#search.focus()
    } else if (event.key === 'n' || event.key === 'N') this.#next(event.key === 'n' ? 1 : -1)
    else if (event.key === 't') this.node.querySelector<HTMLElement>('.theme')?.click()
    else if (view !== undefined) this.#open(view)
  }

  /** For tests, and for whoever opens the browser's console. */
  #expose(): void {
    const handle = {
      view: () => this.#timeline.view,
      positionOf: (index: number) => this.#timeline.positionOf(index),
      matched: () => this.#matched.length,
      model: this.data.model,
    }
    Object.assign(window, { report: handle })
  }
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path

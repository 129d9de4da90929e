// The panel beside the timeline: everything known about one task run.
import type { RunData } from './data.js'
import { diffLines } from './diff-lines.js'
import { duration, element } from './format.js'
import { STATUSES } from './palette.js'

const MAX_LISTED = 40

export class DetailsPanel {
  readonly node = element('aside', { class: 'details', hidden: true, 'aria-label': 'Task run', tabindex: -1 })

  constructor(
    private readonly data: RunData,
    private readonly onSelect: (index: number) => void,
    private readonly onClose: () => void,
  ) {}

  get isOpen(): boolean {
    return !this.node.hidden
  }

  close(): void {
    this.node.hidden = true
  }

  show(index: number): void {
    const run = this.data.run(index)
    const task = this.data.task(index)
    const { result, diff } = this.data.details(index)
    this.node.replaceChildren(
      element(
        'header',
        {},
        element('h2', {}, task.name),
        element(
          'button',
          { class: 'icon', 'aria-label': 'Close', title: 'Close (Esc)', onclick: () => this.onClose() },
          '×',
        ),
      ),
      this.#facts(index),
      this.#waits(index),
      this.#dependents(index),
      ...outputs(result),
      ...(diff === undefined ? [] : [section('What changed', diffLines(diff))]),
      ...rawResult(result),
    )
    this.node.dataset.run = String(index)
    this.node.dataset.status = run.status
    this.node.hidden = false
    this.node.scrollTop = 0
  }

  #facts(index: number): HTMLElement {
    const run = this.data.run(index)
    const task = this.data.task(index)
    const look = STATUSES[run.status]
    const status = `${look.sign} ${look.label}${run.ignored === true ? ', ignored' : ''}${run.early === true ? ', early' : ''}`
    const rows: [string, Node | string | undefined][] = [
      ['Status', element('span', { class: `status ${run.status}` }, status)],
      ['Host', run.delegateTo === undefined ? this.data.host(index) : `${this.data.host(index)} → ${run.delegateTo}`],
      ['Component', this.data.component(index)],
      ['Took', `${duration(run.end - run.start)}, from ${duration(run.start)} to ${duration(run.end)}`],
      ['Action', task.action],
      ['Play', this.data.model.plays[task.play]?.name],
      ['Defined in', this.data.place(index)],
      ['Loop items', run.items === undefined ? undefined : String(run.items)],
      ['Attempts', run.attempts === undefined ? undefined : String(run.attempts)],
      ['Critical path', this.data.isCritical[index] === 1 ? 'yes: the end of the run waited for it' : undefined],
    ]
    const list = element('dl', {})
    for (const [name, value] of rows) {
      if (value !== undefined && value !== '') list.append(element('dt', {}, name), element('dd', {}, value))
    }
    return list
  }

  #waits(index: number): HTMLElement {
    const waits = this.data.waits(index)
    if (waits.length === 0)
      return section('Why it began then', element('p', { class: 'muted' }, 'It waited for nothing.'))
    const list = element('ul', { class: 'evidence' })
    for (const wait of waits.slice(0, MAX_LISTED)) {
      list.append(
        element('li', {}, this.#link(wait.run), element('div', { class: 'because' }, `${wait.kind}: ${wait.because}`)),
      )
    }
    if (waits.length > MAX_LISTED)
      list.append(element('li', { class: 'muted' }, `and ${waits.length - MAX_LISTED} more`))
    return section('Why it began then', list)
  }

  #dependents(index: number): HTMLElement | string {
    const dependents = this.data.dependents(index)
    if (dependents.length === 0) return ''
    const list = element('ul', { class: 'evidence' })
    for (const other of dependents.slice(0, MAX_LISTED)) list.append(element('li', {}, this.#link(other)))
    if (dependents.length > MAX_LISTED)
      list.append(element('li', { class: 'muted' }, `and ${dependents.length - MAX_LISTED} more`))
    return section(`What waited for it (${dependents.length})`, list)
  }

  #link(index: number): HTMLElement {
    const label = `${this.data.task(index).name} · ${this.data.host(index)}`
    return element('button', { class: 'link', onclick: () => this.onSelect(index) }, label)
  }
}

function section(title: string, ...content: readonly Node[]): HTMLElement {
  return element('section', {}, element('h3', {}, title), ...content)
}

/** Message, standard output and error in readable form. */
function outputs(result: string | undefined): HTMLElement[] {
  const parsed = parse(result)
  if (parsed === undefined) return []
  const out: HTMLElement[] = []
  for (const [key, title] of [
    ['censored', 'Hidden'],
    ['msg', 'Message'],
    ['stdout', 'Output'],
    ['stderr', 'Errors'],
  ] as const) {
    const value = parsed[key]
    if (value === undefined || value === '' || value === null) continue
    const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)
    out.push(section(title, element('pre', { tabindex: 0 }, text)))
  }
  return out
}

function rawResult(result: string | undefined): HTMLElement[] {
  if (result === undefined) return []
  const parsed = parse(result)
  const text = parsed === undefined ? result : JSON.stringify(parsed, undefined, 2)
  const isShort = text.length < 600
  const body = element(
    'details',
    { open: isShort },
    element('summary', {}, 'Result'),
    element('pre', { tabindex: 0 }, text),
  )
  return [element('section', {}, body)]
}

function parse(result: string | undefined): Record<string, unknown> | undefined {
  if (result === undefined) return undefined
  try {
    return JSON.parse(result) as Record<string, unknown>
  } catch {
    return undefined
  }
}

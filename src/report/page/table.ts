// All task runs as a table, of which only the rows on the screen exist. Works with the keyboard like a list.
import type { RunData } from './data.js'
import { duration, element } from './format.js'
import { STATUSES } from './palette.js'

const ROW = 28
const SPARE = 6

type Key = 'start' | 'took' | 'task' | 'host' | 'component' | 'status'

const COLUMNS: readonly (readonly [Key, string])[] = [
  ['status', 'Status'],
  ['task', 'Task'],
  ['host', 'Host'],
  ['component', 'Component'],
  ['start', 'Began at'],
  ['took', 'Took'],
]

export class RunTable {
  readonly node: HTMLElement
  readonly #body = element('div', { class: 'body', role: 'listbox', tabindex: 0, 'aria-label': 'Task runs' })
  readonly #rows = element('div', { class: 'rows' })
  readonly #heads = element('div', { class: 'heads' })
  #order: number[] = []
  #visible: Uint8Array
  #key: Key = 'start'
  #isDescending = false
  #selected: number | undefined

  constructor(
    private readonly data: RunData,
    private readonly onSelect: (index: number) => void,
  ) {
    this.#visible = new Uint8Array(data.model.runs.length).fill(1)
    this.#body.append(this.#rows)
    this.node = element('div', { class: 'table' }, this.#heads, this.#body)
    this.#body.addEventListener('scroll', () => this.draw(), { passive: true })
    this.#body.addEventListener('keydown', event => this.#onKey(event))
    new ResizeObserver(() => this.draw()).observe(this.#body)
    this.#sort()
  }

  show(visible: Uint8Array): void {
    this.#visible = visible
    this.#sort()
  }

  /** Chooses a run and brings it into sight. */
  select(index: number | undefined): void {
    this.#selected = index
    const at = index === undefined ? -1 : this.#order.indexOf(index)
    if (at >= 0) this.#scrollTo(at)
    this.draw()
  }

  #scrollTo(at: number): void {
    const top = at * ROW
    const { scrollTop, clientHeight } = this.#body
    if (top < scrollTop) this.#body.scrollTop = top
    else if (top + ROW > scrollTop + clientHeight) this.#body.scrollTop = top + ROW - clientHeight
  }

  #sort(): void {
    const { runs } = this.data.model
    const value = (index: number): string | number => {
      const run = runs[index]!
      switch (this.#key) {
        case 'start':
          return run.start
        case 'took':
          return run.end - run.start
        case 'task':
          return this.data.task(index).name
        case 'host':
          return this.data.host(index)
        case 'component':
          return this.data.component(index)
        case 'status':
          return run.status
      }
    }
    const keyed = runs.map((_, index) => index).filter(index => this.#visible[index] === 1)
    const values = new Map(keyed.map(index => [index, value(index)]))
    const sign = this.#isDescending ? -1 : 1
    this.#order = keyed.sort((a, b) => {
      const left = values.get(a)!
      const right = values.get(b)!
      return (left < right ? -sign : left > right ? sign : 0) || a - b
    })
    this.#heads.replaceChildren(...COLUMNS.map(([key, label]) => this.#head(key, label)))
    this.#rows.style.height = `${this.#order.length * ROW}px`
    this.draw()
  }

  #head(key: Key, label: string): HTMLElement {
    const isActive = key === this.#key
    const arrow = isActive ? (this.#isDescending ? ' ↓' : ' ↑') : ''
    const choose = () => {
      this.#isDescending = isActive ? !this.#isDescending : key === 'took'
      this.#key = key
      this.#sort()
    }
    return element(
      'button',
      { class: `cell ${key}`, 'aria-pressed': isActive ? 'true' : 'false', onclick: choose },
      label + arrow,
    )
  }

  draw(): void {
    const first = Math.max(0, Math.floor(this.#body.scrollTop / ROW) - SPARE)
    const last = Math.min(this.#order.length, Math.ceil((this.#body.scrollTop + this.#body.clientHeight) / ROW) + SPARE)
    const shown: Node[] = []
    for (let at = first; at < last; at++) shown.push(this.#row(at))
    if (this.#order.length === 0) shown.push(element('p', { class: 'muted empty' }, 'No task run matches.'))
    this.#rows.replaceChildren(...shown)
  }

  #row(at: number): HTMLElement {
    const index = this.#order[at] as number
    const run = this.data.run(index)
    const look = STATUSES[run.status]
    const cells: readonly [Key, string][] = [
      ['status', `${look.sign} ${look.label}`],
      ['task', this.data.task(index).name],
      ['host', this.data.host(index)],
      ['component', this.data.component(index)],
      ['start', duration(run.start)],
      ['took', duration(run.end - run.start)],
    ]
    const isSelected = index === this.#selected
    return element(
      'div',
      {
        class: `row${this.data.isCritical[index] === 1 ? ' critical' : ''}`,
        role: 'option',
        'aria-selected': isSelected ? 'true' : 'false',
        style: `top:${at * ROW}px`,
        'data-run': index,
        onclick: () => this.onSelect(index),
      },
      ...cells.map(([key, text]) =>
        element('span', { class: `cell ${key}${key === 'status' ? ` status ${run.status}` : ''}`, title: text }, text),
      ),
    )
  }

  #onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#body.clientHeight / ROW) - 1)
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -1e9,
      End: 1e9,
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = this.#selected === undefined ? -1 : this.#order.indexOf(this.#selected)
    const next = Math.min(this.#order.length - 1, Math.max(0, at + step))
    const index = this.#order[next]
    if (index === undefined) return
    this.onSelect(index)
  }
}

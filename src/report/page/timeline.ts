// The timeline: rows of task runs drawn on one canvas, only those on the screen. Zooms, pans, is worked with the keyboard.
import type { RunData } from './data.js'
import { followPointer } from './follow-pointer.js'
import { duration, element } from './format.js'
import { type Grouping, type Row, rowsOf, runAt } from './lanes.js'
import { currentPalette } from './palette.js'
import { TimelinePainter } from './timeline-painter.js'
import { AXIS, GUTTER, momentAt, ROW, type TimelineView, xOf, yOf } from './timeline-view.js'

const MIN_SPAN_MS = 5
const HIT_PIXELS = 4

export interface TimelineEvents {
  /** A run was chosen; undefined: nothing is. */
  readonly onSelect: (index: number | undefined, shouldOpen: boolean) => void
  /** The shown part has changed. */
  readonly onView: (from: number, to: number) => void
}

export class Timeline {
  readonly node: HTMLElement
  readonly #canvas = element('canvas', {
    tabindex: 0,
    role: 'application',
    'aria-label': 'Timeline. Arrow keys choose a task run, Enter shows it, plus and minus zoom, 0 shows everything.',
  })
  readonly #scroller: HTMLElement
  readonly #spacer = element('div', { class: 'spacer' })
  readonly #tip = element('div', { class: 'tip', hidden: true })
  readonly #paint = this.#canvas.getContext('2d') as CanvasRenderingContext2D
  readonly #view: TimelineView
  readonly #painter: TimelinePainter
  #visible: Uint8Array
  #isQueued = false

  constructor(
    private readonly data: RunData,
    private readonly events: TimelineEvents,
  ) {
    this.#view = {
      rows: [],
      rowOf: new Map(),
      grouping: 'host',
      palette: currentPalette(),
      from: 0,
      to: this.#end,
      scrollTop: 0,
      plotWidth: 10,
      selected: undefined,
      hovered: undefined,
      showsCritical: true,
    }
    this.#painter = new TimelinePainter(data, this.#view, this.#paint)
    this.#visible = new Uint8Array(data.model.runs.length).fill(1)
    this.#scroller = element('div', { class: 'scroller' }, this.#canvas, this.#spacer)
    this.node = element('div', { class: 'timeline' }, this.#scroller, this.#tip)
    this.#layout()
    this.#listen()
  }

  get #end(): number {
    return Math.max(1, this.data.model.elapsedMs)
  }

  /** Shows other runs: 1 for each that is to be seen. */
  show(visible: Uint8Array): void {
    this.#visible = visible
    this.#layout()
  }

  group(grouping: Grouping): void {
    this.#view.grouping = grouping
    this.#layout()
  }

  markCritical(shows: boolean): void {
    this.#view.showsCritical = shows
    this.redraw()
  }

  refreshColors(): void {
    this.#view.palette = currentPalette()
    this.redraw()
  }

  get view(): readonly [number, number] {
    return [this.#view.from, this.#view.to]
  }

  /** Shows a part of the run. */
  setView(from: number, to: number): void {
    const span = Math.min(this.#end, Math.max(MIN_SPAN_MS, to - from))
    this.#view.from = Math.min(Math.max(0, from), this.#end - span)
    this.#view.to = this.#view.from + span
    this.events.onView(this.#view.from, this.#view.to)
    this.redraw()
  }

  /** Zooms by a factor, keeping a moment where it is. */
  zoom(factor: number, around = (this.#view.from + this.#view.to) / 2): void {
    const span = Math.min(this.#end, Math.max(MIN_SPAN_MS, (this.#view.to - this.#view.from) * factor))
    const part = (around - this.#view.from) / (this.#view.to - this.#view.from)
    this.setView(around - span * part, around + span * (1 - part))
  }

  fit(): void {
    this.setView(0, this.#end)
  }

  /** Chooses a run and brings it into sight. */
  select(index: number | undefined): void {
    this.#view.selected = index
    if (index !== undefined) this.#reveal(index)
    this.redraw()
  }

  /** Where a run is on the screen, in pixels of the window; undefined when it is not drawn. */
  positionOf(index: number): { x: number; y: number } | undefined {
    const row = this.#view.rowOf.get(index)
    if (row === undefined) return undefined
    this.#reveal(index)
    const { start, end } = this.data.run(index)
    const box = this.#canvas.getBoundingClientRect()
    const x = (xOf(this.#view, Math.max(start, this.#view.from)) + xOf(this.#view, Math.min(end, this.#view.to))) / 2
    return { x: box.left + x, y: box.top + yOf(this.#view, row) + ROW / 2 }
  }

  redraw(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    requestAnimationFrame(() => {
      this.#isQueued = false
      this.#draw()
    })
  }

  #layout(): void {
    this.#view.rows = rowsOf(this.data.model, this.#view.grouping, this.#visible)
    this.#view.rowOf = new Map(this.#view.rows.flatMap((row, at) => row.runs.map(index => [index, at] as const)))
    this.#spacer.style.height = `${AXIS + this.#view.rows.length * ROW + 8}px`
    this.redraw()
  }

  #reveal(index: number): void {
    const row = this.#view.rowOf.get(index)
    if (row === undefined) return
    const { start, end } = this.data.run(index)
    if (end < this.#view.from || start > this.#view.to) {
      const span = this.#view.to - this.#view.from
      this.setView((start + end - span) / 2, (start + end + span) / 2)
    }
    const top = row * ROW
    const height = this.#scroller.clientHeight - AXIS
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top
    else if (top + 2 * ROW > this.#scroller.scrollTop + height) this.#scroller.scrollTop = top - height + 2 * ROW
    this.#view.scrollTop = this.#scroller.scrollTop
  }

  #draw(): void {
    const width = this.#scroller.clientWidth
    const height = this.#scroller.clientHeight
    if (width === 0 || height === 0) return
    this.#view.plotWidth = Math.max(10, width - GUTTER - 12)
    this.#view.scrollTop = this.#scroller.scrollTop
    const scale = window.devicePixelRatio || 1
    if (this.#canvas.width !== Math.round(width * scale) || this.#canvas.height !== Math.round(height * scale)) {
      this.#canvas.width = Math.round(width * scale)
      this.#canvas.height = Math.round(height * scale)
      this.#canvas.style.width = `${width}px`
      this.#canvas.style.height = `${height}px`
      this.#spacer.style.marginTop = `${-height}px`
    }
    this.#paint.setTransform(scale, 0, 0, scale, 0, 0)
    this.#painter.draw(width, height)
  }

  #indexAt(event: MouseEvent): number | undefined {
    const box = this.#canvas.getBoundingClientRect()
    const x = event.clientX - box.left
    const y = event.clientY - box.top
    const row = this.#view.rows[Math.floor((y - AXIS + this.#scroller.scrollTop) / ROW)]
    if (row === undefined || x < GUTTER || y < AXIS) return undefined
    const perPixel = (this.#view.to - this.#view.from) / this.#view.plotWidth
    return runAt(this.data.model, row, momentAt(this.#view, x), HIT_PIXELS * perPixel)
  }

  #listen(): void {
    new ResizeObserver(() => this.redraw()).observe(this.#scroller)
    this.#scroller.addEventListener('scroll', () => this.redraw(), { passive: true })
    this.#scroller.addEventListener('wheel', event => this.#onWheel(event), { passive: false })
    this.#canvas.addEventListener('pointerdown', event => this.#onDown(event))
    this.#canvas.addEventListener('pointermove', event => {
      if (event.buttons === 0) this.#hover(this.#indexAt(event), event)
    })
    this.#canvas.addEventListener('pointerleave', () => this.#hover(undefined))
    this.#canvas.addEventListener('dblclick', event => {
      const index = this.#indexAt(event)
      if (index === undefined) return this.fit()
      const { start, end } = this.data.run(index)
      const margin = Math.max(5, (end - start) * 0.5)
      this.setView(start - margin, end + margin)
    })
    this.#canvas.addEventListener('keydown', event => this.#onKey(event))
  }

  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      const x = event.clientX - this.#canvas.getBoundingClientRect().left
      this.zoom(Math.exp(event.deltaY * 0.0022), momentAt(this.#view, x))
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault()
      this.#pan((event.deltaX || event.deltaY) * ((this.#view.to - this.#view.from) / this.#view.plotWidth))
    }
  }

  #pan(byMs: number): void {
    this.setView(this.#view.from + byMs, this.#view.to + byMs)
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return
    const origin = { from: this.#view.from, to: this.#view.to, top: this.#scroller.scrollTop }
    followPointer(event, {
      onDrag: (dx, dy) => {
        this.#hover(undefined)
        const byMs = (dx / this.#view.plotWidth) * (origin.to - origin.from)
        this.setView(origin.from - byMs, origin.to - byMs)
        this.#scroller.scrollTop = origin.top - dy
      },
      onClick: end => {
        this.#hover(undefined)
        this.#view.selected = this.#indexAt(end)
        this.events.onSelect(this.#view.selected, true)
        this.redraw()
      },
    })
  }

  #hover(index: number | undefined, event?: MouseEvent): void {
    if (index !== this.#view.hovered) {
      this.#view.hovered = index
      this.#canvas.style.cursor = index === undefined ? 'default' : 'pointer'
      this.redraw()
    }
    this.#tip.hidden = index === undefined
    if (index === undefined || event === undefined) return
    const run = this.data.run(index)
    const head = element('b', {}, this.data.task(index).name)
    const early = run.early === true ? ', early' : ''
    const line = `${this.data.host(index)}, ${run.status}, ${duration(run.end - run.start)}${early}`
    this.#tip.replaceChildren(head, element('div', {}, line))
    const box = this.node.getBoundingClientRect()
    const left = Math.min(event.clientX - box.left + 14, box.width - this.#tip.offsetWidth - 8)
    this.#tip.style.transform = `translate(${left}px, ${event.clientY - box.top + 16}px)`
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = (this.#view.to - this.#view.from) * 0.15
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => this.zoom(0.6, this.#focus),
      '=': () => this.zoom(0.6, this.#focus),
      '-': () => this.zoom(1 / 0.6, this.#focus),
      '0': () => this.fit(),
      ArrowLeft: () => (event.shiftKey ? this.#pan(-step) : this.#move(-1, 0)),
      ArrowRight: () => (event.shiftKey ? this.#pan(step) : this.#move(1, 0)),
      ArrowUp: () => this.#move(0, -1),
      ArrowDown: () => this.#move(0, 1),
      Enter: () => this.#view.selected !== undefined && this.events.onSelect(this.#view.selected, true),
    }
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }

  /** Zooming with keys keeps the chosen run in sight. */
  get #focus(): number | undefined {
    if (this.#view.selected === undefined) return undefined
    const { start, end } = this.data.run(this.#view.selected)
    const middle = (start + end) / 2
    return middle >= this.#view.from && middle <= this.#view.to ? middle : undefined
  }

  #move(along: number, across: number): void {
    const row = this.#view.selected === undefined ? undefined : this.#view.rowOf.get(this.#view.selected)
    let next: number | undefined
    if (row === undefined) next = this.#view.rows[0]?.runs[0]
    else if (across !== 0) next = this.#nearest(row + across)
    else {
      const { runs } = this.#view.rows[row] as Row
      next = runs[runs.indexOf(this.#view.selected as number) + along]
    }
    if (next === undefined) return
    this.select(next)
    this.events.onSelect(next, false)
  }

  #nearest(row: number): number | undefined {
    const target = this.#view.rows[row]
    if (target === undefined || this.#view.selected === undefined) return undefined
    const { start, end } = this.data.run(this.#view.selected)
    return runAt(this.data.model, target, (start + end) / 2, Number.POSITIVE_INFINITY)
  }
}

// The timeline: rows of task runs drawn on one canvas, only those on the screen. Zooms, pans, is worked with the keyboard.
import type { RunData } from './data.js'
import { followPointer } from './follow-pointer.js'
import { duration, element } from './format.js'
import { type Grouping, type Row, rowsOf, runAt } from './lanes.js'
import { arrow, fitted, hatch } from './marks.js'
import { currentPalette, type Palette, STATUSES } from './palette.js'
import { timeTicks } from './ticks.js'

const ROW = 22
const BAR = 16
const AXIS = 26
const GUTTER = 190
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
  #rows: Row[] = []
  #rowOf = new Map<number, number>()
  #grouping: Grouping = 'host'
  #visible: Uint8Array
  #palette: Palette = currentPalette()
  #from = 0
  #to: number
  #selected: number | undefined
  #hovered: number | undefined
  #showsCritical = true
  #isQueued = false
  /** Kept, because asking the page for it makes it lay itself out. */
  #plotWidth = 10

  constructor(
    private readonly data: RunData,
    private readonly events: TimelineEvents,
  ) {
    this.#to = this.#end
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
    this.#grouping = grouping
    this.#layout()
  }

  markCritical(shows: boolean): void {
    this.#showsCritical = shows
    this.redraw()
  }

  refreshColors(): void {
    this.#palette = currentPalette()
    this.redraw()
  }

  get view(): readonly [number, number] {
    return [this.#from, this.#to]
  }

  /** Shows a part of the run. */
  setView(from: number, to: number): void {
    const span = Math.min(this.#end, Math.max(MIN_SPAN_MS, to - from))
    this.#from = Math.min(Math.max(0, from), this.#end - span)
    this.#to = this.#from + span
    this.events.onView(this.#from, this.#to)
    this.redraw()
  }

  /** Zooms by a factor, keeping a moment where it is. */
  zoom(factor: number, around = (this.#from + this.#to) / 2): void {
    const span = Math.min(this.#end, Math.max(MIN_SPAN_MS, (this.#to - this.#from) * factor))
    const part = (around - this.#from) / (this.#to - this.#from)
    this.setView(around - span * part, around + span * (1 - part))
  }

  fit(): void {
    this.setView(0, this.#end)
  }

  /** Chooses a run and brings it into sight. */
  select(index: number | undefined): void {
    this.#selected = index
    if (index !== undefined) this.#reveal(index)
    this.redraw()
  }

  /** Where a run is on the screen, in pixels of the window; undefined when it is not drawn. */
  positionOf(index: number): { x: number; y: number } | undefined {
    const row = this.#rowOf.get(index)
    if (row === undefined) return undefined
    this.#reveal(index)
    const { start, end } = this.data.run(index)
    const box = this.#canvas.getBoundingClientRect()
    const x = (this.#x(Math.max(start, this.#from)) + this.#x(Math.min(end, this.#to))) / 2
    return { x: box.left + x, y: box.top + this.#y(row) + ROW / 2 }
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
    this.#rows = rowsOf(this.data.model, this.#grouping, this.#visible)
    this.#rowOf = new Map()
    this.#rows.forEach((row, at) => {
      for (const index of row.runs) this.#rowOf.set(index, at)
    })
    this.#spacer.style.height = `${AXIS + this.#rows.length * ROW + 8}px`
    this.redraw()
  }

  #reveal(index: number): void {
    const row = this.#rowOf.get(index)
    if (row === undefined) return
    const { start, end } = this.data.run(index)
    if (end < this.#from || start > this.#to) {
      const span = this.#to - this.#from
      this.setView((start + end - span) / 2, (start + end + span) / 2)
    }
    const top = row * ROW
    const height = this.#scroller.clientHeight - AXIS
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top
    else if (top + 2 * ROW > this.#scroller.scrollTop + height) this.#scroller.scrollTop = top - height + 2 * ROW
  }

  #x(moment: number): number {
    return GUTTER + ((moment - this.#from) / (this.#to - this.#from)) * this.#plotWidth
  }
  #moment(x: number): number {
    return this.#from + ((x - GUTTER) / this.#plotWidth) * (this.#to - this.#from)
  }
  #y(row: number): number {
    return AXIS + row * ROW - this.#scroller.scrollTop
  }

  #draw(): void {
    const width = this.#scroller.clientWidth
    const height = this.#scroller.clientHeight
    if (width === 0 || height === 0) return
    this.#plotWidth = Math.max(10, width - GUTTER - 12)
    const scale = window.devicePixelRatio || 1
    if (this.#canvas.width !== Math.round(width * scale) || this.#canvas.height !== Math.round(height * scale)) {
      this.#canvas.width = Math.round(width * scale)
      this.#canvas.height = Math.round(height * scale)
      this.#canvas.style.width = `${width}px`
      this.#canvas.style.height = `${height}px`
      this.#spacer.style.marginTop = `${-height}px`
    }
    const paint = this.#canvas.getContext('2d') as CanvasRenderingContext2D
    paint.setTransform(scale, 0, 0, scale, 0, 0)
    paint.clearRect(0, 0, width, height)
    paint.font = '12px system-ui, sans-serif'
    paint.textBaseline = 'middle'
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / ROW) - 1)
    const last = Math.min(this.#rows.length, Math.ceil((this.#scroller.scrollTop + height) / ROW) + 1)
    this.#drawGroups(paint, first, last, width)
    this.#drawGrid(paint, height)
    paint.save()
    paint.beginPath()
    paint.rect(GUTTER, AXIS, this.#plotWidth + 12, height)
    paint.clip()
    for (let row = first; row < last; row++) this.#drawRow(paint, row)
    if (this.#showsCritical) this.#drawPath(paint)
    this.#drawSelection(paint)
    paint.restore()
    this.#drawAxis(paint, width)
  }

  #drawGroups(paint: CanvasRenderingContext2D, first: number, last: number, width: number): void {
    const { stripe, ink, line } = this.#palette
    for (let at = first; at < last; at++) {
      const row = this.#rows[at] as Row
      const y = this.#y(at)
      if (row.group % 2 === 1) {
        paint.fillStyle = stripe
        paint.fillRect(0, y, width, ROW)
      }
      if (row.label === undefined) continue
      paint.fillStyle = line
      if (at > 0) paint.fillRect(0, y, width, 1)
      paint.fillStyle = ink
      paint.fillText(fitted(paint, row.label, GUTTER - 24), 12, y + ROW / 2)
    }
    if (this.#rows.length > 0) return
    paint.fillStyle = this.#palette.muted
    paint.fillText('No task run matches.', GUTTER + 8, AXIS + ROW)
  }

  #drawGrid(paint: CanvasRenderingContext2D, height: number): void {
    paint.fillStyle = this.#palette.line
    for (const tick of timeTicks(this.#from, this.#to, this.#plotWidth / 110).moments) {
      paint.fillRect(Math.round(this.#x(tick)), AXIS, 1, height)
    }
  }

  #drawAxis(paint: CanvasRenderingContext2D, width: number): void {
    const { panel, line, muted } = this.#palette
    paint.fillStyle = panel
    paint.fillRect(0, 0, width, AXIS)
    paint.fillStyle = line
    paint.fillRect(0, AXIS - 1, width, 1)
    paint.fillStyle = muted
    const { moments, label } = timeTicks(this.#from, this.#to, this.#plotWidth / 110)
    for (const tick of moments) paint.fillText(label(tick), this.#x(tick) + 4, AXIS / 2)
    paint.fillText(this.#grouping === 'host' ? 'Host' : 'Component', 12, AXIS / 2)
  }

  #drawRow(paint: CanvasRenderingContext2D, at: number): void {
    const { runs } = this.data.model
    const y = this.#y(at) + (ROW - BAR) / 2
    let drawnTo = -1
    paint.strokeStyle = this.#palette.status.skipped
    for (const index of (this.#rows[at] as Row).runs) {
      const { start, end } = runs[index]!
      if (end < this.#from) continue
      if (start > this.#to) break
      const x = this.#x(start)
      const right = Math.max(x + 1.5, this.#x(end))
      // Many runs in one pixel: the first is drawn, the others would not be seen.
      if (right <= drawnTo + 0.25) continue
      this.#drawBar(paint, index, Math.max(x, GUTTER - 2), y, right)
      drawnTo = right
    }
  }

  #drawBar(paint: CanvasRenderingContext2D, index: number, x: number, y: number, right: number): void {
    const run = this.data.run(index)
    const { isDark, status, panel, ink } = this.#palette
    const width = right - x
    const gap = width > 4 ? 1 : 0
    paint.fillStyle = status[run.status]
    if (run.status === 'skipped' && width > 4) {
      paint.strokeRect(x + 0.5, y + 0.5, width - gap - 1, BAR - 1)
    } else paint.fillRect(x, y, width - gap, BAR)
    if (STATUSES[run.status].isHatched && width > 3) hatch(paint, { x, y, width: width - gap, height: BAR }, panel)
    if (this.#showsCritical && this.data.isCritical[index] === 1) {
      paint.fillStyle = ink
      paint.fillRect(x, y + BAR, Math.max(1.5, width - gap), 3)
    }
    if (width < 46) return
    paint.fillStyle = run.status === 'skipped' ? ink : isDark ? '#0c0f14' : '#0f1626'
    const name = fitted(paint, this.data.task(index).name, width - 10)
    if ((run.status === 'failed' || run.status === 'unreachable') && name !== '') {
      paint.fillStyle = panel
      paint.fillRect(x + 2, y + 2, paint.measureText(name).width + 6, BAR - 4)
      paint.fillStyle = ink
    }
    paint.fillText(name, x + 5, y + BAR / 2 + 0.5)
  }

  /** Joins the runs of the critical path where they are in different rows. */
  #drawPath(paint: CanvasRenderingContext2D): void {
    const { criticalPath, runs } = this.data.model
    paint.strokeStyle = this.#palette.ink
    paint.globalAlpha = 0.55
    paint.setLineDash([3, 3])
    paint.beginPath()
    for (let at = 1; at < criticalPath.length; at++) {
      const before = this.#rowOf.get(criticalPath[at - 1]!)
      const after = this.#rowOf.get(criticalPath[at]!)
      if (before === undefined || after === undefined || before === after) continue
      const x = this.#x(runs[criticalPath[at]!]!.start)
      if (x < GUTTER || x > GUTTER + this.#plotWidth) continue
      paint.moveTo(x, this.#y(before) + ROW / 2 + BAR / 2)
      paint.lineTo(x, this.#y(after) + ROW / 2)
    }
    paint.stroke()
    paint.setLineDash([])
    paint.globalAlpha = 1
  }

  #drawSelection(paint: CanvasRenderingContext2D): void {
    if (this.#selected !== undefined) {
      paint.strokeStyle = this.#palette.accent
      paint.fillStyle = this.#palette.accent
      for (const wait of this.data.waits(this.#selected)) this.#drawArrow(paint, wait.run, this.#selected)
      this.#frame(paint, this.#selected, this.#palette.accent, 2.5)
    }
    if (this.#hovered !== undefined && this.#hovered !== this.#selected)
      this.#frame(paint, this.#hovered, this.#palette.ink, 1.5)
  }

  #drawArrow(paint: CanvasRenderingContext2D, from: number, to: number): void {
    const start = this.#rowOf.get(from)
    const end = this.#rowOf.get(to)
    if (start === undefined || end === undefined) return
    const x1 = this.#x(this.data.run(from).end)
    const x2 = this.#x(this.data.run(to).start)
    const y1 = this.#y(start) + ROW / 2
    const y2 = this.#y(end) + ROW / 2
    arrow(paint, x1, y1, x2, y2)
  }

  #frame(paint: CanvasRenderingContext2D, index: number, color: string, width: number): void {
    const row = this.#rowOf.get(index)
    if (row === undefined) return
    const { start, end } = this.data.run(index)
    const x = this.#x(start)
    paint.strokeStyle = color
    paint.lineWidth = width
    paint.strokeRect(x - 1, this.#y(row) + 2, Math.max(4, this.#x(end) - x + 1), ROW - 4)
    paint.lineWidth = 1
  }

  #indexAt(event: MouseEvent): number | undefined {
    const box = this.#canvas.getBoundingClientRect()
    const x = event.clientX - box.left
    const y = event.clientY - box.top
    const row = this.#rows[Math.floor((y - AXIS + this.#scroller.scrollTop) / ROW)]
    if (row === undefined || x < GUTTER || y < AXIS) return undefined
    const perPixel = (this.#to - this.#from) / this.#plotWidth
    return runAt(this.data.model, row, this.#moment(x), HIT_PIXELS * perPixel)
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
      this.zoom(Math.exp(event.deltaY * 0.0022), this.#moment(x))
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault()
      this.#pan((event.deltaX || event.deltaY) * ((this.#to - this.#from) / this.#plotWidth))
    }
  }

  #pan(byMs: number): void {
    this.setView(this.#from + byMs, this.#to + byMs)
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return
    const origin = { from: this.#from, to: this.#to, top: this.#scroller.scrollTop }
    followPointer(event, {
      onDrag: (dx, dy) => {
        this.#hover(undefined)
        const byMs = (dx / this.#plotWidth) * (origin.to - origin.from)
        this.setView(origin.from - byMs, origin.to - byMs)
        this.#scroller.scrollTop = origin.top - dy
      },
      onClick: end => {
        this.#hover(undefined)
        this.#selected = this.#indexAt(end)
        this.events.onSelect(this.#selected, true)
        this.redraw()
      },
    })
  }

  #hover(index: number | undefined, event?: MouseEvent): void {
    if (index !== this.#hovered) {
      this.#hovered = index
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
    const step = (this.#to - this.#from) * 0.15
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => this.zoom(0.6, this.#focus),
      '=': () => this.zoom(0.6, this.#focus),
      '-': () => this.zoom(1 / 0.6, this.#focus),
      '0': () => this.fit(),
      ArrowLeft: () => (event.shiftKey ? this.#pan(-step) : this.#move(-1, 0)),
      ArrowRight: () => (event.shiftKey ? this.#pan(step) : this.#move(1, 0)),
      ArrowUp: () => this.#move(0, -1),
      ArrowDown: () => this.#move(0, 1),
      Enter: () => this.#selected !== undefined && this.events.onSelect(this.#selected, true),
    }
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }

  /** Zooming with keys keeps the chosen run in sight. */
  get #focus(): number | undefined {
    if (this.#selected === undefined) return undefined
    const { start, end } = this.data.run(this.#selected)
    const middle = (start + end) / 2
    return middle >= this.#from && middle <= this.#to ? middle : undefined
  }

  #move(along: number, across: number): void {
    const row = this.#selected === undefined ? undefined : this.#rowOf.get(this.#selected)
    let next: number | undefined
    if (row === undefined) next = this.#rows[0]?.runs[0]
    else if (across !== 0) next = this.#nearest(row + across)
    else {
      const { runs } = this.#rows[row] as Row
      next = runs[runs.indexOf(this.#selected as number) + along]
    }
    if (next === undefined) return
    this.select(next)
    this.events.onSelect(next, false)
  }

  #nearest(row: number): number | undefined {
    const target = this.#rows[row]
    if (target === undefined || this.#selected === undefined) return undefined
    const { start, end } = this.data.run(this.#selected)
    return runAt(this.data.model, target, (start + end) / 2, Number.POSITIVE_INFINITY)
  }
}

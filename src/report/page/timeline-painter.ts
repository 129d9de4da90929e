// Draws the timeline on its canvas: only the rows and runs that are in sight.
import type { RunData } from './data.js'
import type { Row } from './lanes.js'
import { arrow, fitted, hatch } from './marks.js'
import { STATUSES } from './palette.js'
import { timeTicks } from './ticks.js'
import { AXIS, GUTTER, ROW, type TimelineView, xOf, yOf } from './timeline-view.js'

const BAR = 16

export class TimelinePainter {
  constructor(
    private readonly data: RunData,
    private readonly view: TimelineView,
    private readonly paint: CanvasRenderingContext2D,
  ) {}

  /** Draws everything in sight on a canvas of this size, in pixels of the page. */
  draw(width: number, height: number): void {
    const { paint } = this
    paint.clearRect(0, 0, width, height)
    paint.font = '12px system-ui, sans-serif'
    paint.textBaseline = 'middle'
    const first = Math.max(0, Math.floor(this.view.scrollTop / ROW) - 1)
    const last = Math.min(this.view.rows.length, Math.ceil((this.view.scrollTop + height) / ROW) + 1)
    this.#drawGroups(first, last, width)
    this.#drawGrid(height)
    paint.save()
    paint.beginPath()
    paint.rect(GUTTER, AXIS, this.view.plotWidth + 12, height)
    paint.clip()
    for (let row = first; row < last; row++) this.#drawRow(row)
    if (this.view.showsCritical) this.#drawPath()
    this.#drawSelection()
    paint.restore()
    this.#drawAxis(width)
  }

  #drawGroups(first: number, last: number, width: number): void {
    const { paint } = this
    const { stripe, ink, line } = this.view.palette
    for (let at = first; at < last; at++) {
      const row = this.view.rows[at] as Row
      const y = yOf(this.view, at)
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
    if (this.view.rows.length > 0) return
    paint.fillStyle = this.view.palette.muted
    paint.fillText('No task run matches.', GUTTER + 8, AXIS + ROW)
  }

  #drawGrid(height: number): void {
    const { paint } = this
    paint.fillStyle = this.view.palette.line
    for (const tick of timeTicks(this.view.from, this.view.to, this.view.plotWidth / 110).moments) {
      paint.fillRect(Math.round(xOf(this.view, tick)), AXIS, 1, height)
    }
  }

  #drawAxis(width: number): void {
    const { paint } = this
    const { panel, line, muted } = this.view.palette
    paint.fillStyle = panel
    paint.fillRect(0, 0, width, AXIS)
    paint.fillStyle = line
    paint.fillRect(0, AXIS - 1, width, 1)
    paint.fillStyle = muted
    const { moments, label } = timeTicks(this.view.from, this.view.to, this.view.plotWidth / 110)
    for (const tick of moments) paint.fillText(label(tick), xOf(this.view, tick) + 4, AXIS / 2)
    paint.fillText(this.view.grouping === 'host' ? 'Host' : 'Component', 12, AXIS / 2)
  }

  #drawRow(at: number): void {
    const { paint } = this
    const { runs } = this.data.model
    const y = yOf(this.view, at) + (ROW - BAR) / 2
    let drawnTo = -1
    paint.strokeStyle = this.view.palette.status.skipped
    for (const index of (this.view.rows[at] as Row).runs) {
      const { start, end } = runs[index]!
      if (end < this.view.from) continue
      if (start > this.view.to) break
      const x = xOf(this.view, start)
      const right = Math.max(x + 1.5, xOf(this.view, end))
      // Many runs in one pixel: the first is drawn, the others would not be seen.
      if (right <= drawnTo + 0.25) continue
      this.#drawBar(index, Math.max(x, GUTTER - 2), y, right)
      drawnTo = right
    }
  }

  #drawBar(index: number, x: number, y: number, right: number): void {
    const { paint } = this
    const run = this.data.run(index)
    const { isDark, status, panel, ink } = this.view.palette
    const width = right - x
    const gap = width > 4 ? 1 : 0
    paint.fillStyle = status[run.status]
    if (run.status === 'skipped' && width > 4) {
      paint.strokeRect(x + 0.5, y + 0.5, width - gap - 1, BAR - 1)
    } else paint.fillRect(x, y, width - gap, BAR)
    if (STATUSES[run.status].isHatched && width > 3) hatch(paint, { x, y, width: width - gap, height: BAR }, panel)
    if (this.view.showsCritical && this.data.isCritical[index] === 1) {
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
  #drawPath(): void {
    const { paint } = this
    const { criticalPath, runs } = this.data.model
    paint.strokeStyle = this.view.palette.ink
    paint.globalAlpha = 0.55
    paint.setLineDash([3, 3])
    paint.beginPath()
    for (let at = 1; at < criticalPath.length; at++) {
      const before = this.view.rowOf.get(criticalPath[at - 1]!)
      const after = this.view.rowOf.get(criticalPath[at]!)
      if (before === undefined || after === undefined || before === after) continue
      const x = xOf(this.view, runs[criticalPath[at]!]!.start)
      if (x < GUTTER || x > GUTTER + this.view.plotWidth) continue
      paint.moveTo(x, yOf(this.view, before) + ROW / 2 + BAR / 2)
      paint.lineTo(x, yOf(this.view, after) + ROW / 2)
    }
    paint.stroke()
    paint.setLineDash([])
    paint.globalAlpha = 1
  }

  #drawSelection(): void {
    const { paint } = this
    if (this.view.selected !== undefined) {
      paint.strokeStyle = this.view.palette.accent
      paint.fillStyle = this.view.palette.accent
      for (const wait of this.data.waits(this.view.selected)) this.#drawArrow(wait.run, this.view.selected)
      this.#frame(this.view.selected, this.view.palette.accent, 2.5)
    }
    if (this.view.hovered !== undefined && this.view.hovered !== this.view.selected)
      this.#frame(this.view.hovered, this.view.palette.ink, 1.5)
  }

  #drawArrow(from: number, to: number): void {
    const { paint } = this
    const start = this.view.rowOf.get(from)
    const end = this.view.rowOf.get(to)
    if (start === undefined || end === undefined) return
    const x1 = xOf(this.view, this.data.run(from).end)
    const x2 = xOf(this.view, this.data.run(to).start)
    const y1 = yOf(this.view, start) + ROW / 2
    const y2 = yOf(this.view, end) + ROW / 2
    arrow(paint, x1, y1, x2, y2)
  }

  #frame(index: number, color: string, width: number): void {
    const { paint } = this
    const row = this.view.rowOf.get(index)
    if (row === undefined) return
    const { start, end } = this.data.run(index)
    const x = xOf(this.view, start)
    paint.strokeStyle = color
    paint.lineWidth = width
    paint.strokeRect(x - 1, yOf(this.view, row) + 2, Math.max(4, xOf(this.view, end) - x + 1), ROW - 4)
    paint.lineWidth = 1
  }
}

// The whole run in a strip above the timeline: how much ran at once, and which part is shown. Dragging chooses a part.
import type { RunData } from './data.js'
import { element } from './format.js'
import { concurrency } from './lanes.js'
import { currentPalette } from './palette.js'

const HEIGHT = 44
const GUTTER = 190

export class Overview {
  readonly node: HTMLElement
  readonly #canvas = element('canvas', { 'aria-hidden': 'true', title: 'Drag to choose a part of the run' })
  #from = 0
  #to: number

  constructor(
    private readonly data: RunData,
    private readonly onChoose: (from: number, to: number) => void,
  ) {
    this.#to = data.model.elapsedMs
    this.node = element('div', { class: 'overview' }, this.#canvas)
    new ResizeObserver(() => this.draw()).observe(this.node)
    this.#canvas.addEventListener('pointerdown', event => this.#drag(event))
  }

  setView(from: number, to: number): void {
    this.#from = from
    this.#to = to
    this.draw()
  }

  draw(): void {
    const width = this.node.clientWidth
    if (width === 0) return
    const scale = window.devicePixelRatio || 1
    this.#canvas.width = Math.round(width * scale)
    this.#canvas.height = Math.round(HEIGHT * scale)
    const paint = this.#canvas.getContext('2d') as CanvasRenderingContext2D
    paint.setTransform(scale, 0, 0, scale, 0, 0)
    const { accent, line, muted } = currentPalette()
    const plot = this.#plotWidth
    const bars = concurrency(this.data.model, Math.max(1, Math.floor(plot / 3)))
    const most = Math.max(1, ...bars)
    paint.fillStyle = muted
    paint.font = '12px system-ui, sans-serif'
    paint.textBaseline = 'middle'
    paint.fillText(`Running at once (max ${Math.round(Math.max(...bars))})`, 12, HEIGHT / 2)
    paint.fillStyle = line
    paint.fillRect(GUTTER, HEIGHT - 1, plot, 1)
    bars.forEach((value, at) => {
      const height = (value / most) * (HEIGHT - 10)
      const moment = ((at + 0.5) / bars.length) * this.data.model.elapsedMs
      paint.globalAlpha = moment >= this.#from && moment <= this.#to ? 0.75 : 0.25
      paint.fillStyle = accent
      paint.fillRect(
        GUTTER + (at * plot) / bars.length,
        HEIGHT - 1 - height,
        Math.max(1, plot / bars.length - 1),
        height,
      )
    })
    paint.globalAlpha = 1
    if (this.#to - this.#from >= this.data.model.elapsedMs * 0.999) return
    paint.strokeStyle = accent
    paint.strokeRect(this.#x(this.#from), 2, Math.max(2, this.#x(this.#to) - this.#x(this.#from)), HEIGHT - 4)
  }

  get #plotWidth(): number {
    return Math.max(10, this.node.clientWidth - GUTTER - 12)
  }
  #x(moment: number): number {
    return GUTTER + (moment / Math.max(1, this.data.model.elapsedMs)) * this.#plotWidth
  }
  #moment(clientX: number): number {
    const x = clientX - this.#canvas.getBoundingClientRect().left
    const part = Math.min(1, Math.max(0, (x - GUTTER) / this.#plotWidth))
    return part * this.data.model.elapsedMs
  }

  #drag(event: PointerEvent): void {
    const origin = this.#moment(event.clientX)
    const span = this.#to - this.#from
    let hasMoved = false
    const move = (moved: PointerEvent) => {
      const now = this.#moment(moved.clientX)
      if (Math.abs(moved.clientX - event.clientX) < 4 && !hasMoved) return
      hasMoved = true
      this.onChoose(Math.min(origin, now), Math.max(origin, now))
    }
    const up = () => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      if (!hasMoved) this.onChoose(origin - span / 2, origin + span / 2)
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
  }
}

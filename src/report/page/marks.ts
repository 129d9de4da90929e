// What the timeline draws with: stripes, arrows, and texts that fit.

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Slanted stripes over a bar. */
export function hatch(paint: CanvasRenderingContext2D, { x, y, width, height }: Box, color: string): void {
  paint.fillStyle = color
  paint.globalAlpha = 0.4
  paint.beginPath()
  // Slanted stripes, cut at the bar's ends without a clip, which would cost more than all the rest.
  for (let at = x - height; at < x + Math.min(width, 3000); at += 8) {
    const bottom = Math.max(x, at)
    const top = Math.min(x + width, at + height)
    if (top <= bottom) continue
    paint.moveTo(bottom, y + height - (bottom - at))
    paint.lineTo(top, y + height - (top - at))
    paint.lineTo(Math.min(x + width, top + 3), y + height - (top - at))
    paint.lineTo(Math.min(x + width, bottom + 3), y + height - (bottom - at))
  }
  paint.fill()
  paint.globalAlpha = 1
}

const widths = new Map<string, number>()

/** The text, cut so that it fits. */
export function fitted(paint: CanvasRenderingContext2D, text: string, width: number): string {
  let full = widths.get(text)
  if (full === undefined) {
    full = paint.measureText(text).width
    widths.set(text, full)
  }
  if (full <= width) return text
  const kept = Math.floor((text.length * (width - 10)) / full)
  return kept < 2 ? '' : `${text.slice(0, kept).trimEnd()}…`
}

/** A curve from the end of one run to the start of another, with a dot where it begins. */
export function arrow(paint: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  paint.lineWidth = 1.5
  paint.beginPath()
  paint.moveTo(x1, y1)
  paint.bezierCurveTo(x1 + 14, y1, x2 - 14, y2, x2 - 2, y2)
  paint.stroke()
  paint.beginPath()
  paint.arc(x1, y1, 2.5, 0, 7)
  paint.fill()
}

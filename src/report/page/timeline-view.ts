// What the timeline shows just now, and where on its canvas.
import type { Grouping, Row } from './lanes.js'
import type { Palette } from './palette.js'

/** Heights and widths on the canvas, in pixels. */
export const ROW = 22
export const AXIS = 26
export const GUTTER = 190

export interface TimelineView {
  rows: readonly Row[]
  /** The row of a run. */
  rowOf: ReadonlyMap<number, number>
  grouping: Grouping
  palette: Palette
  /** The shown part of the run, in milliseconds since its start. */
  from: number
  to: number
  scrollTop: number
  /** Kept, because asking the page for it makes it lay itself out. */
  plotWidth: number
  selected: number | undefined
  hovered: number | undefined
  showsCritical: boolean
}

/** Where a moment is, from the left. */
export const xOf = ({ from, to, plotWidth }: TimelineView, moment: number): number =>
  GUTTER + ((moment - from) / (to - from)) * plotWidth
/** The moment at a place from the left. */
export const momentAt = ({ from, to, plotWidth }: TimelineView, x: number): number =>
  from + ((x - GUTTER) / plotWidth) * (to - from)
/** Where a row begins, from the top. */
export const yOf = ({ scrollTop }: TimelineView, row: number): number => AXIS + row * ROW - scrollTop

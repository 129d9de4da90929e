// Puts task runs into rows: one group a host or a component, and within a group as many rows as run at the same time.
import type { RunModel } from '../run-model.js'

export type Grouping = 'host' | 'component'

export interface Row {
  /** Set on the first row of a group. */
  readonly label: string | undefined
  readonly group: number
  /** Indexes of runs, by start; none overlaps the next. */
  readonly runs: readonly number[]
}

/** Rows from top to bottom. Only runs with a 1 in `visible` take part; groups without any are left out. */
export function rowsOf(model: RunModel, grouping: Grouping, visible: Uint8Array): Row[] {
  const names = grouping === 'host' ? model.hosts : model.components
  const members: number[][] = names.map(() => [])
  const { runs } = model
  for (let index = 0; index < runs.length; index++) {
    if (visible[index] === 1) members[runs[index]![grouping]]!.push(index)
  }
  const rows: Row[] = []
  members.forEach((indexes, group) => {
    packed(model, indexes).forEach((lane, at) => {
      rows.push({ label: at === 0 ? names[group] : undefined, group, runs: lane })
    })
  })
  return rows
}

/** Each run goes into the first lane that is free when it starts. */
function packed(model: RunModel, indexes: readonly number[]): number[][] {
  const { runs } = model
  const sorted = [...indexes].sort((a, b) => runs[a]!.start - runs[b]!.start || runs[a]!.end - runs[b]!.end)
  const lanes: number[][] = []
  const ends: number[] = []
  for (const index of sorted) {
    const { start, end } = runs[index]!
    let lane = ends.findIndex(free => free <= start)
    if (lane < 0) {
      lane = lanes.length
      lanes.push([])
      ends.push(0)
    }
    lanes[lane]!.push(index)
    ends[lane] = Math.max(end, start)
  }
  return lanes
}

/** The run of a row at a moment, or the nearest one within `slack` milliseconds. */
export function runAt(model: RunModel, row: Row, moment: number, slack: number): number | undefined {
  let low = 0
  let high = row.runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (model.runs[row.runs[middle]!]!.start <= moment) low = middle + 1
    else high = middle
  }
  let best: number | undefined
  let distance = slack
  for (const at of [low - 1, low]) {
    const index = row.runs[at]
    if (index === undefined) continue
    const { start, end } = model.runs[index]!
    const away = moment < start ? start - moment : moment > end ? moment - end : 0
    if (away <= distance) {
      best = index
      distance = away
    }
  }
  return best
}

/** How many runs were under way in each of `count` equal parts of the run; skipped ones do not count. */
export function concurrency(model: RunModel, count: number): Float64Array {
  const out = new Float64Array(count)
  const width = Math.max(1, model.elapsedMs) / count
  for (const { start, end, status } of model.runs) {
    if (status === 'skipped') continue
    const last = Math.min(count - 1, Math.floor(end / width))
    for (let at = Math.floor(start / width); at <= last; at++) {
      out[at]! += Math.max(0, Math.min(end, (at + 1) * width) - Math.max(start, at * width)) / width
    }
  }
  return out
}

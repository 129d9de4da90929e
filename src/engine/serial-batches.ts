// Cuts the hosts of a play into batches as `serial:` says.
// Mirrors PlaybookExecutor._get_serialized_batches and utils/helpers.py pct_to_int (ansible-core 2.14).

import { toInt } from '../python/index.js'
import { isText, textOf, type Value } from '../python/values.js'

/** Sizes are numbers or percentages of all items; the last one holds for the rest. No or zero size: one batch. */
export function serialBatches<T>(items: readonly T[], serial: readonly Value[]): T[][] {
  const sizes = serial.length === 0 ? [-1] : serial
  const batches: T[][] = []
  let start = 0
  for (let index = 0; start < items.length; index++) {
    const size = batchSize(sizes[Math.min(index, sizes.length - 1)] as Value, items.length)
    if (size <= 0) {
      batches.push(items.slice(start))
      break
    }
    batches.push(items.slice(start, start + size))
    start += size
  }
  return batches
}

function batchSize(value: Value, total: number): number {
  if (!isText(value) || !textOf(value).endsWith('%')) return Number(toInt(value))
  const percent = Number(toInt(textOf(value).replaceAll('%', '')))
  return Math.trunc((percent / 100) * total) || 1
}

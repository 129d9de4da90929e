// How many items a list may get. CPython goes on until the machine's memory is used up; V8 ends the whole process at
// some hundred million items, which no template may do.

import { PyError } from './py-error.js'

export const MOST_ITEMS = 2 ** 22

/** Throws MemoryError for a list that would get too long. */
export function requireFitting(count: number): void {
  if (count > MOST_ITEMS) throw new PyError('MemoryError', '')
}

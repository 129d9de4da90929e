// Which variables were read while something was computed, and whether it would come out the same next time.

import type { Value } from '../python/index.js'

/** The recorder of what is being computed now, whichever templar computes it. */
let active: ReadRecorder | undefined

/**
 * For lazy mappings (hostvars) whose content changes over time: says what was taken out of one, under a name that the
 * scope knows, too. What is computed from it holds while the scope gives the same value for that name.
 */
export function noteRead(name: string, value: Value | undefined, isVolatile = false): void {
  if (active === undefined) return
  active.read(name, value)
  if (isVolatile) active.isVolatile = true
}

/** Makes a recorder the active one; gives the one before, to be put back. */
export function activate(recorder: ReadRecorder | undefined): ReadRecorder | undefined {
  const before = active
  active = recorder
  return before
}

export class ReadRecorder {
  readonly reads = new Map<string, Value | undefined>()
  isVolatile = false

  read(name: string, raw: Value | undefined): void {
    this.reads.set(name, raw)
  }

  include(reads: ReadonlyMap<string, Value | undefined>): void {
    for (const [name, raw] of reads) this.reads.set(name, raw)
  }
}

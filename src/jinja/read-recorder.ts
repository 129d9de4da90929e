// Which variables were read while something was computed, and whether it would come out the same next time.

import type { Value } from '../python/index.js'

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

// Task files and roles that were read before their turn came, so that they are read, and their tasks made, once.

import type { Block } from '../playbook/index.js'
import type { IncludedFile } from './included-files.js'

/** What an include brings: tasks chosen by tags, and handlers that the play does not have yet. */
export interface ReadInclude {
  readonly blocks: readonly Block[]
  readonly handlerBlocks: readonly Block[]
}

/** Includes that were read before their turn came. */
export class IncludeStore {
  readonly #read: { readonly included: IncludedFile; readonly read: ReadInclude; isPlanned: boolean }[] = []

  keep(included: IncludedFile, read: ReadInclude): void {
    this.#read.push({ included, read, isPlanned: true })
  }
  /** What was read for an equal include, once for every time it was read. */
  take(included: IncludedFile): ReadInclude | undefined {
    const at = this.#read.findIndex(known => known.included.isLike(included))
    return at < 0 ? undefined : this.#read.splice(at, 1)[0]?.read
  }
  /** From now on what was read may be planned with once more. */
  rewind(): void {
    for (const known of this.#read) known.isPlanned = false
  }
  /** What was read for an equal include before `rewind`. */
  reuse(included: IncludedFile): ReadInclude | undefined {
    const found = this.#read.find(known => !known.isPlanned && known.included.isLike(included))
    if (found !== undefined) found.isPlanned = true
    return found?.read
  }
}

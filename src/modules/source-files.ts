// Files that module payloads are made of: each is looked up, read and scanned for imports once per run. Keeps a
// log of every answer the file system gave, so that a payload can tell later whether it is still valid.
import { readFileSync, statSync } from 'node:fs'
import { type ImportStatement, scanImports } from './import-scan.js'

/** What a path was: `mtime:size` of a file, `dir`, or `` when there was nothing. */
export type PathState = string

export class SourceFiles {
  readonly #states = new Map<string, PathState>()
  readonly #contents = new Map<string, Buffer>()
  readonly #imports = new Map<string, readonly ImportStatement[]>()
  #log: Map<string, PathState> | undefined

  isFile(path: string): boolean {
    return this.state(path).includes(':')
  }

  isDirectory(path: string): boolean {
    return this.state(path) === 'dir'
  }

  /** State of a path; looked up once per run. */
  state(path: string): PathState {
    let state = this.#states.get(path)
    if (state === undefined) {
      const status = statSync(path, { throwIfNoEntry: false })
      if (status === undefined) state = ''
      else state = status.isDirectory() ? 'dir' : `${status.mtimeMs}:${status.size}`
      this.#states.set(path, state)
    }
    this.#log?.set(path, state)
    return state
  }

  read(path: string): Buffer {
    let content = this.#contents.get(path)
    if (content === undefined) {
      content = readFileSync(path)
      this.#contents.set(path, content)
    }
    return content
  }

  /** Import statements of content; remembered by path when it was read from one. */
  imports(content: Buffer, path?: string): readonly ImportStatement[] {
    const known = path === undefined ? undefined : this.#imports.get(path)
    if (known !== undefined) return known
    const found = scanImports(content.toString('latin1'))
    if (path !== undefined) this.#imports.set(path, found)
    return found
  }

  /** Runs `work` and gives, beside its result, every path it asked about with the answer. */
  recording<T>(work: () => T): { readonly result: T; readonly seen: ReadonlyMap<string, PathState> } {
    const outer = this.#log
    const log = new Map<string, PathState>()
    this.#log = log
    try {
      return { result: work(), seen: log }
    } finally {
      this.#log = outer
      if (outer !== undefined) for (const [path, state] of log) outer.set(path, state)
    }
  }

  /** Drops contents that are no longer needed once payloads are built. */
  forgetContents(): void {
    this.#contents.clear()
  }
}

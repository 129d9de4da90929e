// A small cache in the user's cache directory that survives runs. Every failure (full disk, no permission,
// damaged entry) reads as a miss: the cache may cost time, never an answer.
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** $MADANSIBLE_CACHE_DIR, $XDG_CACHE_HOME/madansible or ~/.cache/madansible. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.MADANSIBLE_CACHE_DIR) return env.MADANSIBLE_CACHE_DIR
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'madansible')
}

export class DiskCache {
  #isUsable = true
  readonly #madeDirectories = new Set<string>()

  /** `directory` undefined makes a cache that never remembers anything. */
  constructor(private readonly directory: string | undefined = defaultCacheDirectory()) {
    this.#isUsable = directory !== undefined
  }

  /** Content stored under a key of a section, or undefined. */
  read(section: string, key: string): Buffer | undefined {
    if (!this.#isUsable) return undefined
    try {
      return readFileSync(this.#path(section, key))
    } catch {
      return undefined
    }
  }

  /** The same for content that runs in this process: nothing another user could have written is read. */
  readOwn(section: string, key: string): Buffer | undefined {
    if (!this.#isUsable) return undefined
    try {
      const { uid, mode } = statSync(this.#path(section, key))
      return uid === process.getuid?.() && (mode & 0o022) === 0 ? this.read(section, key) : undefined
    } catch {
      return undefined
    }
  }

  /** Stores content; a reader in another process sees either nothing or all of it. */
  write(section: string, key: string, content: Uint8Array | string): void {
    if (!this.#isUsable) return
    const path = this.#path(section, key)
    const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`
    try {
      this.#makeDirectory(section)
      writeFileSync(temporary, content, { mode: 0o600 })
      renameSync(temporary, path)
    } catch {
      rmSync(temporary, { force: true })
      this.#isUsable = false
    }
  }

  #makeDirectory(section: string): void {
    if (this.#madeDirectories.has(section)) return
    mkdirSync(join(this.directory as string, section), { recursive: true, mode: 0o700 })
    this.#madeDirectories.add(section)
  }

  #path(section: string, key: string): string {
    return join(this.directory as string, section, createHash('sha256').update(key).digest('hex').slice(0, 40))
  }
}

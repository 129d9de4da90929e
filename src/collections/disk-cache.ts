// A small cache in the user's cache directory that survives runs, above what the build has put beside the program.
// Every failure (full disk, no permission, damaged entry) reads as a miss: the cache may cost time, never an answer.
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** dist/cache, made by `npm run build`: what depends on the program and the installed ansible-core alone. */
const BUILT_DIRECTORY = fileURLToPath(new URL('../cache', import.meta.url))

/** $MADANSIBLE_CACHE_DIR, $XDG_CACHE_HOME/madansible or ~/.cache/madansible. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.MADANSIBLE_CACHE_DIR) return env.MADANSIBLE_CACHE_DIR
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'madansible')
}

export class DiskCache {
  #isUsable: boolean
  readonly #madeDirectories = new Set<string>()
  /** Where to look, in this order. */
  readonly #places: readonly string[]

  /** `directory` undefined makes a cache that never remembers anything; `built`: what it begins with. */
  constructor(
    private readonly directory: string | undefined = defaultCacheDirectory(),
    built = BUILT_DIRECTORY,
  ) {
    this.#isUsable = directory !== undefined
    this.#places = directory === undefined ? [] : [directory, built]
  }

  /** Content stored under a key of a section, or undefined. */
  read(section: string, key: string): Buffer | undefined {
    return this.#read(section, key, () => true)
  }

  /** The same for content that runs in this process: nothing another user than root could have written is read. */
  readOwn(section: string, key: string): Buffer | undefined {
    return this.#read(section, key, path => {
      const { uid, mode } = statSync(path)
      return (uid === process.getuid?.() || uid === 0) && (mode & 0o022) === 0
    })
  }

  #read(section: string, key: string, isTrusted: (path: string) => boolean): Buffer | undefined {
    const name = nameOf(section, key)
    for (const place of this.#places)
      try {
        const path = join(place, name)
        if (isTrusted(path)) return readFileSync(path)
      } catch {
        // a miss
      }
    return undefined
  }

  /** Stores content; a reader in another process sees either nothing or all of it. */
  write(section: string, key: string, content: Uint8Array | string): void {
    if (!this.#isUsable) return
    const path = join(this.directory as string, nameOf(section, key))
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
}

const nameOf = (section: string, key: string): string =>
  join(section, createHash('sha256').update(key).digest('hex').slice(0, 40))

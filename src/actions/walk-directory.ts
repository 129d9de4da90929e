// Everything below a directory on the controller, told apart as copy needs it: files, directories and links, each
// with the path it gets below the destination. Mirrors _walk_dirs in plugins/action/copy.py (ansible-core 2.14).
import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDirectory, isFile } from '../config/index.js'

export interface WalkedDirectory {
  /** [path to read, path relative to the destination] */
  readonly files: readonly (readonly [string, string])[]
  readonly directories: readonly (readonly [string, string])[]
  /** [target of the link, path relative to the destination] */
  readonly links: readonly (readonly [string, string])[]
}

/** Walks `top`. A trailing slash leaves the directory's own name out of relative paths, as rsync does. */
export function walkDirectory(top: string, followLinks: boolean): WalkedDirectory {
  const walker = new Walker(followLinks)
  const base = top.endsWith('/') ? top : dirname(top)
  const offset = base.endsWith('/') ? base.length : base.length + 1
  walker.walk(top, offset, new Set([identity(statSync(top))]), '')
  return walker
}

const identity = (status: Stats) => `${status.dev}:${status.ino}`

class Walker implements WalkedDirectory {
  readonly files: [string, string][] = []
  readonly directories: [string, string][] = []
  readonly links: [string, string][] = []

  constructor(private readonly followLinks: boolean) {}

  /** os.walk(top) without following links: a directory's entries first, then its subdirectories. */
  walk(top: string, offset: number, ancestors: ReadonlySet<string>, relativeBase: string): void {
    const relative = (path: string) => join(relativeBase, path.slice(offset))
    const pending = [top]
    for (let directory = pending.shift(); directory !== undefined; directory = pending.shift()) {
      const { files, folders } = entriesOf(directory)
      for (const path of files) this.#file(path, relative(path))
      const below: string[] = []
      for (const path of folders) {
        if (lstatSync(path).isSymbolicLink()) this.#linkedDirectory(path, relative(path), ancestors)
        else {
          this.directories.push([path, relative(path)])
          below.push(path)
        }
      }
      pending.unshift(...below)
    }
  }

  #file(path: string, relative: string): void {
    if (!lstatSync(path).isSymbolicLink()) {
      this.files.push([path, relative])
      return
    }
    const target = realPath(path)
    if (this.followLinks && target !== undefined && isFile(target)) this.files.push([target, relative])
    else this.links.push([readlinkSync(path), relative])
  }

  #linkedDirectory(path: string, relative: string, ancestors: ReadonlySet<string>): void {
    const target = realpathSync(path)
    const targetIdentity = identity(statSync(target))
    const parents = new Set<string>()
    if (this.followLinks && !ancestors.has(targetIdentity)) {
      // Directories above the link that are not known yet: a link to one of them would never end.
      const parts = dirname(path).split('/')
      for (let length = parts.length; length > 0; length--) {
        const parent = identity(statSync(parts.slice(0, length).join('/') || '/'))
        if (ancestors.has(parent)) break
        parents.add(parent)
      }
      if (!parents.has(targetIdentity)) {
        this.directories.push([target, relative])
        this.walk(target, target.length + 1, new Set([...ancestors, ...parents]), relative)
        return
      }
    }
    this.links.push([readlinkSync(path), relative])
  }
}

function entriesOf(directory: string): { files: string[]; folders: string[] } {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch {
    return { files: [], folders: [] }
  }
  const files: string[] = []
  const folders: string[] = []
  for (const name of names) {
    const path = join(directory, name)
    // A link to a directory counts as one; a link that leads nowhere or around in a circle counts as a file.
    ;(isDirectory(path) ? folders : files).push(path)
  }
  return { files, folders }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

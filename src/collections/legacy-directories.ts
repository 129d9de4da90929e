// Search for plugins by plain name in directories: those beside playbooks and roles in the order in which
// they became known, then configured ones with their subdirectories, then ansible-core's own package.
// Mirrors PluginLoader._get_paths_with_context and _find_plugin_legacy (plugins/loader.py, 2.14).
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import type { NoticeSink } from './notices.js'
import { IGNORED_EXTENSIONS, type PluginKindInfo } from './plugin-kinds.js'

/** A plugin file; `isInternal` when it belongs to ansible-core. */
export interface FoundFile {
  readonly path: string
  readonly isInternal: boolean
}

interface SearchDirectory {
  readonly path: string
  readonly isInternal: boolean
}

export class LegacyDirectories {
  readonly #extra: string[] = []
  #search: SearchDirectory[] | undefined
  /** Files by ending ('' for any) and name, first found wins. */
  readonly #files = new Map<string, Map<string, FoundFile>>()
  #scanned = 0

  constructor(
    private readonly kind: PluginKindInfo,
    private readonly configured: readonly string[],
    private readonly corePath: string | undefined,
    private readonly notices: NoticeSink,
  ) {}

  /** Adds a directory behind those added before. True when it is new. */
  add(directory: string): boolean {
    const path = realPathOf(directory)
    if (this.#extra.includes(path)) return false
    this.#extra.push(path)
    this.#forget()
    return true
  }

  /** Directories in search order. */
  get paths(): readonly string[] {
    return this.#directories().map(directory => directory.path)
  }

  /** Directories outside ansible-core, in search order. */
  get foreignPaths(): readonly string[] {
    return this.#directories()
      .filter(directory => !directory.isInternal)
      .map(directory => directory.path)
  }

  /** Extra and configured directories without subdirectories, then the package (module_utils search). */
  get flatPaths(): readonly string[] {
    const paths = [...this.#extra, ...this.configured.map(path => resolve(path))]
    if (this.corePath !== undefined) paths.push(join(this.corePath, this.kind.corePackage))
    return paths.filter((path, index) => paths.indexOf(path) === index)
  }

  /** Finds `name` (with or without ending) among files with `extension`; '' takes any file. */
  find(name: string, extension: string): FoundFile | undefined {
    const directories = this.#directories()
    for (;;) {
      const found = this.#files.get(extension)?.get(name)
      if (found !== undefined || this.#scanned >= directories.length) return found
      this.#scan(directories[this.#scanned++] as SearchDirectory)
    }
  }

  #forget(): void {
    this.#search = undefined
    this.#files.clear()
    this.#scanned = 0
  }

  #directories(): readonly SearchDirectory[] {
    if (this.#search !== undefined) return this.#search
    const found: SearchDirectory[] = this.#extra.map(path => ({ path, isInternal: false }))
    const addConfigured = (path: string) => {
      if (!found.some(directory => directory.path === path)) found.push({ path, isInternal: false })
    }
    for (const configured of this.configured) {
      const path = resolve(configured)
      const children = subdirectories(path)
      for (const child of [...children, ...children.flatMap(subdirectories)]) addConfigured(child)
      addConfigured(path)
    }
    if (this.corePath !== undefined) {
      const root = join(this.corePath, this.kind.corePackage)
      for (const path of packageDirectories(root)) found.push({ path, isInternal: true })
    }
    const isWindows = (directory: SearchDirectory) => directory.path.endsWith('/windows')
    this.#search = [...found.filter(directory => !isWindows(directory)), ...found.filter(isWindows)]
    return this.#search
  }

  #scan(directory: SearchDirectory): void {
    let names: string[]
    try {
      if (!statSync(directory.path).isDirectory()) return
    } catch {
      return
    }
    try {
      names = readdirSync(directory.path)
    } catch (error) {
      this.notices.warning(`Error accessing plugin paths: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    for (const fullName of names) {
      if (fullName.endsWith('__init__.py') || IGNORED_EXTENSIONS.some(extension => fullName.endsWith(extension)))
        continue
      const path = join(directory.path, fullName)
      if (!isFile(path)) continue
      const extension = extname(fullName)
      const baseName = extension === '' ? fullName : fullName.slice(0, -extension.length)
      const file: FoundFile = { path, isInternal: directory.isInternal }
      for (const pool of ['', extension]) {
        this.#remember(pool, baseName, file)
        this.#remember(pool, fullName, file)
      }
    }
  }

  #remember(pool: string, name: string, file: FoundFile): void {
    let files = this.#files.get(pool)
    if (files === undefined) {
      files = new Map()
      this.#files.set(pool, files)
    }
    if (!files.has(name)) files.set(name, file)
  }
}

/** os.path.realpath: resolves links as far as the path exists. */
function realPathOf(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync(absolute)
  } catch {
    return absolute
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function subdirectories(path: string): string[] {
  let names: string[]
  try {
    names = readdirSync(path)
  } catch {
    return []
  }
  return names
    .filter(name => !name.startsWith('.'))
    .map(name => join(path, name))
    .filter(child => statSync(child, { throwIfNoEntry: false })?.isDirectory() === true)
}

/** A package's directory and those below it, as far as each level has an __init__.py. */
function packageDirectories(root: string): string[] {
  const found = [root]
  const walk = (path: string) => {
    let names: string[]
    try {
      names = readdirSync(path, { withFileTypes: true })
        .filter(entry => entry.isDirectory() || entry.isSymbolicLink())
        .map(entry => join(path, entry.name))
        .filter(child => statSync(child, { throwIfNoEntry: false })?.isDirectory() === true)
    } catch {
      return
    }
    if (existsSync(join(path, '__init__.py'))) found.push(...names)
    for (const child of names) walk(child)
  }
  walk(root)
  return found
}

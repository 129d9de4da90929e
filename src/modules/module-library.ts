// The modules a run may use: found by name, classified, bundled with the support code they need.
// A payload is built once, kept in memory and on disk, and rebuilt when any file it was made of changes.
import { createHash } from 'node:crypto'
import { basename, extname, join } from 'node:path'
import type { ModulePayload } from '../agent/index.js'
import {
  type CollectionFinder,
  type Deprecation,
  DiskCache,
  type NoticeSink,
  type PluginFinder,
  silentNotices,
} from '../collections/index.js'
import { MadansibleError } from '../errors.js'
import type { AnsibleInstall } from './ansible-install.js'
import type { CodeCompiler } from './code-compiler.js'
import { type ModuleStyle, moduleStyle, pythonNameOf, REPLACER, type Shebang, shebangOf } from './module-style.js'
import type { LocateContext } from './module-utils-locator.js'
import { collectPayloadFiles } from './payload-files.js'
import { type PathState, SourceFiles } from './source-files.js'
import { writeZip } from './zip.js'

/** No module of that name, or its redirect leads nowhere. */
export class ModuleNotFoundError extends MadansibleError {
  override readonly code = 'MADANSIBLE_MODULE_NOT_FOUND'
}

export interface Module {
  /** Name as asked for. */
  readonly name: string
  /** ansible.builtin.copy, ns.coll.x, or a plain name for a local file. */
  readonly fqcn: string
  readonly path: string
  readonly style: ModuleStyle
  /** Dotted Python name it runs under. */
  readonly pythonName: string
  readonly shebang: Shebang | undefined
  readonly content: Buffer
  readonly deprecations: readonly Deprecation[]
  readonly redirects: readonly string[]
}

export interface ModuleLibraryOptions {
  readonly install: AnsibleInstall
  readonly collections: CollectionFinder
  readonly plugins: PluginFinder
  readonly cache?: DiskCache | undefined
  readonly compiler?: CodeCompiler | undefined
  /** DEFAULT_MODULE_COMPRESSION; anything but ZIP_DEFLATED stores files as they are. */
  readonly compression?: string | undefined
  readonly notices?: NoticeSink | undefined
}

export class ModuleLibrary {
  readonly install: AnsibleInstall
  readonly plugins: PluginFinder
  readonly #cache: DiskCache
  readonly #notices: NoticeSink
  readonly #sources = new SourceFiles()
  readonly #modules = new Map<string, Module>()
  readonly #payloads = new Map<string, ModulePayload>()
  readonly #compress: boolean

  constructor(private readonly options: ModuleLibraryOptions) {
    this.install = options.install
    this.plugins = options.plugins
    this.#cache = options.cache ?? new DiskCache()
    this.#notices = options.notices ?? silentNotices
    const compression = options.compression ?? 'ZIP_DEFLATED'
    this.#compress = compression !== 'ZIP_STORED'
    if (!['ZIP_DEFLATED', 'ZIP_STORED', 'ZIP_BZIP2', 'ZIP_LZMA'].includes(compression)) {
      this.#compress = false
      this.#notices.warning(
        `Bad module compression string specified: ${compression}.  Using ZIP_STORED (no compression)`,
      )
    }
  }

  /** A module by plain or fully qualified name. Throws ModuleNotFoundError and PluginRemovedError. */
  find(name: string, collections: readonly string[] = []): Module {
    const found = this.plugins.find('modules', name, { collections })
    if (found.path === undefined) {
      const last = found.redirects.at(-1)
      throw new ModuleNotFoundError(
        found.redirects.length > 1
          ? `The module ${name} was redirected to ${last}, which could not be loaded.`
          : `The module ${name} was not found in configured module paths`,
      )
    }
    const key = `${name}\0${found.path}`
    let module = this.#modules.get(key)
    if (module === undefined) {
      module = this.#load(name, found.fqcn, found.path, found.deprecations, found.redirects)
      this.#modules.set(key, module)
    }
    return module
  }

  /** The archive of a new-style Python module. Throws ModuleSupportError when support code is missing. */
  payload(module: Module): ModulePayload {
    const key = this.#payloadKey(module)
    const known = this.#payloads.get(key)
    if (known !== undefined) return known
    const found = this.#readCached(key) ?? this.#build(module, key)
    const { compiler } = this.options
    const payload = {
      ...found,
      compiled: compiler && (version => compiler.archive(found, version)),
    } satisfies ModulePayload
    this.#payloads.set(key, payload)
    return payload
  }

  #load(
    name: string,
    fqcn: string,
    path: string,
    deprecations: readonly Deprecation[],
    redirects: readonly string[],
  ): Module {
    const content = this.#sources.read(path)
    const style = moduleStyle(content)
    // Python modules in a role or playbook are known by the last part of the name they were called by.
    const leaf = name.slice(name.lastIndexOf('.') + 1)
    const pythonName = pythonNameOf(
      extname(path) === '.py' ? basename(path, '.py') : leaf,
      path,
      this.install.libraryPath,
    )
    return { name, fqcn, path, style, pythonName, shebang: shebangOf(content), content, deprecations, redirects }
  }

  #build(module: Module, key: string): ModulePayload {
    const context: LocateContext = {
      sources: this.#sources,
      collections: this.options.collections,
      utilPaths: this.#utilPaths(),
      notices: this.#notices,
    }
    const content = module.content.includes(REPLACER)
      ? Buffer.from(
          module.content.toString('latin1').replaceAll(REPLACER, 'from ansible.module_utils.basic import *'),
          'latin1',
        )
      : module.content
    const { result: files, seen } = this.#sources.recording(() => {
      this.#sources.state(module.path)
      const subject = { pythonName: module.pythonName, content }
      return collectPayloadFiles(
        { ...subject, coreVersion: this.install.version, coreAuthor: this.install.author },
        context,
      )
    })
    const zip = writeZip(files, this.#compress)
    const sha256 = createHash('sha256').update(zip).digest('hex')
    this.#writeCached(key, { fqn: module.pythonName, sha256, seen: [...seen] }, zip)
    return { zip, sha256, fqn: module.pythonName }
  }

  #utilPaths(): string[] {
    const directories = this.plugins.directories('module_utils')
    const core = join(this.install.libraryPath, 'module_utils')
    return [...directories.flatPaths.filter(path => path !== core && this.#sources.isDirectory(path)), core]
  }

  #payloadKey(module: Module): string {
    const { version, author } = this.install
    const places = [...this.#utilPaths(), '', ...this.options.collections.searchPaths]
    return ['2', module.path, module.pythonName, version, author, String(this.#compress), ...places].join('\0')
  }

  #readCached(key: string): ModulePayload | undefined {
    const entry = this.#cache.read('payloads', key)
    if (entry === undefined) return undefined
    try {
      const length = entry.readUInt32LE(0)
      const header = JSON.parse(entry.subarray(4, 4 + length).toString('utf8')) as PayloadHeader
      const zip = entry.subarray(4 + length)
      if (header.size !== zip.length) return undefined
      for (const [path, state] of header.seen) if (this.#sources.state(path) !== state) return undefined
      return { zip, sha256: header.sha256, fqn: header.fqn }
    } catch {
      return undefined
    }
  }

  #writeCached(key: string, header: Omit<PayloadHeader, 'size'>, zip: Buffer): void {
    const text = Buffer.from(JSON.stringify({ ...header, size: zip.length } satisfies PayloadHeader))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length, 0)
    this.#cache.write('payloads', key, Buffer.concat([length, text, zip]))
  }
}

interface PayloadHeader {
  readonly fqn: string
  readonly sha256: string
  readonly size: number
  /** Every path that was looked at, with what was there. */
  readonly seen: readonly (readonly [string, PathState])[]
}

// Files as Ansible finds and reads them: relative to a base directory, decrypted, parsed once. Mirrors
// parsing/dataloader.py of 2.14.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname } from 'node:path'
import {
  dirName,
  isDirectory,
  isFile,
  joinPath,
  osErrorText,
  pathExists,
  unfrackPath,
  unquote,
} from '../config/index.js'
import { MadansibleError, ParserError } from '../errors.js'
import { decodeUtf8 } from '../python/index.js'
import type { Value } from '../python/values.js'
import { isEncrypted, type VaultSecrets } from '../vault/index.js'
import { deepCopy } from './deep-copy.js'
import { findRelative, findRelativeStack, isRolePath } from './find-file.js'
import { loadYaml } from './load-yaml.js'

/** AnsibleFileNotFound: a file of the controller is missing. */
export class FileNotFoundError extends MadansibleError {
  override readonly code = 'MADANSIBLE_FILE_NOT_FOUND'
  constructor(
    readonly fileName: string | undefined,
    options: { readonly message?: string; readonly paths?: readonly string[] } = {},
  ) {
    const { message, paths } = options
    let text = message === undefined ? '' : `${message}\n`
    text += fileName === undefined ? 'Could not find file' : `Could not find or access '${fileName}'`
    if (paths !== undefined && paths.length > 0) text += `\nSearched in:\n\t${paths.join('\n\t')}`
    super(
      `${text} on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, ` +
        'see the remote_src option',
    )
  }
}

export interface DataLoaderOptions {
  readonly cwd?: string | undefined
  readonly warn?: ((message: string) => void) | undefined
  readonly duplicateKeys?: 'warn' | 'error' | 'ignore' | undefined
  /** YAML_FILENAME_EXTENSIONS */
  readonly yamlExtensions?: readonly string[] | undefined
  /** Where decrypted copies are put (DEFAULT_LOCAL_TMP); asked for when one is needed. */
  readonly localTmp?: (() => string) | undefined
}

export class DataLoader {
  /** What relative paths start from: the directory of the playbook. */
  basedir = '.'
  readonly cwd: string
  readonly #cache = new Map<string, Value>()
  readonly #temporary = new Set<string>()

  constructor(
    public vault: VaultSecrets,
    private readonly options: DataLoaderOptions = {},
  ) {
    this.cwd = options.cwd ?? process.cwd()
  }

  /** Parses a text; `file` is what errors name. */
  load(text: string, file = '<string>', options: { showContent?: boolean; jsonOnly?: boolean } = {}): Value {
    const { duplicateKeys, warn } = this.options
    return loadYaml(text, file, { vault: this.vault, duplicateKeys, warn, ...options })
  }

  /** The parsed file, as a copy of one's own; `copy: false` gives the shared value, which must not be changed. */
  loadFile(path: string, options: { copy?: boolean; cache?: boolean; jsonOnly?: boolean } = {}): Value {
    const full = this.pathDwim(path)
    let value = options.cache === false ? undefined : this.#cache.get(full)
    if (value === undefined) {
      const { data, wasEncrypted } = this.readFile(full)
      const text = decodeUtf8(data, 'surrogateescape')
      value = this.load(text, full, { showContent: !wasEncrypted, jsonOnly: options.jsonOnly === true })
      this.#cache.set(full, value)
    }
    return options.copy === false ? value : deepCopy(value)
  }

  /** From now on the file has this value; what is on the disk does not count. */
  provide(path: string, value: Value): void {
    this.#cache.set(this.pathDwim(path), value)
  }

  /** Content of a file, decrypted. Throws FileNotFoundError, ParserError or VaultError in Ansible's words. */
  readFile(path: string): { data: Buffer; wasEncrypted: boolean } {
    if (path === '') throw new ParserError("Invalid filename: ''")
    const full = this.pathDwim(path)
    if (!pathExists(full)) throw new FileNotFoundError(path, { message: 'Unable to retrieve file contents' })
    let data: Buffer
    try {
      data = readFileSync(full)
    } catch (error) {
      const reason = osErrorText(error, `b'${full}'`)
      throw new ParserError(`an error occurred while trying to read the file '${path}': ${reason}. ${reason}`, {
        cause: error,
      })
    }
    return isEncrypted(data)
      ? { data: this.vault.decrypt(data, full), wasEncrypted: true }
      : { data, wasEncrypted: false }
  }

  /** Content of a file, decrypted, as text. */
  readText(path: string): string {
    return decodeUtf8(this.readFile(path).data, 'surrogateescape')
  }

  exists(path: string): boolean {
    return pathExists(this.pathDwim(path))
  }

  isFile(path: string): boolean {
    const full = this.pathDwim(path)
    return isFile(full) || full === '/dev/null'
  }

  isDirectory(path: string): boolean {
    return isDirectory(this.pathDwim(path))
  }

  /** True when anybody may execute the file. */
  isExecutable(path: string): boolean {
    return (statSync(this.pathDwim(path)).mode & 0o111) !== 0
  }

  /** Names in a directory, in no order. */
  list(path: string): string[] {
    return readdirSync(this.pathDwim(path))
  }

  /** An absolute path: relative ones start from `basedir`; quotes around the path are dropped. */
  pathDwim(given: string): string {
    const path = unquote(given)
    const full = path.startsWith('/') || path.startsWith('~') ? path : joinPath(this.basedir, path)
    return unfrackPath(full, { cwd: this.cwd })
  }

  /** A file of a role or playbook, in `dirname` or not; the last candidate when none exists. */
  pathDwimRelative(path: string, dirname: string, source: string, isRole = false): string {
    return findRelative(this, path, dirname, source, isRole)
  }

  /** The first hit in a stack of directories. Throws FileNotFoundError with all places that were searched. */
  pathDwimRelativeStack(paths: readonly string[], dirname: string, source: string | null, isRole = false): string {
    const { found, searched } = findRelativeStack(this, paths, dirname, source, isRole)
    if (source === null) this.options.warn?.('Invalid request to find a file that matches a "null" value')
    if (found === undefined) throw new FileNotFoundError(source ?? undefined, { paths: searched })
    return found
  }

  /** True for a directory that looks like a role's. */
  isRole(path: string): boolean {
    return isRolePath(path, this.cwd)
  }

  /** Path of the file, or of a private decrypted copy of it. */
  realFile(path: string, decrypt = true): string {
    if (path === '') throw new ParserError("Invalid filename: ''")
    if (!this.exists(path) || !this.isFile(path)) throw new FileNotFoundError(path)
    const full = this.pathDwim(path)
    if (!decrypt) return full
    let data: Buffer
    try {
      data = readFileSync(full)
    } catch (error) {
      const reason = osErrorText(error, `'${full}'`)
      throw new ParserError(`an error occurred while trying to read the file '${full}': ${reason}. ${reason}`)
    }
    if (!isEncrypted(data)) return full
    if (this.vault.secrets.length === 0) {
      throw new ParserError(`A vault password or secret must be specified to decrypt ${path}`)
    }
    return this.#writeTemporary(this.vault.decrypt(data, full))
  }

  #writeTemporary(data: Buffer): string {
    const directory = mkdtempSync(joinPath(this.options.localTmp?.() ?? tmpdir(), 'decrypted-'))
    chmodSync(directory, 0o700)
    const path = joinPath(directory, 'content')
    writeFileSync(path, data, { mode: 0o600 })
    this.#temporary.add(path)
    return path
  }

  /** Removes a decrypted copy that realFile made; other paths are left alone. */
  cleanupFile(path: string): void {
    if (this.#temporary.delete(path)) rmSync(dirName(path), { recursive: true, force: true })
  }

  /** Removes all decrypted copies. */
  cleanup(): void {
    for (const path of [...this.#temporary]) this.cleanupFile(path)
  }

  /** Files of `directory/name`, `directory/name.yml` …, or all files below the directory `directory/name`. */
  findVarsFiles(
    directory: string,
    name: string,
    options: { extensions?: readonly string[] | undefined; allowDirectory?: boolean } = {},
  ): string[] {
    const base = joinPath(directory, name)
    const extensions = options.extensions ?? ['', ...(this.options.yamlExtensions ?? ['.yml', '.yaml', '.json'])]
    for (const extension of extensions) {
      const path = extension === '' || extension.includes('.') ? base + extension : `${base}.${extension}`
      if (!this.exists(path)) continue
      if (!this.isDirectory(path)) return [path]
      if (options.allowDirectory !== false) return this.#filesBelow(path, extensions)
    }
    return []
  }

  #filesBelow(directory: string, extensions: readonly string[]): string[] {
    const found: string[] = []
    for (const name of this.list(directory).sort()) {
      if (name.startsWith('.') || name.endsWith('~')) continue
      const extension = extname(name)
      const path = joinPath(directory, name)
      if (extension === '' && this.isDirectory(path)) found.push(...this.#filesBelow(path, extensions))
      else if ((extension === '' || extensions.includes(extension)) && this.isFile(path)) found.push(path)
    }
    return found
  }

  /** Says something to the user. */
  warn(message: string): void {
    this.options.warn?.(message)
  }

  /** Forgets one parsed file, or all. */
  forget(path?: string): void {
    if (path === undefined) this.#cache.clear()
    else this.#cache.delete(this.pathDwim(path))
  }
}

// Reads YAML and JSON exactly as Ansible's DataLoader does: YAML 1.1 scalars, positions of every mapping, list and
// value, !vault and !unsafe, duplicate keys, and the texts of its errors.
import type { Position } from '../errors.js'
import type { Dict, Value } from '../python/values.js'
import type { VaultSecrets } from '../vault/index.js'

export interface LoadYamlOptions {
  /** Secrets for !vault values; without them a vault value fails when it is read. */
  readonly vault?: VaultSecrets | undefined
  /** What happens to duplicate keys; default 'warn'. */
  readonly duplicateKeys?: 'warn' | 'error' | 'ignore' | undefined
  readonly warn?: ((message: string) => void) | undefined
  /** False when the text was decrypted: errors then do not quote the file's lines. */
  readonly showContent?: boolean | undefined
  /** Only JSON is accepted (inventory scripts). */
  readonly jsonOnly?: boolean | undefined
}
/** One document (null for an empty text). Throws ParserError with Ansible's text. */
export declare function loadYaml(text: string, file: string, options?: LoadYamlOptions): Value
/** Every document of a stream (YAML only). */
export declare function loadYamlAll(text: string, file: string, options?: LoadYamlOptions): Value[]
/** Where a mapping or list starts, or one of its values (by key or index); undefined when it was not read from YAML. */
export declare function positionOf(container: Dict | Value[], key?: Value): Position | undefined
/** Where a key of a mapping stands. */
export declare function keyPositionOf(container: Dict, key: Value): Position | undefined
export declare function copyPosition<T extends Dict | Value[]>(from: Dict | Value[], to: T): T
export declare function setPosition(container: Dict | Value[], position: Position): void
/** "The error appears to be in '…': line 3, column 5, but may\nbe elsewhere…" with the offending line and hints. */
export declare function describePosition(position: Position, options?: { showContent?: boolean }): string
/** message + "\n\n" + describePosition, as str(AnsibleError(message, obj=obj)). */
export declare function withPosition(message: string, position: Position | undefined): string

export interface DataLoaderOptions {
  readonly cwd?: string | undefined
  readonly warn?: ((message: string) => void) | undefined
  readonly duplicateKeys?: 'warn' | 'error' | 'ignore' | undefined
  /** YAML_FILENAME_EXTENSIONS */
  readonly yamlExtensions?: readonly string[] | undefined
  /** DEFAULT_LOCAL_TMP: where decrypted copies are put */
  readonly localTmp?: string | undefined
}
/** File access as Ansible's DataLoader: relative to `basedir`, decrypting vaults, caching parsed files. */
export declare class DataLoader {
  constructor(vault: VaultSecrets, options?: DataLoaderOptions)
  basedir: string
  vault: VaultSecrets
  /** Parses a text; `file` is what errors name ('<string>' by default). */
  load(text: string, file?: string, options?: { showContent?: boolean; jsonOnly?: boolean }): Value
  /** Parsed file. The result is shared unless `copy` (default true, Ansible's unsafe=False) asks for a deep copy. */
  loadFile(path: string, options?: { copy?: boolean; cache?: boolean; jsonOnly?: boolean }): Value
  /** Decrypted content. Throws a FileNotFoundError / ParserError in Ansible's words. */
  readFile(path: string): { data: Buffer; wasEncrypted: boolean }
  readText(path: string): string
  exists(path: string): boolean
  isFile(path: string): boolean
  isDirectory(path: string): boolean
  isExecutable(path: string): boolean
  list(path: string): string[]
  pathDwim(given: string): string
  pathDwimRelative(path: string, dirname: string, source: string, isRole?: boolean): string
  pathDwimRelativeStack(paths: readonly string[], dirname: string, source: string | null, isRole?: boolean): string
  isRole(path: string): boolean
  /** Path of the file, or of a private decrypted copy. */
  realFile(path: string, decrypt?: boolean): string
  cleanupFile(path: string): void
  cleanup(): void
  /** Files of `dir/name`, `dir/name.yml`, or all of the directory `dir/name/`. */
  findVarsFiles(
    dir: string,
    name: string,
    options?: { extensions?: readonly string[]; allowDirectory?: boolean },
  ): string[]
  /** Forgets one cached file, or all. */
  forget(path?: string): void
}
/** A copy of dicts and lists all the way down, positions kept. */
export declare function deepCopy(value: Value): Value

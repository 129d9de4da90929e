// Finds collections, their metadata, roles and playbooks. The first place that has a collection wins; the
// search goes: `collections/` beside the playbook, COLLECTIONS_PATHS, Python's sys.path.
// Mirrors lib/ansible/utils/collection_loader/_collection_finder.py (2.14).
import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { MadansibleError } from '../errors.js'
import { Dict, type Value } from '../python/values.js'
import { DiskCache } from './disk-cache.js'
import { type CollectionMetadata, readCollectionMetadata } from './metadata.js'
import { type NoticeSink, silentNotices } from './notices.js'
import { isCollectionName, parseReference } from './reference.js'
import { satisfiesRequirement } from './requires-ansible.js'

/** A collection does not support this ansible-core and the configuration makes that an error. */
export class UnsupportedCollectionError extends MadansibleError {
  override readonly code = 'MADANSIBLE_COLLECTION_VERSION'
}

export interface CollectionFinderOptions {
  /** COLLECTIONS_PATHS */
  readonly paths: readonly string[]
  /** Python's sys.path; empty when COLLECTIONS_SCAN_SYS_PATH is off. */
  readonly pythonPath: readonly string[]
  /** Directory of the `ansible` package (for ansible_builtin_runtime.yml); undefined when there is none. */
  readonly corePath?: string | undefined
  /** Version of ansible-core, for `requires_ansible`. */
  readonly coreVersion?: string | undefined
  /** COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH */
  readonly onVersionMismatch?: 'warning' | 'error' | 'ignore' | undefined
  readonly cache?: DiskCache | undefined
  readonly notices?: NoticeSink | undefined
}

/** A role found in a collection; `path` is its directory. */
export interface CollectionRole {
  readonly role: string
  readonly path: string
  readonly collection: string
}
/** A playbook found in a collection; `path` is the file. */
export interface CollectionPlaybook {
  readonly name: string
  readonly path: string
  readonly collection: string
}

export class CollectionFinder {
  readonly #configured: readonly string[]
  #playbooks: readonly string[] = []
  #playbookPaths: readonly string[] = []
  readonly #found = new Map<string, string | undefined>()
  readonly #metadata = new Map<string, CollectionMetadata>()
  readonly #cache: DiskCache
  readonly #notices: NoticeSink

  constructor(private readonly options: CollectionFinderOptions) {
    this.#cache = options.cache ?? new DiskCache()
    this.#notices = options.notices ?? silentNotices
    const roots: string[] = []
    for (const given of [...options.paths.map(expandHome), ...options.pythonPath]) {
      const root = basename(given) === 'ansible_collections' ? dirname(given) : given
      if (!roots.includes(root) && isDirectory(join(root, 'ansible_collections'))) roots.push(root)
    }
    this.#configured = roots
  }

  /** Playbook directories: the `collections` directory of each is searched first. */
  setPlaybookPaths(directories: readonly string[]): void {
    this.#playbooks = [...new Set(directories)]
    this.#playbookPaths = this.#playbooks.map(directory => join(directory, 'collections'))
    this.#found.clear()
    this.#metadata.clear()
  }

  /** The playbook directories; the same array until they are set again. */
  get playbookPaths(): readonly string[] {
    return this.#playbooks
  }

  /** Directories that hold an `ansible_collections` directory, in search order. */
  get searchPaths(): readonly string[] {
    return [...this.#playbookPaths, ...this.#configured]
  }

  /** Directory of a collection (`ns.coll`), or undefined. ansible.builtin has none. */
  find(collection: string): string | undefined {
    if (this.#found.has(collection)) return this.#found.get(collection)
    const path = isCollectionName(collection) ? this.#search(collection) : undefined
    this.#found.set(collection, path)
    if (path !== undefined) {
      this.#notices.verbose(4, `Loading collection ${collection} from ${path}`)
      this.#checkVersion(collection)
    }
    return path
  }

  /** Whether `ansible_collections.<ns.coll>` could be imported. */
  has(collection: string): boolean {
    return collection === 'ansible.builtin' || this.find(collection) !== undefined
  }

  /** The parsed meta/runtime.yml, or undefined when the collection is not installed. Broken YAML throws. */
  metadata(collection: string): CollectionMetadata | undefined {
    const known = this.#metadata.get(collection)
    if (known !== undefined) return known
    const path = this.#metadataPath(collection)
    if (path === undefined) return undefined
    let metadata: CollectionMetadata
    try {
      metadata = readCollectionMetadata(path, this.#cache)
    } catch (error) {
      throw new MadansibleError(
        `error parsing collection metadata: ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      )
    }
    this.#metadata.set(collection, metadata)
    return metadata
  }

  /** Directory of a role by `ns.coll.role`, or by plain name within a list of collections. */
  findRole(name: string, collections: readonly string[] = []): CollectionRole | undefined {
    const reference = parseReference(name, 'role')
    const subdirs = reference?.subdirs ? reference.subdirs.split('.') : []
    const resource = reference?.resource ?? name
    for (const collection of reference ? [reference.collection] : collections) {
      const root = this.find(collection)
      if (root === undefined) continue
      const path = join(root, 'roles', ...subdirs, resource)
      if (resource !== '' && !resource.includes('/') && isDirectory(path)) return { role: resource, path, collection }
    }
    return undefined
  }

  /** A playbook by `ns.coll.playbook`, with or without .yml. */
  findPlaybook(name: string): CollectionPlaybook | undefined {
    const reference = parseReference(name, 'playbook')
    const root = reference && this.find(reference.collection)
    if (reference === undefined || root === undefined) return undefined
    const directory = join(root, 'playbooks', ...(reference.subdirs ? reference.subdirs.split('.') : []))
    const endings = /\.(yml|yaml)$/.test(reference.resource) ? [''] : ['', '.yml', '.yaml']
    for (const ending of endings) {
      const path = join(directory, reference.resource + ending)
      if (existsSync(path)) return { name: reference.resource, path, collection: reference.collection }
    }
    return undefined
  }

  /** The collection that a file belongs to, when it is the one that would be found under its name. */
  collectionOfPath(path: string): string | undefined {
    const parts = resolve(path).split('/')
    const position = parts.indexOf('ansible_collections')
    if (position < 0 || position !== parts.lastIndexOf('ansible_collections') || parts.length < position + 3)
      return undefined
    const collection = parts.slice(position + 1, position + 3).join('.')
    const found = this.find(collection)
    return found !== undefined && resolve(found) === parts.slice(0, position + 3).join('/') ? collection : undefined
  }

  /** `action_groups` of a collection as values; undefined when the collection is not installed. */
  actionGroups(collection: string): Dict | undefined {
    const metadata = this.metadata(collection)
    return metadata && (toValue(metadata.action_groups ?? {}) as Dict)
  }

  #search(collection: string): string | undefined {
    const [namespace, name] = collection.split('.') as [string, string]
    if (collection === 'ansible.builtin') return undefined
    for (const root of this.searchPaths) {
      const path = join(root, 'ansible_collections', namespace, name)
      if (isDirectory(path)) return isAbsolute(path) ? path : resolve(path)
    }
    return undefined
  }

  #metadataPath(collection: string): string | undefined {
    if (collection === 'ansible.builtin') {
      return this.options.corePath && join(this.options.corePath, 'config', 'ansible_builtin_runtime.yml')
    }
    const root = this.find(collection)
    return root && join(root, 'meta', 'runtime.yml')
  }

  #checkVersion(collection: string): void {
    const version = this.options.coreVersion
    const onMismatch = this.options.onVersionMismatch ?? 'warning'
    if (version === undefined || onMismatch === 'ignore') return
    const requirement = this.metadata(collection)?.requires_ansible
    if (!requirement) return
    let isSupported: boolean
    try {
      isSupported = satisfiesRequirement(version, requirement)
    } catch (error) {
      this.#notices.warning(
        `Error parsing collection metadata requires_ansible value from collection ${collection}: ${(error as Error).message}`,
      )
      return
    }
    if (isSupported) return
    const message = `Collection ${collection} does not support Ansible version ${version}`
    if (onMismatch === 'error') throw new UnsupportedCollectionError(message)
    this.#notices.warning(message)
  }
}

function toValue(data: unknown): Value {
  if (Array.isArray(data)) return data.map(toValue)
  if (typeof data === 'string' || data === null) return data
  return new Dict(Object.entries(data as object).map(([key, value]) => [key, toValue(value)]))
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

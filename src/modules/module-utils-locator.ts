// Finds the file behind an imported `ansible.module_utils…` or `ansible_collections…module_utils…` name, with the
// redirects of runtime.yml. Mirrors LegacyModuleUtilLocator and CollectionModuleUtilLocator in
// lib/ansible/executor/module_common.py (2.14).
import { join } from 'node:path'
import {
  type CollectionFinder,
  type CollectionMetadata,
  type NoticeSink,
  parseReference,
} from '../collections/index.js'
import { MadansibleError } from '../errors.js'
import type { SourceFiles } from './source-files.js'

/** A module whose support code is missing or cannot be read. */
export class ModuleSupportError extends MadansibleError {
  override readonly code = 'MADANSIBLE_MODULE_SUPPORT'
}

export interface UtilRequest {
  /** Dotted name, split. */
  readonly parts: readonly string[]
  /** The last part may be an attribute instead of a module. */
  readonly isAmbiguous: boolean
  readonly isChildRedirected: boolean
  readonly isOptional: boolean
}
export interface LocatedUtil {
  readonly parts: readonly string[]
  readonly isPackage: boolean
  readonly isRedirected: boolean
  readonly content: Buffer
  /** File the content was read from; undefined when it was made up. */
  readonly path?: string | undefined
}
export interface LocateContext {
  readonly sources: SourceFiles
  readonly collections: CollectionFinder
  /** module_utils directories, role and playbook ones first, ansible-core's last. */
  readonly utilPaths: readonly string[]
  readonly notices: NoticeSink
}

type FoundSource = { readonly isPackage: boolean; readonly content: Buffer; readonly path?: string }

/** The file of an import, or the names that were looked for. */
export function locateUtil(
  request: UtilRequest,
  context: LocateContext,
): LocatedUtil | { readonly lookedFor: readonly string[] } {
  const isLegacy = request.parts[0] === 'ansible'
  const { names, collection, below } = isLegacy ? legacyNames(request) : collectionNames(request)
  for (const parts of names) {
    const redirect = () => findRedirect(parts, below, collection, request, isLegacy, context)
    const found = () => (isLegacy ? findLegacy(parts, context) : findInCollection(parts, collection, context))
    // Local files win over redirects for ansible.module_utils; in collections the redirect wins.
    const source = isLegacy ? (found() ?? redirect()) : (redirect() ?? found())
    if (source !== undefined) return { parts, isRedirected: false, ...source }
  }
  if (request.isChildRedirected) {
    return { parts: names.at(-1) as string[], isPackage: true, isRedirected: false, content: Buffer.alloc(0) }
  }
  return { lookedFor: names.map(parts => parts.join('.')) }
}

interface Names {
  readonly names: readonly (readonly string[])[]
  readonly collection: string
  /** How many leading parts stand above module_utils' content. */
  readonly below: number
}

function legacyNames(request: UtilRequest): Names {
  const { parts } = request
  // six makes its submodules at run time: everything below it is six itself.
  if (parts[2] === 'six')
    return { names: [['ansible', 'module_utils', 'six']], collection: 'ansible.builtin', below: 2 }
  return { names: candidates(request, 2), collection: 'ansible.builtin', below: 2 }
}

function collectionNames(request: UtilRequest): Names {
  const { parts } = request
  if (parts.length >= 6 && (parts[3] !== 'plugins' || parts[4] !== 'module_utils')) {
    throw new ModuleSupportError(
      'CollectionModuleUtilLocator can only locate below ansible_collections.(ns).(coll).plugins.module_utils, ' +
        `got (${parts.map(part => `'${part}'`).join(', ')})`,
    )
  }
  return { names: candidates(request, 5), collection: parts.slice(1, 3).join('.'), below: 5 }
}

function candidates(request: UtilRequest, below: number): (readonly string[])[] {
  const { parts } = request
  return request.isAmbiguous && parts.length - below > 1 ? [parts, parts.slice(0, -1)] : [parts]
}

function findRedirect(
  parts: readonly string[],
  below: number,
  collection: string,
  request: UtilRequest,
  isLegacy: boolean,
  context: LocateContext,
): (FoundSource & { isRedirected: true }) | undefined {
  if (parts.length <= below) return undefined
  const metadata = metadataOf(collection, parts, request.isOptional && !isLegacy, context)
  if (metadata === undefined) return undefined
  const routing = metadata.plugin_routing?.module_utils
  const name = parts.slice(below).join('.')
  const entry = routing && Object.hasOwn(routing, name) ? routing[name] : undefined
  if (!entry) return undefined
  const note = entry.tombstone ?? entry.deprecation
  const source = parts.join('.')
  if (note) {
    const text = `module_util ${source} has been removed${note.warning_text ? ` (${note.warning_text})` : '.'}`
    context.notices.deprecated({
      text,
      version: note.removal_version,
      date: note.removal_date,
      isRemoved: entry.tombstone != null,
      collection,
    })
  }
  if (!entry.redirect) return undefined
  const target = expandRedirect(entry.redirect, source)
  context.notices.verbose(3, `redirecting module_util ${source} to ${target}`)
  const content = Buffer.from(`\nimport sys\nimport ${target} as mod\n\nsys.modules['${source}'] = mod\n`)
  return { isPackage: true, isRedirected: true, content }
}

function metadataOf(
  collection: string,
  parts: readonly string[],
  isOptional: boolean,
  context: LocateContext,
): CollectionMetadata | undefined {
  const metadata = context.collections.metadata(collection)
  if (metadata !== undefined || isOptional) return metadata
  // Without ansible-core's own routing table there is simply nothing to redirect.
  if (collection === 'ansible.builtin') return undefined
  throw new ModuleSupportError(
    `error processing module_util ${parts.join('.')} loading redirected collection ${collection}: ` +
      `unable to locate collection ${collection}`,
  )
}

function expandRedirect(redirect: string, source: string): string {
  if (redirect.startsWith('ansible_collections')) return redirect
  const reference = redirect.split('.')
  if (reference.length < 3) throw new ModuleSupportError(`invalid redirect for ${source}: ${redirect}`)
  const [namespace, collection, ...rest] = reference
  return `ansible_collections.${namespace}.${collection}.plugins.module_utils.${rest.join('.')}`
}

/** PathFinder.find_spec: a package directory, then a file, in each directory in turn. */
function findLegacy(parts: readonly string[], context: LocateContext): FoundSource | undefined {
  const relative = parts.slice(2)
  if (relative.length === 0) return undefined
  for (const root of context.utilPaths) {
    const base = join(root, ...relative)
    const init = join(base, '__init__.py')
    if (context.sources.isFile(init)) return { isPackage: true, content: context.sources.read(init), path: init }
    const file = `${base}.py`
    if (context.sources.isFile(file)) return { isPackage: false, content: context.sources.read(file), path: file }
  }
  return undefined
}

function findInCollection(
  parts: readonly string[],
  collection: string,
  context: LocateContext,
): FoundSource | undefined {
  // Packages above module_utils' content are made up: their real code must not be shipped.
  if (parts.length < 6) return { isPackage: true, content: Buffer.alloc(0) }
  const root = parseReference(`${collection}.x`) && context.collections.find(collection)
  if (root === undefined) return undefined
  const base = join(root, ...parts.slice(3))
  const init = join(base, '__init__.py')
  if (context.sources.isFile(init)) return { isPackage: true, content: context.sources.read(init), path: init }
  if (context.sources.isDirectory(base)) return { isPackage: true, content: Buffer.alloc(0) }
  const file = `${base}.py`
  if (context.sources.isFile(file)) return { isPackage: false, content: context.sources.read(file), path: file }
  return undefined
}

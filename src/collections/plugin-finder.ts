// Finds any plugin or module by plain or fully qualified name, following redirects, reporting deprecations,
// refusing removed ones. Mirrors PluginLoader.find_plugin_with_context (lib/ansible/plugins/loader.py, 2.14).
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MadansibleError } from '../errors.js'
import { type CollectionFinder, UnsupportedCollectionError } from './collection-finder.js'
import { LegacyDirectories } from './legacy-directories.js'
import { type RoutingEntry, routingEntry } from './metadata.js'
import { type Deprecation, deprecationMessage, type NoticeSink, silentNotices } from './notices.js'
import { IGNORED_EXTENSIONS, PLUGIN_KINDS, type PluginKind } from './plugin-kinds.js'
import { isFullyQualified, parseReference } from './reference.js'

/** A plugin that its collection says was removed. */
export class PluginRemovedError extends MadansibleError {
  override readonly code = 'MADANSIBLE_PLUGIN_REMOVED'
}
/** Redirects of a plugin that lead back to themselves, or to a name that is not fully qualified. */
export class PluginRedirectError extends MadansibleError {
  override readonly code = 'MADANSIBLE_PLUGIN_REDIRECT'
}

export interface ResolvedPlugin {
  /** Name in the form Ansible reports: ansible.builtin.x, ns.coll.x, or plain x for a local file. */
  readonly fqcn: string
  readonly path: string
  /** 'ansible.builtin', 'ns.coll', or '' for a file beside a playbook, in a role or a configured directory. */
  readonly collection: string
  /** The names gone through, the asked one first. */
  readonly redirects: readonly string[]
  readonly deprecations: readonly Deprecation[]
  /** The action plugin that runtime.yml names for this module. */
  readonly actionPlugin?: string | undefined
}
export interface MissingPlugin {
  readonly fqcn: undefined
  readonly path: undefined
  readonly redirects: readonly string[]
  readonly deprecations: readonly Deprecation[]
  /** What was wrong on the way; told as a warning already, except for filters and tests. */
  readonly errors: readonly string[]
}

export interface FindOptions {
  /** The `collections:` keyword. */
  readonly collections?: readonly string[] | undefined
  /** Overrides the kind's file ending (`.ps1`). */
  readonly extension?: string | undefined
}

export interface PluginFinderOptions {
  readonly collections: CollectionFinder
  /** Directory of the `ansible` package. */
  readonly corePath?: string | undefined
  /** Configured directories of a kind (DEFAULT_MODULE_PATH and so on). */
  readonly configuredPaths: (kind: PluginKind, setting: string) => readonly string[]
  /** Names that plugin_filters.yml rejects (modules and actions). */
  readonly rejected?: ReadonlySet<string> | undefined
  readonly notices?: NoticeSink | undefined
}

type Step =
  | {
      readonly kind: 'found'
      readonly path: string
      readonly collection: string
      readonly fqcn?: string
      readonly actionPlugin?: string | undefined
    }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'missing' }

interface Search {
  readonly redirects: string[]
  readonly deprecations: Deprecation[]
  /** What went wrong with collections on the way; it only warns. */
  readonly errors: string[]
}

const MISSING: Step = { kind: 'missing' }

export class PluginFinder {
  readonly #directories = new Map<PluginKind, LegacyDirectories>()
  readonly #memo = new Map<string, ResolvedPlugin | MissingPlugin>()
  readonly #notices: NoticeSink
  #version = 0

  constructor(private readonly options: PluginFinderOptions) {
    this.#notices = options.notices ?? silentNotices
  }

  /** Grows whenever a directory is added: earlier answers may have changed. */
  get version(): number {
    return this.#version
  }

  /** Directories of one kind. */
  directories(kind: PluginKind): LegacyDirectories {
    let directories = this.#directories.get(kind)
    if (directories === undefined) {
      const info = PLUGIN_KINDS[kind]
      const configured = info.setting === undefined ? [] : this.options.configuredPaths(kind, info.setting)
      directories = new LegacyDirectories(info, configured, this.options.corePath, this.#notices)
      this.#directories.set(kind, directories)
    }
    return directories
  }

  /** Adds every plugin directory found in a playbook's or role's directory (library/, filter_plugins/, …). */
  addPluginDirectories(basedir: string): void {
    if (statSync(basedir, { throwIfNoEntry: false })?.isDirectory() !== true) {
      this.#notices.warning(`Ignoring invalid path provided to plugin path: '${basedir}' is not a directory`)
      return
    }
    for (const kind of Object.keys(PLUGIN_KINDS) as PluginKind[]) {
      const directory = join(basedir, PLUGIN_KINDS[kind].subdir)
      if (existsSync(directory) && statSync(directory).isDirectory()) this.addDirectory(kind, directory)
    }
  }

  /** Adds one directory of one kind (`--module-path`). */
  addDirectory(kind: PluginKind, directory: string): void {
    if (!this.directories(kind).add(directory)) return
    this.#version++
    this.#memo.clear()
  }

  /** Resolves a name. A missing plugin is an answer without path; a removed one throws PluginRemovedError. */
  find(kind: PluginKind, name: string, options: FindOptions = {}): ResolvedPlugin | MissingPlugin {
    const collections = options.collections ?? []
    const extension = options.extension ?? PLUGIN_KINDS[kind].extension
    const key = `${kind}\0${name}\0${extension}\0${collections.join('\0')}`
    const known = this.#memo.get(key)
    if (known !== undefined) return known
    const answer = this.#find(kind, name, extension, collections)
    this.#memo.set(key, answer)
    return answer
  }

  #find(
    kind: PluginKind,
    name: string,
    extension: string,
    collections: readonly string[],
  ): ResolvedPlugin | MissingPlugin {
    const search: Search = { redirects: [], deprecations: [], errors: [] }
    let wanted = name
    for (;;) {
      const step = this.#step(kind, wanted, extension, collections, search)
      const { redirects, deprecations, errors } = search
      const isTemplate = kind === 'filter' || kind === 'test'
      if (step.kind !== 'redirect' && errors.length > 0 && !isTemplate) {
        const list = errors.map(text => `'${text}'`).join(', ')
        this.#notices.warning(`errors were encountered during the plugin load for ${wanted}:\n[${list}]`)
      }
      if (step.kind === 'missing') return { fqcn: undefined, path: undefined, redirects, deprecations, errors }
      if (step.kind === 'found') {
        return {
          fqcn: step.fqcn ?? finalName(search.redirects, step.collection),
          path: step.path,
          collection: step.collection,
          actionPlugin: step.actionPlugin,
          redirects,
          deprecations,
        }
      }
      if (search.redirects.includes(step.to)) {
        throw new PluginRedirectError(
          `plugin redirect loop resolving ${name} (path: [${search.redirects.map(item => `'${item}'`).join(', ')}])`,
        )
      }
      wanted = step.to
    }
  }

  #step(kind: PluginKind, name: string, extension: string, collections: readonly string[], search: Search): Step {
    search.redirects.push(name)
    if ((kind === 'modules' || kind === 'action') && this.options.rejected?.has(name)) return MISSING
    const isQualified = isFullyQualified(name)
    if ((!isQualified && collections.length === 0) || name.startsWith('Ansible')) {
      return this.#findLegacy(kind, name, extension, search)
    }
    const candidates =
      name.includes('.') || collections.length === 0 ? [name] : collections.map(item => `${item}.${name}`)
    for (const candidate of candidates) {
      const step = this.#tryCandidate(kind, name, candidate, extension, search)
      if (step.kind !== 'missing') return step
    }
    return MISSING
  }

  #tryCandidate(kind: PluginKind, name: string, candidate: string, extension: string, search: Search): Step {
    try {
      if (candidate.startsWith('ansible.legacy')) {
        return this.#findLegacy(kind, name.replace(/^ansible\.legacy\./, ''), extension, search)
      }
      const step = this.#findQualified(kind, candidate, extension, search)
      if (step.kind === 'found' && !search.redirects.includes(candidate)) search.redirects.push(candidate)
      return step
    } catch (error) {
      const isFatal = error instanceof PluginRemovedError || error instanceof UnsupportedCollectionError
      if (isFatal || !(error instanceof MadansibleError)) throw error
      search.errors.push(error.message)
      return MISSING
    }
  }

  #findLegacy(kind: PluginKind, asked: string, extension: string, search: Search): Step {
    const directories = this.directories(kind)
    for (const name of asked.startsWith('_') ? [asked] : [asked, `_${asked}`]) {
      const file = directories.find(name, extension)
      if (file === undefined) continue
      const collection = file.isInternal ? 'ansible.builtin' : ''
      return { kind: 'found', path: file.path, collection, fqcn: file.isInternal ? `ansible.builtin.${name}` : name }
    }
    const builtin = `ansible.builtin.${asked}`
    if (asked.includes('.') || !isFullyQualified(builtin)) return MISSING
    return this.#findQualified(kind, builtin, extension, search)
  }

  #findQualified(kind: PluginKind, name: string, extension: string, search: Search): Step {
    const reference = parseReference(name)
    if (reference === undefined) return MISSING
    const metadata = this.options.collections.metadata(reference.collection)
    if (metadata === undefined && reference.collection !== 'ansible.builtin') return MISSING
    const routedName = reference.subdirs ? `${reference.subdirs}.${reference.resource}` : reference.resource
    const routing = metadata && routingEntry(metadata, kind, routedName, extension)
    if (routing !== undefined) {
      this.#noteRemoval(kind, name, reference.collection, routing, search)
      if (routing.redirect) {
        if (!isFullyQualified(routing.redirect)) {
          throw new PluginRedirectError(
            `Collection ${reference.collection} contains invalid redirect for ${name}: ${routing.redirect}. ` +
              'Redirects must use fully qualified collection names.',
          )
        }
        this.#notices.verbose(2, `redirecting (type: ${kind}) ${name} to ${routing.redirect}`)
        if (!search.redirects.includes(name)) search.redirects.push(name)
        return { kind: 'redirect', to: routing.redirect }
      }
    }
    const directory = this.#packageDirectory(kind, reference.collection, reference.subdirs)
    if (directory === undefined) return MISSING
    const path = findFile(directory, reference.resource, extension)
    if (path === undefined) return MISSING
    const actionPlugin = kind === 'modules' ? routing?.action_plugin : undefined
    return { kind: 'found', path, collection: reference.collection, actionPlugin }
  }

  #noteRemoval(kind: PluginKind, name: string, collection: string, routing: RoutingEntry, search: Search): void {
    // Jinja2Loader has its own words.
    const isJinja = kind === 'filter' || kind === 'test'
    const describe = (what: 'deprecated' | 'removed', text: string | null | undefined) => {
      if (isJinja) return text || `${kind} "${name}" ${what === 'removed' ? 'has been removed' : 'is deprecated'}`
      return `${name} has been ${what}.${text ? ` ${text}` : ''}`
    }
    if (routing.deprecation) {
      const { removal_date: date, removal_version: version, warning_text: text } = routing.deprecation
      search.deprecations.push({
        text: describe('deprecated', text),
        collection,
        ...(date ? { date } : { version: version ?? undefined }),
      })
    }
    if (!routing.tombstone) return
    const { removal_date: date, removal_version: version, warning_text: text } = routing.tombstone
    throw new PluginRemovedError(
      deprecationMessage({ text: describe('removed', text), version, date, collection, isRemoved: true }),
    )
  }

  #packageDirectory(kind: PluginKind, collection: string, subdirs: string): string | undefined {
    const below = subdirs ? subdirs.split('.') : []
    if (collection === 'ansible.builtin') {
      return this.options.corePath && join(this.options.corePath, PLUGIN_KINDS[kind].corePackage, ...below)
    }
    const root = this.options.collections.find(collection)
    return root && join(root, 'plugins', kind, ...below)
  }
}

function finalName(redirects: readonly string[], collection: string): string {
  let name = redirects.at(-1) as string
  if (name.startsWith('ansible.legacy.')) name = name.slice('ansible.legacy.'.length)
  return collection !== '' && !isFullyQualified(name) ? `${collection}.${name}` : name
}

function findFile(directory: string, name: string, extension: string): string | undefined {
  const exact = join(directory, name + extension)
  if (existsSync(exact)) return exact
  if (extension !== '') return undefined
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch {
    return undefined
  }
  const candidates = names
    .filter(file => file.startsWith(`${name}.`) && !IGNORED_EXTENSIONS.some(ending => file.endsWith(ending)))
    .filter(file => statSync(join(directory, file), { throwIfNoEntry: false })?.isFile() === true)
    .sort()
  return candidates[0] === undefined ? undefined : join(directory, candidates[0])
}

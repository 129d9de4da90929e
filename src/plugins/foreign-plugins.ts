// Filters, tests and lookups that only exist in Python: the repository's own, those of collections, those that the
// installed ansible-core has beyond the built-in ones. A name that is built in and that no file of the repository
// defines never starts Python. Mirrors how ansible/plugins/loader.py (2.14) finds them.

import { join } from 'node:path'
import { type MissingPlugin, PluginRedirectError, parseReference, type ResolvedPlugin } from '../collections/index.js'
import { MadansibleError } from '../errors.js'
import {
  type CallContext,
  nativePlugins,
  type PluginCall,
  type PluginSource,
  TemplateSyntaxError,
  type VariableScope,
} from '../jinja/index.js'
import { isText, type Kwargs, Mapping, textOf, type Value } from '../python/index.js'
import { encodeKwargs, type PluginHost } from './plugin-host.js'
import { PluginNames } from './plugin-names.js'

type JinjaKind = 'filter' | 'test'

/** What runs a name: the files that may define it, and the collection they are in ('' for none). */
interface Candidates {
  readonly files: readonly string[]
  readonly collection: string
  readonly name: string
}

export class ForeignPlugins implements PluginSource {
  readonly #names = new PluginNames()
  #finderVersion = -1
  #folders = ''
  #version = 0
  /** What was asked for: `filter x` → where it runs. */
  readonly #asked = new Map<string, string>()

  constructor(private readonly host: PluginHost) {}

  /** Grows when folders with filters or tests became known: earlier answers may have changed. */
  get version(): number {
    const { plugins } = this.host.options
    if (this.#finderVersion !== plugins.version) {
      this.#finderVersion = plugins.version
      const folders = JSON.stringify([plugins.directories('filter').paths, plugins.directories('test').paths])
      if (folders !== this.#folders) this.#version++
      this.#folders = folders
    }
    return this.#version
  }

  filter(name: string): PluginCall | undefined {
    return this.#jinjaPlugin('filter', name)
  }
  test(name: string): PluginCall | undefined {
    return this.#jinjaPlugin('test', name)
  }

  /** Says that a whole template went to Python. */
  noteTemplate(source: string): void {
    this.#asked.set(`template ${source}`, 'plugin host')
  }

  /** A line for each filter, test and lookup that templates named, and for each whole template that Python rendered. */
  explain(): string[] {
    return [...this.#asked].map(([what, where]) => `${what}: ${where}`)
  }

  #note(kind: JinjaKind | 'lookup', name: string, files: readonly string[] | undefined): void {
    const native = nativePlugins[kind](name) === undefined ? 'unknown' : 'built in'
    this.#asked.set(`${kind} ${name}`, files === undefined ? native : `plugin host (${files.join(', ')})`)
  }

  lookup(name: string): PluginCall | undefined {
    const { plugins, install } = this.host.options
    const found = plugins.find('lookup', name)
    if (found.path === undefined) return undefined
    const isCore = found.path.startsWith(join(install.libraryPath, 'plugins/'))
    const isNative = isCore && nativePlugins.lookup(name) !== undefined
    this.#note('lookup', name, isNative ? undefined : [found.path])
    if (isNative) return undefined
    this.#tellDeprecations(found)
    return (call, terms, kwargs) => this.#lookup(found.fqcn, name, call, terms, kwargs)
  }

  #lookup(fqcn: string, name: string, call: CallContext, terms: Value[], kwargs: Kwargs): Value {
    const { host } = this
    call.markVolatile()
    const fields = {
      name: JSON.stringify(name),
      args: host.encode(terms),
      kwargs: encodeKwargs(kwargs, host),
      variables: host.encode(new ScopeMapping(call.scope)),
      subdir: JSON.stringify(call.subdir ?? null),
      basedir: JSON.stringify(call.templar.controller.loader.basedir),
    }
    return host.request('lookup', fields, `The lookup plugin '${fqcn}'`, scopeOf(call))
  }

  #jinjaPlugin(kind: JinjaKind, name: string): PluginCall | undefined {
    for (const candidates of this.#candidates(kind, name)) {
      if (typeof candidates === 'function') {
        this.#note(kind, name, undefined)
        return candidates
      }
      const call = candidates.files.length > 0 ? this.#load(kind, name, candidates) : undefined
      if (call !== undefined) {
        this.#note(kind, name, candidates.files)
        return call
      }
    }
    this.#note(kind, name, undefined)
    // The collection is there, or its absence would have been an error.
    const reference = parseReference(name.replace(/^ansible\.(builtin|legacy)\./, ''))
    if (reference !== undefined) throw new TemplateSyntaxError(`Could not load "${name}": '${name}'`, 0)
    return undefined
  }

  /** The plugin, if one of the files really defines it. */
  #load(kind: JinjaKind, given: string, { files, collection, name }: Candidates): PluginCall | undefined {
    const { host } = this
    const reason = `The ${kind} plugin '${given}'`
    const fields = {
      kind: JSON.stringify(kind),
      name: JSON.stringify(name),
      collection: JSON.stringify(collection),
      files: JSON.stringify(files),
    }
    const plugin = host.request('find', fields, reason)
    if (typeof plugin !== 'number') return undefined
    const isRepeatable = files.every(file => this.#names.isRepeatable(file))
    return (call, args, kwargs) => {
      if (!isRepeatable) call.markVolatile()
      const parts = {
        plugin: String(plugin),
        args: host.encode(args),
        kwargs: encodeKwargs(kwargs, host),
        ...(call.autoescape && { autoescape: 'true' }),
      }
      return host.request('call', parts, reason, scopeOf(call))
    }
  }

  /** Where a name may be defined outside the built-in plugins, in order; a built-in plugin under another name itself. */
  *#candidates(kind: JinjaKind, given: string): Iterable<Candidates | PluginCall> {
    const name = given.replace(/^ansible\.legacy\./, '')
    const short = name.replace(/^ansible\.builtin\./, '')
    const folders = this.host.options.plugins.directories(kind)
    if (!name.includes('.')) yield { files: this.#names.filesOf(folders.foreignPaths, name), collection: '', name }
    if (nativePlugins[kind](given) !== undefined) return
    if (!short.includes('.'))
      yield { files: this.#names.filesOf(folders.paths, short, true), collection: '', name: short }
    const collected = this.#inCollection(kind, name)
    if (collected !== undefined) yield collected
  }

  #inCollection(kind: JinjaKind, name: string): Candidates | PluginCall | undefined {
    const { plugins, collections } = this.host.options
    const found = asSyntaxError(name, () => plugins.find(kind, name))
    this.#tellDeprecations(found)
    if (found.path === undefined && found.errors[0] !== undefined)
      throw new TemplateSyntaxError(`Could not load "${name}": ${found.errors[0]}`, 0)
    const target = found.redirects.at(-1) ?? name
    const reference = parseReference(target)
    if (reference === undefined) {
      const full = target.includes('.') ? target : `ansible.builtin.${target}`
      if (parseReference(full) !== undefined) return undefined
      throw new TemplateSyntaxError(`Could not load "${name}": 'invalid plugin name: ${full}'`, 0)
    }
    if (reference.collection === 'ansible.builtin') return this.#renamed(kind, name, reference.resource)
    const root = collections.find(reference.collection)
    if (root === undefined) {
      const why = `Invalid plugin FQCN (${target}): unable to locate collection ${reference.collection}`
      throw new TemplateSyntaxError(`Could not load "${name}": '${why}'`, 0)
    }
    const below = reference.subdirs === '' ? [] : reference.subdirs.split('.')
    const files = this.#names.filesOf([join(root, 'plugins', kind, ...below)], reference.resource)
    return { files, collection: [reference.collection, ...below].join('.'), name: reference.resource }
  }

  /** What a redirection to a plugin of ansible-core stands for. */
  #renamed(kind: JinjaKind, name: string, resource: string): Candidates | PluginCall | undefined {
    if (name.split('.').at(-1) === resource) return undefined
    const native = nativePlugins[kind](resource)
    if (native !== undefined) return native
    const { paths } = this.host.options.plugins.directories(kind)
    return { files: this.#names.filesOf(paths, resource, true), collection: '', name: resource }
  }

  #tellDeprecations(found: ResolvedPlugin | MissingPlugin): void {
    for (const deprecation of found.deprecations) this.host.options.voice.deprecated(deprecation)
  }
}

/** What Jinja2 makes of a plugin that its collection has removed. */
function asSyntaxError<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    const isLoop = error instanceof PluginRedirectError && error.message.startsWith('plugin redirect loop')
    const why = isLoop ? `recursive collection redirect found for '${name}'` : error.message
    throw new TemplateSyntaxError(`Could not load "${name}": ${why}`, 0, { cause: error })
  }
}

/** Names as the calling template sees them. */
function scopeOf(call: CallContext) {
  return { resolve: (name: string) => call.resolve(name), names: () => call.scope.names() }
}

/** Raw variables as the mapping that a lookup gets. */
export class ScopeMapping extends Mapping {
  readonly typeName = 'dict'
  constructor(readonly scope: VariableScope) {
    super()
  }
  override get(key: Value): Value | undefined {
    return isText(key) ? this.scope.get(textOf(key)) : undefined
  }
  override has(key: Value): boolean {
    return isText(key) && this.scope.has(textOf(key))
  }
  override keys(): Iterable<Value> {
    return this.scope.names()
  }
  override get size(): number {
    return [...this.scope.names()].length
  }
}

/** The plugins of Python as a source for templates; to be asked before the built-in ones. */
export const foreignPlugins = (host: PluginHost): ForeignPlugins => new ForeignPlugins(host)

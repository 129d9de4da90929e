// The settings of templating that hold for a whole run, its plugins, and its template engines.
// Mirrors ansible/template/__init__.py AnsibleEnvironment, JinjaPluginIntercept and the defaults in config/base.yml.

import { str, type Value } from '../python/index.js'
import { TemplateEngine } from './engine.js'
import type { TemplateFallback } from './fallback.js'
import { LruMap } from './lru-map.js'
import { nativePlugins } from './native-plugins.js'
import { NativeText } from './native-text.js'
import type { Controller, PluginCall, PluginSource } from './plugin.js'
import { unroll } from './runtime/finalize.js'
import { ANSIBLE_SYNTAX, type SyntaxSettings, settingsKey } from './syntax/settings.js'

export interface EnvironmentOptions {
  /** Asked in order before the built-in plugins; the first that knows the name wins. */
  readonly plugins?: readonly PluginSource[]
  /** jinja2_extensions of ansible.cfg: jinja2.ext.do, jinja2.ext.loopcontrols, … */
  readonly jinjaExtensions?: readonly string[]
  /** jinja2_native. */
  readonly native?: boolean
  /** error_on_undefined_vars; default true. */
  readonly errorOnUndefined?: boolean
  /** ansible_managed of ansible.cfg; default 'Ansible managed'. */
  readonly ansibleManaged?: string
  /** allow_unsafe_lookups. */
  readonly allowUnsafeLookups?: boolean
  /** Filters whose text is never read as a literal (string_type_filters). */
  readonly stringTypeFilters?: readonly string[]
  readonly warn?: (message: string) => void
  /** What lookups need of the controller; a Templar may bring its own. */
  readonly controller?: Controller
  /** Renders what no native code can (exotic Jinja2 extensions, filters of Python libraries). */
  readonly fallback?: TemplateFallback
}

const STRING_TYPE_FILTERS = ['string', 'to_json', 'to_nice_json', 'to_yaml', 'to_nice_yaml', 'ppretty', 'json']

const EXTENSION_TAGS: Readonly<Record<string, readonly string[]>> = {
  'jinja2.ext.do': ['do'],
  'jinja2.ext.ExprStmtExtension': ['do'],
  'jinja2.ext.loopcontrols': ['break', 'continue'],
  'jinja2.ext.LoopControlExtension': ['break', 'continue'],
}

/** Extensions that add tags and change nothing else: a text that we can parse has none of them. */
const TAGS_ALONE: ReadonlySet<string> = new Set([
  'jinja2.ext.i18n',
  'jinja2.ext.InternationalizationExtension',
  'jinja2.ext.debug',
  'jinja2.ext.DebugExtension',
])

export class TemplateEnvironment {
  readonly extensionTags: ReadonlySet<string>
  readonly #sources: readonly PluginSource[]
  readonly #filters = new Map<string, PluginCall | undefined>()
  readonly #tests = new Map<string, PluginCall | undefined>()
  readonly #stringTypeFilters: ReadonlySet<string>
  readonly #isPythons: boolean
  #version = 0
  readonly #engines = new LruMap<string, TemplateEngine>(50)
  /** Engine of expressions and of template files without settings of their own. */
  readonly engine: TemplateEngine

  constructor(readonly options: EnvironmentOptions = {}) {
    this.#sources = [...(options.plugins ?? []), nativePlugins]
    this.#stringTypeFilters = new Set(options.stringTypeFilters ?? STRING_TYPE_FILTERS)
    this.extensionTags = new Set((options.jinjaExtensions ?? []).flatMap(name => EXTENSION_TAGS[name] ?? []))
    this.#isPythons = this.foreignExtensions.some(name => !TAGS_ALONE.has(name))
    this.engine = this.engineFor(ANSIBLE_SYNTAX, false)
  }

  get isNative(): boolean {
    return this.options.native ?? false
  }

  /** Extensions of ansible.cfg that only Python can provide. */
  get foreignExtensions(): readonly string[] {
    return (this.options.jinjaExtensions ?? []).filter(name => EXTENSION_TAGS[name] === undefined)
  }

  /** An extension may change the meaning of any text: all templates are Python's. */
  get isPythons(): boolean {
    return this.#isPythons
  }

  get ansibleManaged(): string {
    return this.options.ansibleManaged ?? 'Ansible managed'
  }

  /** The engine for other settings than one has; itself when they are no others. */
  changedEngine(engine: TemplateEngine, changes: Partial<SyntaxSettings>): TemplateEngine {
    const isSame = Object.entries(changes).every(
      ([name, value]) => engine.settings[name as keyof SyntaxSettings] === value,
    )
    return isSame ? engine : this.engineFor({ ...engine.settings, ...changes }, engine.autoescape)
  }

  engineFor(settings: SyntaxSettings, autoescape: boolean): TemplateEngine {
    const key = `${autoescape} ${settingsKey(settings)}`
    let engine = this.#engines.get(key)
    if (engine === undefined) {
      engine = new TemplateEngine(this, settings, autoescape)
      this.#engines.set(key, engine)
    }
    return engine
  }

  /** Grows when filters or tests became known after the first templates: what was compiled before is compiled again. */
  get version(): number {
    let version = 0
    for (const source of this.#sources) version += source.version ?? 0
    if (version !== this.#version) {
      this.#version = version
      this.#filters.clear()
      this.#tests.clear()
    }
    return version
  }

  /** A filter as templates call it: iterators unrolled, text of string filters marked. */
  filter(name: string): PluginCall | undefined {
    if (this.#filters.has(name)) return this.#filters.get(name)
    const plain = this.#find(source => source.filter(name))
    const filter = plain === undefined ? undefined : this.#wrapFilter(name, plain)
    this.#filters.set(name, filter)
    return filter
  }

  #wrapFilter(name: string, filter: PluginCall): PluginCall {
    if (this.#stringTypeFilters.has(name)) return (call, args, kwargs) => markNative(filter(call, args, kwargs))
    const wrapped: PluginCall = (call, args, kwargs) => unroll(filter(call, args, kwargs))
    return Object.assign(wrapped, { direct: filter.direct })
  }

  test(name: string): PluginCall | undefined {
    if (this.#tests.has(name)) return this.#tests.get(name)
    const test = this.#find(source => source.test(name))
    this.#tests.set(name, test)
    return test
  }

  lookup(name: string): PluginCall | undefined {
    return this.#find(source => source.lookup(name))
  }

  /** Whether a filter, test or lookup is ours: quick, and without the plugin host. */
  isBuiltIn(kind: 'filter' | 'test' | 'lookup', name: string): boolean {
    return (
      nativePlugins[kind](name) !== undefined &&
      !this.#sources.some(source => source !== nativePlugins && source[kind](name) !== undefined)
    )
  }

  #find(ask: (source: PluginSource) => PluginCall | undefined): PluginCall | undefined {
    for (const source of this.#sources) {
      const found = ask(source)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** NativeJinjaText(value): str() of it, kept from being read as a literal. */
const markNative = (value: Value): Value => new NativeText(str(value))

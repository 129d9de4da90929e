// Compiles templates for one set of delimiters and whitespace rules, and keeps what it compiled, bounded.
// Mirrors jinja2/environment.py compile, from_string, get_template and jinja2/loaders.py FileSystemLoader.

import { readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { compileTemplate } from './compiler/compiler.js'
import { constantPlugins } from './constant-plugins.js'
import type { TemplateEnvironment } from './environment.js'
import { JinjaRuntimeError, TemplateSyntaxError } from './errors.js'
import { LruMap } from './lru-map.js'
import type { PluginCall } from './plugin.js'
import type { LoadedTemplate, RenderFunction } from './runtime/context.js'
import { LIBRARY } from './runtime/library.js'
import { parseTemplate } from './syntax/parser.js'
import type { SyntaxSettings } from './syntax/settings.js'

const MAX_COMPILED_STRINGS = 5000
const MAX_COMPILED_FILES = 1000

type Factory = (
  library: typeof LIBRARY,
  constants: readonly unknown[],
  plugins: readonly PluginCall[],
) => { root: RenderFunction; blocks: ReadonlyMap<string, RenderFunction> }

interface CompiledFile {
  readonly template: LoadedTemplate
  readonly mtimeMs: number
  readonly size: number
}

export class TemplateEngine {
  readonly #strings = new LruMap<string, LoadedTemplate>(MAX_COMPILED_STRINGS)
  /** Texts known as a file, the latest of each. */
  readonly #sources = new LruMap<string, { readonly source: string; readonly template: LoadedTemplate }>(
    MAX_COMPILED_FILES,
  )
  #version = 0
  readonly #files = new LruMap<string, CompiledFile>(MAX_COMPILED_FILES)

  constructor(
    readonly environment: TemplateEnvironment,
    readonly settings: SyntaxSettings,
    readonly autoescape: boolean,
  ) {}

  /** How many compiled texts are kept. */
  readonly capacity = MAX_COMPILED_STRINGS

  /** The template of a text. Throws TemplateSyntaxError or UncompilableTemplate. */
  fromString(source: string): LoadedTemplate {
    this.#forgetOld()
    let template = this.#strings.get(source)
    if (template === undefined) {
      template = this.#compile(source, undefined, undefined)
      this.#strings.set(source, template)
    }
    return template
  }

  /** The template of a text that is known as a file. */
  fromSource(source: string, path: string): LoadedTemplate {
    this.#forgetOld()
    const known = this.#sources.get(path)
    if (known !== undefined && known.source === source) return known.template
    const template = this.#compile(source, undefined, path)
    this.#sources.set(path, { source, template })
    return template
  }

  /** The first file of that name in the folders; undefined when there is none. */
  loadFile(name: string, searchPath: readonly string[]): LoadedTemplate | undefined {
    const pieces = name.split('/')
    if (pieces.includes('..')) throw new JinjaRuntimeError('TemplateNotFound', name)
    const relative = pieces.filter(piece => piece !== '' && piece !== '.')
    for (const folder of searchPath) {
      const path = posix.join(folder, ...relative)
      const status = statSync(path, { throwIfNoEntry: false })
      if (status?.isFile()) return this.#loadFile(name, path, status.mtimeMs, status.size)
    }
    return undefined
  }

  /** Templates compiled with filters that others may hide now. */
  #forgetOld(): void {
    const { version } = this.environment
    if (version === this.#version) return
    this.#version = version
    this.#strings.clear()
    this.#sources.clear()
    this.#files.clear()
  }

  #loadFile(name: string, path: string, mtimeMs: number, size: number): LoadedTemplate {
    const known = this.#files.get(path)
    if (known !== undefined && known.mtimeMs === mtimeMs && known.size === size && known.template.name === name)
      return known.template
    const template = this.#compile(readFileSync(path, 'utf8'), name, path)
    this.#files.set(path, { template, mtimeMs, size })
    return template
  }

  #compile(source: string, name: string | undefined, path: string | undefined): LoadedTemplate {
    const { environment } = this
    try {
      const body = parseTemplate(source, { settings: this.settings, extensionTags: environment.extensionTags })
      const code = compileTemplate(body, {
        name,
        autoescape: this.autoescape,
        constantPlugins: constantPlugins(environment),
        plugin: (kind, plugin) => environment[kind](plugin),
      })
      // Names and texts of the template are in the code only as literals and prefixed identifiers.
      const factory = new Function('R', 'K', 'P', code.javascript) as Factory
      const { root, blocks } = factory(LIBRARY, code.constants, code.plugins)
      return { name: name ?? null, path, root, blocks, mayMutate: code.mayMutate }
    } catch (error) {
      if (error instanceof TemplateSyntaxError && path !== undefined && error.position === undefined)
        error.position = { file: path, line: error.line, column: 1 }
      throw error
    }
  }
}

// One rendering: a template, the templates it uses, and what they share. Mirrors the part of
// ansible/template/__init__.py Templar.do_template between new_context and concat.

import { DictView, isText, listOf, PyError, PyObject, repr, Tuple, textOf, type Value } from '../../python/index.js'
import type { TemplateEngine } from '../engine.js'
import { JinjaRuntimeError, TemplateError } from '../errors.js'
import type { PluginCall, VariableScope } from '../plugin.js'
import type { Templar } from '../templar.js'
import { Undefined } from '../undefined.js'
import type { ConcatMode, OutputBuffer } from './buffer.js'
import { type LoadedTemplate, RenderContext } from './context.js'
import { globalValue } from './globals.js'
import type { TemplateModule } from './module.js'
import { GlobalVariables, type VariableSource } from './variables.js'

export class Rendering {
  readonly root: RenderContext
  #modules: Map<LoadedTemplate, TemplateModule> | undefined

  constructor(
    readonly templar: Templar,
    readonly engine: TemplateEngine,
    readonly mode: ConcatMode,
    template: LoadedTemplate,
    variables: VariableSource,
    private readonly lookupsDisabled: boolean,
  ) {
    this.root = new RenderContext(this, template, variables, engine.autoescape)
  }

  get scope(): VariableScope {
    return this.templar.recordedScope
  }
  get newlineSequence(): string {
    return this.engine.settings.newlineSequence
  }
  /** Modules of templates imported without context. */
  get modules(): Map<LoadedTemplate, TemplateModule> {
    this.#modules ??= new Map()
    return this.#modules
  }
  get globals(): VariableSource {
    return new GlobalVariables(name => globalValue(name, this.templar, this.lookupsDisabled))
  }

  filter(name: string): PluginCall | undefined {
    return this.engine.environment.filter(name)
  }
  test(name: string): PluginCall | undefined {
    return this.engine.environment.test(name)
  }
  markVolatile(): void {
    this.templar.markVolatile()
  }
  markUnsafe(): void {
    this.templar.markUnsafe()
  }

  /** The context of another template in this rendering. */
  childContext(template: LoadedTemplate, variables: VariableSource): RenderContext {
    return new RenderContext(this, template, variables, this.engine.autoescape)
  }

  /** Renders a context's template into a buffer; errors learn where they happened. */
  run(context: RenderContext, output: OutputBuffer): void {
    try {
      context.template.root(context, output)
    } catch (error) {
      throw locate(error, context)
    }
  }

  /** environment.get_template. */
  load(template: Value): LoadedTemplate {
    if (template instanceof Undefined) template.fail()
    if (!isText(template)) {
      const kind = template === null ? 'NoneType' : undefined
      throw new PyError('AttributeError', `'${kind ?? shortType(template)}' object has no attribute 'split'`)
    }
    const name = textOf(template)
    this.markVolatile()
    const loaded = this.engine.loadFile(name, this.templar.searchPath)
    if (loaded === undefined) throw new JinjaRuntimeError('TemplateNotFound', name)
    return loaded
  }

  /** environment.get_or_select_template: a name, or the first of several that exists. */
  loadOneOf(template: Value): LoadedTemplate {
    if (isText(template) || template instanceof Undefined) return this.load(template)
    const isSeveral = Array.isArray(template) || template instanceof Tuple || template instanceof DictView
    if (!isSeveral) return this.load(template)
    const names = listOf(template)
    if (names.length === 0)
      throw new JinjaRuntimeError('TemplatesNotFound', 'Tried to select from an empty list of templates.')
    for (const name of names) {
      if (name instanceof Undefined) continue
      try {
        return this.load(name)
      } catch (error) {
        if (!(error instanceof JinjaRuntimeError && error.pyType === 'TemplateNotFound')) throw error
      }
    }
    const shown = names.map(name => (isText(name) ? textOf(name) : repr(name))).join(', ')
    throw new JinjaRuntimeError('TemplatesNotFound', `none of the templates given were found: ${shown}`)
  }
}

const shortType = (value: Value): string =>
  value instanceof PyObject
    ? value.typeName
    : Array.isArray(value)
      ? 'list'
      : typeof value === 'boolean'
        ? 'bool'
        : 'int'

/** Gives an error its place in a template file, and a JavaScript limit Python's name. */
function locate(error: unknown, context: RenderContext): unknown {
  const known = asPythonError(error)
  const { path } = context.template
  if (path !== undefined && known instanceof Error && !places.has(known))
    places.set(known, { file: path, line: context.line, column: 1 })
  if (known instanceof TemplateError && known.position === undefined) known.position = places.get(known)
  return known
}

const places = new WeakMap<Error, { file: string; line: number; column: number }>()

/** Where in a template file an error happened, as far as it is known. */
export const placeOf = (error: Error): { file: string; line: number; column: number } | undefined => places.get(error)

/** Stack overflow and texts that are too long are Python exceptions to a template. */
export function asPythonError(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  if (error.message.includes('call stack'))
    return new PyError('RecursionError', 'maximum recursion depth exceeded while calling a Python object')
  return new PyError('MemoryError', '')
}

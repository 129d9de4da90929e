// The context of one template in one rendering: its names, its blocks, whether its result is unsafe.
// Mirrors jinja2/runtime.py Context and ansible/template/__init__.py AnsibleContext.

import { type Kwargs, NO_KWARGS, truth as pyTruth, type Value } from '../../python/index.js'
import { JinjaRuntimeError, TemplateSyntaxError, unknownPlugin, whileRendering } from '../errors.js'
import type { CallContext, PluginCall, VariableScope } from '../plugin.js'
import type { Templar } from '../templar.js'
import { Undefined, type UndefinedDetails } from '../undefined.js'
import { deepCopy } from '../unsafe.js'
import { createBuffer, type OutputBuffer, RecordingBuffer } from './buffer.js'
import { TemplateModule } from './module.js'
import { attribute, item } from './operations.js'
import type { Rendering } from './rendering.js'
import { isUnsafeVariable, type VariableSource } from './variables.js'

export type RenderFunction = (c: RenderContext, b: OutputBuffer) => void

/** A compiled template, bound to its environment. */
export interface LoadedTemplate {
  /** Name for messages: the file as the loader knows it; null for a string. */
  readonly name: string | null
  /** Path of the file; undefined for a string. */
  readonly path: string | undefined
  readonly root: RenderFunction
  readonly blocks: ReadonlyMap<string, RenderFunction>
  /** It may change what it reads, so it gets copies. */
  readonly mayMutate: boolean
}

export class RenderContext implements CallContext {
  autoescape: boolean
  isUnsafe = false
  /** The folder of a role that a loop's lookup searches. */
  subdir: string | undefined
  /** The template line that runs. */
  line = 1
  readonly #isFrozen: boolean
  /** Names set or imported at the top level; made when the first one is. */
  #variables: Map<string, Value> | undefined
  #exported: Set<string> | undefined
  #blocks: Map<string, RenderFunction[]> | undefined

  constructor(
    readonly rendering: Rendering,
    readonly template: LoadedTemplate,
    private readonly parent: VariableSource,
    autoescape: boolean,
    blocks?: Map<string, RenderFunction[]>,
  ) {
    this.autoescape = autoescape
    this.#isFrozen = !template.mayMutate
    if (blocks !== undefined) this.#blocks = blocks
    else if (template.blocks.size > 0)
      this.#blocks = new Map([...template.blocks].map(([name, block]) => [name, [block]]))
  }

  // --- names

  /** The value of a name, undefined when it has none. Unsafe values mark the context. */
  resolve(name: string): Value | undefined {
    if (this.#variables !== undefined) {
      const own = this.#variables.get(name)
      if (own !== undefined) {
        if (!this.isUnsafe && isUnsafeVariable(own, false)) this.isUnsafe = true
        return own
      }
    }
    const found = this.parent.find(name)
    if (found === undefined) return undefined
    if (found.isUnsafe) this.isUnsafe = true
    return this.#isFrozen ? found.value : deepCopy(found.value)
  }

  /** A name that the top level of the template sets: other templates may import it. */
  setVariable(name: string, value: Value): void {
    this.#variables ??= new Map()
    this.#exported ??= new Set()
    this.#variables.set(name, value)
    if (!name.startsWith('_')) this.#exported.add(name)
  }

  /** A name that the top level imports: seen by included templates, not exported. */
  setImported(name: string, value: Value): void {
    this.#variables ??= new Map()
    this.#variables.set(name, value)
    if (!name.startsWith('_')) this.#exported?.delete(name)
  }

  exportedValue(name: string): Value | undefined {
    return this.#exported?.has(name) ? this.#variables?.get(name) : undefined
  }

  /** Everything that is visible here, for a template that this one uses. */
  #allVariables(): VariableSource {
    return this.#variables === undefined ? this.parent : this.parent.withLocals(this.#variables)
  }

  /** The same context with more names, for a scoped block. */
  derived(locals: Iterable<readonly [string, Value | undefined]>): RenderContext {
    const blocks = new Map([...(this.#blocks ?? [])].map(([name, stack]) => [name, [...stack]]))
    const variables = this.#allVariables().withLocals(locals)
    return new RenderContext(this.rendering, this.template, variables, this.autoescape, blocks)
  }

  // --- output

  buffer(): OutputBuffer {
    return createBuffer(this.rendering.mode, this.#isFrozen)
  }

  /** Sets autoescape; gives what it was before. */
  setAutoescape(value: Value): boolean {
    const before = this.autoescape
    this.autoescape = pyTruth(value)
    return before
  }

  // --- inheritance

  block(name: string): RenderFunction {
    const block = this.#blocks?.get(name)?.[0]
    if (block === undefined) throw new Error(`no block ${name}`)
    return block
  }

  blockStack(name: string): readonly RenderFunction[] | undefined {
    return this.#blocks?.get(name)
  }

  /** Takes in the blocks of a parent template. */
  extend(template: Value): LoadedTemplate {
    const parent = this.rendering.load(template)
    this.#blocks ??= new Map()
    for (const [name, block] of parent.blocks) {
      const stack = this.#blocks.get(name)
      if (stack === undefined) this.#blocks.set(name, [block])
      else stack.push(block)
    }
    return parent
  }

  // --- other templates

  include(
    template: Value,
    ignoreMissing: boolean,
    locals: readonly (readonly [string, Value | undefined])[] | undefined,
    output: OutputBuffer,
  ): void {
    let loaded: LoadedTemplate
    try {
      loaded = this.rendering.loadOneOf(template)
    } catch (error) {
      if (ignoreMissing && isTemplateNotFound(error)) return
      throw error
    }
    if (locals === undefined) {
      for (const piece of this.#defaultModule(loaded).nodes) output.node(piece)
      return
    }
    const context = this.rendering.childContext(loaded, this.#allVariables().withLocals(locals))
    this.rendering.run(context, output)
  }

  /** `import`: with context when the locals are given. */
  importModule(template: Value, locals: readonly (readonly [string, Value | undefined])[] | undefined): TemplateModule {
    const loaded = this.rendering.load(template)
    if (locals === undefined) return this.#defaultModule(loaded)
    return this.#createModule(loaded, this.#allVariables().withLocals(locals))
  }

  #defaultModule(template: LoadedTemplate): TemplateModule {
    const { modules } = this.rendering
    let module = modules.get(template)
    if (module === undefined) {
      module = this.#createModule(template, this.rendering.globals)
      modules.set(template, module)
    }
    return module
  }

  #createModule(template: LoadedTemplate, variables: VariableSource): TemplateModule {
    const context = this.rendering.childContext(template, variables)
    const body = new RecordingBuffer(!template.mayMutate, this.rendering.mode === 'native')
    this.rendering.run(context, body)
    return new TemplateModule(context, body.nodes)
  }

  // --- CallContext

  get templar(): Templar {
    return this.rendering.templar
  }
  get scope(): VariableScope {
    return this.rendering.scope
  }
  get newlineSequence(): string {
    return this.rendering.newlineSequence
  }
  markVolatile(): void {
    this.rendering.markVolatile()
  }
  markUnsafe(): void {
    this.rendering.markUnsafe()
  }
  getAttribute(object: Value, name: string): Value {
    return attribute(object, name)
  }
  getItem(object: Value, key: Value): Value {
    return item(object, key)
  }
  /** A filter or test that a template names by a value. Throws when there is none. */
  #plugin(kind: 'filter' | 'test', name: string): PluginCall {
    let plugin: PluginCall | undefined
    try {
      plugin = this.rendering[kind](name)
    } catch (error) {
      throw error instanceof TemplateSyntaxError ? whileRendering(error) : error
    }
    if (plugin === undefined) throw unknownPlugin(name, 'rendering')
    return plugin
  }
  callFilter(name: string, value: Value, args: Value[] = [], kwargs: Kwargs = NO_KWARGS): Value {
    return this.#plugin('filter', name)(this, [value, ...args], kwargs)
  }
  callTest(name: string, value: Value, args: Value[] = [], kwargs: Kwargs = NO_KWARGS): boolean {
    return pyTruth(this.#plugin('test', name)(this, [value, ...args], kwargs))
  }
  hasFilter(name: string): boolean {
    return this.#plugin('filter', name) !== undefined
  }
  hasTest(name: string): boolean {
    return this.#plugin('test', name) !== undefined
  }
  undefined(details: UndefinedDetails): Undefined {
    return new Undefined(details)
  }
}

const isTemplateNotFound = (error: unknown): boolean =>
  error instanceof JinjaRuntimeError && (error.pyType === 'TemplateNotFound' || error.pyType === 'TemplatesNotFound')

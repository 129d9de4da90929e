// Ansible's Templar: templates any value with the variables of one scope.
// Mirrors ansible/template/__init__.py Templar (2.14).

import {
  Dict,
  isText,
  type Kwargs,
  Mapping,
  PyFloat,
  Text,
  Tuple,
  textOf,
  UnsafeText,
  type Value,
  VaultText,
} from '../python/index.js'
import { evaluateConditional } from './conditional.js'
import { type DoTemplateOptions, doTemplate } from './do-template.js'
import type { TemplateEngine } from './engine.js'
import type { TemplateEnvironment } from './environment.js'
import { TemplateError } from './errors.js'
import { TemplateFileVariables } from './file-variables.js'
import { applyOverrides } from './jinja-header.js'
import { failLookup, runLookup, runLookupInTemplate } from './lookup.js'
import type { MemoStore } from './memo.js'
import type { Controller, VariableScope } from './plugin.js'
import { outward } from './python-exception.js'
import { activate, ReadRecorder } from './read-recorder.js'
import { withDeadline } from './runtime/deadline.js'
import type { Rendering } from './runtime/rendering.js'
import { OverlayScope, RecordingScope } from './scope.js'
import { StaticValues } from './static-values.js'
import type { SyntaxSettings } from './syntax/settings.js'
import { type TemplarState, TemplarVariables } from './templar-variables.js'
import { isPossiblyTemplate, isTemplateText } from './template-text.js'
import { LenientUndefined, Undefined } from './undefined.js'

export interface TemplateOptions {
  /** A bare variable name is taken as a variable (`with_items: mylist`). Default false. */
  readonly convertBare?: boolean
  readonly preserveTrailingNewlines?: boolean
  readonly escapeBackslashes?: boolean
  /** Default: the environment's setting. False: text that meets an undefined variable stays as it is. */
  readonly failOnUndefined?: boolean
  /** Text that reads as a list, dict or bool becomes one. Default true. */
  readonly convertData?: boolean
  readonly disableLookups?: boolean
  /** Top-level keys of a mapping that are left alone. */
  readonly staticKeys?: ReadonlySet<string>
  /** Jinja2 settings for this one call, by their Python names: { variable_start_string: '[[' }. */
  readonly overrides?: Readonly<Record<string, Value>>
}

export interface FileTemplateOptions extends Partial<SyntaxSettings> {
  /** The template file on the controller, for messages and template_* variables. */
  readonly path: string
  /** The path as the task names it (template_path); default: `path`. */
  readonly templatePath?: string
  /** Where includes, imports and extends look, in order. */
  readonly searchPath: readonly string[]
  readonly destination?: string
}

export interface LookupTemplateOptions {
  /** Variables in front of the templar's own; the last ones win. */
  readonly variables: readonly Mapping[]
  readonly searchPath: readonly string[]
  readonly convertData: boolean
  readonly native?: boolean
  /** Jinja2 settings by their Python names. */
  readonly overrides?: Readonly<Record<string, Value>>
}

export interface TemplarOptions {
  /** Folder that lookups and includes are relative to. */
  readonly basedir?: string
  readonly searchPath?: readonly string[]
  /** Told before a lookup is run; may throw to refuse it. */
  readonly beforeLookup?: (name: string) => void
  /** Called whenever something is about to be computed. */
  readonly onStart?: () => void
  readonly memo?: MemoStore
  readonly failOnUndefined?: boolean
  readonly controller?: Controller
  /** The moment (Date.now() milliseconds) past which a rendering stops with TemplateTimeoutError. */
  readonly deadline?: () => number | undefined
  /** Template engine, when it is not the environment's usual one. */
  readonly engine?: TemplateEngine
  /** jinja2_native for this templar, when it is not the environment's. */
  readonly native?: boolean
}

/** What a templar and those made from it share. */
interface SharedState extends TemplarState {
  depth: number
}

export class Templar {
  readonly engine: TemplateEngine
  readonly variables: TemplarVariables
  /** The rendering that runs now, for lookups that mark its result. */
  rendering: Rendering | undefined
  readonly #state: SharedState
  readonly #statics: StaticValues
  #recordedScope: VariableScope | undefined

  constructor(
    readonly environment: TemplateEnvironment,
    readonly scope: VariableScope,
    readonly options: TemplarOptions = {},
    state?: object,
  ) {
    this.engine = options.engine ?? environment.engine
    this.#state = (state as SharedState | undefined) ?? { depth: 0, recorder: undefined }
    this.#statics = StaticValues.of(this.engine)
    this.variables = new TemplarVariables(this, this.#state)
  }

  // --- what callers use

  /** Templates a value deeply (strings, lists, mappings). The result may share structure with the input: do not mutate. */
  template(value: Value, options: TemplateOptions = {}): Value {
    if (this.#isDone(value, options)) return value
    return this.#outermost(() => this.templateValue(value, options))
  }

  /**
   * The computed value of one variable; undefined when no such variable exists, an Undefined when what it is
   * computed from is undefined.
   */
  variable(name: string): Value | undefined {
    return this.#outermost(() => this.variables.find(name)?.value)
  }

  /** One entry of `when:` and the like; bools, None and '' included. */
  evaluateConditional(condition: Value): boolean {
    if (condition === null || condition === '') return true
    if (typeof condition === 'boolean') return condition
    return this.#outermost(() => evaluateConditional(this, condition))
  }

  /** What the template action writes for a source text. */
  renderFile(source: string, options: FileTemplateOptions): string {
    const { path, templatePath, searchPath, destination, ...settings } = options
    const file = { path: templatePath ?? path, fullPath: path, destination }
    const variables = new TemplateFileVariables(file, this.environment.ansibleManaged)
    const engine = this.environment.changedEngine(this.engine, settings)
    const templar = this.#derived(new OverlayScope(this.scope, variables), {
      searchPath,
      engine,
      native: false,
    })
    return templar.#outermost(() => {
      const result = doTemplate(templar, source, { escapeBackslashes: false, convertData: false, path })
      return isText(result) ? textOf(result) : String(result)
    })
  }

  /** One text as do_template gives it, for plugins that call it themselves. `searchPath`: where includes look. */
  renderText(text: string, options: DoTemplateOptions & { readonly searchPath?: readonly string[] }): Value {
    const { searchPath } = options
    const templar = searchPath === undefined ? this : this.#derived(this.scope, { searchPath })
    return templar.#outermost(() => doTemplate(templar, text, options))
  }

  /** Whether a value holds a Jinja2 expression, statement or comment (strictly: with its end). */
  isTemplate(value: Value): boolean {
    if (isText(value) && !(value instanceof VaultText)) return isTemplateText(textOf(value), this.engine.settings)
    if (Array.isArray(value)) return value.some(item => this.isTemplate(item))
    if (value instanceof Tuple) return value.items.some(item => this.isTemplate(item))
    if (value instanceof Dict)
      return [...value.entries()].some(([key, item]) => this.isTemplate(key) || this.isTemplate(item))
    return false
  }

  /** lookup(name, *terms, **kwargs) as in a template; kwargs may hold wantlist, errors and allow_unsafe. */
  lookup(name: Value, terms: Value[], kwargs: Kwargs): Value {
    return this.#outermost(() => runLookupInTemplate(this, name, terms, kwargs))
  }

  /**
   * The bare run of a lookup plugin for `with_*` loops; undefined when no such lookup exists. The result is unsafe.
   * `subdir`: folder of a role that first_found searches.
   */
  runLookup(
    name: string,
    terms: Value[],
    kwargs: Kwargs,
    options: { readonly subdir?: string } = {},
  ): Value[] | undefined {
    return this.#outermost(() => runLookup(this, name, terms, kwargs, options.subdir))
  }

  /** The same templar, whose renderings stop with TemplateTimeoutError past a moment (Date.now() milliseconds). */
  until(deadlineMs: number): Templar {
    return this.#derived(this.scope, { deadline: () => deadlineMs })
  }

  /** The same templar over another scope, or over this one with more variables in front. */
  withScope(scope: VariableScope | ReadonlyMap<string, Value>): Templar {
    return this.#derived(scope instanceof Map ? new OverlayScope(this.scope, scope) : (scope as VariableScope), {})
  }

  /** Runs `f` and tells which variables it read (name → raw value, undefined for a missing one) and whether all is repeatable. */
  recordReads<T>(f: () => T): { result: T; reads: ReadonlyMap<string, Value | undefined>; isVolatile: boolean } {
    const outer = this.#state.recorder
    const recorder = new ReadRecorder()
    this.#state.recorder = recorder
    const before = activate(recorder)
    try {
      return { result: f(), reads: recorder.reads, isVolatile: recorder.isVolatile }
    } finally {
      this.#state.recorder = outer
      activate(before)
      outer?.include(recorder.reads)
      if (outer !== undefined) outer.isVolatile ||= recorder.isVolatile
    }
  }

  // --- what plugins and renderings use

  get searchPath(): readonly string[] {
    return this.options.searchPath ?? [this.options.basedir ?? '.']
  }

  get isNative(): boolean {
    return this.options.native ?? this.environment.isNative
  }

  get controller(): Controller {
    const controller = this.options.controller ?? this.environment.options.controller
    if (controller === undefined) throw new TemplateError('this plugin needs a controller, and there is none here')
    return controller
  }

  get failsOnUndefined(): boolean {
    return this.options.failOnUndefined ?? this.environment.options.errorOnUndefined ?? true
  }

  /** What is being computed may come out differently next time. */
  markVolatile(): void {
    if (this.#state.recorder !== undefined) this.#state.recorder.isVolatile = true
  }

  /** The result of the rendering that runs now is unsafe text. */
  markUnsafe(): void {
    if (this.rendering !== undefined) this.rendering.root.isUnsafe = true
  }

  /** What a lookup does where lookups are disabled. */
  failLookup(name: Value): never {
    return failLookup(name)
  }

  /** The raw variables for plugins: what they read counts as read by what is being computed. */
  get recordedScope(): VariableScope {
    this.#recordedScope ??= new RecordingScope(
      this.scope,
      (name, raw) => this.noteRead(name, raw),
      () => this.markVolatile(),
    )
    return this.#recordedScope
  }

  /** Notes that a raw variable was looked at. */
  noteRead(name: string, raw: Value | undefined): void {
    this.#state.recorder?.read(name, raw)
  }

  /** No text in it is a template, and templating it gives it back. */
  isStatic(value: Value): boolean {
    return this.#statics.isStatic(value)
  }

  /** template_host, template_path … of a file, and ansible_managed. */
  ansibleTemplateVars(path: string, fullPath?: string): Mapping {
    return new TemplateFileVariables({ path, fullPath }, this.environment.ansibleManaged)
  }

  /** What the template lookup gives for a source text. */
  renderLookupFile(source: string, options: LookupTemplateOptions): Value {
    const { settings, autoescape } = applyOverrides(
      this.engine.settings,
      this.engine.autoescape,
      new Map(Object.entries(options.overrides ?? {})),
    )
    const front = (scope: VariableScope, variables: Mapping): VariableScope => new OverlayScope(scope, variables)
    const templar = this.#derived(options.variables.reduce(front, this.scope), {
      searchPath: options.searchPath,
      engine: this.environment.engineFor(settings, autoescape),
      native: options.native ?? this.isNative,
    })
    return templar.templateValue(source, { convertData: options.convertData, escapeBackslashes: false })
  }

  /** template() without the outer frame: exceptions are Python's own. */
  templateValue(value: Value, options: TemplateOptions): Value {
    if (this.#isDone(value, options)) return value
    if (value instanceof UnsafeText || value instanceof VaultText) return value
    if (typeof value === 'string' || value instanceof Text) return this.#templateText(textOf(value), value, options)
    if (Array.isArray(value)) return value.map(item => this.templateValue(item, inner(options)))
    if (value instanceof Tuple) return value.items.map(item => this.templateValue(item, inner(options)))
    // is_sequence asks an undefined value for an attribute, gets the value itself, and asks for its truth.
    if (value instanceof Undefined && !(value instanceof LenientUndefined)) return value.fail()
    if (!(value instanceof Mapping)) return value
    const result = new Dict()
    const nested = inner(options)
    for (const key of value.keys()) {
      const raw = value.get(key) as Value
      const isStatic = typeof key === 'string' && options.staticKeys?.has(key)
      result.set(key, isStatic ? raw : this.templateValue(raw, nested))
    }
    return result
  }

  #isDone(value: Value, options: TemplateOptions): boolean {
    if (value === null || (typeof value !== 'object' && typeof value !== 'string')) return true
    if (options.overrides !== undefined) return false
    if (typeof value === 'string')
      return options.convertBare !== true && !isPossiblyTemplate(value, this.engine.settings)
    return this.#statics.isStatic(value)
  }

  #templateText(text: string, original: Value, options: TemplateOptions): Value {
    const variable = options.convertBare ? this.#convertBare(text) : text
    const { settings } = this.engine
    if (!isPossiblyTemplate(variable, settings)) return original
    const name = singleVariable(variable)
    if (name !== undefined) {
      const raw = this.scope.get(name)
      if (raw !== undefined && isNumberOrNone(raw)) {
        this.noteRead(name, raw)
        return raw
      }
    }
    return doTemplate(this, variable, options)
  }

  /** A bare name that is a variable, or anything with a filter, is taken as an expression. */
  #convertBare(text: string): string {
    const { variableStart, variableEnd } = this.engine.settings
    const first = (text.split('|')[0] as string).split('.')[0]?.split('[')[0] as string
    const isVariable = text.includes('|') || this.recordedScope.has(first)
    return isVariable && !text.includes(variableStart) ? `${variableStart}${text}${variableEnd}` : text
  }

  /** Errors of the outermost call become what callers understand; the deadline starts there. */
  #outermost<T>(work: () => T): T {
    const state = this.#state
    if (state.depth > 0) return work()
    state.depth++
    try {
      this.options.onStart?.()
      return withDeadline(this.options.deadline?.(), work)
    } catch (error) {
      throw outward(error)
    } finally {
      state.depth--
    }
  }

  #derived(scope: VariableScope, options: TemplarOptions): Templar {
    const templar = new Templar(this.environment, scope, { ...this.options, ...options }, this.#state)
    templar.rendering = this.rendering
    return templar
  }
}

/** Options that Ansible hands on to the items of lists and mappings. */
function inner(options: TemplateOptions): TemplateOptions {
  const { preserveTrailingNewlines, failOnUndefined, overrides, disableLookups } = options
  if (
    preserveTrailingNewlines === undefined &&
    failOnUndefined === undefined &&
    overrides === undefined &&
    disableLookups === undefined
  )
    return NO_OPTIONS
  return {
    ...(preserveTrailingNewlines !== undefined && { preserveTrailingNewlines }),
    ...(failOnUndefined !== undefined && { failOnUndefined }),
    ...(overrides !== undefined && { overrides }),
    ...(disableLookups !== undefined && { disableLookups }),
  }
}

const NO_OPTIONS: TemplateOptions = {}

const SINGLE_VARIABLE = /^\{\{\s*([\p{L}\p{N}_]*)\s*\}\}\n?$/u

/** The name in a text that is nothing but `{{ name }}`. */
function singleVariable(text: string): string | undefined {
  return text.startsWith('{{') ? SINGLE_VARIABLE.exec(text)?.[1] : undefined
}

/** Values that `{{ name }}` alone gives as they are. */
const isNumberOrNone = (value: Value): boolean =>
  value === null || (typeof value !== 'string' && typeof value !== 'object') || value instanceof PyFloat

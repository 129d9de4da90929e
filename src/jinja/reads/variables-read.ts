// Which variables a template may read, told from its text alone: nothing is rendered. The answer never lacks a variable
// that a rendering could ask for; where the text does not tell the name, it says `isAny`.
// Scoping is the compiler's own (jinja2/idtracking.py): locals, macros, loop variables and imports are left out.

import { Dict, isText, Text, Tuple, textOf, UnsafeText, type Value, VaultText } from '../../python/index.js'
import { compileTemplate } from '../compiler/compiler.js'
import { isUncompilable } from '../compiler/uncompilable.js'
import { constantPlugins } from '../constant-plugins.js'
import { TemplateEnvironment } from '../environment.js'
import { TemplateSyntaxError } from '../errors.js'
import { hasHeader, readHeader } from '../jinja-header.js'
import { LruMap } from '../lru-map.js'
import { parseTemplate } from '../syntax/parser.js'
import { isPossiblyTemplate } from '../template-text.js'
import { ReadsCollector } from './collector.js'

/** A read of a host's variable through `hostvars`. */
export interface HostVariableRead {
  /** `own`: the host of the task. `any`: only a rendering knows which host. */
  readonly host: { readonly kind: 'named'; readonly name: string } | { readonly kind: 'own' } | { readonly kind: 'any' }
  /** undefined: every variable of that host. */
  readonly name: string | undefined
}

export interface VariableReads {
  /** Free names, those of functions that every template has (`range`, `lookup`) included: a variable may hide them. */
  readonly names: ReadonlySet<string>
  /** Variables whose names the text does not tell may be read, too: `vars[x]`, `lookup('vars', x)`, an include of `x`. */
  readonly isAny: boolean
  readonly hostvars: readonly HostVariableRead[]
  /** Templates that are included, imported, extended or looked up by a literal name: what they read is theirs to tell. */
  readonly templates: ReadonlySet<string>
  /** Plugins that are called. One that is not built in may read variables that its arguments do not show. */
  readonly filters: ReadonlySet<string>
  readonly tests: ReadonlySet<string>
  readonly lookups: ReadonlySet<string>
}

export interface ReadsOptions {
  /**
   * `text` (default): a task argument or the value of a variable. `file`: a template file.
   * `condition`: an entry of `when:`, `until:` and the like. `expression`: without braces, as in `debug: var=`.
   */
  readonly mode?: 'text' | 'file' | 'condition' | 'expression'
  /** Whose extensions and filters count; default: Ansible's alone. */
  readonly environment?: TemplateEnvironment
}

/** Filters and tests need not be found to tell what is read. */
const anyPlugin = (): Value => null

const NOTHING: VariableReads = new ReadsCollector().result()
const MAX_REMEMBERED = 10_000

const remembered = new WeakMap<TemplateEnvironment, LruMap<string, VariableReads>>()
let plain: TemplateEnvironment | undefined

/** What templating a value may read: of a text, or of all texts in a list or mapping. Text with a syntax error reads nothing. */
export function variablesRead(value: Value, options: ReadsOptions = {}): VariableReads {
  if (isText(value)) return value instanceof UnsafeText || value instanceof VaultText ? NOTHING : ofText(value, options)
  const collector = new ReadsCollector()
  for (const text of textsIn(value)) collector.include(ofText(text, options))
  return collector.result()
}

function* textsIn(value: Value): Generator<string | Text> {
  if (typeof value === 'string') yield value
  else if (value instanceof Text) {
    if (!(value instanceof UnsafeText || value instanceof VaultText)) yield value
  } else if (Array.isArray(value)) for (const item of value) yield* textsIn(item)
  else if (value instanceof Tuple) for (const item of value.items) yield* textsIn(item)
  else if (value instanceof Dict) for (const item of value.values()) yield* textsIn(item)
}

function ofText(value: string | Text, options: ReadsOptions): VariableReads {
  const text = textOf(value)
  const mode = options.mode ?? 'text'
  plain ??= new TemplateEnvironment()
  const environment = options.environment ?? plain
  const { settings } = environment.engine
  const isTemplate = isPossiblyTemplate(text, settings)
  if (mode === 'expression' || mode === 'condition') {
    if (!isTemplate) return remember(environment, `{% if ${text} %}{% endif %}`)
    // A condition's template gives the text of another condition.
    const reads = remember(environment, text)
    return mode === 'condition' ? { ...reads, isAny: true } : reads
  }
  return isTemplate || hasHeader(text) ? remember(environment, text) : NOTHING
}

function remember(environment: TemplateEnvironment, source: string): VariableReads {
  let known = remembered.get(environment)
  if (known === undefined) {
    known = new LruMap(MAX_REMEMBERED)
    remembered.set(environment, known)
  }
  let reads = known.get(source)
  if (reads === undefined) {
    reads = analyze(environment, source)
    known.set(source, reads)
  }
  return reads
}

function analyze(environment: TemplateEnvironment, source: string): VariableReads {
  if (environment.isPythons) return { ...NOTHING, isAny: true }
  const collector = new ReadsCollector()
  try {
    const { engine } = environment
    const template = hasHeader(source)
      ? readHeader(source, engine.settings, engine.autoescape)
      : { settings: engine.settings, autoescape: engine.autoescape, source }
    const body = parseTemplate(template.source, {
      settings: template.settings,
      extensionTags: environment.extensionTags,
    })
    const { contextNames } = compileTemplate(body, {
      name: undefined,
      autoescape: template.autoescape,
      constantPlugins: { ...constantPlugins(environment), has: () => true },
      plugin: () => anyPlugin,
    })
    collector.collect(body, contextNames)
  } catch (error) {
    if (isUncompilable(error)) return NOTHING
    // Nesting too deep for us, or an extension's tag that only Python knows: who can tell?
    if (error instanceof RangeError || environment.foreignExtensions.length > 0) return { ...NOTHING, isAny: true }
    if (!(error instanceof TemplateSyntaxError)) throw error
    return NOTHING
  }
  return collector.result()
}

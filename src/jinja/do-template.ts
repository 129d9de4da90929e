// Renders one text as Ansible does, with its errors. Mirrors ansible/template/__init__.py Templar.do_template.

import { isPyError, isText, type PyError, type Text, UnsafeText, type Value } from '../python/index.js'
import { isUncompilable } from './compiler/uncompilable.js'
import type { TemplateEngine } from './engine.js'
import { FilterTypeError, TemplateError, TemplateSyntaxError, UndefinedVariableError } from './errors.js'
import { type FallbackRequest, isForPython, needsPython, type TemplateFallback, withoutPython } from './fallback.js'
import { applyOverrides, hasHeader, readHeader } from './jinja-header.js'
import { chained, undefinedVariable } from './python-exception.js'
import { type ConcatMode, createBuffer } from './runtime/buffer.js'
import type { LoadedTemplate } from './runtime/context.js'
import { globalValue } from './runtime/globals.js'
import { Rendering } from './runtime/rendering.js'
import { type Found, LocalVariables, type VariableSource } from './runtime/variables.js'
import type { Templar } from './templar.js'
import { countTrailingNewlines, escapeBackslashes } from './template-text.js'
import { timed } from './templating-clock.js'
import { wrapUnsafeValue } from './unsafe.js'

export interface DoTemplateOptions {
  readonly preserveTrailingNewlines?: boolean
  readonly escapeBackslashes?: boolean
  readonly failOnUndefined?: boolean
  readonly convertData?: boolean
  readonly disableLookups?: boolean
  readonly overrides?: Readonly<Record<string, Value>>
  /** The file that the text is. */
  readonly path?: string
}

/** Names of a rendering: the templar's variables, then the globals. */
class TemplarSource implements VariableSource {
  constructor(
    private readonly templar: Templar,
    private readonly lookupsDisabled: boolean,
  ) {}

  find(name: string): Found | undefined {
    const variable = this.templar.variables.find(name)
    if (variable !== undefined) return variable
    const value = globalValue(name, this.templar, this.lookupsDisabled)
    return value === undefined ? undefined : { value, isUnsafe: false }
  }

  withLocals(locals: Iterable<readonly [string, Value | undefined]>): VariableSource {
    return new LocalVariables(this, locals)
  }
}

/** Renders a text. Undefined variables throw UndefinedVariableError, or leave the text as it is when told so. */
export function doTemplate(templar: Templar, text: string, options: DoTemplateOptions): Value {
  return timed(() => doAnyway(templar, text, options))
}

function doAnyway(templar: Templar, text: string, options: DoTemplateOptions): Value {
  const { environment } = templar
  const { fallback } = environment.options
  if (environment.isPythons && fallback === undefined) throw needsPython(environment)
  if (!environment.isPythons) {
    try {
      return doNatively(templar, text, options)
    } catch (error) {
      if (!isForPython(error, environment)) throw error
      if (fallback === undefined) throw withoutPython(error, environment)
    }
  }
  templar.markVolatile()
  return (fallback as TemplateFallback)(fallbackRequest(templar, text, options))
}

function fallbackRequest(templar: Templar, source: string, options: DoTemplateOptions): FallbackRequest {
  return {
    source,
    path: options.path,
    searchPath: templar.searchPath,
    settings: templar.engine.settings,
    native: templar.isNative,
    convertData: options.convertData ?? true,
    escapeBackslashes: options.escapeBackslashes ?? true,
    preserveTrailingNewlines: options.preserveTrailingNewlines ?? true,
    failOnUndefined: options.failOnUndefined ?? templar.failsOnUndefined,
    names: () => templar.scope.names(),
    get: name => templar.scope.get(name),
  }
}

function doNatively(templar: Templar, text: string, options: DoTemplateOptions): Value {
  let data = text
  try {
    let { engine } = templar
    if (options.overrides !== undefined) {
      const changed = applyOverrides(engine.settings, engine.autoescape, new Map(Object.entries(options.overrides)))
      engine = templar.environment.engineFor(changed.settings, changed.autoescape)
    }
    if (hasHeader(text)) {
      const header = readHeader(text, engine.settings, engine.autoescape)
      engine = templar.environment.engineFor(header.settings, header.autoescape)
      data = header.source
    }
    if (options.escapeBackslashes ?? true) data = escapeBackslashes(data, engine.settings)
    const template = compile(engine, data, options.path)
    if (template === undefined) return data
    return render(templar, engine, template, text, data, options)
  } catch (error) {
    if (!(error instanceof UndefinedVariableError)) throw error
    if (options.failOnUndefined ?? templar.failsOnUndefined) throw undefinedVariable(error.message, error)
    return data
  }
}

/** The compiled text; undefined when Python's compiler would refuse it and Ansible leaves it alone. */
function compile(engine: TemplateEngine, data: string, path: string | undefined): LoadedTemplate | undefined {
  try {
    return path === undefined ? engine.fromString(data) : engine.fromSource(data, path)
  } catch (error) {
    if (error instanceof TemplateSyntaxError) {
      const wrapped = chained(`template error while templating string: ${error.message}. String: ${data}`, error)
      wrapped.position = error.position
      throw wrapped
    }
    if (error instanceof RangeError)
      throw new TemplateError(`recursive loop detected in template string: ${data}`, { kind: 'RecursionError' })
    if (isUncompilable(error)) return undefined
    throw error
  }
}

function render(
  templar: Templar,
  engine: TemplateEngine,
  template: LoadedTemplate,
  text: string,
  data: string,
  options: DoTemplateOptions,
): Value {
  const mode: ConcatMode = templar.isNative ? 'native' : (options.convertData ?? true) ? 'literal' : 'text'
  const lookupsDisabled = options.disableLookups ?? false
  const variables = new TemplarSource(templar, lookupsDisabled)
  const rendering = new Rendering(templar, engine, mode, template, variables, lookupsDisabled)
  const output = createBuffer(mode, !template.mayMutate)
  const outer = templar.rendering
  templar.rendering = rendering
  let result: Value
  try {
    rendering.run(rendering.root, output)
    result = output.finish()
  } catch (error) {
    throw isPyError(error, 'TypeError') || error instanceof FilterTypeError ? typeError(error, data) : error
  } finally {
    templar.rendering = outer
  }
  if (rendering.root.isUnsafe) result = wrapUnsafeValue(result)
  if (!isText(result) || !(options.preserveTrailingNewlines ?? true)) return result
  return restoreNewlines(result, countTrailingNewlines(text), engine.settings.newlineSequence)
}

function typeError(error: PyError | FilterTypeError, data: string): TemplateError {
  if (!error.message.includes('AnsibleUndefined'))
    return chained(`Unexpected templating type error occurred on (${data}): ${error.message}`, error)
  const message =
    `Unable to look up a name or access an attribute in template string (${data}).\n` +
    `Make sure your variable name does not contain invalid characters like '-': ${error.message}`
  return undefinedVariable(message, error)
}

/** The newlines that ended the template end its result too. */
function restoreNewlines(result: string | Text, wanted: number, newline: string): Value {
  const text = typeof result === 'string' ? result : result.value
  const missing = wanted - countTrailingNewlines(text)
  if (missing <= 0) return result
  const restored = text + newline.repeat(missing)
  return result instanceof UnsafeText ? new UnsafeText(restored) : restored
}

// Lookups: called from templates, and bare for `with_*` loops.
// Mirrors ansible/template/__init__.py Templar._lookup and ansible/utils/listify.py.

import { MadansibleError } from '../errors.js'
import {
  isSequence,
  isText,
  type Kwargs,
  Mapping,
  PyError,
  requireHashable,
  str,
  Tuple,
  truth,
  typeName,
  type Value,
} from '../python/index.js'
import {
  LookupError,
  PluginOptionsError,
  TemplateError,
  TemplateTimeoutError,
  UndefinedVariableError,
} from './errors.js'
import { isNativeText, NativeText } from './native-text.js'
import type { CallContext, PluginCall } from './plugin.js'
import { chained, kindOf, messageOf, pythonTypeOf } from './python-exception.js'
import { RenderContext } from './runtime/context.js'
import { asPythonError, Rendering } from './runtime/rendering.js'
import { GlobalVariables } from './runtime/variables.js'
import type { Templar } from './templar.js'
import { wrapUnsafeValue } from './unsafe.js'

/** What `_fail_lookup` raises where lookups are disabled. */
export function failLookup(name: Value): never {
  throw new TemplateError(`The lookup \`${str(name)}\` was found, however lookups were disabled from templating`)
}

/** lookup(name, *terms, **kwargs). */
export function runLookupInTemplate(templar: Templar, name: Value, terms: Value[], kwargs: Kwargs): Value {
  if (!isText(name)) throw notAName(name)
  const plugin = templar.environment.lookup(str(name))
  if (plugin === undefined) throw new TemplateError(`lookup plugin (${str(name)}) not found`)
  templar.options.beforeLookup?.(str(name))
  const own = new Map(kwargs)
  const wantList = takeFlag(own, 'wantlist', false)
  const allowUnsafe = takeFlag(own, 'allow_unsafe', templar.environment.options.allowUnsafeLookups ?? false)
  const errors = own.get('errors')
  own.delete('errors')
  const listed = templar.templateValue(new Tuple(terms), { failOnUndefined: true }) as Value[]
  let found: Value
  try {
    found = plugin(callContext(templar, undefined), listed, own)
  } catch (thrown) {
    if (reportFailure(templar, str(name), errors === undefined ? 'strict' : str(errors), asPythonError(thrown)))
      return wantList ? [] : null
    throw thrown
  }
  if (!truth(found) || allowUnsafe) return found
  templar.markUnsafe()
  return wantList ? wrapUnsafeValue(found) : joined(found, str(name))
}

/** What the plugin loader makes of a name that is no text. */
function notAName(name: Value): unknown {
  requireHashable(name)
  return new PyError('AttributeError', `'${typeName(name)}' object has no attribute 'startswith'`)
}

function takeFlag(kwargs: Map<string, Value>, name: string, fallback: boolean): boolean {
  const value = kwargs.get(name)
  kwargs.delete(name)
  return value === undefined ? fallback : truth(value)
}

/** Whether a failure was to be ignored; throws it in Ansible's words otherwise. */
function reportFailure(templar: Templar, name: string, errors: string, error: unknown): boolean {
  if (error instanceof TemplateTimeoutError) throw error
  if (error instanceof UndefinedVariableError) throw new UndefinedVariableError(error.message, { cause: error })
  if (error instanceof PluginOptionsError) throw error
  const isLookupError = error instanceof LookupError
  if (!isLookupError && !(error instanceof MadansibleError || error instanceof PyError || hasPythonType(error)))
    throw error
  const message = isLookupError
    ? `Lookup failed but the error is being ignored: ${messageOf(error)}`
    : `An unhandled exception occurred while running the lookup plugin '${name}'. Error was a ${pythonTypeOf(error)}, original message: ${messageOf(error)}`
  if (errors === 'warn') (templar.options.controller ?? templar.environment.options).warn?.(message)
  if (errors === 'warn' || errors === 'ignore') return true
  if (isLookupError) throw error
  throw chained(message, error)
}

const hasPythonType = (error: unknown): boolean => error instanceof Error && 'pyType' in error

/** Texts joined by commas; a single other value as itself; several other values as the list. */
function joined(found: Value, name: string): Value {
  if (found instanceof Mapping) return wrapUnsafeValue([...found.keys()].map(str).join(','))
  if (isText(found)) return wrapUnsafeValue([...str(found)].join(','))
  if (!isSequence(found)) throw new TemplateError(`The lookup plugin '${name}' did not return a list.`)
  const items = found instanceof Tuple ? found.items : found
  if (items.every(isText)) {
    const text = items.map(str).join(',')
    return wrapUnsafeValue(isNativeText(items[0]) ? new NativeText(text) : text)
  }
  return wrapUnsafeValue(items.length === 1 ? (items[0] as Value) : found)
}

/** The bare run of a lookup; undefined when no such lookup exists. */
export function runLookup(
  templar: Templar,
  name: string,
  terms: Value[],
  kwargs: Kwargs,
  subdir: string | undefined,
): Value[] | undefined {
  const plugin: PluginCall | undefined = templar.environment.lookup(name)
  if (plugin === undefined) return undefined
  templar.options.beforeLookup?.(name)
  const found = wrapUnsafeValue(plugin(callContext(templar, subdir), terms, kwargs))
  if (Array.isArray(found)) return found
  if (found instanceof Tuple) return [...found.items]
  throw new TemplateError(`The lookup plugin '${name}' did not return a list but ${typeName(found)}.`, {
    kind: kindOf(undefined),
  })
}

/** The context of the template that is being rendered, or an empty one. */
function callContext(templar: Templar, subdir: string | undefined): CallContext {
  const { rendering } = templar
  if (rendering !== undefined && subdir === undefined) return rendering.root
  const template = { name: null, path: undefined, root: () => undefined, blocks: new Map(), mayMutate: false }
  const variables = new GlobalVariables(name => templar.variables.find(name)?.value)
  const empty = new Rendering(templar, templar.engine, 'text', template, variables, false)
  const context = new RenderContext(empty, template, variables, false)
  context.subdir = subdir
  return context
}

// Binds the arguments of a filter, test or lookup helper as Python binds those of its function: names, defaults,
// keyword arguments, and the TypeErrors when they do not fit (Python/ceval.c, getargs.c).

import { Dict, type Kwargs, PyError, PyFloat, type Value } from '../../python/index.js'
import type { CallContext, PluginCall } from '../plugin.js'

/** Body of a filter: the bound values in the order of the signature (`*args` as a list, `**kwargs` as a Dict). */
export type FilterBody = (call: CallContext, ...values: Value[]) => Value

interface Parameter {
  readonly name: string
  readonly default: Value | undefined
}

interface Signature {
  readonly name: string
  /** Arguments that Jinja2 passes by itself (environment, context, eval_ctx): they count in error texts. */
  readonly implicit: number
  readonly parameters: readonly Parameter[]
  readonly positionalOnly: number
  readonly extraArgs: boolean
  readonly extraKwargs: boolean
  /** Written in C: other error texts. */
  readonly builtin: boolean
}

const IMPLICIT = new Set(['environment', 'env', 'context', 'eval_ctx'])

/**
 * Makes a filter from a Python signature such as `do_replace(eval_ctx, s, old, new, count=None)`.
 * A first parameter called environment, context or eval_ctx is what Jinja2 adds itself and is not passed to the body.
 * Prefix `builtin ` for functions written in C.
 */
export function define(signature: string, body: FilterBody): PluginCall {
  const parsed = parseSignature(signature)
  const plugin: PluginCall = (call, args, kwargs) => body(call, ...bind(parsed, args, kwargs))
  if (parsed.extraArgs || parsed.extraKwargs || parsed.positionalOnly > 1) return plugin
  return Object.assign(plugin, { direct: { parameters: parsed.parameters, run: body } })
}

function parseSignature(text: string): Signature {
  const builtin = text.startsWith('builtin ')
  const open = text.indexOf('(')
  const name = text.slice(builtin ? 'builtin '.length : 0, open)
  const parameters: Parameter[] = []
  let implicit = 0
  let positionalOnly = 0
  let extraArgs = false
  let extraKwargs = false
  for (const part of splitParameters(text.slice(open + 1, -1))) {
    if (part === '/') positionalOnly = parameters.length
    else if (part.startsWith('**')) extraKwargs = true
    else if (part.startsWith('*')) extraArgs = true
    else if (IMPLICIT.has(part) && parameters.length === 0) implicit = 1
    else parameters.push(parseParameter(part))
  }
  return { name, implicit, parameters, positionalOnly, extraArgs, extraKwargs, builtin }
}

/** At commas outside of quotes. */
function splitParameters(text: string): string[] {
  return [...text.matchAll(/(?:[^,']|'(?:[^'\\]|\\.)*')+/g)].map(match => match[0].trim()).filter(part => part !== '')
}

function parseParameter(part: string): Parameter {
  const equals = part.indexOf('=')
  if (equals < 0) return { name: part, default: undefined }
  return { name: part.slice(0, equals), default: parseDefault(part.slice(equals + 1)) }
}

function parseDefault(text: string): Value {
  if (text === 'None') return null
  if (text === 'True') return true
  if (text === 'False') return false
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll('\\n', '\n')
  return text.includes('.') ? new PyFloat(Number(text)) : Number(text)
}

function bind(signature: Signature, args: readonly Value[], kwargs: Kwargs): Value[] {
  const { parameters } = signature
  if (kwargs.size === 0 && args.length === parameters.length && !signature.extraArgs && !signature.extraKwargs) {
    return [...args]
  }
  if (signature.builtin) checkBuiltin(signature, args.length, kwargs.size)
  const slots: (Value | undefined)[] = args.slice(0, parameters.length)
  slots.length = parameters.length
  const extra = bindKeywords(signature, slots, kwargs)
  if (args.length > parameters.length && !signature.extraArgs) throw tooMany(signature, args.length)
  fillDefaults(signature, slots)
  const bound = slots as Value[]
  if (signature.extraArgs) bound.push(args.slice(parameters.length))
  if (signature.extraKwargs) bound.push(extra)
  return bound
}

function bindKeywords(signature: Signature, slots: (Value | undefined)[], kwargs: Kwargs): Dict {
  const extra = new Dict()
  for (const [name, value] of kwargs) {
    const index = signature.parameters.findIndex(parameter => parameter.name === name)
    if (index < signature.positionalOnly) {
      if (!signature.extraKwargs) throw unexpected(signature, name)
      extra.set(name, value)
    } else if (slots[index] !== undefined) {
      throw new PyError('TypeError', `${signature.name}() got multiple values for argument '${name}'`)
    } else {
      slots[index] = value
    }
  }
  return extra
}

function unexpected(signature: Signature, name: string): PyError {
  return new PyError('TypeError', `${signature.name}() got an unexpected keyword argument '${name}'`)
}

function fillDefaults(signature: Signature, slots: (Value | undefined)[]): void {
  const missing: string[] = []
  signature.parameters.forEach((parameter, index) => {
    if (slots[index] !== undefined) return
    if (parameter.default === undefined) missing.push(parameter.name)
    else slots[index] = parameter.default
  })
  if (missing.length === 0) return
  const quoted = missing.map(name => `'${name}'`)
  const last = quoted.pop() as string
  const list = quoted.length === 0 ? last : `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} and ${last}`
  const noun = missing.length === 1 ? 'argument' : 'arguments'
  throw new PyError('TypeError', `${signature.name}() missing ${missing.length} required positional ${noun}: ${list}`)
}

function tooMany(signature: Signature, given: number): PyError {
  const total = signature.parameters.length + signature.implicit
  const required = signature.parameters.filter(parameter => parameter.default === undefined).length + signature.implicit
  const range = required === total ? `${total}` : `from ${required} to ${total}`
  const noun = total === 1 ? 'argument' : 'arguments'
  const count = given + signature.implicit
  const text = `${signature.name}() takes ${range} positional ${noun} but ${count} ${count === 1 ? 'was' : 'were'} given`
  return new PyError('TypeError', text)
}

function checkBuiltin(signature: Signature, given: number, keywords: number): void {
  const { name, parameters, positionalOnly } = signature
  if (keywords > 0 && signature.positionalOnly === parameters.length && !signature.extraKwargs) {
    throw new PyError('TypeError', `${name}() takes no keyword arguments`)
  }
  if (parameters.length > 1 && positionalOnly === parameters.length && given !== parameters.length) {
    throw new PyError('TypeError', `${name} expected ${parameters.length} arguments, got ${given}`)
  }
  if (parameters.length === 1 && signature.positionalOnly === 1 && given !== 1 && !signature.extraArgs) {
    throw new PyError('TypeError', `${name}() takes exactly one argument (${given} given)`)
  }
}

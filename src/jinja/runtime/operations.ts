// Operators, calls and look-ups as generated code uses them: the frequent cases at once, the rest in src/python.
// Mirrors what Jinja2's generated Python does, and jinja2/environment.py getattr and getitem.

import {
  Callable,
  callValue,
  compare,
  contains,
  Dict,
  equals,
  escapeHtml,
  getAttribute,
  getItem,
  getSlice,
  isText,
  iterate as iteratePython,
  type Kwargs,
  Mapping,
  Markup,
  PyError,
  PyIterator,
  PyRange,
  add as pyAdd,
  div as pyDiv,
  floordiv as pyFloordiv,
  mod as pyMod,
  mul as pyMul,
  neg as pyNeg,
  pos as pyPos,
  pow as pyPow,
  sub as pySub,
  truth as pyTruth,
  requireHashable,
  str,
  Tuple,
  typeName,
  UnsafeText,
  type Value,
} from '../../python/index.js'
import { LenientUndefined, Undefined } from '../undefined.js'
import type { RenderContext } from './context.js'
import { Macro } from './macro.js'

/** Python's truth of a value. */
export function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== ''
  if (typeof value === 'number') return value !== 0
  return pyTruth(value)
}

/** Arithmetic with an undefined operand tells which variable is undefined. */
function definedOperands(a: Value, b: Value): void {
  if (a instanceof Undefined) a.fail()
  if (b instanceof Undefined) b.fail()
}

const isSafe = (value: number): boolean => Number.isSafeInteger(value)

export function add(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (isSafe(sum)) return sum
  } else if (typeof a === 'string' && typeof b === 'string') return a + b
  definedOperands(a, b)
  return pyAdd(a, b)
}
export function sub(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number' && isSafe(a - b)) return a - b
  definedOperands(a, b)
  return pySub(a, b)
}
export function mul(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number' && isSafe(a * b) && a * b !== 0) return a * b
  definedOperands(a, b)
  return pyMul(a, b)
}
export function div(a: Value, b: Value): Value {
  definedOperands(a, b)
  return pyDiv(a, b)
}
export function floordiv(a: Value, b: Value): Value {
  definedOperands(a, b)
  return pyFloordiv(a, b)
}
export function mod(a: Value, b: Value): Value {
  // Text on the left formats: whether an undefined argument fails is for the format to say.
  if (!isText(a)) definedOperands(a, b)
  return pyMod(a, b)
}
export function pow(a: Value, b: Value): Value {
  definedOperands(a, b)
  return pyPow(a, b)
}
export function neg(a: Value): Value {
  if (a instanceof Undefined) a.fail()
  return pyNeg(a)
}
export function pos(a: Value): Value {
  if (a instanceof Undefined) a.fail()
  return pyPos(a)
}

export function eq(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  if (typeof a === 'number' && typeof b === 'number') return a === b
  if (a instanceof Undefined || b instanceof Undefined) return undefinedEquals(a, b)
  return equals(a, b)
}
/** A strict undefined value fails on either side; Jinja2's lenient one is only like its own kind. */
function undefinedEquals(a: Value, b: Value): boolean {
  for (const side of [a, b]) if (side instanceof Undefined && !(side instanceof LenientUndefined)) side.fail()
  return a instanceof LenientUndefined && b instanceof LenientUndefined
}
export const ne = (a: Value, b: Value): boolean => !eq(a, b)

function order(a: Value, b: Value, operator: '<' | '<=' | '>' | '>='): boolean {
  definedOperands(a, b)
  return compare(a, b, operator)
}
export const lt = (a: Value, b: Value): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a < b : order(a, b, '<')
export const le = (a: Value, b: Value): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a <= b : order(a, b, '<=')
export const gt = (a: Value, b: Value): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a > b : order(a, b, '>')
export const ge = (a: Value, b: Value): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a >= b : order(a, b, '>=')

export function isIn(item: Value, container: Value): boolean {
  if (container instanceof Undefined) return container.contains(item)
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item)
  return contains(container, item)
}
export const notIn = (item: Value, container: Value): boolean => !isIn(item, container)

/** `a ~ b`: the texts of all. */
export function join(values: readonly Value[]): string {
  let text = ''
  for (const value of values) text += typeof value === 'string' ? value : str(value)
  return text
}

/** `a ~ b` inside `{% autoescape true %}`: Markup as soon as one of them is. */
export function markupJoin(values: readonly Value[]): Value {
  if (values.some(value => value instanceof Markup)) return new Markup(values.map(escapeHtml).join(''))
  return join(values)
}

/** `{k: v, …}` from keys and values in turn. */
export function dict(parts: readonly Value[]): Dict {
  const result = new Dict()
  for (let index = 0; index < parts.length; index += 2) {
    const key = parts[index] as Value
    if (typeof key !== 'string') requireHashable(key)
    result.set(key, parts[index + 1] as Value)
  }
  return result
}

/** What `for` walks. */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value
  return value instanceof PyRange ? value.each() : iteratePython(value)
}

export const generator = (items: Iterable<Value>): PyIterator => new PyIterator(items, 'generator')

/** `a, b = value`: exactly `count` items. */
export function unpack(value: Value, count: number): readonly Value[] {
  const items = value instanceof Tuple ? value.items : Array.isArray(value) ? value : itemsToUnpack(value, count)
  if (items.length === count) return items
  if (items.length > count) throw new PyError('ValueError', `too many values to unpack (expected ${count})`)
  throw new PyError('ValueError', `not enough values to unpack (expected ${count}, got ${items.length})`)
}

function itemsToUnpack(value: Value, count: number): Value[] {
  if (value instanceof Undefined) value.fail()
  const items: Value[] = []
  try {
    for (const item of iteratePython(value)) {
      items.push(item)
      if (items.length > count) break
    }
  } catch (error) {
    if (!(error instanceof PyError && error.pyType === 'TypeError' && error.message.endsWith('is not iterable')))
      throw error
    throw new PyError('TypeError', `cannot unpack non-iterable ${typeName(value)} object`)
  }
  return items
}

/** `*value` in a call. */
export function star(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value
  if (value instanceof Undefined) value.fail()
  try {
    return [...iteratePython(value)]
  } catch (error) {
    if (!(error instanceof PyError && error.pyType === 'TypeError')) throw error
    throw new PyError('TypeError', `Value after * must be an iterable, not ${typeName(value)}`)
  }
}

/** `**value` in a call. */
export function doubleStar(kwargs: Kwargs, value: Value): Kwargs {
  if (value instanceof Undefined) value.fail()
  if (!(value instanceof Mapping))
    throw new PyError('TypeError', `argument after ** must be a mapping, not ${typeName(value)}`)
  const merged = new Map(kwargs)
  for (const [key, item] of value.entries()) {
    const name = typeof key === 'string' ? key : key instanceof UnsafeText ? key.value : undefined
    if (name === undefined) throw new PyError('TypeError', 'keywords must be strings')
    if (merged.has(name)) throw new PyError('TypeError', `got multiple values for keyword argument '${name}'`)
    merged.set(name, item)
  }
  return merged
}

/** context.call: Ansible looks at the hash of what is called, so an unhashable one fails as such. */
export function call(c: RenderContext, fn: Value, args: Value[], kwargs: Kwargs): Value {
  if (fn instanceof Macro) return fn.invoke(args, kwargs, c.autoescape)
  if (fn instanceof Callable) return fn.call(args, kwargs)
  requireHashable(fn)
  return callValue(fn, args, kwargs)
}

/** `object.name` where no list or dict has a method of that name. */
export function field(object: Value, name: string): Value {
  if (!(object instanceof Dict)) return attribute(object, name)
  const found = object.get(name)
  return found === undefined ? new Undefined({ object, name }) : found
}

/** environment.getattr: the attribute, else the item. */
export function attribute(object: Value, name: string): Value {
  const found = getAttribute(object, name)
  if (found !== undefined) return found
  if (object instanceof Undefined) return object
  const inside = getItem(object, name)
  return inside === undefined ? new Undefined({ object, name }) : inside
}

/** environment.getitem: the item, else the attribute. */
export function item(object: Value, key: Value): Value {
  if (typeof key === 'number' && key >= 0 && Array.isArray(object)) {
    const found = object[key]
    if (found !== undefined) return found
  }
  if (object instanceof Undefined) return object.item(key) as Value
  // An undefined key fails where it is hashed; as an index it is only a wrong one.
  if (key instanceof Undefined && !(object instanceof Mapping)) return new Undefined({ object, name: key })
  const found = getItem(object, key)
  if (found !== undefined) return found
  const name =
    typeof key === 'string' ? key : key instanceof UnsafeText || key instanceof Markup ? key.value : undefined
  const member = name === undefined ? undefined : getAttribute(object, name)
  return member === undefined ? new Undefined({ object, name: key }) : member
}

/** `object[start:stop:step]`, which Jinja2 leaves to Python. */
export function slice(object: Value, start: Value, stop: Value, step: Value): Value {
  if (object instanceof Undefined) return object.item(start) as Value
  return getSlice(object, start, stop, step)
}

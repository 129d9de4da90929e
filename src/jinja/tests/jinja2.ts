// Jinja2's tests. Mirrors jinja2/tests.py (3.1).

import {
  Callable,
  type CompareOperator,
  compare,
  contains,
  equals,
  getAttribute,
  isIdentical,
  isInt,
  isLowerText,
  isUpperText,
  iterate,
  len,
  Mapping,
  mod,
  PyError,
  PyFloat,
  textOf,
  type Value,
} from '../../python/index.js'
import { unknownPlugin } from '../errors.js'
import { classText, isStr } from '../filters/conversions.js'
import { hasHtml, strKeepingUnsafe } from '../filters/jinja2/markup.js'
import { define, type FilterBody } from '../filters/signature.js'
import type { PluginCall } from '../plugin.js'
import { Undefined } from '../undefined.js'

const plainText = (value: Value): string => {
  const text = strKeepingUnsafe(value)
  return typeof text === 'string' ? text : text.value
}

function isSequence(value: Value): boolean {
  try {
    len(value)
  } catch (error) {
    if (error instanceof PyError || value instanceof Undefined) return false
    throw error
  }
  return getAttribute(value, '__getitem__') !== undefined || hasItems(value)
}

/** Everything with a length but sets can be subscripted. */
function hasItems(value: Value): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return true
  const name = value.typeName
  return name !== 'set' && name !== 'frozenset' && !name.startsWith('dict_')
}

function isIterable(value: Value): boolean {
  try {
    iterate(value)
    return true
  } catch (error) {
    if (error instanceof PyError && error.isA('TypeError')) return false
    throw error
  }
}

/** Ansible's plugin tables raise for names they cannot load instead of saying no. */
function isKnown(value: Value, has: (name: string) => boolean): boolean {
  if (!isStr(value)) throw new PyError('ValueError', `key must be a string, got ${classText(value)} instead`)
  const name = textOf(value)
  if (has(name)) return true
  throw unknownPlugin(name, 'rendering')
}

const isBoolean = (value: Value): boolean => typeof value === 'boolean'

/** A function of the operator module. */
const operator = (name: string, symbol: CompareOperator): PluginCall =>
  define(`builtin ${name}(a, b, /)`, (_call, a, b) =>
    symbol === '==' ? equals(a, b) : symbol === '!=' ? !equals(a, b) : compare(a, b, symbol),
  )

const test = (signature: string, body: FilterBody): PluginCall => define(signature, body)

const eq = operator('eq', '==')
const ne = operator('ne', '!=')
const gt = operator('gt', '>')
const ge = operator('ge', '>=')
const lt = operator('lt', '<')
const le = operator('le', '<=')

export const jinja2Tests: Readonly<Record<string, PluginCall>> = {
  boolean: test('test_boolean(value)', (_call, value) => isBoolean(value)),
  callable: test('builtin callable(obj, /)', (_call, value) => isCallable(value)),
  defined: test('test_defined(value)', (_call, value) => !(value instanceof Undefined)),
  divisibleby: test('test_divisibleby(value, num)', (_call, value, divisor) => equals(mod(value, divisor), 0)),
  escaped: test('test_escaped(value)', (_call, value) => hasHtml(value)),
  even: test('test_even(value)', (_call, value) => equals(mod(value, 2), 0)),
  false: test('test_false(value)', (_call, value) => value === false),
  filter: test('test_filter(env, value)', (call, value) => isKnown(value, name => call.hasFilter(name))),
  float: test('test_float(value)', (_call, value) => value instanceof PyFloat),
  in: test('test_in(value, seq)', (_call, value, container) => contains(container, value)),
  integer: test('test_integer(value)', (_call, value) => isInt(value)),
  iterable: test('test_iterable(value)', (_call, value) => isIterable(value)),
  lower: test('test_lower(value)', (_call, value) => isLowerText(plainText(value))),
  mapping: test('test_mapping(value)', (_call, value) => value instanceof Mapping),
  none: test('test_none(value)', (_call, value) => value === null),
  number: test('test_number(value)', (_call, value) => isInt(value) || isBoolean(value) || value instanceof PyFloat),
  odd: test('test_odd(value)', (_call, value) => equals(mod(value, 2), 1)),
  sameas: test('test_sameas(value, other)', (_call, value, other) => isIdentical(value, other)),
  sequence: test('test_sequence(value)', (_call, value) => isSequence(value)),
  string: test('test_string(value)', (_call, value) => isStr(value)),
  test: test('test_test(env, value)', (call, value) => isKnown(value, name => call.hasTest(name))),
  true: test('test_true(value)', (_call, value) => value === true),
  undefined: test('test_undefined(value)', (_call, value) => value instanceof Undefined),
  upper: test('test_upper(value)', (_call, value) => isUpperText(plainText(value))),
  '==': eq,
  eq,
  equalto: eq,
  '!=': ne,
  ne,
  '>': gt,
  gt,
  greaterthan: gt,
  ge,
  '>=': ge,
  '<': lt,
  lt,
  lessthan: lt,
  '<=': le,
  le,
}

function isCallable(value: Value): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  return value instanceof Callable || value.call !== undefined
}

// getattr: the attributes and methods of every type. Only what is listed in the tables of Python's types can be
// reached; nothing of JavaScript's objects ever shows.

import { bindMethod, type MethodTable } from './callable.js'
import { DICT_METHODS, LIST_METHODS, MAPPING_METHODS, SET_METHODS, TUPLE_METHODS } from './container-methods.js'
import { dateAttribute, deltaAttribute } from './datetime.js'
import { BYTES_METHODS, FLOAT_METHODS, floatField, INT_METHODS, intField } from './number-methods.js'
import { PyRange } from './sequences.js'
import { specialAttribute } from './special-attributes.js'
import { STR_METHODS } from './str-methods.js'
import { PyTimeDelta } from './timedelta.js'
import { PyType, unboundMethod } from './type-value.js'
import {
  Dict,
  isText,
  Mapping,
  PyBytes,
  PyDate,
  PyDateTime,
  PyFloat,
  type PyObject,
  PySet,
  type Text,
  Tuple,
  type Value,
} from './values.js'

/** `getattr(value, name)`; undefined when there is no such attribute. */
export function getAttribute(value: Value, name: string): Value | undefined {
  const attribute = ownAttribute(value, name)
  if (attribute !== undefined) return attribute
  return name.startsWith('__') ? specialAttribute(value, name) : undefined
}

function ownAttribute(value: Value, name: string): Value | undefined {
  switch (typeof value) {
    case 'string':
      return strAttribute(value, name)
    case 'number':
    case 'bigint':
      return intField(value, name) ?? lookUp('int', INT_METHODS, value, name)
    case 'boolean':
      return intField(Number(value), name) ?? lookUp('bool', INT_METHODS, Number(value), name)
    default:
      if (value === null) return undefined
      if (Array.isArray(value)) return lookUp('list', LIST_METHODS, value, name)
      return attributeOf(value, name)
  }
}

function attributeOf(value: PyObject, name: string): Value | undefined {
  const own = value.attribute?.(name)
  // None is a value like any other.
  return own === undefined ? objectAttribute(value, name) : own
}

const strAttribute = (value: string | Text, name: string): Value | undefined => lookUp('str', STR_METHODS, value, name)

function lookUp<Self>(owner: string, table: MethodTable<Self>, value: Self, name: string): Value | undefined {
  const method = table.get(name)
  return method === undefined ? undefined : bindMethod(owner, name, method, value)
}

function objectAttribute(value: PyObject, name: string): Value | undefined {
  if (value instanceof Dict)
    return lookUp('dict', DICT_METHODS, value, name) ?? lookUp<Mapping>('dict', MAPPING_METHODS, value, name)
  if (value instanceof Mapping) return lookUp(value.typeName, MAPPING_METHODS, value, name)
  if (isText(value)) return strAttribute(value, name)
  if (value instanceof Tuple) return lookUp('tuple', TUPLE_METHODS, value, name)
  if (value instanceof PyFloat) return floatField(value, name) ?? lookUp('float', FLOAT_METHODS, value, name)
  if (value instanceof PySet) return lookUp('set', SET_METHODS, value, name)
  if (value instanceof PyBytes) return lookUp('bytes', BYTES_METHODS, value, name)
  if (value instanceof PyDate || value instanceof PyDateTime) return dateAttribute(value, name)
  if (value instanceof PyTimeDelta) return deltaAttribute(value, name)
  if (value instanceof PyType) return typeAttribute(value, name)
  return value instanceof PyRange ? lookUp('range', TUPLE_METHODS, new Tuple([...value.iterate()]), name) : undefined
}

const TABLES: Readonly<Record<string, readonly ReadonlyMap<string, unknown>[]>> = {
  str: [STR_METHODS],
  list: [LIST_METHODS],
  tuple: [TUPLE_METHODS],
  dict: [DICT_METHODS, MAPPING_METHODS],
  set: [SET_METHODS],
  int: [INT_METHODS],
  float: [FLOAT_METHODS],
  bytes: [BYTES_METHODS],
}

/** A method of a type that is not bound to a value yet. */
function typeAttribute(type: PyType, name: string): Value | undefined {
  const tables = type.module === 'builtins' && Object.hasOwn(TABLES, type.name) ? TABLES[type.name] : undefined
  if (tables?.some(table => table.has(name)) !== true) return undefined
  return unboundMethod(type, name, value => getAttribute(value, name))
}

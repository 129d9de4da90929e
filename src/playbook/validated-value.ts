// Turns a templated keyword value into the type the keyword has.
// Mirrors FieldAttributeBase.get_validated_value in ansible/playbook/base.py (2.14).

import { strictBoolean } from '../python/boolean.js'
import { isPyError, PyError, repr, str, toFloat, toInt } from '../python/index.js'
import { Dict, isText, PyFloat, PySet, textOf, type Value } from '../python/values.js'
import type { AttributeSpec } from './attribute.js'
import type { PlaybookObject } from './base.js'
import { parserError } from './errors.js'
import { pythonClass } from './python-names.js'

/** One value as its keyword's type. Throws PyError TypeError or ValueError, or ParserError for items of a list. */
export function convertValue(object: PlaybookObject, spec: AttributeSpec, value: Value): Value {
  switch (spec.isa) {
    case 'string':
      return isText(value) ? value : str(value)
    case 'int':
      return toInt(value)
    case 'float':
      return new PyFloat(toFloat(value))
    case 'bool':
      return strictBoolean(value)
    case 'percent':
      return new PyFloat(toFloat(isText(value) ? textOf(value).replaceAll('%', '') : value))
    case 'list':
      return validatedList(object, spec, value)
    case 'set':
      if (value === null) return new PySet()
      if (value instanceof PySet) return value
      if (Array.isArray(value)) return new PySet(value)
      return new PySet(isText(value) ? textOf(value).split(',') : [value])
    case 'dict':
      if (value === null) return new Dict()
      if (!(value instanceof Dict)) throw new PyError('TypeError', `${str(value)} is not a dictionary`)
      return value
    default:
      return value
  }
}

/** A value as a list whose items have the type the keyword asks for. */
export function validatedList(object: PlaybookObject, spec: AttributeSpec, value: Value): Value[] {
  const list = value === null ? [] : Array.isArray(value) ? value : [value]
  if (spec.listOf === undefined) return list
  const types = spec.listOf === 'string' ? "(<class 'str'>,)" : "((<class 'str'>,), <class 'int'>)"
  for (const item of list) {
    const fits =
      isText(item) || (spec.listOf === 'string or int' && ['number', 'bigint', 'boolean'].includes(typeof item))
    if (!fits)
      throw parserError(
        `the field '${spec.name}' should be a list of ${types}, but the item '${str(item)}' is a ${pythonClass(item)}`,
        { at: object.data },
      )
    if (spec.required && textOf(item as string).trim() === '')
      throw parserError(`the field '${spec.name}' is required, and cannot have empty values`, { at: object.data })
  }
  return list
}

/** "the field 'x' has an invalid value (…)" for a conversion that failed; other errors are thrown on. */
export function conversionError(object: PlaybookObject, spec: AttributeSpec, value: Value, error: unknown): Error {
  if (!isPyError(error, 'TypeError', 'ValueError')) return error as Error
  const shown = isText(value) || typeof value === 'number' ? str(value) : repr(value)
  return parserError(
    `the field '${spec.name}' has an invalid value (${shown}), and could not be converted to an ${spec.isa}.` +
      `The error was: ${error.message}`,
    { at: object.data },
  )
}

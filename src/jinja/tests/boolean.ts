// Ansible's boolean(): texts and numbers that stand for true or false. Mirrors module_utils/parsing/convert_bool.py.

import { isText, PyBytes, PyFloat, textOf, type Value } from '../../python/index.js'
import { toText } from '../filters/conversions.js'

const TRUE = new Set(['y', 'yes', 'on', '1', 'true', 't'])
const FALSE = new Set(['n', 'no', 'off', '0', 'false', 'f'])

/** True or false for everything boolean() accepts, else undefined. */
export function looseBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value
  const number = value instanceof PyFloat ? value.value : typeof value === 'number' ? value : undefined
  if (number !== undefined) return number === 1 ? true : number === 0 ? false : undefined
  if (!isText(value) && !(value instanceof PyBytes)) return undefined
  const text = (isText(value) ? textOf(value) : toText(value)).toLowerCase().trim()
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

// Text and numbers as booleans. Mirrors module_utils/parsing/convert_bool.py (ansible-core 2.14).

import { PyError } from './py-error.js'
import { str } from './repr.js'
import { isText, PyFloat, textOf, type Value } from './values.js'

const TRUE = new Set<unknown>(['y', 'yes', 'on', '1', 'true', 't', 1])
const FALSE = new Set<unknown>(['n', 'no', 'off', '0', 'false', 'f', 0])

/** boolean(value): throws Python's TypeError for what is neither. */
export function strictBoolean(value: Value): boolean {
  const known = knownBoolean(value)
  if (known !== undefined) return known
  throw new PyError(
    'TypeError',
    `The value '${str(value)}' is not a valid boolean.  Valid booleans include: ` +
      "0, 'true', 'y', 'yes', 't', '0', 1, 'n', 'off', 'false', 'f', 'no', 'on', '1'",
  )
}

/** boolean(value, strict=False): false for everything that does not say yes. */
export function looseBoolean(value: Value): boolean {
  return knownBoolean(value) ?? false
}

/** What a value says, undefined for what is neither. */
export function knownBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value
  const normal = isText(value) ? textOf(value).toLowerCase().trim() : value instanceof PyFloat ? value.value : value
  if (TRUE.has(normal)) return true
  return FALSE.has(normal) ? false : undefined
}

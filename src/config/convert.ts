// Texts as booleans and without quotes, as Ansible converts them (module_utils/parsing/convert_bool.py, parsing/quoting.py).
import { knownBoolean } from '../python/boolean.js'
import { isText, PyFloat, textOf, type Value } from '../python/values.js'

const WORDS = "'y', 'yes', 'on', '1', 'true', 't', 1, 'n', 'no', 'off', '0', 'false', 'f', 0"

/** Ansible's boolean(): when not strict, what is not a word for true is false. Throws TypeError with Ansible's text. */
export function toBoolean(value: Value | undefined, strict = true): boolean {
  const known = value === undefined ? undefined : knownBoolean(value)
  if (known !== undefined) return known
  if (!strict) return false
  const plain =
    value !== undefined && isText(value)
      ? textOf(value).toLowerCase().trim()
      : value instanceof PyFloat
        ? value.value
        : value
  throw new TypeError(`The value '${String(plain)}' is not a valid boolean.  Valid booleans include: ${WORDS}`)
}

/** Removes one pair of equal quotes around a text. */
export function unquote(text: string): string {
  return isQuoted(text) ? text.slice(1, -1) : text
}

export function isQuoted(text: string): boolean {
  const first = text[0]
  return text.length > 1 && first === text.at(-1) && (first === '"' || first === "'") && text.at(-2) !== '\\'
}

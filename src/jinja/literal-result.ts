// Reading a template's result as a Python literal. Mirrors ansible/template/native_helpers.py ansible_eval_concat and
// ansible_native_concat, where a value goes through str() and ast.literal_eval(); most values need neither.

import { Dict, literalEval, PyError, type PyObject, PySet, Tuple, type Value } from '../python/index.js'
import { depthOf, Trait, traitsOf } from './traits.js'
import { wrapUnsafeValue } from './unsafe.js'

const JSON_NAMES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** Text that looks like a list, dict or bool as what it looks like; other text as it is. */
export function readLiteral(text: string): Value {
  const first = text.charCodeAt(0)
  if (first !== 0x7b && first !== 0x5b) {
    if (text === 'True') return true
    return text === 'False' ? false : text
  }
  return evaluate(text, { names: JSON_NAMES }) ?? text
}

/** jinja2_native: any Python literal; a quoted string keeps its quotes. */
export function readNativeLiteral(text: string): Value {
  if (/^[ \t]/.test(text)) return text
  const value = evaluate(text, {})
  if (value === undefined) return text
  if (typeof value === 'string') return `${text[0]}${value}${text[0]}`
  return value
}

/** The literal's value; undefined where Python raises ValueError, SyntaxError or MemoryError. Others are thrown. */
function evaluate(text: string, options: { readonly names?: ReadonlyMap<string, Value> }): Value | undefined {
  try {
    return literalEval(text, options)
  } catch (error) {
    if (
      error instanceof PyError &&
      (error.isA('ValueError') || error.pyType === 'SyntaxError' || error.isA('MemoryError'))
    )
      return undefined
    throw error
  }
}

/** A deeper value has more brackets than Python's parser takes, and stays text. */
const MAX_DEPTH = 200

/**
 * What readLiteral(str(value)) would give for a list, dict or set, without going through text; undefined when only
 * the text tells. With `wrap` every text in the result is unsafe.
 */
export function throughLiteral(value: PyObject | Value[], wrap: boolean, isFrozen: boolean): Value | undefined {
  const isCollection = Array.isArray(value) || value instanceof Dict || (value instanceof PySet && value.size > 0)
  if (!isCollection) return undefined
  const traits = traitsOf(value, isFrozen)
  if ((traits & Trait.notLiteral) !== 0 || depthOf(traits) > MAX_DEPTH) return undefined
  if (!wrap) return isFrozen ? value : copyOf(value)
  if ((traits & Trait.safeText) === 0 && isFrozen) return value
  return wrapUnsafeValue(value)
}

function copyOf(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Tuple) return new Tuple(value.items.map(copyOf))
  if (!(value instanceof Dict)) return value
  const copy = new Dict()
  for (const [key, item] of value.entries()) copy.set(key, copyOf(item))
  return copy
}

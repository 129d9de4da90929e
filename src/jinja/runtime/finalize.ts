// What is done to the value of a print statement before it is printed. Mirrors ansible/template/__init__.py
// _ansible_finalize, _unroll_iterator and _fail_on_undefined.

import { DictView, listOf, PyIterator, PyRange, type Value } from '../../python/index.js'
import { failOnUndefined, Trait, traitsOf } from '../traits.js'
import { LoopContext } from './loop-context.js'

/** Generators, views and ranges become lists. */
export function unroll(value: Value): Value {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const isRolled =
    value instanceof PyIterator || value instanceof DictView || value instanceof PyRange || value instanceof LoopContext
  return isRolled ? listOf(value) : value
}

/** Undefined values fail, None prints as nothing unless it is kept (jinja2_native). */
export function finalize(value: Value, keepNone: boolean, isFrozen: boolean): Value {
  if (value === null) return keepNone ? null : ''
  if (typeof value !== 'object') return value
  const unrolled = unroll(value)
  if ((traitsOf(unrolled, isFrozen) & (Trait.undefined | Trait.lazy)) !== 0) failOnUndefined(unrolled)
  return unrolled
}

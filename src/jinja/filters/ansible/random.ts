// random and shuffle: the same numbers as CPython's Random for the same seed. Mirrors ansible/plugins/filter/core.py.

import {
  int,
  isInt,
  isText,
  len,
  listOf,
  PyError,
  PyFloat,
  PySet,
  Random,
  repr,
  requireItem,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { FilterError, UndefinedVariableError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { isInteger, itemsOf } from '../conversions.js'
import { define } from '../signature.js'

function random(call: CallContext, end: Value, start: Value, step: Value, seed: Value): Value {
  if (seed === null) call.markVolatile()
  const generator = seed === null ? new Random() : new Random(seed)
  if (isInteger(end)) {
    const from = truth(start) ? start : 0
    const by = truth(step) ? step : 1
    return randomInRange(generator, rangeArgument(from, 1), rangeArgument(end, 2), rangeArgument(by, 3))
  }
  if (!isIterableType(end)) throw new FilterError('random can only be used on sequences and integers')
  if (truth(start) || truth(step)) throw new FilterError('start and step can only be used with integer values')
  const length = len(end)
  if (length === 0) throw new PyError('IndexError', 'Cannot choose from an empty sequence')
  const index = generator.choice([...Array(length).keys()])
  if (end instanceof PySet) throw new PyError('TypeError', "'set' object is not subscriptable")
  return itemsOf(end)?.[index] ?? requireItem(end, index)
}

function randomInRange(generator: Random, start: number, stop: number, step: number): Value {
  const isEmpty = step > 0 ? stop <= start : stop >= start
  if (isEmpty) {
    const shown = step === 1 ? ` (${start}, ${stop}, ${stop - start})` : ''
    throw new PyError('ValueError', `empty range for randrange()${shown}`)
  }
  return int(generator.randrange(start, stop, step))
}

/** Arguments of randrange: ints, or floats without a fraction. */
function rangeArgument(value: Value, position: number): number {
  if (typeof value === 'boolean') return Number(value)
  if (isInt(value)) return Number(value)
  if (value instanceof PyFloat && Number.isInteger(value.value)) return value.value
  if (value instanceof PyFloat || isText(value)) {
    throw new PyError('ValueError', `non-integer arg ${position} for randrange()`)
  }
  if (value instanceof Undefined) return value.fail()
  throw new PyError(
    'TypeError',
    `int() argument must be a string, a bytes-like object or a real number, not ${repr(typeName(value))}`,
  )
}

/** hasattr(value, '__iter__') */
function isIterableType(value: Value): boolean {
  return !(value === null || value instanceof PyFloat || typeof value === 'boolean' || isOpaque(value))
}

const OPAQUE = new Set(['date', 'datetime', 'timedelta', 'function', 'builtin_function_or_method', 'method'])
const isOpaque = (value: Value): boolean => OPAQUE.has(typeName(value))

/** Whatever fails is passed over: what was reached by then is the answer. */
function shuffle(call: CallContext, value: Value, seed: Value): Value {
  let items: Value[] | undefined
  try {
    items = [...listOf(value)]
    if (truth(seed)) new Random(seed).shuffle(items)
    else {
      call.markVolatile()
      new Random().shuffle(items)
    }
  } catch (error) {
    if (!(error instanceof PyError || error instanceof UndefinedVariableError)) throw error
  }
  return items ?? value
}

export const randomFilters: Readonly<Record<string, PluginCall>> = {
  random: define('rand(environment, end, start=None, step=None, seed=None)', (call, end, start, step, seed) =>
    random(call, end, start, step, seed),
  ),
  shuffle: define('randomize_list(mylist, seed=None)', (call, list, seed) => shuffle(call, list, seed)),
}

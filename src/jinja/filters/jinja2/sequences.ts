// Jinja2's filters on sequences: first, last, join, batch, slice, list, reverse, items. Mirrors jinja2/filters.py (3.1).

import {
  add,
  compare,
  equals,
  floordiv,
  getSlice,
  isSequence,
  isText,
  iterate,
  len,
  listOf,
  Mapping,
  mod,
  PyBytes,
  PyError,
  requireFitting,
  sub,
  Tuple,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { JinjaRuntimeError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { callMethod, isStr, requireIndex, softStr } from '../conversions.js'
import { define } from '../signature.js'
import { attributeGetter } from './attributes.js'
import { escapeHtml, hasHtml, strKeepingUnsafe } from './markup.js'

/** `key, value = item`. */
export function unpackPair(item: Value): [Value, Value] {
  let items: Value[]
  try {
    items = listOf(item)
  } catch (error) {
    if (!(error instanceof PyError) || !error.isA('TypeError')) throw error
    throw new PyError('TypeError', `cannot unpack non-iterable ${typeName(item)} object`)
  }
  if (items.length < 2) {
    throw new PyError('ValueError', `not enough values to unpack (expected 2, got ${items.length})`)
  }
  if (items.length > 2) throw new PyError('ValueError', 'too many values to unpack (expected 2)')
  return items as [Value, Value]
}

/** `reversed(value)` as a list; TypeError for what has no order. */
export function reversed(value: Value): Value[] {
  if (isSequence(value) || isText(value) || value instanceof Mapping || value instanceof PyBytes) {
    return listOf(value).reverse()
  }
  if (value instanceof Undefined) return Array.from(value.iterate())
  const name = typeName(value)
  if (name === 'range' || name.startsWith('dict_')) return listOf(value).reverse()
  throw new PyError('TypeError', `'${name}' object is not reversible`)
}

function first(call: CallContext, value: Value): Value {
  for (const item of iterate(value)) return item
  return call.undefined({ hint: 'No first item, sequence was empty.' })
}

function last(call: CallContext, value: Value): Value {
  if (isSequence(value)) {
    const item = (Array.isArray(value) ? value : value.items).at(-1)
    if (item !== undefined) return item
  }
  const [item] = reversed(value)
  return item === undefined ? call.undefined({ hint: 'No last item, sequence was empty.' }) : item
}

function reverse(value: Value): Value {
  if (isStr(value)) return getSlice(value, null, null, -1)
  try {
    return reversed(value)
  } catch (error) {
    if (!(error instanceof PyError) || !error.isA('TypeError')) throw error
  }
  try {
    return listOf(value).reverse()
  } catch (error) {
    if (!(error instanceof PyError) || !error.isA('TypeError')) throw error
    throw new JinjaRuntimeError('FilterArgumentError', 'argument must be iterable')
  }
}

function join(call: CallContext, value: Value, separator: Value, attribute: Value): Value {
  let items: Iterable<Value> = iterate(value)
  if (attribute !== null) items = [...items].map(attributeGetter(call, attribute))
  if (!call.autoescape) {
    const texts: Value[] = []
    for (const item of items) texts.push(strKeepingUnsafe(item))
    return callMethod(strKeepingUnsafe(separator), 'join', [texts])
  }
  const list = [...items]
  if (hasHtml(separator)) return callMethod(softStr(separator), 'join', [list.map(softStr)])
  const anyMarkup = list.some(hasHtml)
  const texts: Value[] = list.map(item => (hasHtml(item) ? item : strKeepingUnsafe(item)))
  return callMethod(anyMarkup ? escapeHtml(separator) : strKeepingUnsafe(separator), 'join', [texts])
}

function slice(value: Value, slices: Value, fill: Value): Value[] {
  const items = listOf(value)
  const perSlice = floordiv(items.length, slices)
  const extra = mod(items.length, slices)
  const count = requireIndex(slices)
  requireFitting(count)
  const size = requireIndex(perSlice)
  const withExtra = requireIndex(extra)
  const rows: Value[] = []
  let offset = 0
  for (let number = 0; number < count; number++) {
    const start = offset + number * size
    if (number < withExtra) offset++
    const row = items.slice(start, offset + (number + 1) * size)
    if (fill !== null && number >= withExtra) row.push(fill)
    rows.push(row)
  }
  return rows
}

function batch(value: Value, lineCount: Value, fill: Value): Value[] {
  const rows: Value[] = []
  let row: Value[] = []
  for (const item of iterate(value)) {
    if (equals(row.length, lineCount)) {
      rows.push(row)
      row = []
    }
    row.push(item)
  }
  if (row.length === 0) return rows
  if (fill !== null && compare(row.length, lineCount, '<')) {
    const missing = requireIndex(sub(lineCount, row.length))
    requireFitting(row.length + missing)
    for (let index = 0; index < missing; index++) row.push(fill)
  }
  rows.push(row)
  return rows
}

function sum(call: CallContext, value: Value, attribute: Value, start: Value): Value {
  let items: Iterable<Value> = iterate(value)
  if (attribute !== null) items = [...items].map(attributeGetter(call, attribute))
  if (isStr(start)) throw new PyError('TypeError', "sum() can't sum strings [use ''.join(seq) instead]")
  if (start instanceof PyBytes) throw new PyError('TypeError', "sum() can't sum bytes [use b''.join(seq) instead]")
  let total: Value = start
  for (const item of items) total = add(total, item)
  return total
}

function mappingItems(value: Value): Value[] {
  if (value instanceof Undefined) return []
  if (!(value instanceof Mapping)) throw new PyError('TypeError', 'Can only get item pairs from a mapping.')
  return [...value.entries()].map(([key, item]) => new Tuple([key, item]))
}

function withDefault(value: Value, fallback: Value, boolean: Value): Value {
  if (value instanceof Undefined || (truth(boolean) && !truth(value))) return fallback
  return value
}

const length = define('builtin len(obj, /)', (_call, value) => len(value))
const defaultFilter = define("do_default(value, default_value='', boolean=False)", (_call, value, fallback, boolean) =>
  withDefault(value, fallback, boolean),
)

export const sequenceFilters: Readonly<Record<string, PluginCall>> = {
  batch: define('do_batch(value, linecount, fill_with=None)', (_call, value, count, fill) => batch(value, count, fill)),
  count: length,
  d: defaultFilter,
  default: defaultFilter,
  first: define('sync_do_first(environment, seq)', (call, value) => first(call, value)),
  items: define('do_items(value)', (_call, value) => mappingItems(value)),
  join: define("sync_do_join(eval_ctx, value, d='', attribute=None)", (call, value, separator, attribute) =>
    join(call, value, separator, attribute),
  ),
  last: define('do_last(environment, seq)', (call, value) => last(call, value)),
  length,
  list: define('sync_do_list(value)', (_call, value) => listOf(value)),
  reverse: define('do_reverse(value)', (_call, value) => reverse(value)),
  slice: define('sync_do_slice(value, slices, fill_with=None)', (_call, value, count, fill) =>
    slice(value, count, fill),
  ),
  sum: define('sync_do_sum(environment, iterable, attribute=None, start=0)', (call, value, attribute, start) =>
    sum(call, value, attribute, start),
  ),
}

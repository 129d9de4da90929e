// Jinja2's filters that order or group: sort, dictsort, groupby, min, max, unique. Mirrors jinja2/filters.py (3.1).

import {
  compare,
  Dict,
  equals,
  iterate,
  keyOf,
  listOf,
  PyError,
  requireHashable,
  sortValues,
  Tuple,
  truth,
  type Value,
} from '../../../python/index.js'
import { JinjaRuntimeError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { callMethod, requireIndex } from '../conversions.js'
import { define } from '../signature.js'
import { attributeGetter, ignoreCase, sortKeyGetter } from './attributes.js'
import { unpackPair } from './sequences.js'

/** One group of groupby: a pair that also answers to `.grouper` and `.list`. */
export class GroupTuple extends Tuple {
  override readonly typeName = '_GroupTuple'
  override get typeModule(): string {
    return 'jinja2.filters'
  }
  constructor(
    readonly grouper: Value,
    readonly list: Value[],
  ) {
    super([grouper, list])
  }
  override attribute(name: string): Value | undefined {
    if (name === 'grouper') return this.grouper
    return name === 'list' ? this.list : undefined
  }
  override remade(): never {
    throw new PyError('TypeError', "_GroupTuple.__new__() missing 1 required positional argument: 'list'")
  }
}

function sort(call: CallContext, value: Value, reverse: Value, caseSensitive: Value, attribute: Value): Value[] {
  const key = sortKeyGetter(call, attribute, { ignoreCase: !truth(caseSensitive) })
  const items = listOf(value)
  return sortValues(items, { key, reverse: requireIndex(reverse) !== 0 })
}

function dictSort(value: Value, caseSensitive: Value, by: Value, reverse: Value): Value[] {
  const position = equals(by, 'key') ? 0 : equals(by, 'value') ? 1 : undefined
  if (position === undefined) {
    throw new JinjaRuntimeError('FilterArgumentError', 'You can only sort by either "key" or "value"')
  }
  const sensitive = truth(caseSensitive)
  const key = (item: Value): Value => {
    const part = (item instanceof Tuple && item.items.length === 2 ? item.items : unpackPair(item))[position] as Value
    return sensitive ? part : ignoreCase(part)
  }
  const items =
    value instanceof Dict ? Array.from(value.entries(), pair => new Tuple(pair)) : callMethod(value, 'items')
  return sortValues(iterate(items), { key, reverse: requireIndex(reverse) !== 0 })
}

function groupBy(call: CallContext, value: Value, attribute: Value, fallback: Value, caseSensitive: Value): Value[] {
  const sensitive = truth(caseSensitive)
  const key = attributeGetter(call, attribute, { ignoreCase: !sensitive, default: fallback })
  const groups: { key: Value; items: Value[] }[] = []
  for (const item of sortValues(iterate(value), { key })) {
    const itemKey = key(item)
    const current = groups.at(-1)
    if (current !== undefined && equals(current.key, itemKey)) current.items.push(item)
    else groups.push({ key: itemKey, items: [item] })
  }
  const shown = attributeGetter(call, attribute, { default: fallback })
  return groups.map(group => new GroupTuple(sensitive ? group.key : shown(group.items[0] as Value), group.items))
}

function extreme(call: CallContext, value: Value, operator: '<' | '>', caseSensitive: Value, attribute: Value): Value {
  const key = attributeGetter(call, attribute, { ignoreCase: !truth(caseSensitive) })
  let best: Value | undefined
  let bestKey: Value = null
  for (const item of iterate(value)) {
    const itemKey = key(item)
    if (best === undefined || compare(itemKey, bestKey, operator)) {
      best = item
      bestKey = itemKey
    }
  }
  return best === undefined ? call.undefined({ hint: 'No aggregated item, sequence was empty.' }) : best
}

/** do_unique: first occurrences by hash; TypeError for what has none. */
export function uniqueByHash(call: CallContext, value: Value, caseSensitive: boolean, attribute: Value): Value[] {
  const key = attributeGetter(call, attribute, { ignoreCase: !caseSensitive })
  const seen = new Set<unknown>()
  return listOf(value).filter(item => {
    const canonical = keyOf(requireHashable(key(item)))
    if (seen.has(canonical)) return false
    seen.add(canonical)
    return true
  })
}

export const sortingFilters: Readonly<Record<string, PluginCall>> = {
  dictsort: define(
    "do_dictsort(value, case_sensitive=False, by='key', reverse=False)",
    (_call, value, caseSensitive, by, reverse) => dictSort(value, caseSensitive, by, reverse),
  ),
  groupby: define(
    'sync_do_groupby(environment, value, attribute, default=None, case_sensitive=False)',
    (call, value, attribute, fallback, caseSensitive) => groupBy(call, value, attribute, fallback, caseSensitive),
  ),
  max: define(
    'do_max(environment, value, case_sensitive=False, attribute=None)',
    (call, value, caseSensitive, attribute) => extreme(call, value, '>', caseSensitive, attribute),
  ),
  min: define(
    'do_min(environment, value, case_sensitive=False, attribute=None)',
    (call, value, caseSensitive, attribute) => extreme(call, value, '<', caseSensitive, attribute),
  ),
  sort: define(
    'do_sort(environment, value, reverse=False, case_sensitive=False, attribute=None)',
    (call, value, reverse, caseSensitive, attribute) => sort(call, value, reverse, caseSensitive, attribute),
  ),
}

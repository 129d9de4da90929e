// What `attribute=` means in map, sort, groupby and friends: dotted paths, integer parts, several at once.
// Mirrors jinja2/filters.py make_attrgetter, make_multi_attrgetter.

import { isText, textOf, type Value } from '../../../python/index.js'
import type { CallContext } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { callMethod, isStr } from '../conversions.js'

export type Getter = (item: Value) => Value

export interface GetterOptions {
  /** Texts become lower case, so that comparing ignores case. */
  readonly ignoreCase?: boolean
  /** Stands in for missing attributes; None means there is none. */
  readonly default?: Value
}

export function ignoreCase(value: Value): Value {
  if (typeof value === 'string') return value.toLowerCase()
  return isStr(value) ? callMethod(value, 'lower') : value
}

function pathParts(attribute: Value): Value[] {
  if (attribute === null) return []
  if (!isText(attribute)) return [attribute]
  return textOf(attribute)
    .split('.')
    .map(part => (/^\d+$/.test(part) ? Number(part) : part))
}

/** Reads one dotted attribute of an item; without attribute the item itself. */
export function attributeGetter(call: CallContext, attribute: Value, options: GetterOptions = {}): Getter {
  const parts = pathParts(attribute)
  const fallback = options.default ?? null
  return item => {
    let value = item
    for (const part of parts) {
      value = call.getItem(value, part)
      if (fallback !== null && value instanceof Undefined) value = fallback
    }
    return options.ignoreCase ? ignoreCase(value) : value
  }
}

/** Sort key of an item for `attribute='a,b.c'`: a list when there are several. */
export function sortKeyGetter(call: CallContext, attribute: Value, options: GetterOptions): Getter {
  if (!isText(attribute) || !textOf(attribute).includes(',')) return attributeGetter(call, attribute, options)
  const getters = textOf(attribute)
    .split(',')
    .map(part => attributeGetter(call, part, options))
  return item => getters.map(getter => getter(item))
}

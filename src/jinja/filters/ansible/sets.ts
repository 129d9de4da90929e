// unique, intersect, difference, symmetric_difference, union. Mirrors ansible/plugins/filter/mathstuff.py (2.14).

import {
  add,
  contains,
  iterate,
  keyOf,
  listOf,
  PyError,
  PyFloat,
  PySet,
  requireHashable,
  truth,
  type Value,
} from '../../../python/index.js'
import { FilterError, TemplateError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { isHashableType, messageOf } from '../conversions.js'
import { uniqueByHash } from '../jinja2/sorting.js'
import { define } from '../signature.js'

function unique(call: CallContext, list: Value, caseSensitive: Value, attribute: Value): Value[] {
  const needsJinja = caseSensitive === false || truth(attribute)
  try {
    return uniqueByHash(call, list, truth(caseSensitive), attribute)
  } catch (error) {
    if (!(error instanceof PyError || error instanceof TemplateError)) throw error
    if (needsJinja) {
      const text = "Jinja2's unique filter failed and we cannot fall back to Ansible's version as it does not support"
      throw new FilterError(`${text} the parameters supplied. ${messageOf(error)}`)
    }
  }
  const found: Value[] = []
  for (const item of iterate(list)) if (!contains(found, item)) found.push(item)
  return found
}

/** `item in container`, fast for lists of plain values. */
function membership(container: Value): (item: Value) => boolean {
  const keys = Array.isArray(container) ? plainKeys(container) : undefined
  if (keys === undefined) return item => contains(container, item)
  return item => (isPlain(item) ? keys.has(keyOf(item)) : contains(container, item))
}

function plainKeys(items: readonly Value[]): Set<unknown> | undefined {
  return items.every(isPlain) ? new Set(items.map(keyOf)) : undefined
}

function isPlain(value: Value): boolean {
  if (value === null || typeof value !== 'object') return true
  return value instanceof PyFloat && !Number.isNaN(value.value)
}

/** `set(value)` */
export function toSet(value: Value): PySet {
  const set = new PySet()
  for (const item of iterate(value)) set.add(requireHashable(item))
  return set
}

const bothHashable = (a: Value, b: Value): boolean => isHashableType(a) && isHashableType(b)

function intersect(call: CallContext, a: Value, b: Value): Value {
  if (bothHashable(a, b)) {
    const left = toSet(a)
    const right = toSet(b)
    return new PySet([...left.iterate()].filter(item => right.contains(item)))
  }
  const list = listOf(a)
  return unique(call, list.filter(membership(b)), true, null)
}

function difference(call: CallContext, a: Value, b: Value): Value {
  if (bothHashable(a, b)) {
    const left = toSet(a)
    const right = toSet(b)
    return new PySet([...left.iterate()].filter(item => !right.contains(item)))
  }
  const isIn = membership(b)
  return unique(
    call,
    listOf(a).filter(item => !isIn(item)),
    true,
    null,
  )
}

function union(call: CallContext, a: Value, b: Value): Value {
  if (bothHashable(a, b)) return new PySet([...toSet(a).iterate(), ...toSet(b).iterate()])
  return unique(call, add(a, b), true, null)
}

function symmetricDifference(call: CallContext, a: Value, b: Value): Value {
  if (bothHashable(a, b)) {
    const left = toSet(a)
    const right = toSet(b)
    return new PySet([
      ...[...left.iterate()].filter(item => !right.contains(item)),
      ...[...right.iterate()].filter(item => !left.contains(item)),
    ])
  }
  const isInBoth = membership(intersect(call, a, b))
  return listOf(union(call, a, b)).filter(item => !isInBoth(item))
}

export const setFilters: Readonly<Record<string, PluginCall>> = {
  difference: define('difference(environment, a, b)', difference),
  intersect: define('intersect(environment, a, b)', intersect),
  symmetric_difference: define('symmetric_difference(environment, a, b)', symmetricDifference),
  union: define('union(environment, a, b)', union),
  unique: define('unique(environment, a, case_sensitive=None, attribute=None)', unique),
}

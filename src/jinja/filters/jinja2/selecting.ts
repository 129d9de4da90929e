// map, select, reject, selectattr, rejectattr, attr. Mirrors jinja2/filters.py (3.1) prepare_map, select_or_reject.

import {
  getAttribute,
  iterate,
  type Kwargs,
  PyError,
  repr,
  textOf,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { JinjaRuntimeError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { isStr } from '../conversions.js'
import { define } from '../signature.js'
import { attributeGetter, type Getter } from './attributes.js'

/** Filter and test names must be texts (JinjaPluginIntercept). */
function pluginName(name: Value): string {
  if (isStr(name)) return textOf(name)
  throw new PyError('ValueError', `key must be a string, got ${typeText(name)} instead`)
}

const typeText = (value: Value): string => `<class '${typeName(value)}'>`

function mapper(call: CallContext, args: readonly Value[], kwargs: Kwargs): Getter {
  const attribute = kwargs.get('attribute')
  if (args.length === 0 && attribute !== undefined) {
    for (const name of kwargs.keys()) {
      if (name === 'attribute' || name === 'default') continue
      throw new JinjaRuntimeError('FilterArgumentError', `Unexpected keyword argument ${repr(name)}`)
    }
    return attributeGetter(call, attribute, { default: kwargs.get('default') ?? null })
  }
  const name = args[0]
  if (name === undefined) throw new JinjaRuntimeError('FilterArgumentError', 'map requires a filter argument')
  const rest = args.slice(1)
  return item => call.callFilter(pluginName(name), item, rest, kwargs)
}

function selector(
  call: CallContext,
  args: readonly Value[],
  kwargs: Kwargs,
  byAttribute: boolean,
): (item: Value) => boolean {
  let read: Getter = item => item
  let rest = args
  if (byAttribute) {
    const attribute = args[0]
    if (attribute === undefined) {
      throw new JinjaRuntimeError('FilterArgumentError', 'Missing parameter for attribute name')
    }
    read = attributeGetter(call, attribute)
    rest = args.slice(1)
  }
  const name = rest[0]
  if (name === undefined) return item => truth(read(item))
  const testArgs = rest.slice(1)
  return item => call.callTest(pluginName(name), read(item), [...testArgs], kwargs)
}

function selectFilter(wanted: boolean, byAttribute: boolean): PluginCall {
  return (call, args, kwargs) => {
    const [value, ...rest] = args as [Value, ...Value[]]
    if (!truth(value)) return []
    const isSelected = selector(call, rest, kwargs, byAttribute)
    const chosen: Value[] = []
    for (const item of iterate(value)) if (isSelected(item) === wanted) chosen.push(item)
    return chosen
  }
}

const map: PluginCall = (call, args, kwargs) => {
  const [value, ...rest] = args as [Value, ...Value[]]
  if (!truth(value)) return []
  const compute = mapper(call, rest, kwargs)
  const results: Value[] = []
  for (const item of iterate(value)) results.push(compute(item))
  return results
}

function attribute(call: CallContext, object: Value, name: Value): Value {
  if (!isStr(name)) {
    throw new PyError('TypeError', `attribute name must be string, not '${typeName(name)}'`)
  }
  const found = getAttribute(object, textOf(name))
  return found === undefined ? call.undefined({ object, name: textOf(name) }) : found
}

export const selectingFilters: Readonly<Record<string, PluginCall>> = {
  attr: define('do_attr(environment, obj, name)', (call, object, name) => attribute(call, object, name)),
  map,
  reject: selectFilter(false, false),
  rejectattr: selectFilter(false, true),
  select: selectFilter(true, false),
  selectattr: selectFilter(true, true),
}

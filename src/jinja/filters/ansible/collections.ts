// Ansible's filters on lists and dicts: combine, flatten, subelements, dict2items, items2dict, extract.
// Mirrors ansible/plugins/filter/core.py (2.14) and ansible/utils/vars.py merge_hash.

import { type ListMerge, mergeHash } from '../../../inventory/index.js'
import {
  compare,
  Dict,
  iterate,
  jsonDumps,
  Mapping,
  PyError,
  percentFormat,
  repr,
  requireHashable,
  requireItem,
  sub,
  Tuple,
  textOf,
  toInt,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { FilterError, FilterTypeError, TemplateError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { classText, isListLike, isStr, toText } from '../conversions.js'
import { define } from '../signature.js'

const LIST_MERGES: ReadonlySet<string> = new Set(['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'])

/** merge_hash(low, high): high wins. Nothing but dicts is accepted, lazy mappings neither. */
function merge(low: Value, high: Value, recursive: boolean, listMerge: string): Dict {
  if (!isListMerge(listMerge)) {
    const known = "'replace', 'keep', 'append', 'prepend', 'append_rp' or 'prepend_rp'"
    throw new TemplateError(`merge_hash: 'list_merge' argument can only be equal to ${known}`)
  }
  if (!(low instanceof Dict) || !(high instanceof Dict)) throw notMappings(low, high)
  return mergeHash(low, high, recursive, listMerge)
}

const isListMerge = (name: string): name is ListMerge => LIST_MERGES.has(name)

function notMappings(low: Value, high: Value): TemplateError {
  const shown = [low, high].map(value => {
    try {
      return jsonDumps(value)
    } catch {
      return toText(value)
    }
  })
  const message = `failed to combine variables, expected dicts but got a '${typeName(low)}' and a '${typeName(high)}': \n`
  return new TemplateError(`${message}${shown[0]}\n${shown[1]}`)
}

function flatten(list: Value, levels: Value, skipNulls: Value): Value[] {
  const skip = truth(skipNulls)
  const flat: Value[] = []
  for (const element of iterate(list)) {
    if (skip && isNull(element)) continue
    if (!isListLike(element)) flat.push(element)
    else if (levels === null) for (const item of flatten(element, null, skipNulls)) flat.push(item)
    else if (compare(levels, 1, '>='))
      for (const item of flatten(element, sub(toInt(levels), 1), skipNulls)) flat.push(item)
    else flat.push(element)
  }
  return flat
}

function isNull(value: Value): boolean {
  if (value instanceof Undefined) return value.fail()
  return value === null || (isStr(value) && (textOf(value) === 'None' || textOf(value) === 'null'))
}

function combine(terms: Value[], kwargs: Dict): Value {
  const recursive = kwargs.get('recursive') ?? false
  const listMerge = kwargs.get('list_merge') ?? 'replace'
  for (const name of kwargs.keys()) {
    if (name === 'recursive' || name === 'list_merge') continue
    throw new FilterError("'recursive' and 'list_merge' are the only valid keyword arguments")
  }
  const dictionaries = flatten(terms, 1, true)
  checkDefined(dictionaries)
  if (dictionaries.length <= 1) return dictionaries[0] ?? new Dict()
  let result = dictionaries.at(-1) as Value
  for (const dictionary of dictionaries.slice(0, -1).reverse()) {
    result = merge(dictionary, result, truth(recursive), isStr(listMerge) ? textOf(listMerge) : '')
  }
  return result
}

/** recursive_check_defined; the text it makes needs str() of the undefined value, which fails first. */
function checkDefined(value: Value): void {
  if (value instanceof Undefined) value.fail()
  if (value instanceof Dict) for (const item of value.values()) checkDefined(item)
  else if (Array.isArray(value)) for (const item of value) checkDefined(item)
}

function subelements(object: Value, path: Value, skipMissing: Value): Value[] {
  const elements = object instanceof Dict ? [...object.values()] : object
  if (!Array.isArray(elements)) throw new FilterError('obj must be a list of dicts or a nested dict')
  const keys = Array.isArray(path) ? path : isStr(path) ? textOf(path).split('.') : undefined
  if (keys === undefined) throw new FilterTypeError('subelements must be a list or a string')
  const pairs: Value[] = []
  for (const element of elements) {
    for (const value of subelementsOf(element, keys, truth(skipMissing))) pairs.push(new Tuple([element, value]))
  }
  return pairs
}

function subelementsOf(element: Value, keys: readonly Value[], skipMissing: boolean): Value[] {
  let values = element
  for (const key of keys) {
    try {
      values = requireItem(values, key)
    } catch (error) {
      if (!(error instanceof PyError)) throw error
      if (error.isA('KeyError')) {
        if (skipMissing) return []
        throw new FilterError(`could not find ${repr(key)} key in iterated item ${repr(values)}`)
      }
      if (!error.isA('TypeError')) throw error
      throw new FilterTypeError(`the key ${toText(key)} should point to a dictionary, got '${toText(values)}'`)
    }
  }
  if (Array.isArray(values)) return values
  const last = keys.at(-1)
  if (last === undefined) {
    throw new PyError('TypeError', "cannot access local variable 'subelement' where it is not associated with a value")
  }
  throw new FilterTypeError(`the key ${repr(last)} should point to a list, got ${repr(values)}`)
}

function dictToItems(dict: Value, keyName: Value, valueName: Value): Value[] {
  if (!(dict instanceof Mapping)) {
    throw new FilterTypeError(`dict2items requires a dictionary, got ${classText(dict)} instead.`)
  }
  return [...dict.entries()].map(
    ([key, value]) =>
      new Dict([
        [requireHashable(keyName), key],
        [requireHashable(valueName), value],
      ]),
  )
}

function itemsToDict(list: Value, keyName: Value, valueName: Value): Dict {
  if (!isListLike(list)) throw new FilterTypeError(`items2dict requires a list, got ${classText(list)} instead.`)
  try {
    const dict = new Dict()
    for (const item of iterate(list)) {
      const key = requireItem(item, keyName)
      const value = requireItem(item, valueName)
      dict.set(requireHashable(key), value)
    }
    return dict
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    const shown = toText(list)
    if (error.isA('KeyError')) {
      const names = `'${toText(keyName)}', '${toText(valueName)}'`.replace(', ', ' and ')
      throw new FilterTypeError(
        `items2dict requires each dictionary in the list to contain the keys ${names}, got ${shown} instead.`,
      )
    }
    if (error.isA('TypeError')) {
      throw new FilterTypeError(percentFormat('items2dict requires a list of dictionaries, got %s instead.', list))
    }
    throw error
  }
}

function extract(call: CallContext, item: Value, container: Value, moreKeys: Value): Value {
  const keys = moreKeys === null ? [item] : Array.isArray(moreKeys) ? [item, ...moreKeys] : [item, moreKeys]
  return keys.reduce((value, key) => call.getItem(value, key), container)
}

export const collectionFilters: Readonly<Record<string, PluginCall>> = {
  combine: define('combine(*terms, **kwargs)', (_call, terms, kwargs) => combine(terms as Value[], kwargs as Dict)),
  dict2items: define(
    "dict_to_list_of_dict_key_value_elements(mydict, key_name='key', value_name='value')",
    (_call, dict, keyName, valueName) => dictToItems(dict, keyName, valueName),
  ),
  extract: define('extract(environment, item, container, morekeys=None)', (call, item, container, moreKeys) =>
    extract(call, item, container, moreKeys),
  ),
  flatten: define('flatten(mylist, levels=None, skip_nulls=True)', (_call, list, levels, skipNulls) =>
    flatten(list, levels, skipNulls),
  ),
  items2dict: define(
    "list_of_dict_key_value_elements_to_dict(mylist, key_name='key', value_name='value')",
    (_call, list, keyName, valueName) => itemsToDict(list, keyName, valueName),
  ),
  subelements: define('subelements(obj, subelements, skip_missing=False)', (_call, object, path, skipMissing) =>
    subelements(object, path, skipMissing),
  ),
}

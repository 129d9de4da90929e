// Lookups that only rearrange their terms: items, list, dict, indexed_items, nested, together, random_choice, subelements.
// Mirrors ansible/plugins/lookup (2.14).

import { toBoolean } from '../../config/convert.js'
import {
  Dict,
  isText,
  iterate,
  listOf,
  Mapping,
  PyError,
  Random,
  Tuple,
  textOf,
  type Value,
} from '../../python/index.js'
import { TemplateError, UndefinedVariableError } from '../errors.js'
import { callMethod, isStr, itemsOf, toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { Undefined } from '../undefined.js'

/** LookupBase._flatten: one level. */
export function flattenOnce(terms: Iterable<Value>): Value[] {
  const flat: Value[] = []
  for (const term of terms) {
    const items = itemsOf(term)
    if (items === undefined) flat.push(term)
    else for (const item of items) flat.push(item)
  }
  return flat
}

/** listify_lookup_plugin_terms: templated, and always something to iterate over. */
function listify(call: CallContext, terms: Value): Value {
  const templated = call.templar.template(isText(terms) ? callMethod(terms, 'strip') : terms, { failOnUndefined: true })
  return isText(templated) || !isIterableType(templated) ? [templated] : templated
}

function isIterableType(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false
  if (value instanceof Undefined || Array.isArray(value)) return true
  return value.iterate !== undefined
}

const items: PluginCall = (_call, terms) => flattenOnce(terms)

const list: PluginCall = (_call, terms) => terms

const dict: PluginCall = (_call, terms) =>
  terms.flatMap(term => {
    if (!(term instanceof Mapping)) throw new TemplateError('with_dict expects a dict')
    return [...term.keys()].map(key => Dict.of({ key, value: term.get(key) as Value }))
  })

const indexedItems: PluginCall = (_call, terms) => flattenOnce(terms).map((item, index) => new Tuple([index, item]))

function nestedTerms(call: CallContext, terms: readonly Value[]): Value[] {
  return terms.map(term => {
    try {
      return listify(call, term)
    } catch (error) {
      if (!(error instanceof UndefinedVariableError) || error.pyType !== 'UndefinedError') throw error
      throw new UndefinedVariableError(`One of the nested variables was undefined. The error was: ${error.message}`)
    }
  })
}

const nested: PluginCall = (call, terms) => {
  const lists = nestedTerms(call, terms)
  const [first, ...rest] = lists
  if (first === undefined) throw new TemplateError('with_nested requires at least one element in the nested list')
  let rows: Value[] = listOf(first)
  for (const more of rest) rows = rows.flatMap(row => listOf(more).map(item => flattenOnce([row, item])))
  return rows.map(row => flattenOnce(iterate(row)))
}

const together: PluginCall = (call, terms) => {
  const lists = terms.map(term => [...iterate(listify(call, term))])
  if (lists.length === 0) throw new TemplateError('with_together requires at least one element in each list')
  const longest = Math.max(...lists.map(items => items.length))
  return Array.from({ length: longest }, (_unused, row) => flattenOnce(lists.map(items => items[row] ?? null)))
}

const randomChoice: PluginCall = (call, terms) => {
  if (terms.length === 0) return terms
  call.markVolatile()
  return [new Random().choice(terms)]
}

const EXPECTS = 'subelements lookup expects a list of two or three items, '

const subelements: PluginCall = (call, terms) => {
  if (terms.length === 0) throw new PyError('IndexError', 'list index out of range')
  const collection = listify(call, terms[0] as Value)
  if (terms.length < 2 || terms.length > 3) throw new TemplateError(EXPECTS)
  const path = terms[1] as Value
  if (!(Array.isArray(collection) || collection instanceof Dict) || !isStr(path)) {
    throw new TemplateError(`${EXPECTS}first a dict or a list, second a string pointing to the subkey`)
  }
  if (collection instanceof Dict && isSkipped(collection)) return []
  const flags = terms[2] ?? new Dict()
  const pairs: Value[] = []
  for (const element of Array.isArray(collection) ? collection : collection.values()) {
    if (!(element instanceof Dict)) {
      throw new TemplateError(`subelements lookup expects a dictionary, got '${toText(element)}'`)
    }
    if (isSkipped(element)) continue
    const { rest, items } = takeSubelements(element, textOf(path).split('.'), skipMissing(flags))
    for (const item of items) pairs.push(new Tuple([rest, item]))
  }
  return pairs
}

const isSkipped = (value: Dict): boolean => (value.get('skipped') ?? false) !== false

function skipMissing(flags: Value): boolean {
  if (flags instanceof Dict) return toBoolean(flags.get('skip_missing') ?? false, false)
  const keys = listOf(flags)
  if (keys.some(key => !isStr(key) || textOf(key) !== 'skip_missing')) {
    throw new TemplateError(`${EXPECTS}the optional third item must be a dict with flags skip_missing`)
  }
  throw new PyError('AttributeError', "'list' object has no attribute 'get'")
}

/** The list below a path of keys, and the element without it (Ansible pops it off). */
function takeSubelements(element: Dict, keys: readonly string[], skip: boolean): { rest: Dict; items: Value[] } {
  const rest = element.copy()
  let level = rest
  let isLast = false
  let items: Value[] = []
  for (const key of keys) {
    if (key === keys.at(-1)) isLast = true
    const value = level.get(key)
    if (value === undefined) {
      if (skip) continue
      throw new TemplateError(`could not find '${key}' key in iterated item '${toText(level)}'`)
    }
    if (isLast) {
      if (!Array.isArray(value)) {
        throw new TemplateError(`the key ${key} should point to a list, got '${toText(value)}'`)
      }
      items = value
      level.delete(key)
    } else if (value instanceof Dict) {
      const copy = value.copy()
      level.set(key, copy)
      level = copy
    } else if (!skip) {
      throw new TemplateError(`the key ${key} should point to a dictionary, got '${toText(value)}'`)
    }
  }
  return { rest, items }
}

export const listLookups: Readonly<Record<string, PluginCall>> = {
  dict,
  indexed_items: indexedItems,
  items,
  list,
  nested,
  random_choice: randomChoice,
  subelements,
  together,
}

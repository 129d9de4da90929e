// The methods of list, tuple, dict and set. Those that change the object do so in place, as in Python.

import { type Method, type MethodTable, noArguments, oneArgument, positional, variadic } from './callable.js'
import { callValue } from './calls.js'
import { iterate, listOf, truth } from './containers.js'
import { requireHashable, sameItem } from './equality.js'
import { requireFitting } from './limits.js'
import { intOf } from './numbers.js'
import { compare, sortValues } from './ordering.js'
import { PyError } from './py-error.js'
import { repr, typeName } from './repr.js'
import { combineSets, DictView } from './sequences.js'
import { clampRange } from './text.js'
import { type BinaryOperator, Dict, type Kwargs, Mapping, PyObject, PySet, Tuple, type Value } from './values.js'

function index(value: Value): number {
  const number = intOf(value)
  if (number === undefined)
    throw new PyError('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  return Number(number)
}

function indexOf(items: readonly Value[], args: readonly Value[], notFound: (wanted: Value) => string): number {
  const wanted = args[0] as Value
  const bound = (value: Value | undefined, fallback: number): number => (value === undefined ? fallback : index(value))
  const [from, to] = clampRange(items.length, bound(args[1], 0), bound(args[2], items.length))
  for (let at = from; at < to && at < items.length; at++) if (sameItem(items[at] as Value, wanted)) return at
  throw new PyError('ValueError', notFound(wanted))
}

function extendList(self: Value[], items: Value): null {
  const more = listOf(items)
  requireFitting(self.length + more.length)
  for (const item of more) self.push(item)
  return null
}

const countOf = (items: readonly Value[], wanted: Value): number => items.filter(item => sameItem(item, wanted)).length

function pop(self: Value[], [at]: Value[]): Value {
  if (self.length === 0) throw new PyError('IndexError', 'pop from empty list')
  const position = at === undefined ? self.length - 1 : index(at)
  const absolute = position < 0 ? position + self.length : position
  if (absolute < 0 || absolute >= self.length) throw new PyError('IndexError', 'pop index out of range')
  return self.splice(absolute, 1)[0] as Value
}

function insert(self: Value[], [at, item]: Value[]): null {
  const [position] = clampRange(self.length, index(at as Value), self.length)
  self.splice(position, 0, item as Value)
  return null
}

function remove(self: Value[], wanted: Value): null {
  const at = self.findIndex(item => sameItem(item, wanted))
  if (at < 0) throw new PyError('ValueError', 'list.remove(x): x not in list')
  self.splice(at, 1)
  return null
}

/** `key` and `reverse` of list.sort and sorted. */
function sortInPlace(self: Value[], args: readonly Value[], kwargs: Kwargs): null {
  if (args.length > 0) throw new PyError('TypeError', 'sort() takes no positional arguments')
  for (const name of kwargs.keys())
    if (name !== 'key' && name !== 'reverse')
      throw new PyError('TypeError', `'${name}' is an invalid keyword argument for sort()`)
  const key = kwargs.get('key') ?? null
  const reverse = truth(kwargs.get('reverse') ?? false)
  const sorted =
    key === null ? sortValues(self, { reverse }) : sortValues(self, { reverse, key: item => callValue(key, [item]) })
  sorted.forEach((item, at) => {
    self[at] = item
  })
  return null
}

/** Methods that only change the object give None. */
const doing =
  <Self>(change: (self: Self) => void) =>
  (self: Self): null => {
    change(self)
    return null
  }
const doingWith =
  <Self>(change: (self: Self, item: Value) => void) =>
  (self: Self, item: Value): null => {
    change(self, item)
    return null
  }

export const LIST_METHODS: MethodTable<Value[]> = new Map<string, Method<Value[]>>([
  ['append', oneArgument(doingWith((self, item) => requireFitting(self.push(item))))],
  ['extend', oneArgument(extendList)],
  ['insert', positional(2, 2, insert)],
  ['pop', positional(0, 1, pop)],
  ['remove', oneArgument(remove)],
  ['clear', noArguments(doing(self => self.splice(0)))],
  ['copy', noArguments(self => self.slice())],
  ['reverse', noArguments(doing(self => self.reverse()))],
  ['sort', variadic(sortInPlace)],
  ['count', oneArgument(countOf)],
  ['index', positional(1, 3, (self, args) => indexOf(self, args, wanted => `${repr(wanted)} is not in list`))],
])

export const TUPLE_METHODS: MethodTable<Tuple> = new Map<string, Method<Tuple>>([
  ['count', oneArgument((self, wanted) => countOf(self.items, wanted))],
  ['index', positional(1, 3, (self, args) => indexOf(self.items, args, () => 'tuple.index(x): x not in tuple'))],
])

function itemOr(mapping: Mapping, key: Value, fallback: Value): Value {
  const value = mapping.get(requireHashable(key))
  return value === undefined ? fallback : value
}

/** What every mapping has, lazy views included. */
export const MAPPING_METHODS: MethodTable<Mapping> = new Map<string, Method<Mapping>>([
  ['get', positional(1, 2, (self, [key, fallback = null]) => itemOr(self, key as Value, fallback))],
  ['keys', noArguments(self => new DictView(self, 'keys'))],
  ['values', noArguments(self => new DictView(self, 'values'))],
  ['items', noArguments(self => new DictView(self, 'items'))],
])

function dictPop(self: Dict, [key, fallback]: Value[]): Value {
  const value = self.get(requireHashable(key as Value))
  if (value === undefined) {
    if (fallback !== undefined) return fallback
    throw new PyError('KeyError', repr(key as Value))
  }
  self.delete(key as Value)
  return value
}

function popItem(self: Dict): Value {
  const last = Array.from(self.keys()).at(-1)
  if (last === undefined) throw new PyError('KeyError', "'popitem(): dictionary is empty'")
  const value = self.get(last) as Value
  self.delete(last)
  return new Tuple([last, value])
}

/** dict.update and dict(...): from a mapping or from pairs, then keywords. */
export function updateDict(self: Dict, args: readonly Value[], kwargs: Kwargs, name = 'update'): null {
  if (args.length > 1) throw new PyError('TypeError', `${name} expected at most 1 argument, got ${args.length}`)
  const source = args[0]
  // Whatever else has attributes is asked for its keys, and an undefined value fails there.
  if (source instanceof PyObject && !(source instanceof Mapping)) source.attribute?.('keys')
  if (source instanceof Mapping) self.update(source)
  else if (source !== undefined) for (const [key, value] of pairsOf(source)) self.set(requireHashable(key), value)
  for (const [key, value] of kwargs) self.set(key, value)
  return null
}

function* pairsOf(source: Value): Iterable<[Value, Value]> {
  let at = 0
  for (const pair of iterate(source)) {
    let items: Value[]
    try {
      items = listOf(pair)
    } catch {
      throw new PyError('TypeError', `cannot convert dictionary update sequence element #${at} to a sequence`)
    }
    if (items.length !== 2)
      throw new PyError(
        'ValueError',
        `dictionary update sequence element #${at} has length ${items.length}; 2 is required`,
      )
    yield [items[0] as Value, items[1] as Value]
    at++
  }
}

function setDefault(self: Dict, [key, fallback]: Value[]): Value {
  const present = self.get(requireHashable(key as Value))
  if (present !== undefined) return present
  self.set(key as Value, fallback ?? null)
  return fallback ?? null
}

function fromKeys([keys, value]: Value[]): Dict {
  const dict = new Dict()
  for (const key of iterate(keys as Value)) dict.set(requireHashable(key), value ?? null)
  return dict
}

export const DICT_METHODS: MethodTable<Dict> = new Map<string, Method<Dict>>([
  ['pop', positional(1, 2, dictPop)],
  ['popitem', noArguments(popItem)],
  ['update', variadic((self, args, kwargs) => updateDict(self, args, kwargs))],
  ['setdefault', positional(1, 2, setDefault)],
  ['clear', noArguments(doing(self => self.clear()))],
  ['copy', noArguments(self => self.copy())],
  ['fromkeys', positional(1, 2, (_, args) => fromKeys(args))],
])

const setOf = (value: Value): PySet => {
  if (value instanceof PySet) return value
  const set = new PySet()
  for (const item of iterate(value)) set.add(requireHashable(item))
  return set
}

function folding(operator: BinaryOperator): Method<PySet> {
  return variadic((self, args) =>
    args.map(setOf).reduce((left, right) => combineSets(operator, left, right) as PySet, new PySet(self.iterate())),
  )
}

function setRemove(self: PySet, item: Value): null {
  if (!self.delete(requireHashable(item))) throw new PyError('KeyError', repr(item))
  return null
}

function setPop(self: PySet): Value {
  for (const item of self.iterate()) {
    self.delete(item)
    return item
  }
  throw new PyError('KeyError', "'pop from an empty set'")
}

function clearSet(self: PySet): void {
  for (const item of Array.from(self.iterate())) self.delete(item)
}

function updateSet(self: PySet, others: readonly Value[]): null {
  for (const other of others) for (const item of listOf(other)) self.add(requireHashable(item))
  return null
}

export const SET_METHODS: MethodTable<PySet> = new Map<string, Method<PySet>>([
  ['union', folding('|')],
  ['intersection', folding('&')],
  ['difference', folding('-')],
  ['symmetric_difference', oneArgument((self, other) => combineSets('^', self, setOf(other)) as PySet)],
  ['issubset', oneArgument((self, other) => compare(self, setOf(other), '<='))],
  ['issuperset', oneArgument((self, other) => compare(self, setOf(other), '>='))],
  ['isdisjoint', oneArgument((self, other) => (combineSets('&', self, setOf(other)) as PySet).size === 0)],
  ['copy', noArguments(self => new PySet(self.iterate()))],
  ['add', oneArgument(doingWith((self, item) => self.add(requireHashable(item))))],
  ['discard', oneArgument(doingWith((self, item) => self.delete(requireHashable(item))))],
  ['remove', oneArgument(setRemove)],
  ['pop', noArguments(setPop)],
  ['clear', noArguments(doing(clearSet))],
  ['update', variadic((self, args) => updateSet(self, args))],
])

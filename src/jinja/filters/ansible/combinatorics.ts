// product, permutations, combinations, zip, zip_longest: Python's itertools, unrolled into lists of tuples.

import { isInt, type Kwargs, listOf, PyError, requireFitting, Tuple, type Value } from '../../../python/index.js'
import type { PluginCall } from '../../plugin.js'
import { tick } from '../../runtime/deadline.js'
import { requireIndex } from '../conversions.js'

function product(pools: readonly (readonly Value[])[]): Value[] {
  requireFitting(pools.reduce((count, pool) => count * pool.length, pools.length))
  let rows: Value[][] = [[]]
  for (const pool of pools) rows = rows.flatMap(row => extended(row, pool))
  return rows.map(row => new Tuple(row))
}

function extended(row: readonly Value[], pool: readonly Value[]): Value[][] {
  return pool.map(item => {
    tick()
    return [...row, item]
  })
}

const productFilter: PluginCall = (_call, args, kwargs) => {
  const repeat = onlyKeyword('product', kwargs, 'repeat')
  const count = repeat === undefined ? 1 : requireIndex(repeat)
  if (count < 0) throw new PyError('ValueError', 'repeat argument cannot be negative')
  const pools = args.map(listOf)
  return product(Array.from({ length: count }, () => pools).flat())
}

function onlyKeyword(name: string, kwargs: Kwargs, known: string): Value | undefined {
  for (const key of kwargs.keys()) {
    if (key !== known) throw new PyError('TypeError', `'${key}' is an invalid keyword argument for ${name}()`)
  }
  return kwargs.get(known)
}

function permutations(items: readonly Value[], size: number): Value[] {
  const found: Value[] = []
  const used = items.map(() => false)
  const row: Value[] = []
  const extend = (): void => {
    tick()
    if (row.length === size) {
      requireFitting(found.push(new Tuple([...row])) * size)
      return
    }
    items.forEach((item, index) => {
      if (used[index]) return
      used[index] = true
      row.push(item)
      extend()
      row.pop()
      used[index] = false
    })
  }
  if (size <= items.length) extend()
  return found
}

function combinations(items: readonly Value[], size: number): Value[] {
  const found: Value[] = []
  const row: Value[] = []
  const extend = (from: number): void => {
    tick()
    if (row.length === size) {
      requireFitting(found.push(new Tuple([...row])) * size)
      return
    }
    for (let index = from; index <= items.length - (size - row.length); index++) {
      row.push(items[index] as Value)
      extend(index + 1)
      row.pop()
    }
  }
  if (size <= items.length) extend(0)
  return found
}

/** The number of items to take; itertools checks it. */
function sizeOf(value: Value): number {
  const size = requireIndex(value)
  if (size < 0) throw new PyError('ValueError', 'r must be non-negative')
  return size
}

/** (iterable, r) of a function written in C. */
function itertoolsArguments(name: string, args: readonly Value[], kwargs: Kwargs): [Value, Value | undefined] {
  const given = args.length + kwargs.size
  if (given > 2) throw new PyError('TypeError', `${name}() takes at most 2 arguments (${given} given)`)
  const named = onlyKeyword(name, kwargs, 'r')
  return [args[0] as Value, args.length > 1 ? args[1] : named]
}

const zip: PluginCall = (_call, args, kwargs) => {
  const isStrict = onlyKeyword('zip', kwargs, 'strict') === true
  const lists = args.map(listOf)
  const shortest = lists.length === 0 ? 0 : Math.min(...lists.map(list => list.length))
  if (isStrict) checkStrict(lists)
  return Array.from({ length: shortest }, (_unused, row) => new Tuple(lists.map(list => list[row] as Value)))
}

function checkStrict(lists: readonly Value[][]): void {
  const length = lists[0]?.length ?? 0
  const odd = lists.findIndex(list => list.length !== length)
  if (odd < 0) return
  const relation = (lists[odd]?.length ?? 0) < length ? 'shorter' : 'longer'
  const others = odd === 1 ? 'argument 1' : `arguments 1-${odd}`
  throw new PyError('ValueError', `zip() argument ${odd + 1} is ${relation} than ${others}`)
}

const zipLongest: PluginCall = (_call, args, kwargs) => {
  if ([...kwargs.keys()].some(key => key !== 'fillvalue'))
    throw new PyError('TypeError', 'zip_longest() got an unexpected keyword argument')
  const fill = kwargs.get('fillvalue') ?? null
  const lists = args.map(listOf)
  const longest = Math.max(0, ...lists.map(list => list.length))
  return Array.from(
    { length: longest },
    (_unused, row) => new Tuple(lists.map(list => (row < list.length ? (list[row] as Value) : fill))),
  )
}

export const combinatoricFilters: Readonly<Record<string, PluginCall>> = {
  combinations: (_call, args, kwargs) => {
    const [items, r] = itertoolsArguments('combinations', args, kwargs)
    if (r === undefined) throw new PyError('TypeError', "combinations() missing required argument 'r' (pos 2)")
    return combinations(listOf(items), sizeOf(r))
  },
  permutations: (_call, args, kwargs) => {
    const [items, r = null] = itertoolsArguments('permutations', args, kwargs)
    const list = listOf(items)
    if (r !== null && !isInt(r) && typeof r !== 'boolean') throw new PyError('TypeError', 'Expected int as r')
    return permutations(list, r === null ? list.length : sizeOf(r))
  },
  product: productFilter,
  zip,
  zip_longest: zipLongest,
}

// product, permutations, combinations, zip, zip_longest: Python's itertools, unrolled into lists of tuples.

import { isInt, type Kwargs, listOf, PyError, Tuple, type Value } from '../../../python/index.js'
import type { PluginCall } from '../../plugin.js'
import { requireIndex } from '../conversions.js'
import { define } from '../signature.js'

function product(pools: readonly (readonly Value[])[]): Value[] {
  let rows: Value[][] = [[]]
  for (const pool of pools) rows = rows.flatMap(row => pool.map(item => [...row, item]))
  return rows.map(row => new Tuple(row))
}

const productFilter: PluginCall = (_call, args, kwargs) => {
  const repeat = onlyKeyword('product', kwargs, 'repeat') ?? 1
  const count = requireIndex(repeat)
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
    if (row.length === size) {
      found.push(new Tuple([...row]))
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
    if (row.length === size) {
      found.push(new Tuple([...row]))
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

function sizeArgument(value: Value): number {
  if (!isInt(value) && typeof value !== 'boolean') throw new PyError('TypeError', 'Expected int as r')
  const size = Number(value)
  if (size < 0) throw new PyError('ValueError', 'r must be non-negative')
  return size
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
  const fill = onlyKeyword('zip_longest', kwargs, 'fillvalue') ?? null
  const lists = args.map(listOf)
  const longest = Math.max(0, ...lists.map(list => list.length))
  return Array.from(
    { length: longest },
    (_unused, row) => new Tuple(lists.map(list => (row < list.length ? (list[row] as Value) : fill))),
  )
}

export const combinatoricFilters: Readonly<Record<string, PluginCall>> = {
  combinations: define('combinations(iterable, r)', (_call, items, r) => combinations(listOf(items), sizeArgument(r))),
  permutations: define('permutations(iterable, r=None)', (_call, items, r) => {
    const list = listOf(items)
    return permutations(list, r === null ? list.length : sizeArgument(r))
  }),
  product: productFilter,
  zip,
  zip_longest: zipLongest,
}

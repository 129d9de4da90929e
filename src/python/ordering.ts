// <, <=, >, >= between values, and sorted(): TypeError between types that have no order, in CPython's words.

import { equals, firstDifference } from './equality.js'
import { PyError } from './py-error.js'
import { typeLabel } from './repr.js'
import { compareText } from './text.js'
import {
  isSequence,
  isText,
  PyBytes,
  PyDate,
  PyDateTime,
  PyFloat,
  PyObject,
  PySet,
  type Tuple,
  textOf,
  type Value,
} from './values.js'

export type OrderOperator = '<' | '<=' | '>' | '>='
export type CompareOperator = '==' | '!=' | OrderOperator

/** `a operator b`; TypeError "'<' not supported between instances of 'str' and 'int'". */
export function compare(a: Value, b: Value, operator: CompareOperator): boolean {
  if (operator === '==') return equals(a, b)
  if (operator === '!=') return !equals(a, b)
  if (typeof a === 'number' && typeof b === 'number') return holds(a, b, operator)
  if (typeof a === 'string' && typeof b === 'string') return holds(compareText(a, b), 0, operator)
  const left = orderedNumber(a)
  if (left !== undefined) {
    const right = orderedNumber(b)
    if (right !== undefined) return holds(left, right, operator)
  }
  const result = compareObjects(a, b, operator)
  if (result !== undefined) return result
  throw new PyError(
    'TypeError',
    `'${operator}' not supported between instances of '${typeLabel(a)}' and '${typeLabel(b)}'`,
  )
}

/** JavaScript compares number and bigint exactly, as Python does float and int. */
function holds(a: number | bigint, b: number | bigint, operator: OrderOperator): boolean {
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

function orderedNumber(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof PyFloat ? value.value : undefined
}

const REFLECTED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

function compareObjects(a: Value, b: Value, operator: OrderOperator): boolean | undefined {
  if (a instanceof PyObject && a.order !== undefined) {
    const result = a.order(operator, b)
    if (result !== undefined) return result
  }
  if (b instanceof PyObject && b.order !== undefined) {
    const result = b.order(REFLECTED[operator], a)
    if (result !== undefined) return result
  }
  if (isText(a)) return isText(b) ? holds(compareText(textOf(a), textOf(b)), 0, operator) : undefined
  if (isSequence(a))
    return isSequence(b) && Array.isArray(a) === Array.isArray(b) ? compareSequences(a, b, operator) : undefined
  if (a instanceof PySet) return b instanceof PySet ? compareSets(a, b, operator) : undefined
  if (a instanceof PyBytes)
    return b instanceof PyBytes ? holds(Buffer.compare(a.value, b.value), 0, operator) : undefined
  return compareDates(a, b, operator)
}

const itemsOf = (value: Value[] | Tuple): readonly Value[] => (Array.isArray(value) ? value : value.items)

function compareSequences(a: Value[] | Tuple, b: Value[] | Tuple, operator: OrderOperator): boolean {
  const left = itemsOf(a)
  const right = itemsOf(b)
  const index = firstDifference(left, right)
  if (index < left.length && index < right.length) return compare(left[index] as Value, right[index] as Value, operator)
  return holds(left.length, right.length, operator)
}

function compareSets(a: PySet, b: PySet, operator: OrderOperator): boolean {
  const [small, large] = operator === '<' || operator === '<=' ? [a, b] : [b, a]
  if (small.size > large.size) return false
  if ((operator === '<' || operator === '>') && small.size === large.size) return false
  for (const item of small.iterate()) if (!large.contains(item)) return false
  return true
}

function compareDates(a: Value, b: Value, operator: OrderOperator): boolean | undefined {
  if (a instanceof PyDateTime && b instanceof PyDateTime) {
    if ((a.offsetSeconds === undefined) !== (b.offsetSeconds === undefined))
      throw new PyError('TypeError', "can't compare offset-naive and offset-aware datetimes")
    return holds(a.epochMicroseconds, b.epochMicroseconds, operator)
  }
  if (a instanceof PyDate && b instanceof PyDate)
    return holds(a.year * 10000 + a.month * 100 + a.day, b.year * 10000 + b.month * 100 + b.day, operator)
  if ((a instanceof PyDate && b instanceof PyDateTime) || (a instanceof PyDateTime && b instanceof PyDate))
    throw new PyError('TypeError', `can't compare ${typeLabel(a)} to ${typeLabel(b)}`)
  return undefined
}

export interface SortOptions {
  readonly key?: (value: Value) => Value
  readonly reverse?: boolean
}

/** sorted(): stable; asks `<` alone, in the order that list.sort asks it for short lists. */
export function sortValues(items: Iterable<Value>, options: SortOptions = {}): Value[] {
  const values = Array.isArray(items) ? (items as Value[]) : Array.from(items)
  const keys = options.key === undefined ? values : values.map(options.key)
  const order = sortedOrder(keys, options.reverse === true)
  return order.map(index => values[index] as Value)
}

function sortedOrder(keys: readonly Value[], reverse: boolean): number[] {
  const order = keys.map((_, index) => index)
  // CPython reverses before and after, which keeps equal items in their order.
  if (reverse) order.reverse()
  if (keys.every(key => typeof key === 'string')) sortByText(order, keys as readonly string[])
  else if (order.length < 64) insertionSort(order, (a, b) => compare(keys[a] as Value, keys[b] as Value, '<'))
  else order.sort((a, b) => orderOf(keys[a] as Value, keys[b] as Value))
  return reverse ? order.reverse() : order
}

const orderOf = (a: Value, b: Value): number => (compare(a, b, '<') ? -1 : compare(b, a, '<') ? 1 : 0)

/** Comparing texts cannot fail, so nobody sees in which order they are asked. */
function sortByText(order: number[], keys: readonly string[]): void {
  if (order.length > 16) {
    order.sort((a, b) => compareText(keys[a] as string, keys[b] as string))
    return
  }
  for (let sorted = 1; sorted < order.length; sorted++) {
    const pivot = order[sorted] as number
    let at = sorted
    for (; at > 0 && compareText(keys[pivot] as string, keys[order[at - 1] as number] as string) < 0; at--)
      order[at] = order[at - 1] as number
    order[at] = pivot
  }
}

/** A run at the head, then binary insertion: what list.sort does below 64 items (listobject.c). */
function insertionSort(order: number[], less: (a: number, b: number) => boolean): void {
  let sorted = countRun(order, less)
  for (; sorted < order.length; sorted++) {
    const pivot = order[sorted] as number
    let low = 0
    let high = sorted
    while (low < high) {
      const middle = (low + high) >> 1
      if (less(pivot, order[middle] as number)) high = middle
      else low = middle + 1
    }
    order.copyWithin(low + 1, low, sorted)
    order[low] = pivot
  }
}

function countRun(order: number[], less: (a: number, b: number) => boolean): number {
  if (order.length < 2) return order.length
  const at = (index: number): number => order[index] as number
  let end = 2
  if (less(at(1), at(0))) {
    while (end < order.length && less(at(end), at(end - 1))) end++
    for (const [index, from] of order.slice(0, end).reverse().entries()) order[index] = from
  } else while (end < order.length && !less(at(end), at(end - 1))) end++
  return end
}

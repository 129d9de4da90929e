// The sequence-like objects that templates meet besides list, tuple and dict: slice, range, views, generators.

import { equals } from './equality.js'
import { requireFitting } from './limits.js'
import { step } from './progress.js'
import { PyError } from './py-error.js'
import { repr, typeName } from './repr.js'
import { type BinaryOperator, type Mapping, PyFloat, PyObject, PySet, Tuple, type Value } from './values.js'

/** A slice object: what stands between brackets in `x[1:2]`. */
export class PySlice extends PyObject {
  readonly typeName = 'slice'
  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {
    super()
  }
  override repr(): string {
    return `slice(${repr(this.start)}, ${repr(this.stop)}, ${repr(this.step)})`
  }
}

/** Indices that a slice picks from a sequence of this length: `count` of them, from `start` by `step`. */
export interface SliceIndices {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** PySlice_Unpack and PySlice_AdjustIndices; TypeError and ValueError as Python. */
export function sliceIndices(length: number, start: Value, stop: Value, step: Value): SliceIndices {
  const by = step === null ? 1 : sliceNumber(step)
  if (by === 0) throw new PyError('ValueError', 'slice step cannot be zero')
  const from = start === null ? (by < 0 ? length - 1 : 0) : clampIndex(sliceNumber(start), length, by)
  const to = stop === null ? (by < 0 ? -1 : length) : clampIndex(sliceNumber(stop), length, by)
  const span = by < 0 ? from - to : to - from
  return { start: from, step: by, count: span > 0 ? Math.floor((span - 1) / Math.abs(by)) + 1 : 0 }
}

function clampIndex(index: number, length: number, step: number): number {
  if (index < 0) {
    const fromEnd = index + length
    return fromEnd < 0 ? (step < 0 ? -1 : 0) : fromEnd
  }
  return index >= length ? (step < 0 ? length - 1 : length) : index
}

function sliceNumber(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return value < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER
  if (value instanceof PyObject) value.unary?.('index')
  throw new PyError('TypeError', 'slice indices must be integers or None or have an __index__ method')
}

/** `items[start:stop:step]` of any array-like thing. */
export function pick<T>(items: readonly T[], indices: SliceIndices): T[] {
  if (indices.step === 1) return items.slice(indices.start, indices.start + indices.count)
  return Array.from({ length: indices.count }, (_, index) => items[indices.start + index * indices.step] as T)
}

/** range(start, stop, step) */
export class PyRange extends PyObject {
  readonly typeName = 'range'
  readonly #length: number
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step = 1,
  ) {
    super()
    if (step === 0) throw new PyError('ValueError', 'range() arg 3 must not be zero')
    this.#length = Math.max(0, Math.ceil((stop - start) / step))
  }
  override length(): number {
    return this.#length
  }
  override truth(): boolean {
    return this.#length > 0
  }
  override repr(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1 ? '' : `, ${this.step}`})`
  }
  /** For who keeps the items: MemoryError for too many. */
  override *iterate(): Iterable<Value> {
    for (let index = 0; index < this.#length; index++) {
      requireFitting(index)
      step()
      yield this.start + index * this.step
    }
  }
  /** For a loop that looks at one after the other. */
  *each(): Iterable<Value> {
    for (let index = 0; index < this.#length; index++) yield this.start + index * this.step
  }
  override contains(item: Value): boolean {
    const number = typeof item === 'boolean' ? Number(item) : item instanceof PyFloat ? item.value : item
    if (typeof number !== 'number' || this.#length === 0) return false
    const steps = (number - this.start) / this.step
    return Number.isInteger(steps) && steps >= 0 && steps < this.#length
  }
  override equals(other: Value): boolean {
    if (!(other instanceof PyRange) || other.#length !== this.#length) return false
    return this.#length === 0 || (this.start === other.start && (this.#length === 1 || this.step === other.step))
  }
  /** Item at an index that may be negative; undefined out of range. */
  at(index: number): number | undefined {
    const position = index < 0 ? index + this.#length : index
    return position < 0 || position >= this.#length ? undefined : this.start + position * this.step
  }
  slice(start: Value, stop: Value, step: Value): PyRange {
    const indices = sliceIndices(this.#length, start, stop, step)
    const by = this.step * indices.step
    const first = this.start + indices.start * this.step
    // The stop that CPython computes from the slice's own stop; only repr shows it.
    return new PyRange(first, this.start + this.#sliceStop(stop, indices) * this.step, by)
  }
  #sliceStop(stop: Value, indices: SliceIndices): number {
    if (stop === null) return indices.step < 0 ? -1 : this.#length
    return clampIndex(sliceNumber(stop), this.#length, indices.step)
  }
  override attribute(name: string): Value | undefined {
    return name === 'start' || name === 'stop' || name === 'step' ? this[name] : undefined
  }
}

/** A one-shot iterator: a generator, map, zip, dict_keyiterator…. */
export class PyIterator extends PyObject {
  readonly #items: Iterator<Value>
  constructor(
    items: Iterable<Value>,
    readonly typeName: string = 'generator',
  ) {
    super()
    this.#items = items[Symbol.iterator]()
  }
  /** The next item, undefined at the end. */
  next(): Value | undefined {
    const result = this.#items.next()
    return result.done === true ? undefined : result.value
  }
  override *iterate(): Iterable<Value> {
    for (let item = this.next(); item !== undefined; item = this.next()) yield item
  }
  override contains(item: Value): boolean {
    for (const candidate of this.iterate()) if (candidate === item || equals(candidate, item)) return true
    return false
  }
  override truth(): boolean {
    return true
  }
  override repr(): string {
    return this.typeName === 'generator' ? '<generator object at 0x0>' : `<${this.typeName} object at 0x0>`
  }
}

export type DictViewKind = 'keys' | 'values' | 'items'

function* pairsOf(dict: Mapping): Iterable<Value> {
  for (const entry of dict.entries()) yield new Tuple(entry)
}

/** dict.keys(), values() and items(): live views on a mapping. */
export class DictView extends PyObject {
  readonly typeName: string
  constructor(
    private readonly dict: Mapping,
    readonly kind: DictViewKind,
  ) {
    super()
    this.typeName = `dict_${kind}`
  }
  override length(): number {
    return this.dict.size
  }
  override truth(): boolean {
    return this.dict.size > 0
  }
  override iterate(): Iterable<Value> {
    if (this.kind === 'keys') return this.dict.keys()
    return this.kind === 'values' ? this.dict.values() : pairsOf(this.dict)
  }
  override contains(item: Value): boolean {
    if (this.kind === 'keys') return this.dict.has(item)
    for (const candidate of this.iterate()) if (equals(candidate, item)) return true
    return false
  }
  override repr(): string {
    return `${this.typeName}(${repr(Array.from(this.iterate()))})`
  }
  override equals(other: Value): boolean {
    if (this === other) return true
    if (this.kind === 'values') return false
    const items = setItems(other)
    if (items === undefined || items.size !== this.dict.size) return false
    for (const item of this.iterate()) if (!items.contains(item)) return false
    return true
  }
  /** keys() and items() take part in set arithmetic. */
  override binary(operator: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (this.kind === 'values' || setItems(other) === undefined) return undefined
    const mine = new PySet(this.iterate())
    const theirs = setItems(other) as PySet
    return reflected ? combineSets(operator, theirs, mine) : combineSets(operator, mine, theirs)
  }
}

function setItems(value: Value): PySet | undefined {
  if (value instanceof PySet) return value
  return value instanceof DictView && value.kind !== 'values' ? new PySet(value.iterate()) : undefined
}

/** `a - b`, `a | b`, `a & b`, `a ^ b` of sets; undefined for other operators. */
export function combineSets(operator: BinaryOperator, a: PySet, b: PySet): PySet | undefined {
  const only = (from: PySet, without: PySet, keep: boolean): Value[] =>
    Array.from(from.iterate()).filter(item => without.contains(item) === keep)
  switch (operator) {
    case '-':
      return new PySet(only(a, b, false))
    case '|':
      return new PySet([...a.iterate(), ...b.iterate()])
    case '&':
      return new PySet(only(a, b, true))
    case '^':
      return new PySet([...only(a, b, false), ...only(b, a, false)])
    default:
      return undefined
  }
}

/** TypeError "'int' object is not iterable". */
export function notIterable(value: Value): PyError {
  return new PyError('TypeError', `'${typeName(value)}' object is not iterable`)
}

// The `loop` variable. Mirrors jinja2/runtime.py LoopContext.

import {
  Callable,
  equals,
  iterate,
  len,
  NO_KWARGS,
  PyError,
  PyIterator,
  PyObject,
  PyRange,
  Tuple,
  type Value,
} from '../../python/index.js'
import { Undefined } from '../undefined.js'

/** Renders a recursive loop's body over an iterable at a depth. */
export type LoopRecursion = (iterable: Value, depth: number) => Value

export class LoopContext extends PyObject {
  readonly typeName = 'LoopContext'
  override get typeModule(): string {
    return 'jinja2.runtime'
  }
  #iterator: Iterator<Value>
  #length: number | undefined
  #index0 = -1
  #after: Value | undefined
  #current: Value | undefined
  #before: Value | undefined
  #lastChanged: Tuple | undefined

  constructor(
    private readonly iterable: Value,
    private readonly recurse: LoopRecursion | undefined,
    private readonly depth0: number,
  ) {
    super()
    this.#iterator = (iterable instanceof PyRange ? iterable.each() : iterate(iterable))[Symbol.iterator]()
  }

  /** The next item, undefined at the end. */
  next(): Value | undefined {
    let item = this.#after
    if (item === undefined) {
      const step = this.#iterator.next()
      if (step.done) return undefined
      item = step.value
    } else this.#after = undefined
    this.#index0++
    this.#before = this.#current
    this.#current = item
    return item
  }

  #peek(): Value | undefined {
    if (this.#after === undefined) {
      const step = this.#iterator.next()
      if (!step.done) this.#after = step.value
    }
    return this.#after
  }

  /** How many items there are; a generator is read to its end for that. */
  #countItems(): number {
    if (this.#length !== undefined) return this.#length
    if (!(this.iterable instanceof PyIterator)) this.#length = len(this.iterable)
    else {
      const rest: Value[] = []
      for (let step = this.#iterator.next(); !step.done; step = this.#iterator.next()) rest.push(step.value)
      this.#iterator = rest[Symbol.iterator]()
      this.#length = rest.length + this.#index0 + 1 + (this.#after === undefined ? 0 : 1)
    }
    return this.#length
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'index':
        return this.#index0 + 1
      case 'index0':
        return this.#index0
      case 'first':
        return this.#index0 === 0
      case 'last':
        return this.#peek() === undefined
      case 'length':
        return this.#countItems()
      case 'revindex':
        return this.#countItems() - this.#index0
      case 'revindex0':
        return this.#countItems() - this.#index0 - 1
      case 'depth':
        return this.depth0 + 1
      case 'depth0':
        return this.depth0
      case 'previtem':
        if (this.#index0 === 0) return new Undefined({ hint: 'there is no previous item' })
        return this.#before
      case 'nextitem': {
        const next = this.#peek()
        return next === undefined ? new Undefined({ hint: 'there is no next item' }) : next
      }
      case 'cycle':
        return new Callable('cycle', args => this.#cycle(args), 'method')
      case 'changed':
        return new Callable('changed', args => this.#changed(args), 'method')
      default:
        return undefined
    }
  }

  #cycle(items: readonly Value[]): Value {
    if (items.length === 0) throw new PyError('TypeError', 'no items for cycling given')
    return items[this.#index0 % items.length] as Value
  }

  #changed(values: Value[]): boolean {
    const now = new Tuple(values)
    if (this.#lastChanged !== undefined && equals(this.#lastChanged, now)) return false
    this.#lastChanged = now
    return true
  }

  override call(args: Value[], kwargs = NO_KWARGS): Value {
    if (args.length !== 1 || kwargs.size > 0)
      throw new PyError(
        'TypeError',
        `LoopContext.__call__() takes 2 positional arguments but ${args.length + 1} were given`,
      )
    if (this.recurse === undefined)
      throw new PyError('TypeError', "The loop must have the 'recursive' marker to be called recursively.")
    return this.recurse(args[0] as Value, this.depth0 + 1)
  }

  override length(): number {
    return this.#countItems()
  }

  override *iterate(): Iterable<Value> {
    for (let item = this.next(); item !== undefined; item = this.next()) yield new Tuple([item, this])
  }

  override repr(): string {
    return `<LoopContext ${this.#index0 + 1}/${this.#countItems()}>`
  }
}

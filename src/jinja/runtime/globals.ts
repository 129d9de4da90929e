// Functions that every template has. Mirrors jinja2/defaults.py DEFAULT_NAMESPACE, jinja2/utils.py and the globals
// that ansible/template/__init__.py Templar adds.

import {
  bindNames,
  Callable,
  dateTimeNow,
  formatDate,
  type Kwargs,
  PyError,
  PyObject,
  PyRange,
  str,
  toInt,
  truth,
  type Value,
} from '../../python/index.js'
import type { Templar } from '../templar.js'
import { Undefined } from '../undefined.js'
import { generateLoremIpsum } from './lorem-ipsum.js'
import { createDict, Namespace } from './namespace.js'

class Cycler extends PyObject {
  readonly typeName = 'Cycler'
  override get typeModule(): string {
    return 'jinja2.utils'
  }
  #position = 0
  constructor(private readonly items: readonly Value[]) {
    super()
    if (items.length === 0) throw new PyError('RuntimeError', 'at least one item has to be provided')
  }
  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.items[this.#position]
      case 'pos':
        return this.#position
      case 'next':
        return new Callable('next', () => this.#next(), 'method')
      case 'reset':
        return new Callable('reset', () => this.#reset(), 'method')
      default:
        return undefined
    }
  }
  #next(): Value {
    const value = this.items[this.#position] as Value
    this.#position = (this.#position + 1) % this.items.length
    return value
  }
  #reset(): Value {
    this.#position = 0
    return null
  }
  override truth(): boolean {
    return true
  }
}

class Joiner extends PyObject {
  readonly typeName = 'Joiner'
  override get typeModule(): string {
    return 'jinja2.utils'
  }
  #used = false
  constructor(private readonly separator: Value) {
    super()
  }
  override attribute(name: string): Value | undefined {
    if (name === 'sep') return this.separator
    return name === 'used' ? this.#used : undefined
  }
  override call(): Value {
    if (this.#used) return this.separator
    this.#used = true
    return ''
  }
  override truth(): boolean {
    return true
  }
}

const rangeArgument = (value: Value): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  const type =
    value === null ? 'NoneType' : typeof value === 'string' ? 'str' : Array.isArray(value) ? 'list' : undefined
  if (typeof value === 'bigint') return Number(value)
  const name = type ?? (value as PyObject).typeName
  throw new PyError('TypeError', `'${name}' object cannot be interpreted as an integer`)
}

function createRange(args: readonly Value[], kwargs: Kwargs): Value {
  if (kwargs.size > 0) throw new PyError('TypeError', 'range() takes no keyword arguments')
  if (args.length === 0) throw new PyError('TypeError', 'range expected at least 1 argument, got 0')
  if (args.length > 3) throw new PyError('TypeError', `range expected at most 3 arguments, got ${args.length}`)
  const numbers = args.map(rangeArgument)
  if (numbers.length === 1) return new PyRange(0, numbers[0] as number)
  const [start = 0, stop = 0, step = 1] = numbers
  if (step === 0) throw new PyError('ValueError', 'range() arg 3 must not be zero')
  return new PyRange(start, stop, step)
}

function loremIpsum(args: Value[], kwargs: Kwargs): Value {
  const [count = 5, html = true, min = 20, max = 100] = bindNames(
    'generate_lorem_ipsum',
    ['n', 'html', 'min', 'max'],
    0,
    args,
    kwargs,
  )
  return generateLoremIpsum(Number(toInt(count)), html === true, Number(toInt(min)), Number(toInt(max)))
}

const FIXED: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', new Callable('range', createRange, 'type')],
  ['dict', new Callable('dict', (args, kwargs) => createDict(args, kwargs), 'type')],
  ['lipsum', new Callable('generate_lorem_ipsum', loremIpsum, 'function')],
  ['cycler', new Callable('Cycler', args => new Cycler(args), 'type')],
  ['joiner', new Callable('Joiner', args => new Joiner(args[0] === undefined ? ', ' : args[0]), 'type')],
  ['namespace', new Callable('Namespace', (args, kwargs) => new Namespace(args, kwargs), 'type')],
])

/** undef(hint): an undefined value that says why. */
function makeUndefined(args: Value[], kwargs: Kwargs): Value {
  const [hint] = bindNames('undef', ['hint'], 0, args, kwargs)
  if (hint === undefined || hint === null || hint === '' || hint instanceof Undefined)
    return new Undefined({ hint: 'Mandatory variable has not been overridden' })
  // Jinja2 asks whether a hint is true before it says it.
  return new Undefined(truth(hint) ? { hint: str(hint) } : {})
}

/** A global function by name; `lookupsDisabled`: lookups fail. */
export function globalValue(name: string, templar: Templar, lookupsDisabled: boolean): Value | undefined {
  const fixed = FIXED.get(name)
  if (fixed !== undefined) return fixed
  switch (name) {
    case 'lookup':
    case 'query':
    case 'q':
      return lookupFunction(name, templar, lookupsDisabled)
    case 'now':
      return new Callable('_now_datetime', (args, kwargs) => now(templar, args, kwargs), 'method')
    case 'undef':
      return new Callable('_make_undefined', makeUndefined, 'method')
    default:
      return undefined
  }
}

function now(templar: Templar, args: Value[], kwargs: Kwargs): Value {
  templar.markVolatile()
  const [utc = false, format] = bindNames('now', ['utc', 'fmt'], 0, args, kwargs)
  const moment = dateTimeNow(utc === true)
  return format === undefined || format === null || format === '' ? moment : formatDate(moment, str(format))
}

function lookupFunction(name: string, templar: Templar, isDisabled: boolean): Value {
  return new Callable(
    name === 'lookup' ? '_lookup' : '_query_lookup',
    (args, kwargs) => {
      const [plugin, ...terms] = args
      if (plugin === undefined)
        throw new PyError('TypeError', `Templar._lookup() missing 1 required positional argument: 'name'`)
      if (isDisabled) return templar.failLookup(plugin)
      if (name === 'lookup') return templar.lookup(plugin, terms, kwargs)
      return templar.lookup(plugin, terms, new Map(kwargs).set('wantlist', true))
    },
    'method',
  )
}

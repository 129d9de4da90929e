// The double-underscore attributes that templates reach for: __class__.__name__, __len__() and the operators.

import { add, mod, mul, sub } from './arithmetic.js'
import { Callable, noArguments, oneArgument } from './callable.js'
import { contains, isIterable, iterate, len } from './containers.js'
import { equals } from './equality.js'
import { requireItem, setItem } from './items.js'
import { compare } from './ordering.js'
import { PyError } from './py-error.js'
import { repr, str, typeName } from './repr.js'
import { PyIterator } from './sequences.js'
import { PyType } from './type-value.js'
import { type Kwargs, PyObject, Text, type Value } from './values.js'

type Operator = (value: Value, ...args: Value[]) => Value

const UNARY: Record<string, Operator> = {
  __str__: value => str(value),
  __repr__: value => repr(value),
  __len__: value => len(value),
  __iter__: value => new PyIterator(iterate(value), 'iterator'),
}

const BINARY: Record<string, Operator> = {
  __eq__: (value, other) => equals(value, other as Value),
  __ne__: (value, other) => !equals(value, other as Value),
  __lt__: (value, other) => compare(value, other as Value, '<'),
  __le__: (value, other) => compare(value, other as Value, '<='),
  __gt__: (value, other) => compare(value, other as Value, '>'),
  __ge__: (value, other) => compare(value, other as Value, '>='),
  __contains__: (value, item) => contains(value, item as Value),
  __getitem__: (value, key) => requireItem(value, key as Value),
  __add__: (value, other) => add(value, other as Value),
  __sub__: (value, other) => sub(value, other as Value),
  __mul__: (value, other) => mul(value, other as Value),
  __mod__: (value, other) => mod(value, other as Value),
}

const own = (table: Record<string, Operator>, name: string): Operator | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** A special attribute that every value of the kind has; undefined otherwise. */
export function specialAttribute(value: Value, name: string): Value | undefined {
  const type = typeName(value)
  if (name === '__class__') return new PyType(type, value instanceof PyObject ? value.typeModule : undefined)
  if (name === '__setitem__' && (Array.isArray(value) || type === 'dict')) return itemSetter(value)
  if (name === '__next__') return value instanceof PyIterator ? nextOf(value) : undefined
  if (!supports(value, name)) return undefined
  const unary = own(UNARY, name)
  if (unary !== undefined)
    return method(
      name,
      type,
      noArguments(() => unary(value)),
    )
  const binary = own(BINARY, name)
  return binary === undefined
    ? undefined
    : method(
        name,
        type,
        oneArgument((_: null, other) => binary(value, other)),
      )
}

function method(
  name: string,
  owner: string,
  body: (self: null, args: Value[], kwargs: Kwargs, name: string, owner: string) => Value,
): Callable {
  return new Callable(name, (args, kwargs) => body(null, args, kwargs, name, owner), 'method-wrapper')
}

function supports(value: Value, name: string): boolean {
  if (name === '__len__')
    return Array.isArray(value) || typeof value === 'string' || value instanceof Text || hasLength(value)
  return name === '__iter__' || name === '__contains__' || name === '__getitem__' ? isIterable(value) : true
}

const hasLength = (value: Value): boolean => value instanceof PyObject && value.length !== undefined

function itemSetter(value: Value): Callable {
  const set = (args: Value[]): null => {
    setItem(value, args[0] as Value, args[1] as Value)
    return null
  }
  return new Callable('__setitem__', set, 'method-wrapper')
}

function nextOf(iterator: PyIterator): Callable {
  return new Callable('__next__', () => {
    const item = iterator.next()
    if (item === undefined) throw new PyError('StopIteration', '')
    return item
  })
}

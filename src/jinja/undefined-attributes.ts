// The attributes that an undefined value really has: its own fields and methods. Everything else that is asked of it
// is its failure. Mirrors the class bodies of jinja2/runtime.py Undefined and StrictUndefined.

import { BoundMethod, type CallableBody, Dict, iterate, len, PyIterator, PyType, str, truth } from '../python/index.js'
import type { Value } from '../python/values.js'
import type { Undefined } from './undefined.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').map(each => `__${each}__`))

/** Methods of every undefined value that only fail. */
const FAILING = words(
  'add radd sub rsub mul rmul div rdiv truediv rtruediv floordiv rfloordiv mod rmod pow rpow pos neg ' +
    'call getitem lt le gt ge int float complex',
)
/** Methods that Jinja2's own Undefined answers, and strict ones do not. */
const LENIENT = words('iter str len eq ne bool hash')

const method = (value: Undefined, qualifiedName: string, body: CallableBody): BoundMethod =>
  new BoundMethod(qualifiedName, value, body)

const failure = (value: Undefined): BoundMethod =>
  method(value, 'Undefined._fail_with_undefined_error', () => value.fail())

/** An attribute of AnsibleUndefined; undefined where asking only gives the value itself. */
export function strictAttribute(value: Undefined, name: string): Value | undefined {
  switch (name) {
    case '__getitem__':
    case '__contains__':
    case '__getattr__':
      return method(value, `AnsibleUndefined.${name}`, () => value)
    case '__repr__':
      return method(value, 'AnsibleUndefined.__repr__', () => value.repr())
    default:
      return FAILING.has(name) || LENIENT.has(name) ? failure(value) : fieldOf(value, name)
  }
}

/** An attribute of Jinja2's own Undefined; undefined where it has none. */
export function lenientAttribute(value: Undefined, name: string): Value | undefined {
  if (LENIENT.has(name)) return method(value, `Undefined.${name}`, args => lenientAnswer(value, name, args))
  if (name === '__repr__') return method(value, 'Undefined.__repr__', () => value.repr())
  return FAILING.has(name) ? failure(value) : fieldOf(value, name)
}

function lenientAnswer(value: Undefined, name: string, args: readonly Value[]): Value {
  switch (name) {
    case '__iter__':
      return new PyIterator(iterate(value), 'generator')
    case '__str__':
      return str(value)
    case '__len__':
      return len(value)
    case '__bool__':
      return truth(value)
    case '__hash__':
      return 0
    default:
      return value.equals(args[0] ?? null) === (name === '__eq__')
  }
}

function fieldOf(value: Undefined, name: string): Value | undefined {
  switch (name) {
    case '__class__':
      return new PyType(value.typeName, value.typeModule)
    case '__module__':
      return value.typeModule
    case '__dict__':
      return new Dict()
    case '_fail_with_undefined_error':
      return failure(value)
    case '_undefined_hint':
      return value.hint ?? null
    case '_undefined_name':
      return value.name ?? null
    case '_undefined_message':
      return value.message
    default:
      return undefined
  }
}

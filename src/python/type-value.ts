// Types as values, what `x.__class__` gives: their names, what calling them converts, and `list[int]`.
// Nothing of Python's own machinery (__mro__, __subclasses__, …) can be reached from them.

import { Callable } from './callable.js'
import { updateDict } from './container-methods.js'
import { listOf, truth } from './containers.js'
import { toFloat, toInt } from './convert.js'
import { requireHashable } from './equality.js'
import { PyError } from './py-error.js'
import { repr, str, typeName } from './repr.js'
import { Dict, type Kwargs, PyFloat, PyObject, PySet, Tuple, type Value } from './values.js'

type Construct = (args: readonly Value[], kwargs: Kwargs) => Value

/** A constructor that takes at most one value. */
const converter =
  (name: string, convert: (value: Value | undefined) => Value): Construct =>
  (args, kwargs) => {
    if (kwargs.size > 0) throw new PyError('TypeError', `${name}() takes no keyword arguments`)
    if (args.length > 1) throw new PyError('TypeError', `${name} expected at most 1 argument, got ${args.length}`)
    return convert(args[0])
  }

const items = (value: Value | undefined): Value[] => (value === undefined ? [] : listOf(value))

const CONSTRUCTORS: ReadonlyMap<string, Construct> = new Map<string, Construct>([
  ['str', converter('str', value => (value === undefined ? '' : str(value)))],
  ['int', converter('int', value => (value === undefined ? 0 : toInt(value)))],
  ['float', converter('float', value => new PyFloat(value === undefined ? 0 : toFloat(value)))],
  ['bool', converter('bool', value => value !== undefined && truth(value))],
  ['list', converter('list', items)],
  ['tuple', converter('tuple', value => new Tuple(items(value)))],
  ['set', converter('set', value => new PySet(items(value).map(requireHashable)))],
  [
    'dict',
    (args, kwargs) => {
      const dict = new Dict()
      updateDict(dict, args, kwargs, 'dict')
      return dict
    },
  ],
])

/** Types that may be subscripted. */
const GENERIC: ReadonlySet<string> = new Set(['list', 'dict', 'tuple', 'set', 'frozenset', 'type'])

/** A type as a value. */
export class PyType extends PyObject {
  readonly typeName = 'type'
  constructor(
    readonly name: string,
    readonly module = 'builtins',
  ) {
    super()
  }
  /** The name with its module, which Python's own types do without. */
  get fullName(): string {
    return this.module === 'builtins' ? this.name : `${this.module}.${this.name}`
  }
  override repr(): string {
    return `<class '${this.fullName}'>`
  }
  override key(): unknown {
    return `\u0000type:${this.fullName}`
  }
  override equals(other: Value): boolean {
    return other instanceof PyType && other.fullName === this.fullName
  }
  override attribute(name: string): Value | undefined {
    if (name === '__name__' || name === '__qualname__') return this.name
    return name === '__module__' ? this.module : undefined
  }
  override item(key: Value): Value | undefined {
    if (this.module === 'builtins' && GENERIC.has(this.name)) return new GenericAlias(this, key)
    return undefined
  }
  override call(args: Value[], kwargs: Kwargs): Value {
    const construct = this.module === 'builtins' ? CONSTRUCTORS.get(this.name) : undefined
    if (construct === undefined) throw new PyError('TypeError', `cannot create '${this.fullName}' instances`)
    return construct(args, kwargs)
  }
}

/** types.GenericAlias: `list[int]`. */
class GenericAlias extends PyObject {
  readonly typeName = 'GenericAlias'
  override get typeModule(): string {
    return 'types'
  }
  constructor(
    private readonly origin: PyType,
    private readonly argument: Value,
  ) {
    super()
  }
  override repr(): string {
    const shown = (value: Value): string => (value instanceof PyType ? value.fullName : repr(value))
    const parts = this.argument instanceof Tuple ? this.argument.items : [this.argument]
    return `${this.origin.name}[${parts.length === 0 ? '()' : parts.map(shown).join(', ')}]`
  }
  /** It can be subscripted, which `%` asks, though nothing is found there. */
  override item(): undefined {
    return undefined
  }
  override call(args: Value[], kwargs: Kwargs): Value {
    return this.origin.call(args, kwargs)
  }
}

/** `str.upper`: a method of a type, which wants its value as first argument. `find` finds the method of a value. */
export function unboundMethod(type: PyType, name: string, find: (value: Value) => Value | undefined): UnboundMethod {
  return new UnboundMethod(type.name, name, find)
}

class UnboundMethod extends Callable {
  constructor(
    private readonly owner: string,
    name: string,
    find: (value: Value) => Value | undefined,
  ) {
    super(
      name,
      ([self, ...args], kwargs) => {
        if (self === undefined) throw new PyError('TypeError', `unbound method ${owner}.${name}() needs an argument`)
        const method = typeName(self) === owner ? find(self) : undefined
        if (!(method instanceof Callable))
          throw new PyError(
            'TypeError',
            `descriptor '${name}' for '${owner}' objects doesn't apply to a '${typeName(self)}' object`,
          )
        return method.call(args, kwargs)
      },
      'method_descriptor',
    )
  }
  override repr(): string {
    return `<method '${this.name}' of '${this.owner}' objects>`
  }
}

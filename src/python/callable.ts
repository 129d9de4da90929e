// Functions and bound methods that templates can call, and the checking of their arguments.
// Guarantees that a wrong call raises TypeError in CPython's words instead of reaching the method's body.

import { PyError } from './py-error.js'
import { type Kwargs, PyObject, type Value } from './values.js'

export const NO_KWARGS: Kwargs = new Map()

export type CallableBody = (args: Value[], kwargs: Kwargs) => Value

/** A function or bound method that templates can call. */
export class Callable extends PyObject {
  constructor(
    readonly name: string,
    private readonly body: CallableBody,
    readonly typeName: string = 'builtin_function_or_method',
  ) {
    super()
  }
  override call(args: Value[], kwargs: Kwargs): Value {
    return this.body(args, kwargs)
  }
  override repr(): string {
    // Python prints an address that differs from run to run.
    return this.typeName === 'builtin_function_or_method'
      ? `<built-in function ${this.name}>`
      : `<${this.typeName} ${this.name} at 0x0>`
  }
  override truth(): boolean {
    return true
  }
  override attribute(name: string): Value | undefined {
    return name === '__name__' || name === '__qualname__' ? this.name : undefined
  }
}

/** A method of a class that Python code defines. It prints without an address. */
export class BoundMethod extends Callable {
  constructor(
    private readonly qualifiedName: string,
    private readonly self: PyObject,
    body: CallableBody,
  ) {
    super(qualifiedName.slice(qualifiedName.lastIndexOf('.') + 1), body, 'method')
  }
  override repr(): string {
    return `<bound method ${this.qualifiedName} of ${this.self.repr?.() ?? this.self.typeName}>`
  }
}

/** How one method of a builtin type is called: checks the arguments, then runs. `owner` is the type's name. */
export type Method<Self> = (self: Self, args: Value[], kwargs: Kwargs, name: string, owner: string) => Value
export type MethodTable<Self> = ReadonlyMap<string, Method<Self>>

/** A method that takes nothing (METH_NOARGS). */
export function noArguments<Self>(body: (self: Self) => Value): Method<Self> {
  return (self, args, kwargs, name, owner) => {
    if (args.length > 0) throw new PyError('TypeError', `${owner}.${name}() takes no arguments (${args.length} given)`)
    refuseKeywords(kwargs, `${owner}.${name}`)
    return body(self)
  }
}

/** A method that takes exactly one positional argument (METH_O). */
export function oneArgument<Self>(body: (self: Self, argument: Value) => Value): Method<Self> {
  return (self, args, kwargs, name, owner) => {
    if (args.length !== 1)
      throw new PyError('TypeError', `${owner}.${name}() takes exactly one argument (${args.length} given)`)
    refuseKeywords(kwargs, `${owner}.${name}`)
    return body(self, args[0] as Value)
  }
}

/** A method with positional-only arguments, between `least` and `most` of them. */
export function positional<Self>(
  least: number,
  most: number,
  body: (self: Self, args: Value[]) => Value,
): Method<Self> {
  return (self, args, kwargs, name, owner) => {
    refuseKeywords(kwargs, `${owner}.${name}`)
    const count = args.length
    if (count < least || count > most) {
      const bound = count < least ? least : most
      const how = least === most ? '' : count < least ? 'at least ' : 'at most '
      throw new PyError('TypeError', `${name} expected ${how}${bound} argument${bound === 1 ? '' : 's'}, got ${count}`)
    }
    return body(self, args)
  }
}

/** A method whose arguments may be given by name too; absent ones arrive as undefined. */
export function named<Self>(
  names: readonly string[],
  required: number,
  body: (self: Self, ...args: (Value | undefined)[]) => Value,
): Method<Self> {
  return (self, args, kwargs, name) => body(self, ...bindNames(name, names, required, args, kwargs))
}

/** Positional and keyword arguments in the order of `names`; raises TypeError for a wrong call. */
export function bindNames(
  functionName: string,
  names: readonly string[],
  required: number,
  args: readonly Value[],
  kwargs: Kwargs,
): (Value | undefined)[] {
  const given = args.length + kwargs.size
  if (given > names.length)
    throw new PyError(
      'TypeError',
      `${functionName}() takes at most ${names.length} ${args.length > 0 && kwargs.size === 0 ? '' : 'keyword '}argument${names.length === 1 ? '' : 's'} (${given} given)`,
    )
  const bound: (Value | undefined)[] = names.map((_, index) => args[index])
  for (const [key, value] of kwargs) {
    const index = names.indexOf(key)
    if (index < 0) throw new PyError('TypeError', `'${key}' is an invalid keyword argument for ${functionName}()`)
    if (index < args.length)
      throw new PyError(
        'TypeError',
        `argument for ${functionName}() given by name ('${key}') and position (${index + 1})`,
      )
    bound[index] = value
  }
  for (let index = 0; index < required; index++)
    if (bound[index] === undefined)
      throw new PyError('TypeError', `${functionName}() missing required argument '${names[index]}' (pos ${index + 1})`)
  return bound
}

/** A method that reads its arguments itself. */
export function variadic<Self>(body: (self: Self, args: Value[], kwargs: Kwargs) => Value): Method<Self> {
  return (self, args, kwargs) => body(self, args, kwargs)
}

/** The method as a value, bound to `self`. */
export function bindMethod<Self>(owner: string, name: string, method: Method<Self>, self: Self): Callable {
  return new Callable(name, (args, kwargs) => method(self, args, kwargs, name, owner))
}

function refuseKeywords(kwargs: Kwargs, label: string): void {
  if (kwargs.size > 0) throw new PyError('TypeError', `${label}() takes no keyword arguments`)
}

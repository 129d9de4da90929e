// Macros and the bodies of call blocks. Mirrors jinja2/runtime.py Macro.

import { Dict, type Kwargs, Markup, NO_KWARGS, PyError, PyObject, str, Tuple, type Value } from '../../python/index.js'
import { Undefined } from '../undefined.js'

/** Text that is safe where autoescape is on. */
export function escapedIf(autoescape: boolean, value: Value): Value {
  return autoescape && !(value instanceof Markup) ? new Markup(str(value)) : value
}

export class Macro extends PyObject {
  readonly typeName = 'Macro'
  override get typeModule(): string {
    return 'jinja2.runtime'
  }

  constructor(
    readonly name: string | null,
    private readonly parameters: readonly string[],
    private readonly catchKwargs: boolean,
    private readonly catchVarargs: boolean,
    private readonly usesCaller: boolean,
    private readonly defaultAutoescape: boolean,
    /** Called with the declared parameters, then caller, kwargs and varargs as far as the body uses them. */
    private readonly body: (...values: (Value | undefined)[]) => Value,
  ) {
    super()
  }

  override call(args: Value[], kwargs: Kwargs = NO_KWARGS): Value {
    return this.invoke(args, kwargs, this.defaultAutoescape)
  }

  /** Runs the macro as called from a template whose autoescape is as told. */
  invoke(args: Value[], kwargs: Kwargs, autoescape: boolean): Value {
    const { parameters } = this
    if (
      kwargs.size === 0 &&
      args.length === parameters.length &&
      !this.usesCaller &&
      !this.catchKwargs &&
      !this.catchVarargs
    )
      return escapedIf(autoescape, this.body(...args))
    const rest = new Map(kwargs)
    const values: (Value | undefined)[] = args.slice(0, parameters.length)
    let callerGiven = values.length === parameters.length && parameters.includes('caller')
    for (const name of parameters.slice(values.length)) {
      values.push(rest.get(name))
      rest.delete(name)
      if (name === 'caller') callerGiven = true
    }
    if (this.usesCaller && !callerGiven) {
      values.push(rest.get('caller') ?? new Undefined({ hint: 'No caller defined', name: 'caller' }))
      rest.delete('caller')
    }
    if (this.catchKwargs) values.push(new Dict(rest))
    else if (rest.size > 0) this.#refuseKeyword(rest)
    if (this.catchVarargs) values.push(new Tuple(args.slice(parameters.length)))
    else if (args.length > parameters.length)
      throw new PyError('TypeError', `macro ${this.#shownName} takes not more than ${parameters.length} argument(s)`)
    return escapedIf(autoescape, this.body(...values))
  }

  get #shownName(): string {
    return this.name === null ? 'None' : `'${this.name}'`
  }

  #refuseKeyword(rest: ReadonlyMap<string, Value>): never {
    if (rest.has('caller'))
      throw new PyError(
        'TypeError',
        `macro ${this.#shownName} was invoked with two values for the special caller argument. This is most likely a bug.`,
      )
    const [first] = rest.keys()
    throw new PyError('TypeError', `macro ${this.#shownName} takes no keyword argument '${first}'`)
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.name
      case 'arguments':
        return new Tuple([...this.parameters])
      case 'catch_kwargs':
        return this.catchKwargs
      case 'catch_varargs':
        return this.catchVarargs
      case 'caller':
        return this.usesCaller
      case 'explicit_caller':
        return this.parameters.includes('caller')
      default:
        return undefined
    }
  }

  override truth(): boolean {
    return true
  }

  override repr(): string {
    return this.name === null ? '<Macro anonymous>' : `<Macro ${this.#shownName}>`
  }
}

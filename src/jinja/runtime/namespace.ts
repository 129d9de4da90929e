// namespace(): an object whose attributes templates may set. Mirrors jinja2/utils.py Namespace.

import { Dict, iterate, type Kwargs, Mapping, PyError, PyObject, repr, type Value } from '../../python/index.js'
import { JinjaRuntimeError } from '../errors.js'

export class Namespace extends PyObject {
  readonly typeName = 'Namespace'
  readonly #attributes: Dict

  constructor(args: readonly Value[], kwargs: Kwargs) {
    super()
    this.#attributes = createDict(args, kwargs)
  }

  override attribute(name: string): Value | undefined {
    return this.#attributes.get(name)
  }

  set(name: string, value: Value): void {
    this.#attributes.set(name, value)
  }

  override truth(): boolean {
    return true
  }

  override repr(): string {
    return `<Namespace ${repr(this.#attributes)}>`
  }
}

/** dict(mapping or pairs, **kwargs). */
export function createDict(args: readonly Value[], kwargs: Kwargs): Dict {
  if (args.length > 1) throw new PyError('TypeError', `dict expected at most 1 argument, got ${args.length}`)
  const dict = new Dict()
  const [source] = args
  if (source instanceof Mapping) dict.update(source)
  else if (source !== undefined) {
    let index = 0
    for (const pair of iterate(source)) setPair(dict, pair, index++)
  }
  for (const [key, value] of kwargs) dict.set(key, value)
  return dict
}

function setPair(dict: Dict, pair: Value, index: number): void {
  let items: Value[]
  try {
    items = [...iterate(pair)]
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    throw new PyError('TypeError', `cannot convert dictionary update sequence element #${index} to a sequence`)
  }
  const [key, value] = items
  if (items.length !== 2 || key === undefined || value === undefined)
    throw new PyError(
      'ValueError',
      `dictionary update sequence element #${index} has length ${items.length}; 2 is required`,
    )
  dict.set(key, value)
}

/** `{% set ns.x = … %}` works on namespaces only. */
export function requireNamespace(value: Value | undefined): Namespace {
  if (value instanceof Namespace) return value
  throw new JinjaRuntimeError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object')
}

export function setNamespace(value: Value | undefined, name: string, item: Value): void {
  requireNamespace(value).set(name, item)
}

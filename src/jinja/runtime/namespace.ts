// namespace(): an object whose attributes templates may set. Mirrors jinja2/utils.py Namespace.

import { Dict, type Kwargs, PyObject, repr, updateDict, type Value } from '../../python/index.js'
import { JinjaRuntimeError } from '../errors.js'

export class Namespace extends PyObject {
  readonly typeName = 'Namespace'
  override get typeModule(): string {
    return 'jinja2.utils'
  }
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
  const dict = new Dict()
  updateDict(dict, args, kwargs, 'dict')
  return dict
}

/** `{% set ns.x = … %}` works on namespaces only. */
export function requireNamespace(value: Value | undefined): Namespace {
  if (value instanceof Namespace) return value
  throw new JinjaRuntimeError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object')
}

export function setNamespace(value: Value | undefined, name: string, item: Value): void {
  requireNamespace(value).set(name, item)
}

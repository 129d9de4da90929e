// Dicts and tuples of Python subclasses that print in their own way: OrderedDict, defaultdict, named tuples.

import { Dict, Tuple, type Value } from '../python/index.js'

export class ShownDict extends Dict {
  override readonly typeName: string
  constructor(
    entries: readonly (readonly [Value, Value])[],
    typeName: string,
    private readonly shown: string,
  ) {
    super(entries)
    this.typeName = typeName
  }
  override repr(): string {
    return this.shown
  }
}

export class NamedTuple extends Tuple {
  override readonly typeName: string
  constructor(
    items: readonly Value[],
    private readonly fields: readonly string[],
    typeName: string,
    private readonly shown: string,
  ) {
    super(items)
    this.typeName = typeName
  }
  override attribute(name: string): Value | undefined {
    const index = this.fields.indexOf(name)
    return index < 0 ? undefined : this.items[index]
  }
  override repr(): string {
    return this.shown
  }
}

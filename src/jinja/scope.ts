// Scopes of raw variables: plain ones, and one put in front of another.

import type { Dict, Mapping, Value } from '../python/index.js'
import type { VariableScope } from './plugin.js'

/** Variables of a Dict. */
export class DictScope implements VariableScope {
  constructor(private readonly variables: Dict) {}
  get(name: string): Value | undefined {
    return this.variables.get(name)
  }
  has(name: string): boolean {
    return this.variables.has(name)
  }
  *names(): Iterable<string> {
    for (const key of this.variables.keys()) if (typeof key === 'string') yield key
  }
}

/** Some variables in front of a scope. */
export class OverlayScope implements VariableScope {
  readonly #front: Mapping | ReadonlyMap<string, Value>
  constructor(
    private readonly back: VariableScope,
    front: Mapping | ReadonlyMap<string, Value>,
  ) {
    this.#front = front
  }
  get(name: string): Value | undefined {
    return this.#front.get(name) ?? (this.#front.has(name) ? null : this.back.get(name))
  }
  has(name: string): boolean {
    return this.#front.has(name) || this.back.has(name)
  }
  *names(): Iterable<string> {
    const seen = new Set<string>()
    for (const key of this.#front.keys())
      if (typeof key === 'string') {
        seen.add(key)
        yield key
      }
    for (const name of this.back.names()) if (!seen.has(name)) yield name
  }
}

/** A scope that tells what is read from it. */
export class RecordingScope implements VariableScope {
  constructor(
    private readonly scope: VariableScope,
    private readonly onRead: (name: string, raw: Value | undefined) => void,
    private readonly onList: () => void,
  ) {}
  get(name: string): Value | undefined {
    const raw = this.scope.get(name)
    this.onRead(name, raw)
    return raw
  }
  has(name: string): boolean {
    return this.get(name) !== undefined
  }
  names(): Iterable<string> {
    this.onList()
    return this.scope.names()
  }
}

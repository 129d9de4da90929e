// Where a rendering finds names: its own locals, the templar's variables, the globals; in this order.
// Mirrors ansible/template/vars.py AnsibleJ2Vars.

import type { Value } from '../../python/index.js'
import { Trait, traitsOf } from '../traits.js'

/** A found name; `isUnsafe` says that it makes the whole result unsafe. */
export interface Found {
  readonly value: Value
  readonly isUnsafe: boolean
}

export interface VariableSource {
  find(name: string): Found | undefined
  /** The same with more names in front; undefined values are left out. */
  withLocals(locals: Iterable<readonly [string, Value | undefined]>): VariableSource
}

/** AnsibleContext._is_unsafe. */
export function isUnsafeVariable(value: Value, isFrozen: boolean): boolean {
  if (value === null || typeof value !== 'object') return false
  return (traitsOf(value, isFrozen) & Trait.unsafeValue) !== 0
}

const NOT_LOCALS: ReadonlySet<string> = new Set(['context', 'environment', 'template'])

/** Names set in front of other variables. As in Ansible, a local called l_x is known as x. */
export class LocalVariables implements VariableSource {
  readonly #locals = new Map<string, Value>()

  constructor(
    private readonly parent: VariableSource,
    locals: Iterable<readonly [string, Value | undefined]>,
  ) {
    for (const [name, value] of locals) {
      if (value === undefined) continue
      if (name.startsWith('l_')) this.#locals.set(name.slice(2), value)
      else if (!NOT_LOCALS.has(name)) this.#locals.set(name, value)
    }
  }

  find(name: string): Found | undefined {
    const value = this.#locals.get(name)
    if (value === undefined) return this.parent.find(name)
    return { value, isUnsafe: isUnsafeVariable(value, false) }
  }

  withLocals(locals: Iterable<readonly [string, Value | undefined]>): VariableSource {
    return new LocalVariables(this, locals)
  }
}

/** Only globals and what is put in front of them: templates imported without context. */
export class GlobalVariables implements VariableSource {
  constructor(private readonly globals: (name: string) => Value | undefined) {}

  find(name: string): Found | undefined {
    const value = this.globals(name)
    return value === undefined ? undefined : { value, isUnsafe: false }
  }

  withLocals(locals: Iterable<readonly [string, Value | undefined]>): VariableSource {
    return new LocalVariables(this, locals)
  }
}

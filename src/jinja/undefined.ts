// AnsibleUndefined: a strict undefined value. Attributes and items of it are itself, so the first failure is the one
// that is told; anything else that touches it fails. Mirrors ansible/template/native_helpers.py AnsibleUndefined
// and jinja2/runtime.py Undefined, StrictUndefined.

import { type BinaryOperator, PyObject, type UnaryOperator, type Value } from '../python/values.js'
import { UndefinedVariableError } from './errors.js'
import { lenientAttribute, strictAttribute } from './undefined-attributes.js'
import { describeMissing, describeUndefined } from './undefined-message.js'

export interface UndefinedDetails {
  readonly hint?: string | undefined
  /** What was looked into; undefined when a plain name is missing. */
  readonly object?: Value | undefined
  readonly name?: Value | undefined
  /** Raise AnsibleUndefinedVariable (a variable whose own template failed), not Jinja2's UndefinedError. */
  readonly fromAnsible?: boolean | undefined
}

export class Undefined extends PyObject {
  readonly typeName: string = 'AnsibleUndefined'
  override get typeModule(): string {
    return 'ansible.template.native_helpers'
  }
  readonly hint: string | undefined
  readonly object: Value | undefined
  readonly name: Value | undefined
  /** It fails as AnsibleUndefinedVariable, not as Jinja2's UndefinedError. */
  readonly isFromAnsible: boolean

  constructor(details: UndefinedDetails = {}) {
    super()
    this.hint = details.hint
    this.object = details.object
    this.name = details.name
    this.isFromAnsible = details.fromAnsible ?? false
  }

  /** What Jinja2 says about it: `'x' is undefined`, `'dict object' has no attribute 'x'`, or the hint. */
  get message(): string {
    return this.hint || describeMissing(this.object, this.name)
  }

  /** Throws the undefined error. */
  fail(): never {
    throw new UndefinedVariableError(this.message, { fromJinja: !this.isFromAnsible })
  }

  override key(): unknown {
    return this.fail()
  }
  override str(): string {
    return this.fail()
  }
  override repr(): string {
    return describeUndefined(this)
  }
  override truth(): boolean {
    return this.fail()
  }
  override equals(_other: Value): boolean {
    return this.fail()
  }
  override length(): number {
    return this.fail()
  }
  override iterate(): Iterable<Value> {
    return this.fail()
  }
  override contains(_item: Value): boolean {
    return this.fail()
  }
  override call(): Value {
    return this.fail()
  }
  override attribute(name: string): Value | undefined {
    return strictAttribute(this, name) ?? this
  }
  override item(_key: Value): Value | undefined {
    return this
  }
  override binary(operator: BinaryOperator): Value | undefined {
    return ARITHMETIC.has(operator) ? this.fail() : undefined
  }
  override unary(operator: UnaryOperator): Value | undefined {
    return CONVERSIONS.has(operator) ? this.fail() : undefined
  }
  override order(): boolean | undefined {
    return this.fail()
  }
}

/** Operators that Jinja2's Undefined overrides; the others fail with a TypeError. */
const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['+', '-', '*', '/', '//', '%', '**'])
const CONVERSIONS: ReadonlySet<UnaryOperator> = new Set<UnaryOperator>(['+', '-', 'int', 'float', 'hash'])

/** Jinja2's own Undefined, not strict: the `else` that is missing in `a if b`. Prints as nothing. */
export class LenientUndefined extends Undefined {
  override readonly typeName: string = 'Undefined'
  override get typeModule(): string {
    return 'jinja2.runtime'
  }
  override key(): unknown {
    return LenientUndefined
  }
  override str(): string {
    return ''
  }
  override repr(): string {
    return 'Undefined'
  }
  override truth(): boolean {
    return false
  }
  override equals(other: Value): boolean {
    return other instanceof LenientUndefined
  }
  override length(): number {
    return 0
  }
  override iterate(): Iterable<Value> {
    return []
  }
  override contains(): boolean {
    return false
  }
  override unary(operator: UnaryOperator): Value | undefined {
    return operator === 'hash' ? null : super.unary(operator)
  }
  override attribute(name: string): Value | undefined {
    return lenientAttribute(this, name) ?? (name.startsWith('__') ? undefined : this.fail())
  }
  override item(_key: Value): Value | undefined {
    return this.fail()
  }
}

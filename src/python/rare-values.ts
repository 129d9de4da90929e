// Complex numbers and Ellipsis: nothing computes with them here, but a literal in a template's result may be one.

import { floatDigits } from './format-number.js'
import { PyFloat, PyObject, type UnaryOperator, type Value } from './values.js'

export class PyComplex extends PyObject {
  readonly typeName = 'complex'
  constructor(
    readonly real: number,
    readonly imaginary: number,
  ) {
    super()
  }
  override key(): unknown {
    return this.imaginary === 0 ? new PyFloat(this.real).key() : `\u0000complex:${this.real},${this.imaginary}`
  }
  override truth(): boolean {
    return this.real !== 0 || this.imaginary !== 0
  }
  override equals(other: Value): boolean {
    if (other instanceof PyComplex) return other.real === this.real && other.imaginary === this.imaginary
    const real = other instanceof PyFloat ? other.value : typeof other === 'number' ? other : undefined
    return this.imaginary === 0 && real === this.real
  }
  override repr(): string {
    const imaginary = `${signed(this.imaginary, this.real === 0 && !Object.is(this.real, -0))}j`
    return this.real === 0 && !Object.is(this.real, -0) ? imaginary : `(${signed(this.real, true)}${imaginary})`
  }
  override unary(operator: UnaryOperator): Value | undefined {
    return operator === '-' ? new PyComplex(-this.real, -this.imaginary) : operator === '+' ? this : undefined
  }
}

function signed(value: number, hidePlus: boolean): string {
  const digits = floatDigits(value, { presentation: 'r', precision: 0 })
  return (value < 0 || Object.is(value, -0) ? '-' : hidePlus ? '' : '+') + digits
}

class PyEllipsis extends PyObject {
  readonly typeName = 'ellipsis'
  override repr(): string {
    return 'Ellipsis'
  }
  override truth(): boolean {
    return true
  }
}

/** `...` */
export const ELLIPSIS: PyObject = new PyEllipsis()

// Complex numbers, as far as templates can make them: roots of negative numbers. They print; nothing computes with them.
// Mirrors Objects/complexobject.c c_powu, complex_repr.

import { power } from './float-math.js'
import { floatRepr } from './repr.js'
import { PyObject, type Value } from './values.js'

export class PyComplex extends PyObject {
  readonly typeName = 'complex'
  constructor(
    readonly real: number,
    readonly imaginary: number,
  ) {
    super()
  }
  override key(): unknown {
    return `\u0000complex:${this.real},${this.imaginary}`
  }
  override truth(): boolean {
    return this.real !== 0 || this.imaginary !== 0
  }
  override equals(other: Value): boolean {
    return other instanceof PyComplex && other.real === this.real && other.imaginary === this.imaginary
  }
  override repr(): string {
    const imaginary = `${shown(this.imaginary)}j`
    if (this.real === 0 && !Object.is(this.real, -0)) return imaginary
    return `(${shown(this.real)}${imaginary.startsWith('-') ? '' : '+'}${imaginary})`
  }
}

/** A part of a complex number: without the `.0` of whole floats. */
const shown = (value: number): string => floatRepr(value).replace(/\.0$/, '')

/** Whether `base ** exponent` of floats is complex. */
export const isComplexPower = (base: number, exponent: number): boolean =>
  base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent)

/** `base ** exponent` of a negative base and an exponent that is not whole. */
export function complexPower(base: number, exponent: number): PyComplex {
  const length = power(Math.abs(base), exponent)
  const phase = Math.PI * exponent
  return new PyComplex(length * Math.cos(phase), length * Math.sin(phase))
}

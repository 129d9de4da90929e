// round(): half to even, on the exact value of a float (2.675 rounds to 2.67).

import { divideHalfEven, scaledInteger } from './float-digits.js'
import { type Int, int } from './numbers.js'
import { PyError } from './py-error.js'
import { PyFloat, type Value } from './values.js'

/** int(value) of a float: truncated; ValueError and OverflowError for NaN and infinities. */
export function truncateFloat(value: number): Int {
  if (Number.isNaN(value)) throw new PyError('ValueError', 'cannot convert float NaN to integer')
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert float infinity to integer')
  const whole = Math.trunc(value)
  return Number.isSafeInteger(whole) ? whole + 0 : int(BigInt(whole))
}

/** round(float[, digits]) */
export function roundFloat(value: number, digits?: number): Value {
  if (digits === undefined) {
    const whole = truncateFloat(value)
    if (typeof whole === 'bigint' || !Number.isFinite(value)) return whole
    const half = Math.abs(value - whole)
    const away = half > 0.5 || (half === 0.5 && whole % 2 !== 0)
    return away ? whole + Math.sign(value) : whole
  }
  if (!Number.isFinite(value) || value === 0 || digits > 323) return new PyFloat(value)
  if (digits < -308) return new PyFloat(0 * value)
  const rounded = Number(`${scaledInteger(value, digits)}e${-digits}`)
  if (!Number.isFinite(rounded)) throw new PyError('OverflowError', 'rounded value too large to represent')
  return new PyFloat(value < 0 ? -rounded : rounded)
}

/** round(int, digits) with negative digits. */
export function roundInt(value: Int, digits: number): Int {
  const scale = 10n ** BigInt(-digits)
  const magnitude = value < 0 ? -BigInt(value) : BigInt(value)
  const rounded = divideHalfEven(magnitude, scale) * scale
  return int(value < 0 ? -rounded : rounded)
}

// Powers and logarithms of floats, correctly rounded. V8's own differ from the C library's in the last digit,
// which a template then prints. Computed in fixed point with 240 bits.

import { bigToFloat, decompose, divideHalfEven } from './float-digits.js'
import { bitLength } from './numbers.js'
import { PyError } from './py-error.js'

const BITS = 240n
const ONE = 1n << BITS
const LN2 = logarithmOfSmall(2n * ONE)

/** ln of a fixed point number near 1, by the series of atanh. */
function logarithmOfSmall(value: bigint): bigint {
  const ratio = ((value - ONE) << BITS) / (value + ONE)
  const square = (ratio * ratio) >> BITS
  let term = ratio
  let sum = 0n
  for (let divisor = 1n; term !== 0n && term !== -1n; divisor += 2n) {
    sum += term / divisor
    term = (term * square) >> BITS
  }
  return sum * 2n
}

/** ln of a positive finite float in fixed point. */
function fixedLog(value: number): bigint {
  const { mantissa, exponent } = decompose(value)
  const bits = bitLength(mantissa)
  let scaled = mantissa << (BITS - BigInt(bits - 1))
  let power = exponent + bits - 1
  // Between sqrt(1/2) and sqrt(2) nothing cancels.
  if (scaled > (ONE * 181n) / 128n) {
    scaled >>= 1n
    power += 1
  }
  return logarithmOfSmall(scaled) + BigInt(power) * LN2
}

/** The float of a fixed point number; what lies within the computation's noise of a tie is that tie. */
function fixedToFloat(value: bigint, exponent: number): number {
  const magnitude = value < 0n ? -value : value
  const surplus = bitLength(magnitude) - 120
  const float =
    surplus > 0
      ? bigToFloat(divideHalfEven(magnitude, 1n << BigInt(surplus)), exponent + surplus)
      : bigToFloat(magnitude, exponent)
  return value < 0n ? -float : float
}

/** math.log(value) */
export function naturalLog(value: number): number {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return logOfSpecial(value)
  return fixedToFloat(fixedLog(value), -Number(BITS))
}

/** math.log2(value) */
export function binaryLog(value: number): number {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return logOfSpecial(value)
  return fixedToFloat((fixedLog(value) << BITS) / LN2, -Number(BITS))
}

/** math.log10(value), by the formula of the C library, which is not correctly rounded itself. */
export function decimalLog(value: number): number {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return logOfSpecial(value)
  const { mantissa, exponent } = decompose(value)
  const power = exponent + bitLength(mantissa) - 1
  const shift = power < 0 ? power + 1 : power
  const reduced = bigToFloat(mantissa, exponent - shift)
  const low = shift * 3.694239077158931e-13 + Math.LOG10E * naturalLog(reduced)
  return low + shift * 0.30102999566361177
}

function logOfSpecial(value: number): number {
  if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY) return value
  throw new PyError('ValueError', 'math domain error')
}

function exponential(fixed: bigint): number {
  let power = fixed / LN2
  if (fixed < 0n) power -= 1n
  // Eight halvings make the series short; eight squarings undo them.
  const reduced = (fixed - power * LN2) >> 8n
  let term = ONE
  let sum = ONE
  for (let divisor = 1n; term !== 0n; divisor += 1n) {
    term = ((term * reduced) / divisor) >> BITS
    sum += term
  }
  for (let step = 0; step < 8; step++) sum = (sum * sum) >> BITS
  return fixedToFloat(sum, Number(power) - Number(BITS))
}

/** `base ** exponent` of floats with Python's errors; complex results are refused. */
export function power(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) return powerOfInfinite(base, exponent)
  if (base === 0) {
    if (exponent < 0) throw new PyError('ZeroDivisionError', '0.0 cannot be raised to a negative power')
    return Math.abs(exponent % 2) === 1 ? base : 0
  }
  if (base < 0 && !Number.isInteger(exponent))
    throw new PyError('ValueError', 'the result is a complex number, which is not supported')
  const negative = base < 0 && Math.abs(exponent % 2) === 1
  const result = positivePower(Math.abs(base), exponent)
  if (result === Number.POSITIVE_INFINITY) throw new PyError('OverflowError', "(34, 'Numerical result out of range')")
  return negative ? -result : result
}

function powerOfInfinite(base: number, exponent: number): number {
  if (!Number.isFinite(exponent)) {
    const magnitude = Math.abs(base)
    if (magnitude === 1) return 1
    return magnitude > 1 === exponent > 0 ? Number.POSITIVE_INFINITY : 0
  }
  return base ** exponent
}

function positivePower(base: number, exponent: number): number {
  if (base === 1) return 1
  const estimate = exponent * Math.log2(base)
  if (estimate > 1025) return Number.POSITIVE_INFINITY
  if (estimate < -1080) return 0
  const { mantissa, exponent: shift } = decompose(exponent)
  const product = fixedLog(base) * (exponent < 0 ? -mantissa : mantissa)
  return exponential(shift >= 0 ? product << BigInt(shift) : product >> BigInt(-shift))
}

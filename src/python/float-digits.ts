// Exact decimal digits of floats: correctly rounded, ties to even on the exact binary value, as CPython's dtoa.
// JavaScript's toFixed and toExponential round ties up, so they are not used.

import { bitLength } from './numbers.js'

const VIEW = new DataView(new ArrayBuffer(8))

/** mantissa * 2**exponent of a finite float's magnitude. */
export function decompose(value: number): { mantissa: bigint; exponent: number } {
  VIEW.setFloat64(0, Math.abs(value))
  const bits = VIEW.getBigUint64(0)
  const biased = Number(bits >> 52n)
  const fraction = bits & 0xfffffffffffffn
  if (biased === 0) return { mantissa: fraction, exponent: -1074 }
  return { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 }
}

/** numerator / denominator to the nearest integer, ties to even. Both positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) return quotient + 1n
  return quotient
}

/** round(|value| * 10**digits) as an exact integer; digits may be negative. */
export function scaledInteger(value: number, digits: number): bigint {
  const { mantissa, exponent } = decompose(value)
  let numerator = mantissa
  let denominator = 1n
  if (digits >= 0) numerator *= 10n ** BigInt(digits)
  else denominator *= 10n ** BigInt(-digits)
  if (exponent >= 0) numerator <<= BigInt(exponent)
  else denominator <<= BigInt(-exponent)
  return divideHalfEven(numerator, denominator)
}

/** Digits of |value| in fixed notation, as '%.{digits}f' without sign. */
export function fixedDigits(value: number, digits: number): string {
  const text = scaledInteger(value, digits).toString()
  if (digits === 0) return text
  const padded = text.padStart(digits + 1, '0')
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
}

/** The first `count` significant digits of |value| and the power of ten of the first one. */
export function significantDigits(value: number, count: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0'.repeat(count), exponent: 0 }
  const { mantissa, exponent: binary } = decompose(value)
  // Close enough: one too many or too few is corrected below.
  let exponent = Math.floor((bitLength(mantissa) - 1 + binary) * 0.30102999566398114)
  for (;;) {
    const digits = scaledInteger(value, count - 1 - exponent).toString()
    if (digits.length === count) return { digits, exponent }
    exponent += digits.length > count ? 1 : -1
  }
}

/** mantissa * 2**exponent as the nearest float, ties to even, subnormals included. */
export function bigToFloat(mantissa: bigint, exponent: number): number {
  const excess = -1074 - exponent
  if (bitLength(mantissa) + exponent < -1021 && excess > 0)
    return Number(divideHalfEven(mantissa, 1n << BigInt(excess))) * 2 ** -1074
  let result = Number(mantissa)
  let rest = exponent
  while (rest > 900) {
    result *= 2 ** 900
    rest -= 900
  }
  while (rest < -900) {
    result *= 2 ** -900
    rest += 900
  }
  return result * 2 ** rest
}

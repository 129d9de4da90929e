// Integers and floats as CPython computes with them: ints of any size, floor division, exact comparison.
// An int Value is a safe-integer number, or a bigint beyond; every result here is in that canonical form.

import { PyError } from './py-error.js'
import { PyFloat, type Value } from './values.js'

export type Int = number | bigint

/** An int as a Value: a bigint is demoted to a number when that is exact. The number must be an integer. */
export function int(value: Int): Int {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : BigInt(value)
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value
}

/** The int of an int or bool; undefined for everything else. */
export function intOf(value: Value): Int | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return undefined
}

/** Nearest float of an int; OverflowError when there is none. */
export function intToFloat(value: Int): number {
  if (typeof value === 'number') return value
  const float = Number(value)
  if (!Number.isFinite(float)) throw new PyError('OverflowError', 'int too large to convert to float')
  return float
}

/** The float of an int, bool or float; undefined for other types. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  if (value instanceof PyFloat) return value.value
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'bigint' ? intToFloat(value) : undefined
}

export function addInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return int(BigInt(a) + BigInt(b))
}

export function subtractInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return int(BigInt(a) - BigInt(b))
}

export function multiplyInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (Number.isSafeInteger(product)) return product + 0
  }
  return int(BigInt(a) * BigInt(b))
}

/** `a / b` of ints, correctly rounded whatever their size. */
export function divideInts(a: Int, b: Int): number {
  if (b === 0) throw new PyError('ZeroDivisionError', 'division by zero')
  if (typeof a === 'number' && typeof b === 'number') return a / b
  return divideBig(BigInt(a), BigInt(b))
}

function divideBig(a: bigint, b: bigint): number {
  const negative = a < 0n !== b < 0n
  if (a === 0n) return b < 0n ? -0 : 0
  const dividend = a < 0n ? -a : a
  const divisor = b < 0n ? -b : b
  // A quotient of 66 bits or more plus a sticky bit rounds as the exact one does.
  const shift = bitLength(divisor) - bitLength(dividend) + 66
  const scaled = shift >= 0 ? dividend << BigInt(shift) : dividend
  const scale = shift >= 0 ? divisor : divisor << BigInt(-shift)
  const quotient = scaled / scale
  const sticky = scaled % scale === 0n ? 0n : 1n
  const result = scaleByPowerOfTwo(Number((quotient << 1n) | sticky), -shift - 1)
  if (!Number.isFinite(result)) throw new PyError('OverflowError', 'integer division result too large for a float')
  return negative ? -result : result
}

/** `value * 2**exponent`, for exponents beyond what one factor can hold. */
export function scaleByPowerOfTwo(value: number, exponent: number): number {
  let result = value
  let rest = exponent
  while (rest > 1000) {
    result *= 2 ** 1000
    rest -= 1000
  }
  while (rest < -1000) {
    result *= 2 ** -1000
    rest += 1000
  }
  return result * 2 ** rest
}

/** int.bit_length of a magnitude. */
export function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value
  if (magnitude === 0n) return 0
  const hex = magnitude.toString(16)
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0] as string, 16)))
}

export function floorDivideInts(a: Int, b: Int): Int {
  if (b === 0) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero')
  if (typeof a === 'number' && typeof b === 'number') {
    const remainder = a % b
    const quotient = (a - remainder) / b
    return (remainder !== 0 && remainder < 0 !== b < 0 ? quotient - 1 : quotient) + 0
  }
  const dividend = BigInt(a)
  const divisor = BigInt(b)
  const quotient = dividend / divisor
  return int(dividend % divisor !== 0n && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient)
}

export function moduloInts(a: Int, b: Int): Int {
  if (b === 0) throw new PyError('ZeroDivisionError', 'integer modulo by zero')
  if (typeof a === 'number' && typeof b === 'number') {
    const remainder = a % b
    return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0
  }
  const divisor = BigInt(b)
  const remainder = BigInt(a) % divisor
  return int(remainder !== 0n && remainder < 0n !== divisor < 0n ? remainder + divisor : remainder)
}

/** float.__divmod__: `[a // b, a % b]`. */
export function divmodFloats(a: number, b: number, message = 'float divmod()'): [number, number] {
  if (b === 0) throw new PyError('ZeroDivisionError', message)
  let remainder = a % b
  let quotient = (a - remainder) / b
  if (remainder !== 0) {
    if (b < 0 !== remainder < 0) {
      remainder += b
      quotient -= 1
    }
  } else remainder = b < 0 ? -0 : 0
  if (quotient === 0) return [a / b < 0 || Object.is(a / b, -0) ? -0 : 0, remainder]
  let floor = Math.floor(quotient)
  if (quotient - floor > 0.5) floor += 1
  return [floor, remainder]
}

/** `base ** exponent` of ints with exponent >= 0. */
export function powerInts(base: Int, exponent: Int): Int {
  if (typeof base === 'number' && typeof exponent === 'number' && Math.abs(base) < 2 ** 26 && exponent <= 2)
    return exponent === 0 ? 1 : exponent === 1 ? base : base * base
  const magnitude = BigInt(base)
  if (magnitude >= -1n && magnitude <= 1n) {
    if (exponent === 0 || magnitude === 1n) return 1
    return magnitude === 0n ? 0 : BigInt(exponent) % 2n === 0n ? 1 : -1
  }
  // CPython would go on for hours; a gigabit of digits is nothing that a playbook means.
  if (typeof exponent === 'bigint' || exponent * bitLength(magnitude) > 2 ** 29) throw new PyError('MemoryError', '')
  return int(magnitude ** BigInt(exponent))
}

// datetime.timedelta: normalised days, seconds and microseconds, with Python's arithmetic.

import { divideHalfEven } from './float-digits.js'
import { divideInts, moduloInts } from './numbers.js'
import { type BinaryOperator, PyFloat, PyObject, type UnaryOperator, type Value } from './values.js'

const DAY = 86_400_000_000n

export class PyTimeDelta extends PyObject {
  readonly typeName = 'timedelta'
  override get typeModule(): string {
    return 'datetime'
  }
  /** May be negative; the other two never are. */
  readonly days: number
  readonly seconds: number
  readonly microseconds: number
  readonly total: bigint

  constructor(days: number, seconds = 0, microseconds: number | bigint = 0) {
    super()
    this.total = BigInt(days) * DAY + BigInt(seconds) * 1_000_000n + BigInt(microseconds)
    const rest = BigInt(moduloInts(this.total, DAY))
    this.days = Number((this.total - rest) / DAY)
    this.seconds = Number(rest / 1_000_000n)
    this.microseconds = Number(rest % 1_000_000n)
  }

  static ofMicroseconds(total: bigint): PyTimeDelta {
    return new PyTimeDelta(0, 0, total)
  }

  totalSeconds(): number {
    return divideInts(this.total, 1_000_000)
  }
  override key(): unknown {
    return `\u0000timedelta:${this.total}`
  }
  override truth(): boolean {
    return this.total !== 0n
  }
  override equals(other: Value): boolean {
    return other instanceof PyTimeDelta && other.total === this.total
  }
  override order(operator: '<' | '<=' | '>' | '>=', other: Value): boolean | undefined {
    if (!(other instanceof PyTimeDelta)) return undefined
    if (operator === '<') return this.total < other.total
    if (operator === '<=') return this.total <= other.total
    return operator === '>' ? this.total > other.total : this.total >= other.total
  }
  override str(): string {
    const clock = `${Math.floor(this.seconds / 3600)}:${two(Math.floor(this.seconds / 60) % 60)}:${two(this.seconds % 60)}`
    const fraction = this.microseconds === 0 ? '' : `.${String(this.microseconds).padStart(6, '0')}`
    const days = this.days === 0 ? '' : `${this.days} day${Math.abs(this.days) === 1 ? '' : 's'}, `
    return days + clock + fraction
  }
  override repr(): string {
    const parts: string[] = []
    if (this.days !== 0) parts.push(`days=${this.days}`)
    if (this.seconds !== 0) parts.push(`seconds=${this.seconds}`)
    if (this.microseconds !== 0) parts.push(`microseconds=${this.microseconds}`)
    return `datetime.timedelta(${parts.join(', ') || '0'})`
  }
  override unary(operator: UnaryOperator): Value | undefined {
    if (operator === '-') return PyTimeDelta.ofMicroseconds(-this.total)
    if (operator === '+') return this
    return operator === 'abs' ? PyTimeDelta.ofMicroseconds(this.total < 0n ? -this.total : this.total) : undefined
  }
  override binary(operator: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyTimeDelta && !reflected) return withDelta(operator, this.total, other.total)
    if (operator === '*') return times(this.total, other)
    return reflected ? undefined : dividedBy(operator, this.total, other)
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

function withDelta(operator: BinaryOperator, a: bigint, b: bigint): Value | undefined {
  if (operator === '+') return PyTimeDelta.ofMicroseconds(a + b)
  if (operator === '-') return PyTimeDelta.ofMicroseconds(a - b)
  if (operator === '/') return new PyFloat(divideInts(a, b))
  if (operator === '%') return PyTimeDelta.ofMicroseconds(BigInt(moduloInts(a, b)))
  return operator === '//' ? Number((a - BigInt(moduloInts(a, b))) / b) : undefined
}

function times(total: bigint, factor: Value): Value | undefined {
  if (typeof factor === 'number' || typeof factor === 'bigint')
    return PyTimeDelta.ofMicroseconds(total * BigInt(factor))
  if (factor instanceof PyFloat) return PyTimeDelta.ofMicroseconds(BigInt(Math.round(Number(total) * factor.value)))
  return undefined
}

function dividedBy(operator: BinaryOperator, total: bigint, divisor: Value): Value | undefined {
  if (typeof divisor === 'number' && divisor !== 0) {
    const by = BigInt(divisor)
    if (operator === '//') return PyTimeDelta.ofMicroseconds((total - BigInt(moduloInts(total, by))) / by)
    if (operator === '/') return PyTimeDelta.ofMicroseconds(roundedQuotient(total, by))
  }
  if (divisor instanceof PyFloat && operator === '/' && divisor.value !== 0)
    return PyTimeDelta.ofMicroseconds(BigInt(Math.round(Number(total) / divisor.value)))
  return undefined
}

function roundedQuotient(total: bigint, by: bigint): bigint {
  const magnitude = divideHalfEven(total < 0n ? -total : total, by < 0n ? -by : by)
  return total < 0n !== by < 0n ? -magnitude : magnitude
}

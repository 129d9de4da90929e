// + - * / // % ** and the unary operators on Values: Python's promotions, and its TypeErrors to the letter.

import { complexPower, isComplexPower } from './complex.js'
import { dateArithmetic } from './datetime.js'
import { power } from './float-math.js'
import { requireFitting } from './limits.js'
import {
  addInts,
  divideInts,
  divmodFloats,
  floorDivideInts,
  type Int,
  intOf,
  intToFloat,
  moduloInts,
  multiplyInts,
  numberOf,
  powerInts,
  subtractInts,
} from './numbers.js'
import { PyError } from './py-error.js'
import { typeLabel, typeName } from './repr.js'
import { roundFloat, roundInt } from './rounding.js'
import { combineSets } from './sequences.js'
import { addText, repeatText, textModulo } from './text-arithmetic.js'
import {
  type BinaryOperator,
  isText,
  Markup,
  PyBytes,
  PyDate,
  PyDateTime,
  PyFloat,
  PyObject,
  PySet,
  Tuple,
  type UnaryOperator,
  UnsafeText,
  type Value,
} from './values.js'

/** The operator as the message of an unsupported operation names it. */
const LABELS: Partial<Record<BinaryOperator, string>> = { '**': '** or pow()', divmod: 'divmod()' }

function unsupported(operator: BinaryOperator, a: Value, b: Value): PyError {
  return new PyError(
    'TypeError',
    `unsupported operand type(s) for ${LABELS[operator] ?? operator}: '${typeLabel(a)}' and '${typeLabel(b)}'`,
  )
}

/** What objects that know the operator themselves make of it (timedelta, undefined values). */
function viaObject(operator: BinaryOperator, a: Value, b: Value): Value | undefined {
  if (a instanceof PyDate || b instanceof PyDate || a instanceof PyDateTime || b instanceof PyDateTime) {
    const result = dateArithmetic(operator, a, b)
    if (result !== undefined) return result
  }
  if (a instanceof PyObject && a.binary !== undefined) {
    const result = a.binary(operator, b, false)
    if (result !== undefined) return result
  }
  return b instanceof PyObject ? b.binary?.(operator, a, true) : undefined
}

interface NumberOperation {
  readonly ints: (a: Int, b: Int) => Value
  readonly floats: (a: number, b: number) => number | PyObject
}

/** The result for two numbers; undefined when one is none. */
function numeric(operation: NumberOperation, a: Value, b: Value): Value | undefined {
  const left = intOf(a)
  const right = intOf(b)
  if (left !== undefined && right !== undefined) return operation.ints(left, right)
  const x = left !== undefined ? left : a instanceof PyFloat ? a.value : undefined
  const y = right !== undefined ? right : b instanceof PyFloat ? b.value : undefined
  if (x === undefined || y === undefined) return undefined
  const result = operation.floats(intToFloat(x), intToFloat(y))
  return typeof result === 'number' ? new PyFloat(result) : result
}

const ADDITION: NumberOperation = { ints: addInts, floats: (a, b) => a + b }
const SUBTRACTION: NumberOperation = { ints: subtractInts, floats: (a, b) => a - b }
const MULTIPLICATION: NumberOperation = { ints: multiplyInts, floats: (a, b) => a * b }
const DIVISION: NumberOperation = { ints: (a, b) => new PyFloat(divideInts(a, b)), floats: divideFloats }
const FLOOR_DIVISION: NumberOperation = {
  ints: floorDivideInts,
  floats: (a, b) => divmodFloats(a, b, 'float floor division by zero')[0],
}
const MODULO: NumberOperation = { ints: moduloInts, floats: (a, b) => divmodFloats(a, b, 'float modulo')[1] }
const POWER: NumberOperation = {
  ints: (a, b) => (b < 0 ? new PyFloat(power(intToFloat(a), intToFloat(b))) : powerInts(a, b)),
  floats: (a, b) => (isComplexPower(a, b) ? complexPower(a, b) : power(a, b)),
}

function divideFloats(a: number, b: number): number {
  if (b === 0) throw new PyError('ZeroDivisionError', 'float division by zero')
  return a / b
}

export function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') return a + b
  const sum = numeric(ADDITION, a, b)
  if (sum !== undefined) return sum
  if (Array.isArray(a) && Array.isArray(b)) return a.concat(b)
  const result = viaObject('+', a, b) ?? addText(a, b)
  if (result !== undefined) return result
  return concatenate(a, b)
}

function concatenate(a: Value, b: Value): Value {
  if (a instanceof Tuple && b instanceof Tuple) return new Tuple([...a.items, ...b.items])
  if (a instanceof PyBytes && b instanceof PyBytes) return new PyBytes(Buffer.concat([a.value, b.value]))
  if (isText(a) || Array.isArray(a) || a instanceof Tuple) {
    const type = isText(a) ? 'str' : typeName(a)
    throw new PyError('TypeError', `can only concatenate ${type} (not "${typeLabel(b)}") to ${type}`)
  }
  if (a instanceof PyBytes) throw new PyError('TypeError', `can't concat ${typeLabel(b)} to bytes`)
  throw unsupported('+', a, b)
}

export function sub(a: Value, b: Value): Value {
  const result = numeric(SUBTRACTION, a, b) ?? setOperation('-', a, b) ?? viaObject('-', a, b)
  if (result === undefined) throw unsupported('-', a, b)
  return result
}

/** Set arithmetic `-`, `|`, `&`, `^`; undefined when one side is no set. */
export function setOperation(operator: BinaryOperator, a: Value, b: Value): Value | undefined {
  return a instanceof PySet && b instanceof PySet ? combineSets(operator, a, b) : undefined
}

export function mul(a: Value, b: Value): Value {
  const product = numeric(MULTIPLICATION, a, b) ?? viaObject('*', a, b)
  if (product !== undefined) return product
  if (isRepeatable(a, b)) return repeat(a, b)
  if (isRepeatable(b, a)) return repeat(b, a)
  throw unsupported('*', a, b)
}

/** Whether it is a sequence that `*` repeats; Markup has a `__mul__` of its own, which takes ints alone. */
function isRepeatable(value: Value, times: Value): boolean {
  if (value instanceof Markup) return intOf(times) !== undefined
  return isText(value) || Array.isArray(value) || value instanceof Tuple || value instanceof PyBytes
}

function repeat(sequence: Value, times: Value): Value {
  const count = intOf(times)
  // AnsibleUnsafeText calls str.__mul__ itself, on whichever side it stands.
  if (count === undefined && (sequence instanceof UnsafeText || times instanceof UnsafeText)) {
    const other = sequence instanceof UnsafeText ? times : sequence
    throw new PyError('TypeError', `'${typeName(other)}' object cannot be interpreted as an integer`)
  }
  if (count === undefined)
    throw new PyError('TypeError', `can't multiply sequence by non-int of type '${typeLabel(times)}'`)
  const copies = Math.max(0, Number(count))
  if (isText(sequence)) return repeatText(sequence, copies)
  if (sequence instanceof PyBytes) return repeatBytes(sequence, copies)
  const items = Array.isArray(sequence) ? sequence : (sequence as Tuple).items
  requireFitting(items.length * copies)
  const result: Value[] = []
  while (result.length < items.length * copies) for (const item of items) result.push(item)
  return Array.isArray(sequence) ? result : new Tuple(result)
}

function repeatBytes(bytes: PyBytes, copies: number): PyBytes {
  const size = bytes.value.length * copies
  requireFitting(size)
  return new PyBytes(new Uint8Array(size).map((_, index) => bytes.value[index % bytes.value.length] as number))
}

export function div(a: Value, b: Value): Value {
  const result = numeric(DIVISION, a, b) ?? viaObject('/', a, b)
  if (result === undefined) throw unsupported('/', a, b)
  return result
}

export function floordiv(a: Value, b: Value): Value {
  const result = numeric(FLOOR_DIVISION, a, b) ?? viaObject('//', a, b)
  if (result === undefined) throw unsupported('//', a, b)
  return result
}

export function mod(a: Value, b: Value): Value {
  const result =
    numeric(MODULO, a, b) ??
    (isText(a)
      ? (textModulo(a, b) ?? viaObject('%', a, b))
      : // What stands on the left is asked first.
        (viaObject('%', a, b) ?? textModulo(a, b)))
  if (result === undefined) throw unsupported('%', a, b)
  return result
}

/** `a ** b` */
export function pow(a: Value, b: Value): Value {
  const result = numeric(POWER, a, b) ?? viaObject('**', a, b)
  if (result === undefined) throw unsupported('**', a, b)
  return result
}

export const neg = (value: Value): Value => unary('-', value)
export const pos = (value: Value): Value => unary('+', value)
/** abs(value) */
export const absolute = (value: Value): Value => unary('abs', value)

function unary(operator: '-' | '+' | 'abs', value: Value): Value {
  const number = intOf(value)
  if (number !== undefined) {
    if (operator === '+' || (operator === 'abs' && number >= 0)) return number
    return typeof number === 'number' ? 0 - number : -number
  }
  if (value instanceof PyFloat) {
    const float = value.value
    return new PyFloat(operator === '-' ? -float : operator === 'abs' ? Math.abs(float) : float)
  }
  const result = value instanceof PyObject ? value.unary?.(operator) : undefined
  if (result !== undefined) return result
  const label = operator === 'abs' ? 'abs()' : `unary ${operator}`
  throw new PyError('TypeError', `bad operand type for ${label}: '${typeLabel(value)}'`)
}

/** round(value[, digits]): half to even; without digits an int. */
export function round(value: Value, digits?: number): Value {
  const number = intOf(value)
  if (number !== undefined) return digits === undefined || digits >= 0 ? number : roundInt(number, digits)
  if (value instanceof PyFloat) return roundFloat(value.value, digits)
  const result = value instanceof PyObject ? value.unary?.('round') : undefined
  if (result !== undefined) return result
  throw new PyError('TypeError', `type ${typeLabel(value)} doesn't define __round__ method`)
}

/** Whether the value is an int, bool or float. */
export const isNumber = (value: Value): boolean => numberOf(value) !== undefined
export type { UnaryOperator }

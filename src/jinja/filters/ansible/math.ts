// log, pow, root, human_readable, human_to_bytes, rekey_on_member. Mirrors ansible/plugins/filter/mathstuff.py (2.14)
// and module_utils/common/text/formatters.py.

import { decimalLog, naturalLog, power } from '../../../python/float-math.js'
import {
  compare,
  Dict,
  div,
  equals,
  formatValue,
  int,
  isText,
  iterate,
  Mapping,
  PyBytes,
  PyError,
  PyFloat,
  percentFormat,
  requireHashable,
  requireItem,
  round,
  str,
  textOf,
  toFloat,
  toInt,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { FilterError, FilterTypeError, TemplateError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { LenientUndefined, Undefined } from '../../undefined.js'
import { callMethod, isInteger, isListLike, isStr, messageOf, toText } from '../conversions.js'
import { define } from '../signature.js'

/** A float argument of a function of the math module. */
function realNumber(value: Value): number {
  if (value instanceof PyFloat || isInteger(value)) return toFloat(value)
  if (value instanceof Undefined) return value.fail()
  throw new PyError('TypeError', `must be real number, not ${typeName(value)}`)
}

const domainError = (): PyError => new PyError('ValueError', 'math domain error')

/** math.log of an int of any size or a float. */
function log(value: Value): number {
  if (typeof value === 'bigint') return logOfBig(value, naturalLog)
  const number = realNumber(value)
  if (number <= 0) throw domainError()
  return naturalLog(number)
}

function logOfBig(value: bigint, logarithm: (value: number) => number): number {
  if (value <= 0n) throw domainError()
  const asFloat = Number(value)
  if (Number.isFinite(asFloat)) return logarithm(asFloat)
  const shift = value.toString(2).length - 1000
  return logarithm(Number(value >> BigInt(shift))) + logarithm(2) * shift
}

function logarithm(value: Value, base: Value): Value {
  return onNumbers('log', () => {
    if (equals(base, 10)) {
      if (typeof value === 'bigint') return new PyFloat(logOfBig(value, decimalLog))
      const number = realNumber(value)
      if (number <= 0) throw domainError()
      return new PyFloat(decimalLog(number))
    }
    return div(new PyFloat(log(value)), new PyFloat(log(base)))
  })
}

/** math.pow */
function floatPower(base: number, exponent: number): number {
  if (base === 1 || exponent === 0) return 1
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) return base === -1 ? 1 : base ** exponent
  if (base === 0 && exponent < 0) throw domainError()
  if (base < 0 && !Number.isInteger(exponent)) throw domainError()
  const result = base === 0 ? base ** exponent : safePower(base, exponent)
  if (!Number.isFinite(result)) throw new PyError('OverflowError', 'math range error')
  return result
}

function safePower(base: number, exponent: number): number {
  const rough = base ** exponent
  return Number.isFinite(rough) && rough !== 0 ? power(base, exponent) : rough
}

function raise(base: Value, exponent: Value): Value {
  return onNumbers('pow', () => new PyFloat(floatPower(realNumber(base), realNumber(exponent))))
}

function onNumbers(name: string, compute: () => Value, isCaught: (error: PyError) => boolean = isTypeError): Value {
  try {
    return compute()
  } catch (error) {
    if (!(error instanceof PyError) || !isCaught(error)) throw error
    throw new FilterTypeError(`${name}() can only be used on numbers: ${error.message}`)
  }
}

const isTypeError = (error: PyError): boolean => error.isA('TypeError')
const isTypeOrValueError = (error: PyError): boolean => error.isA('TypeError') || error.isA('ValueError')

function root(value: Value, base: Value): Value {
  return onNumbers(
    'root',
    () => {
      if (!equals(base, 2)) {
        const exponent = div(new PyFloat(1), new PyFloat(toFloat(base)))
        return new PyFloat(floatPower(realNumber(value), realNumber(exponent)))
      }
      const number = realNumber(value)
      if (number < 0) throw domainError()
      return new PyFloat(Math.sqrt(number))
    },
    isTypeOrValueError,
  )
}

const SIZES: readonly (readonly [string, bigint])[] = [
  ['Y', 1n << 80n],
  ['Z', 1n << 70n],
  ['E', 1n << 60n],
  ['P', 1n << 50n],
  ['T', 1n << 40n],
  ['G', 1n << 30n],
  ['M', 1n << 20n],
  ['K', 1n << 10n],
  ['B', 1n],
]

function bytesToHuman(size: Value, isBits: Value, unit: Value): string {
  if (size instanceof Undefined) return size.fail()
  const base = truth(isBits) ? 'bits' : 'Bytes'
  const chosen = SIZES.find(([suffix, limit]) =>
    unit === null ? compare(size, int(limit), '>=') : equals(callMethod(unit, 'upper'), suffix),
  )
  const [suffix, limit] = chosen ?? (['B', 1n] as const)
  const name = limit === 1n ? base : suffix + base.charAt(0)
  const amount = div(size, int(limit))
  return `${formatValue(new PyFloat(realNumber(amount)), '.2f')} ${name}`
}

function humanToBytes(size: Value, defaultUnit: Value, isBits: Value): Value {
  const text = str(size)
  const match = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text)
  const amount = toFloat(match?.[1] ?? '')
  const unit: Value = match?.[2] ?? defaultUnit
  if (unit === null) return round(new PyFloat(amount))
  const name = isText(unit) ? textOf(unit) : toText(requireItem(unit, 0))
  const key = name.charAt(0).toUpperCase()
  const limit = SIZES.find(([suffix]) => suffix === key)?.[1]
  if (limit === undefined || name === '') throw new PyError('ValueError', `no such unit: ${name}`)
  const bits = truth(isBits)
  const isNamed = name.toLowerCase().includes(bits ? 'bit' : 'byte')
  if (name.length > 1 && !isNamed && name.charAt(1) !== (bits ? 'b' : 'B')) {
    throw new PyError('ValueError', `Value is not a valid string: ${text}`)
  }
  return toInt(round(new PyFloat(amount * Number(limit))))
}

/** TypeErrors of the formatters become filter type errors, anything else a filter error. */
function formatting(name: string, size: Value, compute: () => Value): Value {
  try {
    return compute()
  } catch (error) {
    if (!(error instanceof PyError || error instanceof TemplateError)) throw error
    if (error instanceof PyError && error.isA('TypeError')) {
      throw new FilterTypeError(`${name}() failed on bad input: ${messageOf(error)}`)
    }
    throw new FilterError(percentFormat(`${name}() can't interpret following string: %s`, size))
  }
}

function rekeyOnMember(data: Value, key: Value, duplicates: Value): Dict {
  const mode = isStr(duplicates) ? textOf(duplicates) : ''
  if (mode !== 'error' && mode !== 'overwrite') {
    throw new FilterError(`duplicates parameter to rekey_on_member has unknown value: ${toText(duplicates)}`)
  }
  if (truth(data)) truth(key)
  const items = data instanceof Mapping ? data.values() : rekeyItems(data)
  const rekeyed = new Dict()
  for (const item of items) {
    if (!(item instanceof Mapping)) throw new FilterTypeError('List item is not a valid dict')
    const member = memberOf(item, key)
    const known = rekeyed.get(requireHashable(member))
    if (known !== undefined && truth(known) && mode === 'error') {
      throw new FilterError(`Key ${toText(member)} is not unique, cannot correctly turn into dict`)
    }
    rekeyed.set(member, item)
  }
  return rekeyed
}

function rekeyItems(data: Value): Iterable<Value> {
  const isPlainText = isStr(data) || data instanceof PyBytes
  if (data instanceof LenientUndefined) return []
  if (!isPlainText && (isListLike(data) || (data !== null && typeof data === 'object'))) {
    try {
      return iterate(data)
    } catch (error) {
      if (!(error instanceof PyError)) throw error
    }
  }
  throw new FilterTypeError('Type is not a valid list, set, or dict')
}

function memberOf(item: Mapping, key: Value): Value {
  try {
    return requireItem(item, key)
  } catch (error) {
    if (!(error instanceof PyError)) throw new FilterError(messageOf(error))
    if (error.isA('KeyError')) throw new FilterError(`Key ${toText(key)} was not found`)
    throw error.isA('TypeError') ? new FilterTypeError(error.message) : new FilterError(error.message)
  }
}

export const mathFilters: Readonly<Record<string, PluginCall>> = {
  human_readable: define('human_readable(size, isbits=False, unit=None)', (_call, size, isBits, unit) =>
    formatting('human_readable', size, () => bytesToHuman(size, isBits, unit)),
  ),
  human_to_bytes: define('human_to_bytes(size, default_unit=None, isbits=False)', (_call, size, unit, isBits) =>
    formatting('human_to_bytes', size, () => humanToBytes(size, unit, isBits)),
  ),
  log: define(`logarithm(x, base=${Math.E})`, (_call, value, base) => logarithm(value, base)),
  pow: define('power(x, y)', (_call, base, exponent) => raise(base, exponent)),
  rekey_on_member: define("rekey_on_member(data, key, duplicates='error')", (_call, data, key, duplicates) =>
    rekeyOnMember(data, key, duplicates),
  ),
  root: define('inversepower(x, base=2)', (_call, value, base) => root(value, base)),
}

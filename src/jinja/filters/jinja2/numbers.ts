// Jinja2's filters on numbers. Mirrors jinja2/filters.py (3.1): do_int, do_float, do_round, do_filesizeformat, abs.

import {
  absolute,
  div,
  formatValue,
  int,
  mul,
  PyError,
  PyFloat,
  pow,
  round,
  toFloat,
  toInt,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { JinjaRuntimeError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { isInteger, isStr, requireIndex } from '../conversions.js'
import { define } from '../signature.js'

const isConversionError = (error: unknown): boolean =>
  error instanceof PyError && (error.isA('TypeError') || error.isA('ValueError'))

function toInteger(value: Value, fallback: Value, base: Value): Value {
  if (value instanceof Undefined) return value.fail()
  try {
    return isStr(value) ? toInt(value, requireIndex(base)) : toInt(value)
  } catch (error) {
    if (!isConversionError(error)) throw error
  }
  // so that '42.23' gives 42
  try {
    return toInt(new PyFloat(toFloat(value)))
  } catch (error) {
    if (!isConversionError(error)) throw error
    return fallback
  }
}

function toFloating(value: Value, fallback: Value): Value {
  if (value instanceof Undefined) return value.fail()
  try {
    return new PyFloat(toFloat(value))
  } catch (error) {
    if (!isConversionError(error)) throw error
    return fallback
  }
}

/** math.ceil and math.floor: an int. */
function roundTowards(value: Value, method: 'ceil' | 'floor'): number | bigint {
  if (isInteger(value)) return typeof value === 'boolean' ? Number(value) : value
  if (!(value instanceof PyFloat)) throw new PyError('TypeError', `must be real number, not ${typeName(value)}`)
  const rounded = Math[method](value.value)
  if (Number.isNaN(rounded)) throw new PyError('ValueError', 'cannot convert float NaN to integer')
  if (!Number.isFinite(rounded)) throw new PyError('OverflowError', 'cannot convert float infinity to integer')
  return int(BigInt(rounded))
}

function roundNumber(value: Value, precision: Value, method: Value): Value {
  const name = isStr(method) ? String(method) : ''
  if (name !== 'common' && name !== 'ceil' && name !== 'floor') {
    throw new JinjaRuntimeError('FilterArgumentError', 'method must be common, ceil or floor')
  }
  if (name === 'common') {
    // A type without __round__ is told before a wrong precision is.
    if (precision === null || !(isInteger(value) || value instanceof PyFloat)) return round(value)
    return round(value, requireIndex(precision))
  }
  const scale = pow(10, precision)
  return div(roundTowards(mul(value, scale), name), scale)
}

const BINARY_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
const DECIMAL_UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']

function fileSize(value: Value, binary: boolean): string {
  if (value instanceof Undefined) return value.fail()
  const bytes = toFloat(value)
  const base = binary ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${roundTowards(new PyFloat(Math.trunc(bytes)), 'floor')} Bytes`
  let unit = base
  for (const [index, name] of (binary ? BINARY_UNITS : DECIMAL_UNITS).entries()) {
    unit = Number(BigInt(base) ** BigInt(index + 2))
    if (bytes < unit) return `${oneDecimal((base * bytes) / unit)} ${name}`
  }
  return `${oneDecimal((base * bytes) / unit)} ${binary ? 'YiB' : 'YB'}`
}

const oneDecimal = (value: number): string => formatValue(new PyFloat(value), '.1f')

export const numberFilters: Readonly<Record<string, PluginCall>> = {
  abs: define('builtin abs(x, /)', (_call, value) => absolute(value)),
  filesizeformat: define('do_filesizeformat(value, binary=False)', (_call, value, binary) =>
    fileSize(value, truth(binary)),
  ),
  float: define('do_float(value, default=0.0)', (_call, value, fallback) => toFloating(value, fallback)),
  int: define('do_int(value, default=0, base=10)', (_call, value, fallback, base) => toInteger(value, fallback, base)),
  round: define("do_round(value, precision=0, method='common')", (_call, value, precision, method) =>
    roundNumber(value, precision, method),
  ),
}

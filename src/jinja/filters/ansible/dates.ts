// strftime and to_datetime. Mirrors ansible/plugins/filter/core.py (2.14).

import {
  localTime,
  PyError,
  percentFormat,
  strftime,
  strptime,
  textOf,
  toFloat,
  truth,
  typeName,
  utcTime,
  type Value,
} from '../../../python/index.js'
import { FilterError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { isStr } from '../conversions.js'
import { define } from '../signature.js'

function formatTime(call: CallContext, format: Value, second: Value, utc: Value): string {
  const timeOf = truth(utc) ? utcTime : localTime
  if (second === null) call.markVolatile()
  const fields = second === null ? timeOf() : timeOf(epochOf(second))
  if (!isStr(format)) {
    throw new PyError('TypeError', `strftime() argument 1 must be str, not ${argumentType(format)}`)
  }
  return strftime(textOf(format), fields)
}

/** The type of a wrong argument as C functions name it. */
const argumentType = (value: Value): string => (value === null ? 'None' : typeName(value))

function epochOf(second: Value): number {
  let epoch: number
  try {
    epoch = toFloat(second)
  } catch {
    throw new FilterError(percentFormat('Invalid value for epoch value (%s)', second))
  }
  if (Number.isNaN(epoch)) throw new PyError('ValueError', 'cannot convert float NaN to integer')
  if (!Number.isFinite(epoch)) throw new PyError('OverflowError', 'cannot convert float infinity to integer')
  // Past this JavaScript has no dates; CPython has none past the year 2147485547.
  if (Math.abs(epoch) > 8.64e12) throw new PyError('OverflowError', 'timestamp out of range for platform time_t')
  return Math.floor(epoch)
}

function toDateTime(text: Value, format: Value): Value {
  for (const [value, position] of [
    [text, 1],
    [format, 2],
  ] as const) {
    if (!isStr(value)) {
      throw new PyError('TypeError', `strptime() argument ${position} must be str, not ${argumentType(value)}`)
    }
  }
  return strptime(textOf(text as string), textOf(format as string))
}

export const dateFilters: Readonly<Record<string, PluginCall>> = {
  strftime: define('strftime(string_format, second=None, utc=False)', (call, format, second, utc) =>
    formatTime(call, format, second, utc),
  ),
  to_datetime: define("to_datetime(string, format='%Y-%m-%d %H:%M:%S')", (_call, text, format) =>
    toDateTime(text, format),
  ),
}

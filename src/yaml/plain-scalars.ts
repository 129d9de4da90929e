// What a scalar without quotes means: YAML 1.1 as PyYAML resolves it (resolver.py and SafeConstructor of 6.0).
import { PyDate, PyDateTime, PyFloat, type Value } from '../python/values.js'

export type ScalarTag = 'bool' | 'float' | 'int' | 'merge' | 'null' | 'timestamp' | 'value' | 'str'

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/
const NULL = /^(?:~|null|Null|NULL|)$/
const TIMESTAMP_SHAPE =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/
const TIMESTAMP =
  /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)(?:(?:[Tt]|[ \t]+)(?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d*))?(?:[ \t]*(?<zone>Z|(?<sign>[-+])(?<zoneHour>\d\d?)(?::(?<zoneMinute>\d\d))?))?)?$/

/** The tag that the text of a plain scalar stands for. */
export function resolvePlain(text: string): ScalarTag {
  switch (text.charCodeAt(0)) {
    case 0x79: // y Y t T f F o O
    case 0x59:
    case 0x74:
    case 0x54:
    case 0x66:
    case 0x46:
    case 0x6f:
    case 0x4f:
      return text.length <= 5 && BOOL.test(text) ? 'bool' : 'str'
    case 0x6e: // n N
    case 0x4e:
      if (text.length > 4) return 'str'
      if (BOOL.test(text)) return 'bool'
      return NULL.test(text) ? 'null' : 'str'
    case 0x7e:
      return text === '~' ? 'null' : 'str'
    case 0x3c:
      return text === '<<' ? 'merge' : 'str'
    case 0x3d:
      return text === '=' ? 'value' : 'str'
    default:
      return text === '' ? 'null' : resolveNumber(text)
  }
}

function resolveNumber(text: string): ScalarTag {
  const c = text.charCodeAt(0)
  const digit = c >= 0x30 && c <= 0x39
  if (!digit && c !== 0x2d && c !== 0x2b && c !== 0x2e) return 'str'
  if (FLOAT.test(text)) return 'float'
  if (c !== 0x2e && INT.test(text)) return 'int'
  return digit && TIMESTAMP_SHAPE.test(text) ? 'timestamp' : 'str'
}

/** An int as PyYAML reads it: 0b, 0x, leading 0 for octal, base 60 with colons, underscores. */
export function readInt(text: string): number | bigint {
  let digits = text.replaceAll('_', '').trim()
  const negative = digits.startsWith('-')
  if (negative || digits.startsWith('+')) digits = digits.slice(1)
  const value = readDigits(digits)
  return normalise(negative ? -value : value)
}

function readDigits(digits: string): bigint {
  if (digits === '0') return 0n
  if (digits.startsWith('0b')) return parseBase(digits.slice(2), 2, /^[01]+$/, '0b')
  if (digits.startsWith('0x')) return parseBase(digits.slice(2), 16, /^[0-9a-fA-F]+$/, '0x')
  if (digits.startsWith('0')) return parseBase(digits, 8, /^[0-7]+$/, '0o')
  if (!digits.includes(':')) return parseBase(digits, 10, /^[0-9]+$/, '')
  return digits.split(':').reduce((sum, part) => sum * 60n + parseBase(part, 10, /^[0-9]+$/, ''), 0n)
}

function parseBase(digits: string, base: number, shape: RegExp, prefix: string): bigint {
  if (!shape.test(digits)) {
    throw new RangeError(`invalid literal for int() with base ${base}: '${digits}'`)
  }
  return BigInt(prefix + (base === 8 ? digits.replace(/^0+(?=.)/, '') : digits))
}

function normalise(value: bigint): number | bigint {
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

const SHORT_INT = /^-?(?:0|[1-9][0-9]{0,14})$/

/** A float as PyYAML reads it: underscores, .inf, .nan, base 60 with colons. */
export function readFloat(text: string): PyFloat {
  let digits = text.replaceAll('_', '').toLowerCase()
  const sign = digits.startsWith('-') ? -1 : 1
  if (digits.startsWith('-') || digits.startsWith('+')) digits = digits.slice(1)
  if (digits === '.inf') return new PyFloat(sign * Number.POSITIVE_INFINITY)
  if (digits === '.nan') return new PyFloat(Number.NaN)
  if (digits.includes(':')) {
    const parts = digits.split(':').map(toFloat).reverse()
    return new PyFloat(sign * parts.reduce((sum, part, index) => sum + part * 60 ** index, 0))
  }
  return new PyFloat(sign * toFloat(digits))
}

function toFloat(digits: string): number {
  const trimmed = digits.trim()
  if (/^[-+]?(?:inf(?:inity)?|nan)$/.test(trimmed)) {
    if (trimmed.endsWith('nan')) return Number.NaN
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(trimmed)) {
    throw new RangeError(`could not convert string to float: '${digits}'`)
  }
  return Number(trimmed)
}

export function readBool(text: string): boolean {
  const lower = text.toLowerCase()
  if (lower === 'yes' || lower === 'true' || lower === 'on') return true
  if (lower === 'no' || lower === 'false' || lower === 'off') return false
  throw new RangeError(`'${lower}'`)
}

/** A date, or a date with time and offset. */
export function readTimestamp(text: string): PyDate | PyDateTime {
  const groups = TIMESTAMP.exec(text)?.groups
  if (groups === undefined) throw new RangeError("'NoneType' object has no attribute 'groupdict'")
  const number = (name: string): number => Number(groups[name] ?? 0)
  const [year, month, day] = [number('year'), number('month'), number('day')]
  if (year < 1) throw new RangeError('year 0 is out of range')
  if (month < 1 || month > 12) throw new RangeError('month must be in 1..12')
  if (day < 1 || day > daysInMonth(year, month)) throw new RangeError('day is out of range for month')
  if (groups.hour === undefined) return new PyDate(year, month, day)
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')]
  if (hour > 23) throw new RangeError('hour must be in 0..23')
  if (minute > 59) throw new RangeError('minute must be in 0..59')
  if (second > 59) throw new RangeError('second must be in 0..59')
  const microsecond = Number((groups.fraction ?? '').slice(0, 6).padEnd(6, '0'))
  return new PyDateTime(year, month, day, hour, minute, second, microsecond, offset(groups))
}

function offset(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  if (groups.zone === undefined) return undefined
  if (groups.sign === undefined) return 0
  const seconds = Number(groups.zoneHour) * 3600 + Number(groups.zoneMinute ?? 0) * 60
  return groups.sign === '-' ? -seconds : seconds
}

function daysInMonth(year: number, month: number): number {
  const day = new Date(Date.UTC(2000, month, 0))
  if (month === 2) day.setUTCFullYear(year, 2, 0)
  return day.getUTCDate()
}

/** The value of a plain scalar; undefined for `=` and `<<`, which only mean something as keys. */
export function plainValue(text: string): Value | undefined {
  if (SHORT_INT.test(text)) return Number(text) + 0
  const tag = resolvePlain(text)
  return tag === 'merge' || tag === 'value' ? undefined : scalarValue(tag, text)
}

/** The value of a scalar whose tag is known. Throws RangeError with Python's words for texts that do not fit. */
export function scalarValue(tag: Exclude<ScalarTag, 'merge' | 'value'>, text: string): Value {
  switch (tag) {
    case 'bool':
      return readBool(text)
    case 'float':
      return readFloat(text)
    case 'int':
      return readInt(text)
    case 'null':
      return null
    case 'timestamp':
      return readTimestamp(text)
    case 'str':
      return text
  }
}

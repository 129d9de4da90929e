// datetime.date and datetime.datetime: printing, arithmetic, attributes and methods that templates use.

import { daysInMonth, fromOrdinal, isoWeek, toOrdinal, weekdayOf } from './calendar.js'
import { bindMethod, type Method, type MethodTable, named, noArguments, oneArgument, variadic } from './callable.js'
import { divideInts } from './numbers.js'
import { PyError } from './py-error.js'
import { formatDate, localTime, offsetText, zoneNameOf } from './strftime.js'
import { PyTimeDelta } from './timedelta.js'
import {
  type BinaryOperator,
  isText,
  PyDate,
  PyDateTime,
  PyFloat,
  PyObject,
  Tuple,
  textOf,
  type Value,
} from './values.js'

type AnyDate = PyDate | PyDateTime

const two = (value: number): string => String(value).padStart(2, '0')
const dateText = (value: AnyDate): string =>
  `${String(value.year).padStart(4, '0')}-${two(value.month)}-${two(value.day)}`

/** isoformat of a date or datetime; str() of a datetime is isoformat(' '). */
export function isoFormat(value: AnyDate, separator = 'T', timespec = 'auto'): string {
  if (value instanceof PyDate) return dateText(value)
  return `${dateText(value)}${separator}${clockText(value, timespec)}${
    value.offsetSeconds === undefined ? '' : offsetText(value.offsetSeconds, ':')
  }`
}

function clockText(value: PyDateTime, timespec: string): string {
  const minutes = `${two(value.hour)}:${two(value.minute)}`
  const micro = String(value.microsecond).padStart(6, '0')
  const spec = timespec === 'auto' ? (value.microsecond === 0 ? 'seconds' : 'microseconds') : timespec
  switch (spec) {
    case 'hours':
      return two(value.hour)
    case 'minutes':
      return minutes
    case 'seconds':
      return `${minutes}:${two(value.second)}`
    case 'milliseconds':
      return `${minutes}:${two(value.second)}.${micro.slice(0, 3)}`
    case 'microseconds':
      return `${minutes}:${two(value.second)}.${micro}`
    default:
      throw new PyError('ValueError', 'Unknown timespec value')
  }
}

export function dateTimeRepr(value: AnyDate): string {
  const day = `${value.year}, ${value.month}, ${value.day}`
  if (value instanceof PyDate) return `datetime.date(${day})`
  const clock = [value.hour, value.minute]
  if (value.second !== 0 || value.microsecond !== 0) clock.push(value.second)
  if (value.microsecond !== 0) clock.push(value.microsecond)
  const zone = value.offsetSeconds === undefined ? '' : `, tzinfo=${new PyTimeZone(value.offsetSeconds).repr()}`
  return `datetime.datetime(${day}, ${clock.join(', ')}${zone})`
}

/** datetime.timezone: what `.tzinfo` gives. */
export class PyTimeZone extends PyObject {
  readonly typeName = 'timezone'
  override get typeModule(): string {
    return 'datetime'
  }
  constructor(readonly offsetSeconds: number) {
    super()
  }
  override str(): string {
    return zoneNameOf(this.offsetSeconds)
  }
  override repr(): string {
    if (this.offsetSeconds === 0) return 'datetime.timezone.utc'
    return `datetime.timezone(${new PyTimeDelta(0, this.offsetSeconds).repr()})`
  }
  override equals(other: Value): boolean {
    return other instanceof PyTimeZone && other.offsetSeconds === this.offsetSeconds
  }
}

/** datetime.time: what `.time()` gives. */
export class PyTime extends PyObject {
  readonly typeName = 'time'
  override get typeModule(): string {
    return 'datetime'
  }
  constructor(private readonly moment: PyDateTime) {
    super()
  }
  override str(): string {
    return clockText(this.moment, 'auto')
  }
  override repr(): string {
    return `datetime.time(${dateTimeRepr(this.moment).split(', ').slice(3).join(', ')}`
  }
  override equals(other: Value): boolean {
    return other instanceof PyTime && other.str() === this.str()
  }
  override attribute(name: string): Value | undefined {
    if (name === 'hour' || name === 'minute' || name === 'second' || name === 'microsecond') return this.moment[name]
    if (name === 'isoformat')
      return bindMethod(
        'time',
        name,
        noArguments(() => this.str()),
        null,
      )
    const format = oneArgument((_: null, text) => formatDate(this.moment, textArgument(text, 'strftime')))
    return name === 'strftime' ? bindMethod('time', name, format, null) : undefined
  }
}

function textArgument(value: Value, method: string): string {
  if (!isText(value)) throw new PyError('TypeError', `${method}() argument 1 must be str`)
  return textOf(value)
}

/** A datetime from microseconds since 1970 in the fields' own zone. */
export function dateTimeOfEpoch(microseconds: bigint, offsetSeconds?: number): PyDateTime {
  const micro = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n
  const date = new Date(Number((microseconds - micro) / 1000n))
  return checked(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), Number(micro)],
    offsetSeconds,
  )
}

/** datetime(...) with Python's range checks. */
export function checked(
  year: number,
  month: number,
  day: number,
  clock: readonly number[],
  offsetSeconds?: number,
): PyDateTime {
  if (year < 1 || year > 9999) throw new PyError('ValueError', `year ${year} is out of range`)
  if (month < 1 || month > 12) throw new PyError('ValueError', 'month must be in 1..12')
  if (day < 1 || day > daysInMonth(year, month)) throw new PyError('ValueError', 'day is out of range for month')
  const [hour = 0, minute = 0, second = 0, microsecond = 0] = clock
  if (hour < 0 || hour > 23) throw new PyError('ValueError', 'hour must be in 0..23')
  if (minute < 0 || minute > 59) throw new PyError('ValueError', 'minute must be in 0..59')
  if (second < 0 || second > 59) throw new PyError('ValueError', 'second must be in 0..59')
  if (microsecond < 0 || microsecond > 999999) throw new PyError('ValueError', 'microsecond must be in 0..999999')
  return new PyDateTime(year, month, day, hour, minute, second, microsecond, offsetSeconds)
}

/** datetime.now() or utcnow() (naive, as both are). */
export function dateTimeNow(utc = false): PyDateTime {
  return dateTimeFromTimestamp(Date.now() / 1000, utc)
}

/** datetime.fromtimestamp or utcfromtimestamp. */
export function dateTimeFromTimestamp(epochSeconds: number, utc = false): PyDateTime {
  const offset = utc ? 0 : (localTime(epochSeconds).offsetSeconds ?? 0)
  return dateTimeOfEpoch(BigInt(Math.round((epochSeconds + offset) * 1e6)))
}

/** `+` and `-` of dates; undefined for what they do not support. */
export function dateArithmetic(operator: BinaryOperator, a: Value, b: Value): Value | undefined {
  if (operator === '-' && a instanceof PyDateTime && b instanceof PyDateTime) {
    if ((a.offsetSeconds === undefined) !== (b.offsetSeconds === undefined))
      throw new PyError('TypeError', "can't subtract offset-naive and offset-aware datetimes")
    return PyTimeDelta.ofMicroseconds(a.epochMicroseconds - b.epochMicroseconds)
  }
  if (operator === '-' && a instanceof PyDate && b instanceof PyDate) return new PyTimeDelta(ordinal(a) - ordinal(b))
  if (operator === '+' && a instanceof PyTimeDelta) return shift(b, a)
  if (b instanceof PyTimeDelta && operator === '+') return shift(a, b)
  return b instanceof PyTimeDelta && operator === '-' ? shift(a, PyTimeDelta.ofMicroseconds(-b.total)) : undefined
}

const ordinal = (value: AnyDate): number => toOrdinal(value.year, value.month, value.day)

function shift(value: Value, delta: PyTimeDelta): Value | undefined {
  if (value instanceof PyDateTime) {
    const local = value.epochMicroseconds + BigInt(value.offsetSeconds ?? 0) * 1_000_000n + delta.total
    try {
      return dateTimeOfEpoch(local, value.offsetSeconds)
    } catch {
      throw new PyError('OverflowError', 'date value out of range')
    }
  }
  if (!(value instanceof PyDate)) return undefined
  const { year, month, day } = fromOrdinal(ordinal(value) + delta.days)
  if (!(year >= 1 && year <= 9999)) throw new PyError('OverflowError', 'date value out of range')
  return new PyDate(year, month, day)
}

const weekday = (value: AnyDate): number => weekdayOf(value.year, value.month, value.day)

const DATE_METHODS: MethodTable<AnyDate> = new Map<string, Method<AnyDate>>([
  ['strftime', oneArgument((self, format) => formatDate(self, textArgument(format, 'strftime')))],
  ['weekday', noArguments(weekday)],
  ['isoweekday', noArguments(self => weekday(self) + 1)],
  ['toordinal', noArguments(ordinal)],
  ['ctime', noArguments(self => formatDate(self, '%a %b %e %H:%M:%S %Y'))],
  [
    'isocalendar',
    noArguments(self => {
      const { year, week } = isoWeek(self.year, self.month, self.day)
      return new Tuple([year, week, weekday(self) + 1])
    }),
  ],
  [
    'isoformat',
    named(['sep', 'timespec'], 0, (self, separator, timespec) =>
      isoFormat(
        self,
        separator === undefined ? 'T' : textArgument(separator, 'isoformat'),
        timespec === undefined ? 'auto' : textArgument(timespec, 'isoformat'),
      ),
    ),
  ],
  ['replace', variadic((self, args, kwargs) => replaced(self, args, kwargs))],
])

const DATETIME_METHODS: MethodTable<PyDateTime> = new Map<string, Method<PyDateTime>>([
  ['date', noArguments(self => new PyDate(self.year, self.month, self.day))],
  ['time', noArguments(self => new PyTime(self))],
  ['timestamp', noArguments(timestamp)],
  [
    'utcoffset',
    noArguments(self => (self.offsetSeconds === undefined ? null : new PyTimeDelta(0, self.offsetSeconds))),
  ],
  ['tzname', noArguments(self => (self.offsetSeconds === undefined ? null : zoneNameOf(self.offsetSeconds)))],
])

function timestamp(value: PyDateTime): Value {
  if (value.offsetSeconds !== undefined) return new PyFloat(divideInts(value.epochMicroseconds, 1_000_000))
  const local = new Date(value.year, value.month - 1, value.day, value.hour, value.minute, value.second)
  return new PyFloat(local.getTime() / 1000 + value.microsecond / 1e6)
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const

function replaced(value: AnyDate, args: readonly Value[], kwargs: ReadonlyMap<string, Value>): Value {
  const count = value instanceof PyDate ? 3 : 7
  const fields = FIELDS.slice(0, count).map((name, index) => {
    const given = args[index] ?? kwargs.get(name)
    if (given === undefined) return (value as PyDateTime)[name]
    if (typeof given !== 'number') throw new PyError('TypeError', 'an integer is required')
    return given
  })
  const [year = 1, month = 1, day = 1] = fields
  const moment = checked(
    year,
    month,
    day,
    fields.slice(3),
    value instanceof PyDateTime ? value.offsetSeconds : undefined,
  )
  if (value instanceof PyDate) return new PyDate(year, month, day)
  const zone = kwargs.get('tzinfo')
  if (zone === undefined) return moment
  const offset = zone instanceof PyTimeZone ? zone.offsetSeconds : undefined
  return new PyDateTime(year, month, day, moment.hour, moment.minute, moment.second, moment.microsecond, offset)
}

/** Attributes of date and datetime. */
export function dateAttribute(value: AnyDate, name: string): Value | undefined {
  const fields: readonly string[] = value instanceof PyDate ? FIELDS.slice(0, 3) : FIELDS
  if (fields.includes(name)) return (value as PyDateTime)[name as (typeof FIELDS)[number]]
  const common = DATE_METHODS.get(name)
  if (common !== undefined) return bindMethod(value.typeName, name, common, value)
  if (!(value instanceof PyDateTime)) return undefined
  if (name === 'tzinfo') return value.offsetSeconds === undefined ? null : new PyTimeZone(value.offsetSeconds)
  const method = DATETIME_METHODS.get(name)
  return method === undefined ? undefined : bindMethod('datetime', name, method, value)
}

const DELTA_METHODS: MethodTable<PyTimeDelta> = new Map([
  ['total_seconds', noArguments<PyTimeDelta>(self => new PyFloat(self.totalSeconds()))],
])

/** Attributes of timedelta. */
export function deltaAttribute(value: PyTimeDelta, name: string): Value | undefined {
  if (name === 'days' || name === 'seconds' || name === 'microseconds') return value[name]
  const method = DELTA_METHODS.get(name)
  return method === undefined ? undefined : bindMethod('timedelta', name, method, value)
}

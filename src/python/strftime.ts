// time.strftime, time.localtime, time.gmtime and the strftime of dates, in the C locale as glibc formats it.

import { isoWeek, MONTHS, WEEKDAYS, weekdayOf, yearDayOf } from './calendar.js'
import { zoneAbbreviation } from './timezone.js'
import { type PyDate, PyDateTime } from './values.js'

/** struct_time, and the microseconds of a datetime. */
export interface TimeFields {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Only a datetime has them: `%f`. */
  readonly microsecond?: number | undefined
  /** Monday is 0. */
  readonly weekday: number
  /** From 1. */
  readonly yearDay: number
  /** Undefined for naive values: `%z` and `%Z` are empty then. */
  readonly offsetSeconds?: number | undefined
  readonly zone?: string | undefined
  /** What `%s` gives where it is known; otherwise the fields are taken as local time. */
  readonly epochSeconds?: number
}

/** time.localtime(epochSeconds) */
export function localTime(epochSeconds = Date.now() / 1000): TimeFields {
  const whole = Math.floor(epochSeconds)
  const date = new Date(whole * 1000)
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  return {
    ...dayFields(year, month, day),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    offsetSeconds: -date.getTimezoneOffset() * 60,
    zone: zoneAbbreviation(whole),
    epochSeconds: whole,
  }
}

/** time.gmtime(epochSeconds) */
export function utcTime(epochSeconds = Date.now() / 1000): TimeFields {
  const date = new Date(Math.floor(epochSeconds) * 1000)
  return {
    ...dayFields(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    offsetSeconds: 0,
    zone: 'GMT',
    // mktime takes the fields as local standard time, which is no round trip; as in Python.
    epochSeconds: Math.floor(epochSeconds) + standardOffsetMinutes(date.getUTCFullYear()) * 60,
  }
}

/** Minutes west of Greenwich, without summer time. */
function standardOffsetMinutes(year: number): number {
  return Math.max(new Date(year, 0, 1).getTimezoneOffset(), new Date(year, 6, 1).getTimezoneOffset())
}

function dayFields(year: number, month: number, day: number) {
  return { year, month, day, weekday: weekdayOf(year, month, day), yearDay: yearDayOf(year, month, day) }
}

/** datetime.strftime and date.strftime. */
export function formatDate(value: PyDate | PyDateTime, format: string): string {
  const day = dayFields(value.year, value.month, value.day)
  if (!(value instanceof PyDateTime)) return strftime(format, { ...day, hour: 0, minute: 0, second: 0, microsecond: 0 })
  const { hour, minute, second, microsecond, offsetSeconds } = value
  const zone = offsetSeconds === undefined ? undefined : zoneNameOf(offsetSeconds)
  return strftime(format, { ...day, hour, minute, second, microsecond, offsetSeconds, zone })
}

/** timezone.tzname: UTC or UTC+02:00. */
export function zoneNameOf(offsetSeconds: number): string {
  return offsetSeconds === 0 ? 'UTC' : `UTC${offsetText(offsetSeconds, ':')}`
}

/** `+0200`, with a separator `+02:00`; seconds only where there are some. */
export function offsetText(offsetSeconds: number, separator: string): string {
  const magnitude = Math.abs(offsetSeconds)
  const parts = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60]
  if (magnitude % 60 !== 0) parts.push(magnitude % 60)
  return (offsetSeconds < 0 ? '-' : '+') + parts.map(part => String(part).padStart(2, '0')).join(separator)
}

const DIRECTIVE = /%([_\-0^#]*)(\d*)([EO]?)([\s\S])/gu

/** time.strftime(format, fields) */
export function strftime(format: string, fields: TimeFields): string {
  return format.replace(DIRECTIVE, (whole, flags: string, width: string, _modifier: string, letter: string) => {
    const piece = directive(letter, fields)
    return piece === undefined ? whole : shape(piece, letter, flags, width)
  })
}

interface Piece {
  readonly text: string
  /** Width and filling that a plain directive has; 0 for text. */
  readonly width: number
  readonly fill: '0' | ' '
}

const number = (value: number, width: number, fill: '0' | ' ' = '0'): Piece => ({ text: String(value), width, fill })
const words = (text: string): Piece => ({ text, width: 0, fill: ' ' })

function shape(piece: Piece, letter: string, flags: string, width: string): string {
  let { fill } = piece
  let minimum = width === '' ? piece.width : Number(width)
  let text = piece.text
  for (const flag of flags) {
    if (flag === '_') fill = ' '
    else if (flag === '0') fill = '0'
    else if (flag === '-') minimum = width === '' ? 0 : minimum
    else if (flag === '^') text = text.toUpperCase()
    else if (flag === '#') text = letter === 'p' || letter === 'Z' ? text.toLowerCase() : text.toUpperCase()
  }
  if (text.startsWith('-') && fill === '0' && piece.width > 0) return `-${text.slice(1).padStart(minimum - 1, fill)}`
  return text.padStart(minimum, fill)
}

function directive(letter: string, fields: TimeFields): Piece | undefined {
  return dateDirective(letter, fields) ?? timeDirective(letter, fields) ?? weekDirective(letter, fields)
}

function dateDirective(letter: string, fields: TimeFields): Piece | undefined {
  const { year, month, day } = fields
  switch (letter) {
    case 'Y':
      return number(year, 0)
    case 'y':
      return number(((year % 100) + 100) % 100, 2)
    case 'C':
      return number(Math.floor(year / 100), 2)
    case 'm':
      return number(month, 2)
    case 'd':
      return number(day, 2)
    case 'e':
      return number(day, 2, ' ')
    case 'j':
      return number(fields.yearDay, 3)
    case 'B':
      return words(MONTHS[month - 1] as string)
    case 'b':
    case 'h':
      return words((MONTHS[month - 1] as string).slice(0, 3))
    case 'D':
    case 'x':
      return words(strftime('%m/%d/%y', fields))
    case 'F':
      return words(strftime('%Y-%m-%d', fields))
    case 'c':
      return words(strftime('%a %b %e %H:%M:%S %Y', fields))
    default:
      return undefined
  }
}

function timeDirective(letter: string, fields: TimeFields): Piece | undefined {
  const { hour, minute, second } = fields
  switch (letter) {
    case 'H':
      return number(hour, 2)
    case 'k':
      return number(hour, 2, ' ')
    case 'I':
      return number(hour % 12 || 12, 2)
    case 'l':
      return number(hour % 12 || 12, 2, ' ')
    case 'M':
      return number(minute, 2)
    case 'S':
      return number(second, 2)
    case 'f':
      return fields.microsecond === undefined ? undefined : number(fields.microsecond, 6)
    case 'p':
      return words(hour < 12 ? 'AM' : 'PM')
    case 'P':
      return words(hour < 12 ? 'am' : 'pm')
    case 'T':
    case 'X':
      return words(strftime('%H:%M:%S', fields))
    case 'R':
      return words(strftime('%H:%M', fields))
    case 'r':
      return words(strftime('%I:%M:%S %p', fields))
    case 's':
      return number(fields.epochSeconds ?? mktime(fields), 0)
    case 'z':
      return words(fields.offsetSeconds === undefined ? '' : offsetText(fields.offsetSeconds, ''))
    case 'Z':
      return words(fields.zone ?? '')
    case 'n':
      return words('\n')
    case 't':
      return words('\t')
    case '%':
      return words('%')
    default:
      return undefined
  }
}

function weekDirective(letter: string, fields: TimeFields): Piece | undefined {
  const sunday = (fields.weekday + 1) % 7
  switch (letter) {
    case 'A':
      return words(WEEKDAYS[fields.weekday] as string)
    case 'a':
      return words((WEEKDAYS[fields.weekday] as string).slice(0, 3))
    case 'u':
      return number(fields.weekday + 1, 0)
    case 'w':
      return number(sunday, 0)
    case 'U':
      return number(Math.floor((fields.yearDay + 6 - sunday) / 7), 2)
    case 'W':
      return number(Math.floor((fields.yearDay + 6 - fields.weekday) / 7), 2)
    case 'V':
      return number(isoWeek(fields.year, fields.month, fields.day).week, 2)
    case 'G':
      return number(isoWeek(fields.year, fields.month, fields.day).year, 0)
    case 'g':
      return number(isoWeek(fields.year, fields.month, fields.day).year % 100, 2)
    default:
      return undefined
  }
}

/** time.mktime: the fields taken as local time. */
function mktime(fields: TimeFields): number {
  const date = new Date(fields.year, fields.month - 1, fields.day, fields.hour, fields.minute, fields.second)
  return Math.floor(date.getTime() / 1000)
}

// datetime.datetime.strptime in the C locale. Follows CPython 3.11's _strptime: what each directive accepts, how
// fields combine into a date, and the messages.

import { fromOrdinal, MONTHS, toOrdinal, WEEKDAYS } from './calendar.js'
import { checked } from './datetime.js'
import { PyError } from './py-error.js'
import { reprText } from './repr.js'
import { zoneAbbreviation } from './timezone.js'
import type { PyDateTime } from './values.js'

const names = (list: readonly string[]): string => [...list].sort((a, b) => b.length - a.length).join('|')
const short = (list: readonly string[]): string[] => list.map(name => name.slice(0, 3))

/** What each directive matches; several directives may share a field. */
const PATTERNS: Record<string, string> = {
  d: '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]',
  f: '\\d{1,6}',
  H: '2[0-3]|[01]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]',
  G: '\\d{4}',
  j: '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  m: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  S: '6[01]|[0-5]\\d|\\d',
  U: '5[0-3]|[0-4]\\d|\\d',
  W: '5[0-3]|[0-4]\\d|\\d',
  V: '5[0-3]|0[1-9]|[1-4]\\d|\\d',
  u: '[1-7]',
  w: '[0-6]',
  y: '\\d\\d',
  Y: '\\d{4}',
  z: '[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z',
  A: names(WEEKDAYS),
  a: names(short(WEEKDAYS)),
  B: names(MONTHS),
  b: names(short(MONTHS)),
  p: 'am|pm',
}

const COMPOUND: Record<string, string> = { c: '%a %b %d %H:%M:%S %Y', x: '%m/%d/%y', X: '%H:%M:%S' }

interface Compiled {
  readonly regExp: RegExp
  readonly letters: readonly string[]
}

function compileFormat(format: string): Compiled {
  const letters: string[] = []
  const source = format
    .replace(/%([cxX])/g, (_, letter: string) => COMPOUND[letter] as string)
    .replace(/%([\s\S]?)|\s+|[\\.^$*+?(){}[\]|]/g, (piece, letter: string | undefined) => {
      if (letter === undefined) return /\s/.test(piece) ? '\\s+' : `\\${piece}`
      if (letter === '') throw new PyError('ValueError', `stray % in format '${format}'`)
      if (letter === '%') return '%'
      const pattern = letter === 'Z' ? zoneNames() : PATTERNS[letter]
      if (pattern === undefined) throw new PyError('ValueError', `'${letter}' is a bad directive in format '${format}'`)
      if (letters.includes(letter))
        throw new PyError(
          'error',
          `redefinition of group name ${reprText(letter)} as group ${letters.length + 1}; was group ${letters.indexOf(letter) + 1}`,
        )
      letters.push(letter)
      return `(${pattern})`
    })
  return { regExp: new RegExp(`^(?:${source})`, 'i'), letters }
}

function zoneNames(): string {
  const now = new Date()
  const local = [0, 6].map(month => zoneAbbreviation(new Date(now.getFullYear(), month, 1).getTime() / 1000))
  return names(Array.from(new Set(['utc', 'gmt', ...local.map(zone => zone.toLowerCase())])))
}

/** datetime.strptime(text, format); ValueError when they do not fit. */
export function strptime(text: string, format: string): PyDateTime {
  const { regExp, letters } = compileFormat(format)
  const match = regExp.exec(text)
  if (match === null)
    throw new PyError('ValueError', `time data ${reprText(text)} does not match format ${reprText(format)}`)
  if (match[0].length !== text.length)
    throw new PyError('ValueError', `unconverted data remains: ${text.slice(match[0].length)}`)
  const fields = new Map(letters.map((letter, index) => [letter, match[index + 1] as string]))
  const { year, month, day } = dateOf(fields)
  const zone = fields.get('z')
  const clock = [hourOf(fields), numberOf(fields, 'M') ?? 0, numberOf(fields, 'S') ?? 0, microsecondOf(fields)]
  return checked(year, month, day, clock, zone === undefined ? undefined : offsetOf(zone))
}

function numberOf(fields: ReadonlyMap<string, string>, letter: string): number | undefined {
  const text = fields.get(letter)
  return text === undefined ? undefined : Number(text)
}

function hourOf(fields: ReadonlyMap<string, string>): number {
  const hour = numberOf(fields, 'H')
  const half = numberOf(fields, 'I')
  // The later directive of the two wins in Python; together they make no sense.
  if (half === undefined) return hour ?? 0
  const afternoon = fields.get('p')?.toLowerCase() === 'pm'
  return (half % 12) + (afternoon ? 12 : 0)
}

function microsecondOf(fields: ReadonlyMap<string, string>): number {
  return Number((fields.get('f') ?? '0').padEnd(6, '0'))
}

function offsetOf(text: string): number {
  if (text.toUpperCase() === 'Z') return 0
  const sign = text[0] === '-' ? -1 : 1
  const digits = text.slice(1).replace(/\..*$/, '')
  if (/^\d\d:/.test(digits) !== /^\d\d:?\d\d:/.test(digits) && digits.replaceAll(':', '').length > 4)
    throw new PyError('ValueError', `Inconsistent use of : in ${text}`)
  const plain = digits.replaceAll(':', '')
  return sign * (Number(plain.slice(0, 2)) * 3600 + Number(plain.slice(2, 4)) * 60 + Number(plain.slice(4, 6) || '0'))
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

function yearOf(fields: ReadonlyMap<string, string>): number | undefined {
  const full = numberOf(fields, 'Y')
  if (full !== undefined) return full
  const two = numberOf(fields, 'y')
  return two === undefined ? undefined : two <= 68 ? two + 2000 : two + 1900
}

function monthOf(fields: ReadonlyMap<string, string>): number {
  const named = (letter: string, list: readonly string[]): number | undefined => {
    const text = fields.get(letter)?.toLowerCase()
    const index = list.findIndex(name => name.toLowerCase() === text)
    return text === undefined ? undefined : index + 1
  }
  return numberOf(fields, 'm') ?? named('B', MONTHS) ?? named('b', short(MONTHS)) ?? 1
}

/** Monday is 0. */
function weekdayOf(fields: ReadonlyMap<string, string>): number | undefined {
  const iso = numberOf(fields, 'u')
  if (iso !== undefined) return iso - 1
  const sunday = numberOf(fields, 'w')
  if (sunday !== undefined) return (sunday + 6) % 7
  const named = (fields.get('A') ?? fields.get('a'))?.toLowerCase().slice(0, 3)
  return named === undefined ? undefined : WEEKDAYS.findIndex(name => name.toLowerCase().startsWith(named))
}

function dateOf(fields: ReadonlyMap<string, string>): Day {
  const year = yearOf(fields)
  const weekday = weekdayOf(fields)
  checkIsoFields(fields, year, weekday)
  const isoYear = numberOf(fields, 'G')
  const isoWeek = numberOf(fields, 'V')
  const yearDay = numberOf(fields, 'j')
  if (isoYear !== undefined && isoWeek !== undefined && weekday !== undefined) {
    const fourth = toOrdinal(isoYear, 1, 4)
    return fromOrdinal(fourth - ((fourth + 6) % 7) + (isoWeek - 1) * 7 + weekday)
  }
  // 29 February without a year: 1900 has none, 1904 has; then strptime falls back on 1900 and datetime refuses.
  const known = year ?? 1900
  if (yearDay !== undefined) return fromOrdinal(toOrdinal(known, 1, 1) + yearDay - 1)
  const week = numberOf(fields, 'U') ?? numberOf(fields, 'W')
  if (week !== undefined && weekday !== undefined && year !== undefined)
    return dayOfWeek(year, week, weekday, fields.has('W'))
  return { year: known, month: monthOf(fields), day: numberOf(fields, 'd') ?? 1 }
}

function checkIsoFields(
  fields: ReadonlyMap<string, string>,
  year: number | undefined,
  weekday: number | undefined,
): void {
  if (fields.has('G') && (!fields.has('V') || weekday === undefined))
    throw new PyError(
      'ValueError',
      "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive ('%A', '%a', '%w', or '%u').",
    )
  if (fields.has('G') && fields.has('j'))
    throw new PyError(
      'ValueError',
      "Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead.",
    )
  if (!fields.has('V') || fields.has('G')) return
  if (year === undefined || weekday === undefined)
    throw new PyError(
      'ValueError',
      "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive ('%A', '%a', '%w', or '%u').",
    )
  throw new PyError(
    'ValueError',
    "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead.",
  )
}

/** The day of a week counted from the year's first Sunday (%U) or Monday (%W). */
function dayOfWeek(year: number, week: number, weekday: number, mondayFirst: boolean): Day {
  const first = (toOrdinal(year, 1, 1) + 6) % 7
  const firstDay = mondayFirst ? first : (first + 1) % 7
  const position = mondayFirst ? weekday : (weekday + 1) % 7
  const weekZeroLength = (7 - firstDay) % 7
  const yearDay = week === 0 ? 1 + position - firstDay : 1 + weekZeroLength + 7 * (week - 1) + position
  return fromOrdinal(toOrdinal(year, 1, 1) + yearDay - 1)
}

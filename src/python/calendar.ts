// Days, weeks and years of the proleptic Gregorian calendar, as Python's date counts them.

/** Days since 0001-01-01, which is day 1 (date.toordinal). */
export function toOrdinal(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return Math.round(date.getTime() / 86400000) + 719163
}

export function fromOrdinal(ordinal: number): { year: number; month: number; day: number } {
  const date = new Date((ordinal - 719163) * 86400000)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** Monday is 0. */
export const weekdayOf = (year: number, month: number, day: number): number => (toOrdinal(year, month, day) + 6) % 7

/** Day of the year, from 1. */
export const yearDayOf = (year: number, month: number, day: number): number =>
  toOrdinal(year, month, day) - toOrdinal(year, 1, 1) + 1

export const daysInMonth = (year: number, month: number): number =>
  toOrdinal(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - toOrdinal(year, month, 1)

/** ISO 8601 year and week of a day. */
export function isoWeek(year: number, month: number, day: number): { year: number; week: number } {
  const ordinal = toOrdinal(year, month, day)
  // The week belongs to the year of its Thursday.
  const thursday = fromOrdinal(ordinal - weekdayOf(year, month, day) + 3)
  const week = Math.floor((yearDayOf(thursday.year, thursday.month, thursday.day) - 1) / 7) + 1
  return { year: thursday.year, week }
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
/** Monday first. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

// Host names with ranges: `db[01:10:2]-[a:c]`. Mirrors expand_hostname_range of plugins/inventory/__init__.py (2.14).
import { MadansibleError } from '../../errors.js'
import { PyError, str, toInt } from '../../python/index.js'
import { isText, textOf, type Value } from '../../python/values.js'
import { parseAddress } from '../address.js'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

export interface ExpandedPattern {
  readonly hosts: readonly string[]
  readonly port: number | undefined
}

/** The hosts of one entry, and the port for all of them. Throws PyError TypeError for what is no text. */
export function expandHostPattern(given: Value): ExpandedPattern {
  if (!isText(given)) throw new PyError('TypeError', `argument of type '${str(given)}' is not iterable`)
  const pattern = textOf(given)
  const { host, port } = splitPort(pattern)
  return { hosts: host.includes('[') ? expandRanges(host) : [host], port }
}

/** Anything that is no address is a host name as it stands. */
function splitPort(pattern: string): { host: string; port: number | undefined } {
  try {
    return parseAddress(pattern, true)
  } catch (error) {
    if (error instanceof MadansibleError) return { host: pattern, port: undefined }
    throw error
  }
}

/** All names of a pattern with ranges, the first range varying slowest. */
export function expandRanges(pattern: string): string[] {
  const parts = pattern.replace('[', '|').replace(']', '|').split('|')
  if (parts.length !== 3) {
    const problem = parts.length > 3 ? 'too many values' : 'not enough values'
    const got = parts.length > 3 ? '' : `, got ${parts.length}`
    throw new PyError('ValueError', `${problem} to unpack (expected 3${got})`)
  }
  const [head, range, tail] = parts as [string, string, string]
  return rangeItems(range).flatMap(item => {
    const name = head + item + tail
    return name.includes('[') ? expandRanges(name) : [name]
  })
}

function rangeItems(range: string): string[] {
  const bounds = range.split(':')
  if (bounds.length !== 2 && bounds.length !== 3) {
    throw new MadansibleError('host range must be begin:end or begin:end:step')
  }
  const begin = bounds[0] === '' ? '0' : (bounds[0] as string)
  const end = bounds[1] as string
  const step = bounds[2] ?? '1'
  if (end === '') throw new MadansibleError('host range must specify end value')
  const isPadded = begin.startsWith('0') && begin.length > 1
  if (isPadded && begin.length !== end.length) {
    throw new MadansibleError('host range must specify equal-length begin and end formats')
  }
  return letterItems(begin, end, step) ?? numberItems(begin, end, step, isPadded ? begin.length : 0)
}

/** Undefined when the bounds are no letters. */
function letterItems(begin: string, end: string, step: string): string[] | undefined {
  const first = LETTERS.indexOf(begin)
  const last = LETTERS.indexOf(end)
  if (first < 0 || last < 0) return undefined
  if (first > last) throw new MadansibleError('host range must have begin <= end')
  const every = /^\d+$/.test(step) ? Number(step) : 0
  if (every === 0) return undefined
  return [...LETTERS.slice(first, last + 1)].filter((_, index) => index % every === 0)
}

function numberItems(begin: string, end: string, step: string, width: number): string[] {
  const [first, last, every] = [begin, end, step].map(text => Number(toInt(text))) as [number, number, number]
  if (every === 0) throw new PyError('ValueError', 'range() arg 3 must not be zero')
  const items: string[] = []
  const isIn = (value: number): boolean => (every > 0 ? value <= last : value > last + 1)
  for (let value = first; isIn(value); value += every) items.push(String(value).padStart(width, '0'))
  return items
}

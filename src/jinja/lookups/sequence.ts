// The sequence lookup: `5-8`, `2-10/2`, `4:host%02d`, `start=1 end=3 format=%02x`.
// Mirrors ansible/plugins/lookup/sequence.py (2.14).

import { parseKv } from '../../config/splitter.js'
import { MadansibleError } from '../../errors.js'
import {
  type Dict,
  PyError,
  percentFormat,
  repr,
  requireFitting,
  textOf,
  toInt,
  typeName,
  type Value,
} from '../../python/index.js'
import { TemplateError } from '../errors.js'
import { isStr, messageOf, toText } from '../filters/conversions.js'
import type { PluginCall } from '../plugin.js'
import { tick } from '../runtime/deadline.js'

interface Range {
  start: number
  end: number | undefined
  count: number | undefined
  stride: number
  format: string
}

const SHORTCUT = /^((0?x?[0-9a-f]+)-)?(0?x?[0-9a-f]+)(\/(0?x?[0-9a-f]+))?(:(.+))?\n?$/i

function integer(name: string, text: Value): number {
  try {
    return Number(toInt(text, 0))
  } catch (error) {
    if (!(error instanceof PyError) || !error.isA('ValueError')) throw error
    throw new TemplateError(`can't parse ${name}=${toText(text)} as integer`, { kind: 'ValueError' })
  }
}

function fromShortcut(term: string): Range | undefined {
  const match = SHORTCUT.exec(term)
  if (match === null) return undefined
  const [start, end, stride] = [match[2], match[3], match[5]]
  return {
    start: start === undefined ? 1 : integer('start', start),
    end: end === undefined ? undefined : integer('end', end),
    count: undefined,
    stride: stride === undefined ? 1 : integer('stride', stride),
    format: match[7] ?? '%d',
  }
}

function fromOptions(options: Dict): Range {
  const rest = options.copy()
  const take = (name: string): number | undefined => {
    const value = rest.get(name)
    rest.delete(name)
    return value === undefined ? undefined : integer(name, value)
  }
  const start = take('start') ?? 1
  const end = take('end')
  const count = take('count')
  const stride = take('stride') ?? 1
  const format = rest.get('format')
  rest.delete('format')
  if (rest.size > 0) throw new TemplateError(`unrecognized arguments to with_sequence: ${repr([...rest.keys()])}`)
  return { start, end, count, stride, format: format === undefined ? '%d' : toText(format) }
}

function parseTerm(term: Value): Range {
  try {
    if (!isStr(term)) throw new PyError('TypeError', `expected string or bytes-like object, got '${typeName(term)}'`)
    return fromShortcut(textOf(term)) ?? fromOptions(parseKv(textOf(term)))
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    const text = `unknown error parsing with_sequence arguments: ${repr(term)}. Error was: ${messageOf(error)}`
    throw new TemplateError(text, { kind: error.pyType })
  }
}

/** Settles the end; Ansible's checks in its order. */
function settle(range: Range): Range & { end: number } {
  const { count, stride, start, format } = range
  if (count === undefined && range.end === undefined) {
    throw new TemplateError('must specify count or end in with_sequence')
  }
  if (count !== undefined && range.end !== undefined) {
    throw new TemplateError("can't specify both count and end in with_sequence")
  }
  if (count === 0) return checkFormat({ start: 0, end: 0, count, stride: 0, format })
  const end = range.end ?? start + (count as number) * stride - 1
  if (stride > 0 && end < start) throw new TemplateError('to count backwards make stride negative')
  if (stride < 0 && end > start) throw new TemplateError("to count forward don't make stride negative")
  return checkFormat({ start, end, count, stride, format })
}

function checkFormat<T extends { readonly format: string }>(range: T): T {
  if (range.format.split('%').length === 2) return range
  throw new TemplateError(`bad formatting string: ${range.format}`)
}

function* generate(range: Range & { end: number }): Iterable<string> {
  const { start, stride, format } = range
  const stop = range.end + (stride >= 0 ? 1 : -1)
  requireFitting(Math.abs((stop - start) / stride))
  for (let number = start; stride > 0 ? number < stop : number > stop; number += stride) {
    tick()
    try {
      yield percentFormat(format, number)
    } catch (error) {
      if (!(error instanceof PyError) || !(error.isA('ValueError') || error.isA('TypeError'))) throw error
      throw new TemplateError(`problem formatting ${number} with ${repr(format)}`, { kind: error.pyType })
    }
  }
}

const sequence: PluginCall = (_call, terms) =>
  terms.flatMap(term => {
    try {
      const range = settle(parseTerm(term))
      return range.stride === 0 ? [] : [...generate(range)]
    } catch (error) {
      if (error instanceof MadansibleError || !(error instanceof PyError)) throw error
      throw new TemplateError(`unknown error generating sequence: ${messageOf(error)}`, { kind: error.pyType })
    }
  })

export const sequenceLookups: Readonly<Record<string, PluginCall>> = { sequence }

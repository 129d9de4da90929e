// pprint.pformat(value) of Python 3.11 with its defaults: width 80, indent 1, keys sorted.

import {
  compare,
  compileRegex,
  Dict,
  equals,
  PyBytes,
  PyError,
  PySet,
  repr,
  splitLines,
  Tuple,
  textLength,
  typeName,
  type Value,
} from '../../../python/index.js'
import type { PluginCall } from '../../plugin.js'
import { define } from '../signature.js'

const WIDTH = 80
const WORD_AND_SPACE = compileRegex('\\S*\\s*')

export function prettyFormat(value: Value): string {
  return new Printer().format(value, 0, 0, 0)
}

class Printer {
  format(value: Value, indent: number, allowance: number, level: number): string {
    const flat = safeRepr(value)
    if (textLength(flat) <= WIDTH - indent - allowance) return flat
    const inner = level + 1
    if (typeof value === 'string') return this.#text(value, flat, indent, allowance, inner)
    if (Array.isArray(value)) return `[${this.#items(value, indent, allowance + 1, inner)}]`
    if (value instanceof Tuple) {
      const end = value.items.length === 1 ? ',)' : ')'
      return `(${this.#items(value.items, indent, allowance + end.length, inner)}${end}`
    }
    if (value instanceof Dict) return `{${this.#entries(value, indent, allowance + 1, inner)}}`
    if (value instanceof PySet) {
      return `{${this.#items(sortSafely([...value.iterate()]), indent, allowance + 1, inner)}}`
    }
    if (value instanceof PyBytes) return this.#bytes(value, flat, indent, allowance, inner)
    return flat
  }

  #items(items: readonly Value[], indent: number, allowance: number, level: number): string {
    const inner = indent + 1
    return items
      .map((item, index) => this.format(item, inner, index === items.length - 1 ? allowance : 1, level))
      .join(`,\n${' '.repeat(inner)}`)
  }

  #entries(dict: Dict, indent: number, allowance: number, level: number): string {
    const inner = indent + 1
    const keys = sortSafely([...dict.keys()])
    return keys
      .map((key, index) => {
        const shown = safeRepr(key)
        const room = index === keys.length - 1 ? allowance : 1
        const column = inner + textLength(shown) + 2
        return `${shown}: ${this.format(dict.get(key) as Value, column, room, level)}`
      })
      .join(`,\n${' '.repeat(inner)}`)
  }

  #text(text: string, flat: string, indent: number, allowance: number, level: number): string {
    if (text === '') return flat
    const outer = level === 1 ? 1 : 0
    const column = indent + outer
    const width = WIDTH - column
    const chunks = textChunks(text, width, allowance + outer)
    if (chunks.length === 1) return chunks[0] as string
    const joined = chunks.join(`\n${' '.repeat(column)}`)
    return outer === 1 ? `(${joined})` : joined
  }

  #bytes(value: PyBytes, flat: string, indent: number, allowance: number, level: number): string {
    if (value.value.length <= 4) return flat
    const outer = level === 1 ? 1 : 0
    const column = indent + outer
    const joined = bytesChunks(value.value, WIDTH - column, allowance + outer).join(`\n${' '.repeat(column)}`)
    return outer === 1 ? `(${joined})` : joined
  }
}

function textChunks(text: string, width: number, allowance: number): string[] {
  const chunks: string[] = []
  const lines = splitLines(text, true)
  lines.forEach((line, number) => {
    const isLast = number === lines.length - 1
    const whole = repr(line)
    if (textLength(whole) <= width - (isLast ? allowance : 0)) {
      chunks.push(whole)
      return
    }
    const parts = [...WORD_AND_SPACE.finditer(line)].map(match => match.text).filter(part => part !== '')
    let current = ''
    parts.forEach((part, index) => {
      const room = width - (isLast && index === parts.length - 1 ? allowance : 0)
      if (textLength(repr(current + part)) <= room) {
        current += part
        return
      }
      if (current !== '') chunks.push(repr(current))
      current = part
    })
    if (current !== '') chunks.push(repr(current))
  })
  return chunks
}

function bytesChunks(bytes: Uint8Array, width: number, allowance: number): string[] {
  const chunks: string[] = []
  const lastGroup = Math.floor(bytes.length / 4) * 4
  let current = new Uint8Array()
  let room = width
  for (let start = 0; start < bytes.length; start += 4) {
    const part = bytes.subarray(start, start + 4)
    const candidate = Uint8Array.from([...current, ...part])
    if (start === lastGroup) room -= allowance
    if (repr(new PyBytes(candidate)).length > room) {
      if (current.length > 0) chunks.push(repr(new PyBytes(current)))
      current = Uint8Array.from(part)
    } else {
      current = candidate
    }
  }
  if (current.length > 0) chunks.push(repr(new PyBytes(current)))
  return chunks
}

/** repr with the keys of dicts sorted, all the way down. */
function safeRepr(value: Value): string {
  if (value instanceof Dict) {
    const keys = sortSafely([...value.keys()])
    return `{${keys.map(key => `${safeRepr(key)}: ${safeRepr(value.get(key) as Value)}`).join(', ')}}`
  }
  if (Array.isArray(value)) return `[${value.map(safeRepr).join(', ')}]`
  if (value instanceof Tuple) {
    const items = value.items.map(safeRepr)
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
  }
  return repr(value)
}

/** Sorted by value where that works, else by the name of the type. */
function sortSafely(values: Value[]): Value[] {
  return values.sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0))
}

function isBefore(a: Value, b: Value): boolean {
  if (equals(a, b)) return false
  try {
    return compare(a, b, '<')
  } catch (error) {
    if (error instanceof PyError && error.isA('TypeError')) return typeText(a) < typeText(b)
    throw error
  }
}

const typeText = (value: Value): string => `<class '${value === null ? 'NoneType' : typeName(value)}'>`

export const prettyFilters: Readonly<Record<string, PluginCall>> = {
  pprint: define('do_pprint(value)', (_call, value) => prettyFormat(value)),
}

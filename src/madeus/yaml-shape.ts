// Typed access to YAML values that says where a value of the wrong shape stands.
import type { Position } from '../errors.js'
import { Dict, isText, PyFloat, textOf, type Value } from '../python/values.js'
import { keyPositionOf, positionOf } from '../yaml/index.js'
import { type AssemblyError, assemblyError } from './assembly-error.js'
import { notePart } from './part-positions.js'

/** A value, what it is called in messages, and where it stands. */
export interface Shaped {
  readonly value: Value
  readonly what: string
  readonly position: Position | undefined
}

export function wrong({ value, what, position }: Shaped, expected: string): AssemblyError {
  return assemblyError(`Expected ${what} to be ${expected}, not ${described(value)}`, position)
}

function described(value: Value): string {
  if (value === null) return 'nothing'
  if (value instanceof Dict) return 'a mapping'
  if (Array.isArray(value)) return 'a list'
  if (isText(value)) return JSON.stringify(textOf(value))
  return value instanceof PyFloat ? String(value.value) : typeof value === 'object' ? 'that' : String(value)
}

/** Entries of a mapping in their order; nothing for null. Keys must be texts; with `allowed` no others. */
export function entriesOf(shaped: Shaped, allowed?: readonly string[]): readonly (readonly [string, Shaped])[] {
  const { value, what } = shaped
  if (value === null) return []
  if (!(value instanceof Dict)) throw wrong(shaped, 'a mapping')
  return [...value.entries()].map(([key, item]) => {
    const position = positionOf(value, key)
    const keyPosition = keyPositionOf(value, key) ?? position
    if (!isText(key) || textOf(key) === '') {
      throw assemblyError(
        `Expected a name in ${what}, not ${described(key)}; numbers, yes, no, on and off need quotes`,
        keyPosition,
      )
    }
    const name = textOf(key)
    if (allowed !== undefined && !allowed.includes(name)) {
      throw assemblyError(`${what} has no key ${name}`, keyPosition, `It may have: ${allowed.join(', ')}.`)
    }
    return [name, { value: item, what: allowed === undefined ? `${what} ${name}` : `${name} of ${what}`, position }]
  })
}

/** The same as a map. */
export function fieldsOf(shaped: Shaped, allowed: readonly string[]): ReadonlyMap<string, Shaped> {
  return new Map(entriesOf(shaped, allowed))
}

export function textIn(shaped: Shaped): string {
  const { value } = shaped
  if (!isText(value) || textOf(value) === '') {
    throw wrong(
      shaped,
      typeof value === 'number' || typeof value === 'boolean'
        ? 'a name (numbers, yes, no, on and off need quotes)'
        : 'a name',
    )
  }
  return textOf(value)
}

/** A number of seconds or the like, not negative. */
export function numberIn(shaped: Shaped): number {
  const { value } = shaped
  const number = value instanceof PyFloat ? value.value : value
  if (typeof number !== 'number' || !(number >= 0) || !Number.isFinite(number))
    throw wrong(shaped, 'a number, 0 or more')
  return number
}

export function itemsOf(shaped: Shaped): readonly Shaped[] {
  const { value, what } = shaped
  if (!Array.isArray(value)) throw wrong(shaped, 'a list')
  return value.map((item, at) => ({ value: item, what: `an item of ${what}`, position: positionOf(value, at) }))
}

/** Names: a list of them, or one alone. Each name knows where it stands (partPosition of the list). */
export function namesIn(shaped: Shaped): readonly string[] {
  const items = Array.isArray(shaped.value) ? itemsOf(shaped) : [shaped]
  const names = items.map(textIn)
  const repeated = names.findIndex((name, at) => names.indexOf(name) < at)
  if (repeated !== -1)
    throw assemblyError(`${names[repeated]} is there twice in ${shaped.what}`, items[repeated]?.position)
  return notePart(names, key => (typeof key === 'number' ? items[key]?.position : shaped.position))
}

/** Null, booleans, numbers, texts, arrays and objects. */
export function plainOf(shaped: Shaped): unknown {
  const { value, what } = shaped
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (value instanceof PyFloat) return value.value
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value)
  if (isText(value)) return textOf(value)
  if (Array.isArray(value)) return itemsOf(shaped).map(plainOf)
  if (value instanceof Dict) return Object.fromEntries(entriesOf(shaped).map(([key, item]) => [key, plainOf(item)]))
  throw assemblyError(`Expected ${what} to be a text, number, list or mapping; put it in quotes`, shaped.position)
}

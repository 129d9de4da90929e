// The same canonical form as oracle.py writes, from this project's loader.

import type { Position } from '../../src/errors.js'
import {
  Dict,
  PyBytes,
  PyDate,
  PyDateTime,
  PyFloat,
  PySet,
  Tuple,
  UnsafeText,
  type Value,
  VaultText,
} from '../../src/python/values.js'
import { Constructor } from '../../src/yaml/constructor.js'
import { YamlProblem } from '../../src/yaml/marks.js'
import type { Node } from '../../src/yaml/nodes.js'
import { positionOf } from '../../src/yaml/positions.js'
import { readSingle } from '../../src/yaml/read-nodes.js'

export type Canonical = null | boolean | string | readonly Canonical[]
export type Outcome =
  | { readonly value: Canonical; readonly warnings: readonly string[] }
  | { readonly error: string; readonly at: readonly number[] | null }

/** What this project's YAML reader makes of a text. */
export function outcomeOf(text: string, file: string, read: (text: string) => Node | undefined = readSingle): Outcome {
  const warnings: string[] = []
  try {
    const root = read(text)
    const builder = new Constructor({
      file,
      decrypt: () => '',
      duplicateKeys: 'warn',
      warn: message => warnings.push(message),
    })
    const value = root === undefined ? null : builder.document(root)
    return { value: canonical(value, new Set()), warnings }
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error
    const { problem, mark } = error
    return { error: problem, at: mark === undefined ? null : [mark.line + 1, mark.column + 1] }
  }
}

const place = (position: Position | undefined): Canonical =>
  position === undefined ? null : ([position.line, position.column] as unknown as Canonical)

/** Only mappings, lists and texts know their place in Ansible. */
function placeOfItem(container: Dict | Value[], key: Value, item: Value): Canonical {
  const known = item instanceof Dict || Array.isArray(item) ? positionOf(item) : undefined
  if (item instanceof Dict || Array.isArray(item)) return place(known)
  return typeof item === 'string' ? place(positionOf(container, key)) : null
}

function canonical(value: Value, seen: ReadonlySet<Value>): Canonical {
  if (value === null) return null
  if (typeof value === 'boolean') return ['bool', value]
  if (typeof value === 'string') return ['str', value]
  if (typeof value === 'number' || typeof value === 'bigint') return ['int', String(value)]
  if (value instanceof PyFloat) {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value.value)
    return ['float', Number.isNaN(value.value) ? 'nan' : bytes.toString('hex')]
  }
  if (value instanceof UnsafeText) return ['unsafe', value.value]
  if (value instanceof VaultText) return ['vault', value.ciphertext]
  if (value instanceof PyBytes) return ['bytes', Buffer.from(value.value).toString('hex')]
  if (value instanceof PyDateTime) return ['datetime', isoTime(value)]
  if (value instanceof PyDate) return ['date', isoDate(value)]
  if (value instanceof Tuple) return ['tuple', value.items.map(item => canonical(item, seen))]
  if (value instanceof PySet) return ['set', [...value.iterate()].map(item => pythonJson(canonical(item, seen))).sort()]
  if (seen.has(value)) return ['seen']
  const inner = new Set(seen).add(value)
  if (Array.isArray(value)) {
    const items = value.map((item, index) => [placeOfItem(value, index, item), canonical(item, inner)])
    return ['list', place(positionOf(value)), items]
  }
  if (value instanceof Dict) {
    const pairs = [...value.entries()].map(([key, item]) => [
      key instanceof UnsafeText ? ['str', key.value] : canonical(key, inner),
      placeOfItem(value, key, item),
      canonical(item, inner),
    ])
    return ['dict', place(positionOf(value)), pairs]
  }
  throw new Error('a kind of value that YAML does not have')
}

const pythonJson = (value: Canonical): string => JSON.stringify(value).replaceAll(',', ', ').replaceAll(', "', ', "')
const two = (number: number): string => String(number).padStart(2, '0')
const isoDate = (d: PyDate | PyDateTime): string => `${String(d.year).padStart(4, '0')}-${two(d.month)}-${two(d.day)}`

function isoTime(d: PyDateTime): string {
  const fraction = d.microsecond === 0 ? '' : `.${String(d.microsecond).padStart(6, '0')}`
  const time = `${isoDate(d)}T${two(d.hour)}:${two(d.minute)}:${two(d.second)}${fraction}`
  if (d.offsetSeconds === undefined) return time
  const minutes = Math.abs(d.offsetSeconds) / 60
  return `${time}${d.offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

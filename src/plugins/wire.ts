// Values on the way to and from the plugin host: JSON, and {"!": [kind, …]} for what JSON cannot say.
// The counterpart is python/wire.py. What exists only on one side goes as a number and is asked about.

import { LenientUndefined, NativeText, Undefined } from '../jinja/index.js'
import {
  Dict,
  DictView,
  floatRepr,
  isCallable,
  Mapping,
  Markup,
  PyBytes,
  PyDate,
  PyDateTime,
  PyFloat,
  type PyObject,
  PyRange,
  PySet,
  PyTimeDelta,
  str,
  Text,
  Tuple,
  UnsafeText,
  type Value,
  VaultText,
} from '../python/index.js'
import type { ForeignObject } from './foreign-object.js'
import { NamedTuple, ShownDict } from './shown-values.js'

/** JSON as JSON.parse gives it. */
export type Json = null | boolean | number | string | Json[] | { readonly [key: string]: Json }

/** The other side's and this side's objects by number. */
export interface ObjectTable {
  /** Number of an object that stays here. */
  numberOf(object: PyObject): number
  /** The object that stands here for one of the other side's. */
  foreign(number: number, typeName: string, text: string, isCallable: boolean): ForeignObject
  /** Remembers that a value of ours is one of the other side's objects. */
  keep<T extends PyObject>(number: number, value: T): T
  /** Number of an object of the other side; undefined for one of ours. */
  foreignNumber(object: PyObject): number | undefined
  objectOf(number: number): PyObject
  decrypt(ciphertext: string): string
}

const special = (kind: string, ...parts: string[]): string => `{"!":[${[JSON.stringify(kind), ...parts].join(',')}]}`
const list = (items: Iterable<Value>, table: ObjectTable): string =>
  `[${Array.from(items, item => encode(item, table)).join(',')}]`

/** JSON text of a value. */
export function encode(value: Value, table: ObjectTable): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return list(value, table)
  if (value instanceof Dict) return value instanceof ShownDict ? encodeObject(value, table) : encodeDict(value, table)
  if (value instanceof PyFloat) return encodeFloat(value.value)
  if (value instanceof Text) return encodeText(value)
  return encodeObject(value, table)
}

function encodeDict(dict: Dict, table: ObjectTable): string {
  const parts: string[] = []
  for (const [key, item] of dict.entries()) {
    if (typeof key !== 'string' || (key === '!' && dict.size === 1)) return encodePairs(dict, table)
    parts.push(`${JSON.stringify(key)}:${encode(item, table)}`)
  }
  return `{${parts.join(',')}}`
}

function encodePairs(dict: Dict, table: ObjectTable): string {
  const pairs = Array.from(dict.entries(), ([key, item]) => `[${encode(key, table)},${encode(item, table)}]`)
  return special('dict', `[${pairs.join(',')}]`)
}

/** Python's json module reads NaN and Infinity as they are. */
function encodeFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? floatRepr(value) : value > 0 ? 'Infinity' : '-Infinity'
}

function encodeText(text: Text): string {
  if (text instanceof VaultText) return special('vault', JSON.stringify(text.ciphertext))
  const kind = text instanceof UnsafeText ? 'unsafe' : text instanceof Markup ? 'markup' : 'native'
  return special(kind, JSON.stringify(text.value))
}

function encodeObject(value: PyObject, table: ObjectTable): string {
  const foreign = table.foreignNumber(value)
  if (foreign !== undefined) return special('own', String(foreign))
  if (value instanceof Dict) return encodeDict(value, table)
  if (value instanceof Tuple) return special('tuple', list(value.items, table))
  if (value instanceof PySet) return special('set', list(value.iterate(), table))
  if (value instanceof PyBytes) return special('bytes', JSON.stringify(Buffer.from(value.value).toString('base64')))
  if (value instanceof PyRange) return special('range', String(value.start), String(value.stop), String(value.step))
  if (value instanceof DictView) return list(value.iterate(), table)
  if (value instanceof LenientUndefined) return special('lenient')
  if (value instanceof Undefined) return encodeUndefined(value)
  if (value instanceof PyDateTime) return encodeDateTime(value)
  if (value instanceof PyDate) return special('date', String(value.year), String(value.month), String(value.day))
  if (value instanceof PyTimeDelta)
    return special('timedelta', String(value.days), String(value.seconds), String(value.microseconds))
  const number = String(table.numberOf(value))
  if (value instanceof Mapping) return special('mapping', number, JSON.stringify(value.typeName))
  return special(
    'object',
    number,
    JSON.stringify(value.typeName),
    JSON.stringify(str(value)),
    String(isCallable(value)),
  )
}

function encodeUndefined(value: Undefined): string {
  const name = typeof value.name === 'string' ? JSON.stringify(value.name) : 'null'
  return special('undefined', name, JSON.stringify(value.message), String(value.isFromAnsible))
}

function encodeDateTime(value: PyDateTime): string {
  const { year, month, day, hour, minute, second, microsecond, offsetSeconds } = value
  const parts = [year, month, day, hour, minute, second, microsecond, offsetSeconds ?? null]
  return special('datetime', ...parts.map(String))
}

/** The value of parsed JSON. */
export function decode(json: Json, table: ObjectTable): Value {
  if (json === null || typeof json !== 'object') return json
  if (Array.isArray(json)) return json.map(item => decode(item, table))
  const parts = json['!']
  if (Array.isArray(parts)) return decodeSpecial(parts, table)
  const dict = new Dict()
  for (const key of Object.keys(json)) dict.set(key, decode(json[key] as Json, table))
  return dict
}

const decodeList = (json: Json | undefined, table: ObjectTable): Value[] =>
  (json as Json[]).map(item => decode(item, table))

const pairsOf = (json: Json | undefined, table: ObjectTable): [Value, Value][] =>
  (json as Json[][]).map(pair => decodeList(pair, table) as [Value, Value])

function decodeSpecial(parts: readonly Json[], table: ObjectTable): Value {
  const [kind, first] = parts
  switch (kind) {
    case 'int':
      return BigInt(first as string)
    case 'float':
      return new PyFloat(floatOf(first as string))
    case 'unsafe':
      return new UnsafeText(first as string)
    case 'native':
      return new NativeText(first as string)
    case 'markup':
      return new Markup(first as string)
    case 'vault':
      return new VaultText(first as string, text => table.decrypt(text))
    case 'dict':
      return new Dict(pairsOf(first, table))
    case 'tuple':
      return new Tuple(decodeList(first, table))
    case 'shown':
      return table.keep(
        first as number,
        new ShownDict(pairsOf(parts[2], table), parts[3] as string, parts[4] as string),
      )
    case 'named':
      return table.keep(
        first as number,
        new NamedTuple(decodeList(parts[2], table), parts[3] as string[], parts[4] as string, parts[5] as string),
      )
    case 'set':
      return new PySet(decodeList(first, table))
    case 'bytes':
      return new PyBytes(Buffer.from(first as string, 'base64'))
    case 'mine':
      return table.objectOf(first as number)
    case 'object':
      return table.foreign(first as number, parts[2] as string, parts[3] as string, parts[4] as boolean)
    default:
      return decodeRare(parts)
  }
}

function decodeRare([kind, ...rest]: readonly Json[]): Value {
  const numbers = rest as number[]
  switch (kind) {
    case 'lenient':
      return new LenientUndefined()
    case 'undefined': {
      const [name, hint, isFromAnsible] = rest as [string | null, string | null, boolean]
      return new Undefined({ name: name ?? undefined, hint: hint ?? undefined, fromAnsible: isFromAnsible })
    }
    case 'date':
      return new PyDate(numbers[0] as number, numbers[1] as number, numbers[2] as number)
    case 'datetime': {
      const [year, month, day, hour, minute, second, microsecond, offset] = rest as (number | null)[] as number[]
      return new PyDateTime(
        year as number,
        month as number,
        day as number,
        hour,
        minute,
        second,
        microsecond,
        (offset as number | null) ?? undefined,
      )
    }
    case 'timedelta':
      return new PyTimeDelta(numbers[0] as number, numbers[1] as number, numbers[2] as number)
    default:
      throw new Error(`the plugin host sent a value of unknown kind ${String(kind)}`)
  }
}

const floatOf = (text: string): number =>
  text === 'inf' ? Number.POSITIVE_INFINITY : text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text)

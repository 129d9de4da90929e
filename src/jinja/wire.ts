// Values on the wire of `madansible eval --batch`: JSON that keeps Python's types apart where JSON can, and says what
// it cannot in objects with one key ($float, $set, $bytes, $repr).

import {
  Dict,
  floatRepr,
  jsonDumps,
  Mapping,
  PyBytes,
  PyFloat,
  PySet,
  repr,
  Text,
  Tuple,
  UnsafeText,
  type Value,
} from '../python/index.js'

/** Variables from the wire: {"__ansible_unsafe": text} becomes unsafe text. */
export function decodeWire(value: Value): Value {
  if (Array.isArray(value)) return value.map(decodeWire)
  if (!(value instanceof Dict)) return value
  const unsafe = value.size === 1 ? value.get('__ansible_unsafe') : undefined
  if (typeof unsafe === 'string') return new UnsafeText(unsafe)
  const decoded = new Dict()
  for (const [key, item] of value.entries()) decoded.set(key, decodeWire(item))
  return decoded
}

/** JSON text of a value. */
export function encodeWire(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(encodeWire).join(', ')}]`
  if (value instanceof Text) return JSON.stringify(value.value)
  if (value instanceof PyFloat) return encodeFloat(value.value)
  if (value instanceof Tuple) return encodeWire([...value.items])
  if (value instanceof Mapping) return encodeMapping(value)
  if (value instanceof PySet) {
    const items = [...value.iterate()].sort((a, b) => (repr(a) < repr(b) ? -1 : 1))
    return `{"$set": ${encodeWire(items)}}`
  }
  if (value instanceof PyBytes) return `{"$bytes": ${JSON.stringify(Buffer.from(value.value).toString('latin1'))}}`
  return `{"$repr": ${JSON.stringify(repr(value).replace(/ at 0x[0-9a-f]+/g, ''))}}`
}

function encodeFloat(value: number): string {
  if (Number.isNaN(value)) return '{"$float": "nan"}'
  if (!Number.isFinite(value)) return `{"$float": "${value > 0 ? 'inf' : '-inf'}"}`
  return floatRepr(value)
}

function encodeMapping(mapping: Mapping): string {
  const entries = [...mapping.entries()].map(([key, item]) => `${JSON.stringify(keyText(key))}: ${encodeWire(item)}`)
  return `{${entries.join(', ')}}`
}

/** Keys as json.dumps writes them; others by repr. */
function keyText(key: Value): string {
  if (typeof key === 'string') return key
  if (key instanceof Text) return key.value
  if (key === null || typeof key === 'boolean') return jsonDumps(key)
  return repr(key)
}

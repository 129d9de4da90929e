// Copies of parsed data that may be changed without harm to the original.
import { Dict, Tuple, type Value } from '../python/values.js'
import { copyPosition } from './positions.js'

/** A copy of dicts, lists and tuples all the way down; positions are kept, shared parts stay shared (copy.deepcopy). */
export function deepCopy(value: Value, copies: Map<object, Value> = new Map()): Value {
  if (Array.isArray(value)) {
    const done = copies.get(value)
    if (done !== undefined) return done
    const copy: Value[] = []
    copies.set(value, copy)
    for (const item of value) copy.push(deepCopy(item, copies))
    return copyPosition(value, copy)
  }
  if (value instanceof Dict) {
    const done = copies.get(value)
    if (done !== undefined) return done
    const copy = new Dict()
    copies.set(value, copy)
    for (const [key, item] of value.entries()) copy.set(key, deepCopy(item, copies))
    return copyPosition(value, copy)
  }
  if (value instanceof Tuple) return new Tuple(value.items.map(item => deepCopy(item, copies)))
  return value
}

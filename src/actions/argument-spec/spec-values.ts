// What the files of this folder share about values.
import { truth } from '../../python/index.js'
import type { Value } from '../../python/values.js'

export { Dict, isText, Mapping, Tuple, type Value } from '../../python/values.js'

/** Truth of a value that may be absent. */
export function truthOf(value: Value | undefined): boolean {
  return value !== undefined && truth(value)
}

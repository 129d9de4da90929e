// Where the parts of an assembly stand in the file they were read from. A side table, so that the model stays data.
import type { Position } from '../errors.js'

const table = new WeakMap<object, (key: string | number | undefined) => Position | undefined>()

/** Notes where a part stands; `find` gives the place of one of its keys or items, or of the part itself. */
export function notePart<P extends object>(
  part: P,
  find: (key: string | number | undefined) => Position | undefined,
): P {
  table.set(part, find)
  return part
}

/** Where a part (component, type, transition, port, link, list of names …) or one of its keys stands. */
export function partPosition(part: object, key?: string | number): Position | undefined {
  const find = table.get(part)
  return find?.(key) ?? find?.(undefined)
}

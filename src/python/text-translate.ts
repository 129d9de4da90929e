// str.translate and str.maketrans.

import { getItem } from './items.js'
import { PyError } from './py-error.js'
import { codePoints, textLength } from './text.js'
import { Dict, isText, Mapping, textOf, type Value } from './values.js'

/** text.translate(table): the table maps code points to code points, text or None. */
export function translateText(text: string, table: Value): string {
  let result = ''
  for (const character of text) {
    const mapped = getItem(table, character.codePointAt(0) as number)
    if (mapped === undefined) result += character
    else if (mapped === null) continue
    else if (typeof mapped === 'number') result += String.fromCodePoint(mapped)
    else if (isText(mapped)) result += textOf(mapped)
    else throw new PyError('TypeError', 'character mapping must return integer, None or str')
  }
  return result
}

/** str.maketrans(mapping) or (from, to[, delete]). */
export function makeTranslation(args: readonly Value[]): Dict {
  const [from, to, removed] = args
  if (to === undefined) return fromMapping(from as Value)
  if (from === undefined || !isText(from) || !isText(to))
    throw new PyError('TypeError', 'first maketrans argument must be a string if there is a second argument')
  const keys = codePoints(textOf(from))
  const values = codePoints(textOf(to))
  if (keys.length !== values.length)
    throw new PyError('ValueError', 'the first two maketrans arguments must have equal length')
  const table = new Dict()
  keys.forEach((key, index) => {
    table.set(codeOf(key), codeOf(values[index] as string))
  })
  if (removed !== undefined && isText(removed))
    for (const character of textOf(removed)) table.set(codeOf(character), null)
  return table
}

const codeOf = (character: string): number => character.codePointAt(0) as number

function fromMapping(mapping: Value): Dict {
  if (!(mapping instanceof Mapping))
    throw new PyError('TypeError', 'if you give only one argument to maketrans it must be a dict')
  const table = new Dict()
  for (const [key, value] of mapping.entries()) {
    if (typeof key === 'number') table.set(key, value)
    else if (!isText(key)) throw new PyError('TypeError', `keys in translate table must be strings or integers`)
    else if (textLength(textOf(key)) !== 1)
      throw new PyError('ValueError', 'string keys in translate table must be of length 1')
    else table.set(codeOf(textOf(key)), value)
  }
  return table
}

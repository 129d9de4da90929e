// Values that are not known yet: a mark inside texts. What stands before the mark is still known, so a path becomes
// the tree below its known beginning.

import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'

/** Stands for a part of a text, or for a whole value, that is not known yet. A private-use character: no template yields it. */
export const UNKNOWN = '\u{10FFF0}'

/** Whether any part of a value is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === undefined) return false
  if (isText(value)) return textOf(value).includes(UNKNOWN)
  if (Array.isArray(value)) return value.some(hasUnknown)
  if (value instanceof Mapping) {
    for (const [key, item] of value.entries()) if (hasUnknown(key) || hasUnknown(item)) return true
  }
  return false
}

/**
 * What can be said about a raw value before its templates are evaluated: each expression of a text becomes UNKNOWN. A
 * text with statements is known up to the first of them.
 */
export function withoutTemplates(value: Value): Value {
  if (isText(value)) return withoutExpressions(textOf(value))
  if (Array.isArray(value)) return value.map(withoutTemplates)
  if (value instanceof Dict)
    return new Dict([...value.entries()].map(([key, item]) => [withoutTemplates(key), withoutTemplates(item)] as const))
  return value
}

const withoutExpressions = (text: string): string => partlyKnown(text, () => undefined)

/**
 * A text with what its expressions give; UNKNOWN stands for those that `tell` cannot tell, and for everything from the
 * first statement on. `tell` gets an expression with its braces.
 */
export function partlyKnown(text: string, tell: (expression: string) => string | undefined): string {
  const statement = text.search(/\{[%#]/)
  const known = statement < 0 ? text : text.slice(0, statement) + UNKNOWN
  let result = ''
  let at = 0
  for (;;) {
    const start = known.indexOf('{{', at)
    if (start < 0) return result + known.slice(at)
    const end = endOfExpression(known, start + 2)
    result += known.slice(at, start) + (tell(known.slice(start, end)) ?? UNKNOWN)
    at = end
  }
}

/** Index after the `}}` that closes an expression; braces inside quotes do not count. */
function endOfExpression(text: string, start: number): number {
  let quote: string | undefined
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string
    if (quote !== undefined) {
      if (character === '\\') at++
      else if (character === quote) quote = undefined
    } else if (character === '"' || character === "'") quote = character
    else if (text.startsWith('}}', at)) return text[at + 2] === '}' ? at + 3 : at + 2
  }
  return text.length
}

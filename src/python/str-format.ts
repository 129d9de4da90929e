// str.format: replacement fields with attributes, items, conversions and nested format specifications.
// Follows CPython's string_format.h.

import { getAttribute } from './attributes.js'
import { NO_KWARGS } from './callable.js'
import { formatValue } from './format-spec.js'
import { requireItem } from './items.js'
import { PyError } from './py-error.js'
import { ascii, repr, str, typeName } from './repr.js'
import type { Kwargs, Value } from './values.js'

interface State {
  readonly args: readonly Value[]
  readonly lookup: (name: string) => Value
  numbering: 'none' | 'automatic' | 'manual'
  next: number
}

/** `template.format(*args, **kwargs)` */
export function formatText(template: string, args: readonly Value[], kwargs: Kwargs = NO_KWARGS): string {
  const lookup = (name: string): Value => {
    const value = kwargs.get(name)
    if (value === undefined) throw new PyError('KeyError', repr(name))
    return value
  }
  return render(template, { args, lookup, numbering: 'none', next: 0 }, 2)
}

/** `template.format_map(mapping)` */
export function formatMap(template: string, mapping: Value): string {
  const lookup = (name: string): Value => requireItem(mapping, name)
  return render(template, { args: [], lookup, numbering: 'none', next: 0 }, 2)
}

function render(template: string, state: State, depth: number): string {
  if (depth < 0) throw new PyError('ValueError', 'Max string recursion exceeded')
  let result = ''
  let at = 0
  while (at < template.length) {
    const character = template[at] as string
    if (character !== '{' && character !== '}') {
      const next = template.slice(at).search(/[{}]/)
      const end = next < 0 ? template.length : at + next
      result += template.slice(at, end)
      at = end
    } else if (template[at + 1] === character) {
      result += character
      at += 2
    } else if (character === '}') {
      throw new PyError('ValueError', "Single '}' encountered in format string")
    } else {
      const end = fieldEnd(template, at + 1)
      result += renderField(template.slice(at + 1, end), state, depth)
      at = end + 1
    }
  }
  return result
}

/** Index of the brace that closes the field; braces nest, brackets do not shield. */
function fieldEnd(template: string, start: number): number {
  if (start >= template.length) throw new PyError('ValueError', "Single '{' encountered in format string")
  let depth = 1
  for (let at = start; at < template.length; at++) {
    if (template[at] === '{') depth++
    else if (template[at] === '}' && --depth === 0) return at
  }
  throw new PyError('ValueError', "expected '}' before end of string")
}

interface Field {
  readonly name: string
  readonly conversion: string | undefined
  readonly spec: string
}

function parseField(text: string): Field {
  let at = 0
  let bracket = false
  for (; at < text.length; at++) {
    const character = text[at]
    if (character === '{') throw new PyError('ValueError', "unexpected '{' in field name")
    if (character === '[') bracket = true
    else if (character === ']') bracket = false
    else if (!bracket && (character === ':' || character === '!')) break
  }
  const name = text.slice(0, at)
  if (text[at] !== '!') return { name, conversion: undefined, spec: text.slice(at + 1) }
  const conversion = text.slice(at + 1, at + 2)
  if (conversion === '') throw new PyError('ValueError', 'end of string while looking for conversion specifier')
  const rest = text.slice(at + 2)
  if (rest !== '' && rest[0] !== ':') throw new PyError('ValueError', "expected ':' after conversion specifier")
  return { name, conversion, spec: rest.slice(1) }
}

function renderField(text: string, state: State, depth: number): string {
  const field = parseField(text)
  const value = convert(fieldValue(field.name, state), field.conversion)
  const spec = field.spec.includes('{') || field.spec.includes('}') ? render(field.spec, state, depth - 1) : field.spec
  return formatValue(value, spec)
}

function convert(value: Value, conversion: string | undefined): Value {
  if (conversion === undefined) return value
  if (conversion === 'r') return repr(value)
  if (conversion === 's') return str(value)
  if (conversion === 'a') return ascii(value)
  throw new PyError('ValueError', `Unknown conversion specifier ${conversion}`)
}

function fieldValue(name: string, state: State): Value {
  const first = /^[^.[]*/.exec(name)?.[0] ?? ''
  let value = firstValue(first, state)
  let rest = name.slice(first.length)
  while (rest !== '') {
    const part = /^\.([^.[]*)|^\[([^\]]*)\]/.exec(rest)
    if (part === null)
      throw new PyError(
        'ValueError',
        rest[0] === '[' ? "Missing ']' in format string" : "Only '.' or '[' may follow ']' in format field specifier",
      )
    value = part[1] === undefined ? fieldItem(value, part[2] as string) : fieldAttribute(value, part[1])
    rest = rest.slice(part[0].length)
  }
  return value
}

function firstValue(first: string, state: State): Value {
  const automatic = first === ''
  if (!automatic && !/^\d+$/.test(first)) return state.lookup(first)
  const mode = automatic ? 'automatic' : 'manual'
  if (state.numbering !== 'none' && state.numbering !== mode)
    throw new PyError(
      'ValueError',
      automatic
        ? 'cannot switch from manual field specification to automatic field numbering'
        : 'cannot switch from automatic field numbering to manual field specification',
    )
  state.numbering = mode
  const index = automatic ? state.next++ : Number(first)
  const value = state.args[index]
  if (value === undefined)
    throw new PyError('IndexError', `Replacement index ${index} out of range for positional args tuple`)
  return value
}

function fieldItem(value: Value, key: string): Value {
  if (key === '') throw new PyError('ValueError', 'Empty attribute in format string')
  return requireItem(value, /^\d+$/.test(key) ? Number(key) : key)
}

function fieldAttribute(value: Value, name: string): Value {
  if (name === '') throw new PyError('ValueError', 'Empty attribute in format string')
  const attribute = getAttribute(value, name)
  if (attribute === undefined)
    throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`)
  return attribute
}

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
  if (depth <= 0) throw new PyError('ValueError', 'Max string recursion exceeded')
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
      if (at + 1 >= template.length) throw new PyError('ValueError', "Single '{' encountered in format string")
      const field = readField(template, at + 1)
      result += renderField(field, state, depth)
      at = field.end
    }
  }
  return result
}

interface Field {
  readonly name: string
  readonly conversion: string | undefined
  readonly spec: string
  /** Where the text goes on, behind the closing brace. */
  readonly end: number
}

/** The field that begins behind an opening brace. Brackets shield braces in the name, nothing does in the rest. */
function readField(template: string, start: number): Field {
  let at = start
  let stop = ''
  while (at < template.length && stop === '') {
    const character = template[at++] as string
    if (character === '{') throw new PyError('ValueError', "unexpected '{' in field name")
    if (character === '[') while (at < template.length && template[at] !== ']') at++
    else if ('}:!'.includes(character)) stop = character
  }
  if (stop === '') throw new PyError('ValueError', "expected '}' before end of string")
  const name = template.slice(start, at - 1)
  if (stop === '}') return { name, conversion: undefined, spec: '', end: at }
  return stop === '!' ? readConversion(template, name, at) : readSpec(template, name, undefined, at)
}

function readConversion(template: string, name: string, start: number): Field {
  if (start >= template.length) throw new PyError('ValueError', 'end of string while looking for conversion specifier')
  const conversion = String.fromCodePoint(template.codePointAt(start) as number)
  const at = start + conversion.length
  const next = template[at]
  if (next === '}') return { name, conversion, spec: '', end: at + 1 }
  if (next !== undefined && next !== ':') throw new PyError('ValueError', "expected ':' after conversion specifier")
  return readSpec(template, name, conversion, at + 1)
}

function readSpec(template: string, name: string, conversion: string | undefined, start: number): Field {
  let depth = 1
  for (let at = start; at < template.length; at++) {
    if (template[at] === '{') depth++
    else if (template[at] === '}' && --depth === 0)
      return { name, conversion, spec: template.slice(start, at), end: at + 1 }
  }
  throw new PyError('ValueError', "unmatched '{' in format spec")
}

function renderField(field: Field, state: State, depth: number): string {
  const value = convert(fieldValue(field.name, state), field.conversion)
  const spec = field.spec.includes('{') ? render(field.spec, state, depth - 1) : field.spec
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

// Converts argument values to the type their specification wants. Mirrors the check_type_* functions of
// lib/ansible/module_utils/common/validation.py and human_to_bytes of common/text/formatters.py (ansible-core 2.14).
import { homedir } from 'node:os'
import { strictBoolean } from '../../python/boolean.js'
import { jsonDumps, jsonLoads, literalEval, PyError, str, toFloat, toInt } from '../../python/index.js'
import { Dict, isInt, isText, PyFloat, Text, Tuple, textOf, UnsafeText, type Value } from '../../python/values.js'

/** Text that stands in a YAML file as it is: Python knows it by another class, which messages name. */
export class YamlText extends Text {
  readonly typeName = 'AnsibleUnicode'
  constructor(readonly value: string) {
    super()
  }
}

const TYPE_ERROR = (message: string) => new PyError('TypeError', message)

/** `str(type(value))`, such as <class 'str'>. */
export function classOf(value: Value): string {
  return `<class '${className(value)}'>`
}

function className(value: Value): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (isInt(value)) return 'int'
  if (typeof value === 'string') return 'str'
  if (Array.isArray(value)) return 'list'
  if (value instanceof YamlText) return 'ansible.parsing.yaml.objects.AnsibleUnicode'
  if (value instanceof UnsafeText) return 'ansible.utils.unsafe_proxy.AnsibleUnsafeText'
  if (value.typeName === 'AnsibleVaultEncryptedUnicode') {
    return 'ansible.parsing.yaml.objects.AnsibleVaultEncryptedUnicode'
  }
  return value.typeName === 'date' || value.typeName === 'datetime' ? `datetime.${value.typeName}` : value.typeName
}

type Converter = (value: Value) => Value

const isNumber = (value: Value) => isInt(value) || value instanceof PyFloat || typeof value === 'boolean'

const CONVERTERS: Readonly<Record<string, Converter>> = {
  str: value => (isText(value) ? value : str(value)),
  list: value => {
    if (Array.isArray(value)) return value
    if (isText(value)) return textOf(value).split(',')
    if (isNumber(value)) return [str(value)]
    throw TYPE_ERROR(`${classOf(value)} cannot be converted to a list`)
  },
  dict: toDict,
  bool: value => {
    if (typeof value === 'boolean') return value
    if (isText(value) || isNumber(value)) return strictBoolean(value)
    throw TYPE_ERROR(`${classOf(value)} cannot be converted to a bool`)
  },
  int: value => {
    if (isInt(value) || typeof value === 'boolean') return value
    return attempt(isText(value), () => toInt(value)) ?? refuse(value, 'an int')
  },
  float: value => {
    if (value instanceof PyFloat) return value
    const isAllowed = isText(value) || isInt(value) || typeof value === 'boolean'
    return attempt(isAllowed, () => new PyFloat(toFloat(value))) ?? refuse(value, 'a float')
  },
  path: value => expandPath(str(value)),
  raw: value => value,
  jsonarg: toJsonText,
  json: toJsonText,
  bytes: value => toBytes(value, false),
  bits: value => toBytes(value, true),
  // Not a type's name in ansible-core but Python's int itself, which truncates floats.
  'int()': value => toInt(value),
}

/** The converter of a type's name (`str` when none is given), or undefined for an unknown one. */
export function converterFor(type: Value | undefined): {
  readonly convert: Converter | undefined
  readonly name: string
} {
  const name = type === undefined || type === null ? 'str' : str(type)
  const convert = Object.hasOwn(CONVERTERS, name) ? CONVERTERS[name] : undefined
  return { convert, name: name === 'int()' ? 'int' : name }
}

function attempt(isAllowed: boolean, convert: () => Value): Value | undefined {
  if (!isAllowed) return undefined
  try {
    return convert()
  } catch (error) {
    if (error instanceof PyError && error.pyType === 'ValueError') return undefined
    throw error
  }
}

function refuse(value: Value, wanted: string): never {
  throw TYPE_ERROR(`${classOf(value)} cannot be converted to ${wanted}`)
}

/** A dict, or one written as JSON, as a Python literal, or as `k1=v1, k2="v 2"`. */
export function toDict(value: Value): Value {
  if (value instanceof Dict) return value
  if (!isText(value)) throw TYPE_ERROR(`${classOf(value)} cannot be converted to a dict`)
  const text = textOf(value)
  if (text.startsWith('{')) return evaluateDict(text)
  if (!text.includes('=')) throw TYPE_ERROR('dictionary requested, could not parse JSON or key=value')
  const dict = new Dict()
  for (const [index, field] of splitFields(text.trim()).entries()) {
    const [key, item] = splitOnce(field, '=')
    if (item === undefined) {
      throw new PyError('ValueError', `dictionary update sequence element #${index} has length 1; 2 is required`)
    }
    dict.set(key, item)
  }
  return dict
}

function evaluateDict(text: string): Value {
  try {
    return jsonLoads(text)
  } catch {
    if (/\w\.\w+\(/.test(text) || /import \w+/.test(text)) return text
    try {
      return literalEval(text)
    } catch (error) {
      if (error instanceof PyError) throw TYPE_ERROR('unable to evaluate string as dictionary')
      throw error
    }
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const position = text.indexOf(separator)
  return position < 0 ? [text, undefined] : [text.slice(0, position), text.slice(position + 1)]
}

function splitFields(text: string): string[] {
  const fields: string[] = []
  let field = ''
  let quote = ''
  let isEscaped = false
  const finish = () => {
    if (field !== '') fields.push(field)
    field = ''
  }
  for (const char of text) {
    if (isEscaped) {
      field += char
      isEscaped = false
    } else if (char === '\\') isEscaped = true
    else if (quote === '' && (char === "'" || char === '"')) quote = char
    else if (quote !== '' && quote === char) quote = ''
    else if (quote === '' && (char === ',' || char === ' ')) finish()
    else field += char
  }
  finish()
  return fields
}

function expandPath(path: string): string {
  const expanded = path.replace(/\$(?:\{([^}]*)\}|(\w+))/g, (whole, braced?: string, plain?: string) => {
    return process.env[(braced ?? plain) as string] ?? whole
  })
  return expanded.replace(/^~(?=$|\/)/, homedir())
}

function toJsonText(value: Value): Value {
  if (isText(value)) return textOf(value).trim()
  if (Array.isArray(value) || value instanceof Tuple || value instanceof Dict) return jsonDumps(value)
  throw TYPE_ERROR(`${classOf(value)} cannot be converted to a json string`)
}

const SIZE_UNITS = 'BKMGTPEZY'

function toBytes(value: Value, isBits: boolean): Value {
  const size = humanToBytes(str(value), isBits)
  if (size === undefined)
    throw TYPE_ERROR(`${classOf(value)} cannot be converted to a ${isBits ? 'Bit' : 'Byte'} value`)
  return size
}

function humanToBytes(text: string, isBits: boolean): number | undefined {
  const match = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text)
  const amount = Number.parseFloat(match?.[1] ?? '')
  if (Number.isNaN(amount)) return undefined
  const unit = match?.[2]
  if (unit === undefined) return roundHalfEven(amount)
  const power = SIZE_UNITS.indexOf((unit[0] as string).toUpperCase())
  if (power < 0) return undefined
  if (unit.length > 1 && !unit.toLowerCase().includes(isBits ? 'bit' : 'byte') && unit[1] !== (isBits ? 'b' : 'B')) {
    return undefined
  }
  return roundHalfEven(amount * 1024 ** power)
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

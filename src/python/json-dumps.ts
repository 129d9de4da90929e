// json.dumps: byte for byte what Python writes, with its separators, key conversions and TypeErrors.

import { sortValues } from './ordering.js'
import { PyError } from './py-error.js'
import { bigIntText, floatRepr, typeName } from './repr.js'
import { isText, Mapping, PyFloat, Tuple, textOf, type Value } from './values.js'

export interface JsonDumpOptions {
  readonly indent?: number | string | null
  readonly sortKeys?: boolean
  readonly ensureAscii?: boolean
  /** Between items, and between key and value. */
  readonly separators?: readonly [string, string]
  readonly skipKeys?: boolean
  /** Called for what JSON has no form for; its result is written instead. */
  readonly default?: (value: Value) => Value
}

/** json.dumps(value, ...) */
export function jsonDumps(value: Value, options: JsonDumpOptions = {}): string {
  return new JsonWriter(options).write(value, '\n')
}

class JsonWriter {
  readonly #indent: string | undefined
  readonly #itemSeparator: string
  readonly #keySeparator: string
  readonly #quote: (text: string) => string
  readonly #ancestors: Value[] = []

  constructor(private readonly options: JsonDumpOptions) {
    const { indent, separators } = options
    if (indent !== undefined && indent !== null)
      this.#indent = typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, indent))
    const [item, key] = separators ?? [this.#indent === undefined ? ', ' : ',', ': ']
    this.#itemSeparator = item
    this.#keySeparator = key
    this.#quote = options.ensureAscii === false ? quoteText : quoteAscii
  }

  /** `line` is the newline with the indentation of the enclosing container. */
  write(value: Value, line: string): string {
    switch (typeof value) {
      case 'string':
        return this.#quote(value)
      case 'number':
        return String(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return bigIntText(value)
      default:
        return value === null ? 'null' : this.#writeObject(value, line)
    }
  }

  #writeObject(value: Exclude<Value, null | string | number | bigint | boolean>, line: string): string {
    if (Array.isArray(value)) return this.#inside(value, () => this.#list(value, line))
    if (isText(value) && value.typeName !== 'AnsibleVaultEncryptedUnicode') return this.#quote(value.value)
    if (value instanceof PyFloat) return jsonFloat(value.value)
    if (value instanceof Tuple) return this.#inside(value, () => this.#list(value.items, line))
    if (isDictLike(value)) return this.#inside(value, () => this.#dict(value, line))
    if (this.options.default === undefined)
      throw new PyError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`)
    const convert = this.options.default
    return this.#inside(value, () => this.write(convert(value), line))
  }

  #inside(value: Value, write: () => string): string {
    if (this.#ancestors.includes(value)) throw new PyError('ValueError', 'Circular reference detected')
    if (this.#ancestors.length > 960)
      throw new PyError('RecursionError', 'maximum recursion depth exceeded while encoding a JSON object')
    this.#ancestors.push(value)
    const text = write()
    this.#ancestors.pop()
    return text
  }

  #list(items: readonly Value[], line: string): string {
    if (items.length === 0) return '[]'
    const inner = this.#indent === undefined ? '' : line + this.#indent
    let text = ''
    for (const item of items) text += (text === '' ? '' : this.#itemSeparator + inner) + this.write(item, inner)
    return this.#indent === undefined ? `[${text}]` : `[${inner}${text}${line}]`
  }

  #dict(dict: Mapping, line: string): string {
    if (dict.size === 0) return '{}'
    const inner = this.#indent === undefined ? '' : line + this.#indent
    let text = ''
    for (const [key, item] of this.#entries(dict)) {
      const name = this.#key(key)
      if (name === undefined) continue
      text +=
        (text === '' ? '' : this.#itemSeparator + inner) +
        this.#quote(name) +
        this.#keySeparator +
        this.write(item, inner)
    }
    return this.#indent === undefined ? `{${text}}` : `{${inner}${text}${line}}`
  }

  #entries(dict: Mapping): Iterable<readonly [Value, Value]> {
    if (this.options.sortKeys !== true) return dict.entries()
    return sortValues(dict.keys()).map(key => [key, dict.get(key) as Value] as const)
  }

  /** Dict keys become text; undefined: skipped. */
  #key(key: Value): string | undefined {
    if (typeof key === 'string') return key
    if (isText(key) && key.typeName !== 'AnsibleVaultEncryptedUnicode') return textOf(key)
    if (typeof key === 'boolean' || key === null || typeof key === 'number' || typeof key === 'bigint')
      return this.write(key, '')
    if (key instanceof PyFloat) return jsonFloat(key.value)
    if (this.options.skipKeys === true) return undefined
    throw new PyError('TypeError', `keys must be str, int, float, bool or None, not ${typeName(key)}`)
  }
}

/** Only dict and its subclasses are written as objects; other mappings go through `default`. */
const isDictLike = (value: Value): value is Mapping =>
  value instanceof Mapping && value.typeName !== 'HostVars' && value.typeName !== 'HostVarsVars'

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return floatRepr(value)
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const PLAIN_UNICODE = /^[^\x00-\x1f"\\]*$/
const SHORT: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
}

const escapeUnit = (unit: string): string => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

function quoteAscii(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, escapeUnit)}"`
}

function quoteText(text: string): string {
  return PLAIN_UNICODE.test(text) ? `"${text}"` : `"${text.replace(/[\x00-\x1f"\\]/g, escapeUnit)}"`
}

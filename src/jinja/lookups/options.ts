// Options of lookups: keyword arguments, variables, environment and defaults, with Ansible's types.
// Mirrors ansible/config/manager.py get_config_value_and_origin, ensure_type (2.14) for plugin type lookup.

import { toBoolean, unquote } from '../../config/convert.js'

import {
  isSequence,
  isText,
  type Kwargs,
  Mapping,
  PyBytes,
  PyError,
  PyFloat,
  textOf,
  toFloat,
  toInt,
  type Value,
} from '../../python/index.js'
import { PluginOptionsError } from '../errors.js'
import { isInteger, toText } from '../filters/conversions.js'

export type OptionType = 'bool' | 'int' | 'float' | 'list' | 'dict' | 'string' | 'raw'

export interface OptionSpec {
  readonly type?: OptionType
  readonly default?: Value
  readonly aliases?: readonly string[]
  readonly choices?: readonly string[]
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export class LookupOptions {
  readonly #values: Map<string, Value>
  constructor(values: Map<string, Value>) {
    this.#values = values
  }
  get(name: string): Value {
    return this.#values.get(name) ?? null
  }
  has(name: string): boolean {
    return this.#values.has(name)
  }
  set(name: string, value: Value): void {
    this.#values.set(name, value)
  }
}

/** Values of all options of a lookup; keyword arguments it does not know are ignored, as Ansible does. */
export function readOptions(lookup: string, specs: OptionSpecs, direct: Kwargs): LookupOptions {
  const values = new Map<string, Value>()
  for (const [name, spec] of Object.entries(specs)) {
    const given = directValue(name, spec, direct)
    const entry = `plugin_type: lookup plugin: ${lookup} setting: ${name} `
    const value = ensureType(given ?? spec.default ?? null, spec.type, given === null ? 'default' : 'Direct', entry)
    checkChoices(value, spec, entry)
    values.set(name, value)
  }
  return new LookupOptions(values)
}

function directValue(name: string, spec: OptionSpec, direct: Kwargs): Value {
  for (const key of [name, ...(spec.aliases ?? [])]) {
    const value = direct.get(key)
    if (value !== undefined) return value
  }
  return null
}

function checkChoices(value: Value, spec: OptionSpec, entry: string): void {
  if (value === null || spec.choices === undefined) return
  if (isText(value) && spec.choices.includes(textOf(value))) return
  const valid = spec.choices.join(', ')
  const message = `Invalid value "${toText(value)}" for configuration option "${entry}", valid values are: ${valid}`
  throw new PluginOptionsError(message)
}

function ensureType(value: Value, type: OptionType | undefined, origin: string, entry: string): Value {
  if (value === null) return null
  try {
    return convert(value, type)
  } catch (error) {
    if (!(error instanceof PyError) || !error.isA('ValueError')) throw error
    const message = `Invalid type for configuration option ${entry.trim()} (from ${origin}): ${error.message}`
    throw new PluginOptionsError(message)
  }
}

function convert(value: Value, type: OptionType | undefined): Value {
  const wrong = (name: string): PyError =>
    new PyError('ValueError', `Invalid type provided for "${name}": ${toText(value)}`)
  switch (type) {
    case 'bool':
      return toBoolean(value, false)
    case 'int':
      return toInt(value)
    case 'float':
      return new PyFloat(toFloat(value))
    case 'list':
      if (isText(value)) return splitList(textOf(value))
      if (!isSequence(value) && !(value instanceof PyBytes)) throw wrong('list')
      return value
    case 'dict':
      if (!(value instanceof Mapping)) throw wrong('dictionary')
      return value
    case 'string':
      if (isText(value) || isInteger(value) || value instanceof PyFloat) return unquote(toText(value))
      throw wrong('string')
    default:
      return isText(value) ? unquote(textOf(value)) : value
  }
}

const splitList = (text: string): string[] => text.split(',').map(part => unquote(part.trim()))

/** A keyword argument map of a Mapping term. */
export function asKwargs(mapping: Mapping): Kwargs {
  return new Map([...mapping.entries()].map(([key, value]) => [toText(key), value]))
}

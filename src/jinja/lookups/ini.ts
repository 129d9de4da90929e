// The ini lookup: values of INI and Java properties files. Mirrors ansible/plugins/lookup/ini.py (2.14).

import { ParserError } from '../../errors.js'
import { ConfigParser } from '../../python/config-parser.js'
import {
  compileRegex,
  decodeBytes,
  PyError,
  repr,
  splitText,
  stripText,
  truth,
  type Value,
} from '../../python/index.js'
import { LookupError, PluginOptionsError } from '../errors.js'
import { requireText, toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { type LookupOptions, type OptionSpecs, readOptions } from './options.js'
import { findFile } from './search.js'

const OPTIONS: OptionSpecs = {
  _terms: {},
  type: { default: 'ini', choices: ['ini', 'properties'] },
  file: { default: 'ansible.ini' },
  section: { default: 'global' },
  re: { type: 'bool', default: false },
  encoding: { default: 'utf-8' },
  default: { default: '' },
  case_sensitive: { default: false },
  allow_no_value: { type: 'bool', default: false, aliases: ['allow_none'] },
}

/** `key section=a b file=x`: words go to the option that was named last. */
function splitParameters(term: string): string[] {
  const found = new Map<string, string>()
  const order: string[] = []
  let current = 'key'
  splitText(term).forEach((word, index) => {
    if (word.includes('=')) for (const name of Object.keys(OPTIONS)) if (word.includes(`${name}=`)) current = name
    if (index === 0 || !found.get(current)) {
      found.set(current, word)
      order.push(current)
    } else {
      found.set(current, `${found.get(current)} ${word}`)
    }
  })
  return order.map(name => found.get(name) as string)
}

/** The key of a term; options in the term change `options` for this and all later terms. */
function readTerm(term: string, options: LookupOptions): string {
  if (!term.includes('=') && !stripText(term).includes(' ')) return term
  const parameters = splitParameters(term)
  let key: string | undefined
  for (const parameter of parameters) {
    if (!parameter.includes('=')) {
      key ??= parameter
      continue
    }
    const [name, value, ...more] = parameter.split('=') as [string, string]
    if (more.length > 0) {
      const text = `Could not use '${parameter}' from '${repr(parameters)}': too many values to unpack (expected 2)`
      throw new LookupError(`${text}. too many values to unpack (expected 2)`)
    }
    if (!options.has(name)) throw new LookupError(`${name} is not a valid option.`)
    options.set(name, value)
  }
  if (key !== undefined) return key
  throw new PluginOptionsError(`No key to lookup was provided as first term with in string inline options: ${term}`)
}

function readFile(call: CallContext, options: LookupOptions): string {
  const path = findFile(call, 'files', options.get('file'))
  if (path === undefined) throw new ParserError("Invalid filename: 'None'")
  const { data } = call.templar.controller.loader.readFile(path)
  return decodeBytes(data, toText(options.get('encoding')), 'surrogateescape')
}

function lookUp(parser: ConfigParser, key: string, options: LookupOptions): Value {
  const section = toText(options.get('section'))
  try {
    if (truth(options.get('re'))) {
      const pattern = compileRegex(key)
      return parser
        .items(section)
        .filter(([name]) => pattern.match(name) !== undefined)
        .map(([, value]) => value)
    }
    return parser.get(section, key)
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    if (error.pyType === 'NoOptionError') return options.get('default')
    if (error.pyType !== 'NoSectionError') throw error
    throw new LookupError(`No section '${section}' in ${toText(options.get('file'))}`)
  }
}

const ini: PluginCall = (call, terms, kwargs) => {
  call.markVolatile()
  const options = readOptions('ini', OPTIONS, kwargs)
  const parser = new ConfigParser({
    allowNoValue: truth(options.get('allow_no_value')),
    caseSensitive: truth(options.get('case_sensitive')),
  })
  const found: Value[] = []
  for (const term of terms) {
    const key = readTerm(requireText(term, "argument of type 'int' is not iterable"), options)
    const text = readFile(call, options)
    const isProperties = options.get('type') === 'properties'
    if (isProperties) options.set('section', 'java_properties')
    try {
      parser.read(isProperties ? `[java_properties]\n${text}` : text)
    } catch (error) {
      if (!(error instanceof PyError) || error.pyType !== 'DuplicateOptionError') throw error
      throw new LookupError(`Duplicate option in '${toText(options.get('file'))}': ${error.message}`)
    }
    const value = lookUp(parser, key, options)
    if (Array.isArray(value)) found.push(...value)
    else if (value !== null) found.push(value)
  }
  return found
}

export const iniLookups: Readonly<Record<string, PluginCall>> = { ini }

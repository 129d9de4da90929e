// The csvfile lookup. Mirrors ansible/plugins/lookup/csvfile.py (2.14) on Python's csv module (excel dialect).

import { readFileSync } from 'node:fs'
import { osErrorText } from '../../config/os-error.js'
import { parseKv } from '../../config/splitter.js'
import { decodeBytes, PyError, splitLines, textOf, toInt, type Value } from '../../python/index.js'
import { TemplateError } from '../errors.js'
import { isStr, toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { type LookupOptions, type OptionSpecs, readOptions } from './options.js'
import { findFile } from './search.js'

const OPTIONS: OptionSpecs = {
  col: { default: '1' },
  default: {},
  delimiter: { default: 'TAB' },
  file: { default: 'ansible.csv' },
  encoding: { default: 'utf-8' },
}

/** Rows as csv.reader gives them: quotes double to escape themselves, quoted fields may span lines. */
export function* readCsv(lines: Iterable<string>, delimiter: string): Iterable<string[]> {
  let row: string[] = []
  let field = ''
  let state: 'start' | 'plain' | 'quoted' | 'quote-seen' = 'start'
  const endField = (): void => {
    row.push(field)
    field = ''
    state = 'start'
  }
  for (const line of lines) {
    const isBlank = state === 'start' && row.length === 0 && /^[\r\n]*$/.test(line)
    for (const char of isBlank ? '' : line) {
      if (state === 'quoted') {
        if (char === '"') state = 'quote-seen'
        else field += char
      } else if (char === '\r' || char === '\n') {
        // Line ends count once, behind the last field.
      } else if (char === delimiter) {
        endField()
      } else if (char === '"' && state === 'start') {
        state = 'quoted'
      } else if (char === '"' && state === 'quote-seen') {
        field += char
        state = 'quoted'
      } else {
        field += char
        state = 'plain'
      }
    }
    if ((state as string) === 'quoted') continue
    if (!isBlank) endField()
    yield row
    row = []
  }
  if ((state as string) === 'quoted') {
    row.push(field)
    yield row
  }
}

function findRow(call: CallContext, key: string, options: LookupOptions): Value {
  const path = findFile(call, 'files', options.get('file'))
  const delimiter = toText(options.get('delimiter'))
  const failure = (text: string, kind: string): TemplateError => new TemplateError(`csvfile: ${text}`, { kind })
  let text: string
  try {
    text = decodeBytes(readFileSync(path ?? 'None'), toText(options.get('encoding')), 'surrogateescape')
  } catch (error) {
    if (error instanceof PyError) throw failure(error.message, error.pyType)
    throw failure(osErrorText(error, `b'${path ?? 'None'}'`), 'FileNotFoundError')
  }
  if ([...delimiter].length !== 1) throw failure('"delimiter" must be a 1-character string', 'TypeError')
  try {
    for (const row of readCsv(splitLines(text, true), delimiter)) {
      if (row[0] === key) return column(row, options.get('col'))
    }
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    throw failure(error.message, error.pyType)
  }
  return options.get('default')
}

function column(row: readonly string[], col: Value): string {
  const value = row.at(Number(toInt(col)))
  if (value === undefined) throw new PyError('IndexError', 'list index out of range')
  return value
}

const csvFile: PluginCall = (call, terms, kwargs) => {
  call.markVolatile()
  const options = readOptions('csvfile', OPTIONS, kwargs)
  const found: Value[] = []
  for (const term of terms) {
    if (!isStr(term)) throw new PyError('AttributeError', "'int' object has no attribute 'split'")
    const parsed = parseKv(textOf(term))
    const key = parsed.get('_raw_params')
    if (key === undefined) throw new TemplateError('Search key is required but was not found')
    for (const [name, value] of parsed) {
      if (name === '_raw_params') continue
      if (!options.has(toText(name))) {
        throw new TemplateError(`${toText(name)} is not a valid option`, { kind: 'AnsibleAssertionError' })
      }
      options.set(toText(name), value)
    }
    if (options.get('delimiter') === 'TAB') options.set('delimiter', '\t')
    const value = findRow(call, toText(key), options)
    if (Array.isArray(value)) found.push(...value)
    else if (value !== null) found.push(value)
  }
  return found
}

export const csvLookups: Readonly<Record<string, PluginCall>> = { csvfile: csvFile }

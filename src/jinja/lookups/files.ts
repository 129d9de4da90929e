// Lookups that read files: file, unvault, fileglob, first_found. Mirrors ansible/plugins/lookup (2.14).

import { dirName, isFile, joinPath } from '../../config/index.js'
import { ParserError } from '../../errors.js'
import { decodeUtf8, isSequence, isText, Mapping, textOf, truth, type Value } from '../../python/index.js'
import { FileNotFoundError } from '../../yaml/index.js'
import { LookupError, TemplateError, UndefinedVariableError } from '../errors.js'
import { callMethod, classText, isStr, itemsOf, requireText, toText } from '../filters/conversions.js'
import { glob } from '../filters/glob.js'
import { basename } from '../filters/paths.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { asKwargs, type OptionSpecs, readOptions } from './options.js'
import { findFile, searchFolders } from './search.js'

/** Decrypted text of a file; bytes that are no UTF-8 are kept as surrogates. */
export function readText(call: CallContext, path: string): string {
  return decodeUtf8(call.templar.controller.loader.readFile(path).data, 'surrogateescape')
}

const FILE_OPTIONS: OptionSpecs = {
  rstrip: { type: 'bool', default: true },
  lstrip: { type: 'bool', default: false },
}

const file: PluginCall = (call, terms, kwargs) => {
  call.markVolatile()
  const options = readOptions('file', FILE_OPTIONS, kwargs)
  return terms.map(term => {
    let text: Value = contentsOf(call, term)
    if (truth(options.get('lstrip'))) text = callMethod(text, 'lstrip')
    if (truth(options.get('rstrip'))) text = callMethod(text, 'rstrip')
    return text
  })
}

function contentsOf(call: CallContext, term: Value): string {
  const notFound = (kind: string): TemplateError =>
    new TemplateError(`could not locate file in lookup: ${toText(term)}`, { kind })
  const path = findFile(call, 'files', term)
  if (path === undefined) throw notFound('AnsibleParserError')
  try {
    return readText(call, path)
  } catch (error) {
    if (!(error instanceof ParserError)) throw error
    throw notFound(error.message.includes('[Errno 21]') ? 'IsADirectoryError' : 'PermissionError')
  }
}

const unvault: PluginCall = (call, terms) => {
  call.markVolatile()
  return terms.map(term => {
    const path = findFile(call, 'files', term)
    if (path === undefined) throw new ParserError(`Unable to find file matching "${toText(term)}" `)
    if (!call.templar.controller.loader.isFile(path)) throw new FileNotFoundError(path)
    return readText(call, path)
  })
}

const fileglob: PluginCall = (call, terms) => {
  call.markVolatile()
  const found: Value[] = []
  for (const term of terms) {
    const pattern = requireText(term, 'expected str, bytes or os.PathLike object')
    const name = basename(pattern)
    for (const folder of globFolders(call, pattern, name)) {
      const files = glob(joinPath(folder, name)).filter(isFile)
      if (files.length === 0) continue
      found.push(...files)
      break
    }
  }
  return found
}

function globFolders(call: CallContext, pattern: string, name: string): string[] {
  if (name === pattern) return searchFolders(call).flatMap(folder => [joinPath(folder, 'files'), folder])
  const folder = findFile(call, 'files', dirName(pattern))
  return folder === undefined ? [] : [folder]
}

const FIRST_FOUND_OPTIONS: OptionSpecs = {
  files: { type: 'list', default: [] },
  paths: { type: 'list', default: [] },
  skip: { type: 'bool', default: false },
}

interface Search {
  readonly names: Value[]
  readonly skip: boolean
}

/** _split_on: texts are split at separators, lists are walked. */
function splitOn(terms: Value, separators: RegExp): string[] {
  if (isText(terms)) return textOf(terms).split(separators)
  return (itemsOf(terms) ?? []).flatMap(term => splitOn(term, separators))
}

function firstFoundSearch(terms: readonly Value[], kwargs: ReadonlyMap<string, Value>): Search {
  let names: Value[] = []
  let skip = false
  for (const term of terms) {
    if (!(term instanceof Mapping) && !isStr(term)) {
      if (!isSequence(term)) throw invalidTerm(term)
      const nested = firstFoundSearch(itemsOf(term) ?? [], kwargs)
      names.push(...nested.names)
      skip = nested.skip
      continue
    }
    const options = readOptions('first_found', FIRST_FOUND_OPTIONS, term instanceof Mapping ? asKwargs(term) : kwargs)
    skip = truth(options.get('skip'))
    const files = splitOn(options.get('files'), /[,;]/)
    const folders = splitOn(options.get('paths'), /[,:;]/)
    if (folders.length > 0) for (const folder of folders) names.push(...files.map(name => joinPath(folder, name)))
    else if (files.length > 0) names = files
    else names.push(term)
  }
  return { names, skip }
}

function invalidTerm(term: Value): LookupError {
  const expected = 'Invalid term supplied, can handle string, mapping or list of strings but got'
  return new LookupError(`${expected}: ${classText(term)} for ${toText(term)}`)
}

const firstFound: PluginCall = (call, terms, kwargs) => {
  call.markVolatile()
  const { names, skip } = firstFoundSearch(terms, kwargs)
  for (const name of names) {
    let templated: Value
    try {
      templated = call.templar.template(name)
    } catch (error) {
      if (error instanceof UndefinedVariableError) continue
      throw error
    }
    const path = findFile(call, call.subdir ?? 'files', templated, true)
    if (path !== undefined) return [path]
  }
  if (skip) return []
  throw new LookupError('No file was found when using first_found.')
}

export const fileLookups: Readonly<Record<string, PluginCall>> = { file, fileglob, first_found: firstFound, unvault }

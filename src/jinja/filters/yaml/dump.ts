// yaml.dump as Ansible's filters call it: keyword arguments checked, then represented and emitted.

import {
  isInt,
  isSequence,
  isText,
  type Kwargs,
  Mapping,
  PyError,
  repr,
  str,
  textOf,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { type EmitterOptions, emitDocument } from './emitter.js'
import { type RepresentOptions, represent } from './represent.js'

const KNOWN = new Set([
  'default_style',
  'default_flow_style',
  'canonical',
  'indent',
  'width',
  'allow_unicode',
  'line_break',
  'encoding',
  'explicit_start',
  'explicit_end',
  'version',
  'tags',
  'sort_keys',
])

/** YAML text of a value; `options` are the keyword arguments of Python's yaml.dump, `blockText` chooses block scalars. */
export function dumpYaml(value: Value, options: Kwargs, blockText?: RepresentOptions['blockText']): string {
  for (const name of options.keys()) {
    if (!KNOWN.has(name)) throw new PyError('TypeError', `dump_all() got an unexpected keyword argument '${name}'`)
  }
  const flow = options.get('default_flow_style') ?? (options.has('default_flow_style') ? null : false)
  const emitter = emitterOptions(options)
  const root = represent(value, {
    defaultStyle: optionalText(options.get('default_style')),
    flowStyle: flow === null ? undefined : truth(flow),
    sortKeys: truth(options.get('sort_keys') ?? true),
    blockText,
  })
  return emitDocument(root, emitter)
}

function emitterOptions(options: Kwargs): EmitterOptions {
  const lineBreak = options.get('line_break')
  const breakText = lineBreak !== undefined && lineBreak !== null && isText(lineBreak) ? textOf(lineBreak) : '\n'
  return {
    canonical: truth(options.get('canonical') ?? false),
    indent: smallInt(options.get('indent'), 0),
    width: smallInt(options.get('width'), 0),
    unicode: truth(options.get('allow_unicode') ?? false),
    lineBreak: breakText === '\r' || breakText === '\r\n' ? breakText : '\n',
    explicitStart: truth(options.get('explicit_start') ?? false),
    explicitEnd: truth(options.get('explicit_end') ?? false),
    version: version(options.get('version') ?? null),
    tags: tagDirectives(options.get('tags') ?? null),
  }
}

function optionalText(value: Value | undefined): string | undefined {
  if (value === undefined || value === null || !truth(value)) return undefined
  return isText(value) ? textOf(value) : str(value)
}

/** A C int argument of Cython: None keeps the default. */
function smallInt(value: Value | undefined, fallback: number): number {
  if (value === undefined || value === null) return fallback
  if (typeof value === 'boolean') return Number(value)
  if (!isInt(value)) {
    if (isText(value) || isSequence(value) || value instanceof Mapping || typeName(value) !== 'float') {
      throw new PyError('TypeError', 'an integer is required')
    }
    throw new PyError('TypeError', "'float' object cannot be interpreted as an integer")
  }
  if (value > 0x7fffffff || value < -0x80000000) {
    throw new PyError('OverflowError', 'value too large to convert to int')
  }
  return Number(value)
}

function version(value: Value): readonly [number, number] | undefined {
  if (value === null || !truth(value)) return undefined
  if (!isSequence(value)) throw new PyError('TypeError', `'${typeName(value)}' object is not subscriptable`)
  const items = Array.isArray(value) ? value : value.items
  return [smallInt(items[0], 0), smallInt(items[1], 0)]
}

function tagDirectives(value: Value): (readonly [string, string])[] {
  if (value === null || !truth(value)) return []
  if (!(value instanceof Mapping)) throw new PyError('TypeError', `tags must be a dict, got ${repr(value)}`)
  return [...value.entries()].map(([handle, prefix]) => {
    if (!isText(handle)) throw new PyError('TypeError', 'tag handle must be a string')
    if (!isText(prefix)) throw new PyError('TypeError', 'tag prefix must be a string')
    return [textOf(handle), textOf(prefix)] as const
  })
}

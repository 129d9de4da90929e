// Resources as adapters write them: `file:${dest}`, `controller file:${sources}`, `container:${name}`,
// `database:mysql/${name}`, `everything`. A part of a path that holds ${…} becomes one part, whatever is in it.

import { isText, type Value } from '../python/values.js'
import type { Draft } from './draft.js'
import { type KnownPath, knownPath } from './paths.js'
import {
  CONTROLLER,
  EVERYWHERE,
  everythingOf,
  RESOURCE_KINDS,
  type Resource,
  type ResourceKind,
  SHARED,
  tree,
} from './resource.js'
import { UNKNOWN } from './unknown.js'

/** Where it is: `here` is the machine that the action acts on. */
type Where = 'here' | 'controller' | 'shared' | 'everywhere'

export interface ResourcePattern {
  readonly where: Where
  readonly kind: ResourceKind
  /** Texts between slashes, with ${…} in them. */
  readonly parts: readonly string[]
  readonly isAbsolute: boolean
}

const SHARED_KINDS: ReadonlySet<ResourceKind> = new Set(['endpoint', 'database', 'api', 'external'])
/** `${a}`, `${a|b}` (b when a was not given), `${a|=text}` (a fixed text then), `${a|*}` (anything then), `${a.b}`, `${call.role}`, `${call.vars.name}`. */
const SUBSTITUTION = /\$\{([^}]*)\}/g
const NAME = /^[A-Za-z_][\w.]*$/

/** Reads a pattern; the text of what is wrong with it otherwise. */
export function parseResource(text: string): ResourcePattern | string {
  const match = /^(?:(here|controller|shared)\s+)?([a-z]+)(?::(.*))?$/s.exec(text.trim())
  if (match === null) return 'Expected [controller|shared] KIND:PATH, for example file:/etc/app or container:${name}'
  const [, where, word = '', path = ''] = match
  if (word === 'everywhere') return { where: 'everywhere', kind: 'any', parts: [], isAbsolute: false }
  const kind = (word === 'everything' ? 'any' : word) as ResourceKind
  if (!RESOURCE_KINDS.includes(kind))
    return `Unknown kind of resource '${word}'. Known are: everything, everywhere, ${RESOURCE_KINDS.slice(1).join(', ')}`
  for (const [, names = ''] of path.matchAll(SUBSTITUTION)) {
    const wrong = names.split('|').find(name => !NAME.test(name) && name !== '*' && !name.startsWith('='))
    if (wrong !== undefined)
      return `'\${${names}}' is not a list of arguments: ${wrong === '' ? 'a name is missing' : wrong}`
  }
  if (kind === 'file' && path !== '' && !/^(\/|~|\$\{)/.test(path)) return `A file needs a path from /, got '${path}'`
  return {
    where: SHARED_KINDS.has(kind) ? 'shared' : ((where ?? 'here') as Where),
    kind,
    parts: splitPath(path),
    isAbsolute: path.startsWith('/'),
  }
}

/** Splits at slashes outside of ${…}. */
function splitPath(path: string): readonly string[] {
  return (path.match(/(?:\$\{[^}]*\}|[^/])+/g) ?? []).filter(part => part !== '')
}

/** Names of the arguments that a pattern uses. */
export function argumentsOf(pattern: ResourcePattern): readonly string[] {
  return pattern.parts.flatMap(part =>
    [...part.matchAll(SUBSTITUTION)].flatMap(([, names = '']) => names.split('|').filter(name => NAME.test(name))),
  )
}

/** Resources that a pattern means for a call; none when an argument was not given and has no other. */
export function resourcesOf(pattern: ResourcePattern, draft: Draft): readonly Resource[] {
  if (pattern.where === 'everywhere') return [everythingOf(EVERYWHERE)]
  const scope = pattern.where === 'here' ? draft.scope : pattern.where === 'controller' ? CONTROLLER : SHARED
  if (pattern.kind === 'any') return [everythingOf(scope)]
  const choices = pattern.parts.map(part => fill(part, draft))
  if (choices.some(choice => choice.length === 0)) return []
  return product(choices).map(parts =>
    pattern.kind === 'file'
      ? tree(scope, 'file', ...filePath(parts, pattern, draft).parts)
      : tree(scope, pattern.kind, ...untilUnknown(parts)),
  )
}

function filePath(parts: readonly string[], pattern: ResourcePattern, draft: Draft): KnownPath {
  const text = (pattern.isAbsolute ? '/' : '') + parts.join('/')
  return pattern.where === 'controller' ? knownPath(text) : draft.pathOf(text)
}

function untilUnknown(parts: readonly string[]): readonly string[] {
  const unknown = parts.findIndex(part => part.includes(UNKNOWN))
  return unknown < 0 ? parts : parts.slice(0, unknown)
}

function product(choices: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return choices.reduce<readonly (readonly string[])[]>(
    (paths, choice) => paths.flatMap(path => choice.map(part => [...path, part])),
    [[]],
  )
}

/** Texts that a part may become: one for each value of a list argument. */
function fill(part: string, draft: Draft): readonly string[] {
  let texts: readonly string[] = ['']
  let at = 0
  for (const match of part.matchAll(SUBSTITUTION)) {
    const literal = part.slice(at, match.index)
    const values = valuesOf((match[1] as string).split('|'), draft)
    texts = texts.flatMap(text => values.map(value => text + literal + value))
    at = match.index + match[0].length
  }
  return texts.map(text => text + part.slice(at))
}

function valuesOf(names: readonly string[], draft: Draft): readonly string[] {
  for (const name of names) {
    if (name === '*') return [UNKNOWN]
    if (name.startsWith('=')) return [name.slice(1)]
    const value = argument(name, draft)
    if (value !== undefined) return draft.textsOf(value)
  }
  return []
}

/** An argument, or, after dots, something inside it. */
function argument(name: string, draft: Draft): Value | undefined {
  const [first = '', ...inside] = name.split('.')
  if (first === 'call' && inside[0] !== 'vars') return { role: draft.call.role, host: draft.call.host }[inside[0] ?? '']
  const [, variable = '', ...insideVariable] = inside
  let value = first === 'call' ? (draft.call.facts(variable) ?? undefined) : draft.value(first)
  for (const key of first === 'call' ? insideVariable : inside) {
    if (value === undefined) return undefined
    // Arguments as one text are not taken apart.
    if (isText(value)) return UNKNOWN
    value = draft.itemOf(value, key)
  }
  return value
}

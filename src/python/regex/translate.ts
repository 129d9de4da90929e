// Python patterns as JavaScript RegExp source, for the patterns whose meaning JavaScript shares; undefined for the
// others, which the backtracking matcher takes. Two forms: one for texts of ASCII alone, one for all texts.

import { setMatches } from './characters.js'
import {
  type Anchor,
  childrenOf,
  type Node,
  type ParsedRegex,
  type RepeatNode,
  type SetNode,
  widthOf,
} from './syntax.js'

/** Whether RegExp means the same, whatever the text. Case folding beyond ASCII is judged apart (usesFolding). */
export function isTranslatable(parsed: ParsedRegex): boolean {
  return agrees(parsed.root) && referencesAreCertain(parsed.root)
}

export function usesFolding(node: Node): boolean {
  if ((node.kind === 'set' || node.kind === 'backreference') && node.fold) return true
  return childrenOf(node).some(usesFolding)
}

function agrees(node: Node): boolean {
  switch (node.kind) {
    case 'atomic':
    case 'conditional':
      return false
    case 'repeat':
      return node.mode !== 'possessive' && repeatAgrees(node) && agrees(node.body)
    case 'look':
      // JavaScript reads a look-behind backwards; and what is captured in a negative look differs.
      return (node.ahead && !node.negative) || groupsIn(node.body).length === 0 ? childrenOf(node).every(agrees) : false
    case 'backreference':
      return !node.fold
    default:
      return childrenOf(node).every(agrees)
  }
}

/** JavaScript forgets captures at each iteration, and goes back where an iteration was empty. */
function repeatAgrees(node: RepeatNode): boolean {
  const groups = groupsIn(node.body)
  if (widthOf(node.body, new Map())[0] === 0) return groups.length === 0 && !mayPreferEmpty(node.body)
  return node.most <= 1 || groups.every(index => alwaysSets(node.body, index))
}

function groupsIn(node: Node): number[] {
  const inner = childrenOf(node).flatMap(groupsIn)
  return node.kind === 'group' ? [node.index, ...inner] : inner
}

/** Whether every way through the node sets the group. */
function alwaysSets(node: Node, index: number): boolean {
  switch (node.kind) {
    case 'group':
      return node.index === index || alwaysSets(node.body, index)
    case 'sequence':
      return node.items.some(item => alwaysSets(item, index))
    case 'alternation':
      return node.branches.every(branch => alwaysSets(branch, index))
    case 'repeat':
      return node.least > 0 && alwaysSets(node.body, index)
    case 'look':
      return node.ahead && !node.negative && alwaysSets(node.body, index)
    default:
      return false
  }
}

/** An unset group matches the empty text in JavaScript and nothing in Python: it must be set for certain before. */
function referencesAreCertain(root: Node): boolean {
  const certain = (node: Node, before: ReadonlySet<number>): boolean => {
    if (node.kind === 'backreference') return before.has(node.index)
    if (node.kind !== 'sequence') return childrenOf(node).every(child => certain(child, before))
    const known = new Set(before)
    for (const item of node.items) {
      if (!certain(item, known)) return false
      for (const index of groupsIn(item)) if (alwaysSets(item, index)) known.add(index)
    }
    return true
  }
  return certain(root, new Set())
}

/** RegExp source for texts of ASCII (no flag) or any text (flag u). */
export function translate(node: Node, form: 'ascii' | 'unicode'): string {
  switch (node.kind) {
    case 'set':
      return form === 'ascii' ? asciiSet(node) : unicodeSet(node)
    case 'anchor':
      return anchorSource(node.anchor, node.ascii || form === 'ascii')
    case 'sequence':
      return node.items
        .map(item => (item.kind === 'alternation' ? `(?:${translate(item, form)})` : translate(item, form)))
        .join('')
    case 'alternation':
      return node.branches.map(branch => translate(branch, form)).join('|')
    case 'group':
      return `(${translate(node.body, form)})`
    case 'repeat':
      return `(?:${translate(node.body, form)})${quantifier(node)}`
    case 'backreference':
      return `(?:\\${node.index})`
    case 'look':
      return `(?${node.ahead ? '' : '<'}${node.negative ? '!' : '='}${translate(node.body, form)})`
    default:
      throw new Error(`A ${node.kind} has no counterpart in RegExp`)
  }
}

function quantifier(node: RepeatNode): string {
  const bounds = node.most === Number.POSITIVE_INFINITY ? `{${node.least},}` : `{${node.least},${node.most}}`
  return bounds + (node.mode === 'lazy' ? '?' : '')
}

const WORD = '[\\p{L}\\p{N}_]'

function anchorSource(anchor: Anchor, ascii: boolean): string {
  switch (anchor) {
    case 'textStart':
      return '^'
    case 'lineStart':
      return '(?<![^\\n])'
    case 'textEnd':
      return '$'
    case 'lastLineEnd':
      return '(?=\\n?$)'
    case 'lineEnd':
      return '(?=\\n|$)'
    case 'boundary':
      return ascii ? '\\b' : `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`
    case 'notBoundary':
      // No \B in an empty text (CPython before 3.14).
      return `(?!^$)${ascii ? '\\B' : `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`}`
  }
}

function hex(code: number, form: 'ascii' | 'unicode'): string {
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  return form === 'ascii' && code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

function character(code: number, form: 'ascii' | 'unicode'): string {
  const text = String.fromCharCode(code)
  return code < 0x80 && /[a-zA-Z0-9_ ]/.test(text) ? text : hex(code, form)
}

/** The ASCII characters of the set, found by asking it: right by construction. */
function asciiSet(node: SetNode): string {
  const only = node.items[0]
  if (node.items.length === 1 && !node.negated && !node.fold && only?.kind === 'range' && only.from === only.to)
    return only.from < 0x80 ? character(only.from, 'ascii') : '[]'
  const members: number[] = []
  for (let code = 0; code < 0x80; code++) if (setMatches(node, code)) members.push(code)
  if (members.length === 0x80) return '[^]'
  if (members.length === 1) return character(members[0] as number, 'ascii')
  const ranges: [number, number][] = []
  for (const code of members) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === code - 1) last[1] = code
    else ranges.push([code, code])
  }
  return `[${ranges.map(([from, to]) => range(from, to, 'ascii')).join('')}]`
}

function range(from: number, to: number, form: 'ascii' | 'unicode'): string {
  return from === to ? character(from, form) : `${character(from, form)}-${character(to, form)}`
}

const CATEGORY = {
  d: { unicode: '\\p{Nd}', ascii: '0-9' },
  s: {
    unicode: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000',
    ascii: '\\t-\\r\\x20',
  },
  w: { unicode: '\\p{L}\\p{N}_', ascii: 'a-zA-Z0-9_' },
} as const

function unicodeSet(node: SetNode): string {
  let inside = ''
  const complements: string[] = []
  for (const item of node.items) {
    if (item.kind === 'range') {
      inside += range(item.from, item.to, 'unicode')
      continue
    }
    const letter = item.letter.toLowerCase() as keyof typeof CATEGORY
    const body = CATEGORY[letter][item.ascii ? 'ascii' : 'unicode']
    if (letter === item.letter) inside += body
    else complements.push(`[^${body}]`)
  }
  if (complements.length === 0) return `[${node.negated ? '^' : ''}${inside}]`
  const union = [...(inside === '' ? [] : [`[${inside}]`]), ...complements].join('|')
  if (!node.negated) return complements.length === 1 && inside === '' ? (complements[0] as string) : `(?:${union})`
  return `(?:(?!${union})[^])`
}

/**
 * Whether the first way to match may be empty where another is not: then an empty match has to be followed by a
 * look for a non-empty one at the same place. Greedy repeats of characters never do that.
 */
export function mayPreferEmpty(node: Node): boolean {
  if (
    node.kind === 'alternation' ||
    node.kind === 'look' ||
    node.kind === 'backreference' ||
    node.kind === 'conditional'
  )
    return true
  if (node.kind === 'repeat' && node.mode === 'lazy') return true
  return childrenOf(node).some(mayPreferEmpty)
}

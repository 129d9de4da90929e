// Reads Python's regular expression syntax into a tree, with the errors of re.compile.
// Mirrors CPython 3.11's re/_parser.py in what it accepts and what it says.

import { PyError } from '../py-error.js'
import { isIdentifierText } from '../text-classes.js'
import { parseEscape, parseSetEscape } from './escapes.js'
import { PatternSource } from './source.js'
import type { Flags, Node, ParsedRegex, RepeatNode, SetItem, SetNode, Width } from './syntax.js'
import { widthOf } from './syntax.js'

export function parseRegex(pattern: string, flags: Flags): ParsedRegex {
  const source = new PatternSource(pattern, flags.verbose)
  const leading = leadingFlags(source, flags)
  const parser = new Parser(source)
  const root = parser.alternation(leading)
  if (!source.atEnd) throw source.error('unbalanced parenthesis')
  return { root, groupCount: parser.groupCount, groupNames: parser.names }
}

/** `(?i)` at the start speaks for the whole pattern; it may turn on VERBOSE, which changes how the rest is read. */
function leadingFlags(source: PatternSource, flags: Flags): Flags {
  let current = flags
  for (;;) {
    const match = /^(?:\s|#[^\n]*\n)*\(\?([aiLmsux]+)\)/.exec(source.rest)
    if (match === null || (!current.verbose && match[0][0] !== '(')) return current
    current = withLetters(current, match[1] as string, source)
    source.skip(Array.from(match[0]).length)
    source.verbose = current.verbose
  }
}

const LETTERS: Record<string, keyof Flags> = { i: 'ignoreCase', m: 'multiline', s: 'dotAll', x: 'verbose', a: 'ascii' }

function withLetters(flags: Flags, letters: string, source: PatternSource): Flags {
  const changed = { ...flags }
  for (const letter of letters) {
    if (letter === 'L') throw source.error("bad inline flags: cannot use 'L' flag with a str pattern")
    if (letter === 'u') changed.ascii = false
    else changed[LETTERS[letter] as keyof Flags] = true
  }
  if (letters.includes('a') && letters.includes('u'))
    throw source.errorBefore("bad inline flags: flags 'a', 'u' and 'L' are incompatible")
  return changed
}

class Parser {
  groupCount = 0
  readonly names = new Map<string, number>()
  readonly #open = new Set<number>()
  readonly #widths = new Map<number, Width>()
  /** Groups opened inside the look-behinds being read; references to them are refused. */
  #lookbehindFrom: number | undefined
  #depth = 0

  constructor(private readonly source: PatternSource) {}

  alternation(flags: Flags): Node {
    if (++this.#depth > 500) throw new PyError('RecursionError', 'maximum recursion depth exceeded')
    const branches = [this.#sequence(flags)]
    while (this.source.take('|')) branches.push(this.#sequence(flags))
    this.#depth--
    return branches.length === 1 ? (branches[0] as Node) : { kind: 'alternation', branches }
  }

  #sequence(flags: Flags): Node {
    const items: Node[] = []
    const { source } = this
    for (;;) {
      if (flags.verbose) source.skipBlank()
      const token = source.peek
      if (token === undefined || token === '|' || token === ')') break
      const start = source.at
      source.next()
      if (isQuantifier(token)) this.#quantify(items, token, start, flags)
      else {
        const node = this.#atom(token, start, flags)
        if (node !== undefined) items.push(node)
      }
    }
    return items.length === 1 ? (items[0] as Node) : { kind: 'sequence', items }
  }

  #atom(token: string, start: number, flags: Flags): Node | undefined {
    const { source } = this
    if (token[0] === '\\') return this.#escape(token, start, flags)
    switch (token) {
      case '[':
        return this.#set(start, flags)
      case '.':
        return set(flags.dotAll ? [{ kind: 'range', from: 0, to: 0x10ffff }] : NOT_NEWLINE, flags)
      case '(':
        return this.#group(start, flags)
      case '^':
        return { kind: 'anchor', anchor: flags.multiline ? 'lineStart' : 'textStart', ascii: flags.ascii }
      case '$':
        return { kind: 'anchor', anchor: flags.multiline ? 'lineEnd' : 'lastLineEnd', ascii: flags.ascii }
      default:
        return literal(source.codeOf(token), flags)
    }
  }

  #escape(token: string, start: number, flags: Flags): Node {
    const meaning = parseEscape(this.source, token, start)
    switch (meaning.kind) {
      case 'literal':
        return literal(meaning.code, flags)
      case 'category':
        return set([{ kind: 'category', letter: meaning.letter, ascii: flags.ascii }], flags)
      case 'anchor':
        return { kind: 'anchor', anchor: meaning.anchor, ascii: flags.ascii }
      case 'reference':
        return this.#reference(meaning.index, start, flags)
    }
  }

  #reference(index: number, start: number, flags: Flags): Node {
    if (index > this.groupCount) throw this.source.errorAt(`invalid group reference ${index}`, start + 1)
    if (this.#open.has(index)) throw this.source.errorAt('cannot refer to an open group', start)
    this.#checkLookbehind(index, start)
    return { kind: 'backreference', index, fold: flags.ignoreCase, ascii: flags.ascii }
  }

  #checkLookbehind(index: number, start: number): void {
    if (this.#lookbehindFrom === undefined) return
    if (index >= this.#lookbehindFrom)
      throw this.source.errorAt('cannot refer to group defined in the same lookbehind subpattern', start)
  }

  #quantify(items: Node[], token: string, start: number, flags: Flags): void {
    const { source } = this
    const bounds = token === '{' ? this.#braces(items, start, flags) : SIMPLE_BOUNDS[token]
    if (bounds === undefined) return
    const [least, most] = bounds
    const body = items.pop()
    if (body === undefined || body.kind === 'anchor') throw source.errorAt('nothing to repeat', start)
    if (body.kind === 'repeat' && !source.isWrapped(body)) throw source.errorAt('multiple repeat', start)
    const mode: RepeatNode['mode'] = source.take('?') ? 'lazy' : source.take('+') ? 'possessive' : 'greedy'
    items.push({ kind: 'repeat', least, most, mode, body })
  }

  /** `{2,3}`; undefined when the brace is only a brace. */
  #braces(items: Node[], start: number, flags: Flags): Width | undefined {
    const { source } = this
    const match = /^(\d*)(?:(,)(\d*))?\}/.exec(source.rest)
    if (match === null || match[0] === '}') {
      items.push(literal(0x7b, flags))
      return undefined
    }
    source.skip(match[0].length)
    const [, low = '', comma, high = ''] = match
    const least = low === '' ? 0 : Number(low)
    const most = comma === undefined ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    if (least >= 2 ** 32 - 1 || (most !== Number.POSITIVE_INFINITY && most >= 2 ** 32 - 1))
      throw new PyError('OverflowError', 'the repetition number is too large')
    if (most < least) throw source.errorAt('min repeat greater than max repeat', start + 1)
    return [least, most]
  }

  #set(start: number, flags: Flags): SetNode {
    const { source } = this
    const negated = source.take('^')
    const items: SetItem[] = []
    for (let first = true; ; first = false) {
      const at = source.at
      const token = source.next()
      if (token === undefined) throw source.errorAt('unterminated character set', start)
      if (token === ']' && !first) break
      const low = this.#setItem(token, at, flags)
      if (!source.take('-')) {
        items.push(low)
        continue
      }
      const highAt = source.at
      const high = source.next()
      if (high === undefined) throw source.errorAt('unterminated character set', start)
      if (high === ']') {
        items.push(low, { kind: 'range', from: 0x2d, to: 0x2d })
        break
      }
      items.push(this.#range(low, this.#setItem(high, highAt, flags), at))
    }
    return { kind: 'set', negated, items, fold: flags.ignoreCase, ascii: flags.ascii }
  }

  #setItem(token: string, at: number, flags: Flags): SetItem {
    if (token[0] === '\\') return parseSetEscape(this.source, token, at, flags.ascii)
    const code = this.source.codeOf(token)
    return { kind: 'range', from: code, to: code }
  }

  #range(low: SetItem, high: SetItem, at: number): SetItem {
    const bad = (): PyError => this.source.errorAt(`bad character range ${this.source.slice(at, this.source.at)}`, at)
    if (low.kind !== 'range' || high.kind !== 'range' || high.from < low.from) throw bad()
    return { kind: 'range', from: low.from, to: high.from }
  }

  #group(start: number, flags: Flags): Node | undefined {
    const { source } = this
    if (!source.take('?')) return this.#capture(undefined, start, flags)
    const letter = source.next()
    switch (letter) {
      case undefined:
        throw source.error('unexpected end of pattern')
      case 'P':
        return this.#pythonExtension(start, flags)
      case ':':
        return source.wrap(this.#body(start, flags))
      case '#':
        return this.#comment(start)
      case '=':
      case '!':
        return this.#look(true, letter === '!', start, flags)
      case '<':
        return this.#lookbehind(start, flags)
      case '(':
        return this.#conditional(start, flags)
      case '>':
        return { kind: 'atomic', body: this.#body(start, flags) }
      default:
        if ('aiLmsux-'.includes(letter)) return this.#scopedFlags(letter, start, flags)
        throw source.errorAt(`unknown extension ?${letter}`, start + 1)
    }
  }

  #body(start: number, flags: Flags): Node {
    const node = this.alternation(flags)
    if (!this.source.take(')')) throw this.source.errorAt('missing ), unterminated subpattern', start)
    return node
  }

  #comment(start: number): undefined {
    for (;;) {
      const token = this.source.next()
      if (token === undefined) throw this.source.errorAt('missing ), unterminated comment', start)
      if (token === ')') return undefined
    }
  }

  #capture(name: string | undefined, start: number, flags: Flags): Node {
    const index = ++this.groupCount
    if (name !== undefined) {
      const known = this.names.get(name)
      if (known !== undefined)
        throw this.source.errorAt(
          `redefinition of group name '${name}' as group ${index}; was group ${known}`,
          start + 4,
        )
      this.names.set(name, index)
    }
    this.#open.add(index)
    const body = this.#body(start, flags)
    this.#open.delete(index)
    this.#widths.set(index, widthOf(body, this.#widths))
    return { kind: 'group', index, body }
  }

  #pythonExtension(start: number, flags: Flags): Node {
    const { source } = this
    if (source.take('<')) return this.#capture(this.#name('>', 'group name'), start, flags)
    if (!source.take('=')) {
      const letter = source.next()
      if (letter === undefined) throw source.error('unexpected end of pattern')
      throw source.errorAt(`unknown extension ?P${letter}`, start + 1)
    }
    const at = source.at
    const name = this.#name(')', 'group name')
    const index = this.names.get(name)
    if (index === undefined) throw source.errorAt(`unknown group name '${name}'`, at)
    return this.#reference(index, at, flags)
  }

  #name(end: string, what: string): string {
    const at = this.source.at
    const name = this.source.until(end, what)
    if (!isIdentifierText(name)) throw this.source.errorAt(`bad character in group name '${name}'`, at)
    return name
  }

  #look(ahead: boolean, negative: boolean, start: number, flags: Flags): Node {
    const outer = this.#lookbehindFrom
    if (!ahead && outer === undefined) this.#lookbehindFrom = this.groupCount + 1
    const body = this.#body(start, flags)
    this.#lookbehindFrom = outer
    const [least, most] = ahead ? [0, 0] : widthOf(body, this.#widths)
    if (least !== most) throw new PyError('error', 'look-behind requires fixed-width pattern')
    return { kind: 'look', ahead, negative, width: least, body }
  }

  #lookbehind(start: number, flags: Flags): Node {
    const { source } = this
    const letter = source.next()
    if (letter === undefined) throw source.error('unexpected end of pattern')
    if (letter !== '=' && letter !== '!') throw source.errorAt(`unknown extension ?<${letter}`, start + 1)
    return this.#look(false, letter === '!', start, flags)
  }

  #conditional(start: number, flags: Flags): Node {
    const { source } = this
    const at = source.at
    const name = source.until(')', 'group name')
    const index = this.#conditionGroup(name, at)
    this.#checkLookbehind(index, at)
    const yes = this.#sequence(flags)
    const no: Node = source.take('|') ? this.#sequence(flags) : { kind: 'sequence', items: [] }
    if (source.peek === '|') throw source.error('conditional backref with more than two branches')
    if (!source.take(')')) throw source.errorAt('missing ), unterminated subpattern', start)
    return { kind: 'conditional', index, yes, no }
  }

  #conditionGroup(name: string, at: number): number {
    const { source } = this
    if (isIdentifierText(name)) {
      const index = this.names.get(name)
      if (index === undefined) throw source.errorAt(`unknown group name '${name}'`, at)
      return index
    }
    if (!/^\d+$/.test(name)) throw source.errorAt(`bad character in group name '${name}'`, at)
    const index = Number(name)
    if (index === 0) throw source.errorAt('bad group number', at)
    // A group that only comes later is found out at the end in CPython; here at once.
    if (index > this.groupCount && !source.opensLater(index - this.groupCount))
      throw source.errorAt(`invalid group reference ${index}`, at)
    return index
  }

  #scopedFlags(first: string, start: number, flags: Flags): Node {
    const { source } = this
    let on = ''
    let off = ''
    let letter: string | undefined = first
    let minus = false
    while (letter !== ':' && letter !== ')') {
      if (letter === undefined)
        throw source.error(!minus ? 'missing -, : or )' : off === '' ? 'missing flag' : 'missing :')
      if (letter === '-' && !minus) minus = true
      else if (!'aiLmsux'.includes(letter))
        throw source.errorBefore(/[a-zA-Z]/.test(letter) ? 'unknown flag' : minus ? 'missing :' : 'missing -, : or )')
      else if (minus) off += letter
      else on += letter
      letter = source.next()
    }
    if (minus && off === '') throw source.errorBefore('missing flag')
    if (letter === ')') {
      if (minus) throw source.errorBefore('missing :')
      throw source.errorAt('global flags not at the start of the expression', start)
    }
    if (/[aLu]/.test(off)) throw source.errorBefore("bad inline flags: cannot turn off flags 'a', 'u' and 'L'")
    const changed: Record<keyof Flags, boolean> = { ...withLetters(flags, on, source) }
    for (const name of off) {
      if (on.includes(name)) throw source.errorBefore('bad inline flags: flag turned on and off')
      changed[LETTERS[name] as keyof Flags] = false
    }
    return source.wrap(this.#body(start, changed))
  }
}

const SIMPLE_BOUNDS: Record<string, Width> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
}

const isQuantifier = (token: string): boolean => token === '*' || token === '+' || token === '?' || token === '{'

const NOT_NEWLINE: readonly SetItem[] = [
  { kind: 'range', from: 0, to: 9 },
  { kind: 'range', from: 11, to: 0x10ffff },
]

function set(items: readonly SetItem[], flags: Flags): SetNode {
  return { kind: 'set', negated: false, items, fold: flags.ignoreCase, ascii: flags.ascii }
}

function literal(code: number, flags: Flags): SetNode {
  return set([{ kind: 'range', from: code, to: code }], flags)
}

// Python's re on top of RegExp where both agree, and of the backtracking matcher where they do not.
// Mirrors CPython 3.11's re and _sre: what matches, where the next search begins, what findall and split give.

import { PyError } from '../py-error.js'
import { Tuple, type Value } from '../values.js'
import { BacktrackingMatcher, type Bounds } from './engine.js'
import { parseRegex } from './parser.js'
import type { ParsedRegex } from './syntax.js'
import { parseTemplate, type Template } from './template.js'
import { isTranslatable, mayPreferEmpty, translate, usesFolding } from './translate.js'

export interface RegexFlags {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
  readonly dotAll?: boolean
  readonly verbose?: boolean
  readonly ascii?: boolean
}

const ASCII = /^[\x00-\x7f]*$/

/** A match object. Offsets are UTF-16 units of the subject. */
export class RegexMatch {
  readonly start: number
  readonly end: number
  constructor(
    private readonly regex: Regex,
    private readonly subject: string,
    /** Start and end of group n at 2n and 2n+1, -1 where it took no part; or how to find them out. */
    private readonly texts: readonly (string | undefined)[],
    start: number,
    private readonly findBounds: () => Bounds,
  ) {
    this.start = start
    this.end = start + (texts[0] as string).length
  }

  get text(): string {
    return this.texts[0] as string
  }

  /** Text of a group by number or name; undefined when it took no part. IndexError 'no such group'. */
  group(id: number | string): string | undefined {
    return this.texts[this.regex.groupIndex(id)]
  }

  /** All groups from 1 on. */
  groups(): (string | undefined)[] {
    return this.texts.slice(1)
  }

  groupNames(): readonly string[] {
    return this.regex.groupNames
  }

  /** Offsets of a group, undefined when it took no part. */
  span(id: number | string): readonly [number, number] | undefined {
    const index = this.regex.groupIndex(id)
    if (index === 0) return [this.start, this.end]
    const bounds = this.findBounds()
    const from = bounds[index * 2] as number
    return from < 0 ? undefined : [from, bounds[index * 2 + 1] as number]
  }

  /** match.expand(template) */
  expand(template: string): string {
    return this.fill(this.regex.template(template))
  }

  fill(template: Template): string {
    let result = ''
    for (const part of template) result += typeof part === 'string' ? part : (this.texts[part] ?? '')
    return result
  }

  get string(): string {
    return this.subject
  }
}

/** How a match is looked for. */
type Mode = 'search' | 'match' | 'fullmatch'

export class Regex {
  readonly groupCount: number
  readonly groupNames: readonly string[]
  readonly #parsed: ParsedRegex
  readonly #translatable: boolean
  readonly #folds: boolean
  readonly #mayPreferEmpty: boolean
  readonly #compiled = new Map<string, RegExp>()
  readonly #templates = new Map<string, Template>()
  #matcher: BacktrackingMatcher | undefined
  /** Whether the text of the last search is ASCII: a text is searched many times in a row. */
  #lastText = ''
  #lastIsAscii = true
  #points: { readonly text: string; readonly codes: readonly number[]; readonly offsets: readonly number[] } | undefined

  constructor(
    readonly pattern: string,
    flags: RegexFlags,
  ) {
    this.#parsed = parseRegex(pattern, {
      ignoreCase: flags.ignoreCase === true,
      multiline: flags.multiline === true,
      dotAll: flags.dotAll === true,
      verbose: flags.verbose === true,
      ascii: flags.ascii === true,
    })
    this.groupCount = this.#parsed.groupCount
    this.groupNames = Array.from(this.#parsed.groupNames.keys())
    this.#translatable = isTranslatable(this.#parsed)
    this.#folds = usesFolding(this.#parsed.root)
    this.#mayPreferEmpty = mayPreferEmpty(this.#parsed.root)
  }

  groupIndex(id: number | string): number {
    const index = typeof id === 'number' ? id : this.#parsed.groupNames.get(id)
    if (index === undefined || index < 0 || index > this.groupCount) throw new PyError('IndexError', 'no such group')
    return index
  }

  /** re.match: at the start of the text. */
  match(text: string): RegexMatch | undefined {
    return this.#find(text, 0, 'match')
  }
  search(text: string): RegexMatch | undefined {
    return this.#find(text, 0, 'search')
  }
  fullmatch(text: string): RegexMatch | undefined {
    return this.#find(text, 0, 'fullmatch')
  }

  *finditer(text: string): Iterable<RegexMatch> {
    let from = 0
    let afterEmpty = false
    for (;;) {
      const match = this.#next(text, from, afterEmpty)
      if (match === undefined) return
      yield match
      from = match.end
      afterEmpty = match.end === match.start
    }
  }

  /** re.findall: texts, or tuples of texts when there are several groups. */
  findall(text: string): Value[] {
    const found: Value[] = []
    for (const match of this.finditer(text)) {
      if (this.groupCount === 0) found.push(match.text)
      else if (this.groupCount === 1) found.push(match.group(1) ?? '')
      else found.push(new Tuple(match.groups().map(group => group ?? '')))
    }
    return found
  }

  /** re.sub; count 0 replaces all. */
  sub(replacement: string | ((match: RegexMatch) => string), text: string, count = 0): string {
    return this.subn(replacement, text, count)[0]
  }

  subn(replacement: string | ((match: RegexMatch) => string), text: string, count = 0): [string, number] {
    const template = typeof replacement === 'string' ? this.template(replacement) : undefined
    let result = ''
    let from = 0
    let done = 0
    for (const match of this.finditer(text)) {
      result += text.slice(from, match.start)
      result += template === undefined ? (replacement as (match: RegexMatch) => string)(match) : match.fill(template)
      from = match.end
      if (++done === count) break
    }
    return [result + text.slice(from), done]
  }

  /** re.split: groups come between the parts, undefined where they took no part. */
  split(text: string, maxSplit = 0): (string | undefined)[] {
    const parts: (string | undefined)[] = []
    let from = 0
    let done = 0
    if (maxSplit >= 0)
      for (const match of this.finditer(text)) {
        parts.push(text.slice(from, match.start), ...match.groups())
        from = match.end
        if (++done === maxSplit) break
      }
    parts.push(text.slice(from))
    return parts
  }

  /** A replacement template, read once. */
  template(text: string): Template {
    let template = this.#templates.get(text)
    if (template === undefined) {
      template = parseTemplate(text, this.groupCount, this.#parsed.groupNames)
      this.#templates.set(text, template)
    }
    return template
  }

  /** The search after a match; after an empty one a non-empty match may begin at the same place. */
  #next(text: string, from: number, afterEmpty: boolean): RegexMatch | undefined {
    if (!afterEmpty) return this.#find(text, from, 'search')
    if (this.#mayPreferEmpty || !this.#usesRegExp(text)) {
      const here = this.#matchNonEmpty(text, from)
      if (here !== undefined) return here
    }
    if (from >= text.length) return undefined
    const width = (text.codePointAt(from) as number) > 0xffff ? 2 : 1
    return this.#find(text, from + width, 'search')
  }

  #usesRegExp(text: string): boolean {
    return this.#translatable && (!this.#folds || this.#isAscii(text))
  }

  #isAscii(text: string): boolean {
    if (text !== this.#lastText) {
      this.#lastText = text
      this.#lastIsAscii = ASCII.test(text)
    }
    return this.#lastIsAscii
  }

  #find(text: string, from: number, mode: Mode): RegexMatch | undefined {
    if (!this.#usesRegExp(text)) return this.#findByMatcher(text, from, mode)
    const regExp = this.#regExp(this.#isAscii(text) ? 'ascii' : 'unicode', mode, false)
    regExp.lastIndex = from
    let found = regExp.exec(text)
    // V8 finds empty matches between the two units of a character.
    while (found !== null && insidePair(text, found.index)) {
      regExp.lastIndex = found.index + 1
      found = regExp.exec(text)
    }
    if (found === null) return undefined
    return new RegexMatch(this, text, found, found.index, () => this.#boundsOf(text, found.index, mode))
  }

  #regExp(form: 'ascii' | 'unicode', mode: Mode, indices: boolean): RegExp {
    const key = `${form} ${mode} ${indices}`
    let regExp = this.#compiled.get(key)
    if (regExp === undefined) {
      const source = translate(this.#parsed.root, form)
      const flags = (form === 'unicode' ? 'u' : '') + (mode === 'search' ? 'g' : 'y') + (indices ? 'd' : '')
      regExp = new RegExp(mode === 'fullmatch' ? `(?:${source})$` : source, flags)
      this.#compiled.set(key, regExp)
    }
    return regExp
  }

  #boundsOf(text: string, at: number, mode: Mode): Bounds {
    const regExp = this.#regExp(this.#isAscii(text) ? 'ascii' : 'unicode', mode, true)
    regExp.lastIndex = at
    const indices = regExp.exec(text)?.indices ?? []
    return indices.flatMap(pair => (pair === undefined ? [-1, -1] : [pair[0], pair[1]]))
  }

  #findByMatcher(text: string, from: number, mode: Mode): RegexMatch | undefined {
    const matcher = this.#backtracking()
    const { codes } = this.#pointsOf(text)
    const at = this.#pointIndex(text, from)
    const bounds =
      mode === 'search' ? matcher.search(codes, at) : matcher.matchAt(codes, at, { full: mode === 'fullmatch' })
    return bounds === undefined ? undefined : this.#matchOf(text, bounds)
  }

  #matchNonEmpty(text: string, from: number): RegexMatch | undefined {
    const { codes } = this.#pointsOf(text)
    const bounds = this.#backtracking().matchAt(codes, this.#pointIndex(text, from), { nonEmpty: true })
    return bounds === undefined ? undefined : this.#matchOf(text, bounds)
  }

  #backtracking(): BacktrackingMatcher {
    this.#matcher ??= new BacktrackingMatcher(this.#parsed)
    return this.#matcher
  }

  #matchOf(text: string, bounds: Bounds): RegexMatch {
    const { offsets } = this.#pointsOf(text)
    const units = bounds.map(point => (point < 0 ? -1 : (offsets[point] as number)))
    const texts: (string | undefined)[] = []
    for (let index = 0; index < units.length; index += 2)
      texts.push((units[index] as number) < 0 ? undefined : text.slice(units[index], units[index + 1]))
    return new RegexMatch(this, text, texts, units[0] as number, () => units)
  }

  /** The text as code points, and the unit offset of each. Kept for the searches that follow in the same text. */
  #pointsOf(text: string): { readonly codes: readonly number[]; readonly offsets: readonly number[] } {
    if (this.#points?.text === text) return this.#points
    const codes: number[] = []
    const offsets: number[] = []
    let offset = 0
    for (const character of text) {
      codes.push(character.codePointAt(0) as number)
      offsets.push(offset)
      offset += character.length
    }
    offsets.push(offset)
    this.#points = { text, codes, offsets }
    return this.#points
  }

  #pointIndex(text: string, unit: number): number {
    const { offsets } = this.#pointsOf(text)
    if (offsets[unit] === unit) return unit // no pair before it
    let low = 0
    let high = offsets.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((offsets[middle] as number) < unit) low = middle + 1
      else high = middle
    }
    return low
  }
}

function insidePair(text: string, index: number): boolean {
  if (index === 0) return false
  const before = text.charCodeAt(index - 1)
  const after = text.charCodeAt(index)
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff
}

const CACHE_SIZE = 500
const cache = new Map<string, Regex>()

/** re.compile: PyError 'error' with re's words. Cached. */
export function compileRegex(pattern: string, flags: RegexFlags = {}): Regex {
  const key = `${flags.ignoreCase ? 'i' : ''}${flags.multiline ? 'm' : ''}${flags.dotAll ? 's' : ''}${flags.verbose ? 'x' : ''}${flags.ascii ? 'a' : ''}/${pattern}`
  let regex = cache.get(key)
  if (regex === undefined) {
    regex = new Regex(pattern, flags)
    if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value as string)
    cache.set(key, regex)
  }
  return regex
}

/** re.escape */
export function escapeRegex(text: string): string {
  return text.replace(/[\t\n\v\f\r #$&()*+.?[\\\]^{|}~-]/g, '\\$&')
}

// Turns YAML text into tokens, exactly as libyaml 0.2.5 does: same tokens, same look-ahead, same errors at the same
// places. Ansible shows libyaml's words to its users, so errors are part of the behaviour.

import { type Mark, YamlProblem } from '../marks.js'
import {
  BOM,
  charSet,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isEnd,
  isWord,
  LF,
  SPACE,
  TAB,
} from './characters.js'
import { scanBlockScalar } from './scan-block-scalar.js'
import { scanDirective } from './scan-directive.js'
import { scanPlainScalar } from './scan-plain-scalar.js'
import { scanQuotedScalar } from './scan-quoted-scalar.js'
import { scanTag } from './scan-tag.js'
import type { Token, TokenType } from './tokens.js'

/** A place where an implicit key may have started; one for each level of flow nesting. */
interface SimpleKey {
  possible: boolean
  /** In a block mapping the key must come: its absence is an error. */
  required: boolean
  tokenNumber: number
  position: number
  line: number
  column: number
}

const NO_PLAIN_START = charSet('-?:,[]{}#&*!|>\'"%@`')
const ANCHOR_END = charSet('?:,]}%@`')

export class Scanner {
  position = 0
  line = 0
  #lineStart = 0
  /** Current block indentation, -1 outside of blocks. */
  indent = -1
  flowLevel = 0
  simpleKeyAllowed = true
  readonly #indents: number[] = []
  readonly #keys: SimpleKey[] = [noKey()]
  readonly #queue: Token[] = []
  #taken = 0
  #started = false
  #ended = false
  readonly #wide: boolean

  constructor(readonly text: string) {
    this.#wide = /[\ud800-\udbff]/.test(text)
    if (this.at() === BOM) {
      // Unlike one at the start of a later line, the text's own byte order mark has no width.
      this.position = 1
      this.#lineStart = 1
    }
  }

  /** Column of the current position, in characters. */
  get column(): number {
    if (!this.#wide) return this.position - this.#lineStart
    let column = 0
    for (let i = this.#lineStart; i < this.position; i++) if ((this.text.charCodeAt(i) & 0xfc00) !== 0xdc00) column++
    return column
  }

  mark(): Mark {
    return { line: this.line, column: this.column }
  }

  /** Reports a problem at the current position; `context` and `start` say what was being read, and from where. */
  fail(problem: string, context?: string, start?: Mark): never {
    const about = context === undefined ? undefined : { text: context, mark: start ?? this.mark() }
    throw new YamlProblem('ScannerError', problem, this.mark(), about)
  }

  /** The code unit `offset` places ahead, NaN past the end. */
  at(offset = 0): number {
    return this.text.charCodeAt(this.position + offset)
  }

  skip(count = 1): void {
    this.position += count
  }

  /** Skips one line break, if there is one, and gives its normal form. */
  readLine(): string {
    const c = this.at()
    if (!isBreak(c)) return ''
    this.position += c === 0x0d && this.at(1) === LF ? 2 : 1
    this.line++
    this.#lineStart = this.position
    return c === 0x2028 || c === 0x2029 ? String.fromCharCode(c) : '\n'
  }

  /** True at `---` or `...` that stands alone at the start of a line. */
  atDocumentIndicator(): boolean {
    if (this.position !== this.#lineStart) return false
    const c = this.at()
    return (c === 0x2d || c === 0x2e) && this.at(1) === c && this.at(2) === c && isBlankOrEnd(this.at(3))
  }

  /** The next token, left in place. */
  peek(): Token {
    this.#fetchEnough()
    return this.#queue[0] as Token
  }

  /** Drops the token that peek() gave. */
  take(): Token {
    const token = this.peek()
    this.#queue.shift()
    this.#taken++
    return token
  }

  #fetchEnough(): void {
    for (;;) {
      if (this.#queue.length > 0) {
        this.#dropStaleKeys()
        if (!this.#mayStartKey(this.#taken)) return
      } else if (this.#ended) throw new Error('read past the end of a YAML stream')
      this.#fetchToken()
    }
  }

  /** True while a later colon may still put a key token before this one. */
  #mayStartKey(tokenNumber: number): boolean {
    for (const key of this.#keys) if (key.possible && key.tokenNumber === tokenNumber) return true
    return false
  }

  #push(type: TokenType, mark: Mark, value = '', handle = '', plain = false): void {
    this.#queue.push({ type, line: mark.line, column: mark.column, value, handle, plain })
  }

  #fetchToken(): void {
    if (!this.#started) {
      this.#started = true
      this.#push('stream-start', this.mark())
      return
    }
    this.#skipToToken()
    this.#dropStaleKeys()
    const column = this.column
    this.#unroll(column)
    const c = this.at()
    if (isEnd(c)) {
      this.#fetchStreamEnd()
      return
    }
    if (column === 0 && c === 0x25) {
      this.#fetchDirective()
      return
    }
    if (this.atDocumentIndicator()) {
      this.#fetchDocumentIndicator(c === 0x2d ? 'document-start' : 'document-end')
      return
    }
    this.#fetchContent(c)
  }

  #fetchContent(c: number): void {
    switch (c) {
      case 0x5b:
        this.#fetchFlowStart('flow-sequence-start')
        return
      case 0x7b:
        this.#fetchFlowStart('flow-mapping-start')
        return
      case 0x5d:
        this.#fetchFlowEnd('flow-sequence-end')
        return
      case 0x7d:
        this.#fetchFlowEnd('flow-mapping-end')
        return
      case 0x2c:
        this.#fetchFlowEntry()
        return
      case 0x2a:
        this.#fetchAnchor('alias')
        return
      case 0x26:
        this.#fetchAnchor('anchor')
        return
      case 0x21:
        this.#fetchTag()
        return
      case 0x27:
      case 0x22:
        this.#fetchQuoted(c)
        return
    }
    const next = this.at(1)
    const blankNext = isBlankOrEnd(next)
    if (c === 0x2d && blankNext) this.#fetchBlockEntry()
    else if (c === 0x3f && (this.flowLevel > 0 || blankNext)) this.#fetchKey()
    else if (c === 0x3a && (this.flowLevel > 0 || blankNext)) this.#fetchValue()
    else if ((c === 0x7c || c === 0x3e) && this.flowLevel === 0) this.#fetchBlockScalar(c === 0x7c)
    else if (this.#startsPlain(c, next)) this.#fetchPlain()
    else this.fail('found character that cannot start any token', 'while scanning for the next token')
  }

  #startsPlain(c: number, next: number): boolean {
    if (!isBlankOrEnd(c) && !NO_PLAIN_START(c)) return true
    if (c === 0x2d) return !isBlank(next)
    return this.flowLevel === 0 && (c === 0x3f || c === 0x3a) && !isBlankOrEnd(next)
  }

  #skipToToken(): void {
    for (;;) {
      if (this.at() === BOM && this.position === this.#lineStart) this.position++
      let c = this.at()
      while (c === SPACE || (c === TAB && (this.flowLevel > 0 || !this.simpleKeyAllowed))) {
        this.position++
        c = this.at()
      }
      if (c === 0x23) {
        while (!isBreakOrEnd(this.at())) this.position++
      }
      if (!isBreak(this.at())) return
      this.readLine()
      if (this.flowLevel === 0) this.simpleKeyAllowed = true
    }
  }

  // Implicit keys -----------------------------------------------------------------------------------------------------

  #dropStaleKeys(): void {
    for (const key of this.#keys) {
      if (!key.possible || (key.line >= this.line && key.position + 1024 >= this.position)) continue
      if (key.required) this.fail("could not find expected ':'", 'while scanning a simple key', key)
      key.possible = false
    }
  }

  #saveKey(): void {
    if (!this.simpleKeyAllowed) return
    const column = this.column
    this.#removeKey()
    this.#keys[this.#keys.length - 1] = {
      possible: true,
      required: this.flowLevel === 0 && this.indent === column,
      tokenNumber: this.#taken + this.#queue.length,
      position: this.position,
      line: this.line,
      column,
    }
  }

  #removeKey(): void {
    const key = this.#keys[this.#keys.length - 1] as SimpleKey
    if (key.possible && key.required) this.fail("could not find expected ':'", 'while scanning a simple key', key)
    key.possible = false
  }

  // Indentation -------------------------------------------------------------------------------------------------------

  #roll(column: number, type: TokenType, mark: Mark, tokenNumber?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.#indents.push(this.indent)
    this.indent = column
    const token: Token = { type, line: mark.line, column: mark.column, value: '', handle: '', plain: false }
    if (tokenNumber === undefined) this.#queue.push(token)
    else this.#queue.splice(tokenNumber - this.#taken, 0, token)
  }

  #unroll(column: number): void {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      this.#push('block-end', this.mark())
      this.indent = this.#indents.pop() as number
    }
  }

  // One method for each kind of token ---------------------------------------------------------------------------------

  #fetchStreamEnd(): void {
    if (this.position !== this.#lineStart) {
      this.line++
      this.#lineStart = this.position
    }
    this.#unroll(-1)
    this.#removeKey()
    this.simpleKeyAllowed = false
    this.#ended = true
    this.#push('stream-end', this.mark())
  }

  #fetchDirective(): void {
    this.#unroll(-1)
    this.#removeKey()
    this.simpleKeyAllowed = false
    this.#queue.push(scanDirective(this))
  }

  #fetchDocumentIndicator(type: TokenType): void {
    this.#unroll(-1)
    this.#removeKey()
    this.simpleKeyAllowed = false
    const mark = this.mark()
    this.skip(3)
    this.#push(type, mark)
  }

  #fetchFlowStart(type: TokenType): void {
    this.#saveKey()
    this.flowLevel++
    this.#keys.push(noKey())
    this.simpleKeyAllowed = true
    const mark = this.mark()
    this.skip()
    this.#push(type, mark)
  }

  #fetchFlowEnd(type: TokenType): void {
    this.#removeKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.#keys.pop()
    }
    this.simpleKeyAllowed = false
    const mark = this.mark()
    this.skip()
    this.#push(type, mark)
  }

  #fetchFlowEntry(): void {
    this.#removeKey()
    this.simpleKeyAllowed = true
    const mark = this.mark()
    this.skip()
    this.#push('flow-entry', mark)
  }

  #fetchBlockEntry(): void {
    const mark = this.mark()
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail('block sequence entries are not allowed in this context')
      this.#roll(mark.column, 'block-sequence-start', mark)
    }
    this.#removeKey()
    this.simpleKeyAllowed = true
    this.skip()
    this.#push('block-entry', mark)
  }

  #fetchKey(): void {
    const mark = this.mark()
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail('mapping keys are not allowed in this context')
      this.#roll(mark.column, 'block-mapping-start', mark)
    }
    this.#removeKey()
    this.simpleKeyAllowed = this.flowLevel === 0
    this.skip()
    this.#push('key', mark)
  }

  #fetchValue(): void {
    const key = this.#keys[this.#keys.length - 1] as SimpleKey
    const mark = this.mark()
    if (key.possible) {
      const start = { line: key.line, column: key.column }
      const token: Token = { type: 'key', ...start, value: '', handle: '', plain: false }
      this.#queue.splice(key.tokenNumber - this.#taken, 0, token)
      this.#roll(key.column, 'block-mapping-start', start, key.tokenNumber)
      key.possible = false
      this.simpleKeyAllowed = false
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) this.fail('mapping values are not allowed in this context')
        this.#roll(mark.column, 'block-mapping-start', mark)
      }
      this.simpleKeyAllowed = this.flowLevel === 0
    }
    this.skip()
    this.#push('value', mark)
  }

  #fetchAnchor(type: 'alias' | 'anchor'): void {
    this.#saveKey()
    this.simpleKeyAllowed = false
    const mark = this.mark()
    this.skip()
    const start = this.position
    while (isWord(this.at())) this.position++
    const c = this.at()
    if (this.position === start || !(isBlankOrEnd(c) || ANCHOR_END(c))) {
      this.fail('did not find expected alphabetic or numeric character', `while scanning an ${type}`, mark)
    }
    this.#push(type, mark, this.text.slice(start, this.position))
  }

  #fetchTag(): void {
    this.#saveKey()
    this.simpleKeyAllowed = false
    this.#queue.push(scanTag(this))
  }

  #fetchQuoted(quote: number): void {
    this.#saveKey()
    this.simpleKeyAllowed = false
    const mark = this.mark()
    this.#push('scalar', mark, scanQuotedScalar(this, quote))
  }

  #fetchPlain(): void {
    this.#saveKey()
    this.simpleKeyAllowed = false
    const mark = this.mark()
    this.#push('scalar', mark, scanPlainScalar(this), '', true)
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#removeKey()
    this.simpleKeyAllowed = true
    const mark = this.mark()
    this.#push('scalar', mark, scanBlockScalar(this, literal))
  }
}

function noKey(): SimpleKey {
  return { possible: false, required: false, tokenNumber: 0, position: 0, line: 0, column: 0 }
}

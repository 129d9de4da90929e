// The output side of libyaml's emitter: columns, indentation and the five ways to write a scalar.

import { codePoints, isBreak, isPrintable, isWord } from './characters.js'

const SPACE = 0x20
const NEWLINE = 0x0a
const APOSTROPHE = 0x27

const SHORT_ESCAPES = new Map<number, string>([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
])

const TAG_CHARACTERS = new Set([...";/?:@&=+$,_.~*'()[]"].map(char => char.charCodeAt(0)))

export interface WriterOptions {
  readonly indent: number
  readonly width: number
  readonly unicode: boolean
  readonly lineBreak: string
}

/** Text written so far and where its end stands. */
export class Writer {
  readonly #parts: string[] = []
  column = 0
  /** Current indentation in columns; -1 before the first node. */
  indent = -1
  /** The last thing written was white space. */
  whitespace = true
  /** Only indentation and indicators stand on this line so far. */
  indention = true
  /** 2: a block scalar ended with blank lines that need `...` behind them. */
  openEnded = 0
  readonly #indents: number[] = []

  constructor(readonly options: WriterOptions) {}

  get text(): string {
    return this.#parts.join('')
  }

  increaseIndent(flow: boolean, indentless: boolean): void {
    this.#indents.push(this.indent)
    if (this.indent < 0) this.indent = flow ? this.options.indent : 0
    else if (!indentless) this.indent += this.options.indent
  }

  decreaseIndent(): void {
    this.indent = this.#indents.pop() as number
  }

  put(char: string): void {
    this.#parts.push(char)
    this.column++
  }

  #write(code: number): void {
    this.put(String.fromCodePoint(code))
  }

  #lineBreak(): void {
    this.#parts.push(this.options.lineBreak)
    this.column = 0
  }

  #writeBreak(code: number): void {
    if (code === NEWLINE) {
      this.#lineBreak()
      return
    }
    this.#parts.push(String.fromCodePoint(code))
    this.column = 0
  }

  writeIndent(): void {
    const indent = Math.max(this.indent, 0)
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.#lineBreak()
    while (this.column < indent) this.put(' ')
    this.whitespace = true
    this.indention = true
  }

  indicator(text: string, needWhitespace: boolean, isWhitespace = false, isIndention = false): void {
    if (needWhitespace && !this.whitespace) this.put(' ')
    for (const char of text) this.put(char)
    this.whitespace = isWhitespace
    this.indention = this.indention && isIndention
  }

  anchor(text: string): void {
    for (const char of text) this.put(char)
    this.#inked()
  }

  tagHandle(handle: string): void {
    if (!this.whitespace) this.put(' ')
    this.anchor(handle)
  }

  tagContent(content: string, needWhitespace: boolean): void {
    if (needWhitespace && !this.whitespace) this.put(' ')
    for (const byte of Buffer.from(content, 'utf8')) {
      if (isWord(byte) || TAG_CHARACTERS.has(byte)) this.#write(byte)
      else for (const char of `%${byte.toString(16).toUpperCase().padStart(2, '0')}`) this.put(char)
    }
    this.#inked()
  }

  #inked(): void {
    this.whitespace = false
    this.indention = false
  }

  plain(text: string, allowBreaks: boolean, inFlow: boolean): void {
    const codes = codePoints(text)
    if (!this.whitespace && (codes.length > 0 || inFlow)) this.put(' ')
    this.#foldable(codes, allowBreaks, false)
    this.#inked()
  }

  singleQuoted(text: string, allowBreaks: boolean): void {
    this.indicator("'", true)
    const endsWithBreak = this.#foldable(codePoints(text), allowBreaks, true)
    if (endsWithBreak) this.writeIndent()
    this.indicator("'", false)
    this.#inked()
  }

  /** Plain and single quoted share their folding; true when the text ended in line breaks. */
  #foldable(codes: readonly number[], allowBreaks: boolean, quoted: boolean): boolean {
    let spaces = false
    let breaks = false
    codes.forEach((code, index) => {
      if (code === SPACE) {
        const inside = !quoted || (index !== 0 && index !== codes.length - 1)
        if (allowBreaks && !spaces && this.#isFull() && inside && codes[index + 1] !== SPACE) this.writeIndent()
        else this.#write(code)
        spaces = true
      } else if (isBreak(code)) {
        if (!breaks && code === NEWLINE) this.#lineBreak()
        this.#writeBreak(code)
        this.indention = true
        breaks = true
      } else {
        if (breaks) this.writeIndent()
        if (quoted && code === APOSTROPHE) this.put("'")
        this.#write(code)
        this.indention = false
        spaces = false
        breaks = false
      }
    })
    return breaks
  }

  #isFull(): boolean {
    return this.column > this.options.width
  }

  doubleQuoted(text: string, allowBreaks: boolean): void {
    const codes = codePoints(text)
    let spaces = false
    this.indicator('"', true)
    codes.forEach((code, index) => {
      if (this.#needsEscape(code)) {
        this.#escape(code)
        spaces = false
      } else if (code === SPACE) {
        if (allowBreaks && !spaces && this.#isFull() && index !== 0 && index !== codes.length - 1) {
          this.writeIndent()
          if (codes[index + 1] === SPACE) this.put('\\')
        } else {
          this.#write(code)
        }
        spaces = true
      } else {
        this.#write(code)
        spaces = false
      }
    })
    this.indicator('"', false)
    this.#inked()
  }

  #needsEscape(code: number): boolean {
    if (!isPrintable(code) || (code > 0x7f && !this.options.unicode)) return true
    return isBreak(code) || code === 0x22 || code === 0x5c
  }

  #escape(code: number): void {
    this.put('\\')
    for (const char of SHORT_ESCAPES.get(code) ?? hexEscape(code)) this.put(char)
  }

  #blockHints(codes: readonly number[]): void {
    const first = codes[0]
    if (first === SPACE || (first !== undefined && isBreak(first))) this.indicator(String(this.options.indent), false)
    this.openEnded = 0
    const last = codes.at(-1)
    if (last === undefined || !isBreak(last)) {
      this.indicator('-', false)
    } else if (codes.length === 1 || isBreak(codes.at(-2) as number)) {
      this.indicator('+', false)
      this.openEnded = 2
    }
  }

  literal(text: string): void {
    const codes = codePoints(text)
    this.#startBlock('|', codes)
    let breaks = true
    for (const code of codes) {
      if (isBreak(code)) {
        this.#writeBreak(code)
        this.indention = true
        breaks = true
      } else {
        if (breaks) this.writeIndent()
        this.#write(code)
        this.indention = false
        breaks = false
      }
    }
  }

  folded(text: string): void {
    const codes = codePoints(text)
    this.#startBlock('>', codes)
    let breaks = true
    let leadingSpaces = true
    codes.forEach((code, index) => {
      if (isBreak(code)) {
        if (!breaks && !leadingSpaces && code === NEWLINE && this.#textFollows(codes, index)) this.#lineBreak()
        this.#writeBreak(code)
        this.indention = true
        breaks = true
        return
      }
      if (breaks) {
        this.writeIndent()
        leadingSpaces = code === SPACE || code === 0x09
      }
      if (!breaks && code === SPACE && codes[index + 1] !== SPACE && this.#isFull()) this.writeIndent()
      else this.#write(code)
      this.indention = false
      breaks = false
    })
  }

  #startBlock(indicator: string, codes: readonly number[]): void {
    this.indicator(indicator, true)
    this.#blockHints(codes)
    this.#lineBreak()
    this.indention = true
    this.whitespace = true
  }

  /** Behind the line breaks that start at `index` stands something else than white space. */
  #textFollows(codes: readonly number[], index: number): boolean {
    let next = index
    while (codes[next] !== undefined && isBreak(codes[next] as number)) next++
    const code = codes[next]
    return code !== undefined && code !== 0 && code !== SPACE && code !== 0x09
  }
}

function hexEscape(code: number): string {
  const digits = code.toString(16).toUpperCase()
  if (code <= 0xff) return `x${digits.padStart(2, '0')}`
  return code <= 0xffff ? `u${digits.padStart(4, '0')}` : `U${digits.padStart(8, '0')}`
}

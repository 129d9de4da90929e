// Replacement templates of re.sub: \1, \g<name>, octal and control escapes. Errors as re._parser.parse_template.

import { PyError } from '../py-error.js'
import { isIdentifierText } from '../text-classes.js'

/** Literal pieces and group numbers, in order. */
export type Template = readonly (string | number)[]

const CONTROLS: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

export function parseTemplate(template: string, groupCount: number, names: ReadonlyMap<string, number>): Template {
  if (!template.includes('\\')) return template === '' ? [] : [template]
  return new TemplateReader(template, groupCount, names).read()
}

class TemplateReader {
  readonly #parts: (string | number)[] = []
  #at = 0
  #literal = ''

  constructor(
    private readonly text: string,
    private readonly groupCount: number,
    private readonly names: ReadonlyMap<string, number>,
  ) {}

  read(): Template {
    for (;;) {
      const backslash = this.text.indexOf('\\', this.#at)
      if (backslash < 0) break
      this.#literal += this.text.slice(this.#at, backslash)
      this.#at = backslash + 1
      this.#escape(backslash)
    }
    this.#literal += this.text.slice(this.#at)
    this.#flush()
    return this.#parts
  }

  #flush(): void {
    if (this.#literal !== '') this.#parts.push(this.#literal)
    this.#literal = ''
  }

  #error(message: string, position: number): PyError {
    return new PyError('error', `${message} at position ${position}`)
  }

  #escape(start: number): void {
    const letter = this.text[this.#at]
    if (letter === undefined) throw this.#error('bad escape (end of pattern)', start)
    this.#at++
    if (letter === 'g') this.#group(this.#groupName())
    else if (letter === '0') this.#literal += String.fromCharCode(Number.parseInt(`0${this.#octal(2)}`, 8) & 0xff)
    else if (letter >= '1' && letter <= '9') this.#numbered(letter, start)
    else if (CONTROLS[letter] !== undefined) this.#literal += CONTROLS[letter]
    else if (/[a-zA-Z]/.test(letter)) throw this.#error(`bad escape \\${letter}`, start)
    else this.#literal += `\\${letter}`
  }

  #octal(count: number): string {
    const digits = /^[0-7]*/.exec(this.text.slice(this.#at, this.#at + count))?.[0] ?? ''
    this.#at += digits.length
    return digits
  }

  #numbered(first: string, start: number): void {
    let digits = first
    const second = this.text[this.#at] ?? ''
    if (/^\d$/.test(second)) {
      digits += second
      this.#at++
      if (first <= '7' && second <= '7' && /^[0-7]$/.test(this.text[this.#at] ?? '')) {
        digits += this.text[this.#at++]
        const code = Number.parseInt(digits, 8)
        if (code > 0o377) throw this.#error(`octal escape value \\${digits} outside of range 0-0o377`, start)
        this.#literal += String.fromCharCode(code)
        return
      }
    }
    this.#add(Number(digits), start + 1)
  }

  #groupName(): { name: string; at: number } {
    if (this.text[this.#at] !== '<') throw this.#error('missing <', this.#at)
    const at = this.#at + 1
    const close = this.text.indexOf('>', at)
    if (close < 0) throw this.#error(at >= this.text.length ? 'missing group name' : 'missing >, unterminated name', at)
    if (close === at) throw this.#error('missing group name', at)
    this.#at = close + 1
    return { name: this.text.slice(at, close), at }
  }

  #group({ name, at }: { name: string; at: number }): void {
    if (isIdentifierText(name)) {
      const index = this.names.get(name)
      if (index === undefined) throw new PyError('IndexError', `unknown group name '${name}'`)
      this.#add(index, at)
      return
    }
    if (!/^[ +]*\d+(?:_\d+)*[ ]*$/.test(name)) throw this.#error(`bad character in group name '${name}'`, at)
    this.#add(Number(name.replace(/[ +_]/g, '')), at)
  }

  #add(index: number, at: number): void {
    if (index > this.groupCount) throw this.#error(`invalid group reference ${index}`, at)
    this.#flush()
    this.#parts.push(index)
  }
}

// The pattern text under the parser's finger: tokens, positions, and errors that name them as re does.

import { PyError } from '../py-error.js'
import { textLength } from '../text.js'
import type { Node } from './syntax.js'

const BLANK = /^(?:[ \t\n\r\v\f]|#[^\n]*(?:\n|$))+/

export class PatternSource {
  readonly #points: readonly string[]
  #at = 0
  /** Non-capturing groups: a repeat inside one may be repeated again. */
  readonly #wrapped = new WeakSet<Node>()

  constructor(
    readonly pattern: string,
    public verbose: boolean,
  ) {
    this.#points = Array.from(pattern)
  }

  get at(): number {
    return this.#at
  }
  get atEnd(): boolean {
    return this.#at >= this.#points.length
  }
  get rest(): string {
    return this.#points.slice(this.#at).join('')
  }

  /** The next token without taking it: one character, or a backslash with the character behind it. */
  get peek(): string | undefined {
    const character = this.#points[this.#at]
    if (character !== '\\') return character
    const escaped = this.#points[this.#at + 1]
    if (escaped === undefined) throw this.errorAt('bad escape (end of pattern)', this.#points.length - 1)
    return `\\${escaped}`
  }

  next(): string | undefined {
    const token = this.peek
    if (token !== undefined) this.#at += token[0] === '\\' ? 2 : 1
    return token
  }

  take(token: string): boolean {
    if (this.#points[this.#at] !== token) return false
    this.#at++
    return true
  }

  skip(count: number): void {
    this.#at += count
  }

  /** Blanks and comments, which VERBOSE ignores between tokens. */
  skipBlank(): void {
    const blank = BLANK.exec(this.rest)
    if (blank !== null) this.#at += textLength(blank[0])
  }

  slice(from: number, to: number): string {
    return this.#points.slice(from, to).join('')
  }

  /** Up to `count` characters that match, taken. */
  takeWhile(pattern: RegExp, count: number): string {
    let taken = ''
    while (taken.length < count && pattern.test(this.#points[this.#at] ?? '')) taken += this.#points[this.#at++]
    return taken
  }

  /** Text up to a terminator, which is taken too. */
  until(end: string, what: string): string {
    const start = this.#at
    const close = this.#points.indexOf(end, start)
    if (close < 0) {
      const rest = this.slice(start, this.#points.length)
      this.#at = this.#points.length
      throw this.errorAt(rest === '' ? `missing ${what}` : `missing ${end}, unterminated name`, start)
    }
    this.#at = close + 1
    if (close === start) throw this.errorAt(`missing ${what}`, start)
    return this.slice(start, close)
  }

  codeOf(token: string): number {
    return token.codePointAt(0) as number
  }

  /** Marks a node as standing in a group of its own. */
  wrap(node: Node): Node {
    const wrapped: Node = node.kind === 'repeat' || node.kind === 'anchor' ? { kind: 'sequence', items: [node] } : node
    this.#wrapped.add(wrapped)
    return wrapped
  }
  isWrapped(node: Node): boolean {
    return this.#wrapped.has(node)
  }

  /** Whether that many capturing groups open in the rest of the pattern (roughly: brackets are not looked into). */
  opensLater(count: number): boolean {
    return (this.rest.match(/(?<!\\)\((?!\?)|\(\?P</g) ?? []).length >= count
  }

  error(message: string): PyError {
    return this.errorAt(message, this.#at)
  }
  errorBefore(message: string): PyError {
    return this.errorAt(message, Math.max(0, this.#at - 1))
  }
  errorAt(message: string, position: number): PyError {
    const before = this.slice(0, position)
    const line = before.split('\n').length
    const column =
      textLength(before) -
      (before.lastIndexOf('\n') < 0 ? 0 : textLength(before.slice(0, before.lastIndexOf('\n') + 1))) +
      1
    const where = this.pattern.includes('\n') ? ` (line ${line}, column ${column})` : ''
    return new PyError('error', `${message} at position ${position}${where}`)
  }
}

// ast.literal_eval: text of Python literals to Values. SyntaxError for what is no expression, ValueError for what is
// no literal; where the two cannot be told apart without Python's grammar, SyntaxError.

import { neg } from './arithmetic.js'
import { requireHashable } from './equality.js'
import { type NumberLiteral, readNumber, readString, type StringLiteral } from './literal-tokens.js'
import { PyError } from './py-error.js'
import { ELLIPSIS, PyComplex } from './rare-values.js'
import { Dict, PyBytes, PyFloat, PySet, Tuple, type Value } from './values.js'

type LiteralNumber = NumberLiteral['value']

export interface LiteralOptions {
  /** Names that stand for values besides True, False and None (true, false, null in templates). */
  readonly names?: ReadonlyMap<string, Value>
}

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['None', null],
  ['True', true],
  ['False', false],
])

const MAXIMUM_DEPTH = 200
const BLANKS = /(?:[ \t\f\n]|#[^\n]*|\\\n(?=[\s\S]))*/y
const LINE_BLANKS = /(?:[ \t\f]|\\\n(?=[\s\S]))*/y

/** ast.literal_eval(text); SyntaxError, ValueError, or TypeError for an unhashable dict key or set item. */
export function literalEval(text: string, options: LiteralOptions = {}): Value {
  if (text.includes('\0')) throw new PyError('ValueError', 'source code string cannot contain null bytes')
  return new LiteralReader(text.replace(/\r\n?/g, '\n'), options.names).read()
}

class LiteralReader {
  #at: number
  #depth = 0
  /** What is wrong with a key counts only when the text is sound to its end. */
  #unhashable: unknown
  constructor(
    private readonly text: string,
    private readonly names: ReadonlyMap<string, Value> | undefined,
  ) {
    this.#at = /^[ \t]*/.exec(text)?.[0].length ?? 0
  }

  read(): Value {
    this.#skipBlankLines()
    const value = this.#tupleOrSingle('')
    // A last line of blanks alone is an indentation to Python.
    if (/\n[ \t\f]*[ \t]$/.test(this.text)) throw this.#syntaxError('unexpected indent')
    this.#skipBlank(true)
    if (this.#at < this.text.length) throw this.#syntaxError()
    if (this.#unhashable !== undefined) throw this.#unhashable
    return value
  }

  #syntaxError(message = 'invalid syntax'): PyError {
    const line = this.text.slice(0, this.#at).split('\n').length
    return new PyError('SyntaxError', `${message} (<unknown>, line ${line})`)
  }

  /** Blanks and comments; newlines too where a line does not end the expression. */
  #skipBlank(newlines = this.#depth > 0): void {
    const next = this.text.charCodeAt(this.#at)
    if (next > 0x20 && next !== 0x23 && next !== 0x5c) return
    const pattern = newlines ? BLANKS : LINE_BLANKS
    pattern.lastIndex = this.#at
    this.#at += pattern.exec(this.text)?.[0].length ?? 0
  }

  #skipBlankLines(): void {
    const lines = /^(?:[ \t\f]*(?:#[^\n]*)?\n)+/.exec(this.text)?.[0]
    if (lines === undefined) return
    this.#at = lines.length
    if (/[ \t]/.test(this.text[this.#at] ?? '')) throw this.#syntaxError('unexpected indent')
  }

  #take(token: string): boolean {
    this.#skipBlank()
    if (!this.text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  /** Items separated by commas up to a closing bracket ('' for the end of the text): a tuple once there is a comma. */
  #tupleOrSingle(close: string): Value {
    const first = this.#value()
    if (!this.#take(',')) return first
    const items = [first]
    while (!this.#endsHere(close)) {
      items.push(this.#value())
      if (!this.#take(',')) break
    }
    return new Tuple(items)
  }

  #endsHere(close: string): boolean {
    this.#skipBlank()
    const next = this.text[this.#at]
    return next === undefined || next === close || next === '\n' || next === '#'
  }

  #value(): Value {
    this.#skipBlank()
    const character = this.text[this.#at]
    if (character === undefined) throw this.#syntaxError()
    if (character === '[') return this.#nested(() => this.#list())
    if (character === '{') return this.#nested(() => this.#dictOrSet())
    if (character === '(') return this.#nested(() => this.#parenthesised())
    if (character === '-' || character === '+') return this.#signed(character)
    if (this.#take('...')) return ELLIPSIS
    if (/[0-9.]/.test(character)) return this.#complex(this.#number())
    const literal = readString(this.text, this.#at)
    return literal === undefined ? this.#name() : this.#strings(literal)
  }

  #nested(read: () => Value): Value {
    if (++this.#depth > MAXIMUM_DEPTH) throw this.#syntaxError('too many nested parentheses')
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #close(bracket: string): void {
    if (!this.#take(bracket)) throw this.#syntaxError()
  }

  #list(): Value {
    const items: Value[] = []
    while (!this.#take(']')) {
      items.push(this.#value())
      if (this.#take(',')) continue
      this.#close(']')
      break
    }
    return items
  }

  #parenthesised(): Value {
    if (this.#take(')')) return new Tuple([])
    const value = this.#tupleOrSingle(')')
    this.#close(')')
    return value
  }

  #dictOrSet(): Value {
    if (this.#take('}')) return new Dict()
    const first = this.#value()
    return this.#take(':') ? this.#dict(first) : this.#set(first)
  }

  #dict(firstKey: Value): Value {
    const entries: [Value, Value][] = [[firstKey, this.#value()]]
    while (this.#take(',') && !this.#endsHere('}')) {
      const key = this.#value()
      if (!this.#take(':')) throw this.#syntaxError()
      entries.push([key, this.#value()])
    }
    this.#close('}')
    const dict = new Dict()
    for (const [key, value] of entries) if (this.#canBeKey(key)) dict.set(key, value)
    return dict
  }

  #set(first: Value): Value {
    const items = [first]
    while (this.#take(',') && !this.#endsHere('}')) items.push(this.#value())
    this.#close('}')
    return new PySet(items.filter(item => this.#canBeKey(item)))
  }

  #canBeKey(value: Value): boolean {
    try {
      requireHashable(value)
      return true
    } catch (error) {
      this.#unhashable ??= error
      return false
    }
  }

  /** A sign takes a number, bare or in parentheses; anything else is no literal. */
  #signed(sign: string): Value {
    this.#at++
    const number = this.#unsigned()
    return this.#complex((sign === '-' ? neg(number) : number) as LiteralNumber)
  }

  #unsigned(): LiteralNumber {
    let open = 0
    while (this.#take('(')) open++
    this.#skipBlank()
    if (!/[0-9.]/.test(this.text[this.#at] ?? '')) throw this.#malformed()
    const value = this.#number()
    for (; open > 0; open--) this.#close(')')
    return value
  }

  /** `1 + 2j`: the one sum that is a literal. */
  #complex(left: LiteralNumber): Value {
    this.#skipBlank()
    const sign = this.text[this.#at]
    if (sign !== '+' && sign !== '-') return left
    this.#at++
    const right = this.#unsigned()
    if (left instanceof PyComplex || !(right instanceof PyComplex)) throw this.#malformed()
    const real = left instanceof PyFloat ? left.value : Number(left)
    return new PyComplex(real + 0, sign === '-' ? 0 - right.imaginary : right.imaginary)
  }

  #malformed(): PyError {
    return new PyError(
      'ValueError',
      `malformed node or string on line ${this.text.slice(0, this.#at).split('\n').length}`,
    )
  }

  #number(): LiteralNumber {
    const number = readNumber(this.text, this.#at)
    if (number === undefined) throw this.#syntaxError('invalid decimal literal')
    this.#at = number.end
    return number.value
  }

  /** Adjacent string literals are one. */
  #strings(first: StringLiteral): Value {
    let literal: StringLiteral | undefined = first
    const parts: (string | Uint8Array)[] = []
    while (literal !== undefined) {
      this.#at = literal.end
      parts.push(literal.value)
      this.#skipBlank()
      literal = readString(this.text, this.#at)
    }
    if (parts.every(part => typeof part === 'string')) return parts.join('')
    if (parts.some(part => typeof part === 'string')) throw this.#syntaxError('cannot mix bytes and nonbytes literals')
    return new PyBytes(Buffer.concat(parts as Uint8Array[]))
  }

  #name(): Value {
    const pattern = /[\p{XID_Start}_]\p{XID_Continue}*/uy
    pattern.lastIndex = this.#at
    const name = pattern.exec(this.text)?.[0]
    if (name === undefined) throw this.#syntaxError()
    this.#at += name.length
    const value = this.names?.get(name) ?? CONSTANTS.get(name)
    if (value !== undefined) return value
    if (this.names?.has(name) === true || CONSTANTS.has(name)) return null
    if (name === 'set' && /^\s*\(\s*\)/.test(this.text.slice(this.#at))) {
      this.#at += this.text.slice(this.#at).indexOf(')') + 1
      return new PySet()
    }
    throw this.#malformed()
  }
}

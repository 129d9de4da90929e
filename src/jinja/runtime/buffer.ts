// Where the output of a template goes, and what becomes of it. Mirrors ansible/template/native_helpers.py
// ansible_concat (text), ansible_eval_concat (literal) and ansible_native_concat (native).

import { decodeUtf8, holdsUnsafe, PyBytes, str, Text, UnsafeText, type Value, VaultText } from '../../python/index.js'
import { readLiteral, readNativeLiteral, throughLiteral } from '../literal-result.js'
import { isNativeText } from '../native-text.js'
import { Trait, traitsOf } from '../traits.js'
import { wrapUnsafeValue } from '../unsafe.js'
import { finalize } from './finalize.js'

export type ConcatMode = 'text' | 'literal' | 'native'

export interface OutputBuffer {
  /** Text of the template itself. */
  raw(text: string): void
  /** The value of a print statement. */
  add(value: Value): void
  /** Output that is not finalized: of a macro call, a block, an include. */
  node(value: Value): void
  /** Everything that was written, as one value. */
  finish(): Value
}

/** Whether a value would mark what it is printed into as unsafe. */
function marksUnsafe(value: Value, isFrozen: boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  const traits = traitsOf(value, isFrozen)
  return (traits & Trait.unsafe) !== 0 || ((traits & Trait.lazy) !== 0 && holdsUnsafe(value))
}

/** to_text(value): text itself, bytes decoded, anything else by str. */
function textOfNode(value: Value): string {
  return value instanceof PyBytes ? decodeUtf8(value.value, 'surrogateescape') : str(value)
}

/** Joins everything as text: file templates, and templates whose result is not to be converted. */
export class TextBuffer implements OutputBuffer {
  text = ''
  isUnsafe = false
  constructor(private readonly isFrozen: boolean) {}

  raw(text: string): void {
    this.text += text
  }
  add(value: Value): void {
    if (typeof value === 'string') this.text += value
    else if (typeof value === 'number') this.text += value
    else this.node(finalize(value, false, this.isFrozen))
  }
  node(value: Value): void {
    if (typeof value === 'string') {
      this.text += value
      return
    }
    if (!this.isUnsafe && marksUnsafe(value, this.isFrozen)) this.isUnsafe = true
    this.text += textOfNode(value)
  }
  finish(): Value {
    return this.isUnsafe ? new UnsafeText(this.text) : this.text
  }
}

/** Keeps a single value as it is and joins several as text; what they become is the subclass's. */
abstract class ValueBuffer implements OutputBuffer {
  protected count = 0
  protected first: Value = ''
  protected text = ''
  protected isUnsafe = false
  constructor(
    protected readonly isFrozen: boolean,
    private readonly keepNone: boolean,
  ) {}

  raw(text: string): void {
    this.node(text)
  }
  add(value: Value): void {
    this.node(typeof value === 'string' ? value : finalize(value, this.keepNone, this.isFrozen))
  }
  node(value: Value): void {
    this.count++
    if (this.count === 1) {
      this.first = value
      return
    }
    if (this.count === 2) this.#append(this.first)
    this.#append(value)
  }
  #append(value: Value): void {
    if (typeof value === 'string') {
      this.text += value
      return
    }
    if (!this.isUnsafe && marksUnsafe(value, this.isFrozen)) this.isUnsafe = true
    this.text += textOfNode(value)
  }
  abstract finish(): Value
}

/** Text that reads as a list, dict or bool becomes one: the usual way of Ansible's expressions. */
export class LiteralBuffer extends ValueBuffer {
  constructor(isFrozen: boolean) {
    super(isFrozen, false)
  }
  finish(): Value {
    if (this.count === 0) return ''
    if (this.count > 1) return this.#wrap(readLiteral(this.text), this.isUnsafe)
    const value = this.first
    if (typeof value === 'string') return readLiteral(value)
    if (isNativeText(value)) return value
    if (typeof value === 'boolean') return value
    const isUnsafe = marksUnsafe(value, this.isFrozen)
    if (typeof value === 'object' && value !== null) {
      const kept = throughLiteral(value, isUnsafe, this.isFrozen)
      if (kept !== undefined) return kept
    }
    return this.#wrap(readLiteral(textOfNode(value)), isUnsafe)
  }
  #wrap(value: Value, isUnsafe: boolean): Value {
    return isUnsafe ? wrapUnsafeValue(value) : value
  }
}

/** jinja2_native: a single value is the result; text is read as a Python literal where it is one. */
export class NativeBuffer extends ValueBuffer {
  constructor(isFrozen: boolean) {
    super(isFrozen, true)
  }
  finish(): Value {
    if (this.count === 0) return null
    let text: string
    let isUnsafe = this.isUnsafe
    if (this.count === 1) {
      const value = this.first
      if (value instanceof VaultText) return value.value
      if (isNativeText(value)) return value
      if (typeof value !== 'string' && !(value instanceof Text)) return value
      isUnsafe = value instanceof UnsafeText
      text = typeof value === 'string' ? value : value.value
    } else text = this.text
    const value = readNativeLiteral(text)
    return isUnsafe ? wrapUnsafeValue(value) : value
  }
}

/** Keeps the pieces apart, to be played into another buffer: the body of an imported template. */
export class RecordingBuffer implements OutputBuffer {
  readonly nodes: Value[] = []
  constructor(
    private readonly isFrozen: boolean,
    private readonly keepNone: boolean,
  ) {}
  raw(text: string): void {
    this.nodes.push(text)
  }
  add(value: Value): void {
    this.nodes.push(finalize(value, this.keepNone, this.isFrozen))
  }
  node(value: Value): void {
    this.nodes.push(value)
  }
  finish(): Value {
    return this.nodes
  }
}

export function createBuffer(mode: ConcatMode, isFrozen: boolean): OutputBuffer {
  if (mode === 'text') return new TextBuffer(isFrozen)
  return mode === 'literal' ? new LiteralBuffer(isFrozen) : new NativeBuffer(isFrozen)
}

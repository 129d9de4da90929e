// Operators whose operand is text of a special kind: unsafe text stays unsafe, Markup escapes what joins it.
// Mirrors AnsibleUnsafeText and AnsibleVaultEncryptedUnicode of ansible 2.14, and markupsafe 2.1.

import { escapeHtml } from './markup.js'
import { percentFormat } from './percent-format.js'
import { PyError } from './py-error.js'
import { str } from './repr.js'
import { rewrapText } from './text.js'
import {
  isText,
  Mapping,
  Markup,
  PyBytes,
  PyFloat,
  type Text,
  Tuple,
  textOf,
  UnsafeText,
  type Value,
  VaultText,
} from './values.js'

/** `a + b` where both are text; undefined when it is not for text to answer. */
export function addText(a: Value, b: Value): Value | undefined {
  if (isText(a) && isText(b)) return joinTwo(a, b)
  // A vault value turns whatever it meets into text.
  if (a instanceof VaultText) return a.value + str(b)
  if (b instanceof VaultText) return str(a) + b.value
  return isText(a) ? undefined : reflected(a, b)
}

/** AnsibleUnsafeText.__radd__ makes text of NotImplemented, which is what numbers answer to `number + text`. */
function reflected(a: Value, b: Value): Value | undefined {
  const isNumber = typeof a === 'number' || typeof a === 'bigint' || typeof a === 'boolean' || a instanceof PyFloat
  return isNumber && b instanceof UnsafeText ? new UnsafeText('NotImplemented') : undefined
}

function joinTwo(a: string | Text, b: string | Text): Value {
  if (a instanceof Markup || b instanceof Markup) return new Markup(escapeHtml(a) + escapeHtml(b))
  const text = textOf(a) + textOf(b)
  return a instanceof UnsafeText || b instanceof UnsafeText ? new UnsafeText(text) : text
}

/** `text * copies` */
export function repeatText(text: string | Text, copies: number): Value {
  const plain = textOf(text)
  if (plain === '') return rewrapText(text, '')
  if (plain.length * copies > 2 ** 29 - 24) throw new PyError('MemoryError', '')
  return rewrapText(text, plain.repeat(copies))
}

/** `a % b` where a is text; undefined when it is none. */
export function textModulo(a: Value, b: Value): Value | undefined {
  // AnsibleUnsafeText.__rmod__ does the same for everything else.
  if (!isText(a)) return b instanceof UnsafeText ? new UnsafeText('NotImplemented') : undefined
  if (a instanceof Markup) return new Markup(percentFormat(a.value, escapeArguments(b)))
  const text = percentFormat(textOf(a), b)
  return a instanceof UnsafeText || b instanceof UnsafeText ? new UnsafeText(text) : text
}

/** What Markup.__mod__ does to its operand: every piece of text in it is escaped. */
function escapeArguments(value: Value): Value {
  if (value instanceof Tuple) return new Tuple(value.items.map(escapeArguments))
  if (isText(value)) return new Markup(escapeHtml(value))
  if (value instanceof Mapping || value instanceof PyBytes || value === null) return value
  return typeof value === 'object' ? new Markup(escapeHtml(value)) : value
}

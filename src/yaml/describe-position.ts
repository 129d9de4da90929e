// The part of an error that shows where it is: "The error appears to be in '…': line …", the line itself, advice.
// Mirrors AnsibleError._get_extended_error (errors/__init__.py of 2.14), odd cases included.
import { readFileSync } from 'node:fs'
import type { Position } from '../errors.js'
import {
  DICT_HINT,
  PARTIALLY_QUOTED_HINT,
  SHORTHAND_HINT,
  TAB_HINT,
  UNBALANCED_QUOTES_HINT,
  UNQUOTED_COLON_HINT,
  UNQUOTED_VARIABLE_HINT,
} from './hints.js'

const SHORTHAND = /[\p{L}\p{N}_]+\s*=\s*[\p{L}\p{N}_/-]+/u

/** message + "\n\n" + describePosition: what str(AnsibleError(message, obj=obj)) gives. */
export function withPosition(
  message: string,
  position: Position | undefined,
  options: { readonly showContent?: boolean | undefined } = {},
): string {
  return position === undefined ? message : `${message}\n\n${describePosition(position, options)}`
}

/** The place, and unless `showContent` is false (decrypted files) the line at fault with advice. */
export function describePosition(
  position: Position,
  options: { readonly showContent?: boolean | undefined } = {},
): string {
  const { file, line, column } = position
  const header = place(file, line, column)
  if (file === '<string>' || file === '<unicode>' || options.showContent === false) return header
  let lines: string[]
  try {
    lines = readLines(file)
  } catch {
    return `${header}\n(could not open file to display line)`
  }
  const found = linesAround(lines, line - 1)
  if (found === undefined) return `${header}\n(specified line no longer in file, maybe it changed?)`
  return quoteLine(found.target, found.previous, { file, line, column })
}

function place(file: string, line: number, column: number): string {
  return (
    `The error appears to be in '${file}': line ${line}, column ${column}, but may\n` +
    'be elsewhere in the file depending on the exact syntax problem.\n'
  )
}

/** Lines with their line breaks, which are all "\n". */
function readLines(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\r\n?/g, '\n')
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** The line at fault, or the nearest line above it that is not blank, and the one before. */
function linesAround(lines: readonly string[], wanted: number): { target: string; previous: string } | undefined {
  let index = Math.min(wanted, lines.length - 1)
  let target = lines.at(index)
  while (target !== undefined && target.trim() === '') target = lines.at(--index)
  if (target === undefined) return undefined
  return { target, previous: index > 0 ? (lines[index - 1] ?? '') : '' }
}

function quoteLine(target: string, previous: string, position: Position): string {
  const { file, line, column } = position
  let text: string
  if (SHORTHAND.test(previous)) {
    const equals = previous.trimEnd().indexOf('=')
    text =
      `${place(file, line - 1, equals + 1)}\nThe offending line appears to be:\n\n` +
      `${previous.trimEnd()}\n${' '.repeat(Math.max(equals, 0))}^ here\n\n${SHORTHAND_HINT}`
  } else {
    const arrow = `${' '.repeat(Math.max(column - 1, 0))}^ here`
    text =
      `${place(file, line, column)}\nThe offending line appears to be:\n\n` +
      `${previous.trimEnd()}\n${target.trimEnd()}\n${arrow}\n`
  }
  if (target.includes('\t')) text += TAB_HINT
  return text + advice(target, column)
}

function advice(target: string, column: number): string {
  const hasTemplate = target.includes('{{') && target.includes('}}')
  if (hasTemplate && !(target.includes('"{{') && target.includes("'{{"))) return UNQUOTED_VARIABLE_HINT
  const squeezed = target.replaceAll(' ', '')
  if (squeezed.includes(':{{') && squeezed.includes('}}')) return DICT_HINT
  if (target.length > 1 && target[column] === ':' && count(target, ':') > 1) return UNQUOTED_COLON_HINT
  return quotingAdvice(target)
}

function quotingAdvice(target: string): string {
  const part = target.split(':')[1]
  if (part === undefined) return ''
  const middle = part.trim()
  const opens = (quote: string): boolean => middle.startsWith(quote) && !middle.endsWith(quote)
  const quoted = /^['"]/.test(middle) && /['"]$/.test(middle)
  const unbalanced = (quoted && count(target, "'") > 2) || count(target, '"') > 2
  return (opens("'") || opens('"') ? PARTIALLY_QUOTED_HINT : '') + (unbalanced ? UNBALANCED_QUOTES_HINT : '')
}

const count = (text: string, part: string): number => text.split(part).length - 1

// Questions about text before it is rendered: does it hold a template, how many newlines end it, which backslashes
// are doubled. Mirrors ansible/template/__init__.py is_template, _count_newlines_from_end, _escape_backslashes.

import { TemplateSyntaxError } from './errors.js'
import { lexTemplate } from './syntax/lexer.js'
import type { SyntaxSettings } from './syntax/settings.js'

/** Whether a delimiter occurs at all. */
export function isPossiblyTemplate(text: string, settings: SyntaxSettings): boolean {
  return (
    text.includes(settings.variableStart) || text.includes(settings.blockStart) || text.includes(settings.commentStart)
  )
}

const BEGINS: ReadonlySet<string> = new Set(['variable_begin', 'block_begin', 'comment_begin', 'raw_begin'])
const ENDS: ReadonlySet<string> = new Set(['variable_end', 'block_end', 'comment_end', 'raw_end'])

/** Whether a begin and its end occur: the strict test. */
export function isTemplateText(text: string, settings: SyntaxSettings): boolean {
  if (!isPossiblyTemplate(text, settings)) return false
  let found: string | undefined
  let isFirst = true
  let inComment = false
  try {
    for (const { kind } of lexTemplate(text, settings)) {
      if (BEGINS.has(kind)) {
        if (isFirst && kind === 'comment_begin') inComment = true
        isFirst = false
        found = kind.split('_')[0]
      } else if (ENDS.has(kind)) {
        if (kind.split('_')[0] === found) return true
        if (!inComment) return false
      }
    }
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
  }
  return false
}

/** Newlines at the end of a text. */
export function countTrailingNewlines(text: string): number {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--
  return text.length - end
}

/** Doubles backslashes in the strings of print statements, so that playbooks need not. */
export function escapeBackslashes(text: string, settings: SyntaxSettings): string {
  if (!text.includes('\\') || !text.includes('{{')) return text
  let result = ''
  let inVariable = false
  for (const token of lexTemplate(text, settings)) {
    if (token.kind === 'variable_begin') inVariable = true
    else if (token.kind === 'variable_end') inVariable = false
    result += inVariable && token.kind === 'string' ? token.text.replaceAll('\\', '\\\\') : token.text
  }
  return result
}

// The first line `#jinja2: key: value, …` of a template changes its settings.
// Mirrors ansible/template/__init__.py Templar.do_template (has_template_overrides).

import { literalEval, str, truth, type Value } from '../python/index.js'
import { TemplateError } from './errors.js'
import type { SyntaxSettings } from './syntax/settings.js'

const HEADER = '#jinja2:'

export interface HeaderResult {
  readonly settings: SyntaxSettings
  readonly autoescape: boolean
  /** The template without the header line. */
  readonly source: string
}

export const hasHeader = (source: string): boolean => source.startsWith(HEADER)

/** Applies a template's header. Throws TemplateError for one that cannot be read. */
export function readHeader(source: string, settings: SyntaxSettings, autoescape: boolean): HeaderResult {
  // Without a newline Python's find gives -1: the line lacks its last character and the whole text stays.
  const end = source.indexOf('\n')
  const line = end < 0 ? source.slice(HEADER.length, -1) : source.slice(HEADER.length, end)
  const overrides = new Map<string, Value>()
  for (const pair of line.split(',')) {
    const colon = pair.indexOf(':')
    if (colon < 0)
      throw new TemplateError(
        `failed to parse jinja2 override '${pair.trim()}'. Did you use something different from colon as key-value separator?`,
      )
    overrides.set(pair.slice(0, colon).trim(), literalEval(pair.slice(colon + 1).trim()))
  }
  const body = end < 0 ? source : source.slice(end + 1)
  return { ...applyOverrides(settings, autoescape, overrides), source: body }
}

/** Settings with Jinja2's environment attributes set by their Python names; unknown names change nothing. */
export function applyOverrides(
  settings: SyntaxSettings,
  autoescape: boolean,
  overrides: ReadonlyMap<string, Value>,
): { settings: SyntaxSettings; autoescape: boolean } {
  const text = (name: string, before: string): string => {
    const value = overrides.get(name)
    return value === undefined ? before : str(value)
  }
  const flag = (name: string, before: boolean): boolean => {
    const value = overrides.get(name)
    return value === undefined ? before : truth(value)
  }
  const optional = (name: string, before: string | undefined): string | undefined => {
    const value = overrides.get(name)
    if (value === undefined) return before
    return value === null ? undefined : str(value)
  }
  return {
    settings: {
      blockStart: text('block_start_string', settings.blockStart),
      blockEnd: text('block_end_string', settings.blockEnd),
      variableStart: text('variable_start_string', settings.variableStart),
      variableEnd: text('variable_end_string', settings.variableEnd),
      commentStart: text('comment_start_string', settings.commentStart),
      commentEnd: text('comment_end_string', settings.commentEnd),
      lineStatementPrefix: optional('line_statement_prefix', settings.lineStatementPrefix),
      lineCommentPrefix: optional('line_comment_prefix', settings.lineCommentPrefix),
      trimBlocks: flag('trim_blocks', settings.trimBlocks),
      lstripBlocks: flag('lstrip_blocks', settings.lstripBlocks),
      newlineSequence: text('newline_sequence', settings.newlineSequence),
      keepTrailingNewline: flag('keep_trailing_newline', settings.keepTrailingNewline),
    },
    autoescape: flag('autoescape', autoescape),
  }
}

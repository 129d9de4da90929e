// The regular expressions of the lexer for one set of delimiters. Mirrors jinja2/lexer.py Lexer.__init__:
// which tag wins where several could begin, what `-` and `+` take with them, what trim_blocks swallows.

import { type SyntaxSettings, settingsKey } from './settings.js'

/** Python's str.isspace characters, as a regular expression class body. */
export const SPACE_CLASS =
  ' \\t\\n\\r\\f\\v\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

export type TagKind = 'variable_begin' | 'block_begin' | 'comment_begin' | 'linestatement_begin' | 'linecomment_begin'

export interface LexerRules {
  /** Finds the next tag; group 1 is raw's, then one pair (tag, sign) for each of `tags`. */
  readonly root: RegExp
  readonly tags: readonly TagKind[]
  readonly commentEnd: RegExp
  readonly blockEnd: RegExp
  readonly variableEnd: RegExp
  readonly rawEnd: RegExp
  readonly lineStatementEnd: RegExp
}

const escapeSource = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const cache = new Map<string, LexerRules>()

/** The rules for some settings; cached, for settings are few. */
export function lexerRules(settings: SyntaxSettings): LexerRules {
  const key = settingsKey(settings)
  let rules = cache.get(key)
  if (rules === undefined) {
    if (cache.size >= 50) cache.clear()
    rules = buildRules(settings)
    cache.set(key, rules)
  }
  return rules
}

interface TagRule {
  readonly length: number
  readonly kind: TagKind
  readonly source: string
}

/** Longest delimiter first; among equals the later name first, as sorting Jinja2's tuples in reverse does. */
function sortedTags(settings: SyntaxSettings): TagRule[] {
  const tags: TagRule[] = [
    { length: settings.commentStart.length, kind: 'comment_begin', source: escapeSource(settings.commentStart) },
    { length: settings.blockStart.length, kind: 'block_begin', source: escapeSource(settings.blockStart) },
    { length: settings.variableStart.length, kind: 'variable_begin', source: escapeSource(settings.variableStart) },
  ]
  const { lineStatementPrefix, lineCommentPrefix } = settings
  if (lineStatementPrefix !== undefined)
    tags.push({
      length: lineStatementPrefix.length,
      kind: 'linestatement_begin',
      source: `^[ \\t\\v]*${escapeSource(lineStatementPrefix)}`,
    })
  if (lineCommentPrefix !== undefined)
    tags.push({
      length: lineCommentPrefix.length,
      kind: 'linecomment_begin',
      source: `(?:^|(?<=[^${SPACE_CLASS}]))[ \\t\\f\\v]*${escapeSource(lineCommentPrefix)}`,
    })
  return tags.sort((a, b) => b.length - a.length || (a.kind < b.kind ? 1 : -1))
}

function buildRules(settings: SyntaxSettings): LexerRules {
  const space = `[${SPACE_CLASS}]*`
  const blockStart = escapeSource(settings.blockStart)
  const blockEnd = escapeSource(settings.blockEnd)
  const variableEnd = escapeSource(settings.variableEnd)
  const commentEnd = escapeSource(settings.commentEnd)
  const trimmed = settings.trimBlocks ? '\\n?' : ''
  const ending = (end: string, suffix: string): string => `\\+${end}|-${end}${space}|${end}${suffix}`
  const raw = `(${blockStart}([-+]?)${space}raw${space}(?:-${blockEnd}${space}|${blockEnd}))`
  const tags = sortedTags(settings)
  const alternatives = [raw, ...tags.map(tag => `(${tag.source})([-+]?)`)]
  return {
    root: new RegExp(alternatives.join('|'), 'gm'),
    tags: tags.map(tag => tag.kind),
    commentEnd: new RegExp(ending(commentEnd, trimmed), 'g'),
    blockEnd: new RegExp(ending(blockEnd, trimmed), 'y'),
    variableEnd: new RegExp(`-${variableEnd}${space}|${variableEnd}`, 'y'),
    rawEnd: new RegExp(`(${blockStart}([-+]?))${space}endraw${space}(?:${ending(blockEnd, trimmed)})`, 'g'),
    lineStatementEnd: new RegExp(`${space}(?:\\n|$)`, 'ym'),
  }
}

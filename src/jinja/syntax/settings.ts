// Jinja2's lexical settings: delimiters and whitespace rules. Ansible's environments start from ANSIBLE_SYNTAX.

export interface SyntaxSettings {
  readonly blockStart: string
  readonly blockEnd: string
  readonly variableStart: string
  readonly variableEnd: string
  readonly commentStart: string
  readonly commentEnd: string
  readonly lineStatementPrefix?: string | undefined
  readonly lineCommentPrefix?: string | undefined
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
  readonly newlineSequence: string
  readonly keepTrailingNewline: boolean
}

/** AnsibleEnvironment: Jinja2's defaults with trim_blocks on. */
export const ANSIBLE_SYNTAX: SyntaxSettings = {
  blockStart: '{%',
  blockEnd: '%}',
  variableStart: '{{',
  variableEnd: '}}',
  commentStart: '{#',
  commentEnd: '#}',
  trimBlocks: true,
  lstripBlocks: false,
  newlineSequence: '\n',
  keepTrailingNewline: false,
}

/** A text that tells two settings apart, for cache keys. */
export function settingsKey(settings: SyntaxSettings): string {
  return JSON.stringify([
    settings.blockStart,
    settings.blockEnd,
    settings.variableStart,
    settings.variableEnd,
    settings.commentStart,
    settings.commentEnd,
    settings.lineStatementPrefix ?? null,
    settings.lineCommentPrefix ?? null,
    settings.trimBlocks,
    settings.lstripBlocks,
    settings.newlineSequence,
    settings.keepTrailingNewline,
  ])
}

// Whole templates rendered by Ansible's own Templar, for what has no native form: Jinja2 extensions of ansible.cfg,
// algorithms of Python libraries. Variables are asked for one by one.

import type { SyntaxSettings, TemplateFallback } from '../jinja/index.js'
import { type ForeignPlugins, ScopeMapping } from './foreign-plugins.js'
import type { PluginHost } from './plugin-host.js'

/** Renders templates in the plugin host. */
export function foreignTemplates(host: PluginHost, plugins: ForeignPlugins): TemplateFallback {
  return request => {
    plugins.noteTemplate(request.path ?? request.source)
    const names = new Set(request.names())
    const scope = { get: request.get, has: (name: string) => names.has(name), names: request.names }
    const fields = {
      source: JSON.stringify(request.source),
      variables: host.encode(new ScopeMapping(scope)),
      searchPath: JSON.stringify(request.searchPath),
      settings: JSON.stringify(pythonSettings(request.settings)),
      native: String(request.native),
      convertData: String(request.convertData),
      escapeBackslashes: String(request.escapeBackslashes),
      preserveTrailingNewlines: String(request.preserveTrailingNewlines),
      failOnUndefined: String(request.failOnUndefined),
    }
    const what = request.path === undefined ? 'A template' : `The template ${request.path}`
    return host.request('render', fields, what)
  }
}

/** Jinja2's names of the settings. */
function pythonSettings(settings: SyntaxSettings): Record<string, string | boolean | null> {
  return {
    block_start_string: settings.blockStart,
    block_end_string: settings.blockEnd,
    variable_start_string: settings.variableStart,
    variable_end_string: settings.variableEnd,
    comment_start_string: settings.commentStart,
    comment_end_string: settings.commentEnd,
    line_statement_prefix: settings.lineStatementPrefix ?? null,
    line_comment_prefix: settings.lineCommentPrefix ?? null,
    trim_blocks: settings.trimBlocks,
    lstrip_blocks: settings.lstripBlocks,
    newline_sequence: settings.newlineSequence,
    keep_trailing_newline: settings.keepTrailingNewline,
  }
}

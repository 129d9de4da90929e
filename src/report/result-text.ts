// A task's result as text: what follows `=>` on the console, item labels, and diffs.
// Mirrors plugins/callback/__init__.py (_dump_results, _clean_results, _get_item_label, _get_diff) of ansible-core 2.14.
import { unifiedDiff } from '../python/difflib.js'
import { jsonDumps, str, truth } from '../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import type { Display } from './display.js'
import { resultJson } from './result-json.js'

/** Keys that `debug` hides on the console unless there is something wrong with them. */
const HIDDEN_IN_DEBUG = ['changed', 'failed', 'skipped', 'invocation', 'skip_reason']
const SHOWN_BY_DEBUG = new Set(['msg', 'exception', 'warnings', 'deprecations'])
/** How the engine's own dict keys begin; they never reach the screen. */
const INTERNAL = '_ansible_'

export interface DumpOptions {
  readonly indent?: number | undefined
  readonly keepInvocation?: boolean
}

/** The result without internal keys, all the way down (vars/clean.py strip_internal_keys). */
export function stripInternalKeys(value: Value): Value {
  if (Array.isArray(value)) return value.map(stripInternalKeys)
  if (!(value instanceof Dict)) return value
  const out = new Dict()
  for (const [key, item] of value) {
    if (typeof key === 'string' && key.startsWith(INTERNAL)) continue
    out.set(key, stripInternalKeys(item))
  }
  return out
}

/** What of a result is shown: no internal keys; invocation and diff only from -vvv on; never the exception. */
export function shownResult(display: Display, result: Dict, options: DumpOptions = {}): Dict {
  const shown = stripInternalKeys(result) as Dict
  if (!options.keepInvocation && display.verbosity < 3) shown.delete('invocation')
  if (display.verbosity < 3) shown.delete('diff')
  shown.delete('exception')
  return shown
}

/** JSON of a result as the default callback prints it: one line, or indented with -vvv and for `debug`. */
export function dumpResult(display: Display, result: Dict, options: DumpOptions = {}): string {
  const spread = truth(result.get('_ansible_verbose_always') ?? false) || display.verbosity > 2
  // As in Ansible an indent of 0 gives way to the spread form; alone it means one line without blanks after commas.
  const indent = options.indent || (spread ? 4 : options.indent)
  return resultJson(shownResult(display, result, options), {
    ...(indent === undefined ? {} : { indent }),
    sortKeys: true,
    ensureAscii: false,
  })
}

/** Removes what `debug` need not show. Changes the result. */
export function cleanResult(result: Dict, action: string): void {
  if (!/^(ansible\.(builtin|legacy)\.)?debug$/.test(action)) return
  if (result.has('msg')) {
    for (const key of [...result.keys()]) {
      if (!(isText(key) && (SHOWN_BY_DEBUG.has(textOf(key)) || textOf(key).startsWith('_')))) result.delete(key)
    }
    return
  }
  for (const hidden of HIDDEN_IN_DEBUG) result.delete(hidden)
}

/** Label of a loop item, censored for no_log. */
export function itemLabel(result: Mapping): string {
  if (truth(result.get('_ansible_no_log') ?? false)) return '(censored due to no_log)'
  const label = result.get('_ansible_item_label')
  if (label !== undefined) return str(label)
  return str(result.get('item') ?? null)
}

/** Label of an included file's item, empty when it was not looped. */
export function includeLabel(vars: Mapping): string {
  const label = truth(vars.get('_ansible_no_log') ?? false)
    ? '(censored due to no_log)'
    : (vars.get('_ansible_item_label') ?? vars.get('item') ?? null)
  return label === null || label === undefined || !truth(label) ? '' : str(label)
}

/** How a difference is written. */
export interface DiffStyle {
  readonly contextLines: number
  paint(line: string, color: 'COLOR_DIFF_ADD' | 'COLOR_DIFF_REMOVE' | 'COLOR_DIFF_LINES'): string
}

/** The text of a `diff` result for the console: headers, unified diff in colour, notes on binary or large files. */
export function diffText(display: Display, diffs: Value): string {
  const style = {
    contextLines: Number(display.config.get('DIFF_CONTEXT')),
    paint: (line: string, color: 'COLOR_DIFF_ADD' | 'COLOR_DIFF_REMOVE' | 'COLOR_DIFF_LINES') =>
      display.paint(line, color),
  }
  return styledDiff(style, diffs)
}

/** The same in another style. */
export function styledDiff(style: DiffStyle, diffs: Value): string {
  const out: string[] = []
  for (const diff of Array.isArray(diffs) ? diffs : [diffs]) {
    if (diff instanceof Dict) describeDiff(style, diff, out)
  }
  return out.join('')
}

function describeDiff(style: DiffStyle, diff: Dict, out: string[]): void {
  const size = (key: string) => str(diff.get(key) ?? null)
  if (diff.has('dst_binary')) out.push('diff skipped: destination file appears to be binary\n')
  if (diff.has('src_binary')) out.push('diff skipped: source file appears to be binary\n')
  if (diff.has('dst_larger')) out.push(`diff skipped: destination file size is greater than ${size('dst_larger')}\n`)
  if (diff.has('src_larger')) out.push(`diff skipped: source file size is greater than ${size('src_larger')}\n`)
  if (diff.has('before') && diff.has('after')) {
    const headers = { before: header(diff, 'before'), after: header(diff, 'after') }
    const lines = unifiedDiff(diffLines(diff.get('before')), diffLines(diff.get('after')), headers, style.contextLines)
    for (const line of lines) out.push(paintDiffLine(style, line))
    if (lines.length > 0) out.push('\n')
  }
  const prepared = diff.get('prepared')
  if (prepared !== undefined) out.push(str(prepared))
}

function header(diff: Dict, side: 'before' | 'after'): string {
  const given = diff.get(`${side}_header`)
  return given === undefined ? side : `${side}: ${str(given)}`
}

function diffLines(value: Value | undefined): string[] {
  const text =
    value instanceof Mapping
      ? `${jsonDumps(value, { sortKeys: true, indent: 4, separators: [',', ': '] })}\n`
      : value === null || value === undefined
        ? ''
        : str(value)
  const lines =
    text.match(
      /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
    ) ?? []
  const last = lines.at(-1)
  if (last !== undefined && !last.endsWith('\n')) lines[lines.length - 1] = `${last}\n\\ No newline at end of file\n`
  return lines
}

function paintDiffLine(style: DiffStyle, line: string): string {
  if (line.startsWith('+')) return style.paint(line, 'COLOR_DIFF_ADD')
  if (line.startsWith('-')) return style.paint(line, 'COLOR_DIFF_REMOVE')
  if (line.startsWith('@@')) return style.paint(line, 'COLOR_DIFF_LINES')
  return line
}

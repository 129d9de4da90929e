// Jinja2's filters on text: case, trimming, replacing, wrapping. Mirrors jinja2/filters.py (3.1).

import {
  add,
  centerText,
  compare,
  compileRegex,
  type Dict,
  getSlice,
  len,
  Markup,
  mod,
  mul,
  PyError,
  PyFloat,
  repr,
  sub,
  Tuple,
  textOf,
  truth,
  type Value,
} from '../../../python/index.js'
import { wrap } from '../../../python/textwrap.js'
import { JinjaRuntimeError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { callMethod, isStr, requireIndex, softStr } from '../conversions.js'
import { define } from '../signature.js'
import { escapeHtml, hasHtml, strKeepingUnsafe } from './markup.js'

const WORD_START = compileRegex('([-\\s({\\[<]+)')
const WORD = compileRegex('\\w+')

function titleCase(value: Value): Value {
  const parts = WORD_START.split(textOf(softStr(value)))
  return parts
    .map(part => {
      if (!part) return ''
      const first = String.fromCodePoint(part.codePointAt(0) as number)
      return first.toUpperCase() + part.slice(first.length).toLowerCase()
    })
    .join('')
}

function replaceText(autoescape: boolean, text: Value, old: Value, replacement: Value, count: Value): Value {
  const limit = count === null ? -1 : count
  if (!autoescape) {
    const args = [strKeepingUnsafe(old), strKeepingUnsafe(replacement), limit]
    return callMethod(strKeepingUnsafe(text), 'replace', args)
  }
  const subject = hasHtml(old) || (hasHtml(replacement) && !hasHtml(text)) ? escapeHtml(text) : softStr(text)
  return callMethod(subject, 'replace', [softStr(old), softStr(replacement), limit])
}

/** `text += newline` */
function appended(text: Value, newline: Value): Value {
  try {
    return add(text, newline)
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    throw new PyError(error.pyType, error.message.replace('for +:', 'for +=:'))
  }
}

function indent(text: Value, width: Value, first: Value, blank: Value): Value {
  const plain = isStr(width) ? width : mul(' ', width)
  const isMarkup = text instanceof Markup
  const indention: Value = isMarkup ? new Markup(textOf(plain as string)) : plain
  const newline: Value = isMarkup ? new Markup('\n') : '\n'
  // `+=` would extend a list before anything fails.
  if (Array.isArray(text)) throw new PyError('AttributeError', "'list' object has no attribute 'splitlines'")
  const lines = callMethod(appended(text, newline), 'splitlines') as Value[]
  let result: Value
  if (truth(blank)) {
    result = callMethod(add(newline, indention), 'join', [lines])
  } else {
    result = lines[0] as Value
    const rest = lines.slice(1).map(line => (truth(line) ? add(indention, line) : line))
    if (rest.length > 0) result = add(result, add(newline, callMethod(newline, 'join', [rest])))
  }
  return truth(first) ? add(indention, result) : result
}

const TRUNCATE_LEEWAY = 5

function truncate(text: Value, length: Value, killWords: Value, end: Value, leeway: Value): Value {
  const slack = leeway === null ? TRUNCATE_LEEWAY : leeway
  const endLength = len(end)
  if (!compare(length, endLength, '>=')) {
    throw new PyError('AssertionError', `expected length >= ${endLength}, got ${repr(length)}`)
  }
  if (!compare(slack, 0, '>=')) throw new PyError('AssertionError', `expected leeway >= 0, got ${repr(slack)}`)
  if (compare(len(text), add(length, slack), '<=')) return text
  const cut = getSlice(text, null, sub(length, endLength), null)
  if (truth(killWords)) return add(cut, end)
  const words = callMethod(cut, 'rsplit', [' ', 1]) as Value[]
  return add(words[0] as Value, end)
}

function wordWrap(newline: string, text: Value, width: Value, breakLong: Value, joiner: Value, hyphens: Value): Value {
  const options = {
    expandTabs: false,
    replaceWhitespace: false,
    breakLongWords: truth(breakLong),
    breakOnHyphens: truth(hyphens),
  }
  const lines = callMethod(text, 'splitlines') as Value[]
  const separator = joiner === null ? newline : joiner
  // No line asks for no width.
  if (lines.length === 0) return callMethod(separator, 'join', [[]])
  if (compare(width, 0, '<=')) throw new PyError('ValueError', `invalid width ${repr(width)} (must be > 0)`)
  // A float will do until a word has to be cut.
  const columns = width instanceof PyFloat ? width.value : requireIndex(width)
  const paragraphs = lines.map(line =>
    callMethod(separator, 'join', [
      wrap(textOf(line as string), columns, { ...options, isFloat: width instanceof PyFloat }),
    ]),
  )
  return callMethod(separator, 'join', [paragraphs])
}

function format(value: Value, args: Value, kwargs: Value): Value {
  const positional = args as Value[]
  const named = kwargs as Dict
  if (positional.length > 0 && named.size > 0) {
    const text = "can't handle positional and keyword arguments at the same time"
    throw new JinjaRuntimeError('FilterArgumentError', text)
  }
  return mod(softStr(value), named.size > 0 ? named : new Tuple(positional))
}

function center(value: Value, width: Value): Value {
  const text = softStr(value)
  return typeof text === 'string' ? centerText(text, requireIndex(width)) : callMethod(text, 'center', [width])
}

export const textFilters: Readonly<Record<string, PluginCall>> = {
  capitalize: define('do_capitalize(s)', (_call, s) => callMethod(softStr(s), 'capitalize')),
  center: define('do_center(value, width=80)', (_call, value, width) => center(value, width)),
  format: define('do_format(value, *args, **kwargs)', (_call, value, args, kwargs) => format(value, args, kwargs)),
  indent: define('do_indent(s, width=4, first=False, blank=False)', (_call, s, width, first, blank) =>
    indent(s, width, first, blank),
  ),
  lower: define('do_lower(s)', (_call, s) => callMethod(softStr(s), 'lower')),
  replace: define('do_replace(eval_ctx, s, old, new, count=None)', (call, s, old, replacement, count) =>
    replaceText(call.autoescape, s, old, replacement, count),
  ),
  string: define('soft_str(s)', (_call, s) => softStr(s)),
  title: define('do_title(s)', (_call, s) => titleCase(s)),
  trim: define('do_trim(value, chars=None)', (_call, value, chars) => callMethod(softStr(value), 'strip', [chars])),
  truncate: define(
    "do_truncate(env, s, length=255, killwords=False, end='...', leeway=None)",
    (_call, s, length, killWords, end, leeway) => truncate(s, length, killWords, end, leeway),
  ),
  upper: define('do_upper(s)', (_call, s) => callMethod(softStr(s), 'upper')),
  wordcount: define('do_wordcount(s)', (_call, s) => WORD.findall(textOf(softStr(s))).length),
  wordwrap: define(
    'do_wordwrap(environment, s, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True)',
    (call, s, width, breakLong, joiner, hyphens) =>
      wordWrap(call.newlineSequence, s, width, breakLong, joiner, hyphens),
  ),
}

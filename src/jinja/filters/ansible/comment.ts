// The comment filter. Mirrors ansible/plugins/filter/core.py comment (2.14).

import {
  Dict,
  equals,
  mul,
  PyError,
  percentFormat,
  repr,
  Tuple,
  textOf,
  toInt,
  truth,
  type Value,
} from '../../../python/index.js'
import type { PluginCall } from '../../plugin.js'
import { callMethod, isStr, requireIndex } from '../conversions.js'
import { define } from '../signature.js'

const STYLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
}

/** `'%s%s' % (a, b)` */
const concat = (...parts: Value[]): string => percentFormat('%s'.repeat(parts.length), new Tuple(parts))

function comment(text: Value, style: Value, options: Dict): string {
  const chosen = isStr(style) ? STYLES[textOf(style)] : undefined
  if (chosen === undefined) throw new PyError('KeyError', repr(style))
  const edge = callMethod(options.get('decoration') ?? (chosen.decoration as string), 'rstrip')
  const settings = Dict.of({
    newline: '\n',
    beginning: '',
    prefix: edge,
    prefix_count: 1,
    decoration: '',
    postfix: edge,
    postfix_count: 1,
    end: '',
    ...chosen,
  }).update(options)
  const get = (name: string): Value => settings.get(name) as Value
  const newline = get('newline')
  return [
    truth(get('beginning')) ? concat(get('beginning'), newline) : '',
    prefixText(get('prefix'), newline, get('prefix_count')),
    bodyText(text, get('decoration'), newline),
    postfixText(get('postfix'), newline, get('postfix_count')),
    truth(get('end')) ? concat(newline, get('end')) : '',
  ].join('')
}

function prefixText(prefix: Value, newline: Value, count: Value): string {
  if (!truth(prefix)) return ''
  const line = equals(prefix, newline) ? concat(newline) : concat(prefix, newline)
  return mul(line, toInt(count)) as string
}

function bodyText(text: Value, decoration: Value, newline: Value): string {
  const body = concat(decoration, callMethod(text, 'replace', [newline, concat(newline, decoration)]))
  const bare = concat(callMethod(decoration, 'rstrip'), newline)
  return callMethod(body, 'replace', [concat(decoration, newline), bare]) as string
}

function postfixText(postfix: Value, newline: Value, count: Value): Value {
  const lines: Value[] = ['']
  for (let index = requireIndex(count); index > 0; index--) lines.push(postfix)
  return callMethod(newline, 'join', [lines])
}

export const commentFilters: Readonly<Record<string, PluginCall>> = {
  comment: define("comment(text, style='plain', **kw)", (_call, text, style, kw) => comment(text, style, kw as Dict)),
}

// Jinja2's filters that make HTML and URLs. Mirrors jinja2/filters.py (3.1), urllib.parse.quote_from_bytes.

import {
  compileRegex,
  encodeUtf8,
  isText,
  iterate,
  type JsonDumpOptions,
  jsonDumps,
  Mapping,
  Markup,
  PyBytes,
  PyError,
  repr,
  str,
  textOf,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import type { PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { callMethod, isInteger, isStr, requireIndex, requireText } from '../conversions.js'
import { define } from '../signature.js'
import { escapeHtml, escapeText, hasHtml, stripTags } from './markup.js'
import { unpackPair } from './sequences.js'
import { urlize } from './urlize.js'

const UNRESERVED = /[A-Za-z0-9_.~-]/

/** urllib.parse.quote_from_bytes; `forQuery`: slashes are quoted too and blanks become `+`. */
export function quoteUrl(value: Value, forQuery: boolean): string {
  const bytes = value instanceof PyBytes ? value.value : encodeUtf8(isText(value) ? textOf(value) : str(value))
  let quoted = ''
  for (const byte of bytes) {
    const char = String.fromCharCode(byte)
    if (UNRESERVED.test(char) || (char === '/' && !forQuery)) quoted += char
    else if (char === ' ' && forQuery) quoted += '+'
    else quoted += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return quoted
}

function isIterable(value: Value): boolean {
  try {
    iterate(value)
    return true
  } catch (error) {
    if (error instanceof PyError && error.isA('TypeError')) return false
    throw error
  }
}

function urlEncode(value: Value): string {
  if (isStr(value) || !isIterable(value)) return quoteUrl(value, false)
  const pairs = value instanceof Mapping ? [...value.entries()] : [...iterate(value)].map(unpackPair)
  return pairs.map(([key, item]) => `${quoteUrl(key, true)}=${quoteUrl(item, true)}`).join('&')
}

const BAD_ATTRIBUTE = compileRegex('[\\s/>=]', { ascii: true })

function xmlAttributes(autoescape: boolean, mapping: Value, autospace: Value): Value {
  const items: string[] = []
  for (const pair of iterate(callMethod(mapping, 'items'))) {
    const [key, value] = unpackPair(pair)
    if (value === null || value instanceof Undefined) continue
    if (BAD_ATTRIBUTE.search(requireText(key)) !== undefined) {
      throw new PyError('ValueError', `Invalid character in attribute name: ${repr(key)}`)
    }
    items.push(`${textOf(escapeHtml(key))}="${textOf(escapeHtml(value))}"`)
  }
  const joined = items.join(' ')
  const text = truth(autospace) && joined !== '' ? ` ${joined}` : joined
  return autoescape ? new Markup(text) : text
}

const SCRIPT_ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
}

function toJson(value: Value, indent: Value): Markup {
  const options: JsonDumpOptions = { sortKeys: true, ...(indent === null ? {} : { indent: jsonIndent(indent) }) }
  return new Markup(jsonDumps(value, options).replace(/[<>&']/g, char => SCRIPT_ESCAPES[char] as string))
}

/** json.dumps(indent=…): a number of blanks or a text. */
export function jsonIndent(value: Value): number | string | null {
  if (value === null) return null
  if (isText(value)) return textOf(value)
  if (isInteger(value)) return requireIndex(value)
  if (value instanceof Undefined) return value.fail()
  throw new PyError('TypeError', `can't multiply sequence by non-int of type '${typeName(value)}'`)
}

/** markupsafe.escape of the plain characters, so that markup is escaped once more. */
const forceEscape = (value: Value): Markup => new Markup(escapeText(str(value)))

function markSafe(value: Value): Markup {
  return value instanceof Markup ? value : new Markup(str(value))
}

const escapeFilter = define('builtin escape(s, /)', (_call, value) => escapeHtml(value))

export const htmlFilters: Readonly<Record<string, PluginCall>> = {
  e: escapeFilter,
  escape: escapeFilter,
  forceescape: define('do_forceescape(value)', (_call, value) => forceEscape(value)),
  safe: define('do_mark_safe(value)', (_call, value) => markSafe(value)),
  striptags: define('do_striptags(value)', (_call, value) => stripTags(hasHtml(value) ? markSafe(value) : str(value))),
  tojson: define('do_tojson(eval_ctx, value, indent=None)', (_call, value, indent) => toJson(value, indent)),
  urlencode: define('do_urlencode(value)', (_call, value) => urlEncode(value)),
  urlize: define(
    'do_urlize(eval_ctx, value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None)',
    (call, value, limit, nofollow, target, rel, schemes) => {
      const text = urlize(value, { limit, nofollow: truth(nofollow), target, rel, schemes })
      return call.autoescape ? new Markup(text) : text
    },
  ),
  xmlattr: define('do_xmlattr(eval_ctx, d, autospace=True)', (call, mapping, autospace) =>
    xmlAttributes(call.autoescape, mapping, autospace),
  ),
}

// regex_replace, regex_search, regex_findall, regex_escape. Mirrors ansible/plugins/filter/core.py (2.14).

import {
  compileRegex,
  type Dict,
  escapeRegex,
  PyError,
  type Regex,
  requireHashable,
  textOf,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { FilterError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { isStr, toText } from '../conversions.js'
import { define } from '../signature.js'

/** re.compile with the two flags that Ansible lets through. */
export function ansibleRegex(pattern: Value, ignoreCase: Value, multiline: Value): Regex {
  if (pattern instanceof Undefined) return pattern.fail()
  requireHashable(pattern)
  if (!isStr(pattern)) {
    throw new PyError('TypeError', 'first argument must be string or compiled pattern')
  }
  return compileRegex(textOf(pattern), { ignoreCase: truth(ignoreCase), multiline: truth(multiline) })
}

/** What re.sub puts in. An undefined value can be called, and fails when that is done: for the first match. */
function replacementOf(value: Value): string | (() => string) {
  if (value instanceof Undefined) return () => value.fail()
  if (isStr(value)) return textOf(value)
  requireHashable(value)
  throw new PyError('TypeError', `decoding to str: need a bytes-like object, ${typeName(value)} found`)
}

/** A back reference such as `\\1` or `\\g<name>`: number or name of the group. */
function groupReference(argument: Value): number | string {
  if (argument instanceof Undefined) return argument.fail()
  if (!isStr(argument)) {
    throw new PyError('AttributeError', `'${typeName(argument)}' object has no attribute 'startswith'`)
  }
  const text = textOf(argument)
  if (text.startsWith('\\g')) {
    const name = /^\\g<([^\s]+)>/.exec(text)?.[1]
    if (name !== undefined) return name
  } else if (text.startsWith('\\')) {
    const number = /^\\(\d+)/.exec(text)?.[1]
    if (number !== undefined) return Number(number)
  } else {
    throw new FilterError('Unknown argument')
  }
  throw new PyError('AttributeError', "'NoneType' object has no attribute 'group'")
}

function search(value: Value, pattern: Value, references: readonly Value[], kwargs: Dict): Value {
  const text = toText(value)
  const groups = references.map(groupReference)
  const regex = ansibleRegex(pattern, kwargs.get('ignorecase') ?? false, kwargs.get('multiline') ?? false)
  const match = regex.search(text)
  if (match === undefined) return null
  return groups.length === 0 ? match.text : groups.map(group => match.group(group) ?? null)
}

function escapePattern(value: Value, type: Value): string {
  const text = toText(value)
  const name = isStr(type) ? textOf(type) : toText(type)
  if (name === 'python') return escapeRegex(text)
  if (name === 'posix_basic') return text.replace(/[\].[^$*\\]/g, char => `\\${char}`)
  if (name === 'posix_extended') throw new FilterError(`Regex type (${name}) not yet implemented`)
  throw new FilterError(`Invalid regex type (${name})`)
}

export const regexFilters: Readonly<Record<string, PluginCall>> = {
  regex_escape: define("regex_escape(string, re_type='python')", (_call, text, type) => escapePattern(text, type)),
  regex_findall: define(
    'regex_findall(value, regex, multiline=False, ignorecase=False)',
    (_call, value, pattern, multiline, ignoreCase) =>
      ansibleRegex(pattern, ignoreCase, multiline).findall(toText(value)),
  ),
  regex_replace: define(
    "regex_replace(value='', pattern='', replacement='', ignorecase=False, multiline=False)",
    (_call, value, pattern, replacement, ignoreCase, multiline) => {
      const text = toText(value)
      return ansibleRegex(pattern, ignoreCase, multiline).sub(replacementOf(replacement), text)
    },
  ),
  regex_search: define('regex_search(value, regex, *args, **kwargs)', (_call, value, pattern, args, kwargs) =>
    search(value, pattern, args as Value[], kwargs as Dict),
  ),
}

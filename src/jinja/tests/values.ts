// Ansible's tests on plain values: regular expressions, versions, truth, sets, URLs.
// Mirrors ansible/plugins/test/core.py, mathstuff.py, uri.py (2.14).

import { toBoolean } from '../../config/index.js'
import {
  contains,
  isText,
  iterate,
  looseVersion,
  PyError,
  PyFloat,
  type PySet,
  pep440Version,
  requireHashable,
  semanticVersion,
  str,
  strictVersion,
  textOf,
  truth,
  type Value,
  VaultText,
  type Version,
} from '../../python/index.js'
import { isEncrypted } from '../../vault/index.js'
import { FilterError, TemplateError } from '../errors.js'
import { ansibleRegex } from '../filters/ansible/regex.js'
import { toSet } from '../filters/ansible/sets.js'
import { splitUrl } from '../filters/ansible/url.js'
import { isInteger, isStr, messageOf, toText } from '../filters/conversions.js'
import { define } from '../filters/signature.js'
import type { PluginCall } from '../plugin.js'
import { Undefined } from '../undefined.js'

type MatchType = 'search' | 'match' | 'fullmatch'

function regex(value: Value, pattern: Value, ignoreCase: Value, multiline: Value, type: Value): boolean {
  const text = toText(value)
  const compiled = ansibleRegex(pattern, ignoreCase, multiline)
  const name = isStr(type) ? textOf(type) : str(type)
  const method: MatchType | undefined = name === 'search' || name === 'match' || name === 'fullmatch' ? name : undefined
  if (method !== undefined) return compiled[method](text) !== undefined
  if (name === 'findall') return compiled.findall(text).length > 0
  if (name === 'finditer' || name === 'split') return true
  throw new PyError('TypeError', "'str' object is not callable")
}

const OPERATORS = new Map<string, string>([
  ['==', 'eq'],
  ['=', 'eq'],
  ['eq', 'eq'],
  ['<', 'lt'],
  ['lt', 'lt'],
  ['<=', 'le'],
  ['le', 'le'],
  ['>', 'gt'],
  ['gt', 'gt'],
  ['>=', 'ge'],
  ['ge', 'ge'],
  ['!=', 'ne'],
  ['<>', 'ne'],
  ['ne', 'ne'],
])

const VERSION_TYPES = new Map<string, (text: string) => Version>([
  ['loose', looseVersion],
  ['strict', strictVersion],
  ['semver', semanticVersion],
  ['semantic', semanticVersion],
  ['pep440', pep440Version],
])

const quoted = (names: Iterable<string>): string => [...names].map(name => `'${name}'`).join(', ')

function compareVersions(value: Value, version: Value, operator: Value, strict: Value, type: Value): boolean {
  if (strict !== null && type !== null) {
    throw new FilterError("Cannot specify both 'strict' and 'version_type'")
  }
  if (!truth(value)) throw new FilterError('Input version value cannot be empty')
  if (!truth(version)) throw new FilterError('Version parameter to compare against cannot be empty')
  let parse: ((text: string) => Version) | undefined = looseVersion
  if (truth(strict)) parse = strictVersion
  else if (truth(type)) {
    parse = VERSION_TYPES.get(toText(type))
    if (parse === undefined) {
      throw new FilterError(`Invalid version type (${toText(type)}). Must be one of ${quoted(VERSION_TYPES.keys())}`)
    }
  }
  const name = OPERATORS.get(toText(requireHashable(operator)))
  if (name === undefined) {
    throw new FilterError(`Invalid operator type (${toText(operator)}). Must be one of ${quoted(OPERATORS.keys())}`)
  }
  try {
    return isOrdered(parse(toText(value)).compareTo(parse(toText(version))), name)
  } catch (error) {
    if (!(error instanceof PyError || error instanceof TemplateError)) throw error
    throw new FilterError(`Version comparison failed: ${messageOf(error)}`)
  }
}

function isOrdered(order: number, operator: string): boolean {
  switch (operator) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'lt':
      return order < 0
    case 'le':
      return order <= 0
    case 'gt':
      return order > 0
    default:
      return order >= 0
  }
}

function truthy(value: Value, convert: Value): boolean {
  return truth(truth(convert) ? convertBoolean(value) : value)
}

/** What boolean() makes of it; what that refuses stays as it is. */
function convertBoolean(value: Value): Value {
  try {
    return toBoolean(requireHashable(value))
  } catch (error) {
    if (error instanceof TypeError || (error instanceof PyError && error.isA('TypeError'))) return value
    throw error
  }
}

const containsAll = (all: PySet, some: PySet): boolean => [...some.iterate()].every(item => all.contains(item))

function isSubset(a: Value, b: Value): boolean {
  const some = toSet(a)
  return containsAll(toSet(b), some)
}

function isSuperset(a: Value, b: Value): boolean {
  const all = toSet(a)
  return containsAll(all, toSet(b))
}

function isNan(value: Value): boolean {
  if (value instanceof PyFloat) return Number.isNaN(value.value)
  if (value instanceof Undefined) return value.fail()
  if (isInteger(value)) return false
  return false
}

/** urlparse(value) and its scheme; undefined when it raises. */
function parsedUrl(value: Value): { scheme: string; netloc: string } | undefined {
  if (!isStr(value)) return undefined
  try {
    return splitUrl(textOf(value))
  } catch (error) {
    if (error instanceof PyError) return undefined
    throw error
  }
}

function isUri(value: Value, schemes: Value): boolean {
  if (value instanceof Undefined || schemes instanceof Undefined) return false
  const url = parsedUrl(value) ?? emptyUrl(value)
  if (url === undefined) return false
  try {
    return !truth(schemes) || contains(schemes, url.scheme)
  } catch (error) {
    if (error instanceof PyError) return false
    throw error
  }
}

/** What is false but no text parses as an empty address. */
function emptyUrl(value: Value): { scheme: string; netloc: string } | undefined {
  return isText(value) || truth(value) ? undefined : { scheme: '', netloc: '' }
}

function isUrl(value: Value, schemes: Value): boolean {
  if (!isUri(value, schemes)) return false
  const url = parsedUrl(value)
  return url !== undefined && (url.netloc !== '' || url.scheme === 'file')
}

function anyOf(value: Value): boolean {
  for (const item of iterate(value)) if (truth(item)) return true
  return false
}

function allOf(value: Value): boolean {
  for (const item of iterate(value)) if (!truth(item)) return false
  return true
}

const version = define(
  "version_compare(value, version, operator='eq', strict=None, version_type=None)",
  (_call, value, other, operator, strict, type) => compareVersions(value, other, operator, strict, type),
)
const subset = define('issubset(a, b)', (_call, a, b) => isSubset(a, b))
const superset = define('issuperset(a, b)', (_call, a, b) => isSuperset(a, b))
const nan = define('isnotanumber(x)', (_call, value) => isNan(value))

export const valueTests: Readonly<Record<string, PluginCall>> = {
  all: define('builtin all(iterable, /)', (_call, value) => allOf(value)),
  any: define('builtin any(iterable, /)', (_call, value) => anyOf(value)),
  contains: define('contains(seq, value)', (_call, container, item) => contains(container, item)),
  falsy: define('falsy(value, convert_bool=False)', (_call, value, convert) => !truthy(value, convert)),
  isnan: nan,
  issubset: subset,
  issuperset: superset,
  match: define("match(value, pattern='', ignorecase=False, multiline=False)", (_call, value, pattern, ignore, multi) =>
    regex(value, pattern, ignore, multi, 'match'),
  ),
  nan,
  regex: define(
    "regex(value='', pattern='', ignorecase=False, multiline=False, match_type='search')",
    (_call, value, pattern, ignore, multi, type) => regex(value, pattern, ignore, multi, type),
  ),
  search: define(
    "search(value, pattern='', ignorecase=False, multiline=False)",
    (_call, value, pattern, ignore, multi) => regex(value, pattern, ignore, multi, 'search'),
  ),
  subset,
  superset,
  truthy: define('truthy(value, convert_bool=False)', (_call, value, convert) => truthy(value, convert)),
  uri: define('is_uri(value, schemes=None)', (_call, value, schemes) => isUri(value, schemes)),
  url: define('is_url(value, schemes=None)', (_call, value, schemes) => isUrl(value, schemes)),
  urn: define('is_urn(value)', (_call, value) => isUri(value, ['urn'])),
  vault_encrypted: define('vault_encrypted(value)', (_call, value) => {
    if (value instanceof Undefined) return value.fail()
    return value instanceof VaultText && isEncrypted(value.ciphertext)
  }),
  version,
  version_compare: version,
}

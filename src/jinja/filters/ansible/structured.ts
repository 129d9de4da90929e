// Ansible's filters for JSON and YAML. Mirrors ansible/plugins/filter/core.py (2.14), parsing/ajson.py,
// module_utils/common/json.py; the YAML text itself is made in ../yaml.

import {
  Dict,
  isoFormat,
  type JsonDumpOptions,
  jsonDumps,
  jsonLoads,
  type Kwargs,
  listOf,
  Mapping,
  PyBytes,
  PyDate,
  PyDateTime,
  PyError,
  PyFloat,
  repr,
  Tuple,
  textOf,
  truth,
  typeName,
  UnsafeText,
  type Value,
  VaultText,
} from '../../../python/index.js'
import { loadYamlSafe, loadYamlSafeAll, YamlError } from '../../../yaml/index.js'
import { FilterError, UndefinedVariableError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { PythonException } from '../../python-exception.js'
import { LenientUndefined, Undefined } from '../../undefined.js'
import { isStr, messageOf } from '../conversions.js'
import { jsonIndent } from '../jinja2/html.js'
import { define } from '../signature.js'
import { dumpYaml } from '../yaml/index.js'

const JSON_OPTIONS = new Set([
  'skipkeys',
  'ensure_ascii',
  'check_circular',
  'allow_nan',
  'indent',
  'separators',
  'default',
  'sort_keys',
  'vault_to_text',
  'preprocess_unsafe',
])

function toJson(value: Value, args: readonly Value[], kwargs: Kwargs): string {
  if (args.length > 0) {
    throw new PyError('TypeError', `dumps() takes 1 positional argument but ${args.length + 1} were given`)
  }
  for (const name of kwargs.keys()) {
    if (name === 'cls') throw new PyError('TypeError', "dumps() got multiple values for keyword argument 'cls'")
    if (!JSON_OPTIONS.has(name)) {
      throw new PyError('TypeError', `JSONEncoder.__init__() got an unexpected keyword argument '${name}'`)
    }
  }
  const vaultAsText = truth(kwargs.get('vault_to_text') ?? true)
  const markUnsafe = truth(kwargs.get('preprocess_unsafe') ?? false)
  if (!truth(kwargs.get('allow_nan') ?? true)) rejectNonFinite(value)
  const plain = needsPreparing(value, vaultAsText, markUnsafe) ? prepare(value, vaultAsText, markUnsafe) : value
  // A text alone never meets the code that looks at the indentation.
  return isStr(plain) ? jsonDumps(plain, jsonOptions(withoutIndent(kwargs))) : jsonDumps(plain, jsonOptions(kwargs))
}

function withoutIndent(kwargs: Kwargs): Kwargs {
  const rest = new Map(kwargs)
  rest.delete('indent')
  return rest
}

function jsonOptions(kwargs: Kwargs): JsonDumpOptions {
  const separators = kwargs.get('separators') ?? null
  return {
    indent: jsonIndent(kwargs.get('indent') ?? null),
    sortKeys: truth(kwargs.get('sort_keys') ?? false),
    ensureAscii: truth(kwargs.get('ensure_ascii') ?? true),
    skipKeys: truth(kwargs.get('skipkeys') ?? false),
    ...(separators === null ? {} : { separators: separatorPair(separators) }),
    default: encodeOther,
  }
}

function separatorPair(value: Value): readonly [string, string] {
  const items = listOf(value)
  if (items.length !== 2) {
    const many = items.length > 2
    throw new PyError(
      'ValueError',
      many ? 'too many values to unpack (expected 2)' : `not enough values to unpack (expected 2, got ${items.length})`,
    )
  }
  const [item, key] = items as [Value, Value]
  if (!isStr(item) || !isStr(key)) {
    const wrong = isStr(item) ? key : item
    throw new PyError('TypeError', `make_encoder() argument must be str, not ${typeName(wrong)}`)
  }
  return [textOf(item), textOf(key)]
}

/** AnsibleJSONEncoder.default */
function encodeOther(value: Value): Value {
  if (value instanceof Undefined && !(value instanceof LenientUndefined)) return value.fail()
  if (value instanceof PyDateTime) return isoFormat(value, 'T')
  if (value instanceof PyDate) return isoFormat(value)
  if (value instanceof Dict) return value
  if (value instanceof Mapping) return new Dict(value.entries())
  if (value instanceof VaultText) return value.value
  throw new PyError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`)
}

function* children(value: Value): Iterable<Value> {
  if (Array.isArray(value)) yield* value
  else if (value instanceof Tuple) yield* value.items
  else if (value instanceof Mapping) yield* value.values()
}

function needsPreparing(value: Value, vaultAsText: boolean, markUnsafe: boolean): boolean {
  if (vaultAsText && !markUnsafe) return false
  if (value instanceof VaultText) return !vaultAsText
  if (value instanceof UnsafeText) return markUnsafe
  for (const child of children(value)) if (needsPreparing(child, vaultAsText, markUnsafe)) return true
  return false
}

/** Vault and unsafe texts as `{"__ansible_vault": …}` and `{"__ansible_unsafe": …}`. */
function prepare(value: Value, vaultAsText: boolean, markUnsafe: boolean): Value {
  if (value instanceof VaultText && !vaultAsText) return Dict.of({ __ansible_vault: value.ciphertext })
  if (value instanceof UnsafeText && markUnsafe) return Dict.of({ __ansible_unsafe: value.value })
  if (Array.isArray(value)) return value.map(item => prepare(item, vaultAsText, markUnsafe))
  if (value instanceof Tuple) return value.items.map(item => prepare(item, vaultAsText, markUnsafe))
  if (value instanceof Mapping) {
    return new Dict([...value.entries()].map(([key, item]) => [key, prepare(item, vaultAsText, markUnsafe)]))
  }
  return value
}

function rejectNonFinite(value: Value): void {
  if (value instanceof PyFloat && !Number.isFinite(value.value)) {
    throw new PyError('ValueError', 'Out of range float values are not JSON compliant')
  }
  for (const child of children(value)) rejectNonFinite(child)
}

function fromJson(value: Value): Value {
  if (isStr(value)) return jsonLoads(textOf(value))
  if (value instanceof PyBytes) return jsonLoads(Buffer.from(value.value).toString('utf8'))
  if (value instanceof Undefined) {
    throw new PyError('TypeError', 'the JSON object must be str, bytes or bytearray, not AnsibleUndefined')
  }
  throw new PyError('TypeError', `the JSON object must be str, bytes or bytearray, not ${typeName(value)}`)
}

/** PyYAML's exceptions pass through the filter as they are. */
function fromYaml(value: Value, load: (text: string) => Value): Value {
  if (!isStr(value)) return value
  try {
    return load(textOf(value))
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new PythonException(error.pyType, error.message, error)
  }
}

/** AnsibleFilterError(…, orig_exc=e) tells the reason twice. */
function dumpError(name: string, reason: string): FilterError {
  return new FilterError(`${name} - ${reason}. ${reason}`)
}

function toYaml(name: string, value: Value, options: Map<string, Value>): string {
  try {
    return dumpYaml(value, options)
  } catch (error) {
    if (!isPythonException(error)) throw error
    throw dumpError(name, messageOf(error))
  }
}

/** What `except Exception` of a filter catches: everything that stands for a Python exception, no bugs of ours. */
function isPythonException(error: unknown): boolean {
  return (
    error instanceof PyError ||
    error instanceof UndefinedVariableError ||
    (error instanceof Error && (error.name === 'RepresenterError' || error.name === 'EmitterError'))
  )
}

function yamlOptions(kwargs: Dict, fixed: Readonly<Record<string, Value>>): Map<string, Value> {
  const options = new Map<string, Value>([['allow_unicode', true], ...Object.entries(fixed)])
  for (const [key, value] of kwargs) {
    const name = String(key)
    if (options.has(name) || name === 'Dumper') {
      throw new PyError('TypeError', `yaml.dump_all() got multiple values for keyword argument '${name}'`)
    }
    options.set(name, value)
  }
  return options
}

function niceYaml(value: Value, indent: Value, kwargs: Dict): string {
  return wrapOptions('to_nice_yaml', value, () => yamlOptions(kwargs, { indent, default_flow_style: false }))
}

function plainYaml(value: Value, kwargs: Dict): string {
  const flow = kwargs.get('default_flow_style') ?? null
  const rest = kwargs.copy()
  rest.delete('default_flow_style')
  return wrapOptions('to_yaml', value, () => yamlOptions(rest, { default_flow_style: flow }))
}

function wrapOptions(name: string, value: Value, options: () => Map<string, Value>): string {
  let bound: Map<string, Value>
  try {
    bound = options()
  } catch (error) {
    throw dumpError(name, messageOf(error))
  }
  return toYaml(name, value, bound)
}

const toJsonFilter: PluginCall = (_call, args, kwargs) => toJson(args[0] as Value, args.slice(1), kwargs)

const toNiceJson = define(
  'to_nice_json(a, indent=4, sort_keys=True, *args, **kw)',
  (_call, value, indent, sort, args, kw) => {
    const kwargs = new Map<string, Value>([
      ['separators', new Tuple([',', ': '])],
      ['indent', indent],
      ['sort_keys', sort],
    ])
    for (const [key, option] of kw as Dict) {
      if (kwargs.has(String(key))) {
        throw new PyError('TypeError', `to_json() got multiple values for keyword argument ${repr(key)}`)
      }
      kwargs.set(String(key), option)
    }
    return toJson(value, args as Value[], kwargs)
  },
)

export const structuredFilters: Readonly<Record<string, PluginCall>> = {
  from_json: define('loads(s, **kw)', (_call, value) => fromJson(value)),
  from_yaml: define('from_yaml(data)', (_call, value) => fromYaml(value, loadYamlSafe)),
  from_yaml_all: define('from_yaml_all(data)', (_call, value) => fromYaml(value, loadYamlSafeAll)),
  to_json: toJsonFilter,
  to_nice_json: toNiceJson,
  to_nice_yaml: define('to_nice_yaml(a, indent=4, *args, **kw)', (_call, value, indent, _args, kw) =>
    niceYaml(value, indent, kw as Dict),
  ),
  to_yaml: define('to_yaml(a, *args, **kw)', (_call, value, _args, kw) => plainYaml(value, kw as Dict)),
}

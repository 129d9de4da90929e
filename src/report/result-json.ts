// Results as JSON text, with what JSON has no form for. Mirrors AnsibleJSONEncoder (parsing/ajson.py) and the way out of
// _dump_results (plugins/callback/__init__.py) when keys cannot be sorted, of ansible-core 2.14.
import { isoFormat, type JsonDumpOptions, jsonDumps, PyError, str, typeName } from '../python/index.js'
import { Dict, Mapping, PyDate, PyDateTime, Tuple, type Value, VaultText } from '../python/values.js'

/** JSON of a result. Vaulted values keep their encrypted text. */
export function resultJson(result: Value, options: JsonDumpOptions): string {
  try {
    return jsonDumps(result, { ...options, default: encodeOther })
  } catch (error) {
    const isAboutOrder = error instanceof PyError && error.pyType === 'TypeError' && options.sortKeys === true
    if (!isAboutOrder || !(result instanceof Mapping)) throw error
    return jsonDumps(sortedByText(result), { ...options, sortKeys: false, default: encodeOther })
  }
}

function encodeOther(value: Value): Value {
  if (value instanceof VaultText) return Dict.of({ __ansible_vault: value.ciphertext })
  if (value instanceof PyDateTime) return isoFormat(value, 'T')
  if (value instanceof PyDate) return isoFormat(value)
  if (value instanceof Mapping) return new Dict(value.entries())
  throw new PyError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`)
}

/** Keys of different types have no order: entries are sorted as texts. */
function sortedByText(mapping: Mapping): Dict {
  const entries = [...mapping.entries()].map(entry => ({ entry, text: str(new Tuple(entry)) }))
  entries.sort((left, right) => (left.text < right.text ? -1 : left.text > right.text ? 1 : 0))
  return new Dict(entries.map(({ entry }) => entry))
}

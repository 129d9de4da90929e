// bool, ternary, mandatory, type_debug, split. Mirrors ansible/plugins/filter/core.py (2.14).

import { equals, isText, PyError, textOf, truth, typeName, type Value } from '../../../python/index.js'
import { FilterError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { LenientUndefined, Undefined } from '../../undefined.js'
import { callMethod, isStr, toText } from '../conversions.js'
import { define } from '../signature.js'

const TRUE_TEXTS = new Set(['yes', 'on', '1', 'true'])

function toBool(value: Value): Value {
  if (value === null || typeof value === 'boolean') return value
  if (value instanceof LenientUndefined) return false
  if (value instanceof Undefined) return value.fail()
  if (isText(value)) return isStr(value) ? TRUE_TEXTS.has(textOf(value).toLowerCase()) : TRUE_TEXTS.has(textOf(value))
  return equals(value, 1)
}

function ternary(value: Value, whenTrue: Value, whenFalse: Value, whenNone: Value): Value {
  if (value === null && whenNone !== null) return whenNone
  return truth(value) ? whenTrue : whenFalse
}

function mandatory(value: Value, message: Value): Value {
  if (!(value instanceof Undefined)) return value
  if (message !== null) throw new FilterError(toText(message))
  const name = value.name === undefined || value.name === null ? '' : `'${toText(value.name)}' `
  throw new FilterError(`Mandatory variable ${name} not defined.`)
}

export const miscFilters: Readonly<Record<string, PluginCall>> = {
  bool: define('to_bool(a)', (_call, value) => toBool(value)),
  mandatory: define('mandatory(a, msg=None)', (_call, value, message) => mandatory(value, message)),
  /** str.split, called with everything the template gives. */
  split: (_call, args, kwargs) => {
    const text = args[0] as Value
    if (isStr(text)) return callMethod(text, 'split', args.slice(1), kwargs)
    throw new PyError('TypeError', `descriptor 'split' for 'str' objects doesn't apply to a '${typeName(text)}' object`)
  },
  ternary: define('ternary(value, true_val, false_val, none_val=None)', (_call, value, yes, no, none) =>
    ternary(value, yes, no, none),
  ),
  type_debug: define('<lambda>(o)', (_call, value) => typeName(value)),
}

// Calling a value.

import { NO_KWARGS } from './callable.js'
import { PyError } from './py-error.js'
import { typeName } from './repr.js'
import { type Kwargs, PyObject, type Value } from './values.js'

/** `fn(*args, **kwargs)`; TypeError "'int' object is not callable". */
export function callValue(fn: Value, args: Value[], kwargs: Kwargs = NO_KWARGS): Value {
  if (fn instanceof PyObject && fn.call !== undefined) return fn.call(args, kwargs)
  throw new PyError('TypeError', `'${typeName(fn)}' object is not callable`)
}

export const isCallable = (value: Value): boolean => value instanceof PyObject && value.call !== undefined

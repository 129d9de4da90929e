// Tests on results of tasks. Mirrors ansible/plugins/test/core.py (2.14): failed, changed, skipped, finished …

import { equals, Mapping, requireItem, truth, type Value } from '../../python/index.js'
import { FilterError } from '../errors.js'
import { callMethod } from '../filters/conversions.js'
import { define } from '../filters/signature.js'
import type { CallContext, PluginCall } from '../plugin.js'

function resultOf(value: Value, test: string): Mapping {
  if (value instanceof Mapping) return value
  throw new FilterError(`The '${test}' test expects a dictionary`)
}

function flag(test: string, value: Value): Value {
  const found = resultOf(value, test).get(test)
  return found === undefined ? false : found
}

function changed(value: Value): Value {
  const result = resultOf(value, 'changed')
  const own = result.get('changed')
  if (own !== undefined) return own
  const results = result.get('results')
  if (!Array.isArray(results)) return false
  // An empty list fails here as in Ansible, which looks at its first item.
  if (!(requireItem(results, 0) instanceof Mapping)) return false
  for (const item of results) if (truth(callMethod(item, 'get', ['changed', false]))) return true
  return false
}

/** `started` and `finished` are 0 or 1 in results of async tasks. */
function asyncState(call: CallContext, test: 'started' | 'finished', value: Value): boolean {
  const state = resultOf(value, test).get(test)
  if (state !== undefined) return equals(state, 1)
  call.templar.options.controller?.warn(`The '${test}' test expects an async task, but a non-async task was tested`)
  return true
}

const failed = define('failed(result)', (_call, result) => flag('failed', result))
const succeeded = define('success(result)', (_call, result) => !truth(flag('failed', result)))
const changedTest = define('changed(result)', (_call, result) => changed(result))
const skipped = define('skipped(result)', (_call, result) => flag('skipped', result))

export const resultTests: Readonly<Record<string, PluginCall>> = {
  change: changedTest,
  changed: changedTest,
  failed,
  failure: failed,
  finished: define('finished(result)', (call, result) => asyncState(call, 'finished', result)),
  reachable: define('reachable(result)', (_call, result) => !truth(flag('unreachable', result))),
  skip: skipped,
  skipped,
  started: define('started(result)', (call, result) => asyncState(call, 'started', result)),
  succeeded,
  success: succeeded,
  successful: succeeded,
  unreachable: define('unreachable(result)', (_call, result) => flag('unreachable', result)),
}

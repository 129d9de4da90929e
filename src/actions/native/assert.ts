// Fails unless every condition holds. Mirrors plugins/action/assert.py (ansible-core 2.14).

import { allHold } from '../../engine/conditions.js'
import { looseBoolean } from '../../python/boolean.js'
import { typeName } from '../../python/index.js'
import { isText, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'

export const assert: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const { args, context } = call
    const result = call.begin({ validArgs: ['fail_msg', 'msg', 'quiet', 'success_msg', 'that'] })
    if (!args.has('that')) throw actionError('conditional required in "that" string')
    const failMessage = message(
      args.has('fail_msg') ? args.get('fail_msg') : args.get('msg'),
      'Assertion failed',
      'fail_msg or msg',
    )
    const successMessage = message(args.get('success_msg'), 'All assertions passed', 'success_msg')
    if (!looseBoolean(args.get('quiet') ?? false)) result.set('_ansible_verbose_always', true)
    for (const that of conditions(call)) {
      const holds = allHold([that], context.templar)
      if (holds) continue
      result.set('failed', true)
      result.set('evaluated_to', holds)
      result.set('assertion', that)
      return result.set('msg', failMessage)
    }
    result.set('changed', false)
    return result.set('msg', successMessage)
  },
}

/** The conditions as written: a text that names a list is resolved, the conditions themselves are not templated. */
function conditions(call: ActionCall): readonly Value[] {
  const { args, context } = call
  let that = context.rawArgs.get('that') ?? (args.get('that') as Value)
  if (isText(that)) that = context.templar.template(that)
  return Array.isArray(that) ? that : [that]
}

function message(value: Value | undefined, fallback: string, name: string): Value {
  if (value === undefined || value === null) return fallback
  if (Array.isArray(value)) {
    if (value.every(isText)) return value
    throw actionError(`Type of one of the elements in ${name} list is not string type`)
  }
  if (isText(value)) return value
  throw actionError(`Incorrect type for ${name}, expected a string or list and got <class '${typeName(value)}'>`)
}

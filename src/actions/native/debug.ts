// Prints a message or a variable. Mirrors plugins/action/debug.py (ansible-core 2.14).
import { UndefinedVariableError } from '../../jinja/index.js'
import { equals, toInt } from '../../python/index.js'
import { Dict, isText, textOf, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import type { NativeAction } from '../action-plugin.js'

const UNDEFINED = 'VARIABLE IS NOT DEFINED!'

export const debug: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    if (call.args.has('msg') && call.args.has('var')) {
      return Dict.of({ failed: true, msg: "'msg' and 'var' are incompatible options" })
    }
    const result = call.begin({ validArgs: ['msg', 'var', 'verbosity'] })
    if (Number(toInt(call.arg('verbosity') ?? 0)) > call.context.verbosity) {
      result.set('skipped_reason', 'Verbosity threshold not met.')
      result.set('skipped', true)
      return result.set('failed', false)
    }
    const message = call.arg('msg')
    const variable = call.arg('var')
    if (message !== undefined) result.set('msg', message)
    else if (variable !== undefined) result.set(keyFor(variable), templatedValue(call, variable))
    else result.set('msg', 'Hello world!')
    result.set('_ansible_verbose_always', true)
    return result.set('failed', false)
  },
}

/** A list or dict is shown under its type's name. */
function keyFor(variable: Value): Value {
  if (Array.isArray(variable)) return "<class 'list'>"
  return variable instanceof Dict ? "<class 'dict'>" : variable
}

function templatedValue(call: ActionCall, variable: Value): Value {
  const { templar, verbosity } = call.context
  const options = { convertBare: true, failOnUndefined: true }
  try {
    const value = templar.template(variable, options)
    if (!equals(value, variable)) return value
    if (!isText(value)) throw new UndefinedVariableError('None')
    return templar.template(`{{${textOf(value)}}}`, options)
  } catch (error) {
    if (!(error instanceof UndefinedVariableError)) throw error
    return verbosity > 0 ? `${UNDEFINED}: ${error.message}` : UNDEFINED
  }
}

// Sets variables on the host. Mirrors plugins/action/set_fact.py (ansible-core 2.14).

import { isIdentifier } from '../../playbook/index.js'
import { looseBoolean, strictBoolean } from '../../python/boolean.js'
import { str } from '../../python/index.js'
import { Dict, isText, textOf } from '../../python/values.js'
import { actionFail } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'

const BOOLEAN_WORDS = new Set(['true', 'false', 'yes', 'no'])

export const setFact: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const { args, context, state } = call
    const result = call.begin()
    const isNative = state.services.config.get('DEFAULT_JINJA2_NATIVE')
    const cacheable = strictBoolean(args.get('cacheable') ?? false)
    args.delete('cacheable')
    if (args.size === 0) {
      throw actionFail('No key/value pairs provided, at least one is required for this action to succeed')
    }
    const facts = new Dict()
    for (const [rawName, value] of args.entries()) {
      const name = context.templar.template(rawName)
      if (!isIdentifier(name)) {
        throw actionFail(
          `The variable name '${str(name)}' is not valid. Variables must start with a letter or underscore character, ` +
            'and contain only letters, numbers and underscores.',
        )
      }
      const isWord = !isNative && isText(value) && BOOLEAN_WORDS.has(textOf(value).toLowerCase())
      facts.set(name, isWord ? looseBoolean(value) : value)
    }
    result.set('ansible_facts', facts)
    return result.set('_ansible_facts_cacheable', cacheable)
  },
}

// Sets values that are shown with the recap. Mirrors plugins/action/set_stats.py (ansible-core 2.14).

import { isIdentifier } from '../../playbook/index.js'
import { looseBoolean } from '../../python/boolean.js'
import { str } from '../../python/index.js'
import { Dict, type Value } from '../../python/values.js'
import type { NativeAction } from '../action-plugin.js'

export const setStats: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const { args, context } = call
    const { templar } = context
    const result = call.begin({ validArgs: ['aggregate', 'data', 'per_host'] })
    const stats = Dict.of({ data: new Dict(), per_host: false, aggregate: true })
    let data: Value = args.get('data') ?? new Dict()
    if (!(data instanceof Dict)) data = templar.template(data, { convertBare: false, failOnUndefined: true })
    if (!(data instanceof Dict)) {
      result.set('failed', true)
      return result.set('msg', "The 'data' option needs to be a dictionary/hash")
    }
    for (const option of ['per_host', 'aggregate']) {
      const value = args.get(option) ?? null
      if (value === null) continue
      stats.set(option, typeof value === 'boolean' ? value : looseBoolean(templar.template(value)))
    }
    const values = stats.get('data') as Dict
    for (const [rawName, value] of data.entries()) {
      const name = templar.template(rawName)
      if (!isIdentifier(name)) {
        result.set('failed', true)
        return result.set(
          'msg',
          `The variable name '${str(name)}' is not valid. Variables must start with a letter or underscore character, ` +
            'and contain only letters, numbers and underscores.',
        )
      }
      values.set(name, templar.template(value))
    }
    result.set('changed', false)
    return result.set('ansible_stats', stats)
  },
}

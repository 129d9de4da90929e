// Puts the host into a group. Mirrors plugins/action/group_by.py (ansible-core 2.14).
import { str } from '../../python/index.js'
import { isText, type Value } from '../../python/values.js'
import type { NativeAction } from '../action-plugin.js'

const groupName = (name: Value) => str(name).replaceAll(' ', '-')

export const groupBy: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const result = call.begin({ validArgs: ['key', 'parents'] })
    const key = call.arg('key')
    if (key === undefined) {
      result.set('failed', true)
      return result.set('msg', "the 'key' param is required when using group_by")
    }
    const parents = call.arg('parents') ?? ['all']
    result.set('changed', false)
    result.set('add_group', groupName(key))
    return result.set('parent_groups', isText(parents) ? [groupName(parents)] : (parents as Value[]).map(groupName))
  },
}

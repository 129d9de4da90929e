// Fails with a message. Mirrors plugins/action/fail.py (ansible-core 2.14).
import type { NativeAction } from '../action-plugin.js'

export const fail: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const result = call.begin({ validArgs: ['msg'] })
    result.set('failed', true)
    return result.set('msg', call.arg('msg') ?? 'Failed as requested from task')
  },
}

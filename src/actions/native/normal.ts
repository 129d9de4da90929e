// Runs the module of the same name. Mirrors plugins/action/normal.py (ansible-core 2.14).
import type { Dict } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import type { NativeAction, SingleModule } from '../action-plugin.js'

const SETUP_NAMES = new Set(['setup', 'ansible.builtin.setup', 'ansible.legacy.setup', 'gather_facts'])

/** Results of setup are too long for -v. */
function finish(call: ActionCall, result: Dict): Dict {
  const action = call.context.actionName
  if (SETUP_NAMES.has(action) || /^ansible\.(builtin|legacy)\.gather_facts$/.test(action)) {
    result.set('_ansible_verbose_override', true)
  }
  return result
}

export const normal: NativeAction = {
  traits: { batchable: true },
  async run(call) {
    call.begin({ supportsAsync: true })
    return finish(call, await call.executeModule({ wrapAsync: call.context.asyncSeconds > 0 }))
  },
  singleModule(call): SingleModule | undefined {
    call.begin({ supportsAsync: true })
    if (call.context.asyncSeconds > 0) return undefined
    return { request: {}, finish: result => finish(call, result) }
  },
}

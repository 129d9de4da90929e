// command and shell: both run the command module. Mirrors plugins/action/command.py and shell.py (ansible-core 2.14).
import type { ActionCall } from '../action-call.js'
import type { NativeAction, SingleModule } from '../action-plugin.js'

// The prefix lets a command module in library/ win, while `collections:` is not searched.
const MODULE = 'ansible.legacy.command'

function single(call: ActionCall): SingleModule | undefined {
  call.begin({ supportsAsync: true })
  if (call.context.asyncSeconds > 0) return undefined
  return { request: { name: MODULE }, finish: result => result }
}

export const command: NativeAction = {
  traits: { batchable: true },
  async run(call) {
    call.begin({ supportsAsync: true })
    return call.executeModule({ name: MODULE, wrapAsync: call.context.asyncSeconds > 0 })
  },
  singleModule: single,
}

export const shell: NativeAction = {
  traits: { batchable: true },
  run(call) {
    call.args.set('_uses_shell', true)
    return command.run(call)
  },
  singleModule(call) {
    call.args.set('_uses_shell', true)
    return single(call)
  },
}

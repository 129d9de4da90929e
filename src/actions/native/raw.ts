// Runs a command line without needing Python on the host. Mirrors plugins/action/raw.py (ansible-core 2.14).
import { str } from '../../python/index.js'
import { commandResult } from '../action-call.js'
import type { NativeAction } from '../action-plugin.js'
import { commandDict } from '../result-fields.js'

export const raw: NativeAction = {
  async run(call) {
    const { context, state } = call
    if (Object.keys(context.environment).length > 0) call.warn('raw module does not support the environment keyword')
    const result = call.begin()
    if (context.checkMode) return result.set('skipped', true)
    const executable = call.arg('executable')
    const process = await state.services.agents.rawExec(
      context.connection,
      context.become,
      str(call.arg('_raw_params') ?? null),
      { executable: executable ? str(executable) : undefined, signal: context.signal },
    )
    result.update(commandDict(commandResult(process)))
    result.set('changed', true)
    if (process.rc !== 0) {
      result.set('failed', true)
      result.set('msg', 'non-zero return code')
    }
    return result
  },
}

// Asks for the state of a background job. Mirrors plugins/action/async_status.py (ansible-core 2.14).
import { mergeHash } from '../../inventory/index.js'
import { str } from '../../python/index.js'
import { Dict, type Value } from '../../python/values.js'
import type { NativeAction } from '../action-plugin.js'
import { validateOwnArguments } from '../own-arguments.js'

export const asyncStatus: NativeAction = {
  async run(call) {
    const result = call.begin()
    const args = validateOwnArguments(call, 'async_status', {
      jid: { type: 'str', required: true },
      mode: { type: 'str', choices: ['status', 'cleanup'], default: 'status' },
    })
    const job = str(args.get('jid') as Value)
    const directory = await call.expandUser(call.asyncDirectory)
    const path = `${directory}/${job}`
    const isCleanup = str(args.get('mode') as Value) === 'cleanup'
    result.update(
      Dict.of({
        started: isCleanup ? 0 : 1,
        finished: 0,
        stdout: '',
        stderr: '',
        stdout_lines: [],
        stderr_lines: [],
        ansible_job_id: job,
      }),
    )
    result.set(isCleanup ? 'erased' : 'results_file', path)
    args.set('_async_dir', directory)
    return mergeHash(result, await call.executeModule({ name: 'ansible.legacy.async_status', args }))
  },
}

// Waits until modules run on the host. Mirrors plugins/action/wait_for_connection.py (ansible-core 2.14).
import { setTimeout as sleep } from 'node:timers/promises'
import { str, toInt } from '../../python/index.js'
import { Dict } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import type { NativeAction } from '../action-plugin.js'

export const waitForConnection: NativeAction = {
  async run(call) {
    const seconds = (name: string, fallback: number) => Number(toInt(call.arg(name) ?? fallback))
    const delay = seconds('delay', 0)
    const pause = seconds('sleep', 1)
    const timeout = seconds('timeout', 600)
    seconds('connect_timeout', 5)
    if (call.context.checkMode) {
      call.verbose(3, 'wait_for_connection: skipping for check_mode')
      return Dict.of({ skipped: true })
    }
    const result = call.begin({ validArgs: ['connect_timeout', 'delay', 'sleep', 'timeout'] })
    const start = Date.now()
    if (delay > 0) await sleep(delay * 1000, undefined, { signal: call.context.signal })
    const problem = await pingUntil(call, timeout, pause)
    if (problem !== undefined) {
      result.set('failed', true)
      result.set('msg', `timed out waiting for ping module test: ${problem}`)
    }
    return result.set('elapsed', Math.floor((Date.now() - start) / 1000))
  },
}

/** Connects anew and pings until it works; the last problem when time runs out. */
async function pingUntil(call: ActionCall, timeout: number, pause: number): Promise<string | undefined> {
  const end = Date.now() + timeout * 1000
  let problem = ''
  while (Date.now() < end) {
    try {
      call.verbose(3, 'wait_for_connection: attempting ping module test')
      await call.resetConnection()
      const answer = await call.executeModule({ name: 'ansible.legacy.ping', args: new Dict() })
      const ping = answer.get('ping')
      if (ping === undefined) problem = "'ping'"
      else if (str(ping) !== 'pong') problem = 'ping test failed'
      else return undefined
    } catch (error) {
      call.context.signal.throwIfAborted()
      problem = error instanceof Error ? error.message : String(error)
    }
    await sleep(pause * 1000, undefined, { signal: call.context.signal })
  }
  return problem
}

// Waiting that Ctrl-C can end.

import { setTimeout as sleep } from 'node:timers/promises'
import { InterruptedError } from './errors.js'

/** Waits; throws InterruptedError when the signal is aborted. */
export async function abortableSleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new InterruptedError()
  if (milliseconds <= 0) return
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch (error) {
    if (signal.aborted) throw new InterruptedError()
    throw error
  }
}

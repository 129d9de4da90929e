// Waiting that Ctrl-C can end.

import { setTimeout as sleep } from 'node:timers/promises'
import { InterruptedError } from './errors.js'

/** Throws InterruptedError when the user does not want anything more to be started. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InterruptedError()
}

/** Waits; throws InterruptedError when the signal is aborted. */
export async function abortableSleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfStopped(signal)
  if (milliseconds <= 0) return
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch (error) {
    throwIfStopped(signal)
    throw error
  }
}

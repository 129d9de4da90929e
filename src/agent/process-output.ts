// Runs a started process to its end and keeps what it says.
import type { RemoteProcess } from '../transport/index.js'
import type { ProcessResult } from './account.js'
import { exitResult } from './agent-connection.js'

export interface CollectOptions {
  readonly stdin?: Uint8Array | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Feeds stdin, if given, and resolves at the end of the process. A terminal gets no end of input. */
export async function collect(process: RemoteProcess, options: CollectOptions = {}): Promise<ProcessResult> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  process.stdin.on('error', () => {})
  process.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  process.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  if (options.stdin !== undefined) process.stdin.end(options.stdin)
  let timedOut = false
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true
          process.kill()
        }, options.timeoutMs)
  const onAbort = (): void => process.kill()
  options.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const exit = await process.exit
    if (options.signal?.aborted === true) throw options.signal.reason
    return {
      ...exitResult(exit),
      stdout: Buffer.concat(out),
      stderr: Buffer.concat(err),
      timedOut: timedOut || undefined,
    }
  } catch (error) {
    if (options.signal?.aborted === true) throw options.signal.reason
    if (timedOut) return { rc: 137, stdout: Buffer.concat(out), stderr: Buffer.concat(err), timedOut }
    throw error
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

// Lines of standard input, one at a time: several questions share what was typed or piped ahead. Mirrors input() of
// Python, which strips the line's end and knows the end of the input.

let waiting = ''
let hasEnded = false

/** The next line without its end; undefined when there is none. Rejects with the signal's reason when it is aborted. */
export async function readInputLine(signal?: AbortSignal): Promise<string | undefined> {
  for (;;) {
    const end = waiting.indexOf('\n')
    if (end >= 0) {
      const line = waiting.slice(0, end)
      waiting = waiting.slice(end + 1)
      return line
    }
    if (hasEnded) {
      const rest = waiting
      waiting = ''
      return rest === '' ? undefined : rest
    }
    await readMore(signal)
  }
}

/** Waits for some input. Standard input is left alone between lines, because tasks may read it, too. */
function readMore(signal: AbortSignal | undefined): Promise<void> {
  const input = process.stdin
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      input.off('data', onData).off('end', onEnd).off('error', onEnd).pause()
      signal?.removeEventListener('abort', onAbort)
      then()
    }
    const onData = (chunk: Buffer | string) => {
      waiting += chunk.toString()
      settle(resolve)
    }
    const onEnd = () => {
      hasEnded = true
      settle(resolve)
    }
    const onAbort = () => settle(() => reject(signal?.reason))
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', onAbort)
    input.setEncoding('utf8').on('data', onData).on('end', onEnd).on('error', onEnd).resume()
  })
}

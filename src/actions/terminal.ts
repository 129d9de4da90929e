// Keys from the person at the terminal, one at a time, for `pause`.
import type { ReadStream } from 'node:tty'

export interface Terminal {
  /** Whether a person can answer. */
  readonly isInteractive: boolean
  /** Starts to take keys away from the shell's line editing. */
  openKeys(): KeyReader
}

export interface KeyReader {
  /** The next key; undefined when `signal` aborts first. */
  next(signal: AbortSignal): Promise<string | undefined>
  /** Shows text on the terminal. */
  write(text: string): void
  close(): void
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  get isInteractive() {
    return process.stdin.isTTY === true
  },
  openKeys: () => new StandardInputKeys(process.stdin as ReadStream),
}

class StandardInputKeys implements KeyReader {
  readonly #pending: string[] = []
  readonly #wasRaw: boolean
  #wake: (() => void) | undefined
  readonly #onData = (data: Buffer) => {
    this.#pending.push(...data.toString('utf8'))
    this.#wake?.()
  }

  constructor(private readonly input: ReadStream) {
    this.#wasRaw = input.isRaw
    input.setRawMode(true)
    input.on('data', this.#onData)
    input.resume()
  }

  async next(signal: AbortSignal): Promise<string | undefined> {
    while (this.#pending.length === 0) {
      if (signal.aborted) return undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return this.#pending.shift()
  }

  write(text: string): void {
    process.stdout.write(text)
  }

  close(): void {
    this.input.off('data', this.#onData)
    this.input.setRawMode(this.#wasRaw)
    this.input.pause()
  }
}

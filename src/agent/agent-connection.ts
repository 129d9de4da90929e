// One running agent: requests out, answers in, matched by number. Guarantees: when the agent or its connection ends,
// every request in flight is rejected (UnreachableError); an aborted request is killed on the host and rejected with
// the signal's reason; a file transfer never has more than a window of bytes under way.
import { randomBytes } from 'node:crypto'
import { type ProcessExit, type RemoteProcess, UnreachableError } from '../transport/index.js'
import { type ModulePayload, type ProcessResult, RemoteFileError } from './account.js'
import type { AgentLink, Hello } from './agent-link.js'
import { compiledBundle } from './compiled-code.js'
import { encodeFrame, type Frame, FrameReader } from './frames.js'

const WINDOW_BYTES = 1 << 20
const CHUNK_BYTES = 128 << 10
/** Files up to this size travel in one message. */
const WHOLE_BYTES = 256 << 10
const CLOSE_GRACE_MS = 5000

interface Waiter {
  readonly onFrame: (frame: Frame) => void
  readonly onLost: (error: Error) => void
}

/** The process meant to become the agent ended first; what it printed tells why. */
export class AgentStartError extends Error {
  readonly result: ProcessResult
  constructor(result: ProcessResult) {
    super('the agent did not start')
    this.result = result
  }
}

export class AgentConnection implements AgentLink {
  readonly hello: Hello
  readonly #process: RemoteProcess
  readonly #waiters: Map<number, Waiter>
  readonly #knownPayloads = new Set<string>()
  readonly #knownCode = new Set<string>()
  readonly #ended: Promise<void>
  #lost: Error | undefined
  #nextId = 1
  readonly #toKill: number[] = []
  #isClosing = false
  /** Milliseconds (Date.now) of the last use. */
  lastUsed = Date.now()

  private constructor(process: RemoteProcess, hello: Hello, waiters: Map<number, Waiter>, ended: Promise<Error>) {
    this.#process = process
    this.hello = hello
    this.#waiters = waiters
    this.#ended = ended.then(error => this.#onEnd(error))
  }

  /** Makes `process`, started as agentStart says, an agent. `lostMessage` words a connection that ended. */
  static async start(
    process: RemoteProcess,
    nonce: string,
    program: readonly Uint8Array[],
    lostMessage: string,
  ): Promise<AgentConnection> {
    const reader = new FrameReader(nonce)
    const waiters = new Map<number, Waiter>()
    const errors: Buffer[] = []
    process.stderr.on('data', (chunk: Buffer) => {
      errors.push(chunk)
      if (errors.length > 64) errors.splice(0, 32)
    })
    // A write to an agent that has gone fails here too; the end of the process says it all.
    process.stdin.on('error', () => {})
    process.stdout.on('error', () => {})
    process.stderr.on('error', () => {})
    const hello = new Promise<Hello>(resolve => {
      process.stdout.on('data', (chunk: Buffer) => {
        for (const frame of reader.push(chunk)) {
          if ('hello' in frame.header) resolve(frame.header as unknown as Hello)
          else waiters.get(frame.header.id as number)?.onFrame(frame)
        }
      })
    })
    process.stdin.write(Buffer.concat(program))
    const early = process.exit.then(exit => {
      throw new AgentStartError({
        ...exitResult(exit),
        stdout: Buffer.from(reader.preamble),
        stderr: Buffer.concat(errors),
      })
    })
    const ended = process.exit.then(
      exit => new UnreachableError(endMessage(lostMessage, exit, Buffer.concat(errors).toString('utf8'))),
      (error: unknown) => (error instanceof Error ? error : new UnreachableError(lostMessage)),
    )
    return new AgentConnection(process, await Promise.race([hello, early]), waiters, ended)
  }

  readonly isOrdered = true

  get isOpen(): boolean {
    return this.#lost === undefined && !this.#isClosing
  }

  get inFlight(): number {
    return this.#waiters.size
  }

  /** Resolves when the agent has gone. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** One request, one answer. Rejects with RemoteFileError when the agent reports an error. */
  request(header: object, body?: Uint8Array, signal?: AbortSignal): Promise<Frame> {
    return this.#exchange(id => this.#send({ ...header, id }, body), signal)
  }

  /** Sends what has no answer. */
  notify(header: object, body?: Uint8Array): void {
    this.#send(header, body)
  }

  /** Makes sure the agent has a payload; it is sent once. */
  offerPayload(payload: ModulePayload): void {
    const { sha256, zip } = payload
    if (this.#knownPayloads.has(sha256)) return
    this.#knownPayloads.add(sha256)
    const bundle = compiledBundle(payload, this.hello, this.#knownCode)
    this.#send(
      { op: 'payload', sha: sha256, zip: zip.length },
      bundle === undefined ? zip : Buffer.concat([zip, bundle]),
    )
  }

  /** Joins everything written meanwhile into one burst. */
  burst<T>(action: () => T): T {
    this.#process.stdin.cork()
    try {
      return action()
    } finally {
      this.#process.stdin.uncork()
    }
  }

  /** Writes a remote file from chunks of known total size. */
  async upload(header: object, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    if (Array.isArray(chunks) && size <= WHOLE_BYTES) {
      // At once and in one message: what is sent right after this finds the file complete.
      await this.#exchange(id => this.#send({ ...header, op: 'put', size, id }, Buffer.concat(chunks)))
      return
    }
    let credit = WINDOW_BYTES
    let wake: (() => void) | undefined
    let failure: unknown
    let id = 0
    const done = this.#exchange(
      number => {
        id = number
        this.#send({ ...header, op: 'put', size, id })
      },
      undefined,
      frame => {
        credit += frame.header.ack as number
        wake?.()
      },
    )
    done.catch((error: unknown) => {
      failure = error
      wake?.()
    })
    let sent = 0
    for await (const chunk of slices(chunks)) {
      while (credit <= 0 && failure === undefined) await new Promise<void>(resolve => (wake = resolve))
      if (failure !== undefined) break
      credit -= chunk.length
      sent += chunk.length
      this.#send({ op: 'data', id }, chunk)
    }
    // The source became shorter while it was read.
    if (sent < size && failure === undefined) this.#send({ op: 'kill', id })
    await done
  }

  /** Reads a remote file; `onChunk` may return a promise, which holds back the next window. */
  async download(path: string, onChunk: (chunk: Buffer) => unknown): Promise<void> {
    let id = 0
    let failure: unknown
    let writing: Promise<unknown> = Promise.resolve()
    await this.#exchange(
      number => {
        id = number
        this.#send({ op: 'get', path, id })
      },
      undefined,
      frame => {
        writing = writing
          .then(() => onChunk(frame.body))
          .then(
            () => this.#send({ op: 'ack', id, ack: frame.body.length }),
            (error: unknown) => {
              failure ??= error
              this.#send({ op: 'ack', id, ack: frame.body.length })
            },
          )
      },
    )
    await writing
    if (failure !== undefined) throw failure
  }

  /** Ends the agent: what runs for us is hung up, what it made is removed. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#send({ op: 'exit' })
    this.#process.stdin.end()
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>(resolve => {
      timer = setTimeout(resolve, CLOSE_GRACE_MS)
    })
    await Promise.race([this.#ended, patience])
    clearTimeout(timer)
    if (this.#lost === undefined) this.#process.kill()
  }

  #send(header: object, body?: Uint8Array): void {
    if (this.#lost !== undefined) return
    this.lastUsed = Date.now()
    const parts = encodeFrame(header, body)
    if (parts.length > 1) this.#process.stdin.cork()
    for (const part of parts) this.#process.stdin.write(part)
    if (parts.length > 1) this.#process.stdin.uncork()
  }

  #exchange(send: (id: number) => void, signal?: AbortSignal, onPart?: (frame: Frame) => void): Promise<Frame> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#kill(id)
      const finish = (): void => {
        this.#waiters.delete(id)
        this.lastUsed = Date.now()
        signal?.removeEventListener('abort', onAbort)
      }
      this.#waiters.set(id, {
        onFrame: frame => {
          const { header } = frame
          if (onPart !== undefined && ('ack' in header || 'data' in header)) {
            onPart(frame)
            return
          }
          finish()
          if (signal?.aborted === true) reject(signal.reason)
          else if (typeof header.error === 'string') reject(new RemoteFileError(header.error, String(header.code)))
          else resolve(frame)
        },
        onLost: error => {
          finish()
          reject(signal?.aborted === true ? signal.reason : error)
        },
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      send(id)
    })
  }

  /** What one signal aborts ends from the last call to the first: what is queued behind a call must not begin when that call ends. */
  #kill(id: number): void {
    if (this.#toKill.length === 0)
      queueMicrotask(() => {
        for (const each of this.#toKill.splice(0).sort((a, b) => b - a)) this.#send({ op: 'kill', id: each })
      })
    this.#toKill.push(id)
  }

  #onEnd(error: Error): void {
    this.#lost = error
    for (const waiter of [...this.#waiters.values()]) waiter.onLost(error)
    this.#process.stdin.destroy()
  }
}

/** A name for one agent that nothing on the host can guess or print by chance. */
export function newNonce(): string {
  return randomBytes(8).toString('hex')
}

/** Exit status as a shell shows it. */
export function exitResult(exit: ProcessExit): { readonly rc: number } {
  return { rc: exit.code ?? (exit.signal === undefined ? 255 : 128) }
}

function endMessage(lostMessage: string, exit: ProcessExit, errors: string): string {
  if (exit.code === undefined || exit.code === 255) return lostMessage
  const status = `the agent ended with status ${exit.code}`
  return errors.trim() === '' ? `${lostMessage} (${status})` : `${lostMessage} (${status}: ${errors.trim()})`
}

async function* slices(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += CHUNK_BYTES) yield chunk.subarray(start, start + CHUNK_BYTES)
  }
}

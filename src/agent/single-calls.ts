// An agent for accounts where nothing may stay running: every request starts the interpreter anew, with the very command
// Ansible would use with pipelining (`sudo … /bin/sh -c 'echo BECOME-SUCCESS-… ; /usr/bin/python3'`), so that sudo rules
// written for Ansible match. Slower, and equal in everything else.
import type { RemoteProcess } from '../transport/index.js'
import { type ModulePayload, RemoteFileError } from './account.js'
import { AgentStartError, exitResult, newNonce } from './agent-connection.js'
import type { AgentLink, Hello } from './agent-link.js'
import { singleProgram } from './agent-source.js'
import { encodeFrame, type Frame, FrameReader } from './frames.js'

/** Starts the bare interpreter as the account. */
export type StartInterpreter = (signal?: AbortSignal) => Promise<RemoteProcess>

export class SingleCalls implements AgentLink {
  readonly hello: Hello
  readonly ended: Promise<void>
  readonly #start: StartInterpreter
  readonly #payloads = new Map<string, Uint8Array>()
  readonly #queues = new Map<string, Promise<unknown>>()
  #finish: () => void = () => {}
  isOpen = true
  readonly isOrdered = false
  inFlight = 0
  lastUsed = Date.now()

  private constructor(hello: Hello, start: StartInterpreter) {
    this.hello = hello
    this.#start = start
    this.ended = new Promise(resolve => {
      this.#finish = resolve
    })
  }

  /** Asks the account who it is. Throws AgentStartError when the interpreter does not run. */
  static async open(start: StartInterpreter): Promise<SingleCalls> {
    const { hello } = await converse(start, [])
    return new SingleCalls(hello, start)
  }

  async request(header: object, body?: Uint8Array, signal?: AbortSignal): Promise<Frame> {
    const { queue, sha } = header as { readonly queue?: string; readonly sha?: string }
    const zip = sha === undefined ? undefined : this.#payloads.get(sha)
    const frames = zip === undefined ? [] : encodeFrame({ op: 'payload', sha }, zip)
    frames.push(...encodeFrame({ ...header, id: 1 }, body))
    const run = (): Promise<Frame> => this.#answer(frames, signal)
    if (queue === undefined) return run()
    const turn = (this.#queues.get(queue) ?? Promise.resolve()).then(run, run)
    this.#queues.set(queue, turn)
    turn.catch(() => {})
    return turn
  }

  offerPayload(payload: ModulePayload): void {
    this.#payloads.set(payload.sha256, payload.zip)
  }

  burst<T>(action: () => T): T {
    return action()
  }

  async upload(header: object, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const frames = encodeFrame({ ...header, op: 'put', size, id: 1 })
    for await (const chunk of chunks) frames.push(...encodeFrame({ op: 'data', id: 1 }, chunk))
    await this.#answer(frames)
  }

  async download(path: string, onChunk: (chunk: Buffer) => unknown): Promise<void> {
    const frames = encodeFrame({ op: 'get', path, id: 1, credit: Number.MAX_SAFE_INTEGER })
    const { answers } = await this.#converse(frames)
    for (const answer of answers) {
      if (answer.header.data === true) await onChunk(answer.body)
      else throwIfError(answer)
    }
  }

  async close(): Promise<void> {
    this.isOpen = false
    this.#finish()
  }

  async #answer(frames: readonly Buffer[], signal?: AbortSignal): Promise<Frame> {
    const { answers, process } = await this.#converse(frames, signal)
    const answer = answers.find(frame => !('ack' in frame.header))
    if (answer === undefined) throw new AgentStartError(process)
    throwIfError(answer)
    return answer
  }

  async #converse(frames: readonly Buffer[], signal?: AbortSignal): Promise<Conversation> {
    this.inFlight++
    try {
      return await converse(this.#start, frames, signal)
    } finally {
      this.inFlight--
      this.lastUsed = Date.now()
    }
  }
}

interface Conversation {
  readonly hello: Hello
  readonly answers: readonly Frame[]
  readonly process: { readonly rc: number; readonly stdout: Buffer; readonly stderr: Buffer }
}

/** One life of an interpreter: the program in, the frames out. */
async function converse(
  start: StartInterpreter,
  frames: readonly Buffer[],
  signal?: AbortSignal,
): Promise<Conversation> {
  const nonce = newNonce()
  const remote = await start(signal)
  const reader = new FrameReader(nonce)
  const received: Frame[] = []
  const errors: Buffer[] = []
  remote.stdout.on('data', (chunk: Buffer) => received.push(...reader.push(chunk)))
  remote.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  remote.stdin.on('error', () => {})
  remote.stdin.end(singleProgram(nonce, frames))
  const onAbort = (): void => remote.kill()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const exit = await remote.exit
    if (signal?.aborted === true) throw signal.reason
    const process = { ...exitResult(exit), stdout: Buffer.from(reader.preamble), stderr: Buffer.concat(errors) }
    const hello = received.find(frame => 'hello' in frame.header)
    if (hello === undefined) throw new AgentStartError(process)
    return { hello: hello.header as unknown as Hello, answers: received.filter(frame => 'id' in frame.header), process }
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

function throwIfError(frame: Frame): void {
  if (typeof frame.header.error === 'string') throw new RemoteFileError(frame.header.error, String(frame.header.code))
}

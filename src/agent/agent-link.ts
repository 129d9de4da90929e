// What an account needs from an agent, however it is reached: requests with answers, and file streams.
import type { ModulePayload } from './account.js'
import type { Frame } from './frames.js'

/** What an agent says of itself when it starts. */
export interface Hello {
  readonly python: string
  readonly version: readonly [number, number, number]
  readonly uid: number
  readonly user: string
  readonly home: string
  readonly cpus: number
  readonly pid: number
  /** Kind of compiled code it can run, hexadecimal; empty for none. */
  readonly magic?: string
}

export interface AgentLink {
  readonly hello: Hello
  readonly isOpen: boolean
  /** Whether the host handles messages in the order they are sent, each one whole. */
  readonly isOrdered: boolean
  /** Requests without an answer so far. */
  readonly inFlight: number
  /** Milliseconds (Date.now) of the last use. */
  lastUsed: number
  /** Resolves when the agent has gone. */
  readonly ended: Promise<void>
  request(header: object, body?: Uint8Array, signal?: AbortSignal): Promise<Frame>
  /** Makes sure the agent has a payload before the next request. */
  offerPayload(payload: ModulePayload): void
  /** Joins everything written in `action` into one burst. */
  burst<T>(action: () => T): T
  upload(header: object, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  download(path: string, onChunk: (chunk: Buffer) => unknown): Promise<void>
  close(): Promise<void>
}

// Frames between the controller and an agent: two big-endian lengths, a JSON header, a raw body.

export interface Frame {
  readonly header: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

const EMPTY = Buffer.alloc(0)

/** Header and body as one or two buffers to write. */
export function encodeFrame(header: object, body: Uint8Array = EMPTY): Buffer[] {
  const text = Buffer.from(JSON.stringify(header))
  const head = Buffer.allocUnsafe(8 + text.length)
  head.writeUInt32BE(text.length, 0)
  head.writeUInt32BE(body.length, 4)
  text.copy(head, 8)
  return body.length === 0 ? [head] : [head, Buffer.from(body.buffer, body.byteOffset, body.byteLength)]
}

/** Cuts a byte stream into frames; bytes before the agent's greeting are kept apart. */
export class FrameReader {
  #chunks: Buffer[] = []
  #length = 0
  #greeting: Buffer | undefined
  /** What came before the greeting: banners, messages of profile scripts, errors. */
  preamble = ''

  constructor(nonce: string) {
    this.#greeting = Buffer.from(`\nMADANSIBLE-${nonce}\n`)
  }

  /** True once the agent has announced itself. */
  get isGreeted(): boolean {
    return this.#greeting === undefined
  }

  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#greeting !== undefined && !this.#skipPreamble(this.#greeting)) return []
    const frames: Frame[] = []
    for (;;) {
      if (this.#length < 8) return frames
      const lengths = this.#peek(8)
      const headerLength = lengths.readUInt32BE(0)
      const bodyLength = lengths.readUInt32BE(4)
      if (this.#length < 8 + headerLength + bodyLength) return frames
      const all = this.#take(8 + headerLength + bodyLength)
      const header: unknown = JSON.parse(all.toString('utf8', 8, 8 + headerLength))
      frames.push({ header: header as Record<string, unknown>, body: all.subarray(8 + headerLength) })
    }
  }

  #skipPreamble(greeting: Buffer): boolean {
    const all = this.#peek(this.#length)
    const at = all.indexOf(greeting)
    if (at < 0) {
      this.preamble = all.toString('utf8').slice(-65536)
      return false
    }
    this.preamble = all.toString('utf8', 0, at)
    this.#take(at + greeting.length)
    this.#greeting = undefined
    return true
  }

  /** The first `count` bytes in one piece; merges chunks only when they are split. */
  #peek(count: number): Buffer {
    if (this.#chunks.length === 0) return EMPTY
    if (this.#chunks[0]!.length < count) this.#chunks = [Buffer.concat(this.#chunks, this.#length)]
    return this.#chunks[0]!.subarray(0, count)
  }

  #take(count: number): Buffer {
    const taken = this.#peek(count)
    const rest = this.#chunks[0]!.subarray(count)
    if (rest.length > 0) this.#chunks[0] = rest
    else this.#chunks.shift()
    this.#length -= count
    return taken
  }
}

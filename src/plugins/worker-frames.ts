// Messages on the stream of the worker server: length and worker number (four bytes each, little endian), then JSON.
// The counterpart is python/worker_server.py.

const HEAD = 8

export function frame(worker: number, text: string): Buffer {
  const body = Buffer.from(text, 'utf8')
  const message = Buffer.allocUnsafe(HEAD + body.length)
  message.writeUInt32LE(body.length, 0)
  message.writeUInt32LE(worker, 4)
  body.copy(message, HEAD)
  return message
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  #parts: Buffer[] = []
  #length = 0

  constructor(private readonly receive: (worker: number, text: string) => void) {}

  push(data: Buffer): void {
    this.#parts.push(data)
    this.#length += data.length
    for (;;) {
      if (this.#length < HEAD) return
      const head = this.#peek(HEAD)
      const size = HEAD + head.readUInt32LE(0)
      if (this.#length < size) return
      const message = this.#peek(size)
      this.#parts = [message.subarray(size)]
      this.#length = (this.#parts[0] as Buffer).length
      this.receive(message.readUInt32LE(4), message.toString('utf8', HEAD, size))
    }
  }

  /** At least `count` bytes in one piece, which becomes the only part. */
  #peek(count: number): Buffer {
    const first = this.#parts[0] as Buffer
    if (first.length >= count) {
      if (this.#parts.length === 1) return first
      if (first.length >= this.#length) return first
    }
    const joined = Buffer.concat(this.#parts)
    this.#parts = [joined]
    return joined
  }
}

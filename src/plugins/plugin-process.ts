// The Python process of the plugin host: started, spoken to over its pipes, ended. A message is its length in four
// bytes (little endian) and that many bytes of JSON. What plugins print comes out on our standard error.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { MadansibleError } from '../errors.js'
import { openPrivatePipes } from './private-pipes.js'

/** The Python process could not be started, or ended. */
export class PluginHostError extends MadansibleError {
  override readonly code = 'MADANSIBLE_PLUGIN_HOST'
}

export interface ProcessOptions {
  readonly python: string
  readonly script: string
  readonly env: NodeJS.ProcessEnv
  /** Receives what plugins print. */
  readonly print: (text: string) => void
}

const CHUNK = 1 << 16
/** How much of what Python wrote last is told when it ended. */
const TAIL = 4000
const EXIT_PATIENCE_MS = 3000

export class PluginProcess {
  readonly #child: ChildProcess
  readonly #options: ProcessOptions
  readonly #write: number
  readonly #read: number
  readonly #output: number
  readonly #chunk = Buffer.alloc(CHUNK)
  #pending: Buffer = Buffer.alloc(0)
  #printed = 0
  #isOpen = true

  constructor(options: ProcessOptions) {
    this.#options = options
    const pipes = openPrivatePipes()
    try {
      const stdio = ['ignore', pipes.output, pipes.output, pipes.childRead, pipes.childWrite, 'pipe'] as const
      this.#child = spawn(options.python, [options.script], { stdio: [...stdio], env: options.env })
    } finally {
      closeSync(pipes.childRead)
      closeSync(pipes.childWrite)
    }
    this.#write = pipes.write
    this.#read = pipes.read
    this.#output = pipes.output
    this.#child.on('error', () => undefined)
    if (this.#child.pid === undefined) {
      this.#closePipes()
      throw new PluginHostError(
        `${options.python} could not be started, and something that runs only in Python is used.`,
      )
    }
    this.#child.unref()
    this.socket.unref()
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** A two-way stream beside the synchronous pipes; it does not keep the event loop alive until it is ref()ed. */
  get socket(): Socket {
    const streams: readonly unknown[] = this.#child.stdio
    return streams[5] as Socket
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  send(text: string): void {
    const body = Buffer.from(text, 'utf8')
    const message = Buffer.allocUnsafe(body.length + 4)
    message.writeUInt32LE(body.length)
    body.copy(message, 4)
    try {
      for (let offset = 0; offset < message.length; ) offset += writeSync(this.#write, message, offset)
    } catch (cause) {
      throw this.#ended(cause)
    }
  }

  /** Waits for the next message. Throws PluginHostError when the process has gone. */
  receive(): string {
    const length = this.#take(4).readUInt32LE()
    return this.#take(length).toString('utf8')
  }

  #take(count: number): Buffer {
    if (this.#pending.length < count) this.#fill(count)
    const taken = this.#pending.subarray(0, count)
    this.#pending = this.#pending.subarray(count)
    return taken
  }

  #fill(count: number): void {
    const parts = [this.#pending]
    let length = this.#pending.length
    while (length < count) {
      const room = count - length > CHUNK ? Buffer.allocUnsafe(count - length) : this.#chunk
      let got = 0
      try {
        got = readSync(this.#read, room)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'EINTR') continue
        throw this.#ended(cause)
      }
      if (got === 0) throw this.#ended(undefined)
      parts.push(Buffer.from(room.subarray(0, got)))
      length += got
    }
    this.#pending = Buffer.concat(parts, length)
  }

  /** Hands on what plugins printed since the last time. */
  flushOutput(): void {
    if (!this.#isOpen) return
    const { size } = fstatSync(this.#output)
    if (size > this.#printed) this.#options.print(this.#readOutput(this.#printed, size))
    this.#printed = size
  }

  #readOutput(from: number, to: number): string {
    const buffer = Buffer.alloc(to - from)
    return buffer.toString('utf8', 0, readSync(this.#output, buffer, 0, buffer.length, from))
  }

  #ended(cause: unknown): PluginHostError {
    if (!this.#isOpen) return new PluginHostError('The plugin host has ended.')
    const { size } = fstatSync(this.#output)
    const said = this.#readOutput(Math.max(this.#printed, size - TAIL), size).trim()
    this.#printed = size
    this.#closePipes()
    const text = said === '' ? 'It printed nothing.' : `It printed:\n${said}`
    return new PluginHostError(`The Python process that runs plugins ended unexpectedly. ${text}`, { cause })
  }

  #closePipes(): void {
    this.#isOpen = false
    for (const fd of [this.#write, this.#read, this.#output]) closeSync(fd)
  }

  /** Ends the process: it sees its pipe close and cleans up. Resolves when it is gone. */
  async close(): Promise<void> {
    const child = this.#child
    if (this.#isOpen) {
      closeSync(this.#write)
      const gone = isGone(child) || (await exitWithin(child, EXIT_PATIENCE_MS))
      if (!gone) child.kill('SIGKILL')
      this.flushOutput()
      this.#isOpen = false
      closeSync(this.#read)
      closeSync(this.#output)
    }
    this.socket.destroy()
  }
}

const isGone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

function exitWithin(child: ChildProcess, ms: number): Promise<boolean> {
  return new Promise(resolve => {
    child.ref()
    const timer = setTimeout(() => resolve(false), ms)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}

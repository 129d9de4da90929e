// Compiled forms of payloads and of the agent, made beside the run by the Python of the installed ansible-core and kept
// on disk by content. Guarantees: nobody waits for them (what is not there yet is simply not used), and only
// interpreters of the same version are offered them.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { CompiledFiles, ModulePayload } from '../agent/index.js'
import { DiskCache } from '../collections/index.js'
import type { AnsibleInstall } from './ansible-install.js'

type Worker = ChildProcessByStdio<Writable, Readable, null>

interface Header {
  readonly id: number
  readonly magic: string
  readonly files: readonly (readonly [name: string, crc: number, size: number, length: number])[]
  readonly size: number
}

const SECTION = 'compiled'

export class CodeCompiler {
  readonly #install: Pick<AnsibleInstall, 'python' | 'pythonBuild' | 'pythonVersion'>
  readonly #cache: DiskCache
  readonly #known = new Map<string, CompiledFiles | undefined>()
  readonly #pending = new Map<number, string>()
  #worker: Worker | undefined
  #inbox = Buffer.alloc(0)
  #isUsable = true

  constructor(install: Pick<AnsibleInstall, 'python' | 'pythonBuild' | 'pythonVersion'>, cache = new DiskCache()) {
    this.#install = install
    this.#cache = cache
  }

  /** The files of a payload for interpreters of `version`; undefined when they differ or the work is not done yet. */
  archive(payload: ModulePayload, version: readonly number[]): CompiledFiles | undefined {
    const { pythonVersion } = this.#install
    if (version[0] !== pythonVersion[0] || version[1] !== pythonVersion[1]) return undefined
    return this.#find(payload.sha256, { kind: 'zip' }, payload.zip)
  }

  /** A program's text as one file. */
  program(name: string, text: Uint8Array): CompiledFiles | undefined {
    return this.#find(createHash('sha256').update(text).digest('hex'), { kind: 'text', name }, text)
  }

  /** Ends the work; what is not finished is begun anew by the next run. */
  close(): void {
    this.#isUsable = false
    this.#worker?.kill()
    this.#worker = undefined
  }

  #find(content: string, request: object, data: Uint8Array): CompiledFiles | undefined {
    if (this.#known.has(content)) return this.#known.get(content)
    const files = this.#read(content)
    this.#known.set(content, files)
    if (files === undefined) this.#ask(content, request, data)
    return files
  }

  #read(content: string): CompiledFiles | undefined {
    const stored = this.#cache.read(SECTION, this.#key(content))
    try {
      return stored && readAnswer(stored)?.compiled
    } catch {
      return undefined
    }
  }

  #key(content: string): string {
    return ['1', content, this.#install.python, this.#install.pythonBuild].join('\0')
  }

  #ask(content: string, request: object, data: Uint8Array): void {
    if (!this.#isUsable) return
    this.#worker ??= this.#start()
    const id = this.#pending.size
    this.#pending.set(id, content)
    this.#worker.stdin.write(`${JSON.stringify({ ...request, id, size: data.length })}\n`)
    this.#worker.stdin.write(data)
  }

  #start(): Worker {
    const program = fileURLToPath(new URL('./python/compile_code.py', import.meta.url))
    const worker = spawn(this.#install.python, ['-I', program], { stdio: ['pipe', 'pipe', 'ignore'] })
    const giveUp = (): void => {
      this.#isUsable = false
    }
    worker.on('error', giveUp)
    worker.on('exit', giveUp)
    worker.stdin.on('error', giveUp)
    worker.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    // A run does not stay for it.
    worker.unref()
    for (const stream of [worker.stdin, worker.stdout]) (stream as unknown as { unref(): void }).unref()
    return worker
  }

  #take(chunk: Buffer): void {
    this.#inbox = Buffer.concat([this.#inbox, chunk])
    for (;;) {
      const answer = readAnswer(this.#inbox)
      if (answer === undefined) return
      const content = this.#pending.get(answer.id) as string
      this.#known.set(content, answer.compiled)
      this.#cache.write(SECTION, this.#key(content), this.#inbox.subarray(0, answer.length))
      this.#inbox = this.#inbox.subarray(answer.length)
    }
  }
}

/** The first answer in `data`, undefined while it is not complete. */
function readAnswer(
  data: Buffer,
): { readonly id: number; readonly compiled: CompiledFiles; readonly length: number } | undefined {
  const end = data.indexOf(0x0a)
  if (end < 0) return undefined
  const header = JSON.parse(data.toString('utf8', 0, end)) as Header
  if (data.length < end + 1 + header.size) return undefined
  let start = end + 1
  const files = header.files.map(([name, crc, size, length]) => {
    const code = data.subarray(start, start + length)
    start += length
    return { name, crc, size, code }
  })
  return { id: header.id, compiled: { magic: header.magic, files }, length: start }
}

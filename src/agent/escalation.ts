// The dialogue with a become program: waits for its prompt, answers once, waits for the success marker, then hands the
// process on with the rest of its output. Mirrors the state machine of Connection._bare_run and _examine_output in
// lib/ansible/plugins/connection/ssh.py (2.14), with its texts and its time limit.
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { RemoteProcess } from '../transport/index.js'
import { BecomeError } from './account.js'
import type { Escalation } from './become.js'

export interface DialogueSettings {
  /** The connection's timeout; the dialogue may be silent two seconds longer. */
  readonly timeoutSeconds: number
  /** The local connection plugin does not look for refusals: the program's own end tells. */
  readonly isLocal: boolean
}

/** Resolves with the process as the other user sees it; rejects with BecomeError. A program that ends early resolves too. */
export function passEscalation(
  process: RemoteProcess,
  escalation: Escalation,
  settings: DialogueSettings,
): Promise<RemoteProcess> {
  return new Dialogue(process, escalation, settings).result
}

class Dialogue {
  readonly result: Promise<RemoteProcess>
  readonly #process: RemoteProcess
  readonly #escalation: Escalation
  readonly #settings: DialogueSettings
  readonly #stdout = new PassThrough()
  readonly #stderr = new PassThrough()
  readonly #pending = { stdout: '', stderr: '' }
  #hasAnswered = false
  #isOver = false
  #seen = ''
  #timer: NodeJS.Timeout | undefined
  #resolve: (process: RemoteProcess) => void = () => {}
  #reject: (error: Error) => void = () => {}

  constructor(process: RemoteProcess, escalation: Escalation, settings: DialogueSettings) {
    this.#process = process
    this.#escalation = escalation
    this.#settings = settings
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#restartTimer()
    process.stdin.on('error', () => {})
    process.stdout.on('data', (chunk: Buffer) => this.#take('stdout', chunk))
    process.stderr.on('data', (chunk: Buffer) => this.#take('stderr', chunk))
    process.stdout.once('end', () => this.#finish('stdout'))
    process.stderr.once('end', () => this.#finish('stderr'))
    process.exit.then(
      () => this.#handOver(),
      (error: Error) => this.#fail(error),
    )
  }

  #take(from: 'stdout' | 'stderr', chunk: Buffer): void {
    const target = from === 'stdout' ? this.#stdout : this.#stderr
    if (this.#isOver) {
      target.write(chunk)
      return
    }
    this.#restartTimer()
    // latin1 keeps every byte; localised prompts are decoded line by line.
    const text = this.#pending[from] + chunk.toString('latin1')
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
    let kept = ''
    this.#pending[from] = ''
    for (const [index, line] of lines.entries()) {
      const readable = Buffer.from(line, 'latin1').toString('utf8')
      // A refusal may quote the whole command: only the line the marker itself ends counts.
      if (readable.trimEnd().endsWith(this.#escalation.successMarker) && line.endsWith('\n')) {
        this.#handOver()
        target.write(Buffer.from(kept + lines.slice(index + 1).join(''), 'latin1'))
        return
      }
      if (!this.#examine(readable)) kept += line
      if (this.#isOver) return
    }
    // An unfinished line may still become a prompt: it is looked at again with what follows.
    const isUnfinished = kept !== '' && !kept.endsWith('\n')
    const start = isUnfinished ? kept.lastIndexOf('\n') + 1 : kept.length
    this.#pending[from] = kept.slice(start)
    if (from === 'stdout') this.#seen += kept.slice(0, start)
    target.write(Buffer.from(kept.slice(0, start), 'latin1'))
  }

  /** Acts on one line; true when it belongs to the dialogue and not to the output. */
  #examine(line: string): boolean {
    const { name, password, refusals, demands } = this.#escalation
    if (password !== undefined && this.#escalation.isPrompt(line)) {
      if (!this.#hasAnswered) {
        this.#hasAnswered = true
        this.#process.stdin.write(`${password}\n`)
      } else if (this.#settings.isLocal) this.#process.stdin.end()
      else this.#fail(new BecomeError(`Incorrect ${name} password`))
      return true
    }
    if (this.#settings.isLocal) return false
    // Until the prompt has been answered ssh.py waits for it and reads nothing else as an end.
    if (this.#escalation.awaitsPrompt && !this.#hasAnswered) return false
    if (refusals.some(text => line.includes(text))) this.#fail(new BecomeError(`Incorrect ${name} password`))
    else if (demands.some(text => line.includes(text))) this.#fail(new BecomeError(`Missing ${name} password`))
    return false
  }

  #handOver(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#release('stdout')
    this.#release('stderr')
    const { stdin } = this.#process
    const exit = this.#process.exit.then(async status => {
      await Promise.race([Promise.all([drained(this.#stdout), drained(this.#stderr)]), delay(100)])
      return status
    })
    exit.catch(() => {})
    this.#resolve({ stdin, stdout: this.#stdout, stderr: this.#stderr, exit, kill: () => this.#process.kill() })
  }

  /** Passes on an unfinished line that was kept back. */
  #release(from: 'stdout' | 'stderr'): void {
    const target = from === 'stdout' ? this.#stdout : this.#stderr
    const rest = Buffer.from(this.#pending[from], 'latin1')
    this.#pending[from] = ''
    if (rest.length > 0) target.write(rest)
  }

  #finish(from: 'stdout' | 'stderr'): void {
    this.#release(from)
    if (from === 'stdout') this.#stdout.end()
    else this.#stderr.end()
  }

  #fail(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#process.kill()
    this.#reject(error)
  }

  #restartTimer(): void {
    clearTimeout(this.#timer)
    const seconds = this.#settings.timeoutSeconds + (this.#settings.isLocal ? 0 : 2)
    this.#timer = setTimeout(() => this.#fail(new BecomeError(this.#timeoutText(seconds))), seconds * 1000)
  }

  #timeoutText(seconds: number): string {
    const seen = Buffer.from(this.#seen, 'latin1').toString('utf8')
    if (this.#settings.isLocal) return `timeout waiting for privilege escalation password prompt:\n${seen}`
    return `Timeout (${seconds}s) waiting for privilege escalation prompt: ${seen}`
  }
}

/** Resolves when what was written to `stream` has been read from it. */
function drained(stream: PassThrough): Promise<void> {
  return new Promise(resolve => {
    if (stream.readableEnded) resolve()
    else stream.once('end', resolve)
  })
}

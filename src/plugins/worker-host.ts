// Jobs in Python that run beside everything else: each in a forked child of one warm process, which asks back for what
// it needs from a host or from the variables. That process is not the one that runs filters: forking needs one that
// is never in the middle of something.

import { MadansibleError } from '../errors.js'
import type { Value } from '../python/index.js'
import { showNote } from './notes.js'
import { initMessage, joined, type PluginHostOptions, type RequestFields, SCRIPT } from './plugin-host.js'
import { PluginNews } from './plugin-news.js'
import { PluginHostError, PluginProcess } from './plugin-process.js'
import { errorOf, exceptionNameOf, type FailureDescription } from './python-failure.js'
import { answer, type Question } from './questions.js'
import { decode, encode, type Json } from './wire.js'
import { FrameReader, frame } from './worker-frames.js'
import { WorkerObjects } from './worker-objects.js'

/** A job and what it may need while it runs. */
export interface WorkerJob {
  readonly kind: 'action'
  /** Name of what needs Python, for messages. */
  readonly reason: string
  /** What the job gets, as JSON texts by name; values are encoded with `encode`. */
  fields(encode: (value: Value) => string): RequestFields
  /** Answers a question that is not about values of ours; `value` decodes a part of it. */
  answer(question: string, value: (name: string) => Value): Promise<Value>
  /** Computes an answer about values, see EarlyAccess of the engine; absent: everything is known. */
  settle?<T>(compute: () => T | Promise<T>): Promise<T>
  /** Name of the exception class in Python for an error of `answer`; undefined for the usual one. */
  exceptionName?(error: unknown): string | undefined
  readonly signal?: AbortSignal | undefined
}

/** How a job ended, when nothing was raised. */
export interface WorkerOutcome {
  readonly kind: 'result' | 'exit' | 'unreachable'
  readonly value: Value
}

/** An exception of a plugin that is no AnsibleError; `stack` is Python's traceback. */
export class PluginException extends Error {
  constructor(
    readonly pyType: string,
    message: string,
    trace: string,
  ) {
    super(message)
    this.name = pyType
    this.stack = trace
  }
}

interface Message {
  readonly question?: Question
  readonly note?: Readonly<Record<string, Json>>
  readonly result?: Json
  readonly exit?: Json
  readonly unreachable?: string
  readonly error?: FailureDescription
  readonly ended?: number
  readonly ready?: boolean
}

/** Questions about values of ours, answered without the job. */
const ABOUT_VALUES = new Set(['variable', 'variableNames', 'get', 'keys', 'object', 'decrypt', 'secrets'])

export class WorkerHost {
  #process: PluginProcess | undefined
  #isReady = false
  #news: PluginNews
  #next = 1
  readonly #jobs = new Map<number, RunningJob>()

  constructor(readonly options: PluginHostOptions) {
    this.#news = new PluginNews(options)
  }

  /** Starts Python without waiting for it. Throws where it is forbidden. */
  start(reason: string): PluginProcess {
    if (this.#process?.isOpen) return this.#process
    const { install, env = process.env, voice, isAllowed } = this.options
    if (!isAllowed)
      throw new PluginHostError(`${reason} runs in Python, and --no-plugin-host forbids to start it.`, {
        hint: 'Leave --no-plugin-host out, or do without it.',
      })
    voice.verbose(3, `starting the worker host (${install.python}): ${reason}`)
    this.#isReady = false
    this.#news = new PluginNews(this.options)
    const python = new PluginProcess({ python: install.python, script: SCRIPT, env, print: text => voice.print(text) })
    this.#process = python
    const objects = new WorkerObjects(text => this.options.loader.vault.decryptText(text))
    python.send(initMessage(this.options, encode(this.options.arguments, objects)))
    python.send('{"op":"workers"}')
    const reader = new FrameReader((worker, text) => this.#receive(worker, JSON.parse(text) as Message))
    python.socket.on('data', (data: Buffer) => reader.push(data))
    python.socket.on('error', () => undefined)
    python.socket.on('close', () => this.#lost(python))
    return python
  }

  /** Runs a job. Rejects with what the plugin raised, with the signal's reason, or with PluginHostError. */
  run(job: WorkerJob): Promise<WorkerOutcome> {
    const python = this.start(job.reason)
    if (!this.#isReady) {
      this.#checkStart(python)
      this.#isReady = true
    }
    const number = this.#next++
    return new Promise((resolve, reject) => {
      const running = new RunningJob(job, this.options, {
        send: text => python.socket.write(frame(number, text)),
        resolve,
        reject,
      })
      // Throws when a value is not known yet: what there is to hear of is then told with the next job.
      const fields = running.fields()
      this.#jobs.set(number, running)
      python.socket.ref()
      const news = this.#news.take()
      const start = { do: '"start"', job: JSON.stringify(job.kind), worker: String(number), ...fields }
      const told = news === undefined ? '' : `,"news":${JSON.stringify(news)}`
      python.socket.write(frame(0, `{${joined(start)}${told}}`))
      running.onAbort(() => python.socket.write(frame(0, `{"do":"kill","worker":${number}}`)))
    })
  }

  #checkStart(python: PluginProcess): void {
    const reply = JSON.parse(python.receive()) as Message
    if (reply.error !== undefined) throw errorOf(reply.error)
  }

  #receive(worker: number, message: Message): void {
    if (worker === 0) {
      if (message.error !== undefined) this.#fail(errorOf(message.error))
      return
    }
    const job = this.#jobs.get(worker)
    if (job === undefined) return
    if (message.ended === undefined) job.receive(message)
    else {
      this.#process?.flushOutput()
      this.#jobs.delete(worker)
      if (this.#jobs.size === 0) this.#process?.socket.unref()
      job.end(message.ended)
    }
  }

  #lost(python: PluginProcess): void {
    if (this.#process !== python) return
    this.#process = undefined
    if (this.#jobs.size > 0) python.flushOutput()
    this.#fail(new PluginHostError('The Python process that runs action plugins ended unexpectedly.'))
    void python.close()
  }

  #fail(error: Error): void {
    for (const job of this.#jobs.values()) job.fail(error)
    this.#jobs.clear()
  }

  /** Ends Python and every job. */
  async close(): Promise<void> {
    const python = this.#process
    this.#process = undefined
    this.#fail(new PluginHostError('The run ended.'))
    if (python === undefined) return
    python.socket.destroy()
    await python.close()
  }
}

interface JobEnds {
  send(text: string): void
  resolve(outcome: WorkerOutcome): void
  reject(error: unknown): void
}

class RunningJob {
  readonly #objects: WorkerObjects
  /** Errors of ours that went into the plugin. */
  readonly #failures: unknown[] = []
  #unsubscribe: (() => void) | undefined

  constructor(
    private readonly job: WorkerJob,
    private readonly options: PluginHostOptions,
    private readonly ends: JobEnds,
  ) {
    this.#objects = new WorkerObjects(text => options.loader.vault.decryptText(text))
  }

  fields(): RequestFields {
    return this.job.fields(value => encode(value, this.#objects))
  }

  onAbort(kill: () => void): void {
    const { signal } = this.job
    if (signal === undefined) return
    const abort = () => {
      kill()
      this.ends.reject(signal.reason)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    this.#unsubscribe = () => signal.removeEventListener('abort', abort)
  }

  receive(message: Message): void {
    if (message.question !== undefined) void this.#answer(message.question)
    else if (message.note !== undefined) showNote(message.note, this.options.voice)
    else if (message.result !== undefined) this.#finish('result', this.#decode(message.result))
    else if (message.exit !== undefined) this.#finish('exit', this.#decode(message.exit))
    else if (message.unreachable !== undefined) this.#finish('unreachable', message.unreachable)
    else if (message.error !== undefined) this.fail(this.#raised(message.error))
  }

  #decode(json: Json): Value {
    return decode(json, this.#objects)
  }

  #finish(kind: WorkerOutcome['kind'], value: Value): void {
    this.#unsubscribe?.()
    this.ends.resolve({ kind, value })
  }

  fail(error: unknown): void {
    this.#unsubscribe?.()
    this.ends.reject(error)
  }

  /** The worker has gone; that is an error unless it gave its result before. */
  end(status: number): void {
    this.#unsubscribe?.()
    this.ends.reject(new MadansibleError(`${this.job.reason} ended without a result (wait status ${status}).`))
  }

  async #answer(question: Question): Promise<void> {
    try {
      const found = await this.#answerTo(question)
      this.ends.send(`{"answer":${encode(found, this.#objects)}}`)
    } catch (error) {
      const number = this.#failures.push(error)
      const message = error instanceof Error ? error.message : String(error)
      const type = this.job.exceptionName?.(error) ?? exceptionNameOf(error)
      this.ends.send(`{"failure":${JSON.stringify({ number, type, message })}}`)
    }
  }

  async #answerTo(question: Question): Promise<Value> {
    const kind = String(question.ask)
    if (ABOUT_VALUES.has(kind)) {
      const compute = () => answer(question, undefined, this.#objects, this.options.loader.vault)
      return this.job.settle === undefined ? compute() : this.job.settle(compute)
    }
    return this.job.answer(kind, name => this.#decode(question[name] as Json))
  }

  #raised(failure: FailureDescription): unknown {
    const own = failure.failure === null ? undefined : this.#failures[failure.failure - 1]
    if (own !== undefined) return own
    this.options.voice.verbose(3, failure.trace.trimEnd())
    if (failure.bases.includes('AnsibleError')) return errorOf(failure)
    return new PluginException(failure.type, failure.message, failure.trace)
  }
}

// The warm Python process that runs Ansible's plugins: started on first use, told of plugin folders as they become known,
// ended with the run. Calls are synchronous, and while one runs the plugin may ask back (questions.ts).

import { join } from 'node:path'
import { type CollectionFinder, defaultCacheDirectory, type PluginFinder } from '../collections/index.js'
import type { AnsibleInstall } from '../modules/index.js'
import type { Dict, Value } from '../python/index.js'
import type { DataLoader } from '../yaml/index.js'
import type { ForeignOperation } from './foreign-object.js'
import { HostObjects } from './host-objects.js'
import { type HostVoice, showNote } from './notes.js'
import { PluginNews } from './plugin-news.js'
import { PluginHostError, PluginProcess } from './plugin-process.js'
import { errorOf, exceptionNameOf, type FailureDescription } from './python-failure.js'
import { answer, type CallScope, type Question } from './questions.js'
import { decode, encode, type Json } from './wire.js'

export { PluginHostError } from './plugin-process.js'

export interface PluginHostOptions {
  readonly install: Pick<AnsibleInstall, 'python' | 'sysPath' | 'libraryPath'>
  readonly plugins: PluginFinder
  readonly collections: CollectionFinder
  /** Its base folder and its vault count. */
  readonly loader: DataLoader
  /** Options of the command line under the names of ansible-playbook (context.CLIARGS). */
  readonly arguments: Dict
  readonly verbosity: number
  readonly voice: HostVoice
  /** False with --no-plugin-host. */
  readonly isAllowed: boolean
  readonly cacheDirectory?: string | undefined
  readonly env?: NodeJS.ProcessEnv
}

/** Parts of a request as JSON text, by name. */
export type RequestFields = Readonly<Record<string, string>>

interface Reply {
  readonly result?: Json
  readonly error?: FailureDescription
  readonly question?: Question
  readonly note?: Readonly<Record<string, Json>>
}

export const SCRIPT = join(import.meta.dirname, 'python', 'plugin_host.py')

export class PluginHost {
  readonly objects: HostObjects
  #process: PluginProcess | undefined
  #isReady = false
  #depth = 0
  readonly #scopes: (CallScope | undefined)[] = []
  /** Errors of ours that went through Python in this request. */
  readonly #failures = new Map<number, unknown>()
  #nextFailure = 1
  #news: PluginNews

  constructor(readonly options: PluginHostOptions) {
    const { vault } = options.loader
    this.#news = new PluginNews(options)
    this.objects = new HostObjects(
      (object, operation) => this.#operate(object, operation),
      text => vault.decryptText(text),
    )
  }

  /** Whether Python runs already. */
  get isRunning(): boolean {
    return this.#process !== undefined
  }

  /** Starts Python without waiting for it. `reason` says what needs it. Throws where it is forbidden. */
  start(reason: string): PluginProcess {
    if (this.#process?.isOpen) return this.#process
    if (!this.options.isAllowed)
      throw new PluginHostError(`${reason} runs in Python, and --no-plugin-host forbids to start it.`, {
        hint: 'Leave --no-plugin-host out, or do without it.',
      })
    const { install, env = process.env, voice } = this.options
    this.#isReady = false
    this.#news = new PluginNews(this.options)
    voice.verbose(3, `starting the plugin host (${install.python}): ${reason}`)
    this.#process = new PluginProcess({ python: install.python, script: SCRIPT, env, print: text => voice.print(text) })
    this.#process.send(initMessage(this.options, this.encode(this.options.arguments)))
    return this.#process
  }

  encode(value: Value): string {
    return encode(value, this.objects)
  }

  /**
   * Asks the plugin host and waits. `reason` names the plugin, for messages; `scope` answers questions about variables.
   * Throws what the plugin raised, and PluginHostError when Python cannot run.
   */
  request(op: string, fields: RequestFields, reason: string, scope?: CallScope): Value {
    const host = this.start(reason)
    this.#depth++
    this.#scopes.push(scope)
    try {
      if (!this.#isReady) {
        this.#exchange(host)
        this.#isReady = true
      }
      host.send(`{"op":"${op}",${joined(fields)}${this.#newsFields()}}`)
      return this.#exchange(host)
    } finally {
      this.#scopes.pop()
      this.#depth--
      if (this.#depth === 0) {
        this.objects.forgetOwn()
        this.#failures.clear()
      }
      host.flushOutput()
    }
  }

  /** Receives until the result is there; answers questions meanwhile. */
  #exchange(host: PluginProcess): Value {
    for (;;) {
      const reply = JSON.parse(host.receive()) as Reply
      if (reply.result !== undefined) return decode(reply.result, this.objects)
      if (reply.error !== undefined) throw this.#raised(reply.error)
      if (reply.note !== undefined) showNote(reply.note, this.options.voice)
      else if (reply.question !== undefined) host.send(this.#answer(reply.question))
    }
  }

  #answer(question: Question): string {
    try {
      const found = answer(question, this.#scopes.at(-1), this.objects, this.options.loader.vault)
      return `{"answer":${this.encode(found)}}`
    } catch (error) {
      const number = this.#nextFailure++
      this.#failures.set(number, error)
      const message = error instanceof Error ? error.message : String(error)
      return `{"failure":${JSON.stringify({ number, type: exceptionNameOf(error), message })}}`
    }
  }

  #raised(failure: FailureDescription): unknown {
    const own = failure.failure === null ? undefined : this.#failures.get(failure.failure)
    if (own !== undefined) return own
    this.options.voice.verbose(3, failure.trace.trimEnd())
    return errorOf(failure)
  }

  #operate(object: number, operation: ForeignOperation): Value {
    const { key, args, kwargs, name } = operation
    const fields: Record<string, string> = { object: String(object), do: JSON.stringify(operation.do) }
    if (name !== undefined) fields.key = JSON.stringify(name)
    else if (key !== undefined) fields.key = this.encode(key)
    if (operation.operator !== undefined) fields.operator = JSON.stringify(operation.operator)
    fields.reflected = String(operation.reflected ?? false)
    if (args !== undefined) fields.args = this.encode(args)
    if (kwargs !== undefined) fields.kwargs = encodeKwargs(kwargs, this)
    return this.request('object', fields, 'an object of a Python plugin')
  }

  /** What changed since the last request, and objects to forget. */
  #newsFields(): string {
    const released = this.objects.takeReleased()
    const release = released.length > 0 ? `,"release":[${released.join(',')}]` : ''
    const news = this.#news.take()
    return news === undefined ? release : `,"news":${JSON.stringify(news)}${release}`
  }

  /** Ends Python. It may start again when something needs it. */
  async close(): Promise<void> {
    await this.#process?.close()
    this.#process = undefined
  }
}

export const joined = (fields: RequestFields): string =>
  Object.entries(fields)
    .map(([name, text]) => `"${name}":${text}`)
    .join(',')

/** Keyword arguments as JSON text. */
export function encodeKwargs(kwargs: ReadonlyMap<string, Value>, host: PluginHost): string {
  return `{${[...kwargs].map(([name, value]) => `${JSON.stringify(name)}:${host.encode(value)}`).join(',')}}`
}

/** The first message to a Python process. `args`: options of the command line, encoded. */
export function initMessage(options: PluginHostOptions, args: string): string {
  const { install, verbosity, cacheDirectory = defaultCacheDirectory() } = options
  const fields = {
    pythonPath: JSON.stringify(install.sysPath),
    cache: JSON.stringify(join(cacheDirectory, 'plugin-host')),
    arguments: args,
    verbosity: String(verbosity),
  }
  return `{"op":"init",${joined(fields)}}`
}

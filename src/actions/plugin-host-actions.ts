// Action plugins of Python over the engine's connections: the plugin runs in a worker of the plugin host, and what it
// does on the host comes back here. Mirrors what plugins may use of ActionBase (plugins/action/__init__.py, 2.14).
import { UnreachableError } from '../agent/index.js'
import { type ActionContext, ActionExit } from '../engine/index.js'
import type { WorkerHost, WorkerJob } from '../plugins/index.js'
import { ScopeMapping } from '../plugins/index.js'
import { Dict, isText, PyBytes, textOf, truth, type Value } from '../python/index.js'
import type { ActionCall } from './action-call.js'
import { actionError } from './action-errors.js'
import type { ActionPluginHost, PythonAction } from './action-plugin.js'
import { taskDescription } from './task-description.js'

/** Runs actions in workers of the plugin host. */
export function createActionPluginHost(workers: WorkerHost): ActionPluginHost {
  return {
    async run(plugin, call) {
      const outcome = await workers.run(new ActionJob(plugin, call))
      if (outcome.kind === 'unreachable') throw new UnreachableError(textOf(outcome.value as string))
      if (!(outcome.value instanceof Dict)) throw actionError(`The action plugin ${plugin.name} gave no result.`)
      if (outcome.kind === 'exit') throw new ActionExit(outcome.value)
      return outcome.value
    },
  }
}

type Part = (name: string) => Value

class ActionJob implements WorkerJob {
  readonly kind = 'action'
  #loginCall: ActionCall | undefined

  constructor(
    private readonly plugin: PythonAction,
    private readonly call: ActionCall,
  ) {}

  get reason(): string {
    return `The action plugin ${this.plugin.name}`
  }

  get signal(): AbortSignal {
    return this.call.context.signal
  }

  fields(encode: (value: Value) => string): Record<string, string> {
    const { context } = this.call
    const { connection, vars, connectionVars } = context
    const passwords = Dict.of({ conn_pass: connection.password ?? '', become_pass: context.become?.password ?? '' })
    const isDelegated = context.delegatedTo !== undefined
    return {
      plugin: JSON.stringify(this.plugin.name),
      isHeld: String(this.plugin.isHeld),
      collections: JSON.stringify(context.collections),
      connection: JSON.stringify(connection.kind),
      address: JSON.stringify(connection.address),
      host: JSON.stringify(context.host.name),
      task: taskDescription(context, encode),
      passwords: encode(passwords),
      variables: encode(new ScopeMapping(vars)),
      names: JSON.stringify(context.early?.names(vars) ?? [...vars.names()]),
      connectionVariables: isDelegated ? encode(new ScopeMapping(connectionVars)) : 'null',
      connectionNames: JSON.stringify(isDelegated ? [...connectionVars.names()] : []),
    }
  }

  exceptionName(error: unknown): string | undefined {
    return error instanceof UnreachableError ? 'AnsibleConnectionFailure' : undefined
  }

  async answer(question: string, part: Part): Promise<Value> {
    const answer = ANSWERS[question]
    if (answer === undefined) throw new Error(`an action plugin asked for ${question}`)
    const compute = () => answer(this.#callAs(truth(part('become'))), part)
    if (question === 'template') return this.settle(compute)
    this.call.context.early?.noteActed()
    return compute()
  }

  settle<T>(compute: () => T | Promise<T>): Promise<T> {
    return this.call.context.early?.settle(compute) ?? Promise.resolve(compute())
  }

  /** The call as the task's user, or as the login when the plugin leaves privilege escalation out. */
  #callAs(becomes: boolean): ActionCall {
    if (becomes || this.call.context.become === undefined) return this.call
    this.#loginCall ??= this.call.withContext({ become: undefined })
    return this.#loginCall
  }
}

const text = (part: Part, name: string): string => {
  const value = part(name)
  if (!isText(value)) throw actionError(`an action plugin gave no text for ${name}`)
  return textOf(value)
}
const optionalText = (part: Part, name: string): string | undefined =>
  part(name) === null ? undefined : text(part, name)
const optionalBytes = (part: Part, name: string): Uint8Array | undefined => {
  const value = part(name)
  return value instanceof PyBytes ? value.value : undefined
}

/** Files that plugins put somewhere get the mode that sftp gives them; those of temporary directories stay private. */
const modeFor = (path: string): number | undefined => (path.includes('-tmp-') ? undefined : 0o644)

/** A template of the plugin, rendered with the variables that it was given and with what it changed in them. */
async function renderTemplate(call: ActionCall, part: Part): Promise<Value> {
  const { templar, connectionTemplar, vars } = call.context
  const mapping = part('variables')
  const isOfConnection = mapping instanceof ScopeMapping && mapping.scope !== vars
  const own = isOfConnection ? connectionTemplar : templar
  const changes = part('changes')
  const changed = changes instanceof Dict && changes.size > 0 ? own.withScope(new Map(namedEntries(changes))) : own
  return changed.renderText(text(part, 'data'), {
    searchPath: (part('searchPath') as Value[]).map(String),
    preserveTrailingNewlines: truth(part('preserveTrailingNewlines')),
    escapeBackslashes: truth(part('escapeBackslashes')),
    failOnUndefined: truth(part('failOnUndefined')),
    disableLookups: truth(part('disableLookups')),
    convertData: truth(part('convertData')),
  })
}

const namedEntries = (dict: Dict): [string, Value][] =>
  [...dict.entries()].map(([name, value]) => [isText(name) ? textOf(name) : String(name), value])

const ANSWERS: Readonly<Record<string, (call: ActionCall, part: Part) => Promise<Value>>> = {
  module: runModule,
  template: renderTemplate,

  async command(call, part) {
    const account = await call.account()
    const executable = optionalText(part, 'executable')
    const stdin = optionalBytes(part, 'stdin')
    const { rc, stdout, stderr } = await account.exec(text(part, 'command'), {
      signal: call.context.signal,
      ...(executable !== undefined && { executable }),
      ...(stdin !== undefined && { stdin }),
    })
    return [rc, new PyBytes(stdout), new PyBytes(stderr)]
  },

  makeDirectory: call => call.makeTemporaryDirectory(),

  async discard(call, part) {
    call.discard(text(part, 'path'))
    return null
  },

  async putFile(call, part) {
    const path = text(part, 'path')
    await (await call.account()).putFile({ path: text(part, 'source') }, path, modeFor(path))
    return null
  },

  async putData(call, part) {
    const path = text(part, 'path')
    await (await call.account()).putFile(optionalBytes(part, 'data') ?? new Uint8Array(), path, modeFor(path))
    return null
  },

  async fetchFile(call, part) {
    await (await call.account()).fetchFileTo(text(part, 'path'), text(part, 'target'))
    return null
  },

  expandUser: (call, part) => call.expandUser(text(part, 'path')),

  async reset(call) {
    await call.resetConnection()
    return null
  },
}

async function runModule(call: ActionCall, part: Part): Promise<Value> {
  const args = part('arguments')
  const changes = changedSettings(call.context, part)
  const own = changes === undefined ? call : call.withContext(changes)
  return own.executeModule({
    name: text(part, 'name'),
    args: args instanceof Dict ? args : new Dict(),
    wrapAsync: truth(part('wrapAsync')),
  })
}

/** What the plugin changed in its task before it ran the module; undefined when that is nothing. */
function changedSettings(context: ActionContext, part: Part): Partial<ActionContext> | undefined {
  const environment: Record<string, string> = {}
  const given = part('environment')
  if (given instanceof Dict)
    for (const [name, value] of given.entries()) environment[String(name)] = textOf(value as string)
  const interpreter = optionalText(part, 'interpreter')
  const wanted = {
    checkMode: truth(part('checkMode')),
    diff: truth(part('diff')),
    noLog: truth(part('noLog')),
    asyncSeconds: Number(part('asyncSeconds')),
    environment,
    // auto and alike were settled for the host before; a path is somebody's decision.
    interpreter: interpreter?.startsWith('/') ? interpreter : context.interpreter,
  }
  const known = {
    checkMode: context.checkMode,
    diff: context.diff,
    noLog: context.noLog,
    asyncSeconds: context.asyncSeconds,
    environment: context.environment,
    interpreter: context.interpreter,
  }
  return JSON.stringify(wanted) === JSON.stringify(known) ? undefined : wanted
}

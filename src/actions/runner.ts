// Runs actions for the engine: native ones here, others in the plugin host; loop items of simple ones in one burst.
import { type ConnectionSettings, InterpreterError, type ProcessResult, UnreachableError } from '../agent/index.js'
import type { ActionContext, ActionRunner, ActionTraits } from '../engine/index.js'
import { MadansibleError } from '../errors.js'
import type { Dict } from '../python/values.js'
import { ActionCall } from './action-call.js'
import type { NativeAction, SingleModule } from './action-plugin.js'
import { ActionChooser, type ChosenAction } from './choose-action.js'
import { fileLimit, finishModule, moduleEnvironment, type PreparedModule, prepareModule } from './execute-module.js'
import { bypassesHostLoop, PluginChoice } from './plugin-choice.js'
import { type ActionServices, ActionState } from './services.js'

/** An action that exists only in Python, and no plugin host to run it. */
export class ActionPluginError extends MadansibleError {
  override readonly code = 'MADANSIBLE_ACTION_PLUGIN'
}

const DEFAULT_TRAITS: ActionTraits = { bypassHostLoop: false, needsConnection: true, native: true }

/** The actions room's service for the engine. */
export function createActionRunner(services: ActionServices): ActionRunner {
  return new Runner(services)
}

class Runner implements ActionRunner {
  readonly #state: ActionState
  readonly #chooser: ActionChooser
  readonly #choice: PluginChoice
  readonly #bypassing = new Map<string, boolean>()

  constructor(private readonly services: ActionServices) {
    const { install, plugins } = services.modules
    this.#state = new ActionState(services)
    this.#choice = new PluginChoice(plugins, install.libraryPath)
    this.#chooser = new ActionChooser(plugins, install.libraryPath, services.config.get('NETWORK_GROUP_MODULES'))
  }

  describe(action: string, collections: readonly string[]): ActionTraits {
    const chosen = this.#chooser.choose(action, collections)
    if (chosen.kind === 'python') {
      return { ...DEFAULT_TRAITS, native: false, bypassHostLoop: this.#bypassesHostLoop(chosen.path) }
    }
    return { ...DEFAULT_TRAITS, ...chosen.action.traits }
  }

  #bypassesHostLoop(path: string): boolean {
    let bypasses = this.#bypassing.get(path)
    if (bypasses === undefined) {
      bypasses = bypassesHostLoop(path)
      this.#bypassing.set(path, bypasses)
    }
    return bypasses
  }

  run(context: ActionContext): Promise<Dict> {
    const chosen = this.#chooser.choose(context.actionName, context.collections)
    const call = new ActionCall(context, this.#state)
    if (chosen.kind === 'python') return this.#runPython(chosen, call, this.#choice.isHeld(context))
    if (this.#needsPython(chosen.action, context)) return this.#runPython(chosen, call, false)
    return chosen.action.run(call)
  }

  /** A native action that has to reach its host through a connection of Python. */
  #needsPython(action: NativeAction, context: ActionContext): boolean {
    return action.traits?.needsConnection !== false && !this.#choice.isHeld(context)
  }

  async #runPython(chosen: ChosenAction, call: ActionCall, isHeld: boolean): Promise<Dict> {
    const { pluginHost } = this.services
    const { name, path } = chosen
    if (pluginHost === undefined) {
      const what = isHeld
        ? `The action plugin ${name} (${path}) is written in Python`
        : `The connection ${call.context.connection.kind} of ${call.context.connection.hostName} needs Python`
      throw new ActionPluginError(`${what}, and no plugin host is running.`, {
        position: call.context.task.position,
        hint: 'Install ansible-core for the Python named by --ansible-python.',
      })
    }
    return pluginHost.run({ name, path, isHeld }, call)
  }

  resetConnection(connection: ConnectionSettings): Promise<void> {
    return this.services.agents.reset(connection)
  }

  async runBatch(contexts: readonly ActionContext[]): Promise<readonly (Dict | Error)[]> {
    const results: (Dict | Error)[] = []
    let burst: BatchItem[] = []
    const flush = async () => {
      if (burst.length > 0) results.push(...(await sendBurst(burst)))
      burst = []
    }
    for (const context of contexts) {
      const item = await this.#batchItem(context)
      if (item !== undefined && (burst.length === 0 || belongTogether(burst[0] as BatchItem, item))) burst.push(item)
      else {
        await flush()
        if (item === undefined) results.push(await settled(this.run(context)))
        else burst = [item]
      }
    }
    await flush()
    return results
  }

  /** The item as one module call, or undefined when it has to be run on its own. */
  async #batchItem(context: ActionContext): Promise<BatchItem | undefined> {
    const chosen = this.#chooser.choose(context.actionName, context.collections)
    if (chosen.kind === 'python' || chosen.action.singleModule === undefined) return undefined
    if (!this.#choice.isHeld(context)) return undefined
    const call = new ActionCall(context, this.#state)
    try {
      const single = chosen.action.singleModule(call)
      if (single === undefined) return undefined
      const prepared = await prepareModule(call, single.request)
      if (prepared.program.kind !== 'payload') return undefined
      return { call, single, prepared: { ...prepared, program: prepared.program } }
    } catch (error) {
      // Running it on its own gives the same error at its place.
      if (error instanceof Error) return undefined
      throw error
    }
  }
}

interface BatchItem {
  readonly call: ActionCall
  readonly single: SingleModule
  readonly prepared: PreparedModule & { readonly program: { readonly kind: 'payload' } }
}

function belongTogether(first: BatchItem, other: BatchItem): boolean {
  const environment = (item: BatchItem) => JSON.stringify(moduleEnvironment(item.call, false))
  return (
    first.prepared.account.agent === other.prepared.account.agent &&
    first.call.context.signal === other.call.context.signal &&
    environment(first) === environment(other) &&
    fileLimit(first.call) === fileLimit(other.call)
  )
}

/** Sends all calls at once; the host runs them one after the other. */
async function sendBurst(items: readonly BatchItem[]): Promise<(Dict | Error)[]> {
  const { call, prepared } = items[0] as BatchItem
  const options = { env: moduleEnvironment(call, false), signal: call.context.signal, fileLimit: fileLimit(call) }
  let processes: readonly ProcessResult[]
  try {
    processes = await prepared.account.runModules(
      items.map(({ prepared: { program } }) => ({ payload: program.payload, argsJson: program.argsJson })),
      options,
    )
  } catch (error) {
    if (error instanceof UnreachableError || error instanceof InterpreterError) return items.map(() => error)
    throw error
  }
  return items.map((item, index) => {
    try {
      return item.single.finish(finishModule(item.call, item.prepared, processes[index] as ProcessResult))
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
  })
}

async function settled(promise: Promise<Dict>): Promise<Dict | Error> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

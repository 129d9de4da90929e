// What actions need from the rest of the program.
import { setMaxListeners } from 'node:events'
import type { Account, AgentPool } from '../agent/index.js'
import type { Config } from '../config/index.js'
import type { ModuleLibrary } from '../modules/index.js'
import type { DataLoader } from '../yaml/index.js'
import type { ActionPluginHost } from './action-plugin.js'
import { type ModuleSettings, moduleSettings } from './module-arguments.js'
import type { Terminal } from './terminal.js'

export interface ActionServices {
  readonly agents: AgentPool
  readonly modules: ModuleLibrary
  readonly config: Config
  readonly loader: DataLoader
  readonly pluginHost?: ActionPluginHost | undefined
  /** Where `pause` reads keys; standard input by default. */
  readonly terminal?: Terminal | undefined
}

/** Services with what is kept between calls. */
export class ActionState {
  readonly settings: ModuleSettings
  readonly #temporaryDirectories = new WeakMap<object, Promise<string>>()
  readonly #discoveries = new Set<string>()
  readonly #signals = new WeakSet<AbortSignal>()
  #fileNumber = 0

  constructor(readonly services: ActionServices) {
    this.settings = moduleSettings(services.config, services.modules.install.version)
  }

  /** The account's directory for files of this run, made on first use; its agent removes it at the end. */
  temporaryDirectory(account: Account): Promise<string> {
    const { agent } = account
    let directory = this.#temporaryDirectories.get(agent)
    if (directory === undefined) {
      directory = account.makeTempDir()
      this.#temporaryDirectories.set(agent, directory)
      directory.catch(() => this.#temporaryDirectories.delete(agent))
    }
    return directory
  }

  /** A name in that directory, different for every call of this run. */
  temporaryName(): string {
    this.#fileNumber++
    return String(this.#fileNumber)
  }

  /** One signal stops all calls of a run: many listeners are no leak. */
  expectListeners(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return
    this.#signals.add(signal)
    setMaxListeners(0, signal)
  }

  /** True for the first loop item of a task on a host: that one reports the interpreter it discovered. */
  claimDiscovery(taskId: string, hostName: string): boolean {
    const key = `${taskId}\0${hostName}`
    if (this.#discoveries.has(key)) return false
    this.#discoveries.add(key)
    return true
  }
}

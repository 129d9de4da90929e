// One call of an action: its context, with what ActionBase (lib/ansible/plugins/action/__init__.py, 2.14) offers to
// every action plugin: module execution, remote files, shell commands, file search, temporary paths.
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { type Account, BecomeError, type ExecOptions, InterpreterError, type ProcessResult } from '../agent/index.js'
import type { ActionContext } from '../engine/index.js'
import type { Module } from '../modules/index.js'
import { decodeUtf8, shlexQuote, str } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { actionError, actionFail, actionSkip } from './action-errors.js'
import { executeModule, type ModuleRequest } from './execute-module.js'
import { type RemoteStat, remoteStat } from './remote-stat.js'
import type { ActionState } from './services.js'

export interface BeginOptions {
  /** Names of arguments the action accepts; any when absent. */
  readonly validArgs?: readonly string[]
  readonly supportsCheckMode?: boolean
  readonly supportsAsync?: boolean
}

/** What a shell command gave (_low_level_execute_command). */
export interface CommandResult {
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
}

export class ActionCall {
  readonly args: Dict
  #accounts = new Map<string, Promise<Account>>()
  #claimsDiscovery: boolean | undefined
  #asyncDirectory: string | undefined

  constructor(
    readonly context: ActionContext,
    readonly state: ActionState,
  ) {
    this.args = context.args
    state.expectListeners(context.signal)
  }

  /** A call with other arguments and the same connections (an action that runs another action). */
  withArgs(args: Dict): ActionCall {
    const call = new ActionCall({ ...this.context, args }, this.state)
    call.#accounts = this.#accounts
    call.#claimsDiscovery = this.#claimsDiscovery
    return call
  }

  /** A call that differs in some of what it knows; connections are shared unless they differ, too. */
  withContext(changes: Partial<ActionContext>): ActionCall {
    const call = new ActionCall({ ...this.context, ...changes }, this.state)
    if (!('become' in changes) && !('connection' in changes)) call.#accounts = this.#accounts
    call.#claimsDiscovery = this.#claimsDiscovery
    return call
  }

  /** ActionBase.run(): refuses what the action cannot do, and gives the empty result. */
  begin(options: BeginOptions = {}): Dict {
    const { asyncSeconds, checkMode } = this.context
    if (asyncSeconds > 0 && !options.supportsAsync) throw actionFail('async is not supported for this task.')
    if (checkMode && options.supportsCheckMode === false) throw actionSkip('check mode is not supported for this task.')
    if (asyncSeconds > 0 && checkMode) throw actionFail('check mode and async cannot be used on same task.')
    if (options.validArgs !== undefined) {
      const bad = [...this.args.keys()].map(key => str(key)).filter(key => !options.validArgs?.includes(key))
      if (bad.length > 0) throw actionFail(`Invalid options for ${this.context.actionName}: ${bad.join(',')}`)
    }
    return new Dict()
  }

  warn(text: string): void {
    this.context.emit({ kind: 'warning', text })
  }

  verbose(level: number, text: string): void {
    if (this.context.verbosity >= level)
      this.context.emit({ kind: 'verbose', level, text, host: this.context.host.name })
  }

  /** An argument; undefined when it is absent. */
  arg(name: string): Value | undefined {
    return this.args.get(name)
  }

  /** The account modules run in. Throws UnreachableError, InterpreterError, and MadansibleError for a failed become. */
  account(interpreter: string = this.context.interpreter): Promise<Account> {
    let account = this.#accounts.get(interpreter)
    if (account === undefined) {
      account = this.#openAccount(interpreter, this.context.become)
      this.#accounts.set(interpreter, account)
    }
    return account
  }

  /** The account of the login itself, without become. */
  loginAccount(): Promise<Account> {
    return this.context.become === undefined ? this.account() : this.#openAccount(this.context.interpreter, undefined)
  }

  async #openAccount(interpreter: string, become: ActionContext['become']): Promise<Account> {
    try {
      return await this.state.services.agents.account(this.context.connection, become, interpreter, this.context.signal)
    } catch (error) {
      if (error instanceof BecomeError) throw actionError(error.message, error)
      throw error
    }
  }

  /** Closes and forgets everything open to the host, so that the next use connects anew. */
  async resetConnection(): Promise<void> {
    this.#accounts = new Map()
    await this.state.services.agents.reset(this.context.connection)
  }

  executeModule(request: ModuleRequest = {}): Promise<Dict> {
    return executeModule(this, request)
  }

  /** Runs a module whose sending is part of something bigger: `around` calls `send` when the host may get the call. */
  executeModuleWith(
    request: ModuleRequest,
    around: (send: () => Promise<ProcessResult>) => Promise<ProcessResult>,
  ): Promise<Dict> {
    return executeModule(this, request, around)
  }

  /** A module by name, with its deprecations told to the user. */
  findModule(name: string): Module {
    const module = this.state.services.modules.find(name, this.context.collections)
    for (const { text, version, date, collection } of module.deprecations) {
      this.context.emit({ kind: 'deprecation', text, version, date, collection })
    }
    return module
  }

  /** PluginLoader.has_plugin for modules. */
  hasModule(name: string): boolean {
    try {
      return this.state.services.modules.plugins.find('modules', name).path !== undefined
    } catch {
      return false
    }
  }

  get isLocal(): boolean {
    return /(^|\.)local$/.test(this.context.connection.kind)
  }

  /** Whether modules run as a user who is neither the login nor an administrator. */
  get isBecomeUnprivileged(): boolean {
    const { become, connection } = this.context
    if (become === undefined || become.user === '') return false
    const login = connection.user ?? (this.isLocal ? userInfo().username : undefined)
    return become.user !== 'root' && become.user !== login
  }

  /** False when facts about the interpreter belong to a delegated host that does not keep them. */
  get ownsConnectionFacts(): boolean {
    return this.context.delegatedTo === undefined || this.context.task.get('delegate_facts') === true
  }

  /** Whether results of this call tell which interpreter was discovered. */
  get reportsDiscovery(): boolean {
    const { interpreter, task, host } = this.context
    if (!interpreter.startsWith('auto')) return false
    this.#claimsDiscovery ??= this.state.claimDiscovery(task.uuid, host.name)
    return this.#claimsDiscovery
  }

  /** The shell plugin's async_dir. */
  get asyncDirectory(): string {
    if (this.#asyncDirectory === undefined) {
      const { config } = this.state.services
      const option = config.pluginOption('shell', 'sh', 'async_dir', {
        vars: name => {
          const value = this.context.connectionVars.get(name)
          return value === undefined ? undefined : this.context.connectionTemplar.template(value)
        },
      })
      const text = isText(option as Value) ? textOf(option as string) : '~/.ansible_async'
      this.#asyncDirectory = text
    }
    return this.#asyncDirectory
  }

  /** Runs a shell command as the task's user; output as text. */
  async command(command: string, options: ExecOptions = {}): Promise<CommandResult> {
    try {
      const account = await this.account()
      const result = await account.exec(command, { signal: this.context.signal, ...options })
      return commandResult(result)
    } catch (error) {
      if (!(error instanceof InterpreterError)) throw error
      const raw = await this.state.services.agents.rawExec(this.context.connection, this.context.become, command, {
        executable: options.executable ?? this.context.connection.shellExecutable,
        signal: this.context.signal,
      })
      return commandResult(raw)
    }
  }

  /** What is at a path on the host; `checksum` is sha1, '1' when nothing is there, '' when there is none. */
  async remoteStat(path: string, options: { follow: boolean; checksum?: boolean }): Promise<RemoteStat> {
    return remoteStat(this, path, options)
  }

  /** `~` and `~user` on the host; `~` alone is the become user's home. */
  async expandUser(path: string): Promise<string> {
    if (!path.startsWith('~')) return path
    const account = await this.account()
    const expanded = await account.expandUser(path)
    if (dirname(expanded).split('/').includes('..')) {
      const address = this.context.connection.address
      throw actionError(`'${address}' returned an invalid relative home directory path containing '..'`)
    }
    return expanded
  }

  /** A path for a new file `base` in a temporary directory of its own, which is made when the file is put there. */
  async temporaryPath(base: string): Promise<{ readonly directory: string; readonly path: string }> {
    const parent = await this.state.temporaryDirectory(await this.account())
    // Beside the account's own and named alike: `src` in results has the form ansible-core's has.
    const directory = `${parent}${this.state.temporaryName()}`
    return { directory, path: `${directory}/${base}` }
  }

  /** A new private directory on the host. */
  async makeTemporaryDirectory(): Promise<string> {
    return (await this.account()).makeTempDir()
  }

  /** `test -e path` as the task's user. */
  async remoteFileExists(path: string): Promise<boolean> {
    // The shell plugin quotes the path, so that neither ~ nor variables are expanded.
    const { rc } = await this.command(`[ -e ${shlexQuote(path)} ]`)
    return rc === 0
  }

  /** Removes a temporary file or directory without waiting for it. */
  discard(path: string): void {
    void this.account()
      .then(account => account.removeTree(path))
      .catch(() => undefined)
  }

  /** The first existing file of a name, searched as Ansible does; throws with the list of places when there is none. */
  findNeedle(directory: string, name: string): string {
    const { loader } = this.state.services
    return loader.pathDwimRelativeStack(this.context.task.getSearchPath(), directory, name)
  }

  /** A local path for something that is never written there, named as Ansible's temporary files are. */
  localTemporaryPath(name: string): string {
    const directory = str(this.state.services.config.get('DEFAULT_LOCAL_TMP'))
    return `${directory}/tmp${randomBytes(4).toString('hex')}${name === '' ? '' : `/${name}`}`
  }
}

export function commandResult(result: { rc: number; stdout: Uint8Array; stderr: Uint8Array }): CommandResult {
  return {
    rc: result.rc,
    stdout: decodeUtf8(result.stdout, 'surrogateescape'),
    stderr: decodeUtf8(result.stderr, 'surrogateescape'),
  }
}

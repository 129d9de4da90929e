// The connection to one host under one login: opened on first use, opened again after it was lost, with further
// connections when the server allows no more sessions on one. Starts commands, plain or as another user.
import {
  type ConnectionSettings,
  connectionKind,
  openTransport,
  type RemoteProcess,
  SessionLimitError,
  type Transport,
  type TransportEnvironment,
} from '../transport/index.js'
import type { BecomeSettings } from './account.js'
import { escalate } from './become.js'
import { passEscalation } from './escalation.js'
import { shellCommand } from './shell.js'

/** Runs one connect after the pool's limit allows it. */
export type ConnectGate = <T>(connect: () => Promise<T>) => Promise<T>

export interface StartOptions {
  readonly signal?: AbortSignal | undefined
  /** A terminal even where the become method needs none. */
  readonly tty?: boolean
  /** The command goes to the login shell as it is. */
  readonly isRaw?: boolean
}

export class HostLink {
  readonly settings: ConnectionSettings
  readonly #environment: TransportEnvironment
  readonly #gate: ConnectGate
  #transports: Promise<Transport>[] = []

  constructor(settings: ConnectionSettings, environment: TransportEnvironment, gate: ConnectGate) {
    this.settings = settings
    this.#environment = environment
    this.#gate = gate
  }

  get isLocal(): boolean {
    return connectionKind(this.settings) === 'local'
  }

  /** How the host is reached, connecting if need be. */
  async transportKind(): Promise<Transport['kind']> {
    return (await this.#current()).kind
  }

  /** Starts `command` in the account's shell, after becoming the other user if one is given. */
  async start(command: string, become: BecomeSettings | undefined, options: StartOptions = {}): Promise<RemoteProcess> {
    const shell = this.settings.shellExecutable
    if (become === undefined) {
      const line = options.isRaw === true ? command : shellCommand(shell, command)
      return this.#openTold(line, options)
    }
    const escalation = escalate(become, command, shell)
    const tty = options.tty === true || (escalation.needsTty && options.isRaw !== true)
    // On a terminal bytes must pass unchanged, both ways.
    const line =
      options.isRaw === true || !tty ? escalation.command : `stty raw -echo 2>/dev/null; ${escalation.command}`
    const wrapped = options.isRaw === true ? escalation.command : shellCommand(shell, line)
    const process = await this.#openTold(wrapped, { ...options, tty })
    return passEscalation(process, escalation, { timeoutSeconds: this.settings.timeoutSeconds, isLocal: this.isLocal })
  }

  #openTold(line: string, options: StartOptions): Promise<RemoteProcess> {
    this.#environment.note?.(this.settings.hostName, `EXEC ${line}`, 3)
    return this.open(line, options)
  }

  /** Starts a complete command line. */
  async open(line: string, options: StartOptions = {}): Promise<RemoteProcess> {
    const { tty = false, signal } = options
    const transport = await this.#current()
    try {
      return await transport.open(line, { tty, signal })
    } catch (error) {
      if (!(error instanceof SessionLimitError)) throw error
      return (await this.#connect()).open(line, { tty, signal })
    }
  }

  async close(): Promise<void> {
    const transports = this.#transports
    this.#transports = []
    await Promise.all(transports.map(async pending => (await pending.catch(() => undefined))?.close()))
  }

  #current(): Promise<Transport> {
    return this.#transports.at(-1) ?? this.#connect()
  }

  /** A new connection; forgotten when it fails or is lost. */
  #connect(): Promise<Transport> {
    const pending = this.#gate(() => openTransport(this.settings, this.#environment))
    this.#transports.push(pending)
    const forget = (): void => {
      this.#transports = this.#transports.filter(other => other !== pending)
    }
    pending.then(transport => transport.closed.then(forget), forget)
    return pending
  }
}

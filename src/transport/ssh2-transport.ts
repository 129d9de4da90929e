// SSH inside this process. Guarantees: the host key is checked before any credential is sent; a refused key, refused
// credentials, a closed port and a timeout are UnreachableErrors with the text ssh would have printed; a connection
// that breaks ends every process opened through it.
import { connect, type Socket } from 'node:net'
import type { Client, ClientChannel } from 'ssh2'
import type { ConnectionSettings } from './settings.js'
import type { Ssh2Plan } from './ssh-plan.js'
import { logIn, type Ssh2Environment } from './ssh2-login.js'
import {
  type OpenOptions,
  type ProcessExit,
  type RemoteProcess,
  SessionLimitError,
  sshUnreachable,
  type Transport,
} from './transport.js'

export class Ssh2Transport implements Transport {
  readonly kind = 'ssh2'
  readonly closed: Promise<void>
  readonly #client: Client
  readonly #plan: Ssh2Plan
  #isLost = false

  private constructor(client: Client, plan: Ssh2Plan) {
    this.#client = client
    this.#plan = plan
    this.closed = new Promise(resolve => {
      client.once('close', () => {
        this.#isLost = true
        resolve()
      })
    })
    // After the login an error is always followed by the end of the connection.
    client.on('error', () => {})
  }

  static async connect(
    settings: ConnectionSettings,
    plan: Ssh2Plan,
    environment: Ssh2Environment,
  ): Promise<Ssh2Transport> {
    const socket = await openSocket(plan, environment.signal)
    return new Ssh2Transport(await logIn(socket, settings, plan, environment), plan)
  }

  open(command: string, options: OpenOptions = {}): Promise<RemoteProcess> {
    const lost = sshUnreachable(`Connection to ${this.#plan.host} closed by remote host.`)
    if (this.#isLost) return Promise.reject(lost)
    return new Promise((resolve, reject) => {
      const settings = {
        env: this.#plan.env,
        ...(options.tty === true ? { pty: { term: process.env.TERM ?? 'dumb' } } : {}),
        ...(this.#plan.forwardAgent ? { agentForward: true } : {}),
      }
      try {
        this.#client.exec(command, settings, (error, channel) => {
          if (error === undefined) resolve(remoteProcess(channel, lost))
          else if (this.#isLost) reject(lost)
          else reject(new SessionLimitError(error.message, { cause: error }))
        })
      } catch (cause) {
        reject(cause instanceof Error && cause.message === 'Not connected' ? lost : cause)
      }
    })
  }

  async close(): Promise<void> {
    if (this.#isLost) return
    this.#client.end()
    const timer = setTimeout(() => this.#client.destroy(), 2000)
    await this.closed
    clearTimeout(timer)
  }
}

function remoteProcess(channel: ClientChannel, lost: Error): RemoteProcess {
  const exit = new Promise<ProcessExit>((resolve, reject) => {
    let ended: ProcessExit | undefined
    channel.once('exit', (code: number | null, signal?: string) => {
      ended = { code: code ?? undefined, signal: signal?.replace(/^SIG/, '') }
      // What a daemon keeps open must not hold up the end of the process itself.
      setTimeout(() => resolve(ended!), 500).unref()
    })
    channel.once('close', () => (ended === undefined ? reject(lost) : resolve(ended)))
  })
  exit.catch(() => {})
  return { stdin: channel, stdout: channel, stderr: channel.stderr, exit, kill: () => channel.destroy() }
}

/** The TCP connection, with ssh's words for what can go wrong. */
function openSocket(plan: Ssh2Plan, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: plan.host,
      port: plan.port,
      family: plan.family,
      localAddress: plan.bindAddress,
      keepAlive: plan.tcpKeepAlive,
      noDelay: true,
      autoSelectFamily: plan.family === 0,
    })
    const limitMs = plan.connectTimeoutSeconds * 1000
    const timer = limitMs > 0 ? setTimeout(() => fail('Connection timed out'), limitMs) : undefined
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.removeListener('error', onError)
    }
    const giveUp = (error: unknown): void => {
      settle()
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const onAbort = (): void => giveUp(signal!.reason)
    const fail = (reason: string, cause?: unknown): void =>
      giveUp(sshUnreachable(`ssh: connect to host ${plan.host} port ${plan.port}: ${reason}`, cause))
    const onError = (error: NodeJS.ErrnoException): void => {
      const code = firstCode(error)
      if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NONAME') {
        const reason = code === 'EAI_AGAIN' ? 'Temporary failure in name resolution' : 'Name or service not known'
        giveUp(sshUnreachable(`ssh: Could not resolve hostname ${plan.host}: ${reason}`, error))
      } else fail(SOCKET_ERRORS[code] ?? error.message, error)
    }
    socket.once('error', onError)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted === true) onAbort()
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
  })
}

const SOCKET_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
  ECONNRESET: 'Connection reset by peer',
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
}

/** A failed attempt on several addresses reports each; ssh shows the last. */
function firstCode(error: NodeJS.ErrnoException): string {
  if (error instanceof AggregateError) return firstCode(error.errors.at(-1) as NodeJS.ErrnoException)
  return error.code ?? ''
}

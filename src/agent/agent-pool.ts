// All accounts of all hosts: agents are started on first use, shared, capped per host and closed at the end.
// Guarantees: one agent per login, become identity and interpreter; all hosts with a local connection share theirs;
// a lost agent is replaced at the next use; nobody waits for ever.
import { userInfo } from 'node:os'
import pLimit from 'p-limit'
import { type ConnectionSettings, connectionKind, sshFarewell, type TransportEnvironment } from '../transport/index.js'
import { type Account, BecomeError, type BecomeSettings, InterpreterError, type ProcessResult } from './account.js'
import { AgentAccount } from './agent-account.js'
import { AgentConnection, AgentStartError, newNonce } from './agent-connection.js'
import type { AgentLink } from './agent-link.js'
import { agentStart } from './agent-source.js'
import { escalate } from './become.js'
import type { CompileProgram } from './compiled-code.js'
import { passEscalation } from './escalation.js'
import { HostLink } from './host-link.js'
import {
  chooseInterpreter,
  type DiscoveredInterpreter,
  discoveryCommand,
  isDiscoveryMode,
} from './interpreter-discovery.js'
import { collect } from './process-output.js'
import { shellCommand } from './shell.js'
import { SingleCalls } from './single-calls.js'

export interface AgentPoolOptions {
  /** Connections being opened at once. Default 32. */
  readonly connectLimit?: number
  /** Agents kept per host; idle ones beyond it are closed, least recently used first. Default 20. */
  readonly agentsPerHost?: number
  /** `BECOME_ALLOW_SAME_USER`. */
  readonly becomeAllowSameUser?: boolean
  /** Modules and commands running at once per account; by default the host's processors, at least four. */
  readonly callsPerAccount?: number
  /** `--transport`. */
  readonly transport?: 'ssh2' | 'openssh' | undefined
  /** Finds the compiled form of the agent itself. */
  readonly compileProgram?: CompileProgram | undefined
  /** Shown at -v, or at as many v as `level` says. */
  readonly note?: ((hostName: string, text: string, level?: number) => void) | undefined
  /** Asks the user about an unknown host key; absent without a terminal. */
  readonly confirmHostKey?: ((question: string) => Promise<boolean>) | undefined
  /** Told when something starts and ends on a host, for the live view. */
  readonly onActivity?: ((activity: AgentActivity) => void) | undefined
}

export interface AgentActivity {
  readonly hostName: string
  readonly kind: 'connecting' | 'connected' | 'lost'
  /** User the agent runs as, once known. */
  readonly user?: string | undefined
}

export interface RawOptions {
  /** `executable` argument of raw; without it the text goes to the login shell as it is. */
  readonly executable?: string | undefined
  readonly stdin?: Uint8Array | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** An idle agent is not closed for others before this. */
const IDLE_MS = 5000

interface Host {
  readonly link: HostLink
  readonly agents: Map<string, Promise<AgentLink>>
  readonly open: Set<AgentLink>
  discovery: Promise<string> | undefined
}

export class AgentPool {
  readonly #options: AgentPoolOptions
  readonly #hosts = new Map<string, Host>()
  readonly #gate: ReturnType<typeof pLimit>

  constructor(options: AgentPoolOptions = {}) {
    this.#options = options
    this.#gate = pLimit(options.connectLimit ?? 32)
  }

  /**
   * The account for a login and, with `become`, the user behind it. `interpreter` is a path, a shell fragment that
   * ends in a Python, or one of `auto`, `auto_silent`, `auto_legacy`, `auto_legacy_silent`.
   * Throws UnreachableError, BecomeError or InterpreterError.
   */
  async account(
    connection: ConnectionSettings,
    become: BecomeSettings | undefined,
    interpreter: string,
    signal?: AbortSignal,
  ): Promise<Account> {
    const host = this.#host(connection)
    const identity = this.#effectiveBecome(connection, become)
    const discovered = isDiscoveryMode(interpreter)
      ? await this.#discover(host, connection, interpreter, signal)
      : undefined
    const path = discovered?.path ?? interpreter
    const key = JSON.stringify([path, identity])
    let agent = host.agents.get(key)
    if (agent === undefined) {
      agent = this.#launch(host, connection, identity, path, discovered)
      this.#remember(host, key, agent, connection.hostName)
    }
    const link = await abortable(agent, signal)
    link.lastUsed = Date.now()
    const { hello } = link
    return new AgentAccount(
      link,
      {
        python: hello.python,
        pythonVersion: hello.version,
        uid: hello.uid,
        user: hello.user,
        home: hello.home,
        cpuCount: hello.cpus,
        discoveredInterpreter: discovered?.path,
        discoveryWarnings: discovered?.warnings ?? [],
        transport: await host.link.transportKind(),
      },
      {
        cwd: connection.localDirectory,
        shellExecutable: connection.shellExecutable,
        remoteTmp: temporaryBase(connection, identity),
        login: identity === undefined || host.link.isLocal ? undefined : (connection.user ?? ''),
        ttyFarewell: host.link.isLocal ? '' : sshFarewell(connection),
      },
    )
  }

  /** Runs a command without needing Python on the host, as the raw module does. */
  async rawExec(
    connection: ConnectionSettings,
    become: BecomeSettings | undefined,
    command: string,
    options: RawOptions = {},
  ): Promise<ProcessResult> {
    const { link } = this.#host(connection)
    const identity = this.#effectiveBecome(connection, become)
    const tty = !link.isLocal && connection.useTty && options.stdin === undefined
    const { signal } = options
    const shell = options.executable ?? connection.shellExecutable
    const escalation = identity === undefined ? undefined : escalate(identity, command, shell)
    const inner = escalation?.command ?? command
    const line = options.executable ? shellCommand(options.executable, inner) : inner
    let process = await link.open(line, { tty, signal })
    if (escalation !== undefined) {
      process = await passEscalation(process, escalation, {
        timeoutSeconds: connection.timeoutSeconds,
        isLocal: link.isLocal,
      })
    }
    const result = await collect(process, options)
    return tty ? { ...result, stderr: Buffer.concat([result.stderr, Buffer.from(sshFarewell(connection))]) } : result
  }

  /** Drops everything that is open to the host: the next use connects anew (`meta: reset_connection`, reboot). */
  async reset(connection: ConnectionSettings): Promise<void> {
    const key = hostKey(connection)
    const host = this.#hosts.get(key)
    // The local machine is not connected to; its agent serves other hosts too.
    if (host === undefined || host.link.isLocal) return
    this.#hosts.delete(key)
    await closeHost(host)
  }

  /**
   * Ends idle agents of a user on a host, of all users but the login without `user`: the account is about to change.
   * The next use starts one anew, with the groups the user has then.
   */
  async leave(connection: ConnectionSettings, user?: string): Promise<void> {
    const host = this.#hosts.get(hostKey(connection))
    if (host === undefined || host.open.size === 0) return
    const login = connectionKind(connection) === 'local' ? localUser() : connection.user
    const isMeant = (name: string): boolean => (user === undefined ? name !== login && name !== 'root' : name === user)
    for (const [key, pending] of [...host.agents]) {
      const [, identity] = JSON.parse(key) as [string, BecomeSettings | null]
      if (identity === null || identity === undefined || !isMeant(identity.user)) continue
      const link = await pending.catch(() => undefined)
      if (link === undefined || link.inFlight > 0) continue
      host.agents.delete(key)
      host.open.delete(link)
      await link.close()
    }
  }

  async closeAll(): Promise<void> {
    const hosts = [...this.#hosts.values()]
    this.#hosts.clear()
    await Promise.all(hosts.map(closeHost))
  }

  #host(connection: ConnectionSettings): Host {
    const key = hostKey(connection)
    let host = this.#hosts.get(key)
    if (host === undefined) {
      const environment: TransportEnvironment = {
        force: this.#options.transport,
        note: this.#options.note,
        confirmHostKey: this.#options.confirmHostKey,
      }
      const link = new HostLink(connection, environment, connect => this.#gate(connect))
      host = { link, agents: new Map(), open: new Set(), discovery: undefined }
      this.#hosts.set(key, host)
    }
    return host
  }

  /** Ansible does not escalate to the user it logged in as. */
  #effectiveBecome(connection: ConnectionSettings, become: BecomeSettings | undefined): BecomeSettings | undefined {
    if (become === undefined || this.#options.becomeAllowSameUser === true) return become
    const login = connectionKind(connection) === 'local' ? localUser() : connection.user
    return become.user === (login ?? '') ? undefined : become
  }

  async #discover(
    host: Host,
    connection: ConnectionSettings,
    mode: string,
    signal: AbortSignal | undefined,
  ): Promise<DiscoveredInterpreter> {
    const fallback = connection.interpreterFallback
    host.discovery ??= (async () => {
      const process = await host.link.start(discoveryCommand(fallback), undefined)
      process.stdin.end()
      return (await collect(process)).stdout.toString('utf8')
    })()
    const pending = host.discovery
    pending.catch(() => {
      if (host.discovery === pending) host.discovery = undefined
    })
    const output = await abortable(pending, signal)
    return chooseInterpreter(output, { hostName: connection.hostName, mode, fallback })
  }

  async #launch(
    host: Host,
    connection: ConnectionSettings,
    become: BecomeSettings | undefined,
    interpreter: string,
    discovered: DiscoveredInterpreter | undefined,
  ): Promise<AgentLink> {
    this.#options.onActivity?.({ hostName: connection.hostName, kind: 'connecting' })
    await this.#makeRoom(host)
    try {
      return await this.#startAgent(host, become, interpreter, false)
    } catch (error) {
      const isRefused = error instanceof BecomeError && error.message.startsWith('Missing')
      if (become === undefined || !(isRefused || error instanceof AgentStartError))
        throw this.#explain(error, host, interpreter, discovered)
      const said = isRefused ? REFUSED : startOutput(error as AgentStartError)
      try {
        if (/must have a tty/.test(said)) return await this.#startAgent(host, become, interpreter, true)
        if (said === REFUSED || /not allowed to (?:execute|run)/.test(said)) {
          const link = await SingleCalls.open(signal => host.link.start(interpreter, become, { signal }))
          const note = 'the sudo rules allow only certain commands: one process per call, as Ansible does'
          this.#options.note?.(connection.hostName, note)
          return link
        }
      } catch {
        // The first failure tells more.
      }
      throw this.#explain(error, host, interpreter, discovered)
    }
  }

  #explain(error: unknown, host: Host, interpreter: string, discovered: DiscoveredInterpreter | undefined): unknown {
    if (!(error instanceof AgentStartError)) return error
    return interpreterError(error, host.link.settings, interpreter, discovered)
  }

  async #startAgent(
    host: Host,
    become: BecomeSettings | undefined,
    interpreter: string,
    tty: boolean,
  ): Promise<AgentLink> {
    const nonce = newNonce()
    const { callsPerAccount = 0, compileProgram } = this.#options
    const { command, program } = agentStart(interpreter, nonce, callsPerAccount, compileProgram)
    const process = await host.link.start(command, become, { tty })
    return AgentConnection.start(process, nonce, program, lostMessage(host.link.settings))
  }

  #remember(host: Host, key: string, pending: Promise<AgentLink>, hostName: string): void {
    host.agents.set(key, pending)
    const forget = (): void => {
      if (host.agents.get(key) === pending) host.agents.delete(key)
    }
    pending.then(link => {
      host.open.add(link)
      this.#options.onActivity?.({ hostName, kind: 'connected', user: link.hello.user })
      void link.ended.then(() => {
        host.open.delete(link)
        forget()
        this.#options.onActivity?.({ hostName, kind: 'lost', user: link.hello.user })
      })
    }, forget)
  }

  /** Closes idle agents of a host that has as many as it may. */
  async #makeRoom(host: Host): Promise<void> {
    const most = this.#options.agentsPerHost ?? 20
    while (host.open.size >= most) {
      const idle = [...host.open].filter(link => link.inFlight === 0 && Date.now() - link.lastUsed > IDLE_MS)
      const oldest = idle.sort((a, b) => a.lastUsed - b.lastUsed)[0]
      if (oldest === undefined) return
      host.open.delete(oldest)
      for (const [key, pending] of host.agents)
        if ((await pending.catch(() => undefined)) === oldest) host.agents.delete(key)
      await oldest.close()
    }
  }
}

async function closeHost(host: Host): Promise<void> {
  const pending = [...host.agents.values()]
  host.agents.clear()
  await Promise.all(pending.map(async agent => (await agent.catch(() => undefined))?.close()))
  await host.link.close()
}

/** What makes two hosts one: the same login by the same means. */
function hostKey(connection: ConnectionSettings): string {
  if (connectionKind(connection) === 'local') return `local ${connection.shellExecutable}`
  const { localDirectory, remoteTmp, useTty, ...rest } = connection
  return JSON.stringify(rest, Object.keys(rest).concat(Object.keys(rest.ssh)).sort())
}

/** Where temporary directories go: not into the home of an unprivileged become user (ActionBase._make_tmp_path). */
function temporaryBase(connection: ConnectionSettings, become: BecomeSettings | undefined): string | undefined {
  const admins = connection.adminUsers ?? ['root', 'toor']
  if (become === undefined || become.user === connection.user || admins.includes(become.user))
    return connection.remoteTmp
  const system = (connection.systemTmpdirs ?? ['/var/tmp', '/tmp']).map(path => path.replace(/\/+$/, ''))
  const wanted = connection.remoteTmp?.replace(/\/+$/, '')
  return wanted !== undefined && system.includes(wanted) ? wanted : system[0]
}

/** The user of a local connection, as Python's getpass.getuser tells. */
function localUser(): string {
  const { LOGNAME, USER, LNAME, USERNAME } = process.env
  return LOGNAME || USER || LNAME || USERNAME || userInfo().username
}

function lostMessage(connection: ConnectionSettings): string {
  if (connectionKind(connection) === 'local') return 'The agent on this machine ended unexpectedly.'
  return `Failed to connect to the host via ssh: Connection to ${connection.address} closed by remote host.`
}

/** The failed start as Ansible would have seen it: without pipelining, commands over ssh run on a terminal. */
function interpreterError(
  error: AgentStartError,
  connection: ConnectionSettings,
  interpreter: string,
  discovered: DiscoveredInterpreter | undefined,
): InterpreterError {
  const { rc, stdout, stderr } = error.result
  // The shell mentions the `exec` Ansible's command does not have.
  const said = stderr.toString('utf8').replaceAll(`exec: ${interpreter}`, interpreter)
  const isTerminal = connectionKind(connection) !== 'local' && connection.useTty && connection.pipelining !== true
  const merged = (stdout.toString('utf8') + said).replaceAll(/\r?\n/g, '\r\n')
  const result = isTerminal
    ? { rc, stdout: Buffer.from(merged), stderr: Buffer.from(sshFarewell(connection)) }
    : { rc, stdout, stderr: Buffer.from(said) }
  return new InterpreterError(
    interpreter,
    result,
    { discoveredInterpreter: discovered?.path, discoveryWarnings: discovered?.warnings ?? [] },
    said.trim() || stdout.toString('utf8').trim(),
  )
}

function startOutput(error: AgentStartError): string {
  return error.result.stderr.toString('utf8') + error.result.stdout.toString('utf8')
}

/** Stands for a refusal that asks for a password: sudo says so too when a command matches none of its rules. */
const REFUSED = 'a password is required'

/** The promise's outcome, or the signal's reason as soon as it is aborted. */
function abortable<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

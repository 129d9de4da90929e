// Key exchange and authentication of an ssh2 connection. Guarantees: the host key is judged before any credential is
// offered; methods and keys are tried in ssh's order; a refused password is not tried twice; every failure reads as ssh
// (or sshpass) words it.
import type { Socket } from 'node:net'
import ssh2, { type AnyAuthMethod, type AuthenticationType, type Client } from 'ssh2'
import { Identities } from './identities.js'
import {
  addHostKey,
  type HostIdentity,
  keyTypeName,
  knownHostsName,
  knownKeyTypes,
  lookUpHostKey,
  refusalText,
  trustQuestion,
} from './known-hosts.js'
import type { ConnectionSettings } from './settings.js'
import type { Ssh2Plan } from './ssh-plan.js'
import { SSH_FAILURE_PREFIX, sshUnreachable, UnreachableError } from './transport.js'

export interface Ssh2Environment {
  readonly signal?: AbortSignal | undefined
  readonly note: (text: string) => void
  readonly confirmHostKey?: ((question: string) => Promise<boolean>) | undefined
}

/** How long a server may take from the first packet to the end of authentication (sshd's own default limit). */
const LOGIN_GRACE_MS = 120_000

/** Key exchange and authentication on a connected socket. */
export function logIn(
  socket: Socket,
  settings: ConnectionSettings,
  plan: Ssh2Plan,
  environment: Ssh2Environment,
): Promise<Client> {
  const client = new ssh2.Client()
  const identity: HostIdentity = { name: plan.hostKeyName, port: plan.port, isAlias: plan.hostKeyAlias }
  const login = new Login(settings, plan)
  return new Promise((resolve, reject) => {
    let refusal: string | undefined
    let isShakenHands = false
    const abort = (error: unknown): void => {
      clearTimeout(timer)
      environment.signal?.removeEventListener('abort', onAbort)
      client.on('error', () => {})
      client.destroy()
      reject(error)
    }
    const onAbort = (): void => abort(environment.signal!.reason)
    const onTimeout = (): void => {
      const where = `Connection to ${plan.host} port ${plan.port} timed out`
      abort(sshUnreachable(isShakenHands ? where : `Connection timed out during banner exchange\r\n${where}`))
    }
    const bannerMs = plan.connectTimeoutSeconds * 1000 || LOGIN_GRACE_MS
    let timer = setTimeout(onTimeout, bannerMs)
    const checkKey = (key: Buffer, verify: (isTrusted: boolean) => void): void => {
      judgeHostKey(key, plan, identity, socket.remoteAddress ?? plan.host, environment).then(verdict => {
        refusal = verdict.refusal
        if (verdict.isSuspect) login.withholdPassword()
        verify(verdict.refusal === undefined)
      }, abort)
    }
    environment.signal?.addEventListener('abort', onAbort, { once: true })
    client.once('handshake', () => {
      isShakenHands = true
      clearTimeout(timer)
      timer = setTimeout(onTimeout, LOGIN_GRACE_MS)
    })
    client.on('error', error => {
      // A key agent that declines to sign is not the end: the next key is tried.
      if ((error as { level?: string }).level === 'agent') return
      if (refusal !== undefined) abort(sshUnreachable(refusal))
      else abort(login.explain(error, isShakenHands))
    })
    client.once('close', () => abort(login.explain(new Error('closed'), isShakenHands)))
    client.once('ready', () => {
      clearTimeout(timer)
      environment.signal?.removeEventListener('abort', onAbort)
      client.removeAllListeners('close')
      client.removeAllListeners('error')
      resolve(client)
    })
    client.connect({
      sock: socket,
      username: plan.user,
      hostVerifier: checkKey,
      algorithms: {
        serverHostKey: keyAlgorithms(knownKeyTypes([...plan.userKnownHosts, ...plan.globalKnownHosts], identity)),
        compress: plan.compression ? ['zlib@openssh.com', 'zlib', 'none'] : ['none', 'zlib@openssh.com', 'zlib'],
      },
      authHandler: (
        left: AuthenticationType[] | null,
        partial: boolean | null,
        next: (method: AnyAuthMethod | false) => void,
      ) => next(login.next(left, partial === true)),
      readyTimeout: 0,
      keepaliveInterval: plan.keepaliveSeconds * 1000,
      keepaliveCountMax: plan.keepaliveCount,
      ...(plan.forwardAgent && plan.agentSocket !== undefined ? { agent: plan.agentSocket, agentForward: true } : {}),
    } as Parameters<Client['connect']>[0])
  })
}

const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const

/** Algorithms whose key is known come first, so that a known host is recognised. */
function keyAlgorithms(known: readonly string[]): (typeof HOST_KEY_ALGORITHMS)[number][] {
  const isKnown = (name: string): boolean => known.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name)
  return [...HOST_KEY_ALGORITHMS.filter(isKnown), ...HOST_KEY_ALGORITHMS.filter(name => !isKnown(name))]
}

async function judgeHostKey(
  key: Buffer,
  plan: Ssh2Plan,
  identity: HostIdentity,
  address: string,
  environment: Ssh2Environment,
): Promise<{ readonly refusal: string | undefined; readonly isSuspect: boolean }> {
  const state = lookUpHostKey([...plan.userKnownHosts, ...plan.globalKnownHosts], identity, key)
  const userFile = plan.userKnownHosts[0] ?? '/dev/null'
  const refusal = refusalText(state, plan.hostKeyPolicy, identity, key, userFile)
  const trust = (): void => {
    addHostKey(userFile, identity, key, plan.hashKnownHosts)
    environment.note(
      `Permanently added '${knownHostsName(identity)}' (${keyTypeName(key)}) to the list of known hosts.`,
    )
  }
  if (refusal === undefined) {
    if (state.kind === 'unknown') trust()
    return { refusal: undefined, isSuspect: state.kind === 'changed' }
  }
  if (
    state.kind === 'unknown' &&
    plan.hostKeyPolicy === 'ask' &&
    plan.mayAsk &&
    environment.confirmHostKey !== undefined
  ) {
    if (await environment.confirmHostKey(trustQuestion(identity, address, key))) {
      trust()
      return { refusal: undefined, isSuspect: false }
    }
  }
  return { refusal, isSuspect: false }
}

/** Chooses authentication methods as ssh does and remembers enough to explain a failure. */
class Login {
  readonly #settings: ConnectionSettings
  readonly #plan: Ssh2Plan
  readonly #identities: Identities
  readonly #tried = new Set<string>()
  #offered: readonly string[] = []
  #mayUsePassword = true
  #wasPasswordRefused = false
  #unknownPrompt: string | undefined

  constructor(settings: ConnectionSettings, plan: Ssh2Plan) {
    this.#settings = settings
    this.#plan = plan
    this.#identities = new Identities(plan)
  }

  /** A host whose key has changed gets no password, as with ssh. */
  withholdPassword(): void {
    this.#mayUsePassword = false
  }

  next(left: readonly string[] | null, isPartial: boolean): AnyAuthMethod | false {
    const username = this.#plan.user
    if (left === null) return { type: 'none', username }
    this.#offered = left
    if (isPartial) this.#wasPasswordRefused = false
    else if (this.#tried.has('password')) this.#wasPasswordRefused = true
    for (const method of this.#plan.methods) {
      if (this.#tried.has(method) || !left.includes(method)) continue
      this.#tried.add(method)
      if (method === 'publickey') return { type: 'agent', username, agent: this.#identities }
      const password = this.#settings.password
      if (password === undefined || !this.#mayUsePassword || this.#wasPasswordRefused) continue
      if (method === 'password') return { type: 'password', username, password }
      return {
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) =>
          finish(prompts.map(({ prompt }) => this.#answer(prompt, password))),
      }
    }
    return false
  }

  #answer(prompt: string, password: string): string {
    if (prompt.toLowerCase().includes(this.#settings.sshpassPrompt?.toLowerCase() || 'assword')) {
      // One password, one attempt: a second one could lock the account.
      this.#tried.add('password')
      return password
    }
    this.#unknownPrompt = prompt
    return ''
  }

  /** The failure in the words of ssh (or of sshpass for a refused password). */
  explain(error: Error & { level?: string; code?: string }, isShakenHands: boolean): UnreachableError {
    const { host, port, user } = this.#plan
    if (error.level === 'client-authentication') return this.#refused()
    if (!isShakenHands) {
      const detail = error.code === 'ECONNRESET' ? 'Connection reset by peer' : 'Connection closed by remote host'
      const end = `Connection ${error.code === 'ECONNRESET' ? 'reset' : 'closed'} by ${host} port ${port}`
      if (/handshake/.test(error.level ?? '') || error.message.startsWith('Handshake failed')) {
        return sshUnreachable(`Unable to negotiate with ${host} port ${port}: ${error.message}`, error)
      }
      return sshUnreachable(`kex_exchange_identification: ${detail}\r\n${end}`, error)
    }
    if (error.message === 'Too many authentication failures' || error.level === 'protocol') {
      return sshUnreachable(`Received disconnect from ${host} port ${port}: ${error.message}`, error)
    }
    if (this.#tried.size > 0) return this.#refused()
    return sshUnreachable(`${user}@${host}: Connection closed by ${host} port ${port}`, error)
  }

  #refused(): UnreachableError {
    const { user, host } = this.#plan
    const lines = [...this.#identities.complaints]
    const wasAsked = this.#tried.has('password') || this.#tried.has('keyboard-interactive')
    if (
      this.#settings.password !== undefined &&
      wasAsked &&
      this.#mayUsePassword &&
      this.#unknownPrompt === undefined
    ) {
      lines.push('Permission denied, please try again.')
      const text = `Invalid/incorrect password: ${lines.join('\r\n')}`
      return new UnreachableError(text, { isAuthenticationFailure: true })
    }
    if (this.#unknownPrompt !== undefined)
      lines.push(`The server asks for more than a password: ${this.#unknownPrompt.trim()}`)
    lines.push(`${user}@${host}: Permission denied (${this.#offered.join(',')}).`)
    return new UnreachableError(`${SSH_FAILURE_PREFIX}${lines.join('\r\n')}`)
  }
}

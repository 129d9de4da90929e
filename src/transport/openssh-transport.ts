// A host through the system's ssh program: for settings only OpenSSH understands. Every process is an ssh child; they
// share one connection through a private ControlMaster unless the user's own arguments say otherwise.
// Mirrors Connection._build_command of lib/ansible/plugins/connection/ssh.py (2.14).
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { childExit } from './local-transport.js'
import type { ConnectionSettings } from './settings.js'
import {
  type OpenOptions,
  type ProcessExit,
  type RemoteProcess,
  SSH_FAILURE_PREFIX,
  sshUnreachable,
  type Transport,
  UnreachableError,
} from './transport.js'

/** Texts that tell a status of 255 comes from the command and not from ssh (`b_NOT_SSH_ERRORS`). */
const NOT_SSH = [
  'Traceback (most recent call last):',
  'PHP Parse error:',
  'chmod: invalid mode',
  'chmod: A flag or octal number is not correct.',
]

export class OpenSshTransport implements Transport {
  readonly kind = 'openssh'
  readonly closed: Promise<void>
  readonly #settings: ConnectionSettings
  readonly #args: readonly string[]
  readonly #controlDir: string | undefined
  readonly #children = new Set<ChildProcess>()
  #resolveClosed: () => void = () => {}

  private constructor(settings: ConnectionSettings, args: readonly string[], controlDir: string | undefined) {
    this.#settings = settings
    this.#args = controlDir === undefined ? args : [...args, ...controlArguments(controlDir)]
    this.#controlDir = controlDir
    this.closed = new Promise(resolve => {
      this.#resolveClosed = resolve
    })
  }

  /** Connects by running `true`, so that an unreachable host shows at once. */
  static async connect(
    settings: ConnectionSettings,
    args: readonly string[],
    signal?: AbortSignal,
  ): Promise<OpenSshTransport> {
    const ownsControl = !args.some(arg => /control(path|master)\s*[= ]\s*(?!auto)/i.test(arg) || /^-S/.test(arg))
    const directory = ownsControl ? await mkdtemp(join(tmpdir(), 'mad-')) : undefined
    const transport = new OpenSshTransport(settings, args, directory)
    try {
      await transport.#probe(signal)
    } catch (error) {
      await transport.close()
      throw error
    }
    return transport
  }

  async open(command: string, options: OpenOptions = {}): Promise<RemoteProcess> {
    const child = this.#spawn([...(options.tty === true ? ['-tt'] : ['-T']), this.#settings.address, command])
    const errors: Buffer[] = []
    child.stderr!.on('data', (chunk: Buffer) => errors.push(chunk))
    const exit = childExit(child, 100).then(status => this.#judge(status, Buffer.concat(errors).toString('utf8')))
    exit.catch(() => {})
    return {
      stdin: child.stdin!,
      stdout: child.stdout!,
      stderr: child.stderr!,
      exit,
      kill: () => child.kill('SIGTERM'),
    }
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGTERM')
    if (this.#controlDir !== undefined) {
      const child = spawn(this.#settings.ssh.executable, [...this.#args, '-O', 'exit', this.#settings.address], {
        stdio: 'ignore',
      })
      await childExit(child).catch(() => {})
      await rm(this.#controlDir, { recursive: true, force: true })
    }
    this.#resolveClosed()
  }

  async #probe(signal: AbortSignal | undefined): Promise<void> {
    const child = this.#spawn(['-T', this.#settings.address, 'true'])
    child.stdin!.end()
    const errors: Buffer[] = []
    child.stderr!.on('data', (chunk: Buffer) => errors.push(chunk))
    child.stdout!.resume()
    const onAbort = (): boolean => child.kill('SIGTERM')
    signal?.addEventListener('abort', onAbort, { once: true })
    const status = await childExit(child, 50).finally(() => signal?.removeEventListener('abort', onAbort))
    if (signal?.aborted === true) throw signal.reason
    this.#judge(status, Buffer.concat(errors).toString('utf8'))
  }

  #spawn(last: readonly string[]): ChildProcess {
    const { password, sshpassPrompt, pkcs11Provider } = this.#settings
    const ssh = [this.#settings.ssh.executable, ...pkcs11Arguments(pkcs11Provider), ...this.#args, ...last]
    const prompt = sshpassPrompt || (pkcs11Provider ? 'Enter PIN for ' : undefined)
    const argv =
      password === undefined ? ssh : ['sshpass', '-d3', ...(prompt === undefined ? [] : ['-P', prompt]), ...ssh]
    const child = spawn(argv[0]!, argv.slice(1), {
      stdio: password === undefined ? ['pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    child.stdin!.on('error', () => {})
    if (password !== undefined) {
      const secret = child.stdio[3] as Writable
      secret.on('error', () => {})
      secret.end(`${password}\n`)
    }
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    child.once('error', () => this.#children.delete(child))
    return child
  }

  /** Turns ssh's own failures into UnreachableErrors; passes the command's status through. */
  #judge(status: ProcessExit, errors: string): ProcessExit {
    const text = errors.replace(/^debug\d+: .*\n/gm, '')
    const usedPassword = this.#settings.password !== undefined
    if (usedPassword && status.code === 5) {
      throw new UnreachableError(`Invalid/incorrect password: ${text.trimEnd()}`, { isAuthenticationFailure: true })
    }
    if (usedPassword && status.code === 6 && this.#settings.hostKeyChecking) {
      throw new UnreachableError(
        'Using a SSH password instead of a key is not possible because Host Key checking is enabled and sshpass does not support ' +
          "this.  Please add this host's fingerprint to your known_hosts file to manage this host.",
      )
    }
    if (status.code === 255 && !NOT_SSH.some(signature => text.includes(signature))) throw sshUnreachable(text)
    if (status.code === undefined)
      throw new UnreachableError(`${SSH_FAILURE_PREFIX}ssh was killed by ${status.signal ?? 'a signal'}`)
    return status
  }
}

function controlArguments(directory: string): string[] {
  return ['-o', `ControlPath=${directory}/c`, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60s']
}

function pkcs11Arguments(provider: string | undefined): string[] {
  if (!provider) return []
  const options = ['KbdInteractiveAuthentication=no', 'PreferredAuthentications=publickey', 'PasswordAuthentication=no']
  return [...options, `PKCS11Provider=${provider}`].flatMap(option => ['-o', option])
}

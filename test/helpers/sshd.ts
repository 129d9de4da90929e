// A real sshd on a loopback port: own host keys, own authorized keys, everything below one temporary directory.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface SshServer {
  readonly port: number
  /** Private key that may log in as the current user (and as any user in `users`). */
  readonly keyFile: string
  /** known_hosts with the server's keys. */
  readonly knownHosts: string
  readonly directory: string
  readonly hostKeys: readonly string[]
  /** What sshd wrote to its log so far. */
  log(): string
  /** Ends the listener and, with `sessions`, every connection. */
  stop(): Promise<void>
  /** Breaks all established connections but keeps listening. */
  dropConnections(): void
}

export interface SshServerOptions {
  readonly port?: number
  /** Further lines of sshd_config. */
  readonly config?: readonly string[]
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[]
  /** Host keys of another server are used again (to restart one). */
  readonly directory?: string
}

/** Whether this machine can run an sshd of our own. */
export const hasSshd = spawnSync('/usr/sbin/sshd', ['-V']).error === undefined

/** A free loopback port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

export function makeKey(path: string, type = 'ed25519', passphrase = ''): void {
  const made = spawnSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path, '-C', 'test'])
  if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`)
}

export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'sshd-'))
  // sshd reads authorized_keys as the user who logs in.
  chmodSync(directory, 0o755)
  const port = options.port ?? (await freePort())
  const types = options.hostKeyTypes ?? ['ed25519', 'ecdsa', 'rsa']
  const hostKeys = types.map(type => join(directory, `host_${type}`))
  const keyFile = join(directory, 'user_key')
  if (options.directory === undefined) {
    for (const [i, path] of hostKeys.entries()) makeKey(path, types[i])
    makeKey(keyFile)
    writeFileSync(join(directory, 'authorized_keys'), readFileSync(`${keyFile}.pub`))
  }
  const logFile = join(directory, 'sshd.log')
  const lines = [
    // sshd takes the first setting of an option.
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map(path => `HostKey ${path}`),
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    'StrictModes no',
    `PidFile ${directory}/sshd.pid`,
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'MaxStartups 200',
    'LogLevel VERBOSE',
  ]
  writeFileSync(join(directory, 'sshd_config'), `${lines.join('\n')}\n`)
  // sshd started by root insists on its empty directory.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const child = spawn('/usr/sbin/sshd', ['-D', '-E', logFile, '-f', join(directory, 'sshd_config')], {
    stdio: 'ignore',
  })
  await listening(child, port, logFile)
  const name = port === 22 ? '127.0.0.1' : `[127.0.0.1]:${port}`
  const knownHosts = join(directory, 'known_hosts')
  writeFileSync(
    knownHosts,
    hostKeys.map(path => `${name} ${readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')}\n`).join(''),
  )
  const sessions = (): number[] => descendants(child.pid!)
  return {
    port,
    keyFile,
    knownHosts,
    directory,
    hostKeys,
    log: () => readFileSync(logFile, 'utf8'),
    dropConnections: () => kill(sessions()),
    stop: async () => {
      const open = sessions()
      const ended = new Promise(resolve => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
      kill(open)
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone by itself.
    }
  }
}

/** Processes of sshd itself below `pid` (not what they run for users). */
function descendants(pid: number): number[] {
  const out = spawnSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' }).stdout
  const rows = out
    .trim()
    .split('\n')
    .map(row => row.trim().split(/\s+/))
  const found: number[] = []
  const walk = (parent: number): void => {
    for (const [child, of, name] of rows) {
      if (Number(of) !== parent || !name?.startsWith('sshd')) continue
      found.push(Number(child))
      walk(Number(child))
    }
  }
  walk(pid)
  return found
}

/** Waits for the port to answer; fails with sshd's log when sshd ends instead. */
async function listening(child: ChildProcess, port: number, logFile: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${readFileSync(logFile, 'utf8')}`)
    const isUp = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isUp) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

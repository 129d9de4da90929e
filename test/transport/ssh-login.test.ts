// Logging in over ssh against a real sshd, with OpenSSH's own client as the oracle for what is refused and how it reads.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ConnectionSettings, openTransport, type Transport, UnreachableError } from '../../src/transport/index.js'
import { planSsh } from '../../src/transport/ssh-plan.js'
import { settingsFor } from '../helpers/host-settings.js'
import { freePort, hasSshd, makeKey, type SshServer, startSshServer } from '../helpers/sshd.js'

const isRoot = userInfo().uid === 0
const user = userInfo().username

describe.skipIf(!hasSshd)('ssh login', () => {
  let server: SshServer
  let other: SshServer
  const opened: Transport[] = []

  beforeAll(async () => {
    server = await startSshServer()
    other = await startSshServer({ hostKeyTypes: ['ed25519', 'rsa'] })
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(transport => transport.close()))
  })
  afterAll(async () => {
    await server.stop()
    await other.stop()
  })

  const settings = (changes: Partial<ConnectionSettings> = {}, sshArgs = ''): ConnectionSettings =>
    settingsFor(server, { user, ...changes }, sshArgs)
  const run = async (hostSettings: ConnectionSettings, force?: 'ssh2' | 'openssh', notes: string[] = []) => {
    const transport = await openTransport(hostSettings, { force, note: (_, text) => notes.push(text) })
    opened.push(transport)
    const process = await transport.open('echo "$0"; echo err >&2; exit 9')
    let err = ''
    process.stdout.resume()
    process.stderr.on('data', chunk => (err += chunk))
    const exit = await process.exit
    return { kind: transport.kind, code: exit.code, err }
  }
  const failure = async (hostSettings: ConnectionSettings, force?: 'ssh2' | 'openssh'): Promise<UnreachableError> => {
    const error = await run(hostSettings, force).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(UnreachableError)
    return error as UnreachableError
  }
  /** What Ansible would show for the same settings with the system's ssh. */
  const sshSays = (hostSettings: ConnectionSettings): string => {
    const plan = planSsh(hostSettings, 'openssh') as { args: string[] }
    const script = ['ssh', ...plan.args, '-o', 'ControlPath=none', '-T', hostSettings.address, 'true']
    const said = spawnSync('setsid', ['-w', ...script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    expect(said.status).toBe(255)
    return `Failed to connect to the host via ssh: ${said.stderr.trimEnd()}`
  }

  it('runs commands through ssh2 by default and through OpenSSH when told to', async () => {
    expect(await run(settings())).toEqual({ kind: 'ssh2', code: 9, err: 'err\n' })
    expect(await run(settings(), 'openssh')).toEqual({ kind: 'openssh', code: 9, err: 'err\n' })
  })

  it.each(['ask', 'yes'])('refuses an unknown key with StrictHostKeyChecking=%s in the words of ssh', async policy => {
    const unknown = settings({}, `-o StrictHostKeyChecking=${policy} -o UserKnownHostsFile=/dev/null`)
    expect((await failure(unknown)).message).toBe(sshSays(unknown))
  })

  it('refuses a changed key in the words of ssh', async () => {
    const path = join(server.directory, 'changed')
    writeFileSync(path, readFileSync(other.knownHosts, 'utf8').replaceAll(String(other.port), String(server.port)))
    const changed = settings({}, `-o UserKnownHostsFile=${path}`)
    expect((await failure(changed)).message).toBe(sshSays(changed))
    expect(
      (await failure(settings({}, `-o UserKnownHostsFile=${path} -o StrictHostKeyChecking=accept-new`))).message,
    ).toContain('IDENTIFICATION HAS CHANGED')
    expect((await run(settings({}, `-o UserKnownHostsFile=${path} -o StrictHostKeyChecking=no`))).code).toBe(9)
  })

  it('refuses a revoked key in the words of ssh', async () => {
    const path = join(server.directory, 'revoked')
    const known = readFileSync(server.knownHosts, 'utf8')
    writeFileSync(path, known + known.replace(/^(?=.)/gm, '@revoked '))
    const revoked = settings({}, `-o UserKnownHostsFile=${path}`)
    expect((await failure(revoked)).message).toBe(sshSays(revoked))
  })

  it.each([
    ['hashed names', (path: string) => void spawnSync('ssh-keygen', ['-H', '-f', path])],
    [
      'patterns',
      (path: string) =>
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/\[127.0.0.1\](:\d+)/g, '[127.*.?.1]$1,!nothost')),
    ],
    [
      'only the key type the server offers last',
      (path: string) =>
        writeFileSync(
          path,
          readFileSync(path, 'utf8')
            .split('\n')
            .filter(line => line.includes('ssh-rsa'))
            .join('\n'),
        ),
    ],
    [
      'comments and broken lines',
      (path: string) => writeFileSync(path, `# comment\n\nbroken line\n${readFileSync(path, 'utf8')}`),
    ],
  ])('recognises a host by %s', async (_, change) => {
    const path = join(server.directory, 'variant')
    copyFileSync(server.knownHosts, path)
    change(path)
    expect((await run(settings({}, `-o UserKnownHostsFile=${path} -o StrictHostKeyChecking=yes`))).code).toBe(9)
  })

  it('recognises a host by its HostKeyAlias', async () => {
    const path = join(server.directory, 'alias')
    writeFileSync(path, readFileSync(server.knownHosts, 'utf8').replaceAll(`[127.0.0.1]:${server.port}`, 'machine'))
    expect((await run(settings({}, `-o UserKnownHostsFile=${path} -o HostKeyAlias=machine`))).code).toBe(9)
  })

  it('adds a new key for accept-new and for host_key_checking off, in a form ssh reads', async () => {
    for (const [name, args, changes] of [
      ['new', '-o StrictHostKeyChecking=accept-new', {}],
      ['unchecked', '', { hostKeyChecking: false }],
      ['hashed', '-o StrictHostKeyChecking=no -o HashKnownHosts=yes', {}],
    ] as const) {
      const path = join(server.directory, `added-${name}`)
      const notes: string[] = []
      expect((await run(settings(changes, `${args} -o UserKnownHostsFile=${path}`), undefined, notes)).code).toBe(9)
      expect(notes).toEqual([`Permanently added '[127.0.0.1]:${server.port}' (ED25519) to the list of known hosts.`])
      const found = spawnSync('ssh-keygen', ['-F', `[127.0.0.1]:${server.port}`, '-f', path], { encoding: 'utf8' })
      expect(found.stdout).toContain('ssh-ed25519')
      expect(readFileSync(path, 'utf8').startsWith('|1|')).toBe(name === 'hashed')
    }
  })

  it('asks about an unknown key when somebody can be asked', async () => {
    const path = join(server.directory, 'asked')
    const questions: string[] = []
    const unknown = settings({}, `-o UserKnownHostsFile=${path}`)
    const answer = (isYes: boolean) => async (question: string) => {
      questions.push(question)
      return isYes
    }
    await expect(openTransport(unknown, { confirmHostKey: answer(false) })).rejects.toThrow(
      'Host key verification failed.',
    )
    opened.push(await openTransport(unknown, { confirmHostKey: answer(true) }))
    opened.push(await openTransport(unknown, { confirmHostKey: answer(false) }))
    const batch = settings({}, `-o UserKnownHostsFile=${path}2 -o BatchMode=yes`)
    await expect(openTransport(batch, { confirmHostKey: answer(true) })).rejects.toThrow(
      'Host key verification failed.',
    )
    expect(questions).toHaveLength(2)
    expect(questions[0]).toMatch(
      new RegExp(
        `^The authenticity of host '\\[127.0.0.1\\]:${server.port} \\(\\[127.0.0.1\\]:${server.port}\\)' can't be established.\nED25519 key fingerprint is SHA256:\\S{43}\\.\nAre you sure`,
      ),
    )
  })

  it('names refused keys, missing users and the methods the server has, as ssh does', async () => {
    for (const refused of [settings({ privateKeyFile: other.keyFile }), settings({ user: 'nobody-of-that-name' })]) {
      expect((await failure(refused)).message).toBe(sshSays(refused))
    }
  })

  it('explains a key file that cannot be used', async () => {
    const missing = settings({ privateKeyFile: '/no/such/key' })
    expect((await failure(missing)).message).toContain('no such identity: /no/such/key: No such file or directory')
    const encrypted = join(server.directory, 'encrypted')
    makeKey(encrypted, 'ed25519', 'passphrase')
    expect((await failure(settings({ privateKeyFile: encrypted }))).message).toMatch(
      /encrypted": it is protected by a passphrase; load it into an agent/,
    )
    const open = join(server.directory, 'open')
    copyFileSync(server.keyFile, open)
    chmodSync(open, 0o644)
    const tooOpen = (await failure(settings({ privateKeyFile: open }))).message
    expect(tooOpen).toContain("Permissions 0644 for '")
    expect(tooOpen).toContain('This private key will be ignored.')
  })

  it.each(['ecdsa', 'rsa', 'ed25519'])('logs in with a key of type %s', async type => {
    const path = join(server.directory, `key-${type}`)
    if (!existsSync(path)) makeKey(path, type)
    writeFileSync(join(server.directory, 'authorized_keys'), readFileSync(`${path}.pub`), { flag: 'a' })
    expect((await run(settings({ privateKeyFile: path }))).code).toBe(9)
  })

  it('uses a key agent: for an encrypted key file, and only for named keys with IdentitiesOnly', async () => {
    const path = join(server.directory, 'agent-key')
    makeKey(path, 'ed25519', 'secret words')
    writeFileSync(join(server.directory, 'authorized_keys'), readFileSync(`${path}.pub`), { flag: 'a' })
    const agent = startKeyAgent(server.directory)
    try {
      await agent.add(path, 'secret words')
      const through = `-o IdentityAgent=${agent.socket}`
      expect((await run(settings({ privateKeyFile: undefined }, `${through} -o IdentityFile=none`))).code).toBe(9)
      expect((await run(settings({ privateKeyFile: path }, `${through} -o IdentitiesOnly=yes`))).code).toBe(9)
      const only = settings({ privateKeyFile: other.keyFile }, `${through} -o IdentitiesOnly=yes`)
      expect((await failure(only, 'ssh2')).message).toContain('Permission denied (publickey).')
    } finally {
      agent.stop()
    }
  })

  it('lets OpenSSH use a certificate in the key agent', async () => {
    const directory = server.directory
    const [authority, key] = [join(directory, 'authority'), join(directory, 'certified')]
    makeKey(authority)
    makeKey(key)
    const signed = spawnSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', user, `${key}.pub`])
    expect(signed.status).toBe(0)
    const trusting = await startSshServer({ config: [`TrustedUserCAKeys ${authority}.pub`] })
    const agent = startKeyAgent(directory)
    try {
      await agent.add(key, '')
      const certified = settingsFor(
        trusting,
        { user, privateKeyFile: undefined },
        `-o IdentityAgent=${agent.socket} -o IdentityFile=none`,
      )
      const notes: string[] = []
      expect((await run(certified, undefined, notes)).kind).toBe('openssh')
      expect(notes).toContain('using OpenSSH: ssh2 was refused, and the key agent may hold keys it cannot use')
      expect((await failure(certified, 'ssh2')).message).toContain('Permission denied (publickey).')
    } finally {
      agent.stop()
      await trusting.stop()
    }
  })

  it('tells a closed port, an unknown name and silence apart, as ssh does', async () => {
    const closed = settings({ port: await freePort() })
    expect((await failure(closed)).message).toBe(sshSays(closed))
    const unknown = settings({ address: 'no-such-host.invalid' })
    expect((await failure(unknown)).message).toMatch(
      /^Failed to connect to the host via ssh: ssh: Could not resolve hostname no-such-host.invalid: /,
    )
    const silent = createServer(() => {})
    const port = await freePort()
    await new Promise<void>(resolve => silent.listen(port, '127.0.0.1', resolve))
    const mute = settings({ port, timeoutSeconds: 1 })
    expect((await failure(mute)).message).toBe(sshSays(mute))
    silent.close()
    const rude = createServer(socket => socket.destroy())
    const rudePort = await freePort()
    await new Promise<void>(resolve => rude.listen(rudePort, '127.0.0.1', resolve))
    expect((await failure(settings({ port: rudePort }))).message).toMatch(
      /kex_exchange_identification: |Connection (closed|reset) by/,
    )
    rude.close()
  })

  it('gives up at once when aborted', async () => {
    const silent = createServer(() => {})
    const port = await freePort()
    await new Promise<void>(resolve => silent.listen(port, '127.0.0.1', resolve))
    const controller = new AbortController()
    const pending = openTransport(settings({ port }), { signal: controller.signal })
    controller.abort(new Error('no longer wanted'))
    await expect(pending).rejects.toThrow('no longer wanted')
    silent.close()
  })

  it('tries again as often as it is told to', async () => {
    const port = await freePort()
    const notes: string[] = []
    const pending = openTransport(settings({ port, reconnectionRetries: 2 }), { note: (_, text) => notes.push(text) })
    await expect(pending).rejects.toThrow('Connection refused')
    expect(notes).toEqual(['attempt 1 failed, pausing for 0 seconds', 'attempt 2 failed, pausing for 1 seconds'])
  })

  it('rejects the running commands of a connection that breaks', async () => {
    for (const force of ['ssh2', 'openssh'] as const) {
      const transport = await openTransport(settings(), { force })
      opened.push(transport)
      const process = await transport.open('echo up; sleep 1000')
      const ended = process.exit.then(
        () => undefined,
        (error: unknown) => error,
      )
      await new Promise(resolve => process.stdout.once('data', resolve))
      server.dropConnections()
      expect(await ended).toBeInstanceOf(UnreachableError)
    }
  })

  it('sends what SendEnv and SetEnv name', async () => {
    const accepting = await startSshServer({ config: ['AcceptEnv GREETING LC_*'] })
    process.env.LC_MADANSIBLE_TEST = 'sent'
    try {
      const transport = await openTransport(
        settingsFor(accepting, { user }, '-o SetEnv=GREETING=hello -o "SendEnv=LC_MADANSIBLE* NOT_SET"'),
      )
      opened.push(transport)
      const remote = await transport.open('echo $GREETING $LC_MADANSIBLE_TEST')
      let out = ''
      remote.stdout.on('data', chunk => (out += chunk))
      await remote.exit
      expect([transport.kind, out]).toEqual(['ssh2', 'hello sent\n'])
    } finally {
      delete process.env.LC_MADANSIBLE_TEST
      await accepting.stop()
    }
  })

  it('goes through a jump host with OpenSSH and says why', async () => {
    const notes: string[] = []
    const jump = `ssh -F none -o UserKnownHostsFile=${server.knownHosts} -p ${server.port} -i ${server.keyFile} -W %h:%p ${user}@127.0.0.1`
    const target = settingsFor(other, { user }, `-o "ProxyCommand=${jump}"`)
    expect((await run(target, undefined, notes)).kind).toBe('openssh')
    expect(notes[0]).toMatch(/^using OpenSSH: ssh option proxycommand ssh -F none/)
    await expect(openTransport(target, { force: 'ssh2' })).rejects.toThrow(
      'testhost cannot be reached with ssh2 alone: ssh option proxycommand',
    )
  })

  it.runIf(isRoot)('logs in with a password or a dialogue, and does not try a refused one twice', async () => {
    const account = temporaryUser('open sesame')
    const asking = await startSshServer({ config: ['PasswordAuthentication yes', 'UsePAM no'] })
    try {
      const withPassword = (password: string, more = ''): ConnectionSettings =>
        settingsFor(
          asking,
          { user: account.name, password, privateKeyFile: undefined, reconnectionRetries: 3 },
          `-o IdentityFile=none ${more}`,
        )
      expect((await run(withPassword('open sesame'))).code).toBe(9)
      const refused = await failure(withPassword('wrong'))
      expect(refused.message).toBe('Invalid/incorrect password: Permission denied, please try again.')
      expect(asking.log().match(/Failed password/g)).toHaveLength(1)
      const batch = withPassword('open sesame', '-o BatchMode=yes')
      expect((await failure(batch)).message).toBe(sshSays(batch))
      if (spawnSync('sshpass', ['-V']).error === undefined) {
        expect((await run(withPassword('open sesame'), 'openssh')).code).toBe(9)
        expect((await failure(withPassword('wrong'), 'openssh')).isAuthenticationFailure).toBe(true)
      }
    } finally {
      await asking.stop()
      account.remove()
    }
  })
})

let keyAgents = 0
function startKeyAgent(directory: string): {
  socket: string
  add(path: string, passphrase: string): Promise<void>
  stop(): void
} {
  const socket = join(directory, `agent-${++keyAgents}.sock`)
  const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  return {
    socket,
    add: async (path, passphrase) => {
      while (!existsSync(socket) || !statSync(socket).isSocket()) await new Promise(resolve => setTimeout(resolve, 10))
      const askpass = join(directory, 'askpass')
      writeFileSync(askpass, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o700 })
      const env = {
        ...process.env,
        SSH_AUTH_SOCK: socket,
        SSH_ASKPASS: askpass,
        SSH_ASKPASS_REQUIRE: 'force',
        DISPLAY: ':0',
      }
      const added = spawnSync('ssh-add', [path], { env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
      expect(added.status, added.stderr).toBe(0)
    },
    stop: () => void agent.kill(),
  }
}

/** A user of this machine for one test. */
function temporaryUser(password: string): { name: string; remove(): void } {
  const name = `madtest${process.pid}`
  const made = spawnSync('useradd', ['-M', '-d', '/tmp', '-s', '/bin/sh', name], { encoding: 'utf8' })
  expect(made.status, made.stderr).toBe(0)
  spawnSync('chpasswd', { input: `${name}:${password}\n` })
  return { name, remove: () => void spawnSync('userdel', ['-f', name]) }
}

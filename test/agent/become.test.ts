// Becoming another user: real su, and a stand-in for sudo that follows sudo's rules of conversation.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { escalate } from '../../src/agent/become.js'
import { AgentPool, BecomeError, type BecomeSettings, InterpreterError } from '../../src/agent/index.js'
import { settingsFor } from '../helpers/host-settings.js'
import { hasAnsible, PYTHON } from '../helpers/payloads.js'
import { hasSshd, type SshServer, startSshServer } from '../helpers/sshd.js'

/** Speaks like sudo: -n refuses, -p prompts on stderr, three attempts, then runs the rest as its own user. */
const SUDO = `#!/bin/sh
prompt='Password:'; never=; user=root
while :; do case "$1" in
  -H|-S) shift;; -n) never=1; shift;; -p) prompt=$2; shift 2;; -u) user=$2; shift 2;;
  -*) echo "unexpected flag $1" >&2; exit 1;; *) break;; esac; done
rules=$(dirname "$0")
if [ -e "$rules/requiretty" ] && ! [ -t 1 ]; then echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1; fi
if [ -e "$rules/only-python" ]; then case "$*" in
  '/bin/sh -c echo BECOME-SUCCESS-'*' ; ${PYTHON}') ;;
  *) echo "Sorry, user tester is not allowed to execute '$*' as $user on $(uname -n)." >&2; exit 1;; esac; fi
if [ -e "$rules/password" ]; then
  [ -n "$never" ] && { echo 'sudo: a password is required' >&2; exit 1; }
  tries=0
  [ -t 0 ] && stty -echo
  while :; do
    printf '%s' "$prompt" >&2; IFS= read -r given || { echo >&2; echo 'sudo: no password was provided' >&2; exit 1; }
    [ "$given" = "$(cat "$rules/password")" ] && break
    tries=$((tries + 1)); echo >&2
    [ $tries = 3 ] && { echo 'sudo: 3 incorrect password attempts' >&2; exit 1; }
    echo 'Sorry, try again.' >&2
  done
  [ -t 0 ] && stty echo
fi
if [ -e "$rules/lecture" ]; then echo 'We trust you have received the usual lecture.' >&2; fi
BECAME=$user exec "$@"
`

describe('the command line of a become method', () => {
  const fixed = (text: string): string =>
    text.replaceAll(/BECOME-SUCCESS-[a-z]{32}/g, 'OK').replaceAll(/key=[a-z]{32}/g, 'key=ID')
  const cases: readonly BecomeSettings[] = [
    { method: 'sudo', user: 'root' },
    { method: 'sudo', user: 'root', password: 'x' },
    { method: 'sudo', user: 'app', flags: '-E -Hn --non-interactive', password: 'x', exe: '/opt/sudo' },
    { method: 'su', user: 'app', flags: '-' },
    { method: 'community.general.doas', user: 'app' },
    { method: 'doas', user: 'app', password: 'x' },
    { method: 'community.general.dzdo', user: 'app', password: 'x' },
    { method: 'community.general.ksu', user: 'app' },
    { method: 'community.general.machinectl', user: 'app' },
    { method: 'community.general.pbrun', user: 'app' },
    { method: 'community.general.pfexec', user: 'app' },
    { method: 'community.general.pmrun', user: 'app' },
    { method: 'community.general.sesu', user: 'app' },
    { method: 'community.general.sudosu', user: 'app', password: 'x' },
  ]

  it.runIf(hasAnsible)("is the become plugin's own", () => {
    const script = `
import json, sys
from ansible.plugins.loader import become_loader, shell_loader, init_plugin_loader if False else become_loader
from ansible.plugins.loader import become_loader, shell_loader
out = []
for case in json.load(sys.stdin):
    name = case['method'] if case['method'] != 'doas' else 'community.general.doas'
    plugin = become_loader.get(name)
    if plugin is None:
        out.append(None)
        continue
    direct = {'become_user': case['user']}
    if 'flags' in case: direct['become_flags'] = case['flags']
    if 'exe' in case: direct['become_exe'] = case['exe']
    if 'password' in case: direct['become_pass'] = case['password']
    plugin.set_options(direct=direct)
    shell = shell_loader.get('sh'); shell.executable = '/bin/sh'
    command = plugin.build_become_command("id 'a b'", shell)
    out.append(command.replace(plugin.success if isinstance(plugin.success, str) else 'x' * 99, 'OK').replace(plugin._id, 'ID'))
json.dump(out, sys.stdout)
`.replace(/^.*if False.*\n/m, '')
    const oracle = spawnSync(PYTHON, ['-c', script], { input: JSON.stringify(cases), encoding: 'utf8' })
    expect(oracle.status, oracle.stderr).toBe(0)
    const words = (text: string): string => text.replaceAll(/ +/g, ' ').trim()
    // Plugins of community.general are there only where it is installed.
    const expected = (JSON.parse(oracle.stdout) as (string | null)[]).map(
      text => text && words(text.replaceAll('BECOME-SUCCESS-ID', 'OK')),
    )
    const commands = cases.map(become => words(fixed(escalate(become, "id 'a b'", '/bin/sh').command)))
    expect(commands.map((command, index) => (expected[index] === null ? null : command))).toEqual(expected)
    expect(expected.filter(text => text !== null).length).toBeGreaterThanOrEqual(4)
  })

  it('refuses a method nobody knows', () => {
    expect(() => escalate({ method: 'magic', user: 'root' }, 'id', '/bin/sh')).toThrow(
      "could not find matching plugin: 'magic'",
    )
  })
})

describe.skipIf(!hasSshd)('becoming another user', () => {
  let server: SshServer
  let directory: string
  const login = userInfo().username
  const withRules = async <T>(
    rules: Record<string, string>,
    action: (pool: AgentPool, notes: string[]) => Promise<T>,
  ): Promise<T> => {
    const notes: string[] = []
    const pool = new AgentPool({ note: (_, text) => notes.push(text) })
    for (const [name, text] of Object.entries(rules)) writeFileSync(join(directory, name), text)
    try {
      return await action(pool, notes)
    } finally {
      await pool.closeAll()
      for (const name of Object.keys(rules)) rmSync(join(directory, name))
    }
  }
  const settings = (changes = {}) => settingsFor(server, { user: login, timeoutSeconds: 3, ...changes })
  const sudo = (password?: string): BecomeSettings => ({
    method: 'sudo',
    user: 'someone',
    exe: join(directory, 'sudo'),
    password,
  })
  const became = async (pool: AgentPool, become: BecomeSettings, changes = {}): Promise<string> => {
    const account = await pool.account(settings(changes), become, PYTHON)
    return (await account.exec('echo $BECAME')).stdout.toString().trim()
  }

  beforeAll(async () => {
    server = await startSshServer()
    directory = mkdtempSync(join(tmpdir(), 'become-'))
    writeFileSync(join(directory, 'sudo'), SUDO)
    chmodSync(join(directory, 'sudo'), 0o755)
  })
  afterAll(async () => {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  it('needs no password where sudo asks for none, even with a password given', async () => {
    await withRules({}, async pool => {
      expect(await became(pool, sudo())).toBe('someone')
      expect(await became(pool, sudo('unused'))).toBe('someone')
    })
  })

  it('answers the prompt, and does not take a lecture for anything', async () => {
    await withRules({ password: 'p$w "d', lecture: '' }, async pool => {
      expect(await became(pool, sudo('p$w "d'))).toBe('someone')
    })
  })

  it('tells a missing and a wrong password in the words of Ansible', async () => {
    await withRules({ password: 'right' }, async pool => {
      await expect(became(pool, sudo())).rejects.toThrow(new BecomeError('Missing sudo password'))
      await expect(became(pool, sudo('wrong'))).rejects.toThrow(new BecomeError('Incorrect sudo password'))
      // The failure is not remembered.
      expect(await became(pool, sudo('right'))).toBe('someone')
    })
  })

  it('gives up when nobody asks and nobody answers', async () => {
    writeFileSync(join(directory, 'mute'), '#!/bin/sh\necho waiting; cat >/dev/null\n', { mode: 0o755 })
    await withRules({}, async pool => {
      const become = { ...sudo('x'), exe: join(directory, 'mute') }
      await expect(became(pool, become, { timeoutSeconds: 1 })).rejects.toThrow(
        new BecomeError('Timeout (3s) waiting for privilege escalation prompt: waiting\n'),
      )
    })
  })

  it('finds a terminal where sudo wants one', async () => {
    await withRules({ requiretty: '' }, async pool => {
      expect(await became(pool, sudo())).toBe('someone')
    })
  })

  it("runs call by call where the rules allow nothing but Ansible's own command", async () => {
    await withRules({ 'only-python': '' }, async (pool, notes) => {
      const account = await pool.account(settings(), sudo(), PYTHON)
      expect(notes).toContain('the sudo rules allow only certain commands: one process per call, as Ansible does')
      expect(account.info.python).toBe(PYTHON)
      expect(await account.exec('cat; echo $BECAME; exit 3', { stdin: Buffer.from('in ') })).toMatchObject({
        rc: 3,
        stdout: Buffer.from('in someone\n'),
      })
      const directory2 = await account.makeTempDir()
      const data = Buffer.alloc(3 << 20, 'z')
      await account.putFile(data, join(directory2, 'file'))
      expect((await account.fetchFile(join(directory2, 'file'))).equals(data)).toBe(true)
      expect((await account.stat(join(directory2, 'file'))).size).toBe(data.length)
      await account.removeTree(directory2)
      expect(existsSync(directory2)).toBe(false)
      await expect(account.fetchFile('/no/such')).rejects.toThrow('No such file or directory')
    })
  })

  it('shows what the shell says when the become program is not there', async () => {
    await withRules({}, async pool => {
      const error = await became(pool, { ...sudo(), exe: '/no/sudo' }).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InterpreterError)
      const { result } = error as InterpreterError
      expect(result).toMatchObject({ rc: 127, stdout: Buffer.from('/bin/sh: 1: /no/sudo: not found\r\n') })
      expect(result.stderr.toString()).toBe('Connection to 127.0.0.1 closed.\r\n')
      const piped = await became(pool, { ...sudo(), exe: '/no/sudo' }, { pipelining: true }).catch(
        (reason: unknown) => reason,
      )
      expect((piped as InterpreterError).result.stderr.toString()).toBe('/bin/sh: 1: /no/sudo: not found\n')
    })
  })

  it('keeps temporary directories out of the home of an unprivileged user', async () => {
    await withRules({}, async pool => {
      const base = async (become: BecomeSettings, changes = {}): Promise<string> => {
        const account = await pool.account(settings({ remoteTmp: join(directory, 'tmp'), ...changes }), become, PYTHON)
        const path = await account.makeTempDir()
        await account.removeTree(path)
        return path.replace(/\/ansible-tmp-.*/, '')
      }
      expect(await base({ ...sudo(), user: 'root2' })).toBe('/var/tmp')
      expect(await base({ ...sudo(), user: 'root2' }, { remoteTmp: '/tmp/' })).toBe('/tmp')
      expect(await base({ ...sudo(), user: 'toor' })).toBe(join(directory, 'tmp'))
    })
  })

  it('ends what runs as a user whose account is about to change, and nothing else', async () => {
    await withRules({}, async pool => {
      const agentOf = async (user?: string): Promise<string> => {
        const account = await pool.account(settings(), user === undefined ? undefined : { ...sudo(), user }, PYTHON)
        return (await account.exec('echo $PPID')).stdout.toString()
      }
      const before = [await agentOf(), await agentOf('root'), await agentOf('app'), await agentOf('web')]
      await pool.leave(settings(), 'app')
      const after = [await agentOf(), await agentOf('root'), await agentOf('app'), await agentOf('web')]
      expect(after.map((agent, index) => agent === before[index])).toEqual([true, true, false, true])
      await pool.leave(settings())
      const last = [await agentOf(), await agentOf('root'), await agentOf('app'), await agentOf('web')]
      expect(last.map((agent, index) => agent === after[index])).toEqual([true, true, false, false])
    })
  })

  it('does not escalate to the user it logged in as', async () => {
    await withRules({}, async pool => {
      expect(await became(pool, { ...sudo(), user: login, exe: '/no/sudo' })).toBe('')
    })
    const strict = new AgentPool({ becomeAllowSameUser: true })
    await expect(became(strict, { ...sudo(), user: login, exe: '/no/sudo' })).rejects.toBeInstanceOf(InterpreterError)
    await strict.closeAll()
  })

  it('runs raw commands without Python, as another user too', async () => {
    await withRules({ password: 'pw' }, async pool => {
      const plain = await pool.rawExec(settings(), undefined, 'echo out; echo err >&2; exit 4')
      expect([plain.rc, plain.stdout.toString(), plain.stderr.toString()]).toEqual([
        4,
        'out\r\nerr\r\n',
        'Connection to 127.0.0.1 closed.\r\n',
      ])
      const other = await pool.rawExec(settings(), sudo('pw'), 'echo $BECAME')
      expect(other.stdout.toString()).toMatch(/^(?:\r\n)?someone\r\n$/)
      const fed = await pool.rawExec(settings(), undefined, 'cat', { stdin: Buffer.from('fed') })
      expect([fed.stdout.toString(), fed.stderr.toString()]).toEqual(['fed', ''])
      const shell = await pool.rawExec({ ...settings(), useTty: false }, undefined, 'echo ${BASH_VERSION:+yes}', {
        executable: '/bin/bash',
      })
      expect(shell.stdout.toString()).toBe('yes\n')
    })
  })

  describe.runIf(login === 'root')('with su', () => {
    const names = [1, 2].map(i => `madsu${process.pid}x${i}`)
    beforeAll(() => {
      for (const name of names) {
        const made = spawnSync('useradd', ['-M', '-d', '/tmp', '-s', '/bin/sh', name], { encoding: 'utf8' })
        expect(made.status, made.stderr).toBe(0)
        spawnSync('chpasswd', { input: `${name}:pass-${name}\n` })
      }
    })
    afterAll(() => {
      for (const name of names) spawnSync('userdel', ['-f', name])
    })

    it('reaches the other user on a terminal with its password, and moves any bytes', async () => {
      await withRules({}, async pool => {
        const su = (password?: string): BecomeSettings => ({ method: 'su', user: names[1]!, password })
        const from = { user: names[0]! }
        await expect(pool.account(settings({ ...from, timeoutSeconds: 1 }), su(), PYTHON)).rejects.toThrow(
          /^Timeout \(3s\) waiting for privilege escalation prompt: $/,
        )
        await expect(pool.account(settings({ ...from, timeoutSeconds: 20 }), su('wrong'), PYTHON)).rejects.toThrow(
          'Incorrect su password',
        )
        const account = await pool.account(settings({ ...from, timeoutSeconds: 20 }), su(`pass-${names[1]}`), PYTHON)
        expect(account.info.user).toBe(names[1])
        const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256))
        const echoed = await account.exec('cat', { stdin: bytes })
        expect(echoed.stdout.equals(bytes)).toBe(true)
      })
    })
  })

  it('leaves no password in any process list', async () => {
    await withRules({ password: 'very-secret-word' }, async pool => {
      const account = await pool.account(settings(), sudo('very-secret-word'), PYTHON)
      const { stdout } = await account.exec('cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "')
      expect(stdout.toString()).not.toMatch(/[v]ery-secret-word/)
      expect(readFileSync(join(server.directory, 'sshd.log'), 'utf8')).not.toContain('very-secret-word')
    })
  })
})

// What changes on a host while an agent runs, and what a new login would see.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentPool, connectionDefaults, UnreachableError } from '../../src/agent/index.js'
import { settingsFor } from '../helpers/host-settings.js'
import { buildPayloads, hasAnsible, moduleArgs, PYTHON } from '../helpers/payloads.js'
import { hasSshd, type SshServer, startSshServer } from '../helpers/sshd.js'

const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/' }
const canUnshare = userInfo().uid === 0 && spawnSync('unshare', ['-m', 'true']).status === 0

describe.skipIf(!hasAnsible)('a change on the host', () => {
  const payloads = hasAnsible
    ? buildPayloads(
        {
          uses: `
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.lib import HAS_LIBRARY
import os
AnsibleModule(argument_spec={}).exit_json(has=HAS_LIBRARY, env=dict(os.environ))
`,
        },
        {
          'lib.py':
            'try:\n    import late_library\n    HAS_LIBRARY = late_library.VERSION\nexcept ImportError:\n    HAS_LIBRARY = None\n',
        },
      )
    : undefined
  let scratch: string
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'surroundings-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('is seen by the next module: a Python package was installed', async () => {
    const home = process.env.HOME
    process.env.HOME = scratch
    const pool = new AgentPool()
    try {
      const account = await pool.account(local, undefined, PYTHON)
      const has = async (): Promise<unknown> =>
        JSON.parse((await account.runModule(payloads!.uses, moduleArgs())).stdout.toString()).has
      for (let i = 0; i < 3; i++) expect(await has()).toBe(null)
      const [major, minor] = account.info.pythonVersion
      const site = join(scratch, '.local', 'lib', `python${major}.${minor}`, 'site-packages')
      mkdirSync(site, { recursive: true })
      writeFileSync(join(site, 'late_library.py'), 'VERSION = 1\n')
      for (let i = 0; i < 3; i++) expect(await has()).toBe(1)
      rmSync(join(site, 'late_library.py'))
      expect(await has()).toBe(null)
    } finally {
      process.env.HOME = home
      await pool.closeAll()
    }
  })

  it.runIf(canUnshare)('is seen by the next call: /etc/environment was edited', async () => {
    const file = join(scratch, 'environment')
    const write = (text: string, time: number): void => {
      writeFileSync(file, text)
      utimesSync(file, time, time)
    }
    write('KEPT="as is" # comment\nexport GONE=1\nPATH_LIKE=/a\n', 1000)
    // Becomes root in a mount namespace where /etc/environment is ours, with its variables set as pam_env would.
    const su = join(scratch, 'su')
    writeFileSync(
      su,
      `#!/bin/sh\nshift 2\nexport KEPT='as is' GONE=1 PATH_LIKE=/profile\nexec unshare -m sh -c 'mount --bind ${file} /etc/environment; exec "$@"' sh "$@"\n`,
    )
    chmodSync(su, 0o755)
    const pool = new AgentPool()
    const account = await pool.account(local, { method: 'sudo', user: 'other', exe: su, flags: '' }, PYTHON)
    const seen = async (): Promise<string> =>
      (await account.exec('echo "$KEPT|$GONE|$PATH_LIKE|$ADDED"')).stdout.toString().trim()
    expect(await seen()).toBe('as is|1|/profile|')
    write("KEPT=changed\nPATH_LIKE=/b\nADDED='new one'\n", 2000)
    // What the login itself set stays; what came from the file follows it.
    expect(await seen()).toBe('changed||/profile|new one')
    const inModule = JSON.parse(
      (await account.runModule(payloads!.uses, moduleArgs(), { env: { ADDED: 'by task' } })).stdout.toString(),
    ).env
    expect([inModule.KEPT, inModule.GONE, inModule.ADDED]).toEqual(['changed', undefined, 'by task'])
    await pool.closeAll()
  })
})

describe.skipIf(!hasSshd)('a host over ssh', () => {
  let server: SshServer
  const user = userInfo().username
  beforeAll(async () => {
    server = await startSshServer({ config: ['MaxSessions 1'] })
  })
  afterAll(async () => server.stop())

  it('gets a further connection when the server allows no more sessions on one', async () => {
    const pool = new AgentPool()
    const account = await pool.account(settingsFor(server, { user }), undefined, PYTHON)
    const raw = await pool.rawExec(settingsFor(server, { user }), undefined, 'echo more')
    expect(raw.stdout.toString()).toBe('more\r\n')
    expect((await account.exec('echo first')).stdout.toString()).toBe('first\n')
    await pool.closeAll()
  })

  it('is unreachable for all that is in flight when it breaks, and reachable again afterwards', async () => {
    for (const transport of ['ssh2', 'openssh'] as const) {
      const pool = new AgentPool({ transport })
      const account = await pool.account(settingsFor(server, { user }), undefined, PYTHON)
      const calls = [account.exec('sleep 1000'), account.exec('sleep 1000')].map(call =>
        call.catch((error: unknown) => error),
      )
      await account.stat('/')
      server.dropConnections()
      for (const call of calls) {
        const error = await call
        expect(error).toBeInstanceOf(UnreachableError)
        expect((error as Error).message).toMatch(/^Failed to connect to the host via ssh: /)
      }
      const next = await pool.account(settingsFor(server, { user }), undefined, PYTHON)
      expect((await next.exec('echo back')).stdout.toString()).toBe('back\n')
      await pool.closeAll()
    }
  })

  it('leaves no process and no file behind when the connection breaks', async () => {
    const pool = new AgentPool()
    const account = await pool.account(settingsFor(server, { user, remoteTmp: server.directory }), undefined, PYTHON)
    const agent = Number((await account.exec('echo $PPID')).stdout)
    const directory = await account.makeTempDir()
    const running = account.exec('exec sleep 1000').catch((error: unknown) => error)
    await account.stat('/')
    const before = spawnSync('pgrep', ['-P', String(agent)], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n')
    server.dropConnections()
    await running
    const gone = (path: string): Promise<void> => waitFor(() => spawnSync('test', ['-e', path]).status !== 0)
    for (const pid of [agent, ...before]) await gone(`/proc/${pid}`)
    await gone(directory)
    await pool.closeAll()
  })

  it('is connected to anew after a reset', async () => {
    const pool = new AgentPool()
    const first = await pool.account(settingsFor(server, { user }), undefined, PYTHON)
    const before = (await first.exec('echo $PPID')).stdout.toString()
    await pool.reset(settingsFor(server, { user }))
    await expect(first.exec('true')).rejects.toBeInstanceOf(UnreachableError)
    const second = await pool.account(settingsFor(server, { user }), undefined, PYTHON)
    expect((await second.exec('echo $PPID')).stdout.toString()).not.toBe(before)
    await pool.closeAll()
  })
})

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 20))
}

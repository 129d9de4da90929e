// Finding and starting interpreters, with Ansible's own discovery as the oracle.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AgentPool, connectionDefaults, InterpreterError } from '../../src/agent/index.js'
import { chooseInterpreter, discoveryCommand, INTERPRETER_FALLBACK } from '../../src/agent/interpreter-discovery.js'
import { buildPayloads, hasAnsible, moduleArgs, PYTHON } from '../helpers/payloads.js'

const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/' }

interface Target {
  readonly platform: string
  readonly found: readonly string[]
  readonly release: string
  /** What the old platform.dist() answers. */
  readonly dist?: readonly [string, string]
}

const TARGETS: readonly Target[] = [
  { platform: 'Linux', found: ['/usr/bin/python3.11', '/usr/bin/python3'], release: 'ID=debian\nVERSION_ID="12"\n' },
  {
    platform: 'Linux',
    found: ['/usr/bin/python3.11', '/usr/bin/python3', '/usr/bin/python'],
    release: 'ID=debian\nVERSION_ID="9"\n',
  },
  {
    platform: 'Linux',
    found: ['/usr/bin/python3.8', '/usr/bin/python3'],
    release: 'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="20.04"\n',
  },
  { platform: 'Linux', found: ['/usr/local/bin/python3.9'], release: 'ID="almalinux"\nVERSION_ID="8.7"\n' },
  {
    platform: 'Linux',
    found: ['/usr/local/bin/python3.9', '/usr/libexec/platform-python'],
    release: 'ID="almalinux"\nVERSION_ID="8.7"\n',
  },
  {
    platform: 'Linux',
    found: ['/usr/bin/python2.7', '/usr/bin/python'],
    release: 'ID="centos"\nVERSION_ID="7"\n',
    dist: ['centos', '7.9.2009'],
  },
  { platform: 'Linux', found: ['/usr/bin/python2.6'], release: '', dist: ['redhat', '5.11'] },
  { platform: 'Linux', found: ['/usr/bin/python3.10'], release: 'ID=arch\n' },
  { platform: 'Linux', found: ['/usr/bin/python3.10'], release: 'ID=alpine\nVERSION_ID=3.18\n' },
  { platform: 'Linux', found: ['/usr/bin/python3.10', '/usr/bin/python'], release: "ID='fedora'\nVERSION_ID=38\n" },
  { platform: 'Linux', found: [], release: 'ID=debian\nVERSION_ID=12\n' },
  { platform: 'FreeBSD', found: ['/usr/local/bin/python3.9'], release: '' },
]

const MODES = ['auto', 'auto_silent', 'auto_legacy', 'auto_legacy_silent']

const ORACLE = `
import json, sys
from ansible.executor import interpreter_discovery as d
d.display.warning = lambda msg, **kw: None
class Connection: has_pipelining = True
class Action:
    _connection = Connection()
    def __init__(self, target): self.target, self._discovery_warnings = target, []
    def _low_level_execute_command(self, cmd, sudoable=True, in_data=None):
        t = self.target
        if in_data is None:
            return dict(stdout='PLATFORM\\n%s\\nFOUND\\n%s\\nENDFOUND\\n' % (t['platform'], '\\n'.join(t['found'])))
        dist = list(t['dist']) + ['x'] if t.get('dist') else []
        return dict(stdout=json.dumps(dict(platform_dist_result=dist, osrelease_content=t['release'])))
out = []
for target in json.load(sys.stdin)['targets']:
    for mode in ${JSON.stringify(MODES)}:
        action = Action(target)
        path = d.discover_interpreter(action, 'python', mode, dict(inventory_hostname='web1'))
        out.append([path, action._discovery_warnings])
json.dump(out, sys.stdout)
`

describe('interpreter discovery', () => {
  it.runIf(hasAnsible)("chooses and warns as Ansible's does", () => {
    const oracle = spawnSync(PYTHON, ['-c', ORACLE], { input: JSON.stringify({ targets: TARGETS }), encoding: 'utf8' })
    expect(oracle.status, oracle.stderr).toBe(0)
    const ours = TARGETS.flatMap(target => {
      const dist = target.dist === undefined ? '' : `DIST=${target.dist.join('=')}\n`
      const output = `PLATFORM\n${target.platform}\nFOUND\n${target.found.join('\n')}\nENDFOUND\n${target.release}ENDRELEASE\n${dist}`
      return MODES.map(mode => {
        const { path, warnings } = chooseInterpreter(output, { hostName: 'web1', mode })
        return [path, warnings]
      })
    })
    expect(ours).toEqual(JSON.parse(oracle.stdout))
  })

  it('asks in a way every shell here understands', () => {
    for (const shell of ['/bin/sh', '/bin/bash', '/bin/dash', '/bin/busybox'].filter(path => existsSync(path))) {
      const argv = shell.endsWith('busybox') ? ['sh', '-c', discoveryCommand()] : ['-c', discoveryCommand()]
      const said = spawnSync(shell, argv, { encoding: 'utf8' })
      expect([said.status, said.stderr]).toEqual([0, ''])
      const chosen = chooseInterpreter(said.stdout, { hostName: 'here', mode: 'auto' })
      expect(existsSync(chosen.path)).toBe(true)
    }
  })

  it('reports the discovered interpreter with the account', async () => {
    const pool = new AgentPool()
    const found = await pool.account(local, undefined, 'auto_silent')
    expect(found.info.discoveredInterpreter).toMatch(/python/)
    const given = await pool.account(local, undefined, PYTHON)
    expect(given.info).toMatchObject({ discoveredInterpreter: undefined, discoveryWarnings: [], python: PYTHON })
    const narrow = await pool.account({ ...local, interpreterFallback: ['/no/such/python', PYTHON] }, undefined, 'auto')
    expect(narrow.info.discoveredInterpreter).toBe(PYTHON)
    await pool.closeAll()
  })

  it('says what is missing and what to do when there is no Python', async () => {
    const pool = new AgentPool()
    const error = await pool.account(local, undefined, '/no/python').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InterpreterError)
    expect((error as InterpreterError).message).toBe(
      'The Python interpreter /no/python could not be started (rc 127): /bin/sh: 1: /no/python: not found\n' +
        'Set ansible_python_interpreter to a Python on the host, or install one first with the raw module.',
    )
    expect((error as InterpreterError).result).toMatchObject({
      rc: 127,
      stderr: Buffer.from('/bin/sh: 1: /no/python: not found\n'),
    })
    const none = await pool
      .account({ ...local, hostName: 'bare', interpreterFallback: ['/no/1'] }, undefined, 'auto')
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    if (!existsSync('/usr/bin/python')) {
      expect((none as InterpreterError).discovery.discoveryWarnings).toEqual([
        "No python interpreters found for host bare (tried ['/no/1'])",
      ])
    }
    await pool.closeAll()
  })

  it('starts whatever shell fragment ends in a Python', async () => {
    const pool = new AgentPool()
    const account = await pool.account(local, undefined, `/usr/bin/env FRAGMENT=yes ${PYTHON}`)
    expect((await account.exec('echo $FRAGMENT')).stdout.toString()).toBe('yes\n')
    await pool.closeAll()
  })

  it('lists the candidates of ansible-core 2.14', () => {
    expect(INTERPRETER_FALLBACK).toHaveLength(12)
  })
})

/** Interpreters of this machine that ansible-core 2.14 supports on a host. */
function interpreters(): string[] {
  const versions = join(homedir(), '.pyenv', 'versions')
  const more = existsSync(versions)
    ? readdirSync(versions).map(version => join(versions, version, 'bin', 'python'))
    : []
  return [PYTHON, ...more.filter(path => existsSync(path))]
}

describe.skipIf(!hasAnsible)('every Python', () => {
  const payloads = hasAnsible ? buildPayloads({ ping: null, command: null, setup: null }) : undefined

  it.each(interpreters())('%s runs modules, commands, files and jobs', async path => {
    const pool = new AgentPool()
    const account = await pool.account(local, undefined, path)
    for (let i = 0; i < 3; i++) {
      const pong = await account.runModule(payloads!.ping, moduleArgs({ data: 'ä' }))
      expect(JSON.parse(pong.stdout.toString()).ping, pong.stderr.toString()).toBe('ä')
    }
    const command = await account.runModule(payloads!.command, moduleArgs({ _raw_params: 'echo ü' }), {
      env: { X: 'ö' },
    })
    expect(JSON.parse(command.stdout.toString())).toMatchObject({ stdout: 'ü', rc: 0 })
    const own = await account.runModule(payloads!.ping, moduleArgs({ data: 'own' }), { env: { PYTHONUNBUFFERED: '1' } })
    expect(JSON.parse(own.stdout.toString()).ping, own.stderr.toString()).toBe('own')
    expect((await account.exec('cat', { stdin: Buffer.from('through') })).stdout.toString()).toBe('through')
    const directory = await account.makeTempDir()
    await account.putFile(Buffer.alloc(400_000, 'q'), join(directory, 'ü file'))
    expect((await account.fetchFile(join(directory, 'ü file'))).length).toBe(400_000)
    expect(await account.stat(join(directory, 'ü file'), { checksum: true })).toMatchObject({
      size: 400_000,
      isRegular: true,
    })
    const started = await account.startAsync(payloads!.ping, moduleArgs(), {
      jobId: 'j77',
      limitSeconds: 30,
      directory,
    })
    expect(JSON.parse(started.stdout.toString()), started.stderr.toString()).toMatchObject({ started: 1, finished: 0 })
    await pool.closeAll()
  })
})

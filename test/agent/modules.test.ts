// How a module lives on the host: what it may rely on, what it leaves, how it ends.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, AgentPool, connectionDefaults, type ModulePayload } from '../../src/agent/index.js'
import { buildPayloads, hasAnsible, moduleArgs, PYTHON } from '../helpers/payloads.js'

const HEADER = `
from ansible.module_utils.basic import AnsibleModule
import json, os, sys
`

const SOURCES = {
  ping: null,
  probe: `${HEADER}
import __main__
def main():
    module = AnsibleModule(argument_spec={})
    module.exit_json(
        argv=sys.argv, file=__file__, name=__name__, package=__package__, fqn=_module_fqn, modlib=_modlib_path,
        main=__main__.__file__, stdin=sys.stdin.read(), cwd=os.getcwd(), umask=os.umask(0), env=dict(os.environ),
        pid=os.getpid(), sid=os.getsid(0), path=sys.path, tmpdir=module.tmpdir, ppid=os.getppid(),
        fds=sorted(int(fd) for fd in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + fd)))
if __name__ == '__main__':
    main()
`,
  leaky: `${HEADER}
import ansible.module_utils.basic as basic
import ansible.module_utils.common.text.converters as converters
def main():
    module = AnsibleModule(argument_spec={})
    seen = getattr(basic, 'leaked', 0)
    basic.leaked = seen + 1
    seen += getattr(converters, 'leaked', 0)
    converters.leaked = 1
    os.environ['LEAKED'] = '1'
    os.chdir('/etc')
    module.exit_json(seen=seen)
if __name__ == '__main__':
    main()
`,
  ends: `${HEADER}
import atexit, signal, subprocess, threading, time
def main():
    module = AnsibleModule(argument_spec=dict(how=dict(), path=dict()))
    how, path = module.params['how'], module.params['path']
    if how == 'exit3':
        print('partial'); sys.exit(3)
    if how == 'text':
        sys.exit('went wrong')
    if how == 'raise':
        raise ValueError('no such luck')
    if how == 'return':
        return
    if how == 'hard':
        sys.stdout.write('{"hard": 1}'); sys.stdout.flush(); os._exit(4)
    if how == 'exec':
        os.execv('/bin/sh', ['sh', '-c', 'echo from a program; exit 5'])
    if how == 'signal':
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == 'descriptor':
        os.write(1, b'junk before\\n'); print('{"ok": 1}'); os.write(2, b'complaint\\n'); sys.exit(0)
    if how == 'atexit':
        atexit.register(lambda: open(path, 'w').write('left')); sys.exit(0)
    if how == 'thread':
        threading.Thread(target=lambda: (time.sleep(0.2), open(path, 'w').write('joined'))).start(); sys.exit(0)
    if how == 'daemon':
        subprocess.Popen(['sleep', '30'], start_new_session=True); module.exit_json(daemon=True)
    if how == 'hang':
        child = subprocess.Popen(['sleep', '1000'])
        open(path, 'w').write('%d %d' % (os.getpid(), child.pid)); child.wait()
if __name__ == '__main__':
    main()
`,
  again: `${HEADER}
from ansible.module_utils.common.respawn import has_respawned, respawn_module
def main():
    module = AnsibleModule(argument_spec=dict(value=dict()))
    if not has_respawned():
        respawn_module(sys.executable)
    module.exit_json(value=module.params['value'], respawned=True, pid=os.getpid())
if __name__ == '__main__':
    main()
`,
  relative: `
from ..module_utils.basic import AnsibleModule
def main():
    AnsibleModule(argument_spec={}).exit_json(ok=True)
main()
`,
} as const

describe.skipIf(!hasAnsible)('modules on a host', () => {
  let pool: AgentPool
  let account: Account
  let payloads: Record<keyof typeof SOURCES, ModulePayload>
  let scratch: string
  const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/' }
  const run = async (name: keyof typeof SOURCES, args: object = {}, options = {}) => {
    const result = await account.runModule(payloads[name], moduleArgs(args), options)
    return { ...result, out: result.stdout.toString(), err: result.stderr.toString() }
  }
  const json = async (name: keyof typeof SOURCES, args: object = {}, options = {}) =>
    JSON.parse((await run(name, args, options)).out)

  beforeAll(async () => {
    payloads = buildPayloads(SOURCES)
    scratch = mkdtempSync(join(tmpdir(), 'agent-modules-'))
    pool = new AgentPool()
    account = await pool.account(local, undefined, PYTHON)
  })
  afterAll(async () => {
    await pool.closeAll()
    rmSync(scratch, { recursive: true, force: true })
  })

  it('runs an unchanged module of ansible-core', async () => {
    expect(await json('ping', { data: 'hello' })).toEqual({
      ping: 'hello',
      invocation: { module_args: { data: 'hello' } },
    })
  })

  it('gives a module the surroundings AnsiballZ gives it', async () => {
    const seen = await json('probe')
    expect(seen).toMatchObject({
      name: '__main__',
      package: 'ansible.modules',
      fqn: 'ansible.modules.probe',
      stdin: '',
    })
    expect(seen.argv).toEqual([seen.file])
    expect(seen.main).toBe(seen.file)
    expect(seen.file).toMatch(/\/ansible\/modules\/probe\.py$/)
    expect(seen.path).not.toContain('')
    expect(seen.sid).toBe(seen.pid)
    expect(seen.umask).toBe(process.umask())
  })

  it('leaves a module no open descriptors but its own three', async () => {
    expect((await json('probe')).fds).toEqual([0, 1, 2])
  })

  it('applies environment, directory and umask to one call only', async () => {
    const first = await json('probe', {}, { env: { GREETING: 'grüß dich' }, cwd: scratch, umask: 0o077 })
    expect(first).toMatchObject({ cwd: scratch, umask: 0o077 })
    expect(first.env.GREETING).toBe('grüß dich')
    const second = await json('probe')
    expect(second.env.GREETING).toBeUndefined()
    expect(second).toMatchObject({ cwd: '/', umask: process.umask() })
  })

  it('goes to a directory that exists when the wanted one is gone', async () => {
    expect((await json('probe', {}, { cwd: join(scratch, 'gone') })).cwd).not.toContain('gone')
  })

  it('starts an interpreter of its own when the environment is meant for the interpreter', async () => {
    const seen = await json('probe', {}, { env: { PYTHONPATH: scratch, LANG: 'de_DE.ISO-8859-1' } })
    expect(seen.path).toContain(scratch)
    expect(seen).toMatchObject({ fqn: 'ansible.modules.probe', stdin: '', fds: [0, 1, 2] })
  })

  it('keeps no state from one module to the next', async () => {
    for (let i = 0; i < 4; i++) expect((await json('leaky')).seen).toBe(0)
    expect((await json('probe')).env.LEAKED).toBeUndefined()
    expect((await json('ping')).ping).toBe('pong')
  })

  it('runs calls that were made together at the same time, each in its own process', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => json('probe')))
    expect(new Set(all.map(seen => seen.pid)).size).toBe(12)
  })

  it('runs a batch in order', async () => {
    const log = join(scratch, 'order')
    writeFileSync(log, '')
    const calls = Array.from({ length: 8 }, (_, i) => ({
      payload: payloads.ends,
      argsJson: moduleArgs({ how: 'exec', path: String(i) }),
    }))
    const results = await account.runModules(calls)
    expect(results.map(result => [result.rc, result.stdout.toString()])).toEqual(
      calls.map(() => [5, 'from a program\n']),
    )
  })

  it.each([
    ['exit3', 3, 'partial\n', ''],
    ['text', 1, '', 'went wrong\n'],
    ['hard', 4, '{"hard": 1}', ''],
    ['exec', 5, 'from a program\n', ''],
    ['descriptor', 0, 'junk before\n{"ok": 1}\n', 'complaint\n'],
  ])('reports how a module ended: %s', async (how, rc, out, err) => {
    expect(await run('ends', { how })).toMatchObject({ rc, out, err })
  })

  it('reports a traceback like an interpreter of its own would', async () => {
    const result = await run('ends', { how: 'raise' })
    expect(result).toMatchObject({ rc: 1, out: '' })
    expect(result.err.replaceAll(/"\/.*?\/ansible\//g, '"/ansible/')).toBe(
      'Traceback (most recent call last):\n' +
        '  File "/ansible/modules/ends.py", line 35, in <module>\n' +
        '  File "/ansible/modules/ends.py", line 14, in main\n' +
        'ValueError: no such luck\n',
    )
  })

  it('says so when a module does not end by itself', async () => {
    const result = await run('ends', { how: 'return' })
    expect(result).toMatchObject({
      rc: 1,
      out: '{"msg": "New-style module did not handle its own exit", "failed": true}\n',
    })
  })

  it('reports the signal that killed a module', async () => {
    expect(await run('ends', { how: 'signal' })).toMatchObject({ rc: 139, signal: 11 })
  })

  it('runs exit functions and waits for threads', async () => {
    for (const [how, text] of [
      ['atexit', 'left'],
      ['thread', 'joined'],
    ] as const) {
      const path = join(scratch, how)
      await run('ends', { how, path })
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })

  it('does not wait for what a module left running', async () => {
    expect(await json('ends', { how: 'daemon' })).toMatchObject({ daemon: true })
  })

  it('removes the temporary directory of a module with the module', async () => {
    const { tmpdir: path } = await json('probe')
    expect(path).toMatch(/ansible-moduletmp-/)
    await expect(account.stat(path)).resolves.toMatchObject({ exists: false })
  })

  it('lets a module start itself again under another interpreter', async () => {
    expect(await json('again', { value: 'x' })).toMatchObject({ value: 'x', respawned: true })
    expect(await json('again', { value: 'y' })).toMatchObject({ value: 'y', respawned: true })
  })

  it('resolves imports relative to the package of the module', async () => {
    expect(await json('relative')).toMatchObject({ ok: true })
  })

  it('kills the whole group of a module that takes too long', async () => {
    const path = join(scratch, 'pids')
    const result = await run('ends', { how: 'hang', path }, { timeoutMs: 300 })
    expect(result).toMatchObject({ timedOut: true, signal: 15 })
    for (const pid of readFileSync(path, 'utf8').split(' ')) expect(isRunning(Number(pid))).toBe(false)
  })

  it('kills the whole group of a module that is aborted', async () => {
    const path = join(scratch, 'aborted')
    const controller = new AbortController()
    const pending = run('ends', { how: 'hang', path }, { signal: controller.signal })
    const pids = await appears(path)
    controller.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
    for (const pid of pids.split(' ')) expect(isRunning(Number(pid))).toBe(false)
  })

  it('leaves no zombies', async () => {
    await Promise.all(Array.from({ length: 6 }, () => json('ping')))
    const { stdout } = await account.exec('ps -eo ppid=,stat= | grep " Z"; echo $PPID')
    const lines = stdout.toString().trim().split('\n')
    const agent = lines.pop()!
    expect(lines.filter(line => line.trim().startsWith(`${agent} `))).toEqual([])
  })

  it('lets module_utils of the repository win over those of ansible-core', async () => {
    const custom = buildPayloads(
      {
        uses: `${HEADER}\nfrom ansible.module_utils.common.text.converters import to_text\nfrom ansible.module_utils.extra import ANSWER\nAnsibleModule(argument_spec={}).exit_json(text=to_text(b'x'), answer=ANSWER)\n`,
      },
      { 'extra.py': 'ANSWER = 42\n' },
    )
    const core = readFileSync('/usr/lib/python3/dist-packages/ansible/module_utils/common/text/converters.py', 'utf8')
    const patched = buildPayloads(
      {
        uses: `${HEADER}\nfrom ansible.module_utils.common.text.converters import PATCHED\nAnsibleModule(argument_spec={}).exit_json(patched=PATCHED)\n`,
      },
      {
        'common/text/converters.py': `${core}\nPATCHED = True\n`,
        'common/__init__.py': '',
        'common/text/__init__.py': '',
      },
    )
    for (let i = 0; i < 3; i++) {
      const answer = JSON.parse((await account.runModule(custom.uses, moduleArgs())).stdout.toString())
      expect(answer).toMatchObject({ text: 'x', answer: 42 })
    }
    const results = await Promise.all([1, 2, 3].map(() => account.runModule(patched.uses, moduleArgs())))
    for (const result of results)
      expect(result.stdout.toString() + result.stderr.toString()).toContain('"patched": true')
    expect((await json('ping')).ping).toBe('pong')
  })
})

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function appears(path: string): Promise<string> {
  for (;;) {
    try {
      const text = readFileSync(path, 'utf8')
      if (text !== '') return text
    } catch {
      // Not yet.
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

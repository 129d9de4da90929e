// What the agent makes ready before it forks: programs start without a copy of the process, and python-apt's cache is
// handed on only while it is what a new one would be.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentPool, connectionDefaults } from '../../src/agent/index.js'
import { buildPayloads, hasAnsible, moduleArgs, PYTHON } from '../helpers/payloads.js'

const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/' }
const python = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../src/agent/python/${name}.py`, import.meta.url)), 'utf8')
const hasApt = spawnSync(PYTHON, ['-c', 'import apt']).status === 0

describe.skipIf(!hasAnsible)('run_command in a module', () => {
  it('starts programs without a copy of the process, unless a umask is asked for', async () => {
    const payloads = buildPayloads({
      runs: `
from ansible.module_utils.basic import AnsibleModule
import subprocess
def main():
    module = AnsibleModule(argument_spec=dict(umask=dict(type='int')))
    seen = []
    start = subprocess._fork_exec
    def fork_exec(*args):
        seen.append(args[-2] is None)
        return start(*args)
    subprocess._fork_exec = fork_exec
    rc, out, err = module.run_command(['sh', '-c', 'umask; trap "" PIPE; kill -PIPE $$; exit 3'], umask=module.params['umask'])
    seen.append(None)
    subprocess.Popen(['true'], preexec_fn=lambda: None).wait()
    module.exit_json(rc=rc, out=out, err=err, seen=seen)
main()
`,
    })
    const pool = new AgentPool()
    try {
      const account = await pool.account(local, undefined, PYTHON)
      const run = async (args: object) =>
        JSON.parse((await account.runModule(payloads.runs, moduleArgs(args), { umask: 0o022 })).stdout.toString())
      const isNew = account.info.pythonVersion[1] >= 11
      if (!isNew) return
      expect(await run({})).toMatchObject({ rc: 3, out: '0022\n', err: '', seen: [true, null, false] })
      expect(await run({ umask: 0o077 })).toMatchObject({ rc: 3, out: '0077\n', seen: [false, null, false] })
    } finally {
      await pool.closeAll()
    }
  })
})

it('setup looks sooner whether it knows all about mounts; nobody else sleeps less', () => {
  const script = `
slept = []
time.sleep = slept.append
look_sooner()
poll = "def get_mount_facts():\\n time.sleep(0.1)\\ndef other():\\n time.sleep(0.1)\\n"
for name in ('ansible.module_utils.facts.hardware.linux', 'mine'):
    names = {'__name__': name, 'time': time}
    exec(poll, names)
    names['get_mount_facts']()
    names['other']()
print(slept)
`
  const run = spawnSync(PYTHON, ['-c', [python('base'), python('libraries'), script].join('\n')], { encoding: 'utf8' })
  expect(run.stderr).toBe('')
  expect(run.stdout).toBe('[0.002, 0.1, 0.1, 0.1]\n')
})

describe.skipIf(!hasApt)("python-apt's cache, opened in advance", () => {
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'apt-root-'))
    for (const path of ['var/lib/dpkg/updates', 'var/lib/apt/lists/partial', 'var/cache/apt/archives/partial'])
      mkdirSync(join(root, path), { recursive: true })
    for (const path of ['etc/apt/preferences.d', 'etc/apt/sources.list.d'])
      mkdirSync(join(root, path), { recursive: true })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('is used once while nothing it was read from has changed', () => {
    const script = `
import time
def write(path, text, mode='w'):
    with open(ROOT + path, mode) as target:
        target.write(text)
    # As if it had been there for long.
    time.sleep(RACY * 2)
def package(name):
    return 'Package: %s\\nStatus: install ok installed\\nArchitecture: all\\nVersion: 1\\nMaintainer: x\\nDescription: x\\n\\n' % name
ready = AptCache()
apt_pkg = ready.apt_pkg
apt_pkg.config.set('Dir', ROOT)
apt_pkg.config.set('Dir::State::status', ROOT + '/var/lib/dpkg/status')
apt_pkg.init_system()
write('/var/lib/dpkg/status', package('one'))
write('/var/lib/apt/extended_states', '')
original = apt_pkg.Cache
def names(cache):
    return sorted(p.name for p in cache.packages if p.has_versions)
def prepared():
    ready.refresh()
    ready.offer()
    made = ready.cache
    first, second = apt_pkg.Cache(None), apt_pkg.Cache(None)
    assert names(first) == names(second)
    assert second is not made and apt_pkg.Cache is original
    return made is not None and first is made, names(first)
result = [prepared(), prepared()]
ready.refresh()
ready.offer()
write('/var/lib/dpkg/status', package('two'), 'a')
result.append(names(apt_pkg.Cache(None)))
result.append(prepared())
ready.refresh()
ready.offer()
write('/etc/apt/preferences.d/pin', 'Package: *\\nPin: release *\\nPin-Priority: 1\\n')
result.append(ready.is_current())
apt_pkg.Cache = original
result.append(prepared()[0])
ready.refresh()
apt_pkg.config.set('APT::Default-Release', 'stable')
result.append(ready.is_current())
print(json.dumps(result))
`
    const program = [`ROOT = ${JSON.stringify(root)}`, python('base'), python('libraries'), script].join('\n')
    const run = spawnSync(PYTHON, ['-c', program], { encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toEqual([
      [true, ['one']],
      [true, ['one']],
      ['one', 'two'],
      [true, ['one', 'two']],
      false,
      true,
      false,
    ])
  })

  it('is not made where settings of apt or the environment lead elsewhere', () => {
    const script = `
import tempfile, shutil
APT_PARTS = tempfile.mkdtemp()
APT_MAIN = APT_PARTS + '/none'
def told(text):
    with open(APT_PARTS + '/10', 'w') as settings:
        settings.write(text)
    return apt_settings() is not None
result = [told(text) for text in ('APT::Get::Assume-Yes "true";', 'Dir::Cache::pkgcache "";', 'Dir::Etc::sourceparts "/x";',
                                  'Dir { Etc "/x"; };', '#include "/x";')]
result += [apt_may_differ({'env': {name: 'x'}}) for name in ('http_proxy', 'LC_ALL', 'APT_CONFIG')]
result.append(apt_may_differ({'unset': ['LANG']}))
shutil.rmtree(APT_PARTS)
print(json.dumps(result))
`
    const run = spawnSync(PYTHON, ['-c', [python('base'), python('libraries'), script].join('\n')], {
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toEqual([true, true, false, false, false, false, true, true, true])
  })
})

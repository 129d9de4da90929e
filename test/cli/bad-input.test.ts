import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VaultSecrets } from '../../src/vault/index.js'
import { ansiblePlaybook, both, madansible, type Run } from '../helpers/run-both.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-bad-')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let number = 0
/** A playbook file with this text; `tasks` alone become a play on the local hosts h1 and h2. */
function playbook(text: string): string {
  const name = `play${number++}.yml`
  const isPlay = /^- (hosts|name: .*\n {2}hosts|import_playbook)/m.test(text)
  writeFileSync(path.join(folder, name), isPlay ? text : `- hosts: all\n  gather_facts: false\n  tasks:\n${text}`)
  return name
}

const LOCAL = ['-i', 'h1,h2,', '-c', 'local']
const errors = (run: Run) =>
  run.stderr
    .split('\n')
    .filter(line => !line.startsWith('[WARNING]'))
    .join('\n')
    .trim()

/** Runs both tools: the same exit code and, up to the advice at the end, the same words. */
async function sameMistake(text: string, args: readonly string[] = LOCAL): Promise<Run> {
  const { ours, theirs } = await both([...args, playbook(text)], { cwd: folder })
  const words = (run: Run) => errors(run).split('^ here')[0]
  expect(words(ours)).toBe(words(theirs))
  expect(ours.code).toBe(theirs.code)
  expect(ours.stderr).not.toMatch(/\n {4}at /)
  return ours
}

describe('mistakes in playbooks are told as ansible-playbook tells them', () => {
  it('YAML that cannot be read', async () => {
    const run = await sameMistake('    - debug: {msg: "a}\n    - debug: b\n')
    expect(run.stderr).toMatch(/play\d+\.yml': line \d+, column \d+/)
  })
  it('an unknown keyword of a play', async () => {
    expect((await sameMistake('- hosts: all\n  task: []\n')).stderr).toContain(
      "'task' is not a valid attribute for a Play",
    )
  })
  it('an unknown keyword of a task', async () => {
    expect((await sameMistake('    - debug: {msg: a}\n      wehn: true\n')).code).toBe(4)
  })
  it('an unknown module', async () => {
    expect((await sameMistake('    - nosuchmodule: {a: 1}\n')).stderr).toContain(
      "couldn't resolve module/action 'nosuchmodule'",
    )
  })
  it('two modules in one task', async () => {
    expect((await sameMistake('    - debug: {msg: a}\n      command: ls\n')).stderr).toContain(
      'conflicting action statements',
    )
  })
  it('a missing role', async () => {
    expect((await sameMistake('- hosts: all\n  roles: [nowhere]\n')).stderr).toContain(
      "the role 'nowhere' was not found",
    )
  })
  it('a missing file of tasks', async () => {
    await sameMistake('    - import_tasks: nowhere.yml\n')
  })
  it('a missing playbook', async () => {
    const { ours, theirs } = await both([...LOCAL, 'nowhere.yml'], { cwd: folder })
    expect(errors(ours)).toBe(errors(theirs))
    expect(ours.code).toBe(theirs.code)
  })
  it('hosts that do not exist', async () => {
    const { ours, theirs } = await both([...LOCAL, '-l', 'nobody', playbook('    - debug: {msg: a}\n')], {
      cwd: folder,
    })
    expect(ours.stderr).toBe(theirs.stderr)
    expect(ours.code).toBe(theirs.code)
  })
})

describe('what fails on a host is a result', () => {
  const results = (run: Run) => run.stdout.split('\n').filter(line => line.startsWith('fatal:') || line.includes('ok='))

  it('an undefined variable, with its name and place', async () => {
    const { ours, theirs } = await both([...LOCAL, playbook("    - debug: {msg: '{{ nowhere }}'}\n")], { cwd: folder })
    const places = (run: Run) =>
      results(run)
        .map(line => line.split('^ here')[0])
        .sort()
    expect(places(ours)).toEqual(places(theirs))
    expect(ours.stdout).toContain("'nowhere' is undefined")
  })

  it('a file that is not there', async () => {
    const { ours, theirs } = await both([...LOCAL, playbook('    - copy: {src: nowhere, dest: /var/tmp/nowhere}\n')], {
      cwd: folder,
    })
    const reasons = (run: Run) =>
      results(run)
        .map(line => line.replace(/ to use -vvv.*/, ''))
        .sort()
    expect(reasons(ours)).toEqual(reasons(theirs))
  })

  it('a module that prints junk', async () => {
    library(
      'junk',
      '#!/usr/bin/python\nimport sys\nprint("this is no JSON")\nsys.stderr.write("because\\n")\nsys.exit(1)\n',
    )
    const { ours, theirs } = await both([...LOCAL, playbook('    - junk: {}\n')], { cwd: folder })
    expect(results(ours).sort()).toEqual(results(theirs).sort())
    expect(ours.stdout).toContain('this is no JSON')
  })

  it('a module that is killed by a signal', async () => {
    library(
      'dies',
      '#!/usr/bin/python3\nfrom ansible.module_utils.basic import AnsibleModule\nimport os\nAnsibleModule({})\nos.kill(os.getpid(), 9)\n',
    )
    const { ours, theirs } = await both([...LOCAL, playbook('    - dies: {}\n')], { cwd: folder })
    const codes = (run: Run) =>
      run.stdout.match(/fatal: \[h\d\]: FAILED! => .*"rc": -?\d+/g)?.map(line => line.replace(/.*"rc"/, '"rc"'))
    expect(codes(ours)).toEqual(codes(theirs))
    expect(codes(ours)).toHaveLength(2)
  })

  it('a module that leaves a process behind is not waited for', async () => {
    library(
      'daemon',
      '#!/usr/bin/python3\nfrom ansible.module_utils.basic import AnsibleModule\nimport os, time\nmodule = AnsibleModule({})\n' +
        'pid = os.fork()\nif pid == 0:\n    os.setsid()\n    time.sleep(30)\n    os._exit(0)\nmodule.exit_json(changed=True, child=pid)\n',
    )
    const run = await madansible(
      ['run', ...LOCAL, playbook('    - daemon: {}\n      register: r\n    - command: "kill {{ r.child }}"\n')],
      {
        cwd: folder,
      },
    )
    expect(run.stdout).toContain('h1                         : ok=2    changed=2')
  })

  it('a host that cannot be reached, while others go on', async () => {
    writeFileSync(
      path.join(folder, 'mixed'),
      'here ansible_connection=local\ngone ansible_host=127.0.0.1 ansible_port=9\n',
    )
    const args = ['-i', 'mixed', playbook('    - command: echo on\n      changed_when: false\n')]
    const { ours, theirs } = await both(args, { cwd: folder })
    expect(results(ours).sort()).toEqual(results(theirs).sort())
    expect([ours.code, theirs.code]).toEqual([4, 4])
  })
})

describe('vaults', () => {
  const sealed = () =>
    new VaultSecrets([{ id: 'default', password: Buffer.from('right') }]).encrypt('secret: plain-canary\n')

  it('a missing or wrong password is told, and nothing of the content', async () => {
    writeFileSync(path.join(folder, 'secrets.yml'), sealed())
    writeFileSync(path.join(folder, 'wrong'), 'wrong\n')
    writeFileSync(path.join(folder, 'right'), 'right\n')
    const play = playbook(
      '- hosts: all\n  gather_facts: false\n  vars_files: [secrets.yml]\n  tasks:\n    - debug: {msg: "{{ secret | length }}"}\n',
    )
    for (const password of [[], ['--vault-password-file', 'wrong']]) {
      const { ours, theirs } = await both([...LOCAL, ...password, play], { cwd: folder })
      expect(errors(ours)).toBe(errors(theirs))
      expect(ours.code).toBe(theirs.code)
    }
    const run = await madansible(['run', ...LOCAL, '--vault-password-file', 'right', play], { cwd: folder })
    expect(run.code).toBe(0)
    expect(run.stdout + run.stderr).not.toContain('plain-canary')
  })
})

describe('inventories', () => {
  it('a script that fails', async () => {
    const script = path.join(folder, 'inventory.sh')
    writeFileSync(script, '#!/bin/sh\necho broken >&2\nexit 3\n')
    chmodSync(script, 0o755)
    const { ours, theirs } = await both(['-i', 'inventory.sh', playbook('    - debug: {msg: a}\n')], { cwd: folder })
    const flat = (run: Run) => run.stderr.replace(/\s+/g, ' ')
    expect(flat(ours)).toBe(flat(theirs))
    expect(ours.code).toBe(theirs.code)
  })
})

describe('command lines', () => {
  it('a wrong flag ends with 2 and names it', async () => {
    const theirs = await ansiblePlaybook(['--nonsense', 'x.yml'], { cwd: folder })
    const ours = await madansible(['run', '--nonsense', 'x.yml'], { cwd: folder })
    expect(ours.code).toBe(theirs.code)
    expect(ours.stderr).toContain('--nonsense')
  })
})

function library(name: string, text: string): void {
  mkdirSync(path.join(folder, 'library'), { recursive: true })
  writeFileSync(path.join(folder, 'library', `${name}.py`), text)
}

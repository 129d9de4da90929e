// What a run reads and writes on the controller besides playbooks: settings, fact cache, retry files, limits from
// files, roles, several playbooks, playbooks that are no files. Each as ansible-playbook does it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Run, root } from '../helpers/run-both.js'
import { Running, startMadansible } from './lab.js'

describe('a run beside ansible-playbook', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'e2e-'))
    for (const folder of ['shared/roles/known/tasks', 'deeper/vars'])
      mkdirSync(join(directory, folder), { recursive: true })
    write('shared/roles/known/tasks/main.yml', '- debug: msg="{{ role_path | basename }} {{ role_name }}"\n')
    write('ansible.cfg', '[defaults]\nroles_path = shared/roles\nretry_files_enabled = True\n')
    write('roles.yml', '- hosts: all\n  gather_facts: false\n  roles: [known]\n')
    write('deeper/vars/here.yml', 'where: beside the playbook\n')
    write(
      'tagged.yml',
      `- hosts: all
  name: a play
  tags: [p]
  roles: [known]
  tasks:
    - {name: named, debug: {msg: x}, tags: [x, y]}
    - debug: {msg: z}
      tags: z
`,
    )
    write(
      'deeper/relative.yml',
      `- hosts: one
  gather_facts: false
  vars_files: [vars/here.yml]
  tasks:
    - debug: msg="{{ where }} {{ playbook_dir | basename }} {{ lookup('file', 'vars/here.yml') }}"
`,
    )
    write(
      'fails.yml',
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: begin, debug: {msg: "{{ ansible_limit | default('everywhere') }}"}}
    - fail: {msg: wanted}
      when: inventory_hostname == bad | default('')
    - {name: the end, debug: {msg: reached}}
`,
    )
    write(
      'facts.yml',
      `- hosts: one
  gather_facts: false
  tasks:
    - debug: var=kept
    - set_fact: {kept: "{{ [kept | default('nothing'), 'Ünï'] }}", number: "{{ 7 | int }}", cacheable: true}
`,
    )
  })
  beforeEach(() => rmSync(join(directory, 'fails.retry'), { force: true }))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  function write(name: string, text: string): void {
    writeFileSync(join(directory, name), text)
  }

  // One worker: results arrive in the order of the hosts.
  const COMMON = ['-i', 'one,two', '-c', 'local', '-f', '1']
  const CONFIG = { ANSIBLE_CONFIG: '', ANSIBLE_LOCALHOST_WARNING: '0' }
  const theirs = (args: readonly string[], env = {}) =>
    new Running('ansible-playbook', [...COMMON, ...args], directory, { ...CONFIG, ...env }).ended
  const ours = (args: readonly string[], env = {}) =>
    startMadansible(directory, [...COMMON, ...args], { ...CONFIG, ...env }).ended

  async function same(args: readonly string[], env = {}): Promise<Run> {
    const expected = await theirs(args, env)
    const given = await ours(args, env)
    expect(given).toEqual(expected)
    return given
  }

  it('takes ansible.cfg of the current folder, and roles_path relative to it', async () => {
    expect((await same(['roles.yml'])).stdout).toContain('known known')
  })

  it('lets the environment win over ansible.cfg', async () => {
    const { code } = await same(['roles.yml'], { ANSIBLE_ROLES_PATH: join(directory, 'nowhere') })
    expect(code).toBe(1)
  })

  it('finds files beside the playbook, wherever it is started', async () => {
    expect((await same(['shared/../deeper/relative.yml'])).stdout).toContain('beside the playbook deeper')
  })

  it('writes retry files that --limit @file reads', async () => {
    const expected = await theirs(['fails.yml', '-e', 'bad=two'])
    const retry = readFileSync(join(directory, 'fails.retry'), 'utf8')
    rmSync(join(directory, 'fails.retry'))
    const given = await ours(['fails.yml', '-e', 'bad=two'])
    expect(given).toEqual(expected)
    expect(given.code).toBe(2)
    expect(readFileSync(join(directory, 'fails.retry'), 'utf8')).toBe(retry)
    const again = await same(['fails.yml', '--limit', '@fails.retry'])
    expect(again.stdout).not.toContain('[one]')
    expect(again.stdout).toContain('ok: [two]')
  })

  it('runs several playbooks, up to the first that fails', async () => {
    const { stdout } = await same(['roles.yml', 'fails.yml', 'deeper/relative.yml', '-e', 'bad=one'])
    expect(stdout).not.toContain('beside the playbook')
    expect(stdout.match(/PLAY RECAP/g)).toHaveLength(2)
  })

  it.each([['the end'], ['nothing of the kind'], ['the*']])('starts at the task %s', async name => {
    await same(['fails.yml', '--start-at-task', name])
  })

  it.each([
    { args: [], because: 'no playbook' },
    { args: ['missing.yml'], because: 'a playbook that is not there' },
    { args: ['deeper'], because: 'a folder for a playbook' },
    { args: ['fails.yml', '--limit', 'nobody'], because: 'a limit that leaves nobody' },
    { args: ['fails.yml', '--limit', '@missing'], because: 'a limit file that is not there' },
    { args: ['fails.yml', '--forks', '0'], because: 'no forks' },
    { args: ['fails.yml', '--no-such-option'], because: 'an unknown option' },
    { args: ['fails.yml', '-e', '@missing.yml'], because: 'extra variables that are not there' },
  ])('ends with the same code for $because', async ({ args }) => {
    const expected = await theirs(args)
    const given = await ours(args)
    expect(given.code).toBe(expected.code)
    expect(given.code).not.toBe(0)
    expect(given.stdout).toBe(expected.stdout)
  })

  it.each(['a pipe', 'standard input'])('reads a playbook from %s', async kind => {
    const text = readFileSync(join(directory, 'roles.yml'), 'utf8')
    write('text', text)
    const command = (program: string) =>
      kind === 'a pipe'
        ? `rm -f fifo; mkfifo fifo; cat text > fifo & ${program} ${COMMON.join(' ')} fifo`
        : `${program} ${COMMON.join(' ')} /dev/stdin < text`
    const run = (program: string) => new Running('bash', ['-c', command(program)], directory, CONFIG).ended
    const expected = await run('ansible-playbook')
    const given = await run(`${process.execPath} ${join(root, 'bin', 'madansible.js')} run`)
    expect(given).toEqual(expected)
    expect(given.code, given.stderr).toBe(0)
  })

  it('shares a jsonfile fact cache with ansible-playbook', async () => {
    const env = { ANSIBLE_CACHE_PLUGIN: 'jsonfile', ANSIBLE_CACHE_PLUGIN_CONNECTION: join(directory, 'cache') }
    expect((await ours(['facts.yml'], env)).stdout).toContain('VARIABLE IS NOT DEFINED')
    const written = readFileSync(join(directory, 'cache', 'one'), 'utf8')
    const second = await theirs(['facts.yml'], env)
    expect(second.stdout).toMatch(/"kept": \[\s+"nothing",\s+"Ünï"\s+\]/)
    rmSync(join(directory, 'cache'), { recursive: true })
    await theirs(['facts.yml'], env)
    expect(written).toBe(readFileSync(join(directory, 'cache', 'one'), 'utf8'))
    expect((await ours(['facts.yml'], env)).stdout).toBe(second.stdout)
    expect((await ours(['facts.yml', '--flush-cache'], env)).stdout).toContain('VARIABLE IS NOT DEFINED')
  })

  it.each([
    // Of several hosts ansible-playbook shows a set: in any order.
    [['--list-hosts', '-l', 'one']],
    [['--list-tasks']],
    [['--list-tags', '--list-hosts', '-l', 'two']],
    [['--list-tasks', '--list-tags', '--skip-tags', 'x']],
    [['--syntax-check']],
  ])('lists as ansible-playbook does: %s', async options => {
    await same([...options, 'tagged.yml', 'deeper/relative.yml'])
  })

  it('evaluates an expression as a task of the host would', async () => {
    mkdirSync(join(directory, 'group_vars'), { recursive: true })
    write('group_vars/all.yml', 'colour: "{{ shade }} blue"\nshade: dark\n')
    write('inventory', '[g]\none shade=light\ntwo\n')
    const program = join(root, 'bin', 'madansible.js')
    const evaluate = (...args: string[]) =>
      new Running(process.execPath, [program, 'eval', ...args], directory, CONFIG).ended
    expect(await evaluate("{{ [colour, groups['g'] | length] }}", '-i', 'inventory', '-l', 'one')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('light blue'),
    })
    const bad = await evaluate('{{ nothing_there }}', '-i', 'inventory', '-l', 'one')
    expect(bad.code).not.toBe(0)
    expect(bad.stdout + bad.stderr).toContain("'nothing_there' is undefined")
  })

  it('tells its version with the ansible-core in use', async () => {
    const { stdout, code } = await ours(['--version'])
    expect(stdout).toMatch(/^madansible \d+\.\d+\.\d+ \[core \d+\.\d+/)
    expect(code).toBe(0)
    expect(stdout).toContain(`config file = ${join(directory, 'ansible.cfg')}`)
    expect((await ours(['--help'])).stdout).toContain('--start-at-task')
  })
})

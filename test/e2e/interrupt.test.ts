// Ctrl-C, SIGTERM and a reader that goes away: what is running ends, is counted, and leaves nothing behind.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../helpers/run-both.js'
import { canStartHosts, Lab, Running, recap, startMadansible, until } from './lab.js'

const MARK = '/tmp/module-has-begun'

describe.runIf(canStartHosts)('a run that is interrupted', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await Lab.start('a', 'b')
    lab.write('long.yml', longTask('sleep 987'))
    lab.write('short.yml', longTask(`while [ ! -e ${MARK}.end ]; do sleep 0.05; done`))
  })
  afterAll(() => lab?.stop())

  function longTask(command: string): string {
    return `- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - shell: echo > ${MARK}; ${command}
      when: inventory_hostname == 'a'
      register: result
      until: false
      retries: 9
      delay: 1
    - command: touch /tmp/too-late
`
  }

  async function begun(playbook: string, ...options: string[]): Promise<Running> {
    lab.on('a', `rm -f ${MARK}*`)
    const env = { TMPDIR: lab.directory }
    const run = startMadansible(lab.directory, ['-i', 'hosts', ...options, playbook], env)
    await until('the module begins', () => existsSync(lab.path('a', MARK)))
    return run
  }

  async function nothingIsLeft(): Promise<void> {
    await until('what ran on the host ends', () => lab.programs('a').length === 0, 5)
    expect(lab.on('a', `find /tmp /root/.ansible/tmp -mindepth 1 ! -path '${MARK}*'`)).toBe('')
    expect(existsSync(lab.path('a', '/tmp/too-late'))).toBe(false)
    expect(readdirSync(lab.directory).sort()).toEqual(['hosts', 'long.yml', 'short.yml'])
  }

  it('lets what runs end after one Ctrl-C, starts nothing else, and prints the recap', async () => {
    const run = await begun('short.yml')
    run.signal('SIGINT')
    await until('the user is told', () => run.stderr.includes('Press Ctrl-C again'))
    lab.on('a', `touch ${MARK}.end`)
    const { code, stdout, stderr } = await run.ended
    expect(code).toBe(99)
    expect(stdout.match(/FAILED - RETRYING/g)).toHaveLength(1)
    expect(recap(stdout)).toEqual([
      'a : ok=1 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0',
      'b : ok=1 changed=0 unreachable=0 failed=0 skipped=1 rescued=0 ignored=0',
    ])
    expect(stderr).toContain(' [ERROR]: User interrupted execution\n')
    await nothingIsLeft()
  })

  it.each([
    { name: 'two Ctrl-C', options: [], signals: ['SIGINT', 'SIGINT'] as const },
    { name: 'two Ctrl-C with OpenSSH', options: ['--transport', 'openssh'], signals: ['SIGINT', 'SIGINT'] as const },
    { name: 'SIGTERM', options: [], signals: ['SIGTERM'] as const },
    { name: 'SIGHUP', options: [], signals: ['SIGHUP'] as const },
  ])('ends what runs on the hosts at $name', async ({ options, signals }) => {
    const run = await begun('long.yml', ...options)
    for (const [index, signal] of signals.entries()) {
      if (index > 0) await until('the user is told', () => run.stderr.includes('Press Ctrl-C again'))
      run.signal(signal)
    }
    const { code, stdout, stderr } = await run.ended
    expect(code).toBe(99)
    expect(stdout).toContain('fatal: [a]: FAILED! => {"msg": "User interrupted execution"}')
    expect(recap(stdout)[0]).toBe('a : ok=1 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0')
    expect(`${stdout}${stderr}`).not.toMatch(/traceback|AbortError/i)
    await nothingIsLeft()
  })

  it('ends what runs on the hosts when the program itself is killed', async () => {
    const run = await begun('long.yml')
    run.signal('SIGKILL')
    await run.ended
    await nothingIsLeft()
  })

  it('says so before anything has begun', async () => {
    lab.write('slow.sh', '#!/bin/sh\ntouch begun; exec sleep 30\n', 0o755)
    const run = startMadansible(lab.directory, ['-i', 'slow.sh', 'long.yml'])
    await until('the inventory script begins', () => existsSync(join(lab.directory, 'begun')))
    run.signal('SIGINT')
    const { code, stderr } = await run.ended
    expect(stderr).toContain(' [ERROR]: User interrupted execution\n')
    expect(code).toBe(99)
  })

  it('ends well when nobody reads its output any more', async () => {
    lab.write(
      'talk.yml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: msg={{ 'x' * 3000 }}\n      loop: "{{ range(200) }}"\n`,
    )
    const command = `"${process.execPath}" "${join(root, 'bin', 'madansible.js')}" run -i hosts talk.yml | head -2; echo "\${PIPESTATUS[*]}"`
    const { stdout, stderr } = await new Running('bash', ['-c', command], lab.directory, {}).ended
    expect(stdout).toBe(`\nPLAY [all] ${'*'.repeat(69)}\n0 0\n`)
    expect(stderr).toBe('')
  })
})

// Connections that break, keys that do not fit, passwords that are wrong, hosts without Python, modules that die: the
// host is counted as ansible-playbook counts it, the others go on.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canStartHosts, Lab, recap, runBoth, startMadansible, until } from './lab.js'

/** sudo's side of the conversation, with the password `right`. */
const SUDO = `#!/bin/sh
prompt='Password:'; never=
while :; do case "$1" in
  -H|-S) shift;; -n) never=1; shift;; -p) prompt=$2; shift 2;; -u) shift 2;;
  -*) echo "unexpected flag $1" >&2; exit 1;; *) break;; esac; done
[ -n "$never" ] && { echo 'sudo: a password is required' >&2; exit 1; }
for attempt in 1 2 3; do
  printf '%s' "$prompt" >&2
  IFS= read -r given || { echo >&2; echo 'sudo: no password was provided' >&2; exit 1; }
  [ "$given" = right ] && exec "$@"
  echo >&2; echo 'Sorry, try again.' >&2
done
echo 'sudo: 3 incorrect password attempts' >&2; exit 1
`

const messageOf = (text: string) => /"msg": "((?:[^"\\]|\\.)*)"/.exec(text)?.[1]

describe.runIf(canStartHosts)('a run on hosts in trouble', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await Lab.start('a', 'b', 'bare')
    writeFileSync(lab.path('a', '/usr/local/bin/sudo'), SUDO, { mode: 0o755 })
    lab.on('bare', 'rm -rf /usr/bin/python* /usr/local/bin/python* /root/.pyenv /root/.bashrc')
    lab.write('ping.yml', '- hosts: a\n  gather_facts: false\n  tasks:\n    - ping:\n')
  })
  afterAll(() => lab?.stop())

  it.each(['ssh2', 'openssh'])('goes on with the others when a connection is cut (%s)', async transport => {
    const mark = `/tmp/cut-${transport}`
    lab.write(
      'cut.yml',
      `- hosts: a:b
  gather_facts: false
  tasks:
    - shell: echo > ${mark}; [ $(hostname) = b ] || sleep 987
    - command: hostname
`,
    )
    const run = startMadansible(lab.directory, ['-i', 'hosts', '--transport', transport, 'cut.yml'])
    await until('the module begins', () => existsSync(lab.path('a', mark)))
    lab.cut('a')
    const { code, stdout } = await run.ended
    expect(stdout).toContain('fatal: [a]: UNREACHABLE! => {"changed": false, "msg": "')
    expect(recap(stdout)).toEqual([
      'a : ok=0 changed=0 unreachable=1 failed=0 skipped=0 rescued=0 ignored=0',
      'b : ok=2 changed=2 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0',
    ])
    expect(code).toBe(4)
    await until('what ran on the host ends', () => lab.programs('a').length === 0)
  })

  it.each(['unknown', 'changed'])('refuses a host whose key is %s', async kind => {
    const { address, port } = lab.address('a')
    // Another host's key under this one's name.
    const key = readFileSync(lab.knownHosts, 'utf8')
      .split('\n')
      .find(line => line.startsWith(`[${lab.address('b').address}]`))!
      .split(' ')
      .slice(1)
      .join(' ')
    const known = lab.write('known', kind === 'changed' ? `[${address}]:${port} ${key}\n` : '')
    const { ours, theirs } = await runBoth(lab.directory, [
      ...['-i', 'hosts', '-e', `ansible_ssh_common_args='-o UserKnownHostsFile=${known}'`, 'ping.yml'],
    ])
    expect(messageOf(theirs.stdout)).toMatch(/Host key verification failed/)
    expect(messageOf(ours.stdout)).toMatch(/Host key verification failed/)
    expect(recap(ours.stdout)).toEqual(recap(theirs.stdout))
    expect([ours.code, theirs.code]).toEqual([4, 4])
    expect(readFileSync(known, 'utf8')).toBe(kind === 'changed' ? `[${address}]:${port} ${key}\n` : '')
  })

  it.each([
    { name: 'wrong', pass: ['-e', 'ansible_become_password=left'] },
    { name: 'missing', pass: [] },
    { name: 'right', pass: ['-e', 'ansible_become_password=right'] },
  ])('treats a $name sudo password as ansible-playbook does', async ({ pass }) => {
    const { ours, theirs } = await runBoth(lab.directory, ['-i', 'hosts', '-b', ...pass, 'ping.yml'])
    expect(messageOf(ours.stdout)).toBe(messageOf(theirs.stdout))
    expect(recap(ours.stdout)).toEqual(recap(theirs.stdout))
    expect(ours.code).toBe(theirs.code)
    expect(ours.stdout + ours.stderr).not.toContain('left')
  })

  it('says that Python is missing, and raw works without it', async () => {
    lab.write(
      'bare.yml',
      `- hosts: bare
  gather_facts: false
  tasks:
    - raw: hostname
      register: name
    - debug: var=name.stdout_lines
    - ping:
`,
    )
    const { ours, theirs } = await runBoth(lab.directory, ['-i', 'hosts', 'bare.yml'])
    expect(ours.stdout).toMatch(/"name.stdout_lines": \[\s*"bare"/)
    expect(ours.stdout).toMatch(/fatal: \[bare\]: FAILED! .*interpreter/)
    expect(recap(ours.stdout)).toEqual(recap(theirs.stdout))
    expect(ours.code).toBe(theirs.code)
    expect(messageOf(ours.stdout)).toBe(messageOf(theirs.stdout))
  })

  it('says so when no interpreter is discovered', async () => {
    lab.write('bare2.yml', '- hosts: bare\n  gather_facts: false\n  tasks:\n    - ping:\n')
    const args = ['-i', 'hosts', '-e', 'ansible_python_interpreter=auto', 'bare2.yml']
    const { ours, theirs } = await runBoth(lab.directory, args)
    expect(ours.stdout).toBe(theirs.stdout)
    expect(ours.stderr).toContain('No python interpreters found for host bare')
    expect(recap(ours.stdout)).toEqual(recap(theirs.stdout))
    expect(ours.code).toBe(theirs.code)
  })

  it('counts a module that is killed as failed, and rescues it', async () => {
    lab.write(
      'killed.yml',
      `- hosts: a:b
  gather_facts: false
  tasks:
    - block:
        - shell: kill -KILL $(ps -o ppid= -p $$)
          when: inventory_hostname == 'a'
      rescue:
        - debug: var=ansible_failed_result.msg
        - debug: var=ansible_failed_result.rc
    - ping:
`,
    )
    const { ours, theirs } = await runBoth(lab.directory, ['-i', 'hosts', 'killed.yml'])
    const shown = (text: string) => text.split('\n').filter(line => line.includes('ansible_failed_result'))
    expect(messageOf(ours.stdout)).toBe(messageOf(theirs.stdout))
    expect(shown(ours.stdout)).toEqual(shown(theirs.stdout))
    expect(shown(ours.stdout)).toHaveLength(2)
    expect(recap(ours.stdout)).toEqual(recap(theirs.stdout))
    expect(ours.code).toBe(0)
  })

  it('fails a task whose file does not fit on the host', async () => {
    lab.on('b', 'mkdir -p /srv/small && mount -t tmpfs -o size=64k tmpfs /srv/small')
    lab.write('big', 'x'.repeat(300_000))
    lab.write(
      'full.yml',
      `- hosts: b
  gather_facts: false
  tasks:
    - copy: {src: big, dest: /srv/small/big}
      ignore_errors: true
    - copy: {content: "{{ 'y' * 200000 }}", dest: /srv/small/other}
      ignore_errors: true
    - template: {src: big, dest: /srv/small/third}
      vars: {ansible_remote_tmp: /srv/small}
      ignore_errors: true
    - command: find /srv/small -mindepth 1
      changed_when: false
      register: left
    - debug: var=left.stdout
`,
    )
    const { ours, theirs } = await runBoth(lab.directory, ['-i', 'hosts', 'full.yml'])
    expect(ours.stdout).toContain('No space left on device')
    expect(ours.stdout).toContain('"left.stdout": ""')
    expect(recap(ours.stdout)).toEqual(recap(theirs.stdout))
    expect(lab.on('b', 'find /srv/small -mindepth 1')).toBe('')
  })

  it('goes on when there is no room for log, fact cache, retry file or its own cache', async () => {
    lab.write(
      'facts.yml',
      `- hosts: a
  gather_facts: false
  tasks:
    - set_fact: {word: "{{ 'x' * 100000 }}", cacheable: true}
    - ping:
    - fail: {msg: "as wanted"}
`,
    )
    const command = `mkdir small && mount -t tmpfs -o size=8k tmpfs small && head -c 100000 /dev/zero > small/rest
      mkdir -p small/home; exec "$0" "$@"`
    const run = startMadansible(
      lab.directory,
      ['-i', 'hosts', 'facts.yml'],
      {
        HOME: join(lab.directory, 'small', 'home'),
        XDG_CACHE_HOME: join(lab.directory, 'small', 'cache'),
        ANSIBLE_LOG_PATH: join(lab.directory, 'small', 'log'),
        ANSIBLE_CACHE_PLUGIN: 'jsonfile',
        ANSIBLE_CACHE_PLUGIN_CONNECTION: join(lab.directory, 'small', 'facts'),
        ANSIBLE_RETRY_FILES_ENABLED: '1',
        ANSIBLE_RETRY_FILES_SAVE_PATH: join(lab.directory, 'small', 'retry'),
      },
      ['unshare', '--mount', 'sh', '-c', command],
    )
    const { code, stdout, stderr } = await run.ended
    expect(stdout).toContain('as wanted')
    expect(recap(stdout)).toEqual(['a : ok=2 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/The log file \S+small\/log lacks[\s\S]*no space left/)
    for (const what of ['cache', 'retry']) expect(stderr).toMatch(new RegExp(`${what}[\\s\\S]*No space left`, 'i'))
    expect(stdout + stderr).not.toMatch(/traceback|this is probably a bug/)
  })

  it('does not end well when its output cannot be written', async () => {
    const run = startMadansible(lab.directory, ['-i', 'hosts', 'ping.yml'], {}, [
      'sh',
      '-c',
      'exec "$0" "$@" >/dev/full',
    ])
    const { code, stderr } = await run.ended
    expect(stderr).toMatch(/No space left on device/i)
    expect(code).not.toBe(0)
  })
})

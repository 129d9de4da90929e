// Secrets of a run are nowhere but where a task puts them: not in output at -vvvv, log, fact cache, caches of the
// program, command lines on both sides, the host's files.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../helpers/run-both.js'
import { canStartHosts, Lab, recap, startMadansible, until } from './lab.js'

const CANARIES = {
  vaulted: 'canary-vaulted-1',
  vaultedFile: 'canary-vaulted-2',
  noLog: 'canary-nolog-3',
  looped: 'canary-looped-4',
  failed: 'canary-failed-5',
  becomePassword: 'canary-become-6',
  loginPassword: 'canary-login-7',
  vaultPassword: 'canary-vault-8',
  moduleNoLog: 'canary-module-9',
  pattern: /canary-/,
} as const

const PLAYBOOK = `- hosts: a
  gather_facts: false
  vars_files: [secret.yml]
  tasks:
    - name: in a hidden task
      command: "echo ${CANARIES.noLog} {{ vaulted }} {{ vaulted_file }}"
      no_log: true
      register: hidden
    - name: in a hidden loop
      command: "echo {{ item }}"
      loop: ["${CANARIES.looped}", "{{ vaulted }}"]
      no_log: true
    - name: in a hidden failure
      command: "false ${CANARIES.failed} {{ vaulted_file }}"
      no_log: true
      ignore_errors: true
    - name: in a hidden loop that fails
      command: "false {{ item }}"
      loop: ["${CANARIES.failed}", "{{ vaulted }}"]
      no_log: true
      ignore_errors: true
    - name: in a hidden template error
      command: "{{ vaulted ~ nothing }}"
      no_log: true
      ignore_errors: true
    - name: in a hidden file
      copy: {content: "{{ vaulted }}", dest: /root/secret-file, mode: "0600"}
      diff: true
      no_log: true
    - name: in a field that the module hides
      user: {name: nobody, password: "${CANARIES.moduleNoLog}", update_password: on_create}
    - name: in an option a module hides
      uri: {url: "http://127.0.0.1:1/", url_username: me, url_password: "${CANARIES.moduleNoLog}", timeout: 1}
      ignore_errors: true
    - name: retried
      command: "echo ${CANARIES.noLog}"
      register: again
      until: again.attempts > 1
      retries: 2
      delay: 0
      no_log: true
    - name: as somebody else
      command: "echo {{ vaulted }}"
      become: true
      no_log: true
    - name: in the background
      command: "echo {{ vaulted }}"
      async: 20
      poll: 1
      no_log: true
    - name: a password that is made
      set_fact: {made: "{{ lookup('password', 'made length=12') }}"}
      no_log: true
    - name: seen at work
      command: "sh -c 'echo > /tmp/at-work; while [ ! -e /tmp/go-on ]; do sleep 0.05; done'"
      become: true
`

/** Files that a run is asked to leave. */
const KEPT = [
  ['--report', 'report.html'],
  ['--junit', 'junit.xml'],
  ['--record', 'record.json'],
] as const

/** Nothing asks to hide what is vaulted here: the console shows it, as ansible-playbook's does. */
const CARELESS = `- hosts: a
  gather_facts: false
  vars_files: [secret.yml]
  tasks:
    - name: "named {{ vaulted }}"
      debug: {msg: "{{ vaulted }} and {{ vaulted_file }}"}
    - command: "echo {{ vaulted }} {{ item }}"
      loop: ["{{ vaulted_file }}"]
    - copy: {content: "{{ vaulted }}\n", dest: "/root/careless{{ times }}"}
      diff: true
    - fail: {msg: "not {{ vaulted_file }}"}
      ignore_errors: true
`

/** Accepts the become password only. */
const SUDO = `#!/bin/sh
prompt='Password:'
while :; do case "$1" in
  -H|-S) shift;; -n) exit 1;; -p) prompt=$2; shift 2;; -u) shift 2;; *) break;; esac; done
printf '%s' "$prompt" >&2; IFS= read -r given
[ "$given" = ${CANARIES.becomePassword} ] && exec "$@"
echo 'sudo: 1 incorrect password attempt' >&2; exit 1
`

describe.runIf(canStartHosts)('secrets of a run', () => {
  let lab: Lab
  let ours: Traces

  beforeAll(async () => {
    lab = await Lab.start('a')
    writeFileSync(lab.path('a', '/usr/local/bin/sudo'), SUDO, { mode: 0o755 })
    lab.write('vault-password', CANARIES.vaultPassword)
    lab.write('become-password', CANARIES.becomePassword)
    lab.write('plain', CANARIES.vaulted)
    const encrypted = vault('encrypt_string', '--stdin-name', 'vaulted')
    mkdirSync(join(lab.directory, 'group_vars'))
    lab.write('secret.yml', `vaulted_file: ${CANARIES.vaultedFile}\n`)
    vault('encrypt', 'secret.yml')
    lab.write('site.yml', PLAYBOOK)
    lab.write('group_vars/all.yml', `${encrypted.trim()}\nansible_password: ${CANARIES.loginPassword}\n`)
    ours = await traces()
  }, 180_000)
  afterAll(() => lab?.stop())

  function vault(action: string, ...args: string[]): string {
    const run = spawnSync('ansible-vault', [action, '--vault-password-file', 'vault-password', ...args], {
      cwd: lab.directory,
      input: CANARIES.vaulted,
      encoding: 'utf8',
    })
    expect(run.status, run.stderr).toBe(0)
    return run.stdout
  }

  interface Traces {
    readonly run: Run
    readonly log: string
    readonly commandLines: string
    /** Files of the controller that hold a canary. */
    readonly files: readonly string[]
    readonly hostFiles: readonly string[]
    readonly made: string
    /** Content of the files that were asked for. */
    readonly kept: readonly string[]
  }

  async function traces(): Promise<Traces> {
    const home = join(lab.directory, 'home')
    mkdirSync(home)
    const args = ['-i', 'hosts', '-vvvv', 'site.yml', '--diff', '--vault-password-file', 'vault-password']
    args.push('--become-password-file', 'become-password')
    for (const [flag, name] of KEPT) args.push(flag, join(home, name))
    const env = {
      HOME: home,
      TMPDIR: home,
      ANSIBLE_LOG_PATH: join(home, 'log'),
      ANSIBLE_CACHE_PLUGIN: 'jsonfile',
      ANSIBLE_CACHE_PLUGIN_CONNECTION: join(home, 'facts'),
    }
    const running = startMadansible(lab.directory, args, env)
    await Promise.race([running.ended, until('the run gets there', () => existsSync(lab.path('a', '/tmp/at-work')))])
    const commandLines = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout
    writeFileSync(lab.path('a', '/tmp/go-on'), '')
    const run = await running.ended
    expect(run.code, run.stdout + run.stderr).toBe(0)
    const made = readFileSync(join(lab.directory, 'made'), 'utf8').trim()
    const holders = spawnSync('grep', ['-rlE', `canary-|${made}`, home], { encoding: 'utf8' }).stdout
    const hostFiles = [...lab.written('a')]
      .filter(([, path]) => statSync(path).isFile() && CANARIES.pattern.test(readFileSync(path, 'latin1')))
      .map(([path]) => path)
    const log = readFileSync(join(home, 'log'), 'utf8')
    const kept = KEPT.map(([, name]) => readFileSync(join(home, name), 'utf8'))
    return { run, log, kept, commandLines, files: lines(holders), hostFiles, made }
  }

  const lines = (text: string) => text.split('\n').filter(line => line !== '')

  it('are of a run that works', () => {
    expect(recap(ours.run.stdout)).toEqual(['a : ok=13 changed=9 unreachable=0 failed=0 skipped=0 rescued=0 ignored=4'])
  })

  it('are not printed', () => {
    for (const text of [ours.run.stdout, ours.run.stderr]) {
      expect(text).not.toMatch(CANARIES.pattern)
      expect(text).not.toContain(ours.made)
    }
    expect(ours.run.stdout).toContain('the output has been hidden')
  })

  it('are not in the log', () => {
    expect(ours.log).not.toMatch(CANARIES.pattern)
    expect(ours.log).not.toContain(ours.made)
    expect(ours.log).toContain('in a hidden loop')
  })

  it('are in no command line on either side while a module runs', () => {
    expect(ours.commandLines).toContain('at-work')
    expect(ours.commandLines).not.toMatch(CANARIES.pattern)
  })

  it('are in no file of the controller', () => {
    expect(ours.files).toEqual([])
  })

  it('are in none of the files that were asked for, which hold the rest of the run', () => {
    for (const text of ours.kept) {
      expect(text).toContain('in a hidden loop')
      expect(text).not.toMatch(CANARIES.pattern)
    }
  })

  it('that are vaulted are in no file and no event, even where a task shows them', async () => {
    lab.write('careless.yml', CARELESS)
    const home = join(lab.directory, 'careless')
    mkdirSync(home)
    const args = ['-i', 'hosts', 'careless.yml', '-v', '--vault-password-file', 'vault-password']
    const files = KEPT.flatMap(([flag, name]) => [flag, join(home, name)])
    const shown = await startMadansible(lab.directory, [...args, '-e', 'times=1', ...files], { HOME: home }).ended
    expect(shown.code, shown.stdout + shown.stderr).toBe(0)
    expect(shown.stdout).toContain(CANARIES.vaulted)
    expect(spawnSync('grep', ['-rlE', 'canary-', home], { encoding: 'utf8' }).stdout).toBe('')
    for (const [, name] of KEPT) expect(readFileSync(join(home, name), 'utf8')).toContain('named ********')
    const events = await startMadansible(lab.directory, [...args, '-e', 'times=2', '--output', 'json'], { HOME: home })
      .ended
    expect(events.stdout + events.stderr).not.toMatch(CANARIES.pattern)
    expect(
      events.stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).event),
    ).toContain('diff')
  })

  it('are in no file of the host but the one that was asked for', () => {
    expect(ours.hostFiles).toEqual(['/usr/local/bin/sudo', '/root/secret-file'])
  })
})

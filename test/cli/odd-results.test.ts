import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, masked } from '../helpers/run-both.js'

const SITE_START = '- hosts: all\n  gather_facts: false\n  tasks:\n'

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-results-')
  writeFileSync(path.join(folder, 'password'), 'open\n')
  const vaulted = execFileSync('ansible-vault', ['encrypt_string', '--vault-password-file', 'password', 'treasure'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const lines = vaulted.trim().split('\n').slice(1)
  const block = lines.map(line => `          ${line.trim()}`).join('\n')
  writeFileSync(
    path.join(folder, 'site.yml'),
    `- hosts: all
  gather_facts: false
  tasks:
    - set_fact:
        kept: !vault |
${block}
    - debug: {msg: "{{ kept is vault_encrypted }} {{ kept }}"}
    - debug: {var: kept}
    - command: echo {{ kept }}
    - set_fact: {when: 2022-03-04, at: 2022-03-04 05:06:07, mixed: {1: one, two: 2}}
`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a broken vaulted value fails the task that reads it, with its place', async () => {
  const broken = SITE_START.replace(
    'tasks:',
    'vars:\n    broken: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      353\n  tasks:',
  )
  writeFileSync(path.join(folder, 'broken.yml'), `${broken}    - debug: {msg: "{{ broken }}"}\n`)
  const args = ['-i', 'h1,', '-c', 'local', '--vault-password-file', 'password', 'broken.yml']
  const { ours, theirs } = await both(args, { cwd: folder })
  expect(ours.stdout).toBe(theirs.stdout)
  expect(ours.code).toBe(2)
})

describe('results that JSON has no form for are shown as ansible-playbook shows them', () => {
  it.each([['-v'], ['-vvv']])('with %s: vaulted values stay encrypted, dates, keys of several types', async flag => {
    const args = ['-i', 'h1,', '-c', 'local', '--vault-password-file', 'password', flag, 'site.yml']
    const { ours, theirs } = await both(args, { cwd: folder })
    const results = (text: string) =>
      masked(text)
        .split('\nPLAY [')[1]
        ?.replaceAll(/^(<h1>|task path|Using module file).*\n/gm, '')
    expect(results(ours.stdout)).toBe(results(theirs.stdout))
    expect(ours.stdout).toContain('__ansible_vault')
    expect(ours.code).toBe(0)
  })
})

// The flags of `madansible run` beside those of the installed ansible-playbook.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ansiblePlaybook, both, madansible } from '../helpers/run-both.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-flags-')
  writeFileSync(path.join(folder, 'site.yml'), '- hosts: all\n  gather_facts: false\n  tasks:\n    - debug:\n')
  writeFileSync(path.join(folder, 'password'), 'x\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Spellings of each flag, sorted, with a mark where a value follows: `--user -u =`. */
function flagsOf(help: string): string[] {
  const terms = help.split('\n').flatMap(line => /^ {2}(-.*?)(?: {2,}|$)/.exec(line)?.[1] ?? [])
  return terms.map(term => {
    const names = term.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? []
    const rest = names.reduce((text, name) => text.replace(name, ''), term).replaceAll(/[\s,]/g, '')
    return [...names.sort(), ...(rest === '' ? [] : ['='])].join(' ')
  })
}

it('has every flag of ansible-playbook with all its spellings, and a value where it has one', async () => {
  const wide = { COLUMNS: '200' }
  const theirs = flagsOf((await ansiblePlaybook(['--help'], { cwd: folder, env: wide })).stdout)
  const ours = flagsOf((await madansible(['run', '--help'], { cwd: folder, env: wide })).stdout)
  expect(theirs.length).toBeGreaterThan(35)
  expect(theirs.filter(flag => !ours.includes(flag))).toEqual([])
})

describe('wrong command lines end as with ansible-playbook', () => {
  const lines = [
    ['--no-such-flag', 'site.yml'],
    ['--con', 'local', 'site.yml'],
    ['--vault-pass', 'password', 'site.yml'],
    ['-f', 'many', 'site.yml'],
    ['-k', '--conn-pass-file', 'password', 'site.yml'],
    ['-K', '--become-password-file', 'password', 'site.yml'],
    ['--ask-vault-pass', '--vault-pass-file', 'password', 'site.yml'],
    ['site.yml', '-i'],
  ]
  it.each(lines.map(line => [line.join(' '), line] as const))('%s', async (_, line) => {
    const { ours, theirs } = await both(['-i', 'h1,', '-c', 'local', ...line], { cwd: folder })
    expect(ours.code).toBe(theirs.code)
    expect(ours.stdout).toBe(theirs.stdout)
    expect(theirs.code).toBe(2)
  })
})

describe('flags mean what they mean to ansible-playbook', () => {
  const lines = [
    ['--inv', 'h1,', '--conn', 'local', '--list-ho', 'site.yml'].map(word =>
      word === '--conn' ? '--connection' : word,
    ),
    ['-i', 'h1,', '--inventory-file', 'h2,', '-i', 'h3,', '-clocal', '-l', 'h2,h3', 'site.yml'],
    ['-ih1,h2', '-c=local', '--limit=h1', 'site.yml', '--list-hosts'],
    ['-i', 'h1,', '-clocal', '-vvCD', '-f2', '-e', 'a=1', '--extra-vars={"b": 2}', 'site.yml'],
    ['-i', 'h1,', '-c', 'local', '--start', 'debug', '--', 'site.yml'],
  ]
  it.each(lines.map(line => [line.join(' '), line] as const))('%s', async (_, line) => {
    // One after the other: hosts that work at once end in any order.
    const { ours, theirs } = await both(line, { cwd: folder, env: { ANSIBLE_FORKS: '1' } })
    const shown = (text: string) =>
      text.replaceAll(/^(Using|Skipping|No config file|\S+ (\S+ )?\[core| {2}[a-z ]+ (=|version)).*\n/gm, '')
    expect(shown(ours.stdout)).toBe(shown(theirs.stdout))
    expect(ours.code).toBe(theirs.code)
  })
})

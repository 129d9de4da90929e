import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both } from '../helpers/run-both.js'

const COMPOSED = [
  'plugin: ansible.builtin.constructed',
  'strict: true',
  'use_extra_vars: true',
  'compose: {is_chosen: inventory_hostname == wanted}',
  'groups: {chosen: is_chosen}',
  '',
].join('\n')
const SITE = `
- hosts: chosen
  gather_facts: false
  tasks:
    - debug: {msg: "{{ inventory_hostname }}"}
    - meta: refresh_inventory
    - debug: {msg: "{{ groups.chosen }}"}
- hosts: chosen
  gather_facts: false
  tasks:
    - debug: {msg: "again {{ wanted }}"}
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-paths-')
  mkdirSync(path.join(folder, 'work', 'plays'), { recursive: true })
  writeFileSync(path.join(folder, 'wanted.yml'), 'wanted: h2\n')
  writeFileSync(path.join(folder, 'work', 'composed.yml'), COMPOSED)
  writeFileSync(path.join(folder, 'work', 'plays', 'site.yml'), SITE)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('files of the command line are looked for where the command was started', () => {
  it('also when plugins read them while a playbook of another folder runs', async () => {
    const { ours, theirs } = await both(
      ['-c', 'local', '-i', 'h1,h2,', '-i', 'composed.yml', '-e', '@../wanted.yml', 'plays/site.yml'],
      { cwd: path.join(folder, 'work') },
    )
    expect(ours.stdout).toBe(theirs.stdout)
    expect(ours.code).toBe(0)
    expect(ours.stdout).toContain('again h2')
  })
})

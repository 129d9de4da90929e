// Groups that tasks make are seen by what follows them, and by nothing before them, in whatever order tasks run.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ansiblePlaybook, madansible } from '../../helpers/run-both.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-groups-')
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  write('hosts', '[web]\nh1\nh2\nh3\n\n[web:vars]\nansible_connection=local\n')
  write('group_vars/odd.yml', 'colour: red\n')
  write('group_vars/even.yml', 'colour: blue\n')
  write(
    'site.yml',
    `- hosts: web
  gather_facts: false
  tasks:
    - {name: number, command: "echo {{ inventory_hostname[1:] }}", register: number, changed_when: false}
    - {name: before, debug: {msg: "{{ group_names }} {{ groups.keys() | list }} {{ colour | default('none') }}"}}
    - {name: a file, copy: {content: "{{ groups | length }}", dest: "{{ playbook_dir }}/before-{{ inventory_hostname }}"}}
    - {name: group, group_by: {key: "{{ 'odd' if number.stdout | int is odd else 'even' }}", parents: numbered}}
    - {name: after, debug: {msg: "{{ group_names }} {{ groups.keys() | list }} {{ colour | default('none') }}"}}
    - {name: others, debug: {msg: "{{ hostvars['h2'].colour }} {{ hostvars['h1'].group_names }}"}}
    - name: known hosts
      add_host: {name: "{{ item }}", groups: picked, picked_by: "{{ inventory_hostname }}"}
      loop: "{{ groups['odd'] }}"
      changed_when: false
    - {name: picked, debug: {msg: "{{ groups['picked'] }} {{ picked_by | default('nobody') }}"}}
    - name: in a handler
      command: "true"
      notify: late
  handlers:
    - {name: late, group_by: {key: "late_{{ colour }}"}}
- hosts: odd
  gather_facts: false
  tasks:
    - {name: odd, debug: {msg: "{{ colour }} {{ ansible_play_hosts }} {{ groups['late_red'] }}"}}
- hosts: late_blue
  gather_facts: false
  tasks:
    - {name: blue, debug: {msg: "{{ colour }} {{ group_names }}"}}
- hosts: numbered:!picked
  gather_facts: false
  tasks:
    - {name: last, command: "echo {{ colour }}"}
`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const args = ['-i', 'hosts', 'site.yml']
const forget = () => {
  for (const host of ['h1', 'h2', 'h3']) rmSync(path.join(folder, `before-${host}`), { force: true })
}

let expected: readonly string[]
beforeAll(async () => {
  // One host after the other: groups grow as results come in.
  const { code, stdout } = await ansiblePlaybook(['-f', '1', ...args], { cwd: folder })
  expect(code).toBe(0)
  expected = lines(stdout)
}, 120_000)

it.each(['1', '2', '3'])('with pauses of seed %s groups are as in ansible-playbook', async seed => {
  forget()
  const env = { MADANSIBLE_JITTER: seed }
  const { stdout } = await madansible(['run', '--order', 'inferred', ...args], { cwd: folder, env })
  expect(lines(stdout)).toEqual(expected)
})

/** Hosts of one task end in any order. */
function lines(text: string): readonly string[] {
  return text.split('\n').sort()
}

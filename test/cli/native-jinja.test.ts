import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { both } from '../helpers/run-both.js'

const SITE = `
- hosts: all
  gather_facts: false
  tasks:
    - set_fact:
        as_text: "{{ lookup('template', 'data.j2') }}"
        as_data: "{{ lookup('template', 'data.j2', jinja2_native=true) }}"
        unconverted: "{{ lookup('template', 'data.j2', convert_data=false, jinja2_native=true) }}"
        several: "{{ lookup('template', 'data.j2', 'data.j2') }}"
    - debug:
        msg:
          - "{{ as_text | type_debug }} {{ as_data | type_debug }} {{ unconverted | type_debug }} {{ several | type_debug }}"
          - "{{ as_text }}"
          - "{{ as_data }}"
          - "{{ several }}"
`
let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-native-')
  writeFileSync(path.join(folder, 'data.j2'), '{"port": {{ 80 }}}')
  writeFileSync(path.join(folder, 'site.yml'), SITE)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.each(['0', '1'])(
  'lookups of templates give text or data as ansible-playbook decides, with jinja2_native=%s',
  async native => {
    const env = { ANSIBLE_JINJA2_NATIVE: native }
    const { ours, theirs } = await both(['-i', 'h1,', '-c', 'local', '-v', 'site.yml'], { cwd: folder, env })
    expect(ours.stdout).toBe(theirs.stdout)
    expect(ours.code).toBe(0)
  },
)

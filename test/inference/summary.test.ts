// What a task file that is not expanded yet may touch and write.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { filesNamed, type Summary, summaryOf, UNKNOWN } from '../../src/inference/index.js'
import { loadModel, writes } from './calls.js'

const model = loadModel()
let role: string

function write(name: string, text: string): string {
  const file = path.join(role, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}
function summary(files: readonly string[]): Summary {
  return summaryOf(files, {
    model,
    call: { host: 'web1', target: 'web1', isLocal: false, checkMode: false, facts: () => undefined, role: 'app' },
    machineOf: name =>
      name === 'localhost' ? { target: 'controller', isLocal: true } : { target: name, isLocal: false },
    findRole: name => (name === 'other' ? path.join(role, 'other') : undefined),
  })
}

beforeAll(() => {
  role = mkdtempSync(path.join(tmpdir(), 'madansible-summary-'))
})

describe('summary of files', () => {
  it('is the union over tasks, blocks and files included in turn', () => {
    write('tasks/more.yml', '- copy: {content: x, dest: /srv/more}\n  register: more\n')
    const file = write(
      'tasks/one.yml',
      `
- name: A template
  template: src=a.j2 dest=/etc/{{ name }}/a.conf
- block:
    - file: {path: /srv/x, state: directory}
    - set_fact: {a: 1, b: "{{ c }}"}
  rescue:
    - lineinfile: {path: /etc/hosts, line: x}
  delegate_to: db1
- include_tasks: more.yml
`,
    )
    const { footprint, writes: names, isAny, files } = summary([file])
    expect(writes(footprint)).toEqual([
      'file:/etc/** on web1',
      'file:/srv/x/** on db1',
      'file:/etc/hosts/** on db1',
      'file:/srv/more/** on web1',
    ])
    expect(footprint.isGuard).toBe(true)
    expect([...names].sort()).toEqual(['a', 'b', 'more'])
    expect(isAny).toBe(false)
    expect(files.map(one => path.basename(one))).toEqual(['one.yml', 'more.yml'])
  })
  it('reads every file that a name may mean', () => {
    write('tasks/os/debian.yml', '- apt: {name: x}\n')
    write('tasks/os/redhat.yml', '- copy: {content: x, dest: /srv/redhat}\n')
    write('tasks/os/notes.txt', 'no tasks')
    expect(filesNamed(path.join(role, 'tasks/os', `${UNKNOWN}.yml`)).map(one => path.basename(one))).toEqual([
      'debian.yml',
      'redhat.yml',
    ])
    const file = write('tasks/choose.yml', '- include_tasks: "os/{{ ansible_os_family }}.yml"\n')
    const { footprint } = summary([file])
    expect(writes(footprint)).toEqual(expect.arrayContaining(['package:* on web1', 'file:/srv/redhat/** on web1']))
    expect(footprint.opaque).toBeUndefined()
  })
  it('ends with files that include each other', () => {
    write('tasks/ping.yml', '- include_tasks: pong.yml\n- copy: {content: x, dest: /srv/ping}\n')
    const file = write('tasks/pong.yml', '- include_tasks: ping.yml\n')
    expect(writes(summary([file]).footprint)).toEqual(['file:/srv/ping/** on web1'])
  })
  it.each([
    ['no file at all', undefined],
    ['a file that is no list of tasks', '{a: 1}'],
    ['a file that is not YAML', '- "'],
    ['an include of a file that is not there', '- include_tasks: missing.yml'],
    ['a role that is not found', '- include_role: {name: nowhere}'],
    ['a role whose name is not known', '- include_role: {name: "{{ x }}"}'],
    ['a task on a host that is not known', '- ping:\n  delegate_to: "{{ x }}"'],
    ['a task without an action', '- name: nothing'],
  ])('is opaque for %s', (_what, text) => {
    const found = summary(text === undefined ? [] : [write('tasks/bad.yml', text)])
    expect(found.footprint.opaque).toBeDefined()
  })
  it('follows roles, whose variables may be any', () => {
    write('other/tasks/main.yml', '- copy: {content: x, dest: /srv/other}\n')
    const found = summary([write('tasks/role.yml', '- include_role: {name: other}\n')])
    expect(writes(found.footprint)).toEqual(['file:/srv/other/** on web1'])
    expect(found.isAny).toBe(true)
  })
  it.each([
    ['- include_vars: x.yml', true, false],
    ['- setup:', true, false],
    ['- acme.x.y:', true, false],
    ['- set_fact: {"{{ name }}": 1}', true, false],
    ['- group_by: {key: x}', false, true],
    ['- add_host: {name: x}', false, true],
    ['- copy: {dest: /x, content: ""}', false, false],
  ])('knows what %j may write', (text, isAny, changesInventory) => {
    const found = summary([write('tasks/writes.yml', text)])
    expect({ isAny: found.isAny, changesInventory: found.changesInventory }).toEqual({ isAny, changesInventory })
  })
})

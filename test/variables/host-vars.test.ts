// hostvars, remembered results, snapshots and delegation, over real inventories and templates.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '../../src/inventory/index.js'
import { loadPlaybook, type Play, type Task } from '../../src/playbook/index.js'
import { Dict, type Value } from '../../src/python/values.js'
import { folderOf, type Opened, open, plain } from '../playbook/support.js'

const FILES = {
  hosts: 'h1 ansible_host=10.1.1.1 own=1\nh2 own=2\n[g]\nh1\nh2\n',
  'group_vars/all.yml': `
sum: "{{ own }}/{{ late | default('none') }}"
other: "{{ hostvars.h2.late | default('none') }}"
master: "{{ hostvars[groups.g[0]] }}"
via: "{{ master.late | default('none') }}"
all_late: "{{ hostvars.values() | map(attribute='late', default='-') | join(',') }}"
random_one: "{{ lookup('pipe', 'cat /proc/sys/kernel/random/uuid') }}"
`,
  'site.yml': '- hosts: all\n  vars: {pv: 1}\n  tasks:\n    - debug: {}\n    - debug: {}\n      delegate_to: h1\n',
}

describe('hostvars', () => {
  const folder = folderOf(FILES)
  let opened: Opened
  let play: Play
  let tasks: Task[]
  const host = (name: string) => opened.inventory.getHost(name) as Host
  const vars = (name: string, task = tasks[0]) => opened.variables.getVars({ play, host: host(name), task })
  const template = (name: string, text: string) => plain(vars(name).templar().template(text))
  const register = (name: string, values: Record<string, Value>) =>
    opened.variables.setNonpersistentFacts(name, Dict.of(values))

  beforeAll(async () => {
    opened = await open({ cwd: folder.path, playbook: 'site.yml', inventory: ['hosts'] })
    play = loadPlaybook(`${folder.path}/site.yml`, opened.context).plays[0] as Play
    tasks = play.tasks.flatMap(block => block.getTasks())
  })
  afterAll(() => folder.remove())

  it('templates a variable with the variables of the host it is taken from', () => {
    expect(template('h1', '{{ hostvars.h2.sum }}')).toBe('2/none')
    expect(template('h1', "{{ hostvars['h1'].sum }} {{ sum }}")).toBe('1/none 1/none')
  })
  it('has no variables of plays and tasks', () => {
    expect(template('h1', "{{ hostvars.h2.pv | default('no') }} {{ hostvars.h2.hostvars | default('no') }}")).toBe(
      'no no',
    )
  })
  it('lists localhost, too, and counts it', () => {
    expect(template('h1', '{{ hostvars | list }} {{ hostvars | length }}')).toBe("['h1', 'h2', 'localhost'] 3")
  })
  it('tells of unknown hosts and variables in Ansible’s words', () => {
    expect(() => template('h1', '{{ hostvars.nope.x }}')).toThrow('"hostvars[\'nope\']" is undefined')
    expect(() => template('h1', '{{ hostvars.h1.nope }}')).toThrow(
      "'ansible.vars.hostvars.HostVarsVars object' has no attribute 'nope'",
    )
  })
  it('shows new values of another host, also through remembered variables', () => {
    expect(template('h1', '{{ other }} {{ via }} {{ all_late }}')).toBe('none none -,-,-')
    register('h2', { late: 'two' })
    expect(template('h1', '{{ other }} {{ via }} {{ all_late }}')).toBe('two none -,two,-')
    register('h1', { late: 'one' })
    expect(template('h2', '{{ other }} {{ via }} {{ all_late }}')).toBe('two one one,two,-')
    expect(template('h1', '{{ hostvars.h2.sum }}')).toBe('2/two')
  })
  it('keeps what was computed from it while unrelated variables change', () => {
    const list = (name: string) => vars(name).templar().variable('listed')
    opened.inventory.setVariable('h1', 'listed', ['{{ hostvars.h2.sum }}'])
    const before = list('h1')
    register('h2', { unrelated: 1 })
    register('h1', { unrelated: 1 })
    expect(list('h1')).toBe(before)
    register('h2', { late: 'three' })
    expect(plain(list('h1') as Value)).toEqual(['2/three'])
  })
  it('never remembers what differs every time', () => {
    const seen = new Set([1, 2, 3].map(() => template('h1', '{{ hostvars.h2.random_one }}')))
    expect(seen.size).toBeGreaterThan(1)
  })
  it('knows hosts that are added later', () => {
    expect(template('h1', "{{ 'h9' in hostvars }}")).toBe(false)
    opened.inventory.addDynamicHost({ hostName: 'h9', groups: ['g'], vars: Dict.of({ own: 9 }) })
    expect(template('h1', "{{ 'h9' in hostvars }}")).toBe(true)
    expect(template('h1', '{{ hostvars.h9.sum }} {{ groups.g }}')).toBe("9/none ['h1', 'h2', 'h9']")
  })
})

describe('variables of a task', () => {
  const folder = folderOf(FILES)
  let opened: Opened
  let play: Play
  let tasks: Task[]
  const host = (name: string) => opened.inventory.getHost(name) as Host
  beforeAll(async () => {
    opened = await open({ cwd: folder.path, playbook: 'site.yml', inventory: ['hosts'] })
    play = loadPlaybook(`${folder.path}/site.yml`, opened.context).plays[0] as Play
    tasks = play.tasks.flatMap(block => block.getTasks())
  })
  afterAll(() => folder.remove())

  it('are a snapshot of facts and registered results', () => {
    const before = opened.variables.getVars({ play, host: host('h1'), task: tasks[0] })
    opened.variables.setHostFacts('h1', Dict.of({ ansible_new: 1 }))
    opened.variables.setNonpersistentFacts('h1', Dict.of({ result: 1 }))
    opened.variables.setHostVariable('h1', 'included', 1)
    const after = opened.variables.getVars({ play, host: host('h1'), task: tasks[0] })
    expect(['ansible_new', 'result', 'included'].map(name => before.has(name))).toEqual([false, false, false])
    expect(['ansible_new', 'result', 'included'].map(name => after.get(name))).toEqual([1, 1, 1])
    expect(plain(after.get('ansible_facts') as Value)).toEqual({ new: 1 })
  })
  it('lose facts that are cleared', () => {
    opened.variables.clearFacts('h1')
    expect(opened.variables.getVars({ host: host('h1') }).has('ansible_new')).toBe(false)
  })
  it('give None where a variable is None', () => {
    opened.variables.setNonpersistentFacts('h1', Dict.of({ pv: null }))
    const vars = opened.variables.getVars({ play, host: host('h1'), task: tasks[0] })
    expect(vars.get('pv')).toBeNull()
    expect(vars.with(new Map([['own', null]])).get('own')).toBeNull()
  })
  it('are those of the host delegate_to names, but for the inventory_hostname of the task', () => {
    const vars = opened.variables.getVars({ play, host: host('h2'), task: tasks[1] })
    const delegated = opened.variables.delegate(vars, 'h1')
    expect(delegated.host.name).toBe('h1')
    expect(delegated.vars.get('own')).toBe(1)
    expect(delegated.vars.get('inventory_hostname')).toBe('h2')
    const unknown = opened.variables.delegate(vars, 'elsewhere')
    expect(unknown.host.name).toBe('elsewhere')
    expect(unknown.vars.has('own')).toBe(false)
  })
  it('are the same objects for the same values, so that results stay remembered', () => {
    const hosts = ['h1', 'h2']
    const query = { play, host: host('h1'), task: tasks[0], hosts, hostsAll: hosts }
    const [a, b] = [opened.variables.getVars(query), opened.variables.getVars(query)]
    for (const name of ['groups', 'ansible_play_hosts', 'play_hosts', 'ansible_facts', 'role_names', 'hostvars'])
      expect(a.get(name), name).toBe(b.get(name))
  })
})

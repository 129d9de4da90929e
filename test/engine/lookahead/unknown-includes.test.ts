// Tasks behind an include whose condition is the result of a task that ends only once the last task of the playbook has
// run: what it would bring is planned as if the condition held.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ansiblePlaybook, madansible } from '../../helpers/run-both.js'
import { folderWithSlowPlugin } from './slow-plugin.js'

let folder: string
let write: (name: string, text: string) => void

beforeAll(() => {
  ;({ folder, write } = folderWithSlowPlugin('madansible-unknown-includes'))
  write('hosts', '[all]\nh1\nh2\nh3\n[all:vars]\nansible_connection=local\n')
  write('madansible.yml', 'rules:\n  - {name: plugin of the test, module: [slow, make], independent: true}\n')
  write(
    'action_plugins/make.py',
    `from ansible.plugins.action import ActionBase

class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        open(self._task.args['create'], 'w').close()
        return dict(changed=False)
`,
  )
  // Everything that is written goes to one file of a host: what is left of it shows the order.
  const line = (text: string) =>
    `{name: "${text}", lineinfile: {path: "{{ playbook_dir }}/out/{{ inventory_hostname }}", line: ${text}, create: true}}`
  const play = (includes: string) => `- hosts: all
  gather_facts: false
  vars: {w_set: before}
  tasks:
    - {name: clean, file: {path: "{{ playbook_dir }}/out", state: directory}, run_once: true}
    - {name: slow, slow: {until: "{{ playbook_dir }}/go", says: "{{ says }}"}, register: w_slow}
${includes}
    - ${line('after')}
    - {name: reads, debug: {msg: "{{ w_set }} {{ w_told is defined }}"}}
    - {name: last, make: {create: "{{ playbook_dir }}/go"}, run_once: true}
  handlers:
    - ${line('handled')}
`
  write(
    'more.yml',
    `- ${line('more')}
- {name: sets, set_fact: {w_set: more}}
- {name: tells, command: echo told, notify: handled, register: w_told}
- {include_tasks: inner.yml, when: says == 'inner'}
- {include_tasks: inner.yml, when: w_told.stdout == 'told'}
- {include_tasks: alone.yml, when: inventory_hostname == 'h2'}
`,
  )
  write('alone.yml', '- {name: alone, debug: {msg: alone}, run_once: true}\n')
  write('inner.yml', `- ${line('inner')}\n`)
  write('undefined.yml', `- {name: x, debug: {msg: x}, run_once: "{{ nobody_defined_it }}"}\n`)
  write('other.yml', `- ${line('other')}\n`)
  for (const name of ['nothing', 'some', 'inner', 'leave']) write(`${name}.yml`, '[]\n')
  write(
    'odd.yml',
    `- {name: once, copy: {dest: "{{ playbook_dir }}/out/all", content: "{{ inventory_hostname }}"}, run_once: true}
- {name: leaves, meta: end_host, when: says == 'leave'}
`,
  )
  write(
    'plain-site.yml',
    play(`    - {include_tasks: more.yml, when: w_slow.said != 'nothing'}
    - when: ansible_play_batch | length > 1
      block: [{include_tasks: inner.yml, when: w_slow.said != 'nothing'}]`),
  )
  write(
    'odd-site.yml',
    play(`    - {include_tasks: odd.yml, when: w_slow.said != 'nothing'}
    - {include_tasks: undefined.yml, when: w_slow.said == 'this is never said'}
    - {include_tasks: not-there.yml, when: w_slow.said == 'this is never said'}
    - {include_tasks: "{{ says }}.yml", when: w_slow.said == 'other'}`),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  for (const name of ['go', 'out']) rmSync(path.join(folder, name), { force: true, recursive: true })
})

/** What hosts wrote. */
const out = () =>
  ['h1', 'h2', 'h3', 'all'].map(name => {
    const file = path.join(folder, 'out', name)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  })

describe('an include whose condition is not known yet', () => {
  const hosts = { nobody: 'nothing nothing nothing', everybody: 'some some some', some: 'nothing inner some' }
  const odd = { ...hosts, 'one that leaves': 'leave nothing nothing', 'several files': 'nothing other some' }

  it.each(Object.entries(hosts))('of %s gives what Ansible gives while what follows does not wait', async (_, says) => {
    await compare('plain-site.yml', says, false)
  })
  it.each(Object.entries(odd))('of %s gives what Ansible gives where more than the tasks depends on it', (_, says) =>
    compare('odd-site.yml', says, true),
  )
})

/** `isKnown`: the slow task ends at once; else it ends when the last task has been done. */
async function compare(playbook: string, says: string, isKnown: boolean): Promise<void> {
  for (const [index, text] of says.split(' ').entries()) write(`host_vars/h${index + 1}`, `says: ${text}\n`)
  write('go', '')
  const expected = await ansiblePlaybook(['-i', 'hosts', playbook], { cwd: folder })
  const files = out()
  rmSync(path.join(folder, 'out'), { recursive: true })
  if (!isKnown) rmSync(path.join(folder, 'go'))
  const args = ['run', '--order', 'inferred', '-i', 'hosts', playbook]
  const ours = await madansible(args, { cwd: folder, env: { MADANSIBLE_JITTER: '3' } })
  expect(lines(ours.stdout), ours.stderr).toEqual(lines(expected.stdout))
  expect(out()).toEqual(files)
}

/** Hosts of one task may come in any order. */
const lines = (text: string) =>
  text
    .replace(/(?<=^included: .* for ).*/gm, names => names.split(', ').sort().join(', '))
    .split('\n\n')
    .flatMap(part => part.replace(/ \*+/g, '').split('\n').sort())

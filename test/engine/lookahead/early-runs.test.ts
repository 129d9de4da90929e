// What runs ahead of its turn though much before it has not ended. The tasks that are waited for end only once the last
// one has run.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ansiblePlaybook, madansible } from '../../helpers/run-both.js'
import { folderWithSlowPlugin } from './slow-plugin.js'

let folder: string
beforeAll(() => {
  const made = folderWithSlowPlugin('madansible-python-actions')
  folder = made.folder
  const { write } = made
  write('hosts', 'h1 ansible_connection=local\n')
  write('two', '[all]\nh1\nh2\n[all:vars]\nansible_connection=local\n')
  write('madansible.yml', 'rules:\n  - {name: plugins of the test, module: [slow, look], independent: true}\n')
  write(
    'action_plugins/look.py',
    `from ansible.plugins.action import ActionBase

class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        args = self._task.args
        found = dict(names=sorted(name for name in task_vars if name.startswith('w_')))
        if 'create' in args:
            open(args['create'], 'w').close()
        if 'log' in args:
            self._execute_module(module_name='command', task_vars=task_vars,
                                 module_args=dict(_raw_params="echo %s >> %s" % (args['log'], args['file']), _uses_shell=True))
        if 'reads' in args:
            found['value'] = task_vars[args['reads']]['said']
        if 'renders' in args:
            found['text'] = self._templar.template('{{ %s }}' % args['renders'])
        return found
`,
  )
  write(
    'handler.yml',
    `- hosts: all
  gather_facts: false
  tasks:
    - {name: told, debug: {msg: x}, changed_when: inventory_hostname == 'h1', notify: once}
    - {name: slow, slow: {until: "{{ playbook_dir }}/go", says: one}}
  handlers:
    - {name: once, debug: {msg: handled}, run_once: true}
- hosts: all
  gather_facts: false
  tasks:
    - {name: last, look: {create: "{{ playbook_dir }}/go"}}
`,
  )
  write(
    'site.yml',
    `- hosts: h1
  gather_facts: false
  vars: {go: "{{ playbook_dir }}/go", log: "{{ playbook_dir }}/log"}
  tasks:
    - {name: slow, slow: {until: "{{ go }}", says: one}, register: w_slow}
    - {name: again, slow: {until: "{{ go }}", says: two}, register: w_again}
    - {name: reads, look: {reads: w_slow}}
    - {name: renders, look: {renders: w_again.said ~ w_slow.said}}
    - {name: acts and reads, look: {log: once, file: "{{ log }}", reads: w_again}}
    - {name: fails, slow: {until: "{{ go }}", fails: true}, register: w_failed, ignore_errors: true}
    - {name: acts and reads what failed, look: {log: twice, file: "{{ log }}", renders: w_failed.msg}}
    - {name: asks for nothing, look: {create: "{{ go }}"}}
`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const forget = () => {
  for (const name of ['go', 'log']) rmSync(path.join(folder, name), { force: true })
}
const ordered = (text: string) => text.replace(/"names": \[[^\]]*\]/g, match => match.replace(/\s+/g, ' '))

it.each(['1', '2', '3'])('with pauses of seed %s plugins get what they ask for, and do things once', async seed => {
  forget()
  writeFileSync(path.join(folder, 'go'), '')
  const expected = await ansiblePlaybook(['-v', '-i', 'hosts', 'site.yml'], { cwd: folder })
  expect(expected.stdout).toContain('"text": "twoone"')
  forget()
  // The first tasks end once the last one has run.
  const env = { MADANSIBLE_JITTER: seed }
  const args = ['run', '--order', 'inferred', '-v', '-i', 'hosts', 'site.yml']
  const { stdout, stderr } = await madansible(args, { cwd: folder, env })
  expect(ordered(stdout), stderr).toBe(ordered(expected.stdout))
  expect(readFileSync(path.join(folder, 'log'), 'utf8').split('\n').sort()).toEqual(['', 'once', 'twice'])
})

it('tasks behind a handler that is done once, for a host that is known by now', async () => {
  forget()
  const { stdout } = await madansible(['run', '--order', 'inferred', '-i', 'two', 'handler.yml'], { cwd: folder })
  expect(stdout.match(/RUNNING HANDLER[\s\S]*?(?=\nPLAY)/)?.[0]).toContain('ok: [h1]')
  expect(stdout).toMatch(/h1 .*ok=4 .*failed=0[\s\S]*h2 .*ok=3 .*failed=0/)
})

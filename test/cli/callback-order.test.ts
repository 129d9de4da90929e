import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ansiblePlaybook, madansible, type Run } from '../helpers/run-both.js'

// One event a line.
const PLUGIN = `
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'listener'

    def heard(self, *words):
        with open('heard', 'a') as file:
            file.write(' '.join(words) + chr(10))

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.heard('task', task.get_name())

    def v2_runner_on_ok(self, result):
        self.heard('ok', result._host.name, str(result._result.get('stdout')))

    def v2_playbook_on_stats(self, stats):
        self.heard('stats', str(sorted(stats.ok.items())))
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-callback-')
  mkdirSync(path.join(folder, 'callback_plugins'))
  writeFileSync(path.join(folder, 'callback_plugins', 'listener.py'), PLUGIN)
  writeFileSync(
    path.join(folder, 'site.yml'),
    `- hosts: all
  gather_facts: false
  tasks:
    - {name: first, command: echo one, register: first}
    - {name: beside, copy: {content: a, dest: "{{ playbook_dir }}/a-{{ inventory_hostname }}"}}
    - {name: after, command: "echo {{ first.stdout }} two"}
`,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a callback plugin hears a run ahead of its order as it hears ansible-playbook', async () => {
  const heard = async (run: Promise<Run>) => {
    const file = path.join(folder, 'heard')
    rmSync(file, { force: true })
    const { code, stderr } = await run
    expect(`${code} ${stderr}`).toBe('0 ')
    return readFileSync(file, 'utf8').split('\n').sort()
  }
  const args = ['-i', 'h1,h2,', '-c', 'local', 'site.yml']
  const theirs = await heard(ansiblePlaybook(args, { cwd: folder }))
  const ours = await heard(madansible(['run', '--order', 'inferred', ...args], { cwd: folder }))
  expect(ours).toEqual(theirs)
})

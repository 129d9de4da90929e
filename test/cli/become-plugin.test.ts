import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, masked } from '../helpers/run-both.js'

const PLUGIN = `
from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: relay
short_description: tells programs who they stand for
description: Runs commands as the login, with the name of the other user in the environment.
options:
  become_user:
    description: the name that is told
    default: root
    keyword: [{name: become_user}]
    vars: [{name: ansible_become_user}]
  become_exe: {description: unused, keyword: [{name: become_exe}]}
  become_flags: {description: unused, keyword: [{name: become_flags}]}
  become_pass: {description: unused, vars: [{name: ansible_become_password}]}
"""


class BecomeModule(BecomeBase):
    name = 'relay'

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        if not cmd:
            return cmd
        return 'env STANDS_FOR=%s %s' % (self.get_option('become_user'), self._build_success_command(cmd, shell))
`
const SITE = `
- hosts: all
  gather_facts: false
  become: true
  become_method: relay
  become_user: nobody-in-particular
  tasks:
    - command: printenv STANDS_FOR
    - shell: echo "$STANDS_FOR"
      become_user: somebody
    - command: printenv STANDS_FOR
      become: false
      failed_when: false
    - command: printenv STANDS_FOR
      become_method: no_such_method
      ignore_errors: true
`
let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-become-')
  mkdirSync(path.join(folder, 'become_plugins'))
  writeFileSync(path.join(folder, 'become_plugins', 'relay.py'), PLUGIN)
  writeFileSync(path.join(folder, 'site.yml'), SITE)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a become plugin of the repository', () => {
  it('runs as with ansible-playbook', async () => {
    const env = { ANSIBLE_BECOME_PLUGINS: path.join(folder, 'become_plugins'), ANSIBLE_PIPELINING: '1' }
    const { ours, theirs } = await both(['-i', 'h1,', '-c', 'local', '-v', 'site.yml'], { cwd: folder, env })
    expect(masked(ours.stdout)).toBe(masked(theirs.stdout))
    expect(ours.stdout).toContain('"stdout": "somebody"')
    expect(ours.code).toBe(0)
  })
})

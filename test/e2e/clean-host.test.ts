// What a run leaves on a host: what its tasks made, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canStartHosts, Lab, recap, startMadansible } from './lab.js'

const PLAYBOOK = `- hosts: a
  tasks:
    - copy: {src: big, dest: /srv/copied}
    - template: {src: big, dest: /srv/template}
    - copy: {src: tree, dest: /srv}
    - script: script.sh
    - command: id -u
    - raw: id -u
    - command: "true"
      async: 20
      poll: 1
    - assemble: {src: tree, dest: /srv/assembled, remote_src: false}
    - unarchive: {src: tree.tar, dest: /srv, mode: u+rw}
    - fetch: {src: /srv/copied, dest: fetched, flat: true}
    - command: echo {{ item }}
      loop: [1, 2, 3]
    - old_style:
    - command: "false"
      ignore_errors: true
    - shell: kill -KILL $(ps -o ppid= -p $$)
      ignore_errors: true
    - setup:
      timeout: 20
    - command: sleep 30
      timeout: 1
      ignore_errors: true
`

describe.runIf(canStartHosts)('what a run leaves on a host', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await Lab.start('a')
    lab.on('a', 'useradd -m -d /srv/home-of-app app; chmod 1777 /srv; rm -rf /tmp/* /root/.bashrc')
    lab.write('site.yml', PLAYBOOK)
    lab.write('big', 'x'.repeat(400_000))
    lab.write('script.sh', '#!/bin/sh\ntrue\n')
    lab.directories('tree', 'library')
    lab.write('tree/one', 'one')
    lab.write('tree/two', 'two')
    lab.write('library/old_style.sh', '#!/bin/sh\necho \'{"changed": false}\'\n')
    lab.command('tar', 'cf', 'tree.tar', 'tree/one')
    // What a login writes itself, and folders whose time of change is all that changes.
    lab.on('a', 'touch /var/log/wtmp /var/log/lastlog /var/tmp /home')
  })
  afterAll(() => lab?.stop())

  const TASKS_MADE = ['copied', 'template', 'tree', 'tree/one', 'tree/two', 'assembled']

  it.each([
    { as: 'the login', options: [] },
    { as: 'the login, over OpenSSH', options: ['--transport', 'openssh'] },
    { as: 'another user', options: ['--become', '--become-method', 'su', '--become-user', 'app'] },
  ])('is what the tasks made, as $as', async ({ options }) => {
    lab.on('a', `cd /srv && rm -rf ${TASKS_MADE.join(' ')}`)
    const before = [...lab.written('a').keys()]
    const { code, stdout, stderr } = await startMadansible(lab.directory, ['-i', 'hosts', ...options, 'site.yml']).ended
    expect(code, stdout + stderr).toBe(0)
    expect(recap(stdout)[0]).toContain('ignored=3')
    const after = [...lab.written('a').keys()].filter(path => !before.includes(path))
    const mine = TASKS_MADE.map(name => `/srv/${name}`)
    // ansible-playbook leaves these folders, too.
    const folders = /\/\.ansible(_async|\/tmp)?$/
    expect(after.filter(path => !mine.includes(path) && !folders.test(path))).toEqual([])
    expect(after).toEqual(expect.arrayContaining(mine))
    expect(lab.programs('a')).toEqual([])
  })
})

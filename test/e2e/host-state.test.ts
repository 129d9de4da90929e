// What the demo compares: the state of a host without what Ansible itself needed there for a while.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../helpers/run-both.js'
import { canStartHosts, Lab } from './lab.js'

const PROGRAM = join(root, 'scripts', 'host-state.py')

describe.runIf(canStartHosts)('the printed state of a host', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await Lab.start('a')
  })
  afterAll(() => lab.stop())

  const state = () => new Set(lab.command('python3', PROGRAM, lab.layer('a')).split('\n'))
  const news = (before: Set<string>, after: Set<string>) => [...after].filter(line => !before.has(line))

  it('has every file that is made, changed, deleted or given another mode', () => {
    lab.on('a', 'mkdir -p /etc/state /root/.ansible && echo one > /etc/state/file && chmod 600 /etc/state/file')
    const before = state()
    lab.on('a', 'echo two > /etc/state/file; chmod 755 /etc/state; touch /root/.ansible/kept; rm /etc/issue')
    const changed = news(before, state()).map(line => line.split(' ').slice(0, 3).join(' '))
    expect(changed).toEqual([
      'file /etc/issue c---------',
      'file /etc/state/file -rw-------',
      'file /root/.ansible/kept -rw-r--r--',
    ])
  })

  it('has nothing of the scratch folders that runs of Ansible leave', () => {
    const before = state()
    lab.on(
      'a',
      'mkdir -p /home/user/.ansible/tmp/x /root/.ansible/cp && touch /home/user/.ansible/tmp/y /root/.ansible/cp/z',
    )
    expect(news(before, state()).map(line => line.split(' ')[1])).toEqual(['/home/user', '/home/user/.ansible'])
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, madansible } from '../helpers/run-both.js'

const SITE = `
- hosts: all
  gather_facts: false
  vars: {word: one, deep: {x: 1}}
  tasks:
    - name: Compares {{ word }}
      assert: {that: "answer == 'right'"}
      vars: {answer: wrong}
      debugger: on_failed
    - name: Looks deeper
      assert: {that: deep.x == 2}
      debugger: on_failed
    - name: Left out
      command: "false"
      when: false
      debugger: on_skipped
    - debug: {msg: "{{ word }} {{ deep.x }}"}
`
const REPAIR = `
p task
p task.args, task.debugger, task.run_once
p result._result['msg']
pprint host
p no_such_name
no such statement
help
task.args['that'] = ["word == 'one'"]
r
p task_vars['hostvars']['h1']['inventory_hostname'], task_vars['groups']['all']
task_vars['deep'] = {'x': 2}
u
redo
p result.is_skipped()
c
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-debugger-')
  writeFileSync(path.join(folder, 'site.yml'), SITE)
  writeFileSync(path.join(folder, 'fails.yml'), SITE.replaceAll(/\n +debugger: .*/g, ''))
  writeFileSync(
    path.join(folder, 'once.yml'),
    SITE.replace('debugger: on_failed', 'debugger: on_failed\n      run_once: true'),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LOCAL = ['-i', 'h1,', '-c', 'local', '-f', '1']

describe('the task debugger', () => {
  it('shows the task, takes changes, does it again: all as ansible-playbook prints it', async () => {
    const { ours, theirs } = await both([...LOCAL, 'site.yml'], { cwd: folder, input: REPAIR.slice(1) })
    expect(ours.stdout).toBe(theirs.stdout)
    expect(ours.code).toBe(0)
  })

  it.each([
    ['quit', 'q\n'],
    ['the end of the input', ''],
  ])('ends the run at %s', async (_, input) => {
    const { ours, theirs } = await both([...LOCAL, 'site.yml'], { cwd: folder, input })
    expect(ours).toEqual(theirs)
    expect(ours.code).toBe(99)
  })

  it('lets a failure stand at continue', async () => {
    const { ours, theirs } = await both([...LOCAL, 'site.yml'], { cwd: folder, input: 'c\n' })
    expect(ours.stdout).toBe(theirs.stdout)
    expect(ours.code).toBe(2)
  })

  it('opens for every failure with enable_task_debugger and with the strategy debug', async () => {
    const input = 'p task.name\nc\n'
    for (const env of [{ ANSIBLE_ENABLE_TASK_DEBUGGER: '1' }, { ANSIBLE_STRATEGY: 'debug' }]) {
      const { ours, theirs } = await both([...LOCAL, 'fails.yml'], { cwd: folder, env, input })
      expect(ours.stdout).toBe(theirs.stdout)
      expect(ours.stdout).toContain("'Compares one'")
    }
  })

  it('brings all hosts back when a task for one stands for all', async () => {
    const run = await madansible(['run', '-i', 'h1,h2,h3,', '-c', 'local', 'once.yml'], {
      cwd: folder,
      input: 'task.args["that"] = "true"\nr\nc\nc\nc\nc\nc\nc\n',
    })
    expect(run.stdout.match(/fatal: \[h\d\]/g)?.sort()).toEqual([
      'fatal: [h1]',
      'fatal: [h1]',
      'fatal: [h2]',
      'fatal: [h3]',
    ])
  })
})

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, madansible, masked, root } from '../helpers/run-both.js'

const HOSTS = ['-i', 'one,two,', '-c', 'local', '-f', '1']

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-console-')
  cpSync(path.join(root, 'test', 'cli', 'fixture'), folder, { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('console lines are those of ansible-playbook', () => {
  for (const flags of [[], ['--check', '--diff'], ['-vvv']]) {
    it(`with ${flags.join(' ') || 'no flags'}`, async () => {
      const { ours, theirs } = await both([...HOSTS, ...flags, 'console.yml'], { cwd: folder })
      expect(masked(ours.stdout).split('\n').filter(isComparable)).toEqual(
        masked(theirs.stdout).split('\n').filter(isComparable),
      )
      expect(ours.code).toBe(theirs.code)
      expect(theirs.code).toBe(2)
    })
  }

  for (const callback of ['minimal', 'oneline']) {
    it(`with the ${callback} callback`, async () => {
      const env = { ANSIBLE_STDOUT_CALLBACK: callback }
      const { ours, theirs } = await both([...HOSTS, 'console.yml'], { cwd: folder, env })
      expect(masked(ours.stdout)).toBe(masked(theirs.stdout))
    })
  }

  it('as one JSON document', async () => {
    const run = await madansible(['run', ...HOSTS, 'console.yml'], {
      cwd: folder,
      env: { ANSIBLE_STDOUT_CALLBACK: 'json' },
    })
    const document = JSON.parse(run.stdout)
    expect(Object.keys(document)).toEqual(['custom_stats', 'global_custom_stats', 'plays', 'stats'])
    expect(document.stats.two).toMatchObject({ failures: 1, ignored: 3, rescued: 1 })
    expect(document.plays[0].tasks.map((entry: { task: { name: string } }) => entry.task.name)).toContain('Mends')
    const implicit = document.plays[0].tasks.filter((entry: { hosts: object }) => Object.keys(entry.hosts).length === 0)
    expect(implicit).toEqual([])
    expect(run.stdout).not.toContain('s3cret-word')
  })

  it('as YAML, multi-line text in blocks', async () => {
    const env = { ANSIBLE_STDOUT_CALLBACK: 'yaml' }
    const run = await madansible(['run', '-i', 'one,', '-c', 'local', 'yaml.yml'], { cwd: folder, env })
    expect(run.stdout.slice(0, run.stdout.indexOf('PLAY RECAP'))).toMatchInlineSnapshot(`
      "
      PLAY [all] *********************************************************************

      TASK [Fails with much to say] **************************************************
      fatal: [one]: FAILED! => changed=false 
        msg: |-
          first line
                  second: line
      ...ignoring

      TASK [Says a little] ***********************************************************
      ok: [one] => 
        msg:
        - 1
        - 2.0
        - 'yes'
        - null

      "
    `)
  })

  it('with the table of --profile behind the recap', async () => {
    const run = await madansible(['run', '--profile', ...HOSTS, 'console.yml'], { cwd: folder })
    const table = run.stdout.slice(run.stdout.indexOf('TASKS BY TIME'))
    expect(table).toMatch(/\d+\.\d\d s {2}A loop \(2 hosts\)/)
    expect(run.stdout.indexOf('PLAY RECAP')).toBeLessThan(run.stdout.indexOf('TASKS BY TIME'))
  })
})

// From -vvv on ansible-playbook tells how it reaches hosts; that is another way here.
function isComparable(line: string): boolean {
  return !/^(<|Using |No config file|ansible-playbook|madansible| {2}|META: |redirecting|Skipping callback|host_list declined|script declined|auto declined|Parsed |PLAYBOOK|\d+ plays in|META)/.test(
    line,
  )
}

// `madansible bench` with the real ansible-playbook on local hosts: its figures are those of a clock outside.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BenchModel } from '../../src/report/index.js'
import { madansible } from '../helpers/run-both.js'

const PLAYBOOK = `- hosts: all
  gather_facts: false
  tasks:
    - name: waits
      command: sleep 2
      changed_when: false
    - name: writes
      copy: {content: "{{ inventory_hostname }}", dest: "{{ folder }}/{{ inventory_hostname }}"}
    - name: differs
      debug: {msg: ours}
      failed_when: false
      changed_when: lookup('env', 'MADANSIBLE_DIFFERS') == 'yes'
`

describe('bench', () => {
  let folder: string
  let model: BenchModel
  let told: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bench-'))
    writeFileSync(join(folder, 'site.yml'), PLAYBOOK)
    // The reset command is the last thing before a run, the state command the first thing after it.
    const clock = `date +%s.%N >>${folder}/clock`
    const reset = `rm -f ${folder}/one; ${clock}`
    const state = `${clock}; cat ${folder}/one`
    const run = await madansible(
      [
        ...['bench', 'site.yml', '-i', 'one,', '-c', 'local', '-e', `folder=${folder}`, '--only', 'tuned,linear'],
        ...['--runs', '2', '--reset', reset, '--state', state, '--json', '--report', 'report.html'],
      ],
      { cwd: folder },
    )
    expect(run.code, run.stdout + run.stderr).toBe(0)
    model = JSON.parse(run.stdout)
    told = run.stderr
  }, 480_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('runs every runner in turn', () => {
    expect(told.match(/^.*run \d/gm)).toEqual([
      'ansible-playbook, tuned, run 1',
      "madansible, Ansible's order (spmd-1t), run 1",
      'ansible-playbook, tuned, run 2',
      "madansible, Ansible's order (spmd-1t), run 2",
    ])
    expect(model.runners.map(({ name, runs }) => [name, runs.length])).toEqual([
      ['tuned', 2],
      ['linear', 2],
    ])
  })

  it('agrees with an outside clock within five per cent', () => {
    const ticks = readFileSync(join(folder, 'clock'), 'utf8').trim().split('\n').map(Number)
    const turns = [0, 1].flatMap(turn => model.runners.map(runner => runner.runs[turn]?.wallSeconds as number))
    turns.forEach((seconds, at) => {
      const outside = (ticks[2 * at + 1] as number) - (ticks[2 * at] as number)
      expect(
        Math.abs(outside - seconds) / outside,
        `run ${at + 1}: ${seconds} s inside, ${outside} s outside`,
      ).toBeLessThan(0.05)
    })
  })

  it('finds recaps and end states equal, and tells processor time and memory of each', () => {
    expect(model).toMatchObject({ areRecapsEqual: true, areStatesEqual: true, differences: [] })
    for (const { median, ratio } of model.runners) {
      expect(median.cpuSeconds).toBeGreaterThan(0.1)
      expect(median.peakMemoryBytes).toBeGreaterThan(20e6)
      expect(ratio).toBeGreaterThanOrEqual(1)
    }
  })

  it('says where the time of madansible went, and what bounds it', () => {
    const total = model.split.reduce((sum, { ms }) => sum + ms, 0)
    const fastest = Math.min(...(model.runners[1]?.runs ?? []).map(run => run.wallSeconds))
    expect(total / 1000).toBeGreaterThan(2)
    expect(total / 1000).toBeLessThanOrEqual(fastest)
    expect(model.findings.join('\n')).toContain('Critical path:')
    expect(model.findings.join('\n')).toContain('What bounds further gain:')
    expect(model.findings.join('\n')).toContain('waits on')
  })

  it('writes a report with the timeline of a run', () => {
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    expect(page).toContain('"kind":"bench"')
    expect(page).toContain('"name":"waits"')
  })

  it('ends with 1 and tells the difference when the runners do not do the same', async () => {
    // Only ansible-playbook goes through this one.
    writeFileSync(
      join(folder, 'ansible-playbook'),
      `#!/bin/sh\nMADANSIBLE_DIFFERS=yes PATH="\${PATH#*:}" exec ansible-playbook "$@"\n`,
      { mode: 0o755 },
    )
    const args = [
      'bench',
      'site.yml',
      '-i',
      'one,',
      '-c',
      'local',
      '-e',
      `folder=${folder}`,
      '--only',
      'ansible,linear',
    ]
    const run = await madansible([...args, '--reset', `rm -f ${folder}/one`], {
      cwd: folder,
      env: { PATH: `${folder}:${process.env.PATH}` },
    })
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('Recaps differ.')
    expect(run.stdout).toMatch(/- one : ok=3 changed=2 .*\n\+ one : ok=3 changed=1/)
  })
})

describe('bench, before it has measured anything', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bench-'))
    writeFileSync(join(folder, 'site.yml'), PLAYBOOK)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('predicts from a log what the inferred order would take', async () => {
    const play = (host: string) =>
      `- hosts: ${host}\n  gather_facts: false\n  tasks: [{name: on ${host}, copy: {content: x, dest: /srv/x}}]\n`
    writeFileSync(join(folder, 'two.yml'), play('web') + play('db'))
    const line = (second: string, text: string) => `2026-11-22 19:${second},000 p=1 u=root n=ansible | ${text}\n`
    const small = Array.from(
      { length: 8 },
      (_, n) => line(`00:0${n}`, `TASK [small ${n}] ***`) + line(`00:0${n}`, 'ok: [web]'),
    )
    const log = [
      ...small,
      line('00:08', 'TASK [on web] ***') + line('00:39', 'changed: [web]'),
      line('00:39', 'TASK [on db] ***') + line('01:10', 'changed: [db]'),
      line('01:10', 'PLAY RECAP ***'),
    ]
    writeFileSync(join(folder, 'run.log'), log.join(''))
    const args = ['bench', 'two.yml', '-i', 'web,db', '--from-profile', 'run.log', '--report', 'plan.html']
    const run = await madansible([...args, '--json'], { cwd: folder })
    const { loggedSeconds, predictedSeconds, inferredSeconds } = JSON.parse(run.stdout)
    expect(loggedSeconds).toBe(70)
    expect(predictedSeconds).toBeCloseTo(61, 0)
    // Both hosts at the same time.
    expect(inferredSeconds).toBeCloseTo(31, 0)
    expect(readFileSync(join(folder, 'plan.html'), 'utf8')).toContain('"name":"on db"')
  })

  it('plan shows itself as a report, too', async () => {
    const run = await madansible(['plan', 'site.yml', '-i', 'one,', '-e', 'folder=/srv', '--report', 'plan.html'], {
      cwd: folder,
    })
    expect(run.code, run.stderr).toBe(0)
    expect(readFileSync(join(folder, 'plan.html'), 'utf8')).toContain('"order":"planned"')
  })

  it('refuses flags that ask somebody', async () => {
    const run = await madansible(['bench', 'site.yml', '--step'], { cwd: folder })
    expect(run).toMatchObject({ code: 5, stdout: '' })
    expect(run.stderr).toContain('bench cannot be used with --step')
  })

  it('is ended by Ctrl-C', async () => {
    writeFileSync(join(folder, 'long.yml'), '- hosts: all\n  gather_facts: false\n  tasks: [{command: sleep 600}]\n')
    const entry = new URL('../../bin/madansible.js', import.meta.url).pathname
    const args = [
      entry,
      'bench',
      'long.yml',
      '-i',
      'one,',
      '-c',
      'local',
      '--only',
      'linear',
      '--reset',
      `touch ${folder}/go`,
    ]
    const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' })
    const ended = new Promise(resolve => child.on('exit', resolve))
    await expect.poll(() => readFileSync(join(folder, 'go'), 'utf8'), { timeout: 30_000 }).toBe('')
    child.kill('SIGINT')
    expect(await ended).toBe(99)
  })
})

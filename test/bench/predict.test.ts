import { describe, expect, it } from 'vitest'
import { readAnsibleLog } from '../../src/bench/ansible-log.js'
import { predict, predictionText } from '../../src/bench/index.js'

const RESULTS = `ok: [web1]
ok: [web2]
`
/** What ansible-playbook prints with the profile_tasks callback. */
const PROFILE = `
PLAY [all] *********************************************************************

TASK [Gathering Facts] *********************************************************
Sunday 22 November 2026  19:00:00 +0000 (0:00:00.010)       0:00:00.010 *******
${RESULTS}
TASK [small one] ***************************************************************
Sunday 22 November 2026  19:00:02 +0000 (0:00:02.000)       0:00:02.010 *******
${RESULTS}
TASK [another small one] *******************************************************
Sunday 22 November 2026  19:00:03 +0000 (0:00:01.000)       0:00:03.010 *******
${RESULTS}
TASK [install] *****************************************************************
Sunday 22 November 2026  19:00:04 +0000 (0:00:01.000)       0:00:04.010 *******
changed: [web1]
changed: [web2]

TASK [left out] ****************************************************************
Sunday 22 November 2026  19:01:05 +0000 (0:01:01.000)       0:01:05.010 *******
skipping: [web1]
skipping: [web2]

TASK [loop] ********************************************************************
Sunday 22 November 2026  19:01:05 +0000 (0:00:00.500)       0:01:05.510 *******
ok: [web1] => (item=a)
ok: [web2] => (item=a)
ok: [web1] => (item=b)
ok: [web2] => (item=b)

PLAY RECAP *********************************************************************
web1                       : ok=5    changed=1    unreachable=0    failed=0

Sunday 22 November 2026  19:01:07 +0000 (0:00:02.500)       0:01:08.010 *******
===============================================================================
install ---------------------------------------------------------------- 61.00s
`

const expected = [
  { name: 'Gathering Facts', hosts: 2, skipped: 0, items: 1 },
  { name: 'small one', hosts: 2, skipped: 0, items: 1 },
  { name: 'another small one', hosts: 2, skipped: 0, items: 1 },
  { name: 'install', hosts: 2, skipped: 0, items: 1 },
  { name: 'left out', hosts: 0, skipped: 2, items: 1 },
  { name: 'loop', hosts: 2, skipped: 0, items: 2 },
]
const seconds = [2, 1, 1, 61, 0.5, 2.5]

describe('the log of an ansible-playbook run', () => {
  it('is understood as profile_tasks prints it', () => {
    const tasks = readAnsibleLog(PROFILE)
    expect(tasks).toEqual(expected.map((task, at) => ({ ...task, seconds: expect.closeTo(seconds[at] as number, 3) })))
  })

  it('is understood as a log file with time stamps', () => {
    let at = 0
    const lines = PROFILE.split('\n').filter(line => !/^(Sunday|===|install -)/.test(line))
    const log = lines.map(line => {
      const second = (moment: number) =>
        `2026-11-22 19:0${Math.floor(moment / 60)}:${String(moment % 60).padStart(2, '0')},000`
      if (/^(TASK|PLAY RECAP)/.test(line)) at++
      const begins = [0, 0, 2, 3, 4, 65, 66, 69][at] as number
      return `${second(begins)} p=12 u=root n=ansible | ${line}`
    })
    expect(readAnsibleLog(log.join('\n')).map(task => task.seconds)).toEqual([2, 1, 1, 61, 1, 3])
  })

  it('is understood as the json callback writes it', () => {
    const duration = { start: '2026-11-22T19:00:00.000000Z', end: '2026-11-22T19:00:02.500000Z' }
    const hosts = { web1: { results: [{}, {}, {}] }, web2: { skipped: true } }
    const log = JSON.stringify({ plays: [{ tasks: [{ task: { name: 'loop', duration }, hosts }] }] })
    expect(readAnsibleLog(log)).toEqual([{ name: 'loop', seconds: 2.5, hosts: 1, skipped: 1, items: 3 }])
  })

  it('is refused when it tells no times', () => {
    expect(() => readAnsibleLog('TASK [a] ****\nok: [b]\n')).toThrow('tells no task with its time')
  })
})

describe('a prediction', () => {
  it('takes away what Ansible costs, and leaves the work of the hosts', () => {
    const prediction = predict(PROFILE)
    expect(prediction.loggedSeconds).toBeCloseTo(68, 1)
    expect(prediction.overheadSeconds).toBeCloseTo(1, 1)
    // Sixty seconds of installing, one of facts, half a second in the loop stay.
    expect(prediction.predictedSeconds).toBeGreaterThan(61)
    expect(prediction.predictedSeconds).toBeLessThan(64)
    expect(predictionText(prediction)).toMatch(/madansible, predicted +6\d\.\d s +1\.1x faster/)
  })
})

import { describe, expect, it } from 'vitest'
import type { EngineEvent } from '../../src/engine/events.js'
import { Dict } from '../../src/python/values.js'
import { censorOf } from '../../src/report/censor.js'
import { longestChainMs, observedCriticalPath } from '../../src/report/critical-path.js'
import { junitText } from '../../src/report/junit.js'
import type { RunModel, TaskRunModel } from '../../src/report/run-model.js'
import { RunRecord } from '../../src/report/run-record.js'
import { ended, playStart, started, task } from './events.js'

const BASE = 1_700_000_000_000

function record(
  events: readonly EngineEvent[],
  changes: { order?: string; secrets?: readonly string[] } = {},
): RunModel {
  const made = new RunRecord({
    product: 'madansible',
    version: '1',
    order: changes.order ?? 'linear',
    startedAt: BASE,
    keepsDetails: true,
    censor: censorOf(() => new Set(changes.secrets ?? [])),
  })
  for (const event of events) made.note(event)
  return made.model()
}

describe('the record of a run', () => {
  it('has each task run with its true times, status and shown result', () => {
    const [a, b] = [task('a', { role: 'web' }), task('b')]
    const model = record([
      playStart('Site'),
      started(a, 'h1'),
      started(a, 'h2'),
      ended(
        a,
        'h2',
        { base: BASE, from: 5, to: 90 },
        { changed: true, invocation: Dict.of({ secret: 'x' }), _ansible_x: 1 },
      ),
      ended(a, 'h1', { base: BASE, from: 3, to: 100 }, { changed: false }),
      started(b, 'h1'),
      ended(b, 'h1', { base: BASE, from: 101, to: 102 }, {}, 'runnerSkipped'),
    ])
    const shown = model.runs.map(({ task: index, host, component, start, end, status, result }) => [
      model.tasks[index]?.name,
      model.hosts[host],
      model.components[component],
      [start, end],
      status,
      result,
    ])
    expect(shown).toEqual([
      ['Task a', 'h1', 'web', [3, 100], 'ok', '{"changed": false}'],
      ['Task a', 'h2', 'web', [5, 90], 'changed', '{"changed": true}'],
      ['Task b', 'h1', 'Site', [101, 102], 'skipped', '{}'],
    ])
  })

  it('keeps why a run waited, and which task notified a handler', () => {
    const [a, b, handler] = [task('a'), task('b'), task('h', { isHandler: true })]
    const model = record(
      [
        playStart('Site'),
        started(a, 'h1'),
        { kind: 'notify', handler, host: 'h1' },
        ended(a, 'h1', { base: BASE, from: 0, to: 10 }, { changed: true }),
        started(b, 'h1'),
        {
          ...(ended(b, 'h1', { base: BASE, from: 10, to: 20 }) as EngineEvent & { kind: 'runnerOk' }),
          component: 'r on h1',
          isEarly: true,
          waitsFor: [{ host: 'h1', task: 'a', kind: 'RAW', because: 'b reads what a writes' }],
        },
        started(handler, 'h1'),
        ended(handler, 'h1', { base: BASE, from: 20, to: 30 }),
      ],
      { order: 'inferred' },
    )
    expect(model.runs[1]).toMatchObject({
      early: true,
      waits: [{ run: 0, kind: 'RAW', because: 'b reads what a writes' }],
    })
    expect(model.components[model.runs[1]?.component as number]).toBe('r')
    expect(model.runs[2]?.waits).toEqual([{ run: 0, kind: 'notify', because: 'notified by a task that changed' }])
  })

  it('shows what ran before its turn when the turn never came', () => {
    const early = (uuid: string, state: 'started' | 'ended' | 'dropped'): EngineEvent => ({
      kind: 'early',
      state,
      task: task(uuid),
      host: 'h1',
      component: 'r on h1',
    })
    const model = record([
      playStart('Site'),
      early('told', 'started'),
      early('never', 'started'),
      early('given up', 'started'),
      early('given up', 'dropped'),
      early('told', 'ended'),
      early('never', 'ended'),
      early('never', 'dropped'),
      started(task('told'), 'h1'),
      ended(task('told'), 'h1', { base: BASE, from: 0, to: 1 }),
    ])
    expect(model.runs.map(run => [model.tasks[run.task]?.name, run.status])).toEqual([
      ['Task told', 'ok'],
      ['Task never', 'untold'],
    ])
  })

  it('holds no decrypted value, however it is written', () => {
    const a = task('a', { displayName: 'Set p"ass\\word' })
    const model = record(
      [
        playStart('Site'),
        started(a, 'h1'),
        ended(a, 'h1', { base: BASE, from: 0, to: 1 }, { stdout: 'x p"ass\\word y' }),
      ],
      { secrets: ['p"ass\\word', 'db_user: someone-else\ndb_password: "hunter22"\nshort: yes\n'] },
    )
    expect(model.runs[0]?.result).toBe('{"stdout": "x ******** y"}')
    expect(model.tasks[0]?.name).toBe('Set ********')
    const censor = censorOf(() => new Set(['db_user: someone-else\ndb_password: "hunter22"\nshort: yes\n']))
    expect(censor('yes someone-else:hunter22@db')).toBe('yes ********:********@db')
  })

  it('becomes JUnit XML that a parser accepts', () => {
    const [a, b] = [task('a', { displayName: 'A <b> & "c"\u0001' }), task('b')]
    const failed = ended(b, 'h1', { base: BASE, from: 1, to: 2501 }, { msg: 'no <way>' }) as EngineEvent & {
      kind: 'runnerOk'
    }
    const model = record([
      playStart('Site'),
      started(a, 'h1'),
      ended(a, 'h1', { base: BASE, from: 0, to: 1 }),
      started(b, 'h1'),
      { ...failed, kind: 'runnerFailed', ignoreErrors: false },
    ])
    const text = junitText(model).replace(/timestamp="[^"]*"|time="[^"]*"(?= timestamp)/g, '')
    expect(text).toContain('<testcase name="[h1] A &lt;b&gt; &amp; &quot;c&quot;\ufffd" classname="Site" time="0.001"')
    expect(text).toContain('<failure message="no &lt;way&gt;" type="failed">')
    expect(text).toMatch(/<testsuite name="Site" tests="2" failures="1" errors="0" skipped="0"/)
  })
})

const run = (start: number, end: number, waits: readonly number[] = []): TaskRunModel => ({
  task: 0,
  host: 0,
  component: 0,
  start,
  end,
  status: 'ok',
  waits: waits.map(index => ({ run: index, kind: 'RAW', because: '' })),
})

describe('the critical path', () => {
  const runs = [run(0, 50), run(0, 100), run(50, 140, [0]), run(100, 130, [1]), run(140, 200, [2, 3])]

  it('follows what each run waited for', () => {
    expect(observedCriticalPath(runs, false)).toEqual([0, 2, 4])
  })

  it("follows Ansible's order where that decided", () => {
    expect(observedCriticalPath([run(0, 50), run(0, 100), run(100, 120), run(101, 300)], true)).toEqual([1, 3])
  })

  it('is no longer than what evidence asks for at least', () => {
    expect(longestChainMs(runs)).toBe(50 + 90 + 60)
  })

  it('ends for runs that take no time', () => {
    expect(observedCriticalPath([run(0, 0), run(0, 0), run(0, 0)], true)).toHaveLength(3)
  })
})

import { describe, expect, it } from 'vitest'
import type { LiveState, RunningTask } from '../../src/report/live-runs.js'
import { clock, liveLines } from '../../src/report/live-view.js'

const running = (host: string, index: number, changes: Partial<RunningTask> = {}): RunningTask => ({
  host,
  component: 'role',
  task: `role : Install the package number ${index}`,
  since: 1000 * index,
  expectedMs: undefined,
  isEarly: false,
  ...changes,
})

const state = (tasks: readonly RunningTask[], changes: Partial<LiveState> = {}): LiveState => ({
  running: tasks,
  waiting: 0,
  nextWaiting: undefined,
  done: 4,
  total: 4 + tasks.length,
  failed: 1,
  startedAt: 0,
  remainingMs: undefined,
  ...changes,
})

describe('the live view', () => {
  it('has a line for each running task, longest running first, and the totals', () => {
    const shown = state([running('web1', 0), running('database1', 1)])
    expect(liveLines(shown, { columns: 50, rows: 40 }, 65_000)).toMatchInlineSnapshot(`
      [
        "",
        "  web1         1:05  role : Install the package …",
        "  database1    1:04  role : Install the package …",
        "4/6 done, 2 running, 1 failed, 1:05",
      ]
    `)
  })

  it('marks what runs before its turn, says what waits for what, and how long it may still take', () => {
    const shown = state([running('web1', 0, { expectedMs: 90_000 }), running('web2', 1, { isEarly: true })], {
      waiting: 7,
      nextWaiting: { task: 'nova : Start', host: 'web1', for: 'mariadb : Create database on db1' },
      total: 120,
      remainingMs: 41_200,
    })
    expect(liveLines(shown, { columns: 80, rows: 40 }, 65_000)).toMatchInlineSnapshot(`
      [
        "",
        "  web1  1:05/1:30  role : Install the package number 0",
        "» web2       1:04  role : Install the package number 1",
        "  next: nova : Start on web1, after mariadb : Create database on db1",
        "4/120 done, 2 running, 7 waiting, 1 failed, 1:05, about 0:42 left",
      ]
    `)
  })

  it('has a line for each component when there are too many tasks', () => {
    const many = Array.from({ length: 30 }, (_, n) => running(`h${n}`, n, { component: n < 20 ? 'nova' : 'neutron' }))
    expect(liveLines(state(many), { columns: 60, rows: 24 }, 65_000)).toMatchInlineSnapshot(`
      [
        "",
        "  nova       1:05  20 on 20 hosts, role : Install the pack…",
        "  neutron    0:45  10 on 10 hosts, role : Install the pack…",
        "4/34 done, 30 running, 1 failed, 1:05",
      ]
    `)
  })

  it('never fills more than half of the screen, nor a whole line', () => {
    const many = Array.from({ length: 90 }, (_, n) => running(`host-${n}-日本`, n, { component: `c${n}` }))
    const lines = liveLines(state(many), { columns: 30, rows: 20 }, 9000)
    expect(lines.length).toBeLessThanOrEqual(10)
    expect(lines.at(-2)).toBe('  … and 84 more components')
  })

  it('is empty while nothing runs', () => {
    expect(liveLines(state([]), { columns: 80, rows: 24 }, 0)).toEqual([])
  })

  it('shows hours only where there are any', () => {
    expect([7_000, 751_000, 3_723_000].map(clock)).toEqual(['0:07', '12:31', '1:02:03'])
  })
})

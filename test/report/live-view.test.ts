import { describe, expect, it } from 'vitest'
import { clock, liveLines } from '../../src/report/live-view.js'

const state = (hosts: readonly string[]) => ({
  running: hosts.map((host, index) => ({
    host,
    task: `role : Install the package number ${index}`,
    since: 1000 * index,
  })),
  done: 4,
  total: 4 + hosts.length,
  failed: 1,
  startedAt: 0,
})

describe('the live view', () => {
  it('has a line for each host, longest running first, and the totals', () => {
    expect(liveLines(state(['web1', 'database1']), { columns: 50, rows: 40 }, 65_000)).toMatchInlineSnapshot(`
      [
        "",
        "  web1         1:05  role : Install the package …",
        "  database1    1:04  role : Install the package …",
        "4/6 done, 2 running, 1 failed, 1:05",
      ]
    `)
  })

  it('never fills more than half of the screen, nor a whole line', () => {
    const lines = liveLines(
      state(Array.from({ length: 90 }, (_, n) => `host-${n}-日本`)),
      { columns: 30, rows: 20 },
      9000,
    )
    expect(lines.length).toBeLessThanOrEqual(10)
    expect(lines.at(-2)).toBe('  … and 83 more hosts')
  })

  it('is empty while nothing runs', () => {
    expect(liveLines(state([]), { columns: 80, rows: 24 }, 0)).toEqual([])
  })

  it('shows hours only where there are any', () => {
    expect([7_000, 751_000, 3_723_000].map(clock)).toEqual(['0:07', '12:31', '1:02:03'])
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiskCache } from '../../src/collections/index.js'
import { DurationStore } from '../../src/report/duration-store.js'
import { LiveRuns } from '../../src/report/live-runs.js'
import type { RunModel } from '../../src/report/run-model.js'
import { ended, started, task } from './events.js'

const span = { base: 0, from: 0, to: 1 }

describe('what is known while a run goes on', () => {
  it('counts the tasks of a play on all its hosts from the start', () => {
    const live = new LiveRuns(undefined, () => 0)
    live.note({ kind: 'playSize', tasks: 10, hosts: 3 })
    live.note(started(task('a'), 'h1'))
    live.note(started(task('a'), 'h2'))
    live.note(ended(task('a'), 'h1', span))
    const { done, total, running } = live.state
    expect({ done, total, running: running.length }).toEqual({ done: 1, total: 30, running: 1 })
  })

  it('counts a run that ended before its turn once', () => {
    const live = new LiveRuns(undefined, () => 0)
    const early = (state: 'planned' | 'started' | 'ended') =>
      live.note({ kind: 'early', state, task: task('a'), host: 'h1', component: 'r on h1' })
    early('planned')
    expect(live.state).toMatchObject({ waiting: 1, done: 0, total: 1 })
    early('started')
    expect(live.state).toMatchObject({ waiting: 0, running: [{ host: 'h1', component: 'r', isEarly: true }] })
    early('ended')
    expect(live.state).toMatchObject({ running: [], done: 1 })
    live.note(started(task('a'), 'h1'))
    live.note(ended(task('a'), 'h1', span))
    expect(live.state).toMatchObject({ running: [], done: 1, total: 1 })
  })

  it('tells what is left from an earlier run, at the pace of this one', () => {
    let now = 0
    const expectation = { whole: { elapsedMs: 100_000, workMs: 200_000, runs: 20 }, expectedMs: () => 50_000 }
    const live = new LiveRuns(expectation, () => now)
    live.note(started(task('a'), 'h1'))
    expect(live.state.remainingMs).toBe(100_000)
    now = 50_000
    live.note(ended(task('a'), 'h1', span))
    // A quarter of the work was done in twice the time.
    expect(live.state).toMatchObject({ remainingMs: 150_000, total: 20 })
  })
})

describe('learned durations', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'durations-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const store = (selection: readonly string[] = []) =>
    new DurationStore({
      cache: new DiskCache(folder),
      playbooks: ['/site/site.yml'],
      selection,
      classOf: host => host.replace(/\d+$/, ''),
    })

  const model = (milliseconds: readonly number[]): RunModel => ({
    schema: 1,
    product: 'madansible',
    version: '1',
    playbooks: ['/site/site.yml'],
    order: 'linear',
    startedAt: 0,
    elapsedMs: 5000,
    exitCode: 0,
    hosts: ['web1', 'web2', 'db1'],
    plays: [],
    components: [],
    tasks: [
      {
        name: 'canary-name',
        rawName: 'canary-name',
        action: 'x',
        path: '/site/t.yml:1',
        role: undefined,
        play: 0,
        isHandler: false,
        isInclude: false,
      },
    ],
    runs: milliseconds.map((end, host) => ({ task: 0, host, component: 0, start: 0, end, status: 'ok' })),
    criticalPath: [],
    messages: [],
    recap: {},
    resources: undefined,
  })
  const place = { path: '/site/t.yml:1', rawName: 'canary-name' }

  it('are kept for each kind of host, and follow what changes', () => {
    store().learn(model([1000, 3000, 500]))
    expect(['web9', 'db7', 'other1'].map(host => store().expectedMs(place, host))).toEqual([2000, 500, 1500])
    store().learn(model([4000, 4000, 500]))
    expect(store().expectedMs(place, 'web1')).toBe(3000)
  })

  it('tell of a whole run only for the same selection', () => {
    store(['a']).learn(model([1000, 3000, 500]))
    expect(store(['a']).whole).toEqual({ elapsedMs: 5000, workMs: 4500, runs: 3 })
    expect(store(['b']).whole).toBeUndefined()
  })

  it('are kept without any name', () => {
    store(['canary-tag']).learn(model([1, 2, 3]))
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files).toHaveLength(1)
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toMatch(/canary|web|t\.yml/)
  })
})

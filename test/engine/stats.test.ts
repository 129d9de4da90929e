import { describe, expect, it } from 'vitest'
import { Stats } from '../../src/engine/stats.js'
import { toJs } from '../../src/python/index.js'
import { Dict } from '../../src/python/values.js'

describe('counters', () => {
  it('know hosts from their first result on', () => {
    const stats = new Stats()
    stats.increment('skipped', 'b')
    stats.increment('ok', 'a')
    stats.increment('ok', 'a')
    expect([...stats.hosts.keys()]).toEqual(['b', 'a'])
    expect(stats.hosts.get('a')).toMatchObject({ ok: 2, skipped: 0, failures: 0 })
  })
})

describe('custom stats', () => {
  it('of the whole run stand under _run', () => {
    const stats = new Stats()
    stats.setCustom('a', 1, undefined)
    expect(toJs(stats.custom.get('_run') ?? null)).toEqual({ a: 1 })
  })
  it('add up, and mappings merge all the way down', () => {
    const stats = new Stats()
    for (const part of [Dict.of({ x: Dict.of({ a: 1 }) }), Dict.of({ x: Dict.of({ b: 2 }) })]) {
      stats.aggregateCustom('dict', part, 'h')
    }
    stats.aggregateCustom('number', 1, 'h')
    stats.aggregateCustom('number', 2, 'h')
    stats.aggregateCustom('list', ['a'], 'h')
    stats.aggregateCustom('list', ['b'], 'h')
    expect(toJs(stats.custom.get('h') ?? null)).toEqual({
      dict: { x: { a: 1, b: 2 } },
      number: 3,
      list: ['a', 'b'],
    })
  })
  it('are left alone when the types differ', () => {
    const stats = new Stats()
    stats.aggregateCustom('number', 1, 'h')
    stats.aggregateCustom('number', 'text', 'h')
    expect(toJs(stats.custom.get('h') ?? null)).toEqual({ number: 1 })
  })
})

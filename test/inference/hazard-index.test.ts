// The hazard index against the definition it answers by: every pair of runs compared, one by one.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ensureConflict } from '../../src/inference/hazard.js'
import {
  type Access,
  conflictBetween,
  everythingOf,
  type Footprint,
  type Hazard,
  HazardIndex,
  type HazardRule,
  NO_FOOTPRINT,
  overlaps,
  type Resource,
  type RunGroup,
  type RunPlace,
  resource,
  tree,
} from '../../src/inference/index.js'

interface TestRun {
  readonly id: string
  readonly footprint: Footprint
  readonly place: RunPlace
}

const touching = (parts: Partial<Footprint>): Footprint => ({ ...NO_FOOTPRINT, ...parts })
const access = (of: Resource): Access => ({ resource: of, because: 'a test' })

const scopes = ['a', 'b', ''] as const
const anyResource: fc.Arbitrary<Resource> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...scopes, '*').map(everythingOf) },
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...scopes),
        fc.constantFrom('file', 'service'),
        fc.array(fc.constantFrom('x', 'y'), { maxLength: 3 }),
        fc.boolean(),
      )
      .map(([scope, kind, path, isTree]): Resource => ({ scope, kind: kind as 'file', path, isTree })),
  },
)
const directory = fc
  .tuple(fc.constantFrom(...scopes), fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 2 }))
  .map(([scope, path]) => resource(scope, 'file', ...path))
const footprints = fc
  .record({
    reads: fc.array(anyResource.map(access), { maxLength: 2 }),
    writes: fc.array(anyResource.map(access), { maxLength: 2 }),
    ensures: fc.array(
      fc.tuple(directory, fc.constantFrom('0755', '0700')).map(([of, as]) => ({ ...access(of), as })),
      { maxLength: 1 },
    ),
    provides: fc.array(anyResource.map(access), { maxLength: 1 }),
    isGuard: fc.integer({ min: 0, max: 9 }).map(number => number === 0),
  })
  .map(touching)

/** Programs whose rounds have one run each, or (`wide`) runs of several hosts. */
function programs(wide: boolean): fc.Arbitrary<TestRun[]> {
  const host = fc.constantFrom('a', 'b', 'c')
  const runs = fc.array(fc.tuple(footprints, host, fc.boolean()), { minLength: 1, maxLength: wide ? 3 : 1 })
  return fc.array(runs, { minLength: 2, maxLength: 12 }).map(rounds =>
    rounds.flatMap((round, at) =>
      round.map(([footprint, host, guardsAll], number) => ({
        id: `${at}.${number}`,
        footprint,
        place: { host, round: at, guardsAll },
      })),
    ),
  )
}

/** Whom each run waits for, all hazards followed to their ends. */
function closure(
  runs: readonly TestRun[],
  earlierOf: (run: TestRun, at: number) => Iterable<string>,
): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>()
  runs.forEach((run, at) => {
    const all = new Set<string>()
    for (const earlier of earlierOf(run, at)) {
      all.add(earlier)
      for (const before of result.get(earlier) ?? []) all.add(before)
    }
    result.set(run.id, all)
  })
  return result
}

function* runIds(hazards: Iterable<Hazard>): Iterable<string> {
  const rest: (string | RunGroup)[] = [...hazards].map(hazard => hazard.earlier)
  for (let next = rest.pop(); next !== undefined; next = rest.pop())
    if (typeof next === 'string') yield next
    else rest.push(...next.parts)
}

function naiveClosure(runs: readonly TestRun[]): Map<string, Set<string>> {
  return closure(runs, (_run, at) =>
    runs
      .slice(0, at)
      .filter((_earlier, first) => conflicts(first, at))
      .map(one => one.id),
  )

  function conflicts(first: number, second: number): boolean {
    const earlier = runs[first] as TestRun
    const later = runs[second] as TestRun
    if (earlier.place.round === later.place.round) return false
    const plain = conflictBetween(earlier.footprint, earlier.place, { ...later.footprint, ensures: [] }, later.place)
    if (plain !== undefined) return true
    return ensureConflict(earlier.footprint, later.footprint, of => isEnsured(of, first, second)) !== undefined
  }
  /** An earlier run made the directory, and nobody has written it as a whole since. */
  function isEnsured(of: Resource, first: number, second: number): boolean {
    for (let at = second - 1; at >= 0; at--) {
      const { footprint } = runs[at] as TestRun
      if (at <= first && footprint.ensures.some(one => isSame(one.resource, of))) return true
      if (footprint.writes.some(one => overlaps(one.resource, of) && one.resource.isTree)) return false
    }
    return false
  }
}
const isSame = (a: Resource, b: Resource) =>
  a.scope === b.scope && a.kind === b.kind && a.path.join('/') === b.path.join('/')

const indexClosure = (runs: readonly TestRun[], without?: ReadonlySet<HazardRule>): Map<string, Set<string>> => {
  const index = new HazardIndex(without ? { without } : {})
  return closure(runs, run => [...runIds(index.add(run.id, run.footprint, run.place))])
}

const seed = { seed: 20221122, numRuns: 600 }

describe('hazard index', () => {
  it('makes runs wait for exactly those that a comparison of all pairs would', () => {
    void fc.assert(
      fc.property(programs(false), runs => {
        expect(indexClosure(runs)).toEqual(naiveClosure(runs))
      }),
      seed,
    )
  })

  it('misses nobody when rounds of several hosts meet on what they share', () => {
    void fc.assert(
      fc.property(programs(true), runs => {
        const naive = naiveClosure(runs)
        const found = indexClosure(runs)
        for (const run of runs)
          expect([...(found.get(run.id) ?? [])]).toEqual(expect.arrayContaining([...(naive.get(run.id) ?? [])]))
      }),
      seed,
    )
  })

  it('never lets runs of one round wait for each other directly', () => {
    void fc.assert(
      fc.property(programs(true), runs => {
        const index = new HazardIndex()
        for (const run of runs)
          for (const id of runIds(index.add(run.id, run.footprint, run.place)))
            expect(id.split('.')[0]).not.toBe(run.id.split('.')[0])
      }),
      seed,
    )
  })

  it('forgets runs that are over and keeps finding the others', () => {
    void fc.assert(
      fc.property(programs(true), fc.nat(12), (runs, keep) => {
        const naive = naiveClosure(runs)
        const index = new HazardIndex()
        const live: string[] = []
        runs.forEach(run => {
          const found = new Set(runIds(index.add(run.id, run.footprint, run.place)))
          const reach = new Set(found)
          for (const id of found)
            for (const one of runIds(index.hazardsOf(id) ?? [])) if (live.includes(one)) reach.add(one)
          live.push(run.id)
          for (const id of naive.get(run.id) ?? [])
            if (live.includes(id)) expect(closureIds(index, run.id, live)).toContain(id)
          while (live.length > keep) index.remove(live.shift() as string)
        })
        expect(index.size).toBe(live.length)
      }),
      seed,
    )
  })

  it.each(['RAW', 'WAR', 'WAW', 'guard', 'ensure', 'provide', 'tree'] as const)(
    'needs its rule %s: without it a conflict is missed',
    rule => {
      const without = new Set<HazardRule>([rule])
      const check = fc.check(
        fc.property(programs(false), runs => {
          const found = indexClosure(runs, without)
          for (const [id, earlier] of naiveClosure(runs))
            for (const one of earlier) if (!found.get(id)?.has(one)) return false
          return true
        }),
        seed,
      )
      expect(check.failed).toBe(true)
    },
  )

  it('finds the true blockers again after runs turned out to touch less', () => {
    void fc.assert(
      fc.property(
        programs(true),
        fc.array(fc.nat(35), { maxLength: 6 }),
        fc.infiniteStream(fc.nat(100)),
        (runs, narrowed, order) => {
          const index = new HazardIndex()
          const now = new Map<string, TestRun>()
          for (const run of runs) {
            index.add(run.id, run.footprint, run.place)
            now.set(run.id, run)
          }
          for (const at of narrowed) {
            const run = runs[at % runs.length] as TestRun
            index.narrow(run.id)
            now.set(run.id, { ...run, footprint: NO_FOOTPRINT })
          }
          // Ends runs in any order that the index allows; nobody may end before an earlier one that it conflicts with.
          const ended = new Set<string>()
          while (ended.size < runs.length) {
            const free = runs.filter(
              run => !ended.has(run.id) && index.waitsFor(run.id, id => ended.has(id)).length === 0,
            )
            expect(free.length).toBeGreaterThan(0)
            const next = free[(order.next().value as number) % free.length] as TestRun
            for (const earlier of runs.slice(0, runs.indexOf(next)))
              if (!ended.has(earlier.id)) {
                const conflict = conflictBetween(
                  (now.get(earlier.id) as TestRun).footprint,
                  earlier.place,
                  { ...(now.get(next.id) as TestRun).footprint, ensures: [] },
                  next.place,
                )
                expect(conflict).toBeUndefined()
              }
            ended.add(next.id)
          }
        },
      ),
      { ...seed, numRuns: 300 },
    )
  })

  it('tells the chain of evidence between two runs', () => {
    const index = new HazardIndex()
    const write = (path: string) =>
      touching({ writes: [{ resource: tree('web', 'file', path), because: `writes ${path}` }] })
    const both = touching({
      reads: [{ resource: tree('web', 'file', 'a'), because: 'reads a' }],
      writes: [{ resource: tree('web', 'file', 'b'), because: 'writes b' }],
    })
    index.add('one', write('a'), { host: 'web', round: 1 })
    index.add('two', both, { host: 'web', round: 2 })
    index.add('three', write('b'), { host: 'web', round: 3 })
    index.add('four', write('c'), { host: 'web', round: 4 })
    expect(
      index.why('one', 'three')?.map(({ later, earlier, kind, because }) => [later, earlier, kind, because]),
    ).toEqual([
      ['three', 'two', 'WAW', 'writes b'],
      ['two', 'one', 'RAW', 'reads a'],
    ])
    expect(index.why('one', 'four')).toBeUndefined()
  })

  it('shares one group among many runs that wait for many', () => {
    const index = new HazardIndex()
    const start = touching({ writes: [access(tree('', 'endpoint'))] })
    for (let host = 0; host < 100; host++) index.add(`1.${host}`, start, { host: `h${host}`, round: 1 })
    const groups = new Set<unknown>()
    for (let host = 0; host < 100; host++) {
      const hazards = index.add(`2.${host}`, start, { host: `h${host}`, round: 2 })
      expect(hazards).toHaveLength(1)
      groups.add(hazards[0]?.earlier)
      expect(new Set(runIds(hazards)).size).toBe(100)
    }
    expect(groups.size).toBe(1)
  })
})

/** All live runs that one waits for, by following hazards. */
function closureIds(index: HazardIndex, id: string, live: readonly string[]): Set<string> {
  const all = new Set<string>()
  const rest = [id]
  for (let next = rest.pop(); next !== undefined; next = rest.pop())
    for (const earlier of runIds(index.hazardsOf(next) ?? []))
      if (live.includes(earlier) && !all.has(earlier)) {
        all.add(earlier)
        rest.push(earlier)
      }
  return all
}

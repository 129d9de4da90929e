import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assembly, predict, readAssembly } from '../../src/madeus/index.js'
import { root } from '../helpers/run-both.js'
import { assemblies } from './random-assemblies.js'

const example = (name: string): Assembly =>
  readAssembly(readFileSync(path.join(root, 'examples/madeus', name), 'utf8'), name)

/** Seconds by name of the transition. */
type Times = Readonly<Record<string, number>>
const timesOf = (assembly: Assembly): Times =>
  Object.fromEntries(
    assembly.components.flatMap(({ id, type }) =>
      type.transitions.map(({ id: name, lasts }) => [`${id}.${name}`, lasts?.min ?? 0]),
    ),
  )
const predictTimes = (assembly: Assembly, times: Times) =>
  predict(assembly, ({ id }, transition) => times[`${id}.${transition.id}`] ?? 0)
const pathOf = ({ criticalPath }: ReturnType<typeof predict>) =>
  criticalPath.map(({ component, transition }) => `${component}.${transition}`)

/** Longest-path formula published with the traces of the OpenStack assembly. */
function openstackFormula(t: Times): number {
  const at = (name: string) => t[name] as number
  const { max } = Math
  const h = at('facts.deploy') + at('haproxy.deploy')
  const k = at('facts.deploy') + at('common.ktb_deploy')
  const rst = at('mariadb.restart') + max(h, at('mariadb.bootstrap') + max(at('mariadb.config'), at('mariadb.pull')))
  const db = at('mariadb.check') + at('mariadb.register') + max(k, rst)
  const key = at('keystone.deploy') + max(db, at('keystone.pull'))
  const pulled = (c: string) => max(key + at(`${c}.register`), db + at(`${c}.config`), at(`${c}.pull`))
  const nova = max(
    key + at('nova.register'),
    at('nova.cell_setup') +
      at('nova.restart') +
      max(at('nova.upgrade_db'), at('nova.upgrade_api_db')) +
      max(at('nova.config'), at('nova.pull'), db + at('nova.create_db')),
  )
  const rest = ['memcached', 'rabbitmq', 'openvswitch'].map(c => at('facts.deploy') + at(`${c}.deploy`))
  return max(
    k + at('common.deploy'),
    ...rest,
    at('glance.deploy') + pulled('glance'),
    at('neutron.deploy') + pulled('neutron'),
    nova,
  )
}

describe('predicted times', () => {
  it('of the OpenStack assembly follow the published formula, whatever the durations', () => {
    const assembly = example('openstack.yml')
    const names = Object.keys(timesOf(assembly))
    expect(names).toHaveLength(31)
    const durations = fc.array(fc.nat({ max: 100 }), { minLength: 31, maxLength: 31 })
    fc.assert(
      fc.property(durations, seconds => {
        const times = Object.fromEntries(names.map((name, at) => [name, seconds[at] as number]))
        expect(predictTimes(assembly, times).seconds).toBe(openstackFormula(times))
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('of the OpenStack assembly with the published durations: total, path, parallelism', () => {
    const prediction = predict(example('openstack.yml'))
    // Measured: 150.1 s, 4.4 transitions at once on average.
    expect(prediction.seconds).toBeCloseTo(148.8, 1)
    expect(prediction.parallelism).toBeCloseTo(4.4, 1)
    expect(pathOf(prediction).join(' ')).toBe(
      'mariadb.pull mariadb.bootstrap mariadb.restart mariadb.register mariadb.check ' +
        'nova.create_db nova.upgrade_db nova.restart nova.cell_setup',
    )
  })

  it('of the Apache and MariaDB example follow the closed form', () => {
    const assembly = example('apache-mariadb.yml')
    const names = Object.keys(timesOf(assembly))
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 11, maxLength: 11 }), seconds => {
        const t = Object.fromEntries(names.map((name, at) => [name, seconds[at] as number])) as Record<string, number>
        const at = (name: string) => t[name] as number
        const parallel = (c: string, offset: number) =>
          Math.max(at(`${c}.pull`), at(`${c}.bootstrap`), at(`${c}.conf`) + offset) + at(`${c}.start`)
        const provision = at('mariadb.provision')
        const db = provision + parallel('mariadb', 0)
        const web = parallel('apache', provision)
        expect(predictTimes(assembly, t).seconds).toBe(
          Math.max(db + at('mariadb.check'), at('apache.check') + Math.max(web, db)),
        )
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('slack is what a transition may take longer, and no more', () => {
    const property = fc.property(assemblies({ isAcyclic: true, mode: 'monotone' }), assembly => {
      const duration = (_: unknown, { id }: { readonly id: string }) => id.charCodeAt(1) % 7
      const prediction = predict(assembly, duration)
      for (const { component, transition, slack } of prediction.transitions) {
        // With alternatives, a later place may be replaced by another: then more is allowed.
        if (assembly.components.some(({ type }) => [...type.groups.values()].some(({ length }) => length > 1))) return
        const slower = (by: number) =>
          predict(assembly, (of, it) => duration(of, it) + (of.id === component && it.id === transition ? by : 0))
            .seconds
        expect(slower(slack)).toBe(prediction.seconds)
        expect(slower(slack + 1)).toBe(prediction.seconds + 1)
      }
    })
    fc.assert(property, { seed: 11, numRuns: 100 })
  })

  it('a group of several places counts from the first that is reached', () => {
    const text = (slow: number) => `assembly: x
components:
  a:
    places: [down, left, right]
    groups: {any: [left, right]}
    provides: {p: {type: t, while: any}}
    transitions: {l: {from: down, to: left, lasts: 3}, r: {from: down, to: right, lasts: ${slow}}}
  b:
    places: [down, up]
    uses: {p: t}
    transitions: {go: {from: down, to: up, uses: [p], lasts: 10}}
links: {b.p: a.p}
`
    expect(predict(readAssembly(text(1), 'x')).seconds).toBe(11)
    expect(predict(readAssembly(text(5), 'x')).seconds).toBe(13)
    expect(pathOf(predict(readAssembly(text(5), 'x')))).toEqual(['a.l', 'b.go'])
  })

  it('what waits in a circle never starts', () => {
    const text = `assembly: x
components:
  a: {places: [a, b], uses: {u: t}, provides: {p: {type: t, while: b}}, transitions: {go: {from: a, to: b, uses: [u]}}}
  b: {places: [a, b], transitions: {go: {from: a, to: b, lasts: 2}}}
links: {a.u: a.p}
`
    const prediction = predict(readAssembly(text, 'x'))
    expect(prediction.seconds).toBe(Number.POSITIVE_INFINITY)
    expect(prediction.never).toEqual(['a.go'])
    expect(prediction.transitions).toMatchObject([{ component: 'b', transition: 'go', start: 0, end: 2 }])
  })
})

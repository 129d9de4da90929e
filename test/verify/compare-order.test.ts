import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Graph } from '../../src/graph/index.js'
import { readAssembly } from '../../src/madeus/index.js'
import { type ComparedRun, compareOrder, comparisonText } from '../../src/verify/index.js'
import { root } from '../helpers/run-both.js'

const ASSEMBLY = readAssembly(
  `assembly: x
components:
  db:
    places: [a, b, c]
    provides: {sql: {type: t, while: c}}
    transitions: {pull: {from: a, to: b, lasts: 10}, start: {from: b, to: c, lasts: 4}}
  web:
    places: [a, b, c]
    uses: {sql: t}
    transitions: {pull: {from: a, to: b, lasts: 8}, check: {from: b, to: c, uses: [sql], lasts: 2}}
links: {web.sql: db.sql}
`,
  'x',
)

/** `run=transition` names, and edges between runs. */
function order(runs: string, ...edges: string[]) {
  const byId = new Map(
    runs.split(' ').map((text): [string, ComparedRun] => {
      const [id = '', covers] = text.split('=')
      return [id, { id, covers }]
    }),
  )
  const pairs = edges.map(edge => edge.split('>').map(id => byId.get(id)) as [ComparedRun, ComparedRun])
  return Graph.of(byId.values(), pairs)
}

const RUNS = 'p=db.pull s1=db.start s2=db.start wp=web.pull wc=web.check note'

describe('an order beside an assembly written by hand', () => {
  it('agrees', () => {
    const found = compareOrder(ASSEMBLY, order(RUNS, 'p>s1', 's1>s2', 's2>wc', 'wp>wc'))
    expect(found.missing).toEqual([])
    expect(found.partial).toEqual([])
    expect(found.extra).toEqual([])
    expect(found.seconds).toEqual({ assembly: 16, graph: 16 })
    expect(found.criticalPath.map(({ id }) => id)).toEqual(['p', 's1', 's2', 'wc'])
    expect(found.unmapped.map(({ id }) => id)).toEqual(['note'])
  })

  it('lacks a precedence, and half of another', () => {
    const found = compareOrder(ASSEMBLY, order(RUNS, 'p>s1', 's1>s2', 's1>wc'))
    expect(found.missing).toEqual([{ before: 'web.pull', after: 'web.check', ordered: 0, unordered: 1 }])
    expect(found.partial).toEqual([{ before: 'db.start', after: 'web.check', ordered: 1, unordered: 1 }])
    // The second half of db.start is not waited for.
    expect(found.seconds.graph).toBe(14)
  })

  it('has one more, through runs that cover nothing, with what it costs', () => {
    const found = compareOrder(ASSEMBLY, order(RUNS, 'wp>note', 'note>p', 'p>s1', 's1>s2', 's2>wc'))
    expect(found.extra).toHaveLength(1)
    expect(found.extra[0]).toMatchObject({ before: 'web.pull', after: 'db.pull', cost: 8 })
    expect(found.extra[0]?.through.map(({ id }) => id)).toEqual(['wp', 'note', 'p'])
    expect(found.seconds.graph).toBe(24)
    expect(comparisonText(found)).toContain('web.pull → db.pull costs 8.0 s: wp → note → p')
    expect(comparisonText(found)).toContain('16.0 s for the assembly, 24.0 s for the graph (+50.0 %)')
  })

  it('spreads the time of a transition over its runs by their weights', () => {
    const [a, b, c]: ComparedRun[] = [
      { id: 'a', covers: 'db.pull', weight: 3 },
      { id: 'b', covers: 'db.pull', weight: 1 },
      { id: 'c', covers: 'db.start', weight: 7 },
    ]
    const graph = Graph.of(
      [a, b, c] as ComparedRun[],
      [
        [a, b],
        [a, c],
      ] as [ComparedRun, ComparedRun][],
    )
    // a takes 7.5 of the 10 seconds; c follows it at once.
    expect(compareOrder(ASSEMBLY, graph).seconds.graph).toBe(11.5)
  })

  it('the OpenStack assembly agrees with the dependencies published beside the traces', () => {
    const file = path.join(root, 'examples/madeus/openstack.yml')
    const assembly = readAssembly(readFileSync(file, 'utf8'), file)
    const runs = new Map(
      assembly.components.flatMap(({ id, type }) =>
        type.transitions.map((transition): [string, ComparedRun] => {
          const name = `${id}.${transition.id}`
          return [name, { id: name, covers: name }]
        }),
      ),
    )
    const edges = Object.entries(PUBLISHED).flatMap(([after, befores]) => befores.map(before => [before, after]))
    const graph = Graph.of(
      runs.values(),
      edges.map(names => names.map(name => runs.get(name)) as [ComparedRun, ComparedRun]),
    )
    const found = compareOrder(assembly, graph)
    expect([found.missing, found.partial, found.extra, found.unmapped, found.uncovered]).toEqual([[], [], [], [], []])
    expect(found.seconds.graph).toBeCloseTo(found.seconds.assembly, 6)
    expect(edges).toHaveLength(36)
  })
})

/** Transition → direct predecessors. */
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  'facts.deploy': [],
  'common.ktb_deploy': ['facts.deploy'],
  'common.deploy': ['common.ktb_deploy'],
  'haproxy.deploy': ['facts.deploy'],
  'memcached.deploy': ['facts.deploy'],
  'rabbitmq.deploy': ['facts.deploy'],
  'openvswitch.deploy': ['facts.deploy'],
  'mariadb.config': [],
  'mariadb.pull': [],
  'mariadb.bootstrap': ['mariadb.config', 'mariadb.pull'],
  'mariadb.restart': ['mariadb.bootstrap', 'haproxy.deploy'],
  'mariadb.register': ['mariadb.restart', 'common.ktb_deploy'],
  'mariadb.check': ['mariadb.register'],
  'keystone.pull': [],
  'keystone.deploy': ['keystone.pull', 'mariadb.check'],
  'glance.pull': [],
  'glance.config': ['mariadb.check'],
  'glance.register': ['keystone.deploy'],
  'glance.deploy': ['glance.pull', 'glance.config', 'glance.register'],
  'neutron.pull': [],
  'neutron.config': ['mariadb.check'],
  'neutron.register': ['keystone.deploy'],
  'neutron.deploy': ['neutron.pull', 'neutron.config', 'neutron.register'],
  'nova.pull': [],
  'nova.config': [],
  'nova.create_db': ['mariadb.check'],
  'nova.upgrade_db': ['nova.pull', 'nova.config', 'nova.create_db'],
  'nova.upgrade_api_db': ['nova.pull', 'nova.config', 'nova.create_db'],
  'nova.restart': ['nova.upgrade_db', 'nova.upgrade_api_db'],
  'nova.cell_setup': ['nova.restart'],
  'nova.register': ['keystone.deploy'],
}

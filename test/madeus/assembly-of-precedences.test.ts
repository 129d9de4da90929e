import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { descendants, Graph } from '../../src/graph/index.js'
import {
  assemblyOfPrecedences,
  checkAssembly,
  dependencyGraph,
  type OrderedTransition,
  readAssembly,
  writeAssembly,
} from '../../src/madeus/index.js'

const runs = Array.from({ length: 12 }, (_, at): OrderedTransition => ({ component: `c${at % 3}`, id: `t${at}` }))
const orders = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })), { maxLength: 30 }).map(pairs =>
  Graph.of(
    runs,
    pairs.filter(([a, b]) => a < b).map(([a, b]) => [runs[a], runs[b]] as [OrderedTransition, OrderedTransition]),
  ),
)

const order = (...edges: string[]) => {
  const byName = new Map<string, OrderedTransition>()
  const run = (name: string) => {
    const [component = '', id = ''] = name.split('.')
    const known = byName.get(name) ?? { component, id }
    byName.set(name, known)
    return known
  }
  return Graph.of(
    [],
    edges.map(edge => edge.split(' → ').map(run) as [OrderedTransition, OrderedTransition]),
  )
}

describe('assemblies from orders', () => {
  it('have exactly the order they were made from', () => {
    fc.assert(
      fc.property(orders, graph => {
        const assembly = assemblyOfPrecedences(graph, { name: 'x' })
        expect(checkAssembly(assembly)).toEqual([])
        const dependencies = dependencyGraph(assembly)
        for (const run of runs) {
          const wanted = [...descendants(graph, [run])].map(({ component, id }) => `${component}.${id}`)
          const got = [...descendants(dependencies.graph, [dependencies.transition(run.component, run.id)])]
            .filter(({ kind }) => kind === 'transition')
            .map(({ name }) => name)
          expect(got.sort()).toEqual(wanted.sort())
        }
        const text = writeAssembly(assembly)
        expect(readAssembly(text, 'x')).toEqual(assembly)
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  it('fork and join in places, and meet other components in ports', () => {
    const graph = order(
      'db.pull → db.start',
      'db.conf → db.start',
      'web.pull → web.start',
      'web.start → web.check',
      'db.start → web.check',
      'db.pull → web.check',
    )
    expect(
      writeAssembly(assemblyOfPrecedences(graph, { name: 'two', portType: () => 'service' })),
    ).toMatchInlineSnapshot(`
      "assembly: two
      components:
        db:
          places: [start, pull-done, start-done]
          provides: {start-done: {type: service, while: start-done}}
          transitions:
            pull: {from: start, to: pull-done}
            start: {from: pull-done, to: start-done}
            conf: {from: start, to: pull-done}
        web:
          places: [start, pull-done, start-done, done]
          uses: {db start-done: service}
          transitions:
            pull: {from: start, to: pull-done}
            start: {from: pull-done, to: start-done}
            check: {from: start-done, to: done, uses: [db start-done]}
      links:
        web.db start-done: db.start-done
      "
    `)
  })
})

// The executor against the rules as they are written.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ActionFailure,
  type Assembly,
  type Configuration,
  configurationOf,
  Executor,
  initialConfiguration,
  LivePlace,
  LiveTransition,
  loadAssembly,
  type RuleInstance,
  Rules,
  type Step,
  type Task,
  type World,
} from '../../src/madeus/index.js'
import { assemblies } from './random-assemblies.js'

const SEED = 20260101
const RUNS = 400

const give: World['give'] = (_component, { gives }) => gives

/** Ends running actions one after another in an order that the numbers choose. */
async function execute(assembly: Assembly, choices: readonly number[], fails: (name: string) => boolean = () => false) {
  const steps: RuleInstance[] = []
  const pending: (() => void)[] = []
  let asked = 0
  const executor = new Executor<Task>({
    mode: assembly.mode,
    onStep: step => steps.push(instanceOf(step)),
    start: ({ component, id, subject }) =>
      new Promise(resolve => {
        const values = new Map(Object.entries(subject.transition.gives ?? {}))
        pending.push(() => resolve(fails(`${component.id}.${id}`) ? new ActionFailure('told to') : values))
      }),
  })
  loadAssembly(assembly, executor)
  executor.seal()
  let isOver = false
  const finished = executor.finished.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await new Promise(setImmediate)
    const next = pending.splice((choices[asked++ % choices.length] ?? 0) % Math.max(1, pending.length), 1)[0]
    next?.()
  }
  return { outcome: await finished, configuration: configurationOf(executor.components.values()), steps }
}

function instanceOf({ rule, element }: Step<Task>): RuleInstance {
  const component = element.component.id
  if (element instanceof LiveTransition) return { rule, component, transition: element.id } as RuleInstance
  if (element instanceof LivePlace) return { rule, component, place: element.id } as RuleInstance
  return { rule, component, port: element.id } as RuleInstance
}

/** Applies rule instances in an order that the numbers choose, until none is left. */
function interpret(rules: Rules, choices: readonly number[]): Configuration {
  let at = initialConfiguration(rules.assembly)
  for (let step = 0; ; step++) {
    const instances = rules.instances(at)
    if (instances.length === 0) return at
    at = rules.apply(at, instances[(choices[step % choices.length] as number) % instances.length] as RuleInstance)
  }
}

function comparable(configuration: Configuration) {
  const sorted = (set: ReadonlySet<string>) => [...set].sort()
  const { places, outputDocks, running, inputDocks, enabled, reached, failed, cancelled, values } = configuration
  return {
    places: sorted(places),
    outputDocks: sorted(outputDocks),
    running: sorted(running),
    inputDocks: sorted(inputDocks),
    enabled: sorted(enabled),
    reached: sorted(reached),
    failed: sorted(failed),
    cancelled: sorted(cancelled),
    // Which of two writers comes last is left to chance; that there is a value is not.
    values: sorted(new Set(values.keys())),
  }
}

const choiceLists = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 40 })

describe('executor and rules', () => {
  it('monotone: any order of the rules and any order of ends lead to one final configuration', async () => {
    const property = fc.asyncProperty(
      assemblies({ isAcyclic: false, mode: 'monotone' }),
      choiceLists,
      choiceLists,
      async (assembly, first, second) => {
        const rules = new Rules(assembly, { give })
        const expected = comparable(interpret(rules, first))
        expect(comparable(interpret(rules, second))).toEqual(expected)
        expect(comparable((await execute(assembly, first)).configuration)).toEqual(expected)
        expect(comparable((await execute(assembly, second)).configuration)).toEqual(expected)
      },
    )
    await fc.assert(property, { seed: SEED, numRuns: RUNS })
  })

  it('groups that are never left: the same', async () => {
    const property = fc.asyncProperty(
      assemblies({ isAcyclic: false, mode: 'groups', hasUpwardGroups: true }),
      choiceLists,
      async (assembly, choices) => {
        const expected = comparable(interpret(new Rules(assembly, { give }), choices))
        expect(comparable((await execute(assembly, choices)).configuration)).toEqual(expected)
      },
    )
    await fc.assert(property, { seed: SEED, numRuns: RUNS })
  })

  for (const mode of ['monotone', 'groups'] as const) {
    it(`${mode}: each step of the executor is one that the rules allow, and it stops only where they end`, async () => {
      const property = fc.asyncProperty(
        assemblies({ isAcyclic: false, mode }),
        choiceLists,
        fc.nat({ max: 6 }),
        async (assembly, choices, failing) => {
          const fails = (name: string) => failing > 0 && name.length % 7 === failing && name.endsWith(`t${failing}`)
          const rules = new Rules(assembly, { give, fails: (component, { id }) => fails(`${component}.${id}`) })
          const { steps, configuration } = await execute(assembly, choices, fails)
          let at = initialConfiguration(assembly)
          for (const step of steps) {
            if (!rules.allows(at, step)) {
              expect.fail(`${JSON.stringify(step)} is not among ${JSON.stringify(rules.instances(at))}`)
            }
            at = rules.apply(at, step)
          }
          expect(rules.instances(at)).toEqual([])
          expect(comparable(configuration)).toEqual(comparable(at))
        },
      )
      await fc.assert(property, { seed: SEED, numRuns: RUNS })
    })
  }

  it('an assembly without circles whose ports are all linked succeeds', async () => {
    const property = fc.asyncProperty(
      assemblies({ isAcyclic: true, mode: 'monotone' }),
      choiceLists,
      async (assembly, choices) => {
        const { outcome } = await execute(assembly, choices)
        expect(outcome.kind).toBe('success')
      },
    )
    await fc.assert(property, { seed: SEED, numRuns: RUNS })
  })
})

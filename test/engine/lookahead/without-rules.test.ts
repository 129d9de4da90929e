// The random playbooks can fail: with a rule left out that keeps tasks in order, they do.
import { afterAll, describe, expect, it } from 'vitest'
import { differences, OrderBench, type OrderRule } from './play-orders.js'
import { randomPlaybook } from './random-playbooks.js'

const bench = new OrderBench(undefined)
afterAll(() => bench.close())

/** Rules, and the seed of a playbook that needs them. */
const NEEDED: readonly (readonly [OrderRule, number])[] = [
  ['variables', 2],
  ['WAR', 12],
  ['WAW', 12],
]
/** Pauses that are tried: whether tasks get in one another's way is a matter of when they begin. */
const TRIES = 12

describe('random playbooks come out differently', () => {
  for (const [rule, seed] of NEEDED)
    it(`without ${rule}`, { timeout: 240_000 }, async () => {
      const playbook = randomPlaybook(seed)
      const linear = await bench.play(playbook, { kind: 'linear' })
      let found: string[] = []
      for (let pauses = 0; pauses < TRIES && found.length === 0; pauses++)
        found = differences(
          linear,
          await bench.play(playbook, { kind: 'inferred', seed: seed + pauses, without: new Set([rule]) }),
        )
      expect(found).not.toEqual([])
    })
})

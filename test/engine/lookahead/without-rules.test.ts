// The random playbooks can fail: with any one rule left out that keeps tasks in order, they do. With all rules they do
// not. `npx vitest run test/engine/lookahead/without-rules.test.ts` shows both.
import { afterAll, describe, expect, it } from 'vitest'
import { differences, OrderBench, type OrderRule } from './play-orders.js'
import { randomPlaybook } from './random-playbooks.js'

const bench = new OrderBench(undefined)
afterAll(() => bench.close())

/** Every rule, and seeds of playbooks that need it. */
const NEEDED: Readonly<Record<OrderRule, { readonly seeds: readonly number[]; readonly isRich: boolean }>> = {
  RAW: { seeds: [1, 2], isRich: true },
  WAR: { seeds: [61, 76], isRich: false },
  WAW: { seeds: [31, 43], isRich: true },
  guard: { seeds: [8, 2], isRich: true },
  ensure: { seeds: [31], isRich: true },
  provide: { seeds: [1, 5], isRich: true },
  tree: { seeds: [20, 15], isRich: true },
  variables: { seeds: [1, 2], isRich: true },
  claims: { seeds: [3, 9], isRich: true },
}
/** Pauses that are tried: whether tasks get in one another's way is a matter of when they begin. */
const TRIES = 12

describe('random playbooks', () => {
  for (const [rule, { seeds, isRich }] of Object.entries(NEEDED))
    it(`need the rule ${rule}`, { timeout: 240_000 }, async () => {
      let found: string[] = []
      for (const seed of seeds) {
        const playbook = randomPlaybook(seed, { isRich })
        const linear = await bench.play(playbook, { kind: 'linear' })
        const play = (pauses: number, without: readonly string[]) =>
          bench.play(playbook, { kind: 'inferred', seed: seed + pauses, without: new Set(without as OrderRule[]) })
        for (let pauses = 0; pauses < TRIES && found.length === 0; pauses++) {
          expect(differences(linear, await play(pauses, [])), `seed ${seed}, pauses ${pauses}`).toEqual([])
          found = differences(linear, await play(pauses, [rule]))
        }
      }
      expect(found).not.toEqual([])
    })
})

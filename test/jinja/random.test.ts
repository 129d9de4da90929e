// Random templates give what the installed Ansible gives. The seed is in the test's name; MADANSIBLE_TEST_SEED gives
// another one, MADANSIBLE_TEST_CASES more cases.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { randomCase } from './random-templates.js'
import { disagreements } from './support.js'

const seed = Number(process.env.MADANSIBLE_TEST_SEED ?? 20240517)
const count = Number(process.env.MADANSIBLE_TEST_CASES ?? 400)

it(`random templates (seed ${seed})`, { timeout: 600_000 }, () => {
  const cases = fc.sample(randomCase, { seed, numRuns: count })
  expect({ seed, found: disagreements(cases).slice(0, 10) }).toEqual({ seed, found: [] })
})

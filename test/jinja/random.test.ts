// Random templates give what the installed Ansible gives. MADANSIBLE_TEST_SEED gives another seed than the usual one,
// MADANSIBLE_TEST_CASES more cases. Both are printed, with what was found.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VARIABLES } from './random-expressions.js'
import { randomCase } from './random-templates.js'
import { type Disagreement, disagreements, isUndecided } from './support.js'

const seed = Number(process.env.MADANSIBLE_TEST_SEED ?? 20240517)
const count = Number(process.env.MADANSIBLE_TEST_CASES ?? 400)
/** Cases that one Python process answers. */
const BATCH = 500

it(`random templates (${count} from seed ${seed})`, { timeout: 300_000 + count * 100 }, () => {
  const cases = fc.sample(randomCase, { seed, numRuns: count })
  const different: Disagreement[] = []
  const undecided: Disagreement[] = []
  for (let start = 0; start < count; start += BATCH)
    for (const each of disagreements(cases.slice(start, start + BATCH)))
      (isUndecided({ ...each, vars: VARIABLES }) ? undecided : different).push(each)
  console.log(
    `seed ${seed}: ${cases.length} cases, ${different.length} different` +
      `, ${undecided.length} in which Ansible contradicts itself`,
  )
  for (const { mode, template } of undecided) console.log(`  undecided: ${mode} ${template}`)
  expect(different.slice(0, 20)).toEqual([])
})

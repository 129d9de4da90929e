import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unifiedDiff } from '../../src/python/difflib.js'
import { wrap } from '../../src/python/textwrap.js'

const SCRIPT = `
import difflib, json, sys, textwrap
out = []
for case in json.load(sys.stdin):
    if case['kind'] == 'wrap':
        out.append(textwrap.wrap(case['text'], case['width'], drop_whitespace=case['drop']))
    else:
        out.append(list(difflib.unified_diff(case['before'], case['after'], fromfile='a', tofile='b', n=case['context'])))
json.dump(out, sys.stdout)
`
function python(cases: readonly unknown[]): unknown[] {
  const run = spawnSync('/usr/bin/python3', ['-c', SCRIPT], { input: JSON.stringify(cases), encoding: 'utf8' })
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout)
}

const word = fc.stringMatching(/^[a-zé_0-9"'.,!?-]{1,14}$/)
const text = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '  ', '\n', '\t', '-', ' -- ', '--')), { maxLength: 30 })
  .map(parts => parts.map(([part, gap]) => part + gap).join(''))
const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd'), { maxLength: 40 })
const long = fc.array(fc.constantFrom('a\n', 'b\n', ...Array.from({ length: 60 }, (_, n) => `${n}\n`)), {
  minLength: 200,
  maxLength: 260,
})

describe('folded text and diffs', () => {
  it('are those of Python for random input', () => {
    const cases = [
      ...fc.sample(
        fc.record({ kind: fc.constant('wrap'), text, width: fc.integer({ min: 1, max: 60 }), drop: fc.boolean() }),
        {
          numRuns: 400,
          seed: 20240607,
        },
      ),
      ...fc.sample(
        fc.record({ kind: fc.constant('diff'), before: lines, after: lines, context: fc.integer({ min: 0, max: 4 }) }),
        { numRuns: 400, seed: 20240608 },
      ),
      ...fc.sample(fc.record({ kind: fc.constant('diff'), before: long, after: long, context: fc.constant(3) }), {
        numRuns: 20,
        seed: 20240609,
      }),
    ]
    const expected = python(cases)
    const actual = cases.map(each =>
      'text' in each
        ? wrap(each.text, each.width, { dropWhitespace: each.drop })
        : unifiedDiff(each.before, each.after, { before: 'a', after: 'b' }, each.context),
    )
    for (const [index, each] of cases.entries()) expect(actual[index], JSON.stringify(each)).toEqual(expected[index])
  })
})

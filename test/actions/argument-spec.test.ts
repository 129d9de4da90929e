// Argument specifications are judged as ansible-core judges them: same errors, same order, same converted values.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { validateArguments } from '../../src/actions/argument-spec/validator.js'
import { fromJs, PyError, toJs } from '../../src/python/index.js'
import type { Dict, Value } from '../../src/python/values.js'
import { askPython } from '../modules/support.js'

interface Case {
  readonly spec: Record<string, unknown>
  readonly parameters: Record<string, unknown>
  readonly rules?: Record<string, unknown>
}

const every = (type: string, values: readonly unknown[]): Case[] =>
  values.map(value => ({ spec: { value: { type } }, parameters: { value } }))
const odd = ['text', '', '12', ' 7 ', '1.5', 'yes', 'No', 'maybe', 0, 1, 2, 3, true, false, null, ['a', 1], { a: 1 }]

const cases: Case[] = [
  ...['str', 'int', 'float', 'bool', 'list', 'dict', 'raw', 'jsonarg', 'bytes', 'bits'].flatMap(type =>
    every(type, odd),
  ),
  ...every('dict', ['{"a": 1}', "{'a': (1, 2)}", '{broken', 'a=1, b="x y" c=\\ z', 'a=1 b', 'plain']),
  ...every('bytes', ['1K', '2.5MB', '10 b', '1Kb', '1X', 'K', '3 gigabyte', '1kilobit', 7]),
  ...every('bits', ['1Kb', '1KB', '2m', '5bit']),
  ...every('nonsense', ['a']),
  { spec: { a: { required: true }, b: { required: true }, c: {} }, parameters: { c: 1 } },
  { spec: { a: { default: 5, type: 'int' }, b: {}, c: { default: false } }, parameters: {} },
  { spec: { a: { required: true, default: 1 } }, parameters: {} },
  { spec: { a: { aliases: ['x', 'y'] } }, parameters: { y: 'value' } },
  { spec: { a: { aliases: 'x' } }, parameters: { y: 'value' } },
  { spec: { a: { aliases: ['x'] }, b: {} }, parameters: { z: 1, q: 2 } },
  { spec: { a: { choices: ['one', 'two'] } }, parameters: { a: 'three' } },
  { spec: { a: { choices: ['yes', 'no'] } }, parameters: { a: true } },
  { spec: { a: { choices: [1, 2], type: 'int' } }, parameters: { a: '2' } },
  { spec: { a: { choices: ['x', 'y'], type: 'list' } }, parameters: { a: ['x', 'z', 'w'] } },
  { spec: { a: { choices: 'xyz' } }, parameters: { a: 'x' } },
  { spec: { a: { type: 'list', elements: 'int' } }, parameters: { a: ['1', 'b', 3, {}] } },
  { spec: { a: { type: 'list', elements: 'str' } }, parameters: { a: 'x,y' } },
  { spec: { a: { type: 'str', elements: 'str' } }, parameters: { a: 'xy' } },
  {
    spec: { a: {}, b: {}, c: {} },
    parameters: { a: 1, b: 2 },
    rules: {
      mutually_exclusive: [
        ['a', 'b'],
        ['a', 'c'],
      ],
    },
  },
  { spec: { a: {}, b: {} }, parameters: { a: 1 }, rules: { required_together: [['a', 'b']] } },
  { spec: { a: {}, b: {} }, parameters: {}, rules: { required_one_of: [['a', 'b']] } },
  { spec: { a: {}, b: {}, c: {} }, parameters: { a: 'x' }, rules: { required_if: [['a', 'x', ['b', 'c']]] } },
  { spec: { a: {}, b: {}, c: {} }, parameters: { a: 'x' }, rules: { required_if: [['a', 'x', ['b', 'c'], true]] } },
  { spec: { a: {}, b: {}, c: {} }, parameters: { a: 'x' }, rules: { required_by: { a: ['b', 'c'] } } },
  {
    spec: {
      top: {
        type: 'dict',
        mutually_exclusive: [['a', 'b']],
        required_together: [['a', 'c']],
        required_by: { b: 'c' },
        options: { a: { type: 'int' }, b: {}, c: { choices: ['k'] }, d: { required: true }, e: { default: 'E' } },
      },
    },
    parameters: { top: { a: 'no number', b: 1, unknown: 2 } },
  },
  {
    spec: {
      items: {
        type: 'list',
        elements: 'dict',
        options: { name: { required: true }, sub: { type: 'dict', options: { n: { type: 'int', aliases: ['m'] } } } },
      },
    },
    parameters: { items: [{ name: 'ok', sub: { m: '4' } }, { sub: { n: 'x' } }, 'name=k', 5] },
  },
  { spec: { a: { type: 'dict', apply_defaults: true, options: { b: { default: 1 } } } }, parameters: {} },
  { spec: { a: { type: 'dict', options: { b: {} } } }, parameters: { a: 'text' } },
]

const RULES: Record<string, string> = {
  mutually_exclusive: 'mutuallyExclusive',
  required_together: 'requiredTogether',
  required_one_of: 'requiredOneOf',
  required_if: 'requiredIf',
  required_by: 'requiredBy',
}

function judge({ spec, parameters, rules = {} }: Case): unknown {
  const ours = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [RULES[name], fromJs(rule) as Value]))
  try {
    const validation = validateArguments(fromJs(spec) as Dict, fromJs(parameters) as Dict, ours)
    return { errors: validation.errors.map(error => error.message), parameters: toJs(validation.parameters) }
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    return { raises: error.message }
  }
}

test('argument specifications are judged as ansible-core judges them', () => {
  const expected = askPython(join(import.meta.dirname, 'argument-spec-oracle.py'), cases) as unknown[]
  // Python lists a set there, in another order each time.
  const settled = (answer: unknown) => JSON.parse(JSON.stringify(answer).replace(/Valid booleans include: [^"]*/g, '…'))
  const shown = (answers: readonly unknown[]) =>
    cases.map((given, index) => ({ given, answer: settled(answers[index]) }))
  expect(shown(cases.map(judge))).toEqual(shown(expected))
}, 30_000)

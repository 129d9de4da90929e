// None is a value like any other: nothing takes it for a missing one. Held against the installed Ansible.
import { expect, it } from 'vitest'
import { VARIABLES } from './random-expressions.js'
import { disagreements, type OracleCase } from './support.js'

const EXPRESSIONS = [
  "{'x': none}.get('x', 'd')",
  "nested.get('n', 'd')",
  "nested.get('nope', 'd')",
  'namespace(q=none).q is none',
  "namespace(q=none) | attr('q')",
  '[1, none] | last',
  '[none, 1] | first',
  "{'a': none}.values() | last",
  '{none: 1}.keys() | list | last',
  'joiner(none)()',
  'l | product(repeat=none)',
  '[none] | random(seed=1)',
  "users | groupby('o.nope', default=none)",
  "[{'a': none}, {'a': none}] | groupby('a') | map('first')",
  "[{'a': none}] | map(attribute='a') | first",
  "{'failed': none} is failed",
  "{'a': none}.pop('a', 1)",
  "{'a': none}.setdefault('a', 1)",
  "{'a': none} | combine({'b': none})",
  '0 | extract([none])',
  "0 | extract([none], 'x')",
  '[none] | unique',
  "[none, none] | join('-')",
  "none | default('d')",
  "none | default('d', true)",
  "nested.n | default('d')",
  "'null' | from_json",
  "'~' | from_yaml",
]
const TEXTS = [
  "{% for x in [none, 1, none] %}{{ loop.previtem | default('P') }},{{ loop.nextitem | default('N') }};{% endfor %}",
  '{% macro m(a, b=none) %}{{ a }}{{ b }}{{ b is none }}{% endmacro %}{{ m(none) }}{{ m(1, none) }}',
  '{% set ns = namespace(x=none) %}{{ ns.x is none }}{% set ns.x = none %}{{ ns.x }}',
  "{% for k, v in {'a': none}.items() %}{{ k }}={{ v }}{% endfor %}",
  '{% set x = none %}{{ x is none }}{% if x is defined %}D{% endif %}',
]

it('in filters, methods and objects', () => {
  const cases = EXPRESSIONS.map((text): OracleCase => ({ mode: 'expr', template: `{{ ${text} }}`, vars: VARIABLES }))
  expect(disagreements(cases, { messages: true })).toEqual([])
})

it('in loops, macros and namespaces', () => {
  const cases = TEXTS.map((text): OracleCase => ({ mode: 'text', template: text, vars: VARIABLES }))
  expect(disagreements(cases)).toEqual([])
})

// to_yaml and to_nice_yaml write, byte for byte, what PyYAML with libyaml writes: random values, every option.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disagreements, type OracleCase } from '../support.js'

// Texts that look like something else, need quotes, fold, or hold characters that YAML cannot show.
const TRICKY = [
  'yes',
  'No',
  'null',
  '~',
  '1',
  '1.5',
  '0x1F',
  '1e3',
  '2001-01-01',
  '12:30:45',
  '0777',
  '1_000',
  '.inf',
  '<<',
  '=',
  '',
  '- x',
  '# c',
  'a: b',
  'a:b',
  '{x',
  '[y]',
  'é',
  '日本',
  '😀',
  '\t',
  'line1\nline2',
  'line1\n',
  '\nx',
  'x\n\n',
  ' lead',
  'trail ',
  'a  b',
  '"q"',
  "it's",
  '%d',
  '@x',
  '!tag',
  '&a',
  '*b',
  '|',
  '? x',
  '-',
  '---',
  '...',
  'C:\\x',
  '\u2028',
  '\u0085',
  '\ufeff',
  'a\r\nb',
  '\u0007',
  'x #y',
  'x:',
  ',x',
  'a\n b',
  'a \nb',
  'word '.repeat(30),
  'x'.repeat(130),
  "it's ".repeat(40),
  'é '.repeat(60),
]

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TRICKY) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...' ab:#\n-\'"é,[]{}\\\t'), maxLength: 40 }) },
)
const scalar = fc.oneof(text, text, fc.integer(), fc.constantFrom<unknown>(null, true, false, 0.5, -1e-7, 123456.789))
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}))

const option = fc.constantFrom(
  'indent=1',
  'indent=2',
  'indent=8',
  'indent=12',
  'width=0',
  'width=20',
  'width=1000',
  'width=-1',
  'default_style="|"',
  "default_style='>'",
  'default_style="\'"',
  'canonical=true',
  'explicit_start=true',
  'explicit_end=true',
  'sort_keys=false',
  "line_break='\\r\\n'",
  'version=(1, 1)',
)
const filter = fc.oneof(
  fc.constantFrom('to_yaml', 'to_nice_yaml', 'to_yaml(default_flow_style=true)', 'to_yaml(default_flow_style=false)'),
  option.map(one => `to_yaml(${one})`),
  option.filter(one => !one.startsWith('indent')).map(one => `to_nice_yaml(${one})`),
)

describe('YAML text is what PyYAML writes', () => {
  it('for random values and options', () => {
    const samples = fc.sample(fc.tuple(value, filter), { numRuns: 700, seed: 20240229 })
    const cases = samples.map(
      ([v, name]): OracleCase => ({
        mode: 'text',
        template: `{{ v | ${name} }}|`,
        vars: { v: hideTemplates(v) },
      }),
    )
    expect(disagreements(cases)).toEqual([])
  })

  it('with anchors for what occurs twice', () => {
    const vars = {
      users: [
        { n: 'a', keys: ['k', 'l'] },
        { n: 'b', keys: ['m'] },
      ],
      shared: { list: [1], deep: {} },
    }
    const templates = [
      "{{ users | subelements('keys') | to_nice_yaml }}",
      '{{ [users, users] | to_yaml }}',
      '{{ {"a": shared, "b": shared.list, "c": shared.deep} | to_nice_yaml }}',
      '{{ users | product(users) | to_yaml }}',
      '{{ [[], []] | to_yaml }}',
    ]
    expect(disagreements(templates.map(template => ({ mode: 'text', template, vars })))).toEqual([])
  })

  it('for other types', () => {
    const templates = [
      '{{ (1, "a") | to_yaml }}',
      '{{ unsafe | to_nice_yaml }}',
      "{{ '2001-02-03 04:05:06' | to_datetime | to_yaml }}",
      "{{ 'd: 2001-01-01' | from_yaml | to_yaml }}",
      "{{ '!!binary aGk=' | from_yaml | to_yaml }}",
      "{{ 'abc' | intersect('b') | to_yaml }}",
      '{{ range(3) | to_yaml }}',
      '{{ missing | to_yaml }}',
      '{{ [missing] | to_nice_yaml }}',
      '{{ {1: 2, "a": 3, none: 4} | to_yaml }}',
      '{{ unsafe | safe | to_yaml }}',
      '{{ 1 | to_yaml(nokw=1) }}',
      '{{ 1 | to_nice_yaml(default_flow_style=true) }}',
    ]
    const vars = { unsafe: { __ansible_unsafe: '{{ x }}: y' } }
    expect(disagreements(templates.map(template => ({ mode: 'expr', template, vars })))).toEqual([])
  })
})

/** Texts that would be templates of their own are cut short. */
function hideTemplates(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/\{(?=[{%#])/g, '('))
}

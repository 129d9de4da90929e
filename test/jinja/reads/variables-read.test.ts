import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DictScope,
  type ReadsOptions,
  Templar,
  TemplateEnvironment,
  type VariableReads,
  variablesRead,
} from '../../../src/jinja/index.js'
import { fromJs, UnsafeText, type Value } from '../../../src/python/index.js'
import { VARIABLES } from '../random-expressions.js'
import { randomCase } from '../random-templates.js'
import { valuesOf } from '../support.js'

const names = (value: Value, mode: ReadsOptions['mode'] = 'text'): string[] =>
  [...variablesRead(value, { mode }).names].sort()

const hosts = (text: string): string[] => variablesRead(text).hostvars.map(shown).sort()
const shown = ({ host, name }: VariableReads['hostvars'][number]): string =>
  `${host.kind === 'named' ? host.name : host.kind}: ${name ?? 'all'}`

describe('the variables that a template may read', () => {
  it.each([
    ['no template', []],
    ['{{ a }} {{ b.c[d] }} {{ e | default(f) }}', ['a', 'b', 'd', 'e', 'f']],
    ['{{ a if b else c }}', ['a', 'b', 'c']],
    ['{% for x in a %}{{ x }}{{ loop.index }}{{ b }}{% endfor %}{{ x }}', ['a', 'b', 'x']],
    ['{% for k, v in a.items() if k in b %}{{ v }}{% else %}{{ c }}{% endfor %}', ['a', 'b', 'c']],
    ['{% set x = a %}{{ x }}', ['a']],
    ['{% if a %}{% set x = 1 %}{% endif %}{{ x }}', ['a', 'x']],
    ['{{ x }}{% set x = 1 %}', ['x']],
    ['{% macro m(p, q=a) %}{{ p }}{{ q }}{{ b }}{{ varargs }}{% endmacro %}{{ m(c) }}', ['a', 'b', 'c']],
    ['{% call(x) f() %}{{ x }}{{ a }}{% endcall %}', ['a', 'f']],
    ['{% with x = a %}{{ x }}{{ b }}{% endwith %}', ['a', 'b']],
    ['{% import "m.j2" as m %}{% from "n.j2" import y as z %}{{ m.x(a) }}{{ z }}', ['a']],
    ['{% set ns = namespace(x=a) %}{% set ns.x = b %}{{ ns.x }}', ['a', 'b', 'namespace']],
    ['{% block x scoped %}{{ a }}{{ super() }}{% endblock %}', ['a']],
    ['{% filter replace(a, "x") %}{{ b }}{% endfilter %}', ['a', 'b']],
    ['{% raw %}{{ a }}{% endraw %}{# {{ b }} #}{{ c }}', ['c']],
    ["{{ 'a {{ b }}' }}", []],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected)
    expect(variablesRead(text).isAny).toBe(false)
  })

  it('counts every text of a list or mapping, values only', () => {
    const value = fromJs({ '{{ key }}': ['{{ a }}', { x: '{{ b }}', y: 1 }], z: 'plain' })
    expect(names(value)).toEqual(['a', 'b'])
  })

  it('leaves unsafe text alone', () => {
    expect(names(new UnsafeText('{{ a }}'))).toEqual([])
  })

  it('takes conditions and expressions without braces', () => {
    expect(names('a is defined and b.c | length > 1', 'condition')).toEqual(['a', 'b'])
    expect(names('a | default(b)', 'expression')).toEqual(['a', 'b'])
    expect(names(fromJs(['a', 'not b']), 'condition')).toEqual(['a', 'b'])
  })

  it('cannot tell what a condition reads whose text a template makes', () => {
    expect(variablesRead("{{ a }} == 'b'", { mode: 'condition' })).toMatchObject({
      names: new Set(['a']),
      isAny: true,
    })
  })

  it('follows the delimiters of a header', () => {
    const text = "#jinja2: variable_start_string: '[%', variable_end_string: '%]'\n[% a %] {{ b }}"
    expect(names(text, 'file')).toEqual(['a'])
  })

  it('reads nothing in a text that cannot be rendered', () => {
    expect(names('{{ a + }}')).toEqual([])
  })
})

describe('variables by way of vars and lookups', () => {
  it.each([
    ["{{ vars['a'] }} {{ vars.b }} {{ vars.get('c', d) }} {{ 'e' in vars }}", ['a', 'b', 'c', 'd']],
    ["{{ lookup('vars', 'a', 'b') }} {{ q('ansible.builtin.vars', 'c', default=d) }}", ['a', 'b', 'c', 'd']],
  ])('by a literal name: %s', (text, expected) => {
    const reads = variablesRead(text)
    expect([...reads.names].filter(name => name.length === 1)).toEqual(expect.arrayContaining(expected))
    expect(reads.isAny).toBe(false)
  })

  it.each([
    '{{ vars[a] }}',
    "{{ vars['x_' ~ a] }}",
    '{{ vars }}',
    '{{ vars.items() }}',
    '{% set v = vars %}{{ v.x }}',
    "{{ lookup('vars', a) }}",
    "{{ lookup('vars', *a) }}",
    "{{ lookup('varnames', '^a') }}",
    '{{ lookup(a, 1) }}',
    '{{ [1] | map(a) }}',
    '{% include a %}',
    "{% include 'a' ~ b %}",
    "{{ lookup('template', a) }}",
  ])('by a name that is computed: %s', text => {
    expect(variablesRead(text).isAny).toBe(true)
  })

  it('names templates that are used by a literal name', () => {
    const text = "{% extends 'a' %}{% include ['b', 'c'] %}{% import 'd' as d %}{{ lookup('template', 'e') }}"
    const reads = variablesRead(text)
    expect([...reads.templates].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(reads.isAny).toBe(false)
  })

  it('names the plugins that are called', () => {
    const reads = variablesRead("{{ a | my.own.filter | map('other') | select('even') is mine }}{{ q('x.y.z') }}")
    expect([...reads.filters].sort()).toEqual(['map', 'my.own.filter', 'other', 'select'])
    expect([...reads.tests].sort()).toEqual(['even', 'mine'])
    expect([...reads.lookups]).toEqual(['x.y.z'])
  })
})

describe('variables of hosts', () => {
  it.each([
    ["{{ hostvars['h'].a }} {{ hostvars.h['b'] }}", ['h: a', 'h: b']],
    ["{{ hostvars[inventory_hostname]['a'] }}", ['own: a']],
    ["{{ hostvars[x].get('a', b) }} {{ 'c' in hostvars[x] }}", ['any: a', 'any: c']],
    ["{{ hostvars[x]['a'][y].z }}", ['any: a']],
    ["{{ hostvars[x]['a' ~ y] }}", ['any: all']],
    ["{{ hostvars['h'] | to_json }} {{ hostvars['i'].items() }}", ['h: all', 'i: all']],
    ['{% set hv = hostvars[x] %}{{ hv.a }}', ['any: all']],
    ['{{ hostvars }}', ['any: all']],
    ["{{ groups['g'] | map('extract', hostvars, ['a', 'b']) | list }}", ['any: a']],
    ["{{ 'h' | extract(hostvars, 'a') }} {{ x | extract(hostvars) }}", ['any: all', 'h: a']],
    ['{{ x in hostvars }} {{ hostvars[x] is defined }} {{ hostvars[x].a is defined }}', ['any: a']],
    ['{% set hostvars = {} %}{{ hostvars.a }}', []],
  ])('%s', (text, expected) => {
    expect(hosts(text)).toEqual(expected)
  })

  it('reads the names inside the brackets, too', () => {
    expect(names("{{ hostvars[groups['g'][i]]['a' ~ b] }}")).toEqual(['b', 'groups', 'i'])
  })
})

/** What a text reads, and what the variables read that it reads. */
function closure(text: string, mode: ReadsOptions['mode']): Set<string> {
  const { names: reached, isAny } = variablesRead(text, { mode })
  const all = new Set([...reached, ...(isAny ? Object.keys(VARIABLES) : [])])
  for (const name of all) for (const other of variablesRead(values.get(name) ?? null).names) all.add(other)
  return all
}

const values = valuesOf(VARIABLES)

it('lacks no variable that a rendering of random templates reads', () => {
  const environment = new TemplateEnvironment()
  for (const { mode, template } of fc.sample(randomCase, { seed: 20240517, numRuns: 600 })) {
    const templar = new Templar(environment, new DictScope(values))
    const { reads } = templar.recordReads(() => {
      try {
        return mode === 'cond' ? templar.evaluateConditional(template) : templar.template(template)
      } catch {
        return null
      }
    })
    const expected = closure(template, mode === 'cond' ? 'condition' : 'text')
    expect(
      [...reads.keys()].filter(name => name !== 'hostvars' && !expected.has(name)),
      template,
    ).toEqual([])
  }
})

// Filters and tests of Python, compared with the installed ansible-core that loads the same files.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dict, Mapping, UnsafeText, type Value } from '../../src/python/values.js'
import { casesOf, differences, type OpenHost, openHost, shownValue } from './support.js'

let open: OpenHost
beforeAll(() => {
  open = openHost()
})
afterAll(() => open.close())

const VARS = {
  a: 'b',
  b: '{{ a }}{{ a }}',
  list: [1, 'two', [3], { four: 4 }],
  unsafe: { __ansible_unsafe: '{{ a }}' },
  person: { name: 'Ann', age: 7, tags: ['x', 'y'], 'odd key': null },
  broken: '{{ nowhere.at.all }}',
}

describe('values', () => {
  const names =
    'tuple|set|bytes|float|big|nan|inf|date|moment|naive|span|keys|digits|bang|ordered|point|generator|items|range|' +
    'unsafe|unsafe list|none|native|text|surrogate|emoji|nested|empty'

  it('come from a filter as ansible-core gets them', () => {
    // The names are variables: Jinja2 computes filters of constants while it compiles, which shows in rare values.
    const cases = names
      .split('|')
      .flatMap(name => [
        ...casesOf('expr', ['{{ name | give }}', 'x{{ name | give }}'], { name }),
        ...casesOf('text', ['{{ name | give | string }} {{ name | give | type_debug }}'], { name }),
      ])
    expect(differences(open, cases)).toEqual([])
  })

  it('arrive in a filter with the types of ansible-core', () => {
    const templates = [
      '{{ list | kind }}',
      '{{ person | kind }}',
      '{{ [1, 1.0, true, none, 2 ** 70, "x" | safe, (1, 2), unsafe, nowhere] | kind }}',
      '{{ {1: 2, "a": 1.5, none: [true]} | kind }}',
      '{{ range(3) | kind }}',
      '{{ person.items() | list | kind }}',
      '{{ "1" | to_json | kind }}',
    ]
    expect(differences(open, casesOf('expr', templates, VARS))).toEqual([])
  })

  it('survive the way there and back', () => {
    const templates = names.split('|').map(name => `{{ '${name}' | give | echo | echo }}`)
    expect(differences(open, casesOf('expr', templates, VARS))).toEqual([])
  })

  it('keep unsafe text unsafe', () => {
    const templar = open.templar({ x: 1 })
    expect(templar.template('{{ "unsafe" | give }}')).toBeInstanceOf(UnsafeText)
    expect(shownValue(templar, '{{ "unsafe" | give }}')).toBe('{{ not_a_variable }}')
  })
})

describe('objects that only exist in Python', () => {
  it('are used as in ansible-core', () => {
    const templates = [
      '{{ "10.0.0.1" | address }}',
      '{{ ("10.0.0.1" | address).is_private }}',
      '{{ ("10.0.0.1" | address) + 5 }}',
      '{{ ("10.0.0.1" | address) < ("10.0.0.2" | address) }}',
      '{{ ("10.0.0.1" | address) == ("10.0.0.1" | address) }}',
      '{{ ["10.0.0.9" | address, "10.0.0.1" | address] | max | string }}',
      '{{ (3 | counter).up().up(by=2) }}',
      '{{ (3 | counter).value }} {{ (3 | counter)["k"] }} {{ 3 | counter | length }} {{ 3 | counter | list }}',
      '{{ 3 in (3 | counter) }} {{ 4 in (3 | counter) }}',
      '{% set c = 1 | counter %}{% for n in [1, 2] %}{{ c.up() }} {% endfor %}',
      '{{ (3 | counter).nothing is defined }}',
      '{{ (0 | counter) and 1 }}',
      '{{ ("point" | give).x }} {{ ("point" | give)[1] }} {{ ("ordered" | give).a }} {{ "ordered" | give | to_json }}',
    ]
    expect(differences(open, casesOf('text', templates))).toEqual([])
  })
})

describe('a filter with a context', () => {
  it('sees the variables of the template that calls', () => {
    const templates = [
      '{{ "b" | variable }}',
      '{{ "nope" | variable("given") }}',
      '{{ "nope" | resolved is defined }}',
      '{{ "a" | has }} {{ "nope" | has }}',
      '{{ "broken" | resolved }}',
      '{% set b = 5 %}{{ "b" | variable }}',
      '{% for a in [1, 2] %}{{ "a" | variable }}{% endfor %}',
      '{{ "x" | through("lower") }} {{ "X" | through("echo") }}',
      '{{ person | attribute("name") }}',
      '{{ "<" | escapes }}',
      '{% autoescape true %}{{ "<" | escapes }}{% endautoescape %}',
    ]
    expect(differences(open, casesOf('text', templates, VARS))).toEqual([])
  })

  it('lists names', () => {
    expect(shownValue(open.templar(VARS), '{{ "b" | names }}')).toEqual(['b', 'broken'])
  })

  it('reads the variables of other hosts, and what was computed from them is remembered only as long as they hold', () => {
    class OneHost extends Mapping {
      readonly typeName = 'HostVarsVars'
      constructor(private readonly vars: Dict) {
        super()
      }
      override get(key: Value) {
        return this.vars.get(key)
      }
      override has(key: Value) {
        return this.vars.has(key)
      }
      override keys() {
        return this.vars.keys()
      }
      override get size() {
        return this.vars.size
      }
    }
    class AllHosts extends OneHost {
      override readonly typeName = 'HostVars' as 'HostVarsVars'
    }
    const hostvars = new AllHosts(
      Dict.of({ w1: new OneHost(Dict.of({ port: 1 })), w2: new OneHost(Dict.of({ port: 2, extra: 'e' })) }),
    )
    const templar = open.templar().withScope(new Map<string, Value>([['hostvars', hostvars]]))
    expect(
      shownValue(templar, "{{ 'w2' | of_host('port') }} {{ 'w1' | of_host('extra') }} {{ 'extra' | hosts_with }}"),
    ).toBe("2 nothing ['w2']")
  })
})

describe('failures', () => {
  const names =
    'AnsibleError AnsibleFilterError AnsibleFilterTypeError AnsibleOptionsError AnsibleUndefinedVariable KeyError ' +
    'OwnAnsibleError OwnError TemplateRuntimeError TypeError UndefinedError ValueError ZeroDivisionError'

  it('have the type and the text of ansible-core', () => {
    const cases = names
      .split(' ')
      .flatMap(name => [
        ...casesOf('expr', [`{{ "it broke" | fail_with("${name}") }}`], VARS),
        ...casesOf('cond', [`"it broke" | fail_with("${name}")`], VARS),
        ...casesOf('expr', ['{{ outer }}'], { outer: `{{ "inside" | fail_with("${name}") }}` }),
      ])
    expect(differences(open, cases)).toEqual([])
  })

  it('of undefined arguments name the variable', () => {
    const templates = [
      '{{ nowhere | joined_all }}',
      '{{ nowhere | join_all }}',
      '{{ broken | echo }}',
      '{{ ["a", nowhere] | join_all }}',
    ]
    expect(differences(open, casesOf('expr', templates, VARS))).toEqual([])
  })

  it('of a template that a plugin asked for come back as themselves', () => {
    const templates = ['{{ "divides" | variable }}', '{{ "unknown" | variable }}', '{{ "missing" | variable }}']
    const vars = {
      divides: '{{ 1 / 0 }}',
      unknown: '{{ 1 | no_such_filter }}',
      missing: '{{ lookup("file", "/no/such") }}',
    }
    expect(differences(open, casesOf('expr', templates, vars))).toEqual([])
  })
})

describe('names', () => {
  it('are found in files that build their dict in any way', () => {
    const templates = ['{{ ["a", "b"] | join_all }}', '{{ "a" | variable }}', '{{ 1 | echo }}']
    expect(differences(open, casesOf('expr', templates, VARS))).toEqual([])
  })

  it('of built-in filters, tests and lookups are overridden by the repository', () => {
    const templates = [
      '{{ "x" | b64encode }}',
      '{{ "x" | ansible.builtin.b64encode }}',
      '{{ "x" | upper }}',
      '{{ "even" is even }}',
      '{{ ["a", "b"] | map("upper") | list }}',
      '{{ [2, "even"] | select("even") | list }}',
      '{{ lookup("env", "HOME") }}',
    ]
    expect(differences(open, casesOf('expr', templates, VARS))).toEqual([])
  })

  it('that no file defines keep the error of ansible-core', () => {
    const templates = [
      '{{ 1 | nothing_of_the_kind }}',
      '{{ 1 is nothing_of_the_kind }}',
      '{{ 1 | broken }}',
      '{{ 1 | has.dot }}',
      '{{ 1 | acme.tools.nothing }}',
      '{{ 1 | acme.absent.nothing }}',
      '{{ 1 | acme.tools.gone }}',
      '{{ 1 | acme.tools.around }}',
      '{{ 1 | acme.tools.short_cut }}',
      '{{ [1] | select("odd name") | list }}',
      '{{ [1] | map("odd-name") | list }}',
      '{{ [1] | map("acme.odd name") | list }}',
    ]
    expect(differences(open, casesOf('expr', templates))).toEqual([])
    const warnings = open.said.filter(text => text.startsWith('warning: Skipping plugin'))
    expect([...new Set(warnings)]).toEqual([
      expect.stringMatching(
        /^warning: Skipping plugin \(.*\/zz_broken\.py\), cannot load: No module named 'no_such_module/,
      ),
    ])
  })

  it('of collections are found by their full names, also where the file is called otherwise', () => {
    const templates = [
      '{{ [1, 2] | acme.tools.joined }}',
      '{{ [1, 2] | acme.tools.joined(mark="/") }}',
      '{{ [1, 2] | acme.tools.old_join }}',
      '{{ ["yes" | acme.tools.truth, "no" | acme.tools.truth] }}',
      '{{ "ab" | acme.tools.twice }}',
      '{{ [1, 5, 9] | select("acme.tools.between", 2, 6) | list }}',
      '{{ 5 is acme.tools.between(2, 6) }}',
      '{{ lookup("acme.tools.letters", "abc") }}',
      '{{ query("acme.tools.old_letters", "abc") }}',
    ]
    expect(differences(open, casesOf('expr', templates))).toEqual([])
    expect(open.said).toContain('deprecated: Use acme.tools.joined instead. / 9.0.0 / acme.tools')
  })

  it('become known when a role brings them, and hide built-in ones from then on', async () => {
    const late = openHost({ directory: undefined })
    try {
      const templar = () => late.templar()
      expect(shownValue(templar(), '{{ "x" | b64encode }}')).toBe('eA==')
      expect(() => templar().template('{{ 1 | counter }}')).toThrow(/Could not load "counter"/)
      expect(late.host.isRunning).toBe(false)
      late.plugins.addPluginDirectories(open.loader.basedir)
      expect(shownValue(templar(), '{{ "x" | b64encode }}')).toBe('own x')
      expect(shownValue(templar(), '{{ (1 | counter).value }}')).toBe('1')
    } finally {
      await late.close()
    }
  })
})

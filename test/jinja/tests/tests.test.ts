// Every test (`is …`) of Jinja2 and ansible-core on values of every kind, asked of the installed Ansible.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disagreements, type Variables } from '../support.js'

const VALUES: Variables = {
  zero: 0,
  three: 3,
  half: 2.5,
  yes: true,
  none: null,
  empty: '',
  hello: 'Hello World',
  upper: 'ABC',
  digits: '42',
  off: 'off',
  url: 'https://ex.org/a',
  numbers: [3, 1, 2],
  nested: [[1], { a: 1 }],
  dict: { a: 1 },
  result: { failed: true, changed: false, skipped: true, unreachable: false },
  loop: { results: [{ changed: false }, { changed: true }] },
  job: { started: 1, finished: 0 },
  unsafe: { __ansible_unsafe: '{{ zero }}' },
}

const TESTS = [
  'boolean',
  'callable',
  'defined',
  'divisibleby(3)',
  "divisibleby('x')",
  'escaped',
  'even',
  'false',
  'float',
  'in(numbers)',
  "in('Hello World')",
  'in(dict)',
  'integer',
  'iterable',
  'lower',
  'mapping',
  'none',
  'number',
  'odd',
  'sameas(true)',
  'sequence',
  'string',
  'true',
  'undefined',
  'upper',
  'eq(3)',
  'ne(3)',
  'gt(2)',
  'ge("a")',
  'lessthan(2)',
  'failed',
  'succeeded',
  'changed',
  'skipped',
  'reachable',
  'unreachable',
  'started',
  'finished',
  "match('[A-H]')",
  "search('o W')",
  "regex('^h', ignorecase=true)",
  "regex('(')",
  "version('1.0', '>=')",
  "version('1', 'nosuch')",
  "version('1.0.0', '<', version_type='semver')",
  "version('1', '<', strict=true)",
  'any',
  'all',
  'truthy',
  'truthy(convert_bool=true)',
  'falsy(convert_bool=true)',
  'vault_encrypted',
  'subset(numbers)',
  'superset([1])',
  'contains(1)',
  'nan',
  'uri',
  "uri(['https'])",
  'url',
  'urn',
  'abs',
  'exists',
  'directory',
  'filter',
  'test',
]

// The number of an open file says nothing about the other process; `any` file may exist.
const PROCESS_BOUND = /\b(?:zero|three|yes) is (?:exists|directory)/

describe('tests answer as in Ansible', () => {
  it('on values of every kind', () => {
    const cases = TESTS.flatMap(test =>
      [...Object.keys(VALUES), 'missing'].map(name => ({
        mode: 'expr' as const,
        template: `{{ ${name} is ${test} }}`,
        vars: VALUES,
      })),
    ).filter(one => !PROCESS_BOUND.test(one.template))
    expect(disagreements(cases)).toEqual([])
  })

  it('on versions', () => {
    const versions = ['1.0', '1.0.0', '1.10', '1.9', '1.0a1', '1.0rc1', '2.14.18', '1.0-rc.1', '1.0.post1', 'x', '1.2b']
    const cases = versions.flatMap(a =>
      versions.flatMap(b =>
        ["'<'", "'<=', version_type='semver'", "'>', version_type='pep440'", "'==', strict=true"].map(rest => ({
          mode: 'expr' as const,
          template: `{{ '${a}' is version('${b}', ${rest}) }}`,
          vars: {},
        })),
      ),
    )
    expect(disagreements(cases, { messages: true })).toEqual([])
  })

  it('called by their full names', () => {
    const templates = [
      "{{ hello is ansible.builtin.search('W') }}",
      '{{ result is ansible.legacy.failed }}',
      "{{ ['1', '3'] | select('ansible.builtin.version', '2', '>') }}",
      '{{ hello is ansible.builtin.defined }}',
    ]
    expect(disagreements(templates.map(template => ({ mode: 'expr', template, vars: VALUES })))).toEqual([])
  })
})

describe('tests on files', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'madansible-tests-'))
    writeFileSync(join(folder, 'file'), 'x')
    symlinkSync('file', join(folder, 'link'))
    symlinkSync('nowhere', join(folder, 'dangling'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('see the controller as Ansible does', () => {
    const paths = ['', '/file', '/link', '/dangling', '/none', '/file/x']
    const tests = [
      'directory',
      'file',
      'link',
      'exists',
      'link_exists',
      'abs',
      'mount',
      'is_dir',
      'is_file',
      "same_file(here ~ '/file')",
    ]
    const cases = paths.flatMap(path =>
      tests.map(test => ({
        mode: 'expr' as const,
        template: `{{ here ~ '${path}' is ${test} }}`,
        vars: { here: folder },
      })),
    )
    const mounts = ['/', '/proc', '/tmp', 'relative', '.'].map(path => ({
      mode: 'expr' as const,
      template: `{{ '${path}' is mount }} {{ '${path}' is abs }} {{ '${path}' is directory }}`,
      vars: {},
    }))
    expect(disagreements([...cases, ...mounts])).toEqual([])
  })
})

// The texts of errors, which `rescue` and `failed_when` match on: word for word those of the installed Ansible.
import { expect, it } from 'vitest'
import { VARIABLES } from './random-expressions.js'
import { disagreements, type OracleCase } from './support.js'

const expressions = (...texts: string[]): OracleCase[] =>
  texts.map(text => ({ mode: 'expr', template: `{{ ${text} }}`, vars: VARIABLES }))

it.each([
  [
    'undefined values in look-ups of text and regular expressions',
    expressions(
      "missing in 'abc'",
      "missing is in 'abc'",
      's is match(gone)',
      's | regex_search(missing)',
      's | regex_findall(missing)',
      "s | regex_search('o', missing)",
      "s | regex_replace('o', missing)",
      "s | regex_replace('q', missing)",
      "s | regex_replace('o', [1])",
      'range(1, missing)',
      "lookup('dict', missing)",
      "lookup('items', [missing])",
      'd[raw]',
      'undef(hint=false)',
      '(1 if 0) | bool',
      "missing | password_hash('sha512', 'a', rounds=1000)",
    ),
  ],
  [
    'filters and tests that are named by a value and do not exist',
    expressions(
      "[1] | map('nosuch')",
      "[1] | map('no such')",
      "[1] | select('a.b')",
      "[1] | map('ansible.builtin.nosuch')",
      "users | selectattr('name', 'nosuch')",
      "'nosuch.coll.f' is test",
      "'a-b' is filter",
      '"it\'s" is filter',
      'lookup(10, 1)',
      'lookup([1], 1)',
      '1 | nosuch',
      '1 | a.b.c',
    ),
  ],
  [
    'arguments of text methods',
    expressions(
      's.find(under)',
      's.count(1)',
      's.partition(none)',
      's.ljust(12, 1)',
      "s.center(12, 'ab')",
      's.removesuffix(none)',
      's.removeprefix(1)',
      "s.replace('a', 2)",
      's.encode(1)',
    ),
  ],
  [
    'operators, sets, numbers',
    expressions(
      "'hello'['__class__'] * lipsum(0)",
      "lipsum(0) * 'x'",
      '(rows, -5) is superset 1.0',
      '1.0 is superset(rows)',
      "users | selectattr('uid', 'gt')",
      '1 | random(start=1, step=2, seed=1)',
      "s | wordwrap('x')",
      '1e400 | int',
      "'inf' | float | int",
      '1e400 + 1',
      '(-8) ** 0.5',
      "raw * 'x'",
      "l | sort(reverse='x')",
      's | to_json(indent=d)',
      "l | round('x')",
      'l | combinations',
      'l | permutations(x=1)',
      "'{:>5}'.format(missing)",
      "'%Y' | strftime(1e20)",
    ),
  ],
])('%s', (_subject, cases) => {
  expect(disagreements(cases, { messages: true })).toEqual([])
})

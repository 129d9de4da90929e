// Templates that once differed from Ansible, most of them found by random runs: each keeps its answer.
import { expect, it } from 'vitest'
import { VARIABLES } from './random-expressions.js'
import { disagreements, type OracleCase } from './support.js'

const of = (templates: readonly string[], more: Partial<OracleCase> = {}): OracleCase[] =>
  templates.map(template => ({ mode: 'expr', template, vars: VARIABLES, ...more }))

/** Names of types, their methods, what calling and subscripting them gives. */
const TYPES = [
  '{{ missing.__class__ }} {{ missing.__class__.__name__ }} {{ missing.__class__.__module__ }}',
  '{{ (a if false).__class__ }} {{ (a if false).__class__.__name__ }}',
  '{{ raw.__class__ }} {{ raw.__class__.__module__ }} {{ (raw | string).__class__ }}',
  '{{ (1.5 | safe).__class__ }} {{ (s | to_json).__class__ }} {{ (s | string).__class__.__name__ }}',
  '{{ cycler(1).__class__ }} {{ joiner().__class__ }} {{ namespace().__class__ }} {{ self.__class__ }}',
  "{{ now().__class__ }} {{ (rows | groupby('k') | first).__class__ }}",
  '{% macro x() %}{% endmacro %}{{ x.__class__ }}{% for i in l %}{{ loop.__class__ }}{% endfor %}',
  '{{ raw.nope }}',
  '{{ (d.__class__)[::-1] }} {{ (l.__class__)["a"] }} {{ (l.__class__)["a", s.__class__] }}',
  "{{ ((raw) | b64encode | b64decode) | groupby('o.home', default='-')}}",
  '{{ (l.__class__).title() }} {{ (a.__class__)["12"] is defined }}',
  '{{ (l.__class__)("ab") }} {{ (s.__class__)(l) }} {{ (a.__class__)("12") + 1 }} {{ (d.__class__)(x=1) }}',
  '{{ (s.__class__).upper }} {{ (s.__class__).upper("x") }} {{ (d.__class__).get(d, "x") }}',
  '{{ (s.__class__).upper(l) }}',
  '{{ (s.__class__).upper() }}',
  "{{ 'pear' % (f | attr('__class__')) }}",
  "{{ 'pear' % (l.__class__)[1] }}",
]

/** Undefined values: their own attributes, what asks them and what does not. */
const UNDEFINED = [
  '{{ missing.__len__ }} {{ missing.__len__ is defined }}',
  '{{ missing.__eq__ }} {{ missing.__getitem__ }} {{ missing.__dict__ }}',
  '{{ missing.__len__() }}',
  '{{ missing.__foo__ }}',
  '{{ missing._undefined_name }} {{ missing._undefined_message }}',
  "{{ missing | attr('__str__') }}",
  '{{ (a if false).__len__ }} {{ (a if false).__len__() }} {{ (a if false).__add__ }}',
  "{{ lookup('vars', 'nosuch', default=i) is defined }}",
  "{{ lookup('vars', 'nosuch', default=(a if false)) is defined }}",
  "{{ query('vars', 'nosuch', default=[i]) is defined }}",
  '{{ holes | shuffle(seed=missing) }}',
  "{{ ('a') | shuffle(seed=gone) is defined }}",
  '{{ w + (path if none) | reverse }} {{ (path if none) | last is defined }}',
  '{{ dict(under if none) }}',
  '{{ {}.update(under if none) }}',
  '{{ missing | reverse }}',
  "{{ ((under if none) if not -12) | rekey_on_member('name') }}",
  '{{ (missing, 1) is falsy(convert_bool=true) }}',
  '{{ [1] is falsy(convert_bool=true) }} {{ (1, [2]) is truthy(convert_bool=true) }}',
  '{{ {(1, missing): 2} }}',
  '{{ [(1, missing), 1] | unique }}',
  '{{ d.get((1, missing)) }}',
]

/** A filter or test that nobody has fails, even where a constant hides it. */
const UNKNOWN = [
  "{{ 'x' or (s | nosuch) }}",
  '{% if false %}{{ 0.1 if 11 else (gone) | nosuch }}{% endif %}',
  '{% if false %}{{ 0.1 if 11 else (gone) is nosuch }}{% endif %}',
  '{{ 0.1 if 11 else (gone) is nosuch }}',
  '{{ (0.1).0 or (users) | nosuch }}',
  '{% block x %}{{ 1 if 2 else (a | nosuch) }}{% endblock %}',
]

/** Addresses that are no text. */
const ADDRESSES = [
  '{{ false | urlsplit }}',
  "{{ 0 | urlsplit('path') }} {{ none | urlsplit('hostname') }}",
  "{{ 'http://a:b@c:80/x?y#z'.encode() | urlsplit }}",
  '{{ (0 | urlsplit).decode() }}',
]

/** Sizes: nothing grows where nothing is there, and no list grows for ever. */
const SIZES = [
  "{{ lookup('env', 'NO_SUCH_VARIABLE_X') | wordwrap(missing, false) }}",
  "{{ 'a' | wordwrap(missing, false) }}",
  '{{ big * e }} {{ big * [] }} {{ big * e.encode() }}',
  "{{ '1' | batch(big, 'x') | length }}",
  '{{ big * s.encode() }}',
  '{{ (range(300000) | list | sort(reverse=true))[:2] }} {{ [range(300000) | list] | flatten | length }}',
  "{{ q('items', range(300000) | list) | length }} {% set x = range(300000) | list %}{{ x.sort(reverse=true) }}{{ x[:2] }}",
]

/** Constants that are computed while Jinja2 compiles. */
const CONSTANTS = [
  '{{ -9 ** f }} {{ (-9) ** f }} {{ (1 - 10) ** f }} {{ (-3 * 1) ** a }}',
  '{{ -3 ** 2 }} {{ -3 ** (1 * 2) }} {{ -9 ** 2.5 }} {{ -2.5 ** a }} {{ -0.0 ** a }}',
  '{{ -2 ** a ** 2 }} {{ 2 ** -9 ** a }} {{ 2 ** -1 * a }} {{ -a ** 2 }}',
  '{{ (3 - 5) ** l[0] }} {{ --9 ** f }} {{ not -9 ** f }}',
  '{{ [1e308 * 10, a] }}',
  '{{ 1e308 * 10 }}',
  '{{ -0.0 ** -1 }}',
  '{{ (-6 is iterable, (0.1) | tojson) }}',
  '{{ [1e999, 1] }} ',
  "{{ {'a': '<' | e} }}",
  "{% autoescape true %}{{ [1e999, '<' | safe] }}{{ '<' | safe }}{{ '<' }}{% endautoescape %}",
  '{{ 10 ** 400 }} {{ 10.0 ** 308 * 1.5 }} {{ 2 * 3.5 }} {{ true * 3 }}',
  '{% autoescape t %}{{ -9 ** a }}{% endautoescape %}',
  "{{ 'ab' * 3 }} {{ 3 * [1] }} {{ [2 * 3] | first }} {{ {2 * 3: 1} }}",
]

/** Parts of paths are what the path is. */
const PATHS = [
  '{{ ((-12) | safe) | splitext }} {{ path | safe | basename | type_debug }} {{ (raw | dirname) | type_debug }}',
  '{{ path.encode() | basename }} {{ path.encode() | splitext }} {{ path.encode() | dirname }}',
  "{{ [raw, 'x'] | path_join | type_debug }} {{ ['<', 'x' | safe] | path_join }} {{ ['a', '/b', '', 'c'] | path_join }}",
  '{{ [path.encode()] | path_join }}',
  "{{ [path.encode(), 'x'] | path_join }}",
  "{{ ['x', 1] | path_join }}",
  '{{ [1] | path_join }}',
]

/** Unsafe text that stays so, and what it does to its neighbours. */
const UNSAFE = [
  "{{ q('together', l, raw) }}",
  "{{ q('nested', l, raw) }}",
  "{{ q('subelements', [{'k': [raw]}], 'k') }}",
  '{{ missing is divisibleby raw }}',
  '{{ missing % raw }}',
  '{{ l % raw }}',
]

it('constants', () => expect(disagreements([...of(CONSTANTS), ...of(CONSTANTS, { native: true })])).toEqual([]))
it('paths', () => expect(disagreements(of(PATHS), { messages: true })).toEqual([]))
it('sizes', () => expect(disagreements(of(SIZES))).toEqual([]))
it('unsafe text', () => expect(disagreements(of(UNSAFE))).toEqual([]))
it('types as values', () => expect(disagreements(of(TYPES))).toEqual([]))
it('undefined values', () => expect(disagreements(of(UNDEFINED))).toEqual([]))
it('unknown filters and tests', () =>
  expect(disagreements([...of(UNKNOWN), ...of(UNKNOWN, { mode: 'text' })])).toEqual([]))
it('addresses', () => expect(disagreements(of(ADDRESSES))).toEqual([]))
it('conditions', () =>
  expect(
    disagreements(
      of(
        [
          "'x' or '<b>' is defined and ((s) | nosuch) | bool",
          "lookup('vars', 'nosuch', default=i) is defined and ((missing.a.b if 4)) | bool",
          'dict((under if none))',
        ],
        { mode: 'cond' },
      ),
    ),
  ).toEqual([]))
it('native types', () =>
  expect(
    disagreements(
      of(
        [
          "{{ ((raw) | b64encode | b64decode) | groupby('o.home', default='-')}}",
          '{{ ((holes) | shuffle(seed=x)) | symmetric_difference([1]) }}',
        ],
        { native: true },
      ),
    ),
  ).toEqual([]))

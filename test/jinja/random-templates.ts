// Random templates from a grammar of the language: mostly sensible, sometimes wild.
import fc from 'fast-check'
import type { OracleCase, Variables } from './support.js'

export const VARIABLES: Variables = {
  a: 1,
  b: -7,
  f: 2.5,
  s: 'hello world',
  e: '',
  n: null,
  t: true,
  l: [3, 1, 2],
  w: ['pear', 'Apple', 'fig', 'pear'],
  d: { x: 1, y: [1, 2], items: 'I' },
  rows: [
    { k: 'a', v: 1, on: true },
    { k: 'b', v: 2, on: false },
  ],
  m: [
    [1, 2],
    [3, [4, 5]],
  ],
  lazy: '{{ s | upper }}!',
  deep: "{{ [lazy, {'z': a}] }}",
  gone: '{{ missing.x }}',
  raw: { __ansible_unsafe: '{{ a }} & [1]' },
  mixed: [{ __ansible_unsafe: 'x{{' }, 'y'],
}

const NAMES = [...Object.keys(VARIABLES), 'missing', 'i', 'x']
const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

const literal = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map(String),
  fc.constantFrom('1.0', '0.1', '1e3', '-2.5', 'true', 'false', 'none', 'True', 'None'),
  fc
    .constantFrom('a', 'x', 'pear', 'hello', '1', '[1]', '{}', 'True', ' a b ', 'é😀', '%s', '<b>', '\n', "it's")
    .map(quote),
)
const name = fc.constantFrom(...NAMES)

const FILTERS = [
  'upper',
  'lower',
  'length',
  'list',
  'first',
  'last',
  'int',
  'float',
  'string',
  'bool',
  'sort',
  'reverse',
  'unique',
  'join',
  "join(',')",
  'sum',
  'max',
  'min',
  'abs',
  'round',
  'title',
  'trim',
  'capitalize',
  'default(5)',
  "default('d', true)",
  "replace('a', 'b')",
  'to_json',
  'from_json',
  'dict2items',
  'items2dict',
  'flatten',
  'type_debug',
  'tojson',
  'e',
  'urlencode',
  'center(9)',
  'batch(2)',
  'slice(2)',
  "map('upper')",
  "map('string')",
  "map(attribute='k')",
  "selectattr('on')",
  "rejectattr('v', 'gt', 1)",
  "select('string')",
  "reject('none')",
  "map('int')",
  'dictsort',
  'combine({})',
  'union([9])',
  'difference(l)',
  'intersect(w)',
  'zip(l)',
  'ternary(1, 2)',
  'quote',
  'b64encode',
  'hash',
  'regex_replace("[aeiou]", "_")',
  "regex_search('l+')",
  'regex_findall("o")',
  'wordcount',
  'indent(2)',
  'count',
  'random(seed=3)',
  'pprint',
  "split(' ')",
  'to_yaml',
  'groupby("k")',
  "format('z')",
  'truncate(5)',
  'wordwrap(4)',
  'filesizeformat',
  'list | sort',
  "map('default', 0)",
  'symmetric_difference([1])',
  'product([1, 2])',
  'subelements("k")',
  'extract(l)',
  'mandatory',
  'basename',
  'striptags',
  'xmlattr',
  'items',
  "attr('x')",
  'safe',
  'forceescape',
]
const TESTS = [
  'defined',
  'undefined',
  'none',
  'string',
  'number',
  'mapping',
  'sequence',
  'iterable',
  'odd',
  'even',
  'divisibleby 2',
  'eq 1',
  'in l',
  'sameas a',
  'upper',
  'lower',
  'true',
  'boolean',
  'integer',
  'float',
  "match('h')",
  "search('l')",
  "contains('x')",
  'truthy',
  'falsy',
  'gt 1',
  'all',
  'any',
  "regex('w')",
  'subset(l)',
  'callable',
  'escaped',
  'filter',
  "version('1', '>=')",
]
const BINARY = ['+', '-', '*', '/', '//', '%', '**', '~', '==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'and', 'or']
const METHODS = [
  '.upper()',
  '.split()',
  ".replace('l', 'L')",
  '.keys() | list',
  '.items() | list',
  ".get('x')",
  '.x',
  '.y',
  "['x']",
  '[0]',
  '[-1]',
  '[1:]',
  '[::-1]',
  '[:2]',
  '.0',
  '.k',
  '.strip()',
  ".startswith('h')",
  '.title()',
  '.count(1)',
  ".index('fig')",
  '.values() | list',
  '.join(w)',
  '.nope',
  '.format(a)',
  '.copy()',
]

/** An expression; `depth` bounds its nesting. */
function expression(depth: number): fc.Arbitrary<string> {
  if (depth <= 0) return fc.oneof(literal, { arbitrary: name, weight: 2 })
  const inner = expression(depth - 1)
  return fc.oneof(
    { arbitrary: fc.oneof(literal, name), weight: 2 },
    {
      arbitrary: fc.tuple(inner, fc.constantFrom(...FILTERS)).map(([left, filter]) => `(${left}) | ${filter}`),
      weight: 5,
    },
    {
      arbitrary: fc
        .tuple(inner, fc.constantFrom(...BINARY), inner)
        .map(([left, op, right]) => `${left} ${op} ${right}`),
      weight: 4,
    },
    fc.tuple(inner, fc.constantFrom(...BINARY), inner).map(([left, op, right]) => `(${left} ${op} ${right})`),
    {
      arbitrary: fc.tuple(inner, fc.constantFrom(...METHODS)).map(([left, method]) => `(${left})${method}`),
      weight: 2,
    },
    { arbitrary: fc.tuple(name, fc.constantFrom(...METHODS)).map(([left, method]) => left + method), weight: 3 },
    fc.tuple(inner, fc.constantFrom('is ', 'is not '), fc.constantFrom(...TESTS)).map(parts => parts.join(' ')),
    fc.tuple(inner, inner, inner).map(([then, test, otherwise]) => `${then} if ${test} else ${otherwise}`),
    fc.tuple(inner, inner).map(([then, test]) => `(${then} if ${test})`),
    fc.array(inner, { maxLength: 3 }).map(items => `[${items.join(', ')}]`),
    fc.tuple(inner, inner).map(items => `(${items.join(', ')})`),
    fc
      .array(fc.tuple(literal, inner), { maxLength: 2 })
      .map(pairs => `{${pairs.map(pair => pair.join(': ')).join(', ')}}`),
    inner.map(each => `not ${each}`),
    inner.map(each => `-${each}`),
  )
}

/** A piece of a template: text, output, or a statement with a body. */
function piece(depth: number): fc.Arbitrary<string> {
  const value = expression(2)
  const output = fc
    .tuple(fc.constantFrom('{{ ', '{{- ', '{{'), value, fc.constantFrom(' }}', ' -}}', '}}'))
    .map(parts => parts.join(''))
  const text = fc.constantFrom(' ', 'text', '\n', 'a\n', '  b', '[', ']', '{# c #}', '{#- c -#}\n', '"', '\n\n', ', ')
  if (depth <= 0) return fc.oneof({ arbitrary: output, weight: 3 }, text)
  const body = template(depth - 1)
  const open = fc.constantFrom('{% ', '{%- ', '{%+ ')
  const close = fc.constantFrom(' %}', ' -%}', ' +%}', ' %}\n')
  const tag = (content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(open, content, close).map(parts => parts.join(''))
  const fixed = (content: string): fc.Arbitrary<string> => tag(fc.constant(content))
  const sequence = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map(each => each.join(''))
  return fc.oneof(
    { arbitrary: output, weight: 4 },
    { arbitrary: text, weight: 3 },
    sequence(tag(value.map(test => `if ${test}`)), body, fixed('endif')),
    sequence(
      tag(value.map(test => `if ${test}`)),
      body,
      tag(value.map(test => `elif ${test}`)),
      body,
      fixed('else'),
      body,
      fixed('endif'),
    ),
    sequence(tag(value.map(items => `for i in ${items}`)), body, fixed('endfor')),
    sequence(tag(name.map(items => `for i in ${items} if i`)), body, fixed('else'), body, fixed('endfor')),
    sequence(
      tag(fc.constantFrom('for i in l', 'for i, x in m', 'for i in rows', 'for i in w', 'for x, i in d.items()')),
      fc.constantFrom(
        '{{ loop.index }}',
        '{{ loop.last }}',
        '{{ loop.length }}',
        '{{ loop.nextitem | default("-") }}',
        '{{ loop.changed(i) }}',
        '',
      ),
      body,
      fixed('endfor'),
    ),
    tag(value.map(each => `set x = ${each}`)),
    sequence(fixed('set x'), body, fixed('endset')),
    sequence(
      tag(fc.constantFrom('filter upper', 'filter trim', "filter replace('a', 'b')", 'filter indent')),
      body,
      fixed('endfilter'),
    ),
    sequence(tag(value.map(each => `with x = ${each}, i = x`)), body, fixed('endwith')),
    sequence(
      fixed("macro x(i, q='Q')"),
      body,
      fc.constant('{{ q }}'),
      fixed('endmacro'),
      value.map(each => `{{ x(${each}) }}`),
    ),
    sequence(
      fixed('macro x(i)'),
      fc.constant('<{{ caller(i) }}>'),
      fixed('endmacro'),
      tag(value.map(each => `call(i) x(${each})`)),
      body,
      fixed('endcall'),
    ),
    sequence(tag(fc.nat(9999).map(number => `block b${number}`)), body, fixed('endblock')),
    sequence(
      fixed('set x = namespace(i=0)'),
      fixed('for i in l'),
      fixed('set x.i = x.i + i'),
      fixed('endfor'),
      fc.constant('{{ x.i }}'),
    ),
    sequence(fixed('raw'), fc.constantFrom('{{ a }}', ' {% if %} ', 'x\n'), fixed('endraw')),
    sequence(tag(fc.constantFrom('autoescape true', 'autoescape false', 'autoescape t')), body, fixed('endautoescape')),
  )
}

function template(depth: number): fc.Arbitrary<string> {
  return fc.array(piece(depth), { minLength: 1, maxLength: 3 }).map(pieces => pieces.join(''))
}

/** A case in one of the modes. */
export const randomCase: fc.Arbitrary<OracleCase> = fc.oneof(
  expression(3).map(each => ({ mode: 'expr' as const, template: `{{ ${each} }}`, vars: VARIABLES })),
  expression(2).map(each => ({ mode: 'cond' as const, template: each, vars: VARIABLES })),
  fc
    .tuple(template(2), fc.constantFrom('expr' as const, 'text' as const))
    .map(([text, mode]) => ({ mode, template: text, vars: VARIABLES })),
  template(1).map(text => ({ mode: 'expr' as const, template: text, vars: VARIABLES, native: true })),
)

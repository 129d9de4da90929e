// Random expressions from a grammar of the language: mostly sensible, sometimes wild.
import fc from 'fast-check'
import {
  BINARY,
  FILTERS,
  FILTERS_WITH_ARGUMENTS,
  FUNCTIONS,
  METHODS,
  TESTS,
  TESTS_WITH_ARGUMENTS,
} from './random-words.js'
import type { Variables } from './support.js'

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
  u: 'Straße ünï 日本😀',
  big: 12345678901,
  path: '/etc/foo/bar.tar.gz',
  lines: 'one\n  two\n\nthree\n',
  nested: { a: { b: [{ c: 1 }, { c: '{{ a + 1 }}' }] }, l: [[1, [2, [3]]], []], n: null },
  users: [
    { name: 'al', uid: 2, keys: ['k1', 'k2'], o: { home: '/h/al' } },
    { name: 'Bo', uid: 1, keys: [] },
    { name: 'cy', uid: 10, keys: ['k3'], o: { home: null } },
  ],
  over: { x: { y: 1, l: [1, 2] }, z: 's' },
  under: { x: { w: 2, l: [2, 3] }, z: 'S', '1': 'one' },
  maybe: '{{ nested.a.nope | default(omitted) }}',
  listed: '{{ users | map(attribute="name") | list }}',
  truthy: 'yes',
  voids: { x: null, k: null, y: [null] },
  holes: [null, 1, null],
  numeral: '42',
  jsonish: '{"k": [1, 2.5, null, true]}',
}

const NAMES = [
  ...Object.keys(VARIABLES),
  'missing',
  'i',
  'x',
  'missing.a.b',
  "missing['a']",
  'nested.a.b',
  'users[0].o',
  'users[1].o.home',
]
const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

const literal = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map(String),
  fc.constantFrom('1.0', '0.1', '1e3', '-2.5', 'true', 'false', 'none', 'True', 'None'),
  fc
    .constantFrom('a', 'x', 'pear', 'hello', '1', '[1]', '{}', 'True', ' a b ', 'é😀', '%s', '<b>', '\n', "it's")
    .map(quote),
)
export const name = fc.constantFrom(...NAMES)

/** A form with an expression for each `_`. */
function filledIn(forms: readonly string[], inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const argument = fc.oneof({ arbitrary: fc.oneof(literal, name), weight: 3 }, inner)
  const args = fc.array(argument, { minLength: 3, maxLength: 3 })
  return fc.tuple(fc.constantFrom(...forms), args).map(([form, values]) => {
    let next = 0
    return form.replace(/(?<![\w'])_(?![\w])/g, () => values[next++] as string)
  })
}

/** An expression; `depth` bounds its nesting. */
export function expression(depth: number): fc.Arbitrary<string> {
  if (depth <= 0) return fc.oneof(literal, { arbitrary: name, weight: 2 })
  const inner = expression(depth - 1)
  return fc.oneof(
    { arbitrary: fc.oneof(literal, name), weight: 2 },
    {
      arbitrary: fc
        .tuple(inner, filledIn(FILTERS_WITH_ARGUMENTS, inner))
        .map(([left, filter]) => `(${left}) | ${filter}`),
      weight: 5,
    },
    { arbitrary: filledIn(FUNCTIONS, inner), weight: 2 },
    fc
      .tuple(inner, fc.constantFrom('is ', 'is not '), filledIn(TESTS_WITH_ARGUMENTS, inner))
      .map(([left, is, test]) => `(${left}) ${is}${test}`),
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

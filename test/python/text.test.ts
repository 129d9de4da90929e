import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  callValue,
  Dict,
  equals,
  formatText,
  formatValue,
  getAttribute,
  getSlice,
  holdsUnsafe,
  type Kwargs,
  mod,
  mul,
  PyBytes,
  PyFloat,
  percentFormat,
  repr,
  Tuple,
  UnsafeText,
  type Value,
  VaultText,
  wrapUnsafe,
} from '../../src/python/index.js'
import { anyInt, anyNumber, anyValue, askPython, compareCases, compareRandomly, text } from './oracle.js'

/** `value.name(*args)`; AttributeError as Python words it when there is none. */
function call(value: Value, name: string, args: Value[] = [], kwargs: Kwargs = new Map()): Value {
  const method = getAttribute(value, name)
  if (method === undefined) throw new Error(`no ${name}`)
  return callValue(method, args, kwargs)
}

const CALL = 'def f(v, name, args): return getattr(v, name)(*args)'
const invoke = (value: Value, name: string, args: Value[]): Value => call(value, name, args)

describe('methods of str', () => {
  it('that take nothing', () => {
    const names = [
      'upper',
      'lower',
      'title',
      'capitalize',
      'swapcase',
      'casefold',
      'strip',
      'lstrip',
      'rstrip',
      'split',
      'rsplit',
      'splitlines',
      'isalpha',
      'isalnum',
      'isascii',
      'isdecimal',
      'isdigit',
      'isnumeric',
      'isidentifier',
      'islower',
      'isupper',
      'istitle',
      'isspace',
      'isprintable',
      'expandtabs',
      'encode',
    ]
    compareRandomly(
      CALL,
      invoke,
      fc.tuple(text(14), fc.constantFrom(...names), fc.constant([])) as fc.Arbitrary<[Value, string, Value[]]>,
      6000,
    )
  })

  it('that search and split', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '😀', 'é'), maxLength: 2 })
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '😀', 'é', '\n'), maxLength: 10 })
    const index = fc.integer({ min: -12, max: 12 })
    const bounds = fc.oneof(fc.constant([]), fc.tuple(index), fc.tuple(index, index))
    const searching = fc.tuple(
      subject,
      fc.constantFrom('find', 'rfind', 'index', 'rindex', 'count', 'startswith', 'endswith'),
      fc.tuple(piece, bounds).map(([p, b]) => [p, ...b]),
    )
    compareRandomly(CALL, invoke, searching as fc.Arbitrary<[Value, string, Value[]]>, 4000)
    const splitting = fc.tuple(
      subject,
      fc.constantFrom('split', 'rsplit'),
      fc.tuple(fc.oneof(piece, fc.constant(null)), fc.integer({ min: -1, max: 4 })),
    )
    compareRandomly(CALL, invoke, splitting as fc.Arbitrary<[Value, string, Value[]]>, 3000)
    const replacing = fc.tuple(subject, fc.constant('replace'), fc.tuple(piece, piece, fc.integer({ min: -1, max: 4 })))
    compareRandomly(CALL, invoke, replacing as fc.Arbitrary<[Value, string, Value[]]>, 2000)
    const cutting = fc.tuple(
      subject,
      fc.constantFrom('partition', 'rpartition', 'removeprefix', 'removesuffix', 'strip', 'lstrip', 'rstrip'),
      fc.tuple(piece),
    )
    compareRandomly(CALL, invoke, cutting as fc.Arbitrary<[Value, string, Value[]]>, 3000)
  })

  it('that pad', () => {
    const padding = fc.tuple(
      text(6),
      fc.constantFrom('center', 'ljust', 'rjust'),
      fc.oneof(fc.tuple(fc.integer({ min: -2, max: 14 })), fc.tuple(fc.integer({ min: -2, max: 14 }), text(2))),
    )
    compareRandomly(CALL, invoke, padding as fc.Arbitrary<[Value, string, Value[]]>, 2000)
    compareRandomly(
      CALL,
      invoke,
      fc.tuple(
        fc.oneof(text(6), anyInt.map(String)),
        fc.constant('zfill'),
        fc.tuple(fc.integer({ min: -2, max: 14 })),
      ) as fc.Arbitrary<[Value, string, Value[]]>,
      600,
    )
    compareRandomly(
      CALL,
      invoke,
      fc.tuple(
        fc.string({ unit: fc.constantFrom('a', '\t', '\n', '😀'), maxLength: 8 }),
        fc.constant('expandtabs'),
        fc.tuple(fc.integer({ min: -1, max: 9 })),
      ) as fc.Arbitrary<[Value, string, Value[]]>,
      600,
    )
  })

  it('split lines where Python does', () => {
    compareRandomly(
      'def f(s, k): return s.splitlines(k)',
      (s: string, keep: boolean) => call(s, 'splitlines', [keep]) as Value,
      fc.tuple(
        fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\v', '\x1c', '\u2028', '\x85'), maxLength: 8 }),
        fc.boolean(),
      ),
      1500,
    )
  })

  it('join, translate, encode and decode', () => {
    compareRandomly(
      'def f(s, v): return s.join(v)',
      (s: Value, v: Value) => call(s, 'join', [v]),
      fc.tuple(text(3), fc.oneof(fc.array(text(3)), anyValue)) as fc.Arbitrary<[Value, Value]>,
      1000,
    )
    compareRandomly(
      "def f(s): return s.translate(str.maketrans('aé', 'bc', ' '))",
      (s: Value) => call(s, 'translate', [call('', 'maketrans', ['aé', 'bc', ' '])]),
      fc.tuple(text(9)) as fc.Arbitrary<[Value]>,
      500,
    )
    compareRandomly(
      'def f(s, e, h): return s.encode(e, h)',
      (s: Value, e: Value, h: Value) => call(s, 'encode', [e, h]),
      fc
        .tuple(
          fc.oneof(text(6), fc.string({ unit: fc.constantFrom('a', '\ud800', '\udc80', 'é'), maxLength: 4 })),
          fc.constantFrom('utf-8', 'ascii', 'latin-1', 'utf-16-le'),
          fc.constantFrom('strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape'),
        )
        .filter(([s, e]) => e !== 'utf-16-le' || !/[\ud800-\udfff]/.test(s)) as fc.Arbitrary<[Value, Value, Value]>,
      1500,
      { anyMessage: true },
    )
    compareRandomly(
      'def f(b, h): return b.decode("utf-8", h)',
      (b: Value, h: Value) => call(b, 'decode', ['utf-8', h]),
      fc.tuple(
        fc
          .array(fc.constantFrom(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xff, 0xed, 0xa0), {
            maxLength: 6,
          })
          .map(b => new PyBytes(Uint8Array.from(b))),
        fc.constantFrom('strict', 'replace', 'surrogateescape', 'ignore', 'backslashreplace'),
      ) as fc.Arbitrary<[Value, Value]>,
      3000,
    )
  })

  it('complain about wrong arguments as CPython does', () => {
    const cases: [Value, string, Value[]][] = [
      ['a', 'upper', [1]],
      ['a', 'join', []],
      ['a', 'join', [1]],
      ['a', 'join', [[1]]],
      ['a', 'center', ['x']],
      ['a', 'center', [5, 'ab']],
      ['a', 'strip', ['a', 'b']],
      ['a', 'replace', ['a']],
      ['a', 'index', ['b']],
      ['a', 'startswith', [1]],
      ['a', 'startswith', [new Tuple([1])]],
      ['a', 'split', ['']],
      [[1], 'index', [2]],
      [[1], 'remove', [2]],
      [[], 'pop', []],
      [[1], 'pop', [4]],
      [[1], 'append', []],
      [new Dict(), 'pop', ['a']],
      [new Dict(), 'popitem', []],
      [new Dict(), 'get', []],
      [new Dict(), 'get', [[]]],
      [new Dict(), 'update', [[1]]],
      [new Dict(), 'update', [['abc']]],
      [new Tuple([1]), 'index', [3]],
    ]
    compareCases(CALL, invoke, cases)
  })

  it('have no way into JavaScript', () => {
    for (const value of ['a', 1, 1n, true, null, [], new Dict(), new Tuple([]), new PyFloat(1)] as Value[])
      for (const name of [
        'constructor',
        'prototype',
        '__proto__',
        'toString',
        'valueOf',
        'hasOwnProperty',
        'map',
        'push',
        'length',
        'size',
        'entries',
        'value',
        'set',
      ])
        if (!(value instanceof Dict && name === 'set'))
          expect(getAttribute(value, name), `${repr(value)}.${name}`).toBe(undefined)
    expect(getAttribute(new Dict(), 'set')).toBe(undefined)
  })
})

describe('methods of containers', () => {
  it('change lists, dicts and sets in place', () => {
    compareCases(`def f():
  l = [3, 1, 2]; l.append(1); l.extend('ab'); l.insert(1, 9); l.insert(-1, 8); l.remove(1); l.reverse(); p = l.pop(0); c = l.count(1); l2 = l.copy(); l.clear()
  n = [3, 1, 2]; n.sort(reverse=True)
  d = {'a': 1}; d.update({'b': 2}, c=3); d.update([('e', 5)]); s = d.setdefault('x'); q = d.pop('a'); r = d.popitem(); g = [d.get('z'), d.get('z', 7)]
  k = [list(d.keys()), list(d.values()), list(d.items()), str(d.items()), 'b' in d.keys(), ('b', 2) in d.items(), d.keys() == {'b', 'c', 'e'}]
  return [p, c, l2, l, n, s, q, r, g, k, dict.fromkeys(['a', 'b'], 0)]`, () => {
      const list: Value[] = [3, 1, 2]
      const on = (value: Value, name: string, ...args: Value[]): Value => call(value, name, args)
      on(list, 'append', 1)
      on(list, 'extend', 'ab')
      on(list, 'insert', 1, 9)
      on(list, 'insert', -1, 8)
      on(list, 'remove', 1)
      on(list, 'reverse')
      const popped = on(list, 'pop', 0)
      const count = on(list, 'count', 1)
      const copy = on(list, 'copy')
      on(list, 'clear')
      const sorted: Value[] = [3, 1, 2]
      call(sorted, 'sort', [], new Map([['reverse', true]]))
      const dict = new Dict([['a', 1]])
      call(dict, 'update', [new Dict([['b', 2]])], new Map([['c', 3]]))
      on(dict, 'update', [new Tuple(['e', 5])])
      const set = on(dict, 'setdefault', 'x')
      const out = on(dict, 'pop', 'a')
      const last = on(dict, 'popitem')
      const got = [on(dict, 'get', 'z'), on(dict, 'get', 'z', 7)]
      const views = [
        Array.from(dict.keys()),
        Array.from(dict.values()),
        Array.from(dict.entries(), pair => new Tuple(pair)),
        repr(on(dict, 'items')),
        call(on(dict, 'keys'), '__contains__', ['b']),
        call(on(dict, 'items'), '__contains__', [new Tuple(['b', 2])]),
        equals(on(dict, 'keys'), call(new Dict(), 'keys')) ? null : true,
      ]
      return [popped, count, copy, list, sorted, set, out, last, got, views, on(dict, 'fromkeys', ['a', 'b'], 0)]
    }, [[]])
  })
})

describe('formatting', () => {
  it('% follows CPython', () => {
    const spec = fc
      .tuple(
        fc.subarray(['-', '+', ' ', '#', '0']),
        fc.constantFrom('', '1', '8', '12'),
        fc.constantFrom('', '.', '.0', '.2', '.7'),
        fc.constantFrom('d', 'i', 'u', 'o', 'x', 'X', 'e', 'E', 'f', 'F', 'g', 'G', 's', 'r', 'c', 'a', '%', 'y', ''),
      )
      .map(([flags, width, precision, type]) => `<%${flags.join('')}${width}${precision}${type}>`)
    compareRandomly(
      'def f(t, v): return t % v',
      percentFormat,
      fc.tuple(
        spec,
        fc.oneof(
          anyNumber,
          anyValue,
          anyNumber.map(n => new Tuple([n])),
        ),
      ) as fc.Arbitrary<[string, Value]>,
      6000,
    )
    const several: [string, Value][] = [
      ['%s %s', new Tuple([1])],
      ['%s', new Tuple([1, 2])],
      [
        '%(a)s %(b)05.1f%%',
        new Dict([
          ['a', 'x'],
          ['b', new PyFloat(2.25)],
        ]),
      ],
      ['%(a)s', new Dict()],
      ['%(a)s', 1],
      ['%*d', new Tuple([5, 42])],
      ['%-*d|', new Tuple([5, 42])],
      ['%.*f', new Tuple([2, new PyFloat(1.005)])],
      ['%', new Tuple([])],
      ['100%', 1],
      ['%(a', new Dict()],
      ['x', []],
      ['x', 1],
      ['%s', [1, 2]],
      ['%d', '1'],
      ['%5%|', new Tuple([])],
    ]
    compareCases('def f(t, v): return t % v', percentFormat, several)
  })

  it('format() follows CPython', () => {
    const spec = fc
      .tuple(
        fc.constantFrom('', '<', '>', '^', '=', '*<', '0>', 'é^', '😀='),
        fc.constantFrom('', '', '+', '-', ' '),
        fc.constantFrom('', '', '', 'z'),
        fc.constantFrom('', '', '#'),
        fc.constantFrom('', '', '0'),
        fc.constantFrom('', '', '1', '7', '12'),
        fc.constantFrom('', '', '', ',', '_'),
        fc.constantFrom('', '', '.0', '.2', '.9', '.'),
        fc.constantFrom('', 'b', 'c', 'd', 'e', 'E', 'f', 'F', 'g', 'G', 'n', 'o', 's', 'x', 'X', '%', 'q'),
      )
      .map(parts => parts.join(''))
    compareRandomly(
      'f = format',
      formatValue,
      fc.tuple(fc.oneof(anyNumber, text(5)), spec) as fc.Arbitrary<[Value, string]>,
      8000,
    )
  })

  it('str.format follows CPython', () => {
    const templates = [
      '{}',
      '{0}',
      '{a}',
      '{} {}',
      '{0} {}',
      '{} {0}',
      '{{}}',
      '{',
      '}',
      '{a!r:>8}',
      '{0[1]}',
      '{a[k]}',
      '{0.real}',
      '{:{}}',
      '{:>{w}}',
      '{!s}',
      '{!x}',
      '{!}',
      '{0!rx}',
      '{a.b}',
      '{5}',
      '{zz}',
      '{0[}',
      '{0[]}',
      '{0.}',
      '{:d}',
      '{0:{1}{2}}',
      '{a[k]!r}',
      '{0[-1]}',
      'x{{{0}}}y',
      '{0[1]b}',
      '{:{:{}}}',
    ]
    compareCases(
      "def f(t): return t.format([1, 'é'], 5, 7, w=6, a={'k': 'v'})",
      (template: string) =>
        formatText(
          template,
          [[1, 'é'], 5, 7],
          new Map<string, Value>([
            ['w', 6],
            ['a', new Dict([['k', 'v']])],
          ]),
        ),
      templates.map(template => [template] as const),
    )
  })
})

describe('unsafe text', () => {
  const unsafe = new UnsafeText('{{ x }}')
  it('stays unsafe through the operations of AnsibleUnsafeText', () => {
    const kept = [
      add(unsafe, 'a'),
      add('a', unsafe),
      mul(unsafe, 2),
      mul(2, unsafe),
      mod('<%s>', unsafe),
      mod(unsafe, new Tuple([])),
      getSlice(unsafe, 0, 2, null),
      call(unsafe, 'upper'),
      call(unsafe, 'join', [['a']]),
      call(call(unsafe, 'encode'), 'decode'),
    ]
    expect(kept.filter(value => !(value instanceof UnsafeText))).toEqual([])
    expect((call(unsafe, 'split') as Value[]).every(part => part instanceof UnsafeText)).toBe(true)
    expect((call(unsafe, 'partition', [' ']) as Tuple).items.every(part => part instanceof UnsafeText)).toBe(true)
  })

  it('is lost where Python loses it', () => {
    expect(
      [
        call(',', 'join', [[unsafe]]),
        call('a', 'replace', ['a', unsafe]),
        percentFormat('%s', new Tuple([unsafe])),
      ].filter(value => value instanceof UnsafeText),
    ).toEqual([])
  })

  it('is made of all text inside a value, and found again', () => {
    const wrapped = wrapUnsafe(new Dict([['k', ['a', new Tuple(['b', 1])]]]))
    expect(holdsUnsafe(wrapped)).toBe(true)
    expect(repr(wrapped)).toBe("{'k': ['a', ('b', 1)]}")
    expect(holdsUnsafe(new Dict([['k', [1, null]]]))).toBe(false)
    expect(holdsUnsafe(new VaultText('x', () => 'secret'))).toBe(true)
  })
})

describe('every character of Unicode 14', () => {
  it('has the case, the classes and the printability that CPython gives it', () => {
    // Gained a capital letter or became lower case after Unicode 14; Node knows, CPython 3.11 does not.
    const newer = new Set([0x19b, 0x264, 0x295, 0x10fc, 0xa7d3, 0xa7d5, 0xa7f2, 0xa7f3, 0xa7f4, 0xab69])
    const names = [
      'upper',
      'lower',
      'title',
      'casefold',
      'swapcase',
      'isalpha',
      'isalnum',
      'isdecimal',
      'isdigit',
      'isnumeric',
      'isspace',
      'isupper',
      'islower',
      'istitle',
      'isprintable',
      'isidentifier',
    ]
    const code = `import unicodedata
def f(start):
  chars = [chr(c) for c in range(start, start + 0x1000) if unicodedata.category(chr(c)) not in ('Cn', 'Cs')]
  return [[c] + [getattr(c, n)() for n in ${JSON.stringify(names)}] for c in chars]`
    const starts = Array.from({ length: 0x20 }, (_, index) => [index * 0x1000] as const)
    const differing: string[] = []
    for (const outcome of askPython(code, starts))
      for (const [character, ...expected] of (outcome as { ok: [string, ...unknown[]][] }).ok) {
        const point = character.codePointAt(0) as number
        if (newer.has(point)) continue
        names.forEach((name, index) => {
          if (call(character, name) !== expected[index]) differing.push(`${point.toString(16)} ${name}`)
        })
      }
    expect(differing).toEqual([])
  })
})

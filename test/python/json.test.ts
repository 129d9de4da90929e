import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Dict, jsonDumps, jsonLoads, PyDate, PyFloat, repr, UnsafeText, type Value } from '../../src/python/index.js'
import { anyFloat, anyInt, anyValue, compareCases, compareRandomly, text } from './oracle.js'

const jsonText = fc.oneof(
  fc.json(),
  fc.json().map(source => source.replace(/[[{,:]/, ' ')),
  fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE+-tfn \n\\u00e9ab'), maxLength: 10 }),
  fc.constantFrom(
    'NaN',
    '-Infinity',
    '[Infinity]',
    '1e400',
    '-0',
    '-0.0',
    '12345678901234567890',
    '0.1e1',
    '1.',
    '01',
    '"\\ud83d\\ude00"',
    '"\\u12"',
    '"\\x"',
    '"\t"',
    '"a',
    '{"a":1,}',
    '[1,]',
    '{"a" 1}',
    '{1:2}',
    'nul',
    '',
    ' ',
    '\ufeff1',
    '{"a":1,"b":2,"a":3}',
    '[1] x',
    '{"__proto__": 1, "constructor": 2}',
  ),
)

describe('jsonLoads', () => {
  it('reads what json.loads reads and says what it says', () => {
    compareRandomly('import json\nf = json.loads', jsonLoads, fc.tuple(jsonText), 6000)
  })

  it('keeps keys that mean something to JavaScript as data', () => {
    expect(repr(jsonLoads('{"__proto__": {"x": 1}, "toString": 2, "1": 3}'))).toBe(
      "{'__proto__': {'x': 1}, 'toString': 2, '1': 3}",
    )
  })
})

describe('jsonDumps', () => {
  const options = 'def f(v, indent, sort, asc): return json.dumps(v, indent=indent, sort_keys=sort, ensure_ascii=asc)'
  it('writes what json.dumps writes, errors included', () => {
    compareRandomly(
      `import json\n${options}`,
      (value: Value, indent: number | null, sortKeys: boolean, ensureAscii: boolean) =>
        jsonDumps(value, { indent, sortKeys, ensureAscii }),
      fc.tuple(
        fc.oneof(anyValue, text(8), anyFloat, anyInt),
        fc.constantFrom(null, 0, 2, 4),
        fc.boolean(),
        fc.boolean(),
      ) as fc.Arbitrary<[Value, number | null, boolean, boolean]>,
      4000,
    )
  })

  it('uses separators, default and skipkeys', () => {
    compareCases(
      "import json, datetime\ndef f(): return [json.dumps({'a': [1, datetime.date(2020, 1, 2)], 'b': {}}, separators=(',', ':'), default=str), json.dumps({(1,): 1, 'b': 2}, skipkeys=True), json.dumps({'a': [], 'b': {}}, indent=1), json.dumps([1, [2]], indent='\\t')]",
      () => [
        jsonDumps(
          new Dict([
            ['a', [1, new PyDate(2020, 1, 2)]],
            ['b', new Dict()],
          ]),
          { separators: [',', ':'], default: value => `${String((value as PyDate).year)}-01-02` },
        ),
        jsonDumps(new Dict([['b', 2]]), { skipKeys: true }),
        jsonDumps(
          new Dict([
            ['a', []],
            ['b', new Dict()],
          ]),
          { indent: 1 },
        ),
        jsonDumps([1, [2]], { indent: '\t' }),
      ],
      [[]],
    )
  })

  it('writes unsafe text as text and refuses a cycle', () => {
    expect(jsonDumps(new Dict([[new UnsafeText('k'), new UnsafeText('v')]]))).toBe('{"k": "v"}')
    const list: Value[] = []
    list.push(list)
    expect(() => jsonDumps(list)).toThrow('Circular reference detected')
    expect(() => jsonDumps(new Dict([['a', new PyDate(2020, 1, 1)]]))).toThrow(
      'Object of type date is not JSON serializable',
    )
    expect(jsonDumps([new PyFloat(1), new PyFloat(Number.NaN)])).toBe('[1.0, NaN]')
  })
})

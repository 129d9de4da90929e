import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  absolute,
  add,
  callValue,
  compare,
  cryptHash,
  div,
  fnmatch,
  getAttribute,
  int,
  literalEval,
  localTime,
  looseVersion,
  mul,
  neg,
  PyDateTime,
  PyFloat,
  pep440Version,
  Random,
  repr,
  semanticVersion,
  shlexQuote,
  shlexSplit,
  str,
  strftime,
  strictVersion,
  strptime,
  sub,
  Tuple,
  truth,
  utcTime,
  type Value,
  type Version,
} from '../../src/python/index.js'
import { anyFloat, anyInt, anyValue, askPython, compareCases, compareRandomly, seed, text } from './oracle.js'

describe('shlex', () => {
  const words = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '\t', '\n', '"', "'", '\\', '#', 'é', '='),
    maxLength: 12,
  })
  it('splits as shlex.split', () => {
    compareRandomly(
      'import shlex\ndef f(s, c): return shlex.split(s, comments=c)',
      (source: string, comments: boolean) => shlexSplit(source, { comments }),
      fc.tuple(words, fc.boolean()),
      5000,
    )
  })
  it('quotes as shlex.quote', () => {
    compareRandomly('import shlex\nf = shlex.quote', shlexQuote, fc.tuple(fc.oneof(words, text(8))), 800)
  })
})

describe('fnmatch', () => {
  it('matches as fnmatch.fnmatch', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', ']', '!', '.', '\n', '[', '*'), maxLength: 5 })
    const pattern = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '*', '?', '[', ']', '!', '-', '^', '\\', '.'),
      maxLength: 8,
    })
    compareRandomly('import fnmatch\nf = fnmatch.fnmatch', fnmatch, fc.tuple(name, pattern), 6000)
    compareCases('import fnmatch\nf = fnmatch.fnmatch', fnmatch, [
      ['web01', 'web[0-9]*'],
      ['web-a', 'web[!a-c]*'],
      ['x', '[b-a]'],
      ['x', '[!b-a]'],
      [']', '[]]'],
      ['a', '[]-a]'],
      ['😀', '?'],
    ])
  })
})

describe('versions', () => {
  const part = fc.constantFrom(
    '0',
    '1',
    '2',
    '10',
    '01',
    'a',
    'b',
    'rc1',
    'dev',
    '-',
    '.',
    '+',
    '.post1',
    'alpha',
    '!',
    '1a',
    ' ',
  )
  const any = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 6 }).map(parts => parts.join('')),
    fc.array(fc.constantFrom('1', '0', '2', '10'), { minLength: 1, maxLength: 4 }).map(parts => parts.join('.')),
    fc
      .tuple(
        fc.constantFrom('1.0', '1.0.0', '2.1', '1!1.0', '0.1.0'),
        fc.constantFrom(
          '',
          'a1',
          'b2',
          'rc1',
          '.dev0',
          '.post2',
          '-1',
          '-alpha.1',
          '-1.b',
          '+build.5',
          '-rc.1+x',
          'a1.dev2',
          '+1.a',
        ),
      )
      .map(pair => pair.join('')),
  )
  const kinds: [string, string, (text: string) => Version][] = [
    ['LooseVersion', 'from ansible.module_utils.compat.version import LooseVersion as V', looseVersion],
    ['StrictVersion', 'from ansible.module_utils.compat.version import StrictVersion as V', strictVersion],
    ['SemanticVersion', 'from ansible.utils.version import SemanticVersion as V', semanticVersion],
    ['packaging.version.Version', 'from packaging.version import Version as V', pep440Version],
  ]
  for (const [name, source, parse] of kinds)
    it(`compare as ${name}`, () => {
      compareRandomly(
        `${source}\ndef f(a, b): return [V(a) < V(b), V(a) == V(b), V(a) > V(b)]`,
        (a: string, b: string) => {
          const order = parse(a).compareTo(parse(b))
          return [order < 0, order === 0, order > 0]
        },
        fc.tuple(any, any),
        3000,
      )
    })
  it('print as Python prints them', () => {
    compareRandomly(
      `${kinds[3]?.[1]}\ndef f(a): return str(V(a))`,
      (source: string) => pep440Version(source).toString(),
      fc.tuple(any),
      600,
    )
    compareRandomly(
      `${kinds[1]?.[1]}\ndef f(a): return str(V(a))`,
      (source: string) => strictVersion(source).toString(),
      fc.tuple(any),
      300,
    )
  })
})

describe('Random', () => {
  it('gives Python numbers for a seed', () => {
    const code = `import random
def f(s):
  r = random.Random(s)
  l = list(range(10)); r.shuffle(l)
  return [r.random(), r.getrandbits(7), r.getrandbits(100), r.randrange(1000), r.randrange(5, 50, 7), r.randint(1, 6), r.choice('abcdef'), l, r.sample(range(30), 4), r.sample(range(2000), 8), r.uniform(1, 3), r.random()]`
    const ours = (value: Value): Value => {
      const random = new Random(value)
      const list: Value[] = Array.from({ length: 10 }, (_, index) => index)
      const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
      random.shuffle(list)
      return [
        new PyFloat(random.random()),
        random.getRandBits(7),
        random.getRandBits(100),
        random.randrange(1000),
        random.randrange(5, 50, 7),
        random.randint(1, 6),
        random.choice([...'abcdef']),
        list,
        random.sample(upTo(30), 4),
        random.sample(upTo(2000), 8),
        new PyFloat(random.uniform(1, 3)),
        new PyFloat(random.random()),
      ]
    }
    const seeds = fc.oneof(
      text(8),
      anyInt,
      anyFloat.filter(value => !Number.isNaN(value.value)),
      fc.boolean(),
      fc.uint8Array({ maxLength: 9 }).map(bytes => bytes.join('-')),
      fc.bigInt({ min: 2n ** 80n, max: 2n ** 2000n }).map(int),
    )
    compareRandomly(code, ours, fc.tuple(seeds) as fc.Arbitrary<[Value]>, 300)
    compareCases(code, ours, [[[1]], [new Tuple([])]] as [Value][])
  })

  it('refuses empty ranges and sequences', () => {
    compareCases(
      'import random\ndef f(a, b):\n  r = random.Random(1)\n  return r.randrange(a, b)',
      (a: number, b: number) => new Random(1).randrange(a, b),
      [
        [5, 5],
        [5, 3],
      ],
    )
    expect(() => new Random(1).choice([])).toThrow('Cannot choose from an empty sequence')
  })

  it('draws from the system without a seed', () => {
    expect(new Set(Array.from({ length: 50 }, () => new Random().getRandBits(64))).size).toBe(50)
  })
})

describe('literalEval', () => {
  it('reads back what repr writes', () => {
    compareRandomly(
      'import ast\ndef f(s): return ast.literal_eval(s)',
      literalEval as (source: string) => Value,
      fc.tuple(anyValue.map(repr)).filter(([source]) => !/nan|inf/.test(source)),
      3000,
    )
  })

  it('takes and refuses what ast.literal_eval does', () => {
    const source = fc.string({
      unit: fc.constantFrom(
        '[',
        ']',
        '(',
        ')',
        '{',
        '}',
        ',',
        ':',
        '1',
        '0',
        '.',
        'e',
        '-',
        '+',
        "'",
        '"',
        'a',
        'b',
        'True',
        'None',
        ' ',
        '\n',
        '\\',
        '_',
        'x',
        '#',
        'r',
        'set()',
      ),
      maxLength: 9,
    })
    const verdict =
      'import ast\ndef f(s):\n  try: return repr(ast.literal_eval(s))\n  except (SyntaxError, ValueError): return "refused"'
    const ours = (text: string): Value => {
      try {
        return repr(literalEval(text))
      } catch (error) {
        if (error instanceof Error && (error.name === 'SyntaxError' || error.name === 'ValueError')) return 'refused'
        throw error
      }
    }
    compareRandomly(verdict, ours, fc.tuple(source), 12000)
    const chosen = [
      "'a' 'b'",
      "b'a' b'\\xff'",
      "'a' b'b'",
      "r'\\n'",
      "u'x'",
      "'''a\nb'''",
      '"\\x41\\u00e9\\101\\q\\\n"',
      '1_000',
      '0x1F',
      '0b11',
      '0o17',
      '1__0',
      '1_',
      '010',
      '00',
      '1e5',
      '.5',
      '1.',
      '1.e3',
      '1j',
      '-1',
      '+1',
      '--1',
      '-(1)',
      '-True',
      "-'a'",
      '(1)',
      '(1,)',
      '()',
      '1,',
      '1, 2',
      ',',
      '[1,]',
      '[,]',
      '{1: 2,}',
      '{1, 2}',
      '{}',
      '{1: 2, 3}',
      '{**{}}',
      '[*[]]',
      'set()',
      'set( )',
      'set([])',
      'None',
      'true',
      ' 1',
      '\n1',
      '\n 1',
      '1\n',
      '1 # c',
      '# c\n1',
      '[1, # c\n 2]',
      '[1\n]',
      '1 \\\n',
      "'\n'",
      "f'x'",
      "'\\N{DASH}'",
      '[1 2]',
      '1 if 1 else 2',
      "'a'*3",
      '1+2',
      '1+2j',
      '-1-2j',
      '-2j',
      '1j+2j',
      '1+(2j)',
      '1.5j',
      '[...]',
      '0.0-0j',
      '[[]]'.repeat(3),
      '['.repeat(200) + ']'.repeat(200),
      '['.repeat(201) + ']'.repeat(201),
      "'unterminated",
      '\0',
      'a',
      '...',
      '1.5.2',
      "('a')",
      "('a' 'b', )",
      '[1] ',
      "{'a':1,'a':2}",
      '0xg',
      '1a',
      '1if',
      "''''''",
      '[1,,2]',
      'not 1',
      '(1',
      '[)',
      "{'a'}",
      "{'a' 'b': 1}",
      '1;',
      '"\r\n"',
      '"""\r\n"""',
    ]
    compareCases(
      verdict,
      ours,
      chosen.filter(text => !text.includes('\\N') && text !== '{**{}}').map(text => [text] as const),
    )
  })

  it('raises TypeError for what cannot be hashed', () => {
    expect(() => literalEval('{[]: 1}')).toThrow("unhashable type: 'list'")
  })
})

describe('crypt', () => {
  it('hashes as crypt(3)', () => {
    const salts = fc.string({ unit: fc.constantFrom(...'./09AZaz'), minLength: 1, maxLength: 16 })
    const cases = fc.sample(
      fc.tuple(
        fc.constantFrom('5', '6'),
        text(30).filter(secret => !secret.includes('\0')),
        salts,
        fc.constantFrom(undefined, 1000, 5000, 1234),
      ),
      { numRuns: 60, seed },
    )
    const expected = askPython(
      'import crypt\nf = crypt.crypt',
      cases.map(([kind, secret, salt, rounds]) => [
        secret,
        `$${kind}$${rounds === undefined ? '' : `rounds=${rounds}$`}${salt}`,
      ]),
    )
    const ours = cases.map(([kind, secret, salt, rounds]) => ({
      ok: cryptHash(kind === '5' ? 'sha256_crypt' : 'sha512_crypt', secret, salt, rounds),
    }))
    expect(ours).toEqual(expected)
    const md5 = fc.sample(
      fc.tuple(
        text(20).filter(secret => !secret.includes('\0')),
        salts.filter(salt => salt.length <= 8),
      ),
      { numRuns: 40, seed },
    )
    expect(md5.map(([secret, salt]) => ({ ok: cryptHash('md5_crypt', secret, salt) }))).toEqual(
      askPython(
        'import crypt\nf = crypt.crypt',
        md5.map(([secret, salt]) => [secret, `$1$${salt}`]),
      ),
    )
  })
})

describe('time', () => {
  const directives = [...'aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%'].map(letter => `%${letter}`)
  const moment = fc.oneof(
    fc.integer({ min: 31536000, max: 7258118400 }),
    fc.constantFrom(0, 1700000000, 1711846800, 1698541200, 1711843199),
  )
  it('strftime formats local and UTC times as time.strftime', () => {
    for (const zone of ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata']) {
      const before = process.env.TZ
      process.env.TZ = zone
      try {
        compareRandomly(
          'import time\ndef f(s, t): return [time.strftime(s, time.localtime(t)), time.strftime(s, time.gmtime(t))]',
          (format: string, seconds: number) => [
            strftime(format, localTime(seconds)),
            strftime(format, utcTime(seconds)),
          ],
          fc.tuple(
            fc.oneof(fc.constant(directives.join('|')), fc.constantFrom('%-d %_m %^a %#p %05d %Ey %Od %Q %f %')),
            moment,
          ),
          300,
        )
      } finally {
        if (before === undefined) delete process.env.TZ
        else process.env.TZ = before
      }
    }
  })

  it('strptime reads and refuses as datetime.strptime', () => {
    const cases: [string, string][] = [
      ['2020-02-29 12:34:56', '%Y-%m-%d %H:%M:%S'],
      ['2021-02-29', '%Y-%m-%d'],
      ['1 Jan 99', '%d %b %y'],
      ['monday march 5 2018 3PM', '%A %B %d %Y %I%p'],
      ['2020-060', '%Y-%j'],
      ['2020 10 1', '%Y %U %w'],
      ['2020 10 1', '%Y %W %w'],
      ['2020 0 0', '%Y %U %w'],
      ['2020-W05-3', '%G-W%V-%u'],
      ['2020', '%G'],
      ['12:00:00.5', '%H:%M:%S.%f'],
      ['2020-01-01T00:00:00Z', '%Y-%m-%dT%H:%M:%S%z'],
      ['2020-01-01 +05:30', '%Y-%m-%d %z'],
      ['2020-01-01 -0500', '%Y-%m-%d %z'],
      ['2020-01-01 UTC', '%Y-%m-%d %Z'],
      ['x', '%Y'],
      ['2020x', '%Y'],
      ['2020', '%Q'],
      ['2020', '%Y%'],
      ['100%', '100%%'],
      ['  2020', ' %Y'],
      ['12/31/99', '%x'],
      ['23:59:61', '%X'],
      ['12 AM', '%I %p'],
      ['12 PM', '%I %p'],
      ['a.b', 'a.b'],
      ['Mon Jan  1 00:00:00 2018', '%c'],
    ]
    compareCases(
      'import datetime\ndef f(t, s):\n  d = datetime.datetime.strptime(t, s)\n  return [str(d), repr(d), d.isoformat()]',
      (value: string, format: string) => {
        const moment = strptime(value, format)
        return [str(moment), repr(moment), callValue(getAttribute(moment, 'isoformat') as Value, [])]
      },
      cases,
    )
  })

  it('differences of datetimes are timedeltas', () => {
    const fields = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 59 }),
      fc.constantFrom(0, 1, 500000, 999999),
    )
    const code = `import datetime
def f(a, b):
  x, y = datetime.datetime(*a), datetime.datetime(*b)
  d = x - y
  return [str(d), repr(d), d.days, d.seconds, d.microseconds, d.total_seconds(), str(y + d), x < y, str(x), repr(x), x.weekday(), x.isoweekday(), list(x.isocalendar()), x.strftime('%Y %j %U %V %f %G'), x.toordinal(), str(abs(d)), str(-d), str(d / 3), str(d * 2), bool(d)]`
    const ours = (a: Tuple, b: Tuple): Value => {
      const [x, y] = [a, b].map(
        tuple => new PyDateTime(...(tuple.items as [number, number, number, number, number, number, number])),
      ) as [PyDateTime, PyDateTime]
      const d = sub(x, y)
      const get = (value: Value, name: string): Value => getAttribute(value, name) as Value
      const on = (value: Value, name: string, ...args: Value[]): Value => callValue(get(value, name), args)
      return [
        str(d),
        repr(d),
        get(d, 'days'),
        get(d, 'seconds'),
        get(d, 'microseconds'),
        on(d, 'total_seconds'),
        str(add(y, d)),
        compare(x, y, '<'),
        str(x),
        repr(x),
        on(x, 'weekday'),
        on(x, 'isoweekday'),
        [...(on(x, 'isocalendar') as Tuple).items],
        on(x, 'strftime', '%Y %j %U %V %f %G'),
        on(x, 'toordinal'),
        str(absolute(d)),
        str(neg(d)),
        str(div(d, 3)),
        str(mul(d, 2)),
        truth(d),
      ]
    }
    compareRandomly(
      code,
      ours,
      fc.tuple(fields, fields).map(([a, b]) => [new Tuple(a), new Tuple(b)]) as fc.Arbitrary<[Tuple, Tuple]>,
      500,
    )
  })
})

it('runs against the interpreter that Ansible uses', () => {
  expect(spawnSync('/usr/bin/python3', ['-c', 'import ansible']).status).toBe(0)
})

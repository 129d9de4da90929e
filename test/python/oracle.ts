// Asks CPython what a function gives for many arguments at once, and compares our answers with it, case by case.
// The seed is fixed and printed on failure; FC_SEED=n tries other cases.

import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect } from 'vitest'
import {
  Dict,
  int,
  isPyError,
  PyBytes,
  PyFloat,
  PySet,
  Text,
  Tuple,
  typeName,
  type Value,
} from '../../src/python/index.js'

/** Every kind of value keeps its type on the way to Python and back. */
export function encode(value: unknown): unknown {
  if (value === undefined) return { u: true }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return { i: String(value) }
  if (Array.isArray(value)) return value.map(encode)
  if (value instanceof PyFloat) return { f: floatText(value.value) }
  if (value instanceof Tuple) return { t: value.items.map(encode) }
  if (value instanceof Dict) return { d: Array.from(value.entries(), ([key, item]) => [encode(key), encode(item)]) }
  if (value instanceof PySet)
    return {
      s: Array.from(value.iterate(), encode)
        .map(item => JSON.stringify(item))
        .sort(),
    }
  if (value instanceof PyBytes) return { b: Buffer.from(value.value).toString('hex') }
  if (value instanceof Text) return value.value
  return { o: typeName(value as Value) }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (Object.is(value, -0)) return '-0.0'
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf'
}

const DRIVER = `
import json, sys, base64
def dec(v):
    if isinstance(v, list): return [dec(x) for x in v]
    if isinstance(v, dict):
        (k, x), = v.items()
        if k == 'i': return int(x)
        if k == 'f': return float(x)
        if k == 't': return tuple(dec(y) for y in x)
        if k == 'd': return {dec(a): dec(b) for a, b in x}
        if k == 's': return set(dec(json.loads(y)) for y in x)
        if k == 'b': return bytes.fromhex(x)
        raise ValueError(k)
    return v
def ftext(x):
    import math
    if x != x: return 'nan'
    if x in (math.inf, -math.inf): return 'inf' if x > 0 else '-inf'
    return repr(x)
def enc(v):
    if v is None or isinstance(v, (bool, str)): return v
    if isinstance(v, int): return {'i': str(v)}
    if isinstance(v, float): return {'f': v.hex() if v == v and abs(v) != float('inf') else ftext(v)}
    if isinstance(v, list): return [enc(x) for x in v]
    if isinstance(v, tuple): return {'t': [enc(x) for x in v]}
    if isinstance(v, dict): return {'d': [[enc(a), enc(b)] for a, b in v.items()]}
    if isinstance(v, (set, frozenset)): return {'s': sorted(json.dumps(enc(x), separators=(',', ':'), ensure_ascii=False) for x in v)}
    if isinstance(v, bytes): return {'b': v.hex()}
    return {'o': type(v).__name__}
sys.setrecursionlimit(3000)
import warnings
warnings.simplefilter('ignore')
req = json.loads(sys.stdin.buffer.read())
ns = {}
exec(req['code'], ns)
out = []
for case in req['cases']:
    try:
        out.append({'ok': enc(ns['f'](*[dec(x) for x in case]))})
    except Exception as e:
        out.append({'error': [type(e).__name__, str(e)]})
sys.stdout.write(json.dumps(out))
`

export type Outcome = { readonly ok: unknown } | { readonly error: readonly [string, string] }

/** What Python's `f` (defined by `code`) gives for each argument list. */
export function askPython(code: string, cases: readonly (readonly unknown[])[]): Outcome[] {
  const input = JSON.stringify({ code, cases: cases.map(args => args.map(encode)) })
  const run = spawnSync('/usr/bin/python3', ['-c', DRIVER], {
    input,
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONUTF8: '1' },
  })
  if (run.status !== 0) throw new Error(`python3 failed: ${run.stderr.toString()}`)
  return JSON.parse(run.stdout.toString()) as Outcome[]
}

/** Floats travel as text that differs between the languages; here they meet. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal)
  if (value === null || typeof value !== 'object') return value
  const [key, inner] = Object.entries(value)[0] as [string, unknown]
  if (key === 'f') return { f: hexFloat(String(inner)) }
  if (key === 's') return { s: (inner as string[]).map(item => JSON.stringify(normal(JSON.parse(item)))).sort() }
  return { [key]: key === 't' || key === 'd' ? normal(inner) : inner }
}

function hexFloat(text: string): string {
  const match = /^(-?)0x([01])\.([0-9a-f]*)p([+-]\d+)$/.exec(text)
  if (match === null)
    return text === 'nan' || text === 'inf' || text === '-inf'
      ? text
      : Object.is(Number(text), -0)
        ? '-0'
        : String(Number(text))
  const [, sign, whole, fraction = '', exponent] = match
  let value = Number.parseInt(`${whole}${fraction.padEnd(13, '0')}`, 16)
  let power = Number(exponent) - 52
  while (power < -1000) {
    value *= 2 ** -1000
    power += 1000
  }
  value *= 2 ** power
  return Object.is(sign === '-' ? -value : value, -0) ? '-0' : String(sign === '-' ? -value : value)
}

export function outcomeOf(run: () => unknown): Outcome {
  try {
    return { ok: encode(run()) }
  } catch (error) {
    if (isPyError(error)) return { error: [error.pyType, error.message] }
    throw error
  }
}

export interface CompareOptions {
  /** Compare exception types only (the message depends on things we do not have). */
  readonly anyMessage?: boolean
}

/** Fails with the simplest case where ours and Python's outcomes differ. */
export function compareCases<Args extends readonly unknown[]>(
  code: string,
  ours: (...args: Args) => unknown,
  cases: readonly Args[],
  options: CompareOptions = {},
  note = '',
): void {
  const expected = askPython(code, cases)
  const differing: { args: Args; python: string; ours: string }[] = []
  cases.forEach((args, index) => {
    const python = show(expected[index] as Outcome, options)
    const mine = show(
      outcomeOf(() => ours(...args)),
      options,
    )
    if (python !== mine) differing.push({ args, python, ours: mine })
  })
  differing.sort((a, b) => JSON.stringify(encode([...a.args])).length - JSON.stringify(encode([...b.args])).length)
  const worst = differing
    .slice(0, 5)
    .map(({ args, python, ours }) => `\nargs   ${JSON.stringify(encode([...args]))}\npython ${python}\nours   ${ours}`)
  expect(differing.length, `${differing.length} of ${cases.length} cases differ ${note}${worst.join('\n')}`).toBe(0)
}

function show(outcome: Outcome, options: CompareOptions): string {
  if ('ok' in outcome) return JSON.stringify(normal(outcome.ok))
  const [type, message] = outcome.error
  return options.anyMessage === true ? type : `${type}: ${message}`
}

/** FC_SCALE=10 tries ten times as many cases. */
const scale = Number(process.env.FC_SCALE ?? 1)
/** Fixed, so that a run of the tests can be repeated; other values of FC_SEED look at other cases. */
export const seed = Number(process.env.FC_SEED ?? 20_261_122)

/** Compares on generated arguments. */
export function compareRandomly<Args extends readonly unknown[]>(
  code: string,
  ours: (...args: Args) => unknown,
  arbitrary: fc.Arbitrary<Args>,
  count = 1500,
  options: CompareOptions = {},
): void {
  compareCases(
    code,
    ours,
    fc.sample(arbitrary, { numRuns: Math.ceil(count * scale * 0.3), seed }),
    options,
    `(FC_SEED=${seed})`,
  )
}

/** Characters that matter to Python's text rules, besides any assigned character. */
const SPECIAL = [
  ...' \t\n\r\v\f\x1c\x1d\x1e\x85\u00a0\u2028\u2029\u3000\'"\\{}%$aAzZ09_-.,;:!?ßéÉİıſΣςσǆǅﬁ²½٣一😀𝒳\u0301\u200d\ufeff\u0000\x7f',
]

/** Text of characters that both Unicode versions know. */
export const text = (maxLength = 12): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...SPECIAL) },
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
      {
        weight: 1,
        arbitrary: fc
          .integer({ min: 0x20, max: 0x24f })
          .filter(code => code !== 0x19b)
          .map(code => String.fromCodePoint(code)),
      },
      { weight: 1, arbitrary: fc.integer({ min: 0x370, max: 0x377 }).map(code => String.fromCodePoint(code)) },
    ),
    maxLength,
  })

export const anyInt: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(int),
)
export const anyFloat: fc.Arbitrary<PyFloat> = fc
  .oneof(
    fc.double(),
    fc.constantFrom(
      0,
      -0,
      0.5,
      1.5,
      2.5,
      -0.5,
      1e16,
      1e-5,
      1e15,
      123456.789,
      0.1,
      1 / 3,
      1e22,
      5e-324,
      1.7976931348623157e308,
    ),
    fc.integer({ min: -1000, max: 1000 }).map(value => value / 8),
  )
  .map(value => new PyFloat(value))
export const anyNumber: fc.Arbitrary<Value> = fc.oneof(anyInt, anyFloat, fc.boolean())

const hashable: fc.Arbitrary<Value> = fc.oneof(
  text(5),
  anyInt,
  fc.boolean(),
  fc.constant(null),
  anyFloat.filter(value => !Number.isNaN(value.value)),
)

/** Any value made of Python's builtin types. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text(8),
    anyNumber,
    fc.constant(null),
    fc.uint8Array({ maxLength: 6 }).map(bytes => new PyBytes(bytes)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }).map(items => new Tuple(items)),
    fc.array(fc.tuple(hashable, tie('value')), { maxLength: 3 }).map(entries => new Dict(entries)),
  ),
})).value

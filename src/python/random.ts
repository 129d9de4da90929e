// random.Random: the Mersenne Twister with Python's seeding and drawing, so that a seed gives Python's numbers.
// Mirrors CPython 3.11's random.py and _randommodule.c. Without a seed it draws from the system, as SystemRandom.

import { createHash, randomFillSync } from 'node:crypto'
import { encodeUtf8 } from './codecs.js'
import { decompose } from './float-digits.js'
import { bitLength, type Int, int, intOf } from './numbers.js'
import { PyError } from './py-error.js'
import { isText, PyBytes, PyFloat, textOf, type Value } from './values.js'

const SIZE = 624
const MIDDLE = 397

/** Gives 32 random bits at a time. */
type Source = () => number

export class Random {
  #next: Source = systemSource()

  /** Without a seed (undefined, not None) the numbers come from the system. */
  constructor(seed?: Value) {
    if (seed !== undefined) this.seed(seed)
  }

  seed(seed: Value): void {
    this.#next = seed === null ? systemSource() : twister(seedWords(seed))
  }

  /** A float in [0, 1). */
  random(): number {
    const high = this.#next() >>> 5
    const low = this.#next() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  getRandBits(bits: number): Int {
    if (bits < 0) throw new PyError('ValueError', 'number of bits must be non-negative')
    if (bits === 0) return 0
    if (bits <= 32) return this.#next() >>> (32 - bits)
    let value = 0n
    for (let done = 0; done < bits; done += 32) {
      const wanted = Math.min(32, bits - done)
      value |= BigInt(this.#next() >>> (32 - wanted)) << BigInt(done)
    }
    return int(value)
  }

  /** A number in [0, limit): drawn again until it fits, as _randbelow_with_getrandbits. */
  #below(limit: Int): Int {
    const bits = bitLength(BigInt(limit))
    let value = this.getRandBits(bits)
    while (value >= limit) value = this.getRandBits(bits)
    return value
  }

  /** randrange(start) or (start, stop[, step]). ValueError for an empty range. */
  randrange(start: number, stop?: number, step = 1): number {
    const [from, to] = stop === undefined ? [0, start] : [start, stop]
    if (step === 0) throw new PyError('ValueError', 'zero step for randrange()')
    const width = to - from
    const count = step > 0 ? Math.floor((width + step - 1) / step) : Math.floor((width + step + 1) / step)
    if (count <= 0) {
      if (stop === undefined) throw new PyError('ValueError', 'empty range for randrange()')
      const what = step === 1 ? `(${from}, ${to}, ${width})` : ''
      throw new PyError('ValueError', `empty range for randrange()${what === '' ? '' : ` ${what}`}`)
    }
    return from + step * Number(this.#below(count))
  }

  /** A number in [a, b]. */
  randint(a: number, b: number): number {
    return this.randrange(a, b + 1)
  }

  uniform(a: number, b: number): number {
    return a + (b - a) * this.random()
  }

  choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new PyError('IndexError', 'Cannot choose from an empty sequence')
    return items[Number(this.#below(items.length))] as T
  }

  /** In place. */
  shuffle<T>(items: T[]): void {
    for (let last = items.length - 1; last > 0; last--) {
      const other = Number(this.#below(last + 1))
      const item = items[last] as T
      items[last] = items[other] as T
      items[other] = item
    }
  }

  sample<T>(items: readonly T[], count: number): T[] {
    if (count < 0 || count > items.length)
      throw new PyError('ValueError', 'Sample larger than population or is negative')
    // A list for small populations, remembered positions for large ones: the draws differ, so Python's choice is kept.
    const listSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0)
    return items.length <= listSize ? this.#sampleFromPool([...items], count) : this.#sampleApart(items, count)
  }

  #sampleFromPool<T>(pool: T[], count: number): T[] {
    return Array.from({ length: count }, (_, index) => {
      const left = pool.length - index
      const at = Number(this.#below(left))
      const item = pool[at] as T
      pool[at] = pool[left - 1] as T
      return item
    })
  }

  #sampleApart<T>(items: readonly T[], count: number): T[] {
    const taken = new Set<number>()
    while (taken.size < count) taken.add(Number(this.#below(items.length)))
    return Array.from(taken, at => items[at] as T)
  }
}

function systemSource(): Source {
  const words = new Uint32Array(64)
  let at = words.length
  return () => {
    if (at === words.length) {
      randomFillSync(words)
      at = 0
    }
    return words[at++] as number
  }
}

/** The seed as 32-bit words, lowest first. */
function seedWords(seed: Value): number[] {
  const number = intOf(seed)
  if (number !== undefined) return wordsOf(BigInt(number))
  if (seed instanceof PyFloat) return wordsOf(BigInt.asUintN(64, hashFloat(seed.value)), false)
  const bytes = isText(seed) ? encodeUtf8(textOf(seed)) : seed instanceof PyBytes ? seed.value : undefined
  if (bytes === undefined)
    throw new PyError('TypeError', 'The only supported seed types are: None,\nint, float, str, bytes, and bytearray.')
  const digest = createHash('sha512').update(bytes).digest()
  return wordsOf(BigInt(`0x${Buffer.concat([bytes, digest]).toString('hex')}`))
}

function wordsOf(value: bigint, absolute = true): number[] {
  let rest = absolute && value < 0n ? -value : value
  const words: number[] = []
  do {
    words.push(Number(rest & 0xffffffffn))
    rest >>= 32n
  } while (rest > 0n)
  return words
}

const HASH_MODULUS = (1n << 61n) - 1n

/** hash(float): the value modulo 2**61 - 1. */
function hashFloat(value: number): bigint {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 0n : value > 0 ? 314159n : -314159n
  const { mantissa, exponent } = decompose(value)
  const shift = BigInt(((exponent % 61) + 61) % 61)
  const residue = ((mantissa % HASH_MODULUS) << shift) % HASH_MODULUS
  const signed = value < 0 ? -residue : residue
  return signed === -1n ? -2n : signed
}

/** MT19937, seeded by init_by_array. */
function twister(key: readonly number[]): Source {
  const state = seededState(key)
  let index = SIZE
  return () => {
    if (index === SIZE) {
      regenerate(state)
      index = 0
    }
    let word = state[index++] as number
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }
}

function seededState(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(SIZE)
  const at = (index: number): number => state[index] as number
  state[0] = 19650218
  for (let index = 1; index < SIZE; index++)
    state[index] = Math.imul(1812433253, at(index - 1) ^ (at(index - 1) >>> 30)) + index
  let i = 1
  let j = 0
  for (let step = Math.max(SIZE, key.length); step > 0; step--) {
    state[i] = (at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), 1664525)) + (key[j] as number) + j
    if (++i >= SIZE) {
      state[0] = at(SIZE - 1)
      i = 1
    }
    if (++j >= key.length) j = 0
  }
  for (let step = SIZE - 1; step > 0; step--) {
    state[i] = (at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), 1566083941)) - i
    if (++i >= SIZE) {
      state[0] = at(SIZE - 1)
      i = 1
    }
  }
  state[0] = 0x80000000
  return state
}

function regenerate(state: Uint32Array): void {
  for (let index = 0; index < SIZE; index++) {
    const following = state[(index + 1) % SIZE] as number
    const mixed = ((state[index] as number) & 0x80000000) | (following & 0x7fffffff)
    state[index] = (state[(index + MIDDLE) % SIZE] as number) ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
  }
}

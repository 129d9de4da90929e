// crypt(3) password hashes: MD5-crypt, SHA-256-crypt and SHA-512-crypt (Drepper's specification, 0.6).
// Only the format is made here; choosing salts and rounds is the caller's business.

import { createHash, hash } from 'node:crypto'
import { encodeUtf8 } from './codecs.js'

export type CryptAlgorithm = 'md5_crypt' | 'sha256_crypt' | 'sha512_crypt'

/** The hash text, `$6$[rounds=N$]salt$…`. Rounds of the SHA kinds are told only when given; 5000 otherwise. */
export function cryptHash(algorithm: CryptAlgorithm, secret: string, salt: string, rounds?: number): string {
  const key = Buffer.from(encodeUtf8(secret, 'surrogateescape'))
  if (algorithm === 'md5_crypt') return md5Crypt(key, salt.slice(0, 8))
  return shaCrypt(algorithm === 'sha256_crypt' ? SHA256 : SHA512, key, salt.slice(0, 16), rounds)
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The digest's bytes in groups of three, in the order given, as base 64 with the low bits first. */
function encodeDigest(digest: Uint8Array, order: readonly (readonly number[])[]): string {
  let text = ''
  for (const group of order) {
    let bits = 0
    for (const index of group) bits = (bits << 8) | (index < 0 ? 0 : (digest[index] as number))
    const length = group.filter(index => index >= 0).length + 1
    for (let count = 0; count < length; count++) {
      text += ALPHABET[bits & 0x3f]
      bits >>>= 6
    }
  }
  return text
}

interface ShaKind {
  readonly name: 'sha256' | 'sha512'
  readonly identifier: string
  readonly size: number
  readonly order: readonly (readonly number[])[]
}

/** Byte triples that start at 0, a third and two thirds and rotate from group to group. */
function rotated(groups: number, third: number, step: 1 | 2, last: readonly number[]): number[][] {
  const order = Array.from({ length: groups }, (_, index) => {
    const triple = [index, index + third, index + 2 * third]
    const turn = (index * step) % 3
    return [...triple.slice(turn), ...triple.slice(0, turn)]
  })
  return [...order, [...last]]
}

const SHA256: ShaKind = { name: 'sha256', identifier: '5', size: 32, order: rotated(10, 10, 2, [-1, 31, 30]) }
const SHA512: ShaKind = { name: 'sha512', identifier: '6', size: 64, order: rotated(21, 21, 1, [-1, -1, 63]) }

function shaCrypt(kind: ShaKind, key: Buffer, saltText: string, rounds: number | undefined): string {
  const salt = Buffer.from(saltText, 'latin1')
  const digest = (...parts: Uint8Array[]): Buffer => {
    const running = createHash(kind.name)
    for (const part of parts) running.update(part)
    return running.digest()
  }
  const inner = digest(key, salt, key)
  const start = createHash(kind.name).update(key).update(salt).update(repeatTo(inner, key.length))
  for (let bits = key.length; bits > 0; bits >>= 1) start.update(bits & 1 ? inner : key)
  const first = start.digest()
  const keyBytes = repeatTo(digest(repeatTimes(key, key.length)), key.length)
  const saltBytes = repeatTo(digest(repeatTimes(salt, 16 + (first[0] as number))), salt.length)
  const count = Math.min(999999999, Math.max(1000, rounds ?? 5000))
  const last = stretch(kind, first, keyBytes, saltBytes, count)
  const told = rounds === undefined ? '' : `rounds=${count}$`
  return `$${kind.identifier}$${told}${saltText}$${encodeDigest(last, kind.order)}`
}

/** The slow part: round after round of hashing. */
function stretch(kind: ShaKind, first: Buffer, key: Buffer, salt: Buffer, rounds: number): Buffer {
  // The parts around the digest repeat every 42 rounds (2 * 3 * 7): laid out once, filled in place.
  const layouts = Array.from({ length: 42 }, (_, round) => layout(kind.size, key, salt, round))
  // One call a round, its result as text: five times faster than createHash and Buffers.
  let digest = first.toString('latin1')
  for (let round = 0; round < rounds; round++) {
    const { buffer, at } = layouts[round % 42] as { buffer: Buffer; at: number }
    buffer.write(digest, at, 'latin1')
    digest = hash(kind.name, buffer, 'binary')
  }
  return Buffer.from(digest, 'latin1')
}

function layout(size: number, key: Buffer, salt: Buffer, round: number): { buffer: Buffer; at: number } {
  const odd = round % 2 === 1
  const hole = Buffer.alloc(size)
  const middle = [...(round % 3 === 0 ? [] : [salt]), ...(round % 7 === 0 ? [] : [key])]
  const parts = odd ? [key, ...middle, hole] : [hole, ...middle, key]
  const buffer = Buffer.concat(parts)
  return { buffer, at: odd ? buffer.length - size : 0 }
}

function repeatTo(bytes: Buffer, length: number): Buffer {
  return repeatTimes(bytes, Math.ceil(length / Math.max(1, bytes.length))).subarray(0, length)
}

const repeatTimes = (bytes: Buffer, times: number): Buffer => Buffer.concat(Array<Buffer>(times).fill(bytes))

const MD5_ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
  [-1, -1, 11],
] as const

function md5Crypt(key: Buffer, saltText: string): string {
  const salt = Buffer.from(saltText, 'latin1')
  const inner = createHash('md5').update(key).update(salt).update(key).digest()
  const start = createHash('md5').update(key).update('$1$').update(salt).update(repeatTo(inner, key.length))
  for (let bits = key.length; bits > 0; bits >>= 1) start.update(bits & 1 ? Buffer.alloc(1) : key.subarray(0, 1))
  let digest = start.digest()
  for (let round = 0; round < 1000; round++) {
    const running = createHash('md5').update(round & 1 ? key : digest)
    if (round % 3 !== 0) running.update(salt)
    if (round % 7 !== 0) running.update(key)
    digest = running.update(round & 1 ? digest : key).digest()
  }
  return `$1$${saltText}$${encodeDigest(digest, MD5_ORDER)}`
}

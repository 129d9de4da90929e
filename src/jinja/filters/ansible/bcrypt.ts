// bcrypt: the password hash on Blowfish's slow key schedule (Provos and Mazières 1999), as crypt(3) writes it.
// Blowfish's tables are the first digits of pi, computed here instead of being listed.

const WORDS = 18 + 4 * 256
const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

let piWords: Uint32Array | undefined

/** The fraction of pi in words of 32 bits, by Machin's formula. */
function fractionOfPi(): Uint32Array {
  if (piWords !== undefined) return piWords
  const guard = 64n
  const scale = BigInt(WORDS * 32) + guard
  const arctan = (inverse: bigint): bigint => {
    let power = (1n << scale) / inverse
    let sum = power
    const square = inverse * inverse
    for (let divisor = 3n, sign = -1n; power !== 0n; divisor += 2n, sign = -sign) {
      power /= square
      sum += (sign * power) / divisor
    }
    return sum
  }
  const pi = 16n * arctan(5n) - 4n * arctan(239n)
  const digits = (pi & ((1n << scale) - 1n)) >> guard
  const hex = digits.toString(16).padStart(WORDS * 8, '0')
  piWords = Uint32Array.from({ length: WORDS }, (_unused, index) =>
    Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16),
  )
  return piWords
}

class Blowfish {
  readonly #p: Uint32Array
  readonly #s: Uint32Array
  left = 0
  right = 0

  constructor() {
    const words = fractionOfPi()
    this.#p = words.slice(0, 18)
    this.#s = words.slice(18)
  }

  /** Encrypts the block in `left` and `right`. */
  encrypt(): void {
    const p = this.#p
    const s = this.#s
    let left = this.left
    let right = this.right
    for (let round = 0; round < 16; round++) {
      left ^= p[round] as number
      const high = (s[left >>> 24] as number) + (s[256 + ((left >>> 16) & 0xff)] as number)
      const mixed = (high ^ (s[512 + ((left >>> 8) & 0xff)] as number)) + (s[768 + (left & 0xff)] as number)
      right ^= mixed
      const swapped = left
      left = right
      right = swapped
    }
    this.left = (right ^ (p[17] as number)) >>> 0
    this.right = (left ^ (p[16] as number)) >>> 0
  }

  /** Mixes a key of 18 words in; the salt (4 words) is fed between the steps. */
  expand(key: Uint32Array, salt: Uint32Array): void {
    for (let index = 0; index < 18; index++) this.#p[index] = (this.#p[index] as number) ^ (key[index] as number)
    this.left = 0
    this.right = 0
    let half = 0
    for (const table of [this.#p, this.#s]) {
      for (let index = 0; index < table.length; index += 2) {
        this.left ^= salt[half] as number
        this.right ^= salt[half + 1] as number
        this.encrypt()
        table[index] = this.left
        table[index + 1] = this.right
        half ^= 2
      }
    }
  }
}

/** 18 words of a key that is repeated as often as needed. */
function keyWords(key: Uint8Array): Uint32Array {
  const words = new Uint32Array(18)
  for (let index = 0; index < 72; index++) {
    const word = index >> 2
    words[word] = ((words[word] as number) << 8) | (key[index % key.length] as number)
  }
  return words
}

const MESSAGE = 'OrpheanBeholderScryDoubt'

/** The 23 bytes that bcrypt makes of a key. `cost`: logarithm of the rounds. */
function bcryptDigest(key: Uint8Array, salt: Uint8Array, cost: number): Buffer {
  const cipher = new Blowfish()
  const keySchedule = keyWords(key)
  const saltSchedule = keyWords(salt)
  const saltBlock = Uint32Array.from({ length: 4 }, (_unused, index) => Buffer.from(salt).readUInt32BE(index * 4))
  const nothing = new Uint32Array(4)
  cipher.expand(keySchedule, saltBlock)
  for (let round = 2 ** cost; round > 0; round--) {
    cipher.expand(keySchedule, nothing)
    cipher.expand(saltSchedule, nothing)
  }
  const text = Buffer.from(MESSAGE, 'latin1')
  for (let offset = 0; offset < text.length; offset += 8) {
    cipher.left = text.readUInt32BE(offset)
    cipher.right = text.readUInt32BE(offset + 4)
    for (let pass = 0; pass < 64; pass++) cipher.encrypt()
    text.writeUInt32BE(cipher.left, offset)
    text.writeUInt32BE(cipher.right, offset + 4)
  }
  return text.subarray(0, 23)
}

function encode(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [a, b, c] = [bytes[index] as number, bytes[index + 1], bytes[index + 2]]
    text += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4))
    if (b !== undefined) text += ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6))
    if (c !== undefined) text += ALPHABET.charAt(c & 63)
  }
  return text
}

function decodeSalt(salt: string): Uint8Array {
  const values = [...salt].map(char => ALPHABET.indexOf(char))
  const bytes: number[] = []
  for (let index = 0; index < values.length; index += 4) {
    const [a, b, c, d] = [values[index] ?? 0, values[index + 1] ?? 0, values[index + 2] ?? 0, values[index + 3] ?? 0]
    bytes.push(((a << 2) | (b >> 4)) & 0xff, ((b << 4) | (c >> 2)) & 0xff, ((c << 6) | d) & 0xff)
  }
  return Uint8Array.from(bytes.slice(0, 16))
}

/** Clears the bits of the last character that stand for nothing. Undefined when that is no bcrypt character. */
export function repairSalt(salt: string): string | undefined {
  const tail = salt.length % 4
  if (tail === 0) return salt
  const last = ALPHABET.indexOf(salt.charAt(salt.length - 1))
  return last < 0 ? undefined : salt.slice(0, -1) + ALPHABET.charAt(last & (tail === 2 ? 0x30 : 0x3c))
}

/**
 * `$2b$12$…` of a secret.
 * @param salt 22 characters of bcrypt's alphabet
 * @param ident 2, 2a, 2b or 2y
 */
export function bcryptHash(secret: Uint8Array, salt: string, cost: number, ident: string): string {
  // Only the oldest kind leaves out the closing zero byte.
  const key = ident === '2' && secret.length > 0 ? secret : Uint8Array.from([...secret.subarray(0, 72), 0])
  const digest = bcryptDigest(key, decodeSalt(salt), cost)
  return `$${ident}$${String(cost).padStart(2, '0')}$${salt}${encode(digest)}`
}

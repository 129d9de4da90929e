// The text form of a vault: `$ANSIBLE_VAULT;1.1;AES256[;id]` and lines of hex digits. AES-256-CTR under a key derived
// with PBKDF2, checked by HMAC-SHA256. Mirrors parsing/vault/__init__.py VaultLib and VaultAES256 (2.14).
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { VaultError } from '../errors.js'

const HEADER = '$ANSIBLE_VAULT'
const CIPHER = 'AES256'
const LINE = 80
const ROUNDS = 10_000
const KEY_BYTES = 32
const IV_BYTES = 16
const BLOCK_BYTES = 16

/** What the first line and the body of an envelope say. */
export interface Envelope {
  readonly vaultId: string | undefined
  readonly salt: Buffer
  readonly hmac: Buffer
  readonly ciphertext: Buffer
}

/** An envelope whose text is broken: the secrets do not matter then. */
export class VaultFormatError extends VaultError {}

interface Keys {
  readonly cipher: Buffer
  readonly hmac: Buffer
  readonly iv: Buffer
}

/** True for bytes or text that begin with $ANSIBLE_VAULT and are pure ASCII. */
export function isEncrypted(data: Uint8Array | string): boolean {
  if (typeof data === 'string') return data.startsWith(HEADER) && /^[\0-\x7f]*$/.test(data)
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return bytes.subarray(0, HEADER.length).toString('latin1') === HEADER && bytes.every(byte => byte < 0x80)
}

/** Reads an envelope. Throws VaultFormatError for broken text. */
export function parseEnvelope(text: string, file: string | undefined): Envelope {
  const place = file === undefined ? '' : `${file} `
  const lines = text.split(/\r\n|\n|\r/)
  const header = (lines[0] ?? '').trim().split(';')
  if (header.length < 3) throw new VaultFormatError(`${place}Vault envelope format error: list index out of range`)
  const cipher = (header[2] as string).trim()
  if (cipher !== CIPHER) throw new VaultError(`${cipher} cipher could not be found`)
  const body = unhex(
    lines
      .slice(1)
      .map(line => line.trim())
      .join(''),
  ).toString('latin1')
  const parts = body.split('\n')
  if (parts.length < 3)
    throw new VaultFormatError('Vault vaulttext format error: not enough values to unpack (expected 3, got 1)')
  const [salt, hmac, ...rest] = parts
  return {
    vaultId: header.length >= 4 ? (header[3] as string).trim() : undefined,
    salt: unhex(salt as string),
    hmac: unhex(hmac as string),
    ciphertext: unhex(rest.join('\n')),
  }
}

function unhex(digits: string): Buffer {
  if (digits.length % 2 !== 0) throw new VaultFormatError('Vault format unhexlify error: Odd-length string')
  if (!/^[0-9a-fA-F]*$/.test(digits))
    throw new VaultFormatError('Vault format unhexlify error: Non-hexadecimal digit found')
  return Buffer.from(digits, 'hex')
}

/** Opens an envelope with one password; undefined when it is not that password's. */
export function openEnvelope(envelope: Envelope, password: Buffer): Buffer | undefined {
  const keys = deriveKeys(password, envelope.salt)
  const expected = createHmac('sha256', keys.hmac).update(envelope.ciphertext).digest()
  if (expected.length !== envelope.hmac.length || !timingSafeEqual(expected, envelope.hmac)) return undefined
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.iv)
  const padded = Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()])
  const padding = padded.at(-1) ?? 0
  if (padding < 1 || padding > BLOCK_BYTES) throw new VaultFormatError('Invalid padding bytes.')
  return padded.subarray(0, padded.length - padding)
}

/** Seals bytes; a vault id other than `default` makes it a 1.2 envelope. */
export function sealEnvelope(plain: Buffer, password: Buffer, id: string | undefined, given?: Uint8Array): string {
  const salt = given === undefined ? randomBytes(KEY_BYTES) : Buffer.from(given)
  const keys = deriveKeys(password, salt)
  const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES)
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.iv)
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)])
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()])
  const hmac = createHmac('sha256', keys.hmac).update(ciphertext).digest('hex')
  const inner = Buffer.from(`${salt.toString('hex')}\n${hmac}\n${ciphertext.toString('hex')}`, 'latin1').toString('hex')
  const header = id === undefined || id === 'default' ? [HEADER, '1.1', CIPHER] : [HEADER, '1.2', CIPHER, id]
  return `${[header.join(';'), ...(inner.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [])].join('\n')}\n`
}

// One derivation costs about 30 ms of CPU, and a file of many inline values may share a salt.
const derived = new Map<string, Keys>()
const DERIVED_LIMIT = 4096

function deriveKeys(password: Buffer, salt: Buffer): Keys {
  const name = `${salt.toString('hex')}:${createHmac('sha256', salt).update(password).digest('hex')}`
  const known = derived.get(name)
  if (known !== undefined) return known
  const bytes = pbkdf2Sync(password, salt, ROUNDS, 2 * KEY_BYTES + IV_BYTES, 'sha256')
  const keys = {
    cipher: bytes.subarray(0, KEY_BYTES),
    hmac: bytes.subarray(KEY_BYTES, 2 * KEY_BYTES),
    iv: bytes.subarray(2 * KEY_BYTES),
  }
  if (derived.size >= DERIVED_LIMIT) derived.delete(derived.keys().next().value as string)
  derived.set(name, keys)
  return keys
}

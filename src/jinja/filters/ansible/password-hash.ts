// Password hashes as Ansible makes them with passlib, or with crypt where passlib is missing.
// Mirrors ansible/utils/encrypt.py (2.14) passlib_or_crypt, PasslibHash, CryptHash.

import { randomInt } from 'node:crypto'
import {
  type CryptAlgorithm,
  cryptHash,
  decodeUtf8,
  encodeUtf8,
  PyBytes,
  PyError,
  PyFloat,
  repr,
  textOf,
  toInt,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { NotNativeError, TemplateError } from '../../errors.js'
import { isInteger, isStr, qualifiedTypeName, toText } from '../conversions.js'
import { bcryptHash, repairSalt } from './bcrypt.js'

export interface HashOptions {
  readonly salt: Value
  readonly saltSize: Value
  readonly rounds: Value
  readonly ident: Value
}

interface Algorithm {
  readonly name: string
  /** Salt length when none is given, and the longest one. */
  readonly saltSize: number
  readonly exactSalt: boolean
  readonly rounds: { readonly usual: number; readonly least: number; readonly most: number } | undefined
  readonly cryptId: string
}

const ALGORITHMS = new Map<string, Algorithm>(
  [
    { name: 'md5_crypt', saltSize: 8, exactSalt: false, rounds: undefined, cryptId: '1' },
    { name: 'bcrypt', saltSize: 22, exactSalt: true, rounds: { usual: 12, least: 4, most: 31 }, cryptId: '2b' },
    {
      name: 'sha256_crypt',
      saltSize: 16,
      exactSalt: false,
      rounds: { usual: 535000, least: 1000, most: 999999999 },
      cryptId: '5',
    },
    {
      name: 'sha512_crypt',
      saltSize: 16,
      exactSalt: false,
      rounds: { usual: 656000, least: 1000, most: 999999999 },
      cryptId: '6',
    },
  ].map(algorithm => [algorithm.name, algorithm]),
)

// What passlib knows besides these; only Python can compute them.
const OTHER_PASSLIB = new Set(
  `apr_md5_crypt argon2 atlassian_pbkdf2_sha1 bcrypt_sha256 bigcrypt bsd_nthash bsdi_crypt cisco_asa cisco_pix
  cisco_type7 crypt16 cta_pbkdf2_sha1 des_crypt django_argon2 django_bcrypt django_bcrypt_sha256 django_des_crypt
  django_disabled django_pbkdf2_sha1 django_pbkdf2_sha256 django_salted_md5 django_salted_sha1 dlitz_pbkdf2_sha1 fshp
  grub_pbkdf2_sha512 hex_md4 hex_md5 hex_sha1 hex_sha256 hex_sha512 htdigest ldap_bcrypt ldap_bsdi_crypt
  ldap_des_crypt ldap_hex_md5 ldap_hex_sha1 ldap_md5 ldap_md5_crypt ldap_pbkdf2_sha1 ldap_pbkdf2_sha256
  ldap_pbkdf2_sha512 ldap_plaintext ldap_salted_md5 ldap_salted_sha1 ldap_salted_sha256 ldap_salted_sha512 ldap_sha1
  ldap_sha1_crypt ldap_sha256_crypt ldap_sha512_crypt lmhash msdcc msdcc2 mssql2000 mssql2005 mysql323 mysql41 nthash
  oracle10 oracle11 pbkdf2_sha1 pbkdf2_sha256 pbkdf2_sha512 phpass plaintext postgres_md5 roundup_plaintext scram
  scrypt sha1_crypt sun_md5_crypt unix_disabled unix_fallback`.split(/\s+/),
)

const SALT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export function randomSalt(length: number): string {
  return Array.from({ length }, () => SALT_ALPHABET.charAt(randomInt(SALT_ALPHABET.length))).join('')
}

/** Salt length Ansible uses when it makes one for this algorithm. */
export const saltSizeOf = (algorithm: string): number => ALGORITHMS.get(algorithm)?.saltSize ?? 8

export const implicitIdentOf = (algorithm: string): string | undefined => (algorithm === 'bcrypt' ? '2b' : undefined)

/** Throws TemplateErrors in Ansible's words, and TypeErrors of passlib. */
export function hashPassword(secret: Value, algorithm: string, options: HashOptions, hasPasslib: boolean): string {
  const known = ALGORITHMS.get(algorithm)
  if (!hasPasslib) return hashWithCrypt(secret, algorithm, known, options)
  if (known !== undefined) return hashWithPasslib(secret, known, options)
  if (OTHER_PASSLIB.has(algorithm)) {
    throw new NotNativeError(`password hashes of type '${algorithm}' need Python's passlib`)
  }
  const message = `passlib does not support '${algorithm}' algorithm`
  throw new TemplateError(message)
}

/** "Could not hash the secret." with the reason behind it, as str() of the chained exception. */
const couldNotHash = (reason: string): TemplateError => new TemplateError(`Could not hash the secret.. ${reason}`)

function hashWithPasslib(secret: Value, algorithm: Algorithm, options: HashOptions): string {
  const salt = passlibSalt(algorithm, options)
  const rounds = passlibRounds(algorithm, options.rounds)
  const bytes = secretBytes(secret)
  if (algorithm.name === 'bcrypt') {
    const ident = truth(options.ident) ? toText(options.ident).replace(/^\$|\$$/g, '') : '2b'
    if (!['2', '2a', '2b', '2y'].includes(ident)) throw couldNotHash(`invalid ident: ${repr(options.ident)}`)
    if (bytes.includes(0)) throw couldNotHash('bcrypt does not allow NULL bytes in password')
    return bcryptHash(bytes, salt, rounds as number, ident)
  }
  if (bytes.includes(0)) throw couldNotHash('null character in secret')
  // 5000 rounds are what the hash says when it says nothing.
  const told = rounds === 5000 ? undefined : rounds
  return cryptHash(algorithm.name as CryptAlgorithm, decodeUtf8(bytes, 'surrogateescape'), salt, told)
}

function passlibSalt(algorithm: Algorithm, options: HashOptions): string {
  const size = truth(options.saltSize) ? saltSize(algorithm, options.saltSize) : undefined
  if (!truth(options.salt)) return cleanBcrypt(algorithm, randomSalt(size ?? algorithm.saltSize))
  const salt = cleanBcrypt(algorithm, toText(options.salt))
  const { name } = algorithm
  if (![...salt].every(char => SALT_ALPHABET.includes(char))) throw couldNotHash(`invalid characters in ${name} salt`)
  const wanted = algorithm.exactSalt ? 'exactly 22' : `<= ${algorithm.saltSize}`
  if (salt.length > algorithm.saltSize) throw couldNotHash(`salt too large (${name} requires ${wanted} chars)`)
  if (algorithm.exactSalt && salt.length < algorithm.saltSize) {
    throw couldNotHash(`salt too small (${name} requires ${wanted} chars)`)
  }
  return salt
}

function cleanBcrypt(algorithm: Algorithm, salt: string): string {
  if (algorithm.name !== 'bcrypt') return salt
  if (salt.length % 4 === 1) throw new PyError('ValueError', 'source length must != 1 mod 4')
  const repaired = repairSalt(salt)
  if (repaired === undefined) throw new PyError('ValueError', 'substring not found')
  return repaired
}

function saltSize(algorithm: Algorithm, value: Value): number {
  const { name } = algorithm
  const size = normalInt(value, 'salt_size')
  if (algorithm.exactSalt && size !== algorithm.saltSize) {
    throw couldNotHash(`${name}: salt_size (${size}) must be exactly ${algorithm.saltSize}`)
  }
  if (size > algorithm.saltSize) {
    throw couldNotHash(`${name}: salt_size (${size}) above max_salt_size (${algorithm.saltSize})`)
  }
  if (size < 0) throw couldNotHash(`${name}: salt_size (${size}) below min_salt_size (0)`)
  return size
}

function normalInt(value: Value, parameter: string): number {
  if (isInteger(value)) return Number(value)
  if (isStr(value)) {
    try {
      return Number(toInt(value))
    } catch (error) {
      if (error instanceof PyError && error.isA('ValueError')) throw couldNotHash(error.message)
      throw error
    }
  }
  throw new PyError('TypeError', `${parameter} must be integer, not ${typeName(value)}`)
}

function passlibRounds(algorithm: Algorithm, value: Value): number | undefined {
  const { name, rounds } = algorithm
  if (rounds === undefined) {
    if (!truth(value)) return undefined
    throw new PyError('TypeError', "MinimalHandler.using() got an unexpected keyword argument 'rounds'")
  }
  if (!truth(value)) return rounds.usual
  if (value instanceof PyFloat) throw new PyError('TypeError', 'min_desired_rounds must be integer, not float')
  const count = normalInt(value, 'min_desired_rounds')
  if (count < rounds.least) {
    throw couldNotHash(`${name}: min_desired_rounds (${count}) is too low, must be at least ${rounds.least}`)
  }
  if (count > rounds.most) {
    throw couldNotHash(`${name}: min_desired_rounds (${count}) is too large, cannot be more than ${rounds.most}`)
  }
  return count
}

function secretBytes(secret: Value): Uint8Array {
  if (isStr(secret)) return encodeUtf8(textOf(secret))
  if (secret instanceof PyBytes) return secret.value
  const shown = secret === null ? 'None' : qualifiedTypeName(secret)
  throw new PyError('TypeError', `secret must be unicode or bytes, not ${shown}`)
}

/** crypt.crypt of the controller: the C library's defaults, no limits but its own. */
function hashWithCrypt(secret: Value, name: string, algorithm: Algorithm | undefined, options: HashOptions): string {
  const unsupported = (): TemplateError => new TemplateError(`crypt.crypt does not support '${name}' algorithm`)
  if (algorithm === undefined) throw unsupported()
  const size = truth(options.saltSize) ? normalInt(options.saltSize, 'salt_size') : algorithm.saltSize
  const salt = truth(options.salt) ? toText(options.salt) : randomSalt(size)
  if (/[^./0-9A-Za-z]/.test(salt)) throw new TemplateError('invalid characters in salt')
  const isWrong = algorithm.exactSalt ? salt.length !== algorithm.saltSize : salt.length > algorithm.saltSize
  if (isWrong) throw new TemplateError('invalid salt size')
  const rounds = truth(options.rounds) ? normalInt(options.rounds, 'rounds') : undefined
  const told = rounds === algorithm.rounds?.usual ? undefined : rounds
  const bytes = secretBytes(secret)
  if (name !== 'bcrypt') return cryptHash(name as CryptAlgorithm, decodeUtf8(bytes, 'surrogateescape'), salt, told)
  // `$2b$<salt>` without a cost is no setting that crypt(3) accepts.
  throw unsupported()
}

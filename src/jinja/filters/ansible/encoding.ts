// Ansible's filters that encode or hash text: b64encode, b64decode, hash, md5, sha1, checksum, to_uuid, quote, urldecode.
// Mirrors ansible/plugins/filter/core.py, urls.py (2.14), utils/hashing.py, base64, hashlib, uuid.

import { createHash } from 'node:crypto'
import {
  add,
  decodeBytes,
  decodeUtf8,
  encodeText,
  PyBytes,
  PyError,
  repr,
  shlexQuote,
  Text,
  textOf,
  typeName,
  type Value,
  VaultText,
} from '../../../python/index.js'
import { FilterError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { callMethod, isStr, requireText, toBytes, toText } from '../conversions.js'
import { define } from '../signature.js'

const encodingName = (value: Value): string => requireText(value, `encode() argument 'encoding' must be str`)

function base64Encode(value: Value, encoding: Value): string {
  const bytes =
    value instanceof PyBytes ? value.value : encodeText(toText(value), encodingName(encoding), 'surrogateescape')
  return Buffer.from(bytes).toString('base64')
}

/** binascii.a2b_base64, not strict: foreign characters are skipped, the padding must be right. */
function base64Bytes(bytes: Uint8Array): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const out: number[] = []
  let position = 0
  let left = 0
  let pads = 0
  let digits = 0
  for (const byte of bytes) {
    const char = String.fromCharCode(byte)
    if (char === '=') {
      if (position >= 2 && position + ++pads >= 4) return Uint8Array.from(out)
      continue
    }
    const value = alphabet.indexOf(char)
    if (value < 0) continue
    pads = 0
    digits++
    if (position === 0) left = value
    else if (position === 1) {
      out.push((left << 2) | (value >> 4))
      left = value & 0x0f
    } else if (position === 2) {
      out.push((left << 4) | (value >> 2))
      left = value & 0x03
    } else {
      out.push((left << 6) | value)
      left = 0
    }
    position = (position + 1) % 4
  }
  if (position === 1) {
    const message = `Invalid base64-encoded string: number of data characters (${digits}) cannot be 1 more than a multiple of 4`
    throw new PyError('Error', message)
  }
  if (position !== 0) throw new PyError('Error', 'Incorrect padding')
  return Uint8Array.from(out)
}

// hashlib's names and OpenSSL's.
const DIGESTS = new Map<string, string>([
  ['md5', 'md5'],
  ['sha1', 'sha1'],
  ['sha224', 'sha224'],
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
  ['sha512_224', 'sha512-224'],
  ['sha512_256', 'sha512-256'],
  ['sha512-224', 'sha512-224'],
  ['sha512-256', 'sha512-256'],
  ['sha3_224', 'sha3-224'],
  ['sha3_256', 'sha3-256'],
  ['sha3_384', 'sha3-384'],
  ['sha3_512', 'sha3-512'],
  ['sha3-224', 'sha3-224'],
  ['sha3-256', 'sha3-256'],
  ['sha3-384', 'sha3-384'],
  ['sha3-512', 'sha3-512'],
  ['blake2b', 'blake2b512'],
  ['blake2s', 'blake2s256'],
  ['blake2b512', 'blake2b512'],
  ['blake2s256', 'blake2s256'],
  ['ripemd160', 'ripemd160'],
  ['sm3', 'sm3'],
  ['md5-sha1', 'md5-sha1'],
])

function hexDigest(data: Value, algorithm: string): string {
  return createHash(algorithm).update(toBytes(data)).digest('hex')
}

function hash(data: Value, type: Value): string {
  if (!isStr(type)) throw new FilterError('name must be a string')
  const name = textOf(type)
  const algorithm = DIGESTS.get(name) ?? DIGESTS.get(name.toLowerCase())
  if (algorithm !== undefined) return hexDigest(data, algorithm)
  if (/^shake_?(128|256)$/i.test(name)) {
    throw new PyError('TypeError', "hexdigest() missing required argument 'length' (pos 1)")
  }
  throw new FilterError(`unsupported hash type ${name}`)
}

const ANSIBLE_NAMESPACE = '361E6D51-FAEC-444A-9079-341386DA8E2E'

/** uuid.UUID(text).bytes */
function uuidBytes(text: string): Buffer {
  const digits = text
    .replaceAll('urn:', '')
    .replaceAll('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '')
  if (digits.length !== 32) throw new PyError('ValueError', 'badly formed hexadecimal UUID string')
  if (!/^[0-9a-fA-F]+$/.test(digits)) {
    throw new PyError('ValueError', `invalid literal for int() with base 16: ${repr(digits)}`)
  }
  return Buffer.from(digits, 'hex')
}

function namespaceBytes(namespace: Value): Buffer {
  try {
    if (isStr(namespace)) return uuidBytes(textOf(namespace))
    if (namespace === null) {
      throw new PyError('TypeError', 'one of the hex, bytes, bytes_le, fields, or int arguments must be given')
    }
    throw new PyError('AttributeError', `'${typeName(namespace)}' object has no attribute 'replace'`)
  } catch (error) {
    if (!(error instanceof PyError) || error.isA('TypeError')) throw error
    throw new FilterError(`Invalid value '${toText(namespace)}' for 'namespace': ${error.message}`)
  }
}

/** uuid.uuid5 */
function toUuid(text: Value, namespace: Value): string {
  const space = namespaceBytes(namespace)
  const digest = createHash('sha1').update(space).update(toBytes(text)).digest().subarray(0, 16)
  digest[6] = ((digest[6] as number) & 0x0f) | 0x50
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80
  const hex = digest.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** urllib.parse.unquote_plus */
function urlDecode(value: Value): string {
  const plain = callMethod(value, 'replace', ['+', ' '])
  return requireText(plain).replace(/(?:%[0-9a-fA-F]{2}|[\x00-\x7f])+/g, run =>
    run.includes('%') ? decodePercent(run) : run,
  )
}

function decodePercent(run: string): string {
  const bytes: number[] = []
  for (const [part] of run.matchAll(/%[0-9a-fA-F]{2}|[\s\S]/g)) {
    bytes.push(part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0))
  }
  return decodeUtf8(Uint8Array.from(bytes), 'replace')
}

/** shlex.quote; markup and unsafe text answer with their own operators. */
function shellQuote(value: Value): Value {
  if (!(value instanceof Text) || value instanceof VaultText) return shlexQuote(value === null ? '' : toText(value))
  if (value.value === '') return "''"
  if (/^[\w@%+=:,./-]+$/.test(value.value)) return value
  return add(add("'", callMethod(value, 'replace', ["'", `'"'"'`])), "'")
}

const digestFilter = (name: string, algorithm: string): PluginCall =>
  define(`${name}(data)`, (_call, data) => hexDigest(data, algorithm))

const sha1 = define('secure_hash_s(data, hash_func=None)', (_call, data) => hexDigest(data, 'sha1'))

export const encodingFilters: Readonly<Record<string, PluginCall>> = {
  b64decode: define("b64decode(string, encoding='utf-8')", (_call, text, encoding) =>
    decodeBytes(base64Bytes(toBytes(text)), encodingName(encoding), 'surrogateescape'),
  ),
  b64encode: define("b64encode(string, encoding='utf-8')", (_call, text, encoding) => base64Encode(text, encoding)),
  checksum: sha1,
  hash: define("get_hash(data, hashtype='sha1')", (_call, data, type) => hash(data, type)),
  md5: digestFilter('md5s', 'md5'),
  quote: define('quote(a)', (_call, value) => shellQuote(value)),
  sha1,
  to_uuid: define(`to_uuid(string, namespace='${ANSIBLE_NAMESPACE}')`, (_call, text, namespace) =>
    toUuid(text, namespace),
  ),
  urldecode: define("unquote_plus(string, encoding='utf-8', errors='replace')", (_call, text) => urlDecode(text)),
}

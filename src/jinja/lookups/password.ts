// The password lookup: random passwords that are kept in files. Mirrors ansible/plugins/lookup/password.py (2.14)
// and utils/encrypt.py random_password.

import { createHash } from 'node:crypto'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirName, joinPath } from '../../config/index.js'
import { parseKv } from '../../config/splitter.js'
import { Dict, decodeUtf8, encodeUtf8, PyError, Random, textOf, toInt, truth, type Value } from '../../python/index.js'
import { TemplateError } from '../errors.js'
import { hashPassword, implicitIdentOf, randomSalt, saltSizeOf } from '../filters/ansible/password-hash.js'
import { callMethod, isStr, itemsOf, toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { type LookupOptions, type OptionSpecs, readOptions } from './options.js'

const OPTIONS: OptionSpecs = {
  encrypt: {},
  ident: { type: 'string' },
  chars: { type: 'list', default: ['ascii_letters', 'digits', '.,:-_'] },
  length: { type: 'int', default: 20 },
  seed: { type: 'string' },
}
const NOWHERE = '/dev/null'

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
const WHITESPACE = ' \t\n\r\x0b\x0c'
/** Python's string module. */
const CHARACTER_SETS: Readonly<Record<string, string>> = {
  ascii_letters: LOWER + UPPER,
  ascii_lowercase: LOWER,
  ascii_uppercase: UPPER,
  digits: DIGITS,
  hexdigits: `${DIGITS}abcdefABCDEF`,
  octdigits: '01234567',
  printable: DIGITS + LOWER + UPPER + PUNCTUATION + WHITESPACE,
  punctuation: PUNCTUATION,
  whitespace: WHITESPACE,
}

interface Parameters {
  readonly path: string
  readonly length: number
  readonly encrypt: Value
  readonly ident: Value
  readonly seed: Value
  readonly characters: string[]
}

function parseTerm(term: Value, options: LookupOptions): Parameters {
  const text = isStr(term) ? textOf(term) : (callMethod(term, 'split') as string)
  const space = text.indexOf(' ')
  let path = space < 0 ? text : text.slice(0, space)
  const given = space < 0 ? new Dict() : parseKv(text.slice(space + 1))
  const free = given.get('_raw_params')
  if (free !== undefined) {
    path = `${path} ${toText(free)}`
    given.delete('_raw_params')
    if (!text.startsWith(path)) {
      throw new TemplateError('Unrecognized value after key=value parameters given to password lookup')
    }
  }
  const unknown = [...given.keys()].map(toText).filter(name => !(name in OPTIONS))
  if (unknown.length > 0) {
    throw new TemplateError(`Unrecognized parameter(s) given to password lookup: ${unknown.join(', ')}`)
  }
  const option = (name: string): Value => given.get(name) ?? options.get(name)
  return {
    path,
    length: Number(toInt(option('length'))),
    encrypt: option('encrypt'),
    ident: option('ident'),
    seed: option('seed'),
    characters: candidates(characterSpecs(option('chars'))),
  }
}

/** `a,b,,` names sets or characters; `,,` stands for a comma. */
function characterSpecs(chars: Value): Value[] {
  if (!isStr(chars)) return [...(itemsOf(chars) ?? [])]
  const text = textOf(chars)
  const specs = text
    .replaceAll(',,', ',')
    .split(',')
    .filter(part => part !== '')
  return text.includes(',,') ? [',', ...specs] : specs
}

function candidates(specs: readonly Value[]): string[] {
  const text = specs.map(spec => CHARACTER_SETS[toText(spec)] ?? toText(spec)).join('')
  return [...text.replace(/["']/g, '')]
}

function randomPassword({ length, characters, seed }: Parameters): string {
  const random = seed === null ? new Random() : new Random(seed)
  if (length > 0 && characters.length === 0) throw new PyError('IndexError', 'Cannot choose from an empty sequence')
  let password = ''
  for (let count = 0; count < length; count++) password += random.choice(characters)
  return password
}

interface Stored {
  readonly password: string
  readonly salt: string | undefined
}

/** `password salt=… ident=…` as the file holds it. */
function parseContent(content: string): Stored {
  const at = content.lastIndexOf(' salt=')
  if (at < 0) return { password: content, salt: undefined }
  const rest = content.slice(at + ' salt='.length)
  const ident = rest.lastIndexOf(' ident=')
  const salt = ident < 0 ? rest : rest.slice(0, ident)
  return { password: content.slice(0, at), salt: salt === '' ? undefined : salt }
}

function writePassword(path: string, content: string): void {
  mkdirSync(dirName(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'w')
  try {
    chmodSync(path, 0o600)
    writeFileSync(file, encodeUtf8(`${content}\n`, 'surrogateescape'))
  } finally {
    closeSync(file)
  }
}

/** Holds the lock file that Ansible's own processes respect while `work` runs. */
function withLock<T>(path: string, work: () => T): T {
  if (path === NOWHERE) return work()
  const lock = joinPath(dirName(path), `${createHash('sha1').update(path).digest('hex')}.ansible_lockfile`)
  mkdirSync(dirName(path), { recursive: true, mode: 0o700 })
  const isOwner = takeLock(lock)
  try {
    return work()
  } finally {
    if (isOwner) rmSync(lock, { force: true })
  }
}

function takeLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'))
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  for (let round = 0; existsSync(lock); round++) {
    pause(1000 * 2 ** round)
    if (round < 2) continue
    const advice = `you can manually remove it from controller machine at ${lock} and try again`
    const reason = 'This may caused by un-removed lockfile'
    throw new TemplateError(`Password lookup cannot get the lock in 7 seconds, abort...${reason}${advice}`)
  }
  return false
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

function passwordFor(call: CallContext, parameters: Parameters): string {
  const path = call.templar.controller.loader.pathDwim(parameters.path)
  const { encrypt } = parameters
  const isPure = path === NOWHERE && parameters.seed !== null && !truth(encrypt)
  if (!isPure) call.markVolatile()
  const algorithm = truth(encrypt) ? toText(encrypt) : undefined
  const { password, salt, ident } = withLock(path, () => storedPassword(path, parameters, algorithm))
  if (algorithm === undefined) return password
  const hasPasslib = call.templar.options.controller?.hasPasslib?.() ?? true
  const options = { salt: salt ?? null, saltSize: null, rounds: null, ident: ident ?? null }
  return hashPassword(password, algorithm, options, hasPasslib)
}

/** Reads the password, or makes and keeps one. */
function storedPassword(
  path: string,
  parameters: Parameters,
  algorithm: string | undefined,
): Stored & { ident: string | undefined } {
  const isKept = path !== NOWHERE && existsSync(path)
  const stored: Stored = isKept
    ? parseContent(decodeUtf8(readFileSync(path), 'surrogateescape').replace(/[ \t\n\r\v\f]+$/, ''))
    : { password: randomPassword(parameters), salt: undefined }
  const given = truth(parameters.ident) ? toText(parameters.ident) : undefined
  if (algorithm === undefined) {
    if (!isKept && path !== NOWHERE) writePassword(path, stored.password)
    return { ...stored, ident: given }
  }
  const salt = stored.salt ?? randomSalt(saltSizeOf(algorithm))
  const ident = given ?? implicitIdentOf(algorithm)
  const isChanged = !isKept || stored.salt === undefined || given === undefined
  if (isChanged && path !== NOWHERE) {
    const suffix = ident === undefined ? '' : ` ident=${ident}`
    writePassword(path, `${stored.password} salt=${salt}${suffix}`)
  }
  return { password: stored.password, salt, ident }
}

const password: PluginCall = (call, terms, kwargs) => {
  const options = readOptions('password', OPTIONS, kwargs)
  return terms.map(term => passwordFor(call, parseTerm(term, options)))
}

export const passwordLookups: Readonly<Record<string, PluginCall>> = { password }

// Host keys: looks a key up in known_hosts files and words refusals as ssh does. Mirrors sshd(8) "SSH_KNOWN_HOSTS FILE
// FORMAT" and the decisions of ssh's StrictHostKeyChecking.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { matchesList } from './ssh-config.js'
import type { HostKeyPolicy } from './ssh-plan.js'

interface Entry {
  readonly file: string
  readonly line: number
  readonly marker: string | undefined
  readonly hosts: string
  readonly type: string
  readonly key: Buffer
}

export type HostKeyState =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'changed'
      readonly entry: { readonly file: string; readonly line: number; readonly type: string }
    }
  | {
      readonly kind: 'revoked'
      readonly entry: { readonly file: string; readonly line: number; readonly type: string }
    }

export interface HostIdentity {
  /** Lower case; alias or host. */
  readonly name: string
  readonly port: number
  /** An alias is looked up without the port. */
  readonly isAlias: boolean
}

const cache = new Map<string, { readonly mtimeMs: number; readonly size: number; readonly entries: readonly Entry[] }>()

/** How a host is written in known_hosts. */
export function knownHostsName(identity: HostIdentity): string {
  return identity.isAlias || identity.port === 22 ? identity.name : `[${identity.name}]:${identity.port}`
}

/** What the files say about `key` for a host. */
export function lookUpHostKey(files: readonly string[], identity: HostIdentity, key: Buffer): HostKeyState {
  let state: HostKeyState = { kind: 'unknown' }
  for (const entry of entriesFor(files, identity)) {
    const isSame = entry.key.equals(key)
    if (entry.marker === '@revoked') {
      if (isSame) return { kind: 'revoked', entry }
    } else if (isSame) state = { kind: 'known' }
    // A key of another type counts too: types known for the host were asked for first.
    else if (state.kind !== 'known') state = { kind: 'changed', entry }
  }
  return state
}

/** Key types known for a host: the ones to ask the server for first, as ssh does. */
export function knownKeyTypes(files: readonly string[], identity: HostIdentity): string[] {
  const types = entriesFor(files, identity).filter(entry => entry.marker === undefined)
  return [...new Set(types.map(entry => entry.type))]
}

function entriesFor(files: readonly string[], identity: HostIdentity): Entry[] {
  const name = knownHostsName(identity)
  return files.flatMap(readEntries).filter(entry => matchesEntry(entry.hosts, name))
}

function matchesEntry(hosts: string, name: string): boolean {
  if (!hosts.startsWith('|1|')) return matchesList(hosts.split(','), name)
  const [salt, hash] = hosts.slice(3).split('|')
  if (salt === undefined || hash === undefined) return false
  return hashName(name, Buffer.from(salt, 'base64')) === hash
}

function hashName(name: string, salt: Buffer): string {
  return createHmac('sha1', salt).update(name).digest('base64')
}

function readEntries(file: string): readonly Entry[] {
  let info: { mtimeMs: number; size: number }
  try {
    info = statSync(file)
  } catch {
    return []
  }
  const known = cache.get(file)
  if (known !== undefined && known.mtimeMs === info.mtimeMs && known.size === info.size) return known.entries
  const entries: Entry[] = []
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // Not readable: ssh treats it as empty too.
  }
  for (const [index, line] of text.split('\n').entries()) {
    const match = /^\s*(@[\w-]+\s+)?([^#\s]\S*)\s+([a-z]\S*)\s+([A-Za-z0-9+/=]+)/.exec(line)
    if (match === null) continue
    const [, marker, hosts, type, key] = match
    entries.push({
      file,
      line: index + 1,
      marker: marker?.trim(),
      hosts: hosts!,
      type: type!,
      key: Buffer.from(key!, 'base64'),
    })
  }
  cache.set(file, { mtimeMs: info.mtimeMs, size: info.size, entries })
  return entries
}

/** Adds a key to a known_hosts file, as ssh does for hosts it trusts from now on. Failing to is not an error. */
export function addHostKey(file: string, identity: HostIdentity, key: Buffer, isHashed: boolean): void {
  if (file === '/dev/null') return
  const salt = randomBytes(20)
  const name = knownHostsName(identity)
  const hosts = isHashed ? `|1|${salt.toString('base64')}|${hashName(name, salt)}` : name
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    appendFileSync(file, `${hosts} ${keyType(key)} ${key.toString('base64')}\n`, { mode: 0o600 })
  } catch {
    // ssh only warns; the next run asks again.
  }
}

/** Type name inside a public key blob. */
export function keyType(key: Buffer): string {
  return key.toString('latin1', 4, 4 + key.readUInt32BE(0))
}

/** `ED25519`, `ECDSA`, `RSA` as ssh calls them. */
export function keyTypeName(key: Buffer | string): string {
  const type = typeof key === 'string' ? key : keyType(key)
  if (type.startsWith('ecdsa-sha2')) return 'ECDSA'
  return type.replace(/^ssh-/, '').replace('dss', 'DSA').toUpperCase()
}

export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

const RULE = '@'.repeat(59)

/** What ssh prints when it refuses a key; undefined when the policy lets the connection go on. */
export function refusalText(
  state: HostKeyState,
  policy: HostKeyPolicy,
  identity: HostIdentity,
  key: Buffer,
  userFile: string,
): string | undefined {
  const name = keyTypeName(key)
  const host = knownHostsName(identity)
  if (state.kind === 'known') return undefined
  if (state.kind === 'unknown') {
    if (policy === 'no' || policy === 'accept-new') return undefined
    const known =
      policy === 'yes' ? [`No ${name} host key is known for ${host} and you have requested strict checking.`] : []
    return [...known, 'Host key verification failed.'].join('\r\n')
  }
  if (state.kind === 'revoked') {
    return [
      RULE,
      '@       WARNING: REVOKED HOST KEY DETECTED!               @',
      RULE,
      `The ${name} host key for ${host} is marked as revoked.`,
      'This could mean that a stolen key is being used to',
      'impersonate this host.',
      `${name} host key for ${host} was revoked and you have requested strict checking.`,
      'Host key verification failed.',
    ].join('\r\n')
  }
  if (policy === 'no') return undefined
  return [
    ...changedKeyWarning(state.entry, key, userFile, host),
    `Host key for ${host} has changed and you have requested strict checking.`,
    'Host key verification failed.',
  ].join('\r\n')
}

function changedKeyWarning(
  entry: { readonly file: string; readonly line: number; readonly type: string },
  key: Buffer,
  userFile: string,
  host: string,
): string[] {
  return [
    RULE,
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    RULE,
    'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
    'Someone could be eavesdropping on you right now (man-in-the-middle attack)!',
    'It is also possible that a host key has just been changed.',
    `The fingerprint for the ${keyTypeName(key)} key sent by the remote host is\n${fingerprint(key)}.`,
    'Please contact your system administrator.',
    `Add correct host key in ${userFile} to get rid of this message.`,
    `Offending ${keyTypeName(entry.type)} key in ${entry.file}:${entry.line}`,
    '  remove with:',
    `  ssh-keygen -f "${entry.file}" -R "${host}"`,
  ]
}

/** The question ssh asks about an unknown key when there is a terminal. */
export function trustQuestion(identity: HostIdentity, address: string, key: Buffer): string {
  const host = knownHostsName(identity)
  const name = `${host} (${identity.port === 22 ? address : `[${address}]:${identity.port}`})`
  return (
    `The authenticity of host '${name}' can't be established.\n` +
    `${keyTypeName(key)} key fingerprint is ${fingerprint(key)}.\n` +
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? '
  )
}

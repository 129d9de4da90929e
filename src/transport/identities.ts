// The keys ssh would offer to a server, in its order: agent keys the configuration names, other agent keys, then key
// files. Presented to ssh2 as one key agent.
import { readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2'
import ssh2 from 'ssh2'
import type { Ssh2Plan } from './ssh-plan.js'

const { BaseAgent, OpenSSHAgent, utils } = ssh2

interface KeyFile {
  readonly path: string
  /** The private key, when it can be used without a passphrase. */
  readonly key: ParsedKey | undefined
  /** Public part, also of an encrypted key with a .pub file beside it. */
  readonly publicBlob: Buffer | undefined
}

/** Keys of one connection attempt, with what ssh would have said about files it could not use. */
export class Identities extends BaseAgent<ParsedKey> {
  readonly #agent: InstanceType<typeof OpenSSHAgent> | undefined
  readonly #files: KeyFile[] = []
  readonly #isRestricted: boolean
  /** Lines of ssh about unusable key files. */
  readonly complaints: string[] = []

  constructor(plan: Ssh2Plan) {
    super()
    this.#agent = plan.agentSocket === undefined ? undefined : new OpenSSHAgent(plan.agentSocket)
    this.#isRestricted = plan.identitiesOnly
    for (const { path, isDefault } of plan.identityFiles) {
      const file = this.#load(path, isDefault)
      if (file !== undefined) this.#files.push(file)
    }
  }

  /** Whether there is anything to offer beside an agent. */
  get hasAgent(): boolean {
    return this.#agent !== undefined
  }

  override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    const files = this.#files.filter(file => file.key !== undefined)
    if (this.#agent === undefined) {
      callback(
        undefined,
        files.map(file => file.key!),
      )
      return
    }
    this.#agent.getIdentities((error, offered) => {
      // An agent that cannot be reached counts as an empty one.
      const keys = error || offered === undefined ? [] : offered.map(parsed).filter(key => key !== undefined)
      const blobs = keys.map(key => key.getPublicSSH())
      const named = keys.filter((_, i) => this.#files.some(file => file.publicBlob?.equals(blobs[i]!) === true))
      const others = this.#isRestricted ? [] : keys.filter(key => !named.includes(key))
      const rest = files.filter(file => !blobs.some(blob => file.publicBlob?.equals(blob) === true))
      callback(undefined, [...named, ...others, ...rest.map(file => file.key!)])
    })
  }

  override sign(
    publicKey: ParsedKey | Buffer | string,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback
    const settings = typeof options === 'function' ? {} : options
    const blob = parsed(publicKey)?.getPublicSSH()
    const file = this.#files.find(f => f.key !== undefined && blob !== undefined && f.publicBlob?.equals(blob))
    if (file?.key === undefined) {
      this.#agent?.sign(publicKey as ParsedKey, data, settings, done)
      return
    }
    const signature: Buffer | Error = file.key.sign(data, settings.hash)
    if (signature instanceof Error) done?.(signature)
    else done?.(undefined, signature)
  }

  #load(path: string, isDefault: boolean): KeyFile | undefined {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      const reason =
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'No such file or directory' : 'Permission denied'
      if (!isDefault) this.complaints.push(`no such identity: ${path}: ${reason}`)
      const publicBlob = publicKeyBeside(path)
      return publicBlob === undefined ? undefined : { path, key: undefined, publicBlob }
    }
    if (isTooOpen(path)) {
      this.complaints.push(openKeyWarning(path))
      return undefined
    }
    const result = utils.parseKey(text)
    const key = result instanceof Error ? result : Array.isArray(result) ? result[0]! : result
    if (!(key instanceof Error)) {
      return { path, key: key.isPrivateKey() ? key : undefined, publicBlob: key.getPublicSSH() }
    }
    const publicBlob = publicKeyBeside(path)
    if (/encrypted/i.test(key.message)) {
      const way = `load it into an agent with: ssh-add ${path}`
      this.complaints.push(`Load key "${path}": it is protected by a passphrase; ${way}`)
    } else {
      this.complaints.push(`Load key "${path}": error in libcrypto`)
    }
    return publicBlob === undefined ? undefined : { path, key: undefined, publicBlob }
  }
}

function parsed(key: unknown): ParsedKey | undefined {
  const result = utils.parseKey(key as Buffer)
  if (result instanceof Error) return undefined
  return Array.isArray(result) ? result[0] : result
}

function publicKeyBeside(path: string): Buffer | undefined {
  try {
    return parsed(readFileSync(`${path}.pub`, 'utf8'))?.getPublicSSH()
  } catch {
    return undefined
  }
}

/** ssh ignores a private key of ours that others can read. */
function isTooOpen(path: string): boolean {
  const info = statSync(path)
  return info.uid === userInfo().uid && (info.mode & 0o077) !== 0
}

function openKeyWarning(path: string): string {
  const mode = (statSync(path).mode & 0o777).toString(8).padStart(4, '0')
  return [
    '@'.repeat(59),
    '@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @',
    '@'.repeat(59),
    `Permissions ${mode} for '${path}' are too open.`,
    'It is required that your private key files are NOT accessible by others.',
    'This private key will be ignored.',
    `Load key "${path}": bad permissions`,
  ].join('\r\n')
}

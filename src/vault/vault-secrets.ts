// The vault passwords of a run and what they open. Mirrors VaultLib.decrypt_and_get_vault_id of 2.14.
import { VaultError } from '../errors.js'
import { isEncrypted, openEnvelope, parseEnvelope, sealEnvelope, VaultFormatError } from './envelope.js'
import { type ResolveVaultOptions, resolveSecrets } from './resolve-secrets.js'

/** One password and the vault id it belongs to. */
export interface VaultSecret {
  readonly id: string
  readonly password: Buffer
}

export interface VaultSecretsOptions {
  /** DEFAULT_VAULT_ID_MATCH: only the secret of the envelope's own id is tried. */
  readonly idMatch?: boolean
  readonly warn?: ((message: string) => void) | undefined
}

/** Adds where a value stands to a message about it. */
type Placed = (message: string) => string

/** The known secrets, in the order in which they are tried. Key derivations are cached. */
export class VaultSecrets {
  readonly #opened = new Set<string>()

  constructor(
    readonly secrets: readonly VaultSecret[] = [],
    private readonly options: VaultSecretsOptions = {},
  ) {}

  /** Finds the passwords that the command line and the configuration name. Throws VaultError when none can be had. */
  static async resolve(options: ResolveVaultOptions): Promise<VaultSecrets> {
    const settings = { idMatch: options.config.get('DEFAULT_VAULT_ID_MATCH') === true, warn: options.warn }
    const open = (secrets: readonly VaultSecret[]) => new VaultSecrets(secrets, settings)
    return open(await resolveSecrets(options, open))
  }

  /**
   * Plain bytes. Throws VaultError in Ansible's words; `file` only serves the message, and `placed` adds the place of a
   * value to what is said about a broken envelope.
   */
  decrypt(envelope: Uint8Array | string, file?: string, placed: Placed = message => message): Buffer {
    const text = typeof envelope === 'string' ? envelope : Buffer.from(envelope).toString('utf8')
    if (!isEncrypted(text)) {
      const which = file === undefined ? '' : `${file} is not a vault encrypted file`
      throw new VaultError(`input is not vault encrypted data. ${which}`)
    }
    const parsed = this.#parse(text, file, placed)
    if (this.secrets.length === 0) throw new VaultError('Attempting to decrypt but no vault secrets found')
    for (const secret of this.#candidates(parsed.vaultId)) {
      const plain = openEnvelope(parsed, secret.password)
      if (plain === undefined) continue
      this.#opened.add(plain.toString('utf8'))
      return plain
    }
    const where = file === undefined ? '' : ` on ${file}`
    throw new VaultError(`Decryption failed (no vault secrets were found that could decrypt)${where}`)
  }

  /** Texts that were decrypted so far: what files of a run must not hold. */
  get opened(): ReadonlySet<string> {
    return this.#opened
  }

  /** Same, decoded as UTF-8. */
  decryptText(envelope: Uint8Array | string, file?: string, placed?: Placed): string {
    return this.decrypt(envelope, file, placed).toString('utf8')
  }

  /** An envelope: 1.1, or 1.2 when a vault id other than `default` is given. */
  encrypt(plain: Uint8Array | string, options: { readonly id?: string; readonly salt?: Uint8Array } = {}): string {
    const secret = this.secrets[0]
    if (secret === undefined) throw new VaultError('A vault password must be specified to encrypt data')
    const bytes = Buffer.from(plain as string)
    if (isEncrypted(bytes)) throw new VaultError('input is already encrypted')
    return sealEnvelope(bytes, secret.password, options.id, options.salt)
  }

  // The secrets that carry the envelope's id come first.
  #candidates(vaultId: string | undefined): VaultSecret[] {
    const own = this.secrets.filter(secret => secret.id === vaultId)
    return this.options.idMatch ? own : [...own, ...this.secrets.filter(secret => secret.id !== vaultId)]
  }

  #parse(text: string, file: string | undefined, placed: Placed) {
    try {
      return parseEnvelope(text, file)
    } catch (error) {
      if (!(error instanceof VaultFormatError)) throw error
      const where = file === undefined ? '' : ` in ${file}`
      this.options.warn?.(`There was a vault format error${where}: ${error.message}`)
      throw new VaultFormatError(placed(error.message), { cause: error })
    }
  }
}

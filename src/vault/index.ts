// Ansible Vault: reads and writes $ANSIBLE_VAULT 1.1 and 1.2 envelopes, finds the passwords.
import type { Config } from '../config/index.js'

/** One password and the vault id it belongs to. */
export interface VaultSecret {
  readonly id: string
  readonly password: Buffer
}
export interface ResolveVaultOptions {
  /** --vault-id values, in order */
  readonly vaultIds?: readonly string[] | undefined
  /** --vault-password-file values */
  readonly passwordFiles?: readonly string[] | undefined
  /** --ask-vault-pass */
  readonly askPassword?: boolean | undefined
  /** Asks on the terminal without echo; undefined means end of input. */
  readonly prompt: (text: string) => Promise<string | undefined>
  readonly config: Config
  readonly cwd?: string | undefined
  readonly warn?: ((message: string) => void) | undefined
}
/** True for bytes or text that begin with $ANSIBLE_VAULT and are pure ASCII. */
export declare function isEncrypted(data: Uint8Array | string): boolean
/** The known secrets, in the order in which they are tried. Key derivations are cached. */
export declare class VaultSecrets {
  constructor(
    secrets?: readonly VaultSecret[],
    options?: { idMatch?: boolean; defaultId?: string; warn?: (message: string) => void },
  )
  static resolve(options: ResolveVaultOptions): Promise<VaultSecrets>
  readonly secrets: readonly VaultSecret[]
  /** Plain bytes. Throws VaultError in Ansible's words; `file` only serves the message. */
  decrypt(envelope: Uint8Array | string, file?: string): Buffer
  /** Same, decoded as UTF-8. */
  decryptText(envelope: Uint8Array | string, file?: string): string
  /** An envelope: 1.1, or 1.2 when a vault id other than `default` is given. */
  encrypt(plain: Uint8Array | string, options?: { id?: string; salt?: Uint8Array }): string
}

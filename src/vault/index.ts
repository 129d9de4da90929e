// Ansible Vault: reads and writes $ANSIBLE_VAULT 1.1 and 1.2 envelopes, finds the passwords.
export { isEncrypted } from './envelope.js'
export type { ResolveVaultOptions } from './resolve-secrets.js'
export { type VaultSecret, VaultSecrets } from './vault-secrets.js'

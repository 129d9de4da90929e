import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Config } from '../../src/config/index.js'
import { isEncrypted, VaultSecrets } from '../../src/vault/index.js'

const secret = (password: string, id = 'default') => ({ id, password: Buffer.from(password) })
const MESSAGE = 'geheim: "ü € 🙂"\nzweite Zeile\n'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'madansible-vault-'))
  writeFileSync(path.join(folder, 'password'), '  correct horse \n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function ansibleVault(args: readonly string[], input: string): string {
  const run = spawnSync('ansible-vault', [...args, '--output', '-'], { input, encoding: 'utf8', cwd: folder })
  expect(run.stderr).not.toMatch(/ERROR/)
  return run.stdout
}

describe('vault envelopes', () => {
  it('opens what ansible-vault sealed', () => {
    const envelope = ansibleVault(['encrypt', '--vault-password-file', 'password'], MESSAGE)
    expect(new VaultSecrets([secret('correct horse')]).decryptText(envelope)).toBe(MESSAGE)
  })

  it('seals what ansible-vault opens, with and without a vault id', () => {
    const secrets = new VaultSecrets([secret('correct horse')])
    for (const id of ['default', 'prod']) {
      const envelope = secrets.encrypt(MESSAGE, { id })
      expect(envelope.split('\n')[0]).toBe(
        id === 'prod' ? '$ANSIBLE_VAULT;1.2;AES256;prod' : '$ANSIBLE_VAULT;1.1;AES256',
      )
      expect(ansibleVault(['decrypt', '--vault-id', `${id}@password`], envelope)).toBe(MESSAGE)
    }
  })

  it('tries every secret, unless ids must match', () => {
    const envelope = new VaultSecrets([secret('a', 'one')]).encrypt('x', { id: 'one' })
    const secrets = [secret('b', 'two'), secret('a', 'three')]
    expect(new VaultSecrets(secrets).decryptText(envelope)).toBe('x')
    expect(() => new VaultSecrets(secrets, { idMatch: true }).decrypt(envelope)).toThrow('no vault secrets were found')
  })

  it('says in the words of Ansible what is wrong', () => {
    const envelope = new VaultSecrets([secret('a')]).encrypt('x')
    const message = (act: () => unknown) => {
      try {
        act()
      } catch (error) {
        return (error as Error).message
      }
      return 'no error'
    }
    expect(message(() => new VaultSecrets().decrypt(envelope))).toBe('Attempting to decrypt but no vault secrets found')
    expect(message(() => new VaultSecrets([secret('b')]).decrypt(envelope, '/etc/p.yml'))).toBe(
      'Decryption failed (no vault secrets were found that could decrypt) on /etc/p.yml',
    )
    expect(message(() => new VaultSecrets([secret('a')]).decrypt('$ANSIBLE_VAULT;1.1;AES256\nzz'))).toBe(
      'Vault format unhexlify error: Non-hexadecimal digit found',
    )
    expect(message(() => new VaultSecrets([secret('a')]).decrypt('$ANSIBLE_VAULT;1.1;DES\n00'))).toBe(
      'DES cipher could not be found',
    )
    expect(message(() => new VaultSecrets([secret('a')]).decrypt('plain'))).toBe('input is not vault encrypted data. ')
  })

  it('takes only pure ASCII that begins with the header for a vault', () => {
    expect(isEncrypted('$ANSIBLE_VAULT;1.1')).toBe(true)
    expect(isEncrypted(' $ANSIBLE_VAULT')).toBe(false)
    expect(isEncrypted(Buffer.from('$ANSIBLE_VAULT ü'))).toBe(false)
  })
})

describe('vault passwords', () => {
  const resolve = (options: Partial<Parameters<typeof VaultSecrets.resolve>[0]>, env: NodeJS.ProcessEnv = {}) =>
    VaultSecrets.resolve({
      prompt: async text => (text === 'Vault password (ask): ' ? 'typed' : undefined),
      config: Config.load({ env, cwd: folder }),
      cwd: folder,
      ...options,
    })
  const plain = (secrets: VaultSecrets) => secrets.secrets.map(({ id, password }) => [id, password.toString()])

  it('come from files, scripts, client scripts and prompts, in order', async () => {
    writeFileSync(path.join(folder, 'script'), '#!/bin/sh\necho from-script\n', { mode: 0o755 })
    writeFileSync(path.join(folder, 'keyring-client.sh'), '#!/bin/sh\necho "$1 $2"\n', { mode: 0o755 })
    const secrets = await resolve({
      vaultIds: ['ask@prompt', 'ring@keyring-client.sh', 'script'],
      passwordFiles: ['password'],
    })
    expect(plain(secrets)).toEqual([
      ['ask', 'typed'],
      ['ring', '--vault-id ring'],
      ['default', 'from-script'],
      ['default', 'correct horse'],
    ])
  })

  it('come from the environment', async () => {
    expect(plain(await resolve({}, { ANSIBLE_VAULT_PASSWORD_FILE: path.join(folder, 'password') }))).toEqual([
      ['default', 'correct horse'],
    ])
  })

  it('may be missing as long as another one is found', async () => {
    const warnings: string[] = []
    const warn = (text: string) => warnings.push(text)
    const secrets = await resolve({ passwordFiles: ['nowhere', 'password'], warn })
    expect(plain(secrets)).toEqual([['default', 'correct horse']])
    expect(warnings).toEqual([
      `Error getting vault password file (default): The vault password file ${folder}/nowhere was not found`,
    ])
    await expect(resolve({ passwordFiles: ['nowhere'] })).rejects.toThrow('was not found')
  })

  it('name the script that fails, without what it printed on standard output', async () => {
    writeFileSync(path.join(folder, 'broken-client'), '#!/bin/sh\necho s3cret; echo gone >&2; exit 2\n', {
      mode: 0o755,
    })
    await expect(resolve({ vaultIds: ['x@broken-client'] })).rejects.toThrow(
      `Vault password client script ${folder}/broken-client did not find a secret for vault-id=x: gone`,
    )
  })
})

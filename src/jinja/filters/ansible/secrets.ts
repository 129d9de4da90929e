// password_hash, vault, unvault. Mirrors ansible/plugins/filter/core.py get_encrypted_password, encryption.py (2.14).

import { decodeUtf8, PyBytes, textOf, truth, type Value, VaultText } from '../../../python/index.js'
import { isEncrypted, VaultSecrets } from '../../../vault/index.js'
import { FilterError, FilterTypeError, NotNativeError, TemplateError } from '../../errors.js'
import type { CallContext, PluginCall } from '../../plugin.js'
import { Undefined } from '../../undefined.js'
import { classText, isStr, messageOf, toBytes, toText } from '../conversions.js'
import { define } from '../signature.js'
import { type HashOptions, hashPassword } from './password-hash.js'

const SHORT_NAMES = new Map([
  ['md5', 'md5_crypt'],
  ['blowfish', 'bcrypt'],
  ['sha256', 'sha256_crypt'],
  ['sha512', 'sha512_crypt'],
])

function passwordHash(call: CallContext, secret: Value, type: Value, options: HashOptions): string {
  if (!truth(options.salt)) call.markVolatile()
  const name = toText(type)
  try {
    const hasPasslib = call.templar.options.controller?.hasPasslib?.() ?? true
    return hashPassword(secret, SHORT_NAMES.get(name) ?? name, options, hasPasslib)
  } catch (error) {
    if (!(error instanceof TemplateError) || error instanceof NotNativeError) throw error
    throw new FilterError(`${error.message}. ${error.message}`)
  }
}

function isSecretText(value: Value): boolean {
  return isStr(value) || value instanceof PyBytes
}

function secretsOf(secret: Value, id: Value, problem: string): VaultSecrets {
  if (secret instanceof Undefined) return secret.fail()
  if (!isSecretText(secret)) throw new FilterTypeError(`${problem}, instead we got: ${classText(secret)}`)
  return new VaultSecrets([{ id: toText(id), password: Buffer.from(toBytes(secret)) }])
}

function encrypt(call: CallContext, data: Value, secret: Value, salt: Value, id: Value, wrap: Value): Value {
  const secrets = secretsOf(secret, id, 'Secret passed is required to be a string')
  if (data instanceof Undefined) return data.fail()
  if (!isSecretText(data)) throw new FilterTypeError(`Can only vault strings, instead we got: ${classText(data)}`)
  if (salt === null) call.markVolatile()
  else if (!truth(salt)) throw vaultError('encrypt', 'Empty or invalid salt passed to encrypt()')
  let envelope: string
  try {
    const options = { id: toText(id), ...(salt === null ? {} : { salt: toBytes(salt) }) }
    envelope = secrets.encrypt(toBytes(data), options)
  } catch (error) {
    throw vaultError('encrypt', messageOf(error))
  }
  return truth(wrap) ? new VaultText(envelope, text => secrets.decryptText(text)) : envelope
}

function vaultError(action: 'encrypt' | 'decrypt', reason: string): FilterError {
  return new FilterError(`Unable to ${action}: ${reason}. ${reason}`)
}

function decrypt(vault: Value, secret: Value, id: Value): string {
  const secrets = secretsOf(secret, id, 'Secret passed is required to be as string')
  if (vault instanceof Undefined) return vault.fail()
  if (vault instanceof VaultText) return secrets.decryptText(vault.ciphertext)
  if (!isSecretText(vault)) {
    throw new FilterTypeError(`Vault should be in the form of a string, instead we got: ${classText(vault)}`)
  }
  const text = isStr(vault) ? textOf(vault) : decodeUtf8(toBytes(vault), 'surrogateescape')
  if (!isEncrypted(text)) return text
  try {
    return decodeUtf8(secrets.decrypt(text), 'surrogateescape')
  } catch (error) {
    throw vaultError('decrypt', messageOf(error))
  }
}

export const secretFilters: Readonly<Record<string, PluginCall>> = {
  password_hash: define(
    "get_encrypted_password(password, hashtype='sha512', salt=None, salt_size=None, rounds=None, ident=None)",
    (call, password, type, salt, saltSize, rounds, ident) =>
      passwordHash(call, password, type, { salt, saltSize, rounds, ident }),
  ),
  unvault: define("do_unvault(vault, secret, vaultid='filter_default')", (_call, vault, secret, id) =>
    decrypt(vault, secret, id),
  ),
  vault: define(
    "do_vault(data, secret, salt=None, vaultid='filter_default', wrap_object=False)",
    (call, data, secret, salt, id, wrap) => encrypt(call, data, secret, salt, id, wrap),
  ),
}

// Where vault passwords come from: --vault-id, --vault-password-file, --ask-vault-pass, ansible.cfg and the
// environment; plain files, scripts, client scripts and prompts. Mirrors cli/__init__.py setup_vault_secrets and the
// VaultSecret classes of parsing/vault/__init__.py (2.14).
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Config, unfrackPath } from '../config/index.js'
import { VaultError } from '../errors.js'
import { isEncrypted } from './envelope.js'
import type { VaultSecret, VaultSecrets } from './vault-secrets.js'

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

/** Exit status of a client script that does not know the vault id. */
const UNKNOWN_ID = 2

interface Source {
  readonly id: string | undefined
  /** A file's path, or one of the two words for a prompt. */
  readonly from: string
}

/** All secrets, in the order in which they are tried. A file that fails is a warning as long as another secret is found. */
export async function resolveSecrets(
  options: ResolveVaultOptions,
  open: (secrets: readonly VaultSecret[]) => VaultSecrets,
): Promise<VaultSecret[]> {
  const identity = options.config.get('DEFAULT_VAULT_IDENTITY')
  const secrets: VaultSecret[] = []
  let failure: unknown
  for (const { id, from } of sources(options, identity)) {
    if (from === 'prompt' || from === 'prompt_ask_vault_pass') {
      secrets.push({ id: id || identity, password: await prompted(options, id || identity, from) })
      continue
    }
    try {
      // A password file may itself be a vault of an earlier secret.
      secrets.push({ id: id || identity, password: filePassword(from, id, options.cwd, () => open(secrets)) })
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      options.warn?.(`Error getting vault password file (${id ?? identity}): ${error.message}`)
      failure = error
    }
  }
  if (failure !== undefined && secrets.length === 0) throw failure
  return secrets
}

function sources(options: ResolveVaultOptions, identity: string): Source[] {
  const { config } = options
  const given = [...config.get('DEFAULT_VAULT_IDENTITY_LIST'), ...(options.vaultIds ?? [])].map(splitId)
  const files = [...(options.passwordFiles ?? [])]
  const configured = config.get('DEFAULT_VAULT_PASSWORD_FILE')
  if (configured) files.push(configured)
  const all = [...given, ...files.map(from => ({ id: identity, from }))]
  if (options.askPassword || (all.length === 0 && config.get('DEFAULT_ASK_VAULT_PASS'))) {
    all.push({ id: identity, from: 'prompt_ask_vault_pass' })
  }
  return all
}

/** `label@source`; without an @ all of it is the source. */
function splitId(text: string): Source {
  const at = text.indexOf('@')
  return at < 0 ? { id: undefined, from: text } : { id: text.slice(0, at), from: text.slice(at + 1) }
}

async function prompted(options: ResolveVaultOptions, id: string, kind: string): Promise<Buffer> {
  const answer = await options.prompt(kind === 'prompt' ? `Vault password (${id}): ` : 'Vault password: ')
  if (answer === undefined) throw new VaultError(`EOFError (ctrl-d) on prompt for (${id})`)
  const password = Buffer.from(answer.trim(), 'utf8')
  if (password.length === 0) throw new VaultError('Invalid vault password was provided')
  return password
}

function filePassword(
  given: string,
  id: string | undefined,
  cwd: string | undefined,
  open: () => VaultSecrets,
): Buffer {
  const file = unfrackPath(given, cwd === undefined ? {} : { cwd })
  if (!existsSync(file)) {
    throw new VaultError(`The vault password file ${file} was not found`, {
      hint: 'Check --vault-password-file, --vault-id and ANSIBLE_VAULT_PASSWORD_FILE.',
    })
  }
  if (isExecutable(file)) return scriptPassword(file, id, path.parse(given).name.endsWith('-client'))
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch (error) {
    throw new VaultError(`Could not read vault password file ${file}: ${(error as Error).message}`)
  }
  const text = content.toString('latin1').trim()
  const plain = isEncrypted(text) ? open().decrypt(text, file) : Buffer.from(text, 'latin1')
  return checked(plain, `Invalid vault password was provided from file (${file})`)
}

function scriptPassword(file: string, id: string | undefined, isClient: boolean): Buffer {
  const kind = isClient ? 'client script' : 'script'
  // A plain script may talk to the user on standard error; a client script's words belong to the error message.
  const run = spawnSync(file, isClient && id ? ['--vault-id', id] : [], {
    stdio: ['inherit', 'pipe', isClient ? 'pipe' : 'inherit'],
    maxBuffer: 1 << 24,
  })
  if (run.error !== undefined) {
    throw new VaultError(
      `Problem running vault password ${kind} ${file} (${run.error.message}). ` +
        'If this is not a script, remove the executable bit from the file.',
    )
  }
  const stderr = isClient ? String(run.stderr) : 'None'
  if (isClient && run.status === UNKNOWN_ID) {
    throw new VaultError(`Vault password client script ${file} did not find a secret for vault-id=${id}: ${stderr}`)
  }
  if (run.status !== 0) {
    const purpose = isClient ? ` when getting secret for vault-id=${id}` : ''
    throw new VaultError(`Vault password ${kind} ${file} returned non-zero (${run.status})${purpose}: ${stderr}`)
  }
  return checked(run.stdout, `Invalid vault password was provided from script (${file})`)
}

function checked(bytes: Buffer, message: string): Buffer {
  const password = Buffer.from(bytes.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1')
  if (password.length === 0) throw new VaultError(message)
  return password
}

// As Ansible's is_executable: any execute bit counts.
function isExecutable(file: string): boolean {
  return (statSync(file).mode & 0o111) !== 0
}

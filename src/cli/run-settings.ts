// What the command line, the environment and ansible.cfg say together: settings, keywords for every play, passwords.
// Mirrors cli/__init__.py CLI.ask_passwords and the option defaults of cli/arguments/option_helpers.py (2.14).
import { readFileSync } from 'node:fs'
import { Config } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import { ask } from './prompt.js'
import type { RunOptions } from './run-options.js'
import type { PlayDefaults } from './session.js'

/** ansible.cfg and environment with the command line's settings on top. */
export function configured(options: RunOptions): Config {
  const config = Config.load()
  if (options.forks !== undefined) config.set('DEFAULT_FORKS', options.forks, '--forks')
  if (options.timeout !== undefined) config.set('DEFAULT_TIMEOUT', options.timeout, '--timeout')
  return config
}

/** Keywords for every play. */
export function playDefaults(config: Config, options: RunOptions): PlayDefaults {
  const split = (given: readonly string[]) => given.flatMap(text => text.split(',')).map(tag => tag.trim())
  return {
    tags: options.tags.length > 0 ? split(options.tags) : split(config.get('TAGS_RUN')).concat([]),
    skipTags: options.skipTags.length > 0 ? split(options.skipTags) : split(config.get('TAGS_SKIP')),
    check: options.check,
    diff: options.diff || config.get('DIFF_ALWAYS'),
    forks: config.get('DEFAULT_FORKS'),
    forceHandlers: options.forceHandlers || config.get('DEFAULT_FORCE_HANDLERS'),
    connection: options.connection ?? config.get('DEFAULT_TRANSPORT'),
    remoteUser: options.user ?? config.get('DEFAULT_REMOTE_USER') ?? undefined,
    become: options.become || config.get('DEFAULT_BECOME'),
    becomeMethod: options.becomeMethod ?? config.get('DEFAULT_BECOME_METHOD'),
    becomeUser: options.becomeUser ?? config.get('DEFAULT_BECOME_USER'),
  }
}

export interface Passwords {
  readonly connection?: string | undefined
  readonly become?: string | undefined
}

/** Passwords from files or from the terminal (CLI.ask_passwords); an empty become answer repeats the first one. */
export async function askPasswords(options: RunOptions, config: Config): Promise<Passwords> {
  let connection = options.connectionPasswordFile ? readPassword(options.connectionPasswordFile) : undefined
  let become = options.becomePasswordFile ? readPassword(options.becomePasswordFile) : undefined
  const becomePrompt = config.get('AGNOSTIC_BECOME_PROMPT')
    ? 'BECOME'
    : (options.becomeMethod ?? config.get('DEFAULT_BECOME_METHOD')).toUpperCase()
  if (options.askPass || (connection === undefined && config.get('DEFAULT_ASK_PASS'))) {
    connection = await ask('SSH password: ', true)
  }
  if (options.askBecomePass || (become === undefined && config.get('DEFAULT_BECOME_ASK_PASS'))) {
    const defaults =
      connection !== undefined ? `[defaults to ${config.get('AGNOSTIC_BECOME_PROMPT') ? 'SSH' : 'SSH'} password]` : ''
    become = await ask(`${becomePrompt} password${defaults}: `, true)
    if (connection !== undefined && become === '') become = connection
  }
  return { connection, become }
}

function readPassword(file: string): string {
  if (file === '-') return readFileSync(0, 'utf8').trim()
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new MadansibleError(`The password file ${file} was not found or cannot be read`, { cause })
  }
}

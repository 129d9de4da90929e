// The flags that `run` and `eval` share: where the hosts, their variables and the secrets come from.
import type { Command } from 'commander'
import { unfrackPath } from '../config/index.js'

export interface SourceOptions {
  readonly verbosity: number
  readonly inventory: readonly string[]
  readonly limit: string | undefined
  readonly extraVars: readonly string[]
  readonly vaultIds: readonly string[]
  readonly askVaultPass: boolean
  readonly vaultPasswordFiles: readonly string[]
  readonly modulePath: readonly string[]
  readonly ansiblePython: string | undefined
  readonly pluginHost: boolean
}

/** For options that may be repeated. */
export const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value]

/** Adds the flags that `run` and `eval` share: where the hosts, their variables and the secrets come from. */
export function addSourceOptions(command: Command): Command {
  return command
    .option(
      '-i, --inventory <source>',
      'inventory file, directory, script, or comma separated hosts; may be repeated',
      collect,
    )
    .option('-l, --limit <pattern>', 'further limit selected hosts to an additional pattern')
    .option('-e, --extra-vars <vars>', 'extra variables as key=value, YAML or JSON; @file reads a file', collect)
    .option('--vault-id <id>', 'vault identity: label@source', collect)
    .option('--ask-vault-password', 'ask for the vault password')
    .option('--vault-password-file <file>', 'file (or program) with the vault password', collect)
    .option('-M, --module-path <path>', 'colon separated directories to look for modules first', collect)
    .option('--ansible-python <path>', 'Python that has ansible-core (default: that of ansible-playbook on PATH)')
    .option('--no-plugin-host', 'never start Python on the controller; what needs it is an error')
    .option('-v, --verbose', 'more messages; repeat for more (-vvv)', (_, count: number) => count + 1, 0)
}

/** A file of the command line as seen from here; `-` is standard input. Mirrors unfrack_path of cli/arguments. */
export const givenPath = (path: string, follow = true): string => (path === '-' ? path : unfrackPath(path, { follow }))

const followed = (path: string): string => unfrackPath(path, { follow: true })

const givenVars = (text: string): string => (text.startsWith('@') ? `@${followed(text.slice(1))}` : text)

const givenPaths = (texts: string): string[] => texts.split(':').flatMap(path => (path === '' ? [] : [followed(path)]))

/** Values of the shared flags. */
export function sourceOptions(given: Readonly<Record<string, unknown>>): SourceOptions {
  const list = (name: string) => (given[name] as string[] | undefined) ?? []
  return {
    verbosity: (given.verbose as number | undefined) ?? 0,
    inventory: list('inventory'),
    limit: given.limit as string | undefined,
    extraVars: list('extraVars').map(givenVars),
    vaultIds: list('vaultId'),
    askVaultPass: given.askVaultPassword === true,
    vaultPasswordFiles: list('vaultPasswordFile').map(path => givenPath(path, false)),
    // The last one given is searched first.
    modulePath: [...list('modulePath')].reverse().flatMap(givenPaths),
    ansiblePython: given.ansiblePython as string | undefined,
    pluginHost: given.pluginHost !== false,
  }
}

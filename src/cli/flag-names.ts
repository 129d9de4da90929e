// How flags may be written: every spelling of ansible-playbook 2.14, and unambiguous beginnings of long ones as argparse
// completes them. Other spellings are rewritten before anything is parsed, so that repeated flags keep their order.
import type { Command, Option } from 'commander'
import { UsageError } from '../errors.js'

/** A command line that argparse refuses. */
export class ArgumentError extends UsageError {
  override readonly exitCode = 2
}

/** Other spellings, with the one that is parsed. */
const ALIASES: Readonly<Record<string, string>> = {
  '--inventory-file': '--inventory',
  '--ask-vault-pass': '--ask-vault-password',
  '--vault-pass-file': '--vault-password-file',
  '--key-file': '--private-key',
  '--conn-pass-file': '--connection-password-file',
  '--become-pass-file': '--become-password-file',
}

/** Long flags of ansible-playbook: only these make a beginning ambiguous where it has one that fits. */
const THEIRS: ReadonlySet<string> = new Set([
  ...['--help', '--version', '--verbose', '--inventory', '--limit', '--extra-vars', '--module-path', '--forks'],
  ...['--vault-id', '--ask-vault-password', '--vault-password-file', '--tags', '--skip-tags', '--check', '--diff'],
  ...['--force-handlers', '--flush-cache', '--list-hosts', '--list-tasks', '--list-tags', '--syntax-check', '--step'],
  ...['--start-at-task', '--user', '--connection', '--timeout', '--private-key', '--ssh-common-args'],
  ...['--ssh-extra-args', '--sftp-extra-args', '--scp-extra-args', '--ask-pass', '--connection-password-file'],
  ...['--become', '--become-method', '--become-user', '--ask-become-pass', '--become-password-file'],
  ...Object.keys(ALIASES),
])

/** Shows other spellings beside the first. */
export function optionTerm({ flags, long }: Option): string {
  const others = Object.entries(ALIASES).flatMap(([alias, flag]) => (flag === long ? [alias] : []))
  return others.length === 0 ? flags : flags.replace(long as string, [long, ...others].join(', '))
}

/** Arguments with all flags in the spelling that is parsed. Throws ArgumentError for ambiguous beginnings. */
export function completeFlags(command: Command, argv: readonly string[]): string[] {
  const known = command.options.flatMap(option => (option.long ? [option.long] : []))
  const aliases = Object.entries(ALIASES).flatMap(([alias, flag]) => (known.includes(flag) ? [alias] : []))
  let literal = false
  return argv.map(argument => {
    if (argument === '--') literal = true
    if (literal || !argument.startsWith('--')) return argument
    const end = argument.indexOf('=')
    const name = end < 0 ? argument : argument.slice(0, end)
    const full = complete(name, [...known, ...aliases])
    return (ALIASES[full] ?? full) + argument.slice(name.length)
  })
}

function complete(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name
  const matches = known.filter(flag => flag.startsWith(name))
  const theirs = matches.filter(flag => THEIRS.has(flag))
  const candidates = theirs.length > 0 ? theirs : matches
  if (candidates.length > 1) throw new ArgumentError(`ambiguous option: ${name} could match ${candidates.join(', ')}`)
  return candidates[0] ?? name
}

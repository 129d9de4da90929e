// The flags of `madansible bench`: those of `run`, which both sides get, and its own.
import { type Command, InvalidArgumentError } from 'commander'
import { UsageError } from '../errors.js'
import { type RunOptions, runCommand, runOptions } from './run-options.js'

export interface BenchFlags {
  readonly playbooks: readonly string[]
  /** The command line without what is ours: what ansible-playbook and `madansible run` both get. */
  readonly forwarded: readonly string[]
  readonly runs: number
  readonly reset: string | undefined
  readonly state: string | undefined
  readonly only: readonly string[] | undefined
  readonly json: boolean
  readonly report: string | undefined
  readonly fromProfile: string | undefined
  /** The same command line as of a run. */
  readonly run: RunOptions
}

/** Our own flags; true when a value follows. */
const OWN: Readonly<Record<string, boolean>> = {
  '--runs': true,
  '--reset': true,
  '--state': true,
  '--only': true,
  '--json': false,
  '--report': true,
  '--from-profile': true,
}
/** Flags of `run` that make no sense here. */
const REFUSED: Readonly<Record<string, string>> = {
  askPass: '--ask-pass',
  askBecomePass: '--ask-become-pass',
  askVaultPassword: '--ask-vault-password',
  step: '--step',
  listHosts: '--list-hosts',
  listTasks: '--list-tasks',
  listTags: '--list-tags',
  syntaxCheck: '--syntax-check',
  output: '--output',
  junit: '--junit',
  record: '--record',
  profile: '--profile',
  order: '--order',
  transport: '--transport',
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a number of at least 1 is wanted.')
  return Number(text)
}

export function benchCommand(): Command {
  const command = runCommand().name('bench')
  return command
    .description('Runs the same playbook with ansible-playbook and with madansible in turn, and compares.')
    .optionsGroup('Comparison options:')
    .option('--runs <count>', 'how often each runner runs (default 1)', positive)
    .option('--reset <command>', 'shell command that brings the hosts back to their first state, before each run')
    .option('--state <command>', 'shell command that prints the state of the hosts, after each run')
    .option('--only <names>', 'comma separated runners: ansible, tuned, mitogen, linear, aeolus, inferred')
    .option('--json', 'print the comparison as JSON')
    .option('--from-profile <log>', 'run nothing: predict from the log of an ansible-playbook run')
}

/** Flags of a parsed command. */
export function benchFlags(command: Command, argv: readonly string[]): BenchFlags {
  const given = command.opts<Record<string, unknown>>()
  for (const [name, flag] of Object.entries(REFUSED)) {
    if (given[name] !== undefined && given[name] !== false) {
      throw new UsageError(`bench cannot be used with ${flag}`, {
        hint: 'It runs the playbook several times, without anybody to ask.',
      })
    }
  }
  const text = (name: string) => given[name] as string | undefined
  if (command.args.length === 0 && text('fromProfile') === undefined) {
    throw new UsageError('bench needs a playbook', { hint: 'madansible bench site.yml -i hosts --runs 3' })
  }
  return {
    playbooks: command.args,
    forwarded: forwardedArguments(argv),
    runs: (given.runs as number | undefined) ?? 1,
    reset: text('reset'),
    state: text('state'),
    only: text('only')
      ?.split(',')
      .map(name => name.trim()),
    json: given.json === true,
    report: text('report'),
    fromProfile: text('fromProfile'),
    run: runOptions(command),
  }
}

function forwardedArguments(argv: readonly string[]): string[] {
  const out: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] as string
    if (argument === '--') return [...out, ...argv.slice(at)]
    const name = argument.split('=')[0] as string
    const takesValue = OWN[name]
    if (argument === '--no-progress') continue
    if (takesValue === undefined) out.push(argument)
    else if (takesValue && !argument.includes('=')) at++
  }
  return out
}

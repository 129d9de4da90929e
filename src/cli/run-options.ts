// The flags of `madansible run`: every one of ansible-playbook 2.14 with the same meaning, plus our own.
import { Command, Option } from 'commander'
import { ArgumentError, optionTerm } from './flag-names.js'
import { addSourceOptions, collect, givenPath, type SourceOptions, sourceOptions } from './source-options.js'

/** What the command line said; undefined where it said nothing, so that ansible.cfg and the environment count. */
export interface RunOptions extends SourceOptions {
  readonly playbooks: readonly string[]
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly check: boolean
  readonly diff: boolean
  readonly forks: number | undefined
  readonly user: string | undefined
  readonly connection: string | undefined
  readonly timeout: number | undefined
  readonly privateKeyFile: string | undefined
  readonly sshCommonArgs: string | undefined
  readonly sshExtraArgs: string | undefined
  readonly sftpExtraArgs: string | undefined
  readonly scpExtraArgs: string | undefined
  readonly askPass: boolean
  readonly connectionPasswordFile: string | undefined
  readonly become: boolean
  readonly becomeMethod: string | undefined
  readonly becomeUser: string | undefined
  readonly askBecomePass: boolean
  readonly becomePasswordFile: string | undefined
  readonly forceHandlers: boolean
  readonly flushCache: boolean
  readonly listHosts: boolean
  readonly listTasks: boolean
  readonly listTags: boolean
  readonly syntaxCheck: boolean
  readonly step: boolean
  readonly startAtTask: string | undefined
  readonly version: boolean
  /** linear: Ansible's; inferred: as soon as nothing before a task conflicts with it; aeolus: that, but one task at a time in a role. */
  readonly order: 'linear' | 'aeolus' | 'inferred'
  /** What may have been done ahead of its turn when a task fails: docs/inference.md. */
  readonly failurePolicy: 'graph' | 'strict'
  readonly transport: 'ssh2' | 'openssh' | undefined
  readonly profile: boolean
  readonly progress: boolean
  readonly output: 'default' | 'json'
  readonly report: string | undefined
  readonly junit: string | undefined
  readonly record: string | undefined
}

/** Flags that exclude each other: option and name of the one and of the other. */
const EXCLUSIVE = [
  ['askPass', '-k/--ask-pass', 'connectionPasswordFile', '--connection-password-file/--conn-pass-file'],
  ['askBecomePass', '-K/--ask-become-pass', 'becomePasswordFile', '--become-password-file/--become-pass-file'],
  [
    'askVaultPassword',
    '--ask-vault-password/--ask-vault-pass',
    'vaultPasswordFile',
    '--vault-password-file/--vault-pass-file',
  ],
] as const

function integer(flag: string): (text: string) => number {
  return text => {
    if (!/^[+-]?\d+$/.test(text.trim())) throw new ArgumentError(`argument ${flag}: invalid int value: '${text}'`)
    return Number(text)
  }
}

/** The command line of `madansible run`. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('Runs playbooks on the hosts of an inventory, as ansible-playbook does.')
    .argument('[playbook...]', 'playbook files')
    .allowExcessArguments(true)
    .configureHelp({ optionTerm })
  addSourceOptions(command)
  command
    .option('-t, --tags <tags>', 'only run plays and tasks tagged with these values', collect)
    .option('--skip-tags <tags>', 'only run plays and tasks whose tags do not match these values', collect)
    .option('-C, --check', 'do not change anything; predict what would change')
    .option('-D, --diff', 'show what changes in files and templates')
    .option('-f, --forks <count>', 'hosts that are worked on at the same time (default 5)', integer('-f/--forks'))
    .option('--force-handlers', 'run handlers even if a task fails')
    .option('--flush-cache', 'clear the fact cache of every host first')
    .option('--list-hosts', 'print the matching hosts and end')
    .option('--list-tasks', 'print the tasks that would run and end')
    .option('--list-tags', 'print all tags and end')
    .option('--syntax-check', 'read everything, run nothing')
    .option('--step', 'ask before each task')
    .option('--start-at-task <name>', 'start at the task with this name')
    .option('--version', 'print the version, the ansible-core in use and where it was found')
  command
    .optionsGroup('Connection options:')
    .option('-u, --user <name>', 'connect as this user')
    .option('-c, --connection <type>', 'connection type: ssh, local, … (default smart)')
    .option('-T, --timeout <seconds>', 'connection timeout (default 10)', integer('-T/--timeout'))
    .option('--private-key <file>', 'private key to authenticate with')
    .option('--ssh-common-args <args>', 'arguments for ssh, sftp and scp')
    .option('--ssh-extra-args <args>', 'arguments for ssh only')
    .option('--sftp-extra-args <args>', 'arguments for sftp only')
    .option('--scp-extra-args <args>', 'arguments for scp only')
    .option('-k, --ask-pass', 'ask for the connection password')
    .option('--connection-password-file <file>', 'file with the connection password')
    .addOption(
      new Option('--order <order>', 'order in which tasks are started').choices(['linear', 'aeolus', 'inferred']),
    )
    .addOption(
      new Option(
        '--failure-policy <policy>',
        'with --order: whether later tasks may have run when one fails (graph), or only what changes nothing (strict)',
      ).choices(['graph', 'strict']),
    )
    .addOption(new Option('--transport <kind>', 'force how SSH is spoken').choices(['ssh2', 'openssh']))
  command
    .optionsGroup('Privilege escalation options:')
    .option('-b, --become', 'run operations with become')
    .option('--become-method <method>', 'privilege escalation method (default sudo)')
    .option('--become-user <name>', 'become this user (default root)')
    .option('-K, --ask-become-pass', 'ask for the privilege escalation password')
    .option('--become-password-file <file>', 'file with the become password')
  command
    .optionsGroup('Output options:')
    .option('--profile', 'time spent in each task, after the recap')
    .option('--no-progress', 'no live display on a terminal')
    .addOption(
      new Option('--output <format>', 'default, or json: one event a line (docs/events.md)').choices([
        'default',
        'json',
      ]),
    )
    .option('--report <file>', 'write an HTML report of the run')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--record <file>', 'write what the report is made from, as JSON')
  return command
}

/** Options of a parsed `run` command, checked for contradictions as ansible-playbook does. */
export function runOptions(command: Command): RunOptions {
  const given = command.opts<Record<string, unknown>>()
  const list = (name: string) => (given[name] as string[] | undefined) ?? []
  const text = (name: string) => given[name] as string | undefined
  const path = (name: string) => {
    const value = text(name)
    return value === undefined ? undefined : givenPath(value)
  }
  const flag = (name: string) => given[name] === true
  const number = (name: string) => given[name] as number | undefined
  for (const [one, oneName, other, otherName] of EXCLUSIVE) {
    if (given[one] === undefined || given[other] === undefined) continue
    throw new ArgumentError(`argument ${otherName}: not allowed with argument ${oneName}`)
  }
  const forks = number('forks')
  if (forks !== undefined && forks < 1) throw new ArgumentError('The number of processes (--forks) must be >= 1')
  return {
    ...sourceOptions(given),
    playbooks: command.args,
    tags: list('tags'),
    skipTags: list('skipTags'),
    check: flag('check'),
    diff: flag('diff'),
    forks,
    user: text('user'),
    connection: text('connection'),
    timeout: number('timeout'),
    privateKeyFile: path('privateKey'),
    sshCommonArgs: text('sshCommonArgs'),
    sshExtraArgs: text('sshExtraArgs'),
    sftpExtraArgs: text('sftpExtraArgs'),
    scpExtraArgs: text('scpExtraArgs'),
    askPass: flag('askPass'),
    connectionPasswordFile: path('connectionPasswordFile'),
    become: flag('become'),
    becomeMethod: text('becomeMethod'),
    becomeUser: text('becomeUser'),
    askBecomePass: flag('askBecomePass'),
    becomePasswordFile: path('becomePasswordFile'),
    forceHandlers: flag('forceHandlers'),
    flushCache: flag('flushCache'),
    listHosts: flag('listHosts'),
    listTasks: flag('listTasks'),
    listTags: flag('listTags'),
    syntaxCheck: flag('syntaxCheck'),
    step: flag('step'),
    startAtTask: text('startAtTask'),
    version: flag('version'),
    order: (text('order') ?? 'linear') as RunOptions['order'],
    failurePolicy: (text('failurePolicy') ?? 'graph') as RunOptions['failurePolicy'],
    transport: text('transport') as RunOptions['transport'],
    profile: flag('profile'),
    progress: given.progress !== false,
    output: text('output') === 'json' ? 'json' : 'default',
    report: text('report'),
    junit: text('junit'),
    record: text('record'),
  }
}

// Well-known commands that only look, and what they look at. Each entry says which options would make it do more.

import type { Draft } from '../draft.js'
import type { KnownPath } from '../paths.js'
import { SHARED, tree } from '../resource.js'
import { UNKNOWN } from '../unknown.js'
import type { SimpleCommand } from './command-line.js'

/** Says what a command reads; false when it may do more than look. */
type Look = (draft: Draft, command: SimpleCommand, base: KnownPath | undefined) => boolean

const nothing: Look = () => true

const kinds =
  (
    ...names: readonly (
      | 'package'
      | 'service'
      | 'user'
      | 'container'
      | 'image'
      | 'volume'
      | 'kernel'
      | 'cron'
      | 'mount'
      | 'process'
    )[]
  ): Look =>
  draft => {
    for (const name of names) draft.reads(draft.here(name), `runs a command that looks at each ${name}`)
    return true
  }

const allOf =
  (...looks: readonly Look[]): Look =>
  (draft, command, base) =>
    looks.every(look => look(draft, command, base))

/** Only when the arguments begin in one of these ways. */
const only =
  (beginnings: readonly string[], look: Look): Look =>
  (draft, command, base) => {
    const words = command.args.filter(word => !word.startsWith('-'))
    const fits = beginnings.some(beginning => beginning.split(' ').every((word, at) => words[at] === word))
    return fits && !command.args.includes(UNKNOWN) && look(draft, command, base)
  }

/** Not with an option that matches. */
const without =
  (pattern: RegExp, look: Look): Look =>
  (draft, command, base) =>
    !command.args.some(word => pattern.test(word) || word.includes(UNKNOWN)) && look(draft, command, base)

const noArguments =
  (look: Look): Look =>
  (draft, command, base) =>
    command.args.length === 0 && look(draft, command, base)

/** Arguments that are not options are paths; the first `skip` of them are something else. */
const files =
  (skip = 0): Look =>
  (draft, { program, args }, base) => {
    const because = `runs ${program}, which reads its arguments`
    const isOption = (word: string) => word.startsWith('-') && word !== '-'
    const plain = args.filter(word => !isOption(word))
    for (const word of plain.slice(skip)) readsWord(draft, word, because, base)
    if (plain.length === 0 && /^(ls|du)$/.test(program)) readsWord(draft, '.', because, base)
    // An option may hold a path: -f/etc/x, --file=/etc/x.
    for (const word of args.filter(isOption)) {
      const slash = word.indexOf('/')
      if (slash >= 0) readsWord(draft, word.slice(slash), because, base)
    }
    if (base !== undefined) draft.readsPath(base, because)
    return true
  }

function readsWord(draft: Draft, word: string, because: string, base: KnownPath | undefined): void {
  // Globs are known up to their first star.
  const known = word.search(/[*?[]/)
  draft.readsFile(known < 0 ? word : word.slice(0, known) + UNKNOWN, because, base)
}

const services: Look = draft => {
  for (const folder of ['/etc/systemd', '/usr/lib/systemd', '/run/systemd', '/etc/init.d'])
    draft.readsFile(folder, 'runs a command that looks at services')
  return kinds('service', 'package', 'process')(draft, NO_COMMAND, undefined)
}
const NO_COMMAND: SimpleCommand = { program: '', path: '', args: [] }

const endpoints: Look = draft => {
  draft.reads(draft.anyEndpoint(), 'runs a command that looks at a network service')
  return true
}
const data: Look = draft => {
  draft.reads(tree(SHARED, 'database'), 'runs a command that looks at data')
  return true
}
const etc: Look = draft => {
  draft.readsFile('/etc', 'runs a command that reads settings')
  return true
}

const containers = only(
  [
    'ps',
    'inspect',
    'images',
    'info',
    'version',
    'logs',
    'top',
    'stats',
    'port',
    'diff',
    'container ls',
    'container inspect',
    'image ls',
    'image inspect',
    'volume ls',
    'volume inspect',
    'network ls',
    'network inspect',
    'system df',
    'node ls',
    'service ls',
  ],
  without(/^(-f|--follow)$/, kinds('container', 'image', 'volume', 'service')),
)
const grep = without(/^-[a-z]*f|^--file/i, files(1))
const findFiles = without(/^-(exec|execdir|ok|okdir|delete|fprint|fprintf|fprint0|fls)$/, (draft, command, base) => {
  const paths = command.args.slice(
    0,
    Math.max(
      0,
      command.args.findIndex(word => /^[-(!]/.test(word)),
    ),
  )
  const named = command.args.some(word => /^[-(!]/.test(word)) ? paths : command.args
  for (const path of named.length === 0 ? ['.'] : named) readsWord(draft, path, 'runs find', base)
  // -newer, -samefile and the like name other files.
  for (const word of command.args.slice(named.length))
    if (word.startsWith('/')) readsWord(draft, word, 'runs find', base)
  return true
})

export const READ_ONLY: ReadonlyMap<string, Look> = new Map<string, Look>([
  ...entries('true echo printf whoami arch nproc uptime tty logname expr seq basename dirname', nothing),
  ...entries('tr rev nl', files()),
  ['date', without(/^(-s|--set.*|[\d]+)$/, nothing)],
  ['uname', nothing],
  [
    'hostname',
    (draft, { args }) =>
      args.every(word => word.startsWith('-') && !/^(-F|--file|-b)/.test(word)) &&
      kinds('kernel')(draft, NO_COMMAND, undefined) &&
      etc(draft, NO_COMMAND, undefined),
  ],
  ...entries('id groups', allOf(kinds('user'), etc)),
  ...entries('getent', allOf(kinds('user'), etc)),
  ...entries('which whereis', (draft, command, base) => {
    for (const folder of ['/usr', '/opt', '/root']) draft.readsFile(folder, `runs ${command.program}`)
    return kinds('package')(draft, command, base)
  }),
  ...entries(
    'cat head ls stat wc md5sum sha1sum sha256sum sha512sum cksum readlink realpath diff cmp du cut od xxd strings zcat lsattr getfacl namei tac',
    files(),
  ),
  ['file', without(/^(-C|--compile)/, files())],
  ['tail', without(/^(-f|-F|--follow.*|--retry)$/, files())],
  ['sort', without(/^(-o|--output)/, files())],
  [
    'uniq',
    (draft, command, base) =>
      command.args.filter(word => !word.startsWith('-')).length < 2 && files()(draft, command, base),
  ],
  ...entries('test [', (draft, { args }, base) => {
    for (const [at, word] of args.entries())
      if (/[/]/.test(word) || /^-[a-hkprstuwxLNOGS]$/.test(args[at - 1] ?? ''))
        readsWord(draft, word, 'runs test', base)
    return true
  }),
  ...entries('grep egrep fgrep', grep),
  ['find', findFiles],
  ['jq', without(/^-i/, files(1))],
  ...entries('docker podman', containers),
  [
    'systemctl',
    only(
      [
        'is-active',
        'is-enabled',
        'is-failed',
        'is-system-running',
        'status',
        'show',
        'cat',
        'list-units',
        'list-unit-files',
        'list-timers',
        'get-default',
      ],
      services,
    ),
  ],
  [
    'service',
    (draft, { args }) => (args[1] === 'status' || args[0] === '--status-all') && services(draft, NO_COMMAND, undefined),
  ],
  [
    'journalctl',
    without(/^(-f|--follow|--vacuum.*|--rotate|--flush|--sync|--relinquish.*|--setup-keys|--update-catalog)/, services),
  ],
  ...entries('dpkg-query apt-cache', kinds('package')),
  [
    'dpkg',
    (draft, { args }) =>
      args.every(
        word =>
          !/^(-i|-r|-P|-a|--(install|unpack|configure|remove|purge|add-|remove-|set-|clear-|update|merge|force).*)$/.test(
            word,
          ),
      ) &&
      /^(-[lsLSpCV]|--(list|status|listfiles|search|get-selections|print-.*|compare-versions|audit|verify|version))$/.test(
        args[0] ?? '',
      ) &&
      kinds('package')(draft, NO_COMMAND, undefined),
  ],
  [
    'rpm',
    (draft, { args }) =>
      /^(-q|-V|--query|--verify|-E|--eval)/.test(args[0] ?? '') &&
      !args.some(word => /^--(import|rebuilddb|initdb|set)/.test(word)) &&
      kinds('package')(draft, NO_COMMAND, undefined),
  ],
  ['apt', only(['list', 'show', 'policy', 'search'], kinds('package'))],
  ['apt-mark', only(['showhold', 'showmanual', 'showauto'], kinds('package'))],
  ['pip', only(['list', 'show', 'freeze', 'check'], kinds('package'))],
  ['pip3', only(['list', 'show', 'freeze', 'check'], kinds('package'))],
  ['ip', without(/^(add|del|delete|set|flush|change|replace|append|exec|monitor|-b|-batch|-force)$/, kinds('kernel'))],
  ...entries(
    'ss netstat',
    without(/^(-K|--kill|-E|-c)$/, allOf(kinds('kernel', 'process', 'service', 'container'), endpoints)),
  ),
  ...entries(
    'lsmod lscpu lspci lsusb lsblk free vmstat getenforce sestatus runlevel lsns',
    noArgumentsOrOptions(kinds('kernel', 'mount')),
  ),
  ['ifconfig', noArguments(kinds('kernel'))],
  ['mount', noArguments(kinds('mount'))],
  ['findmnt', kinds('mount')],
  ...entries(
    'df',
    allOf(kinds('mount'), (draft, command, base) => files()(draft, command, base)),
  ),
  ['blkid', without(/^-g$/, kinds('kernel', 'mount'))],
  ['sysctl', without(/=|^-w|^--write|^-p|^--load|^--system/, kinds('kernel'))],
  ['dmidecode', without(/^--dump-bin/, kinds('kernel'))],
  ['modinfo', kinds('kernel', 'package')],
  ...entries('ps pgrep pidof', kinds('process', 'service', 'container')),
  [
    'crontab',
    (draft, { args }) =>
      args.includes('-l') && !args.some(word => /^-[rei]$/.test(word)) && kinds('cron')(draft, NO_COMMAND, undefined),
  ],
  ...entries(
    'iptables ip6tables',
    (draft, { args }) =>
      args.some(word => /^(-[SLC]|--(list|list-rules|check))$/.test(word)) &&
      !args.some(word => /^(-[ADIRFZNXPE])/.test(word)) &&
      kinds('kernel')(draft, NO_COMMAND, undefined),
  ),
  ['ufw', only(['status', 'version'], kinds('kernel'))],
  [
    'timedatectl',
    (draft, { args }) =>
      args.every(word => /^(status|show|-|list-timezones)/.test(word)) &&
      kinds('kernel')(draft, NO_COMMAND, undefined) &&
      etc(draft, NO_COMMAND, undefined),
  ],
  [
    'hostnamectl',
    (draft, { args }) =>
      args.every(word => /^(status|-)/.test(word)) &&
      kinds('kernel')(draft, NO_COMMAND, undefined) &&
      etc(draft, NO_COMMAND, undefined),
  ],
  [
    'git',
    (draft, command, base) =>
      /^(rev-parse|describe|log|show|ls-files|rev-list)$/.test(command.args[0] ?? '') &&
      !command.args.some(word => /^--output|^--ext-diff/.test(word)) &&
      files()(draft, { ...command, args: [base === undefined ? UNKNOWN : '.'] }, base),
  ],
  [
    'rabbitmqctl',
    (draft, { args }) =>
      args.some(word =>
        /^(list_\w+|status|cluster_status|ping|node_health_check|await_startup|environment|report|version)$/.test(word),
      ) &&
      endpoints(draft, NO_COMMAND, undefined) &&
      data(draft, NO_COMMAND, undefined) &&
      kinds('service')(draft, NO_COMMAND, undefined),
  ],
  [
    'mysqladmin',
    (draft, { args }) =>
      /^(ping|status|version|processlist|extended-status|variables)$/.test(args.at(-1) ?? '') &&
      endpoints(draft, NO_COMMAND, undefined) &&
      data(draft, NO_COMMAND, undefined),
  ],
  ['pg_isready', allOf(endpoints, kinds('service'))],
  [
    'redis-cli',
    (draft, { args }) => /^(ping|info)$/i.test(args.at(-1) ?? '') && endpoints(draft, NO_COMMAND, undefined),
  ],
  [
    'openssl',
    (draft, command, base) =>
      /^(version|x509|rsa|verify|dgst)$/.test(command.args[0] ?? '') &&
      !command.args.some(word => /^-(out|CAserial|CAcreateserial|sign|req)$/.test(word)) &&
      files(1)(draft, command, base),
  ],
])

function entries(names: string, look: Look): readonly (readonly [string, Look])[] {
  return names.split(' ').map(name => [name, look] as const)
}

function noArgumentsOrOptions(look: Look): Look {
  return (draft, command, base) => command.args.every(word => !word.includes(UNKNOWN)) && look(draft, command, base)
}

/** `program --version`: any program that is asked for nothing else. */
const VERSION = /^(--version|-version|-V)$/

/** Says what a simple command reads; false when it may do more than look. */
export function onlyLooks(draft: Draft, command: SimpleCommand, base: KnownPath | undefined): boolean {
  if (command.path.includes('/')) {
    draft.readsFile(command.path, `runs ${command.program}`, base)
    if (!/^\/(usr\/(local\/)?)?s?bin\//.test(command.path)) return false
  }
  draft.reads(draft.here('package'), `runs ${command.program}, which a package may bring`)
  const [first, ...more] = command.args
  if (first !== undefined && more.length === 0 && VERSION.test(first)) return true
  if (command.program === 'sudo' || command.program === 'env') return false
  return READ_ONLY.get(command.program)?.(draft, command, base) ?? false
}

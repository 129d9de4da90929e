// command, shell, raw, script: they may do anything, unless the command is one of the well-known ones that only look.
// `creates` and `removes` say when a command is left out, not what it does, so that they free nothing.

import { PyError, shlexSplit } from '../../python/index.js'
import { type Asked, entersContainer } from '../containers.js'
import type { Draft } from '../draft.js'
import { resource } from '../resource.js'
import { UNKNOWN } from '../unknown.js'
import { type SimpleCommand, simple, splitShell } from './command-line.js'
import { type Models, onTarget } from './model.js'
import { onlyLooks } from './read-only-commands.js'
import { activatesService } from './services.js'

const FREE = 'say what it reads and writes in madansible.yml'

function command(draft: Draft): void {
  const { _raw_params: raw, argv } = { _raw_params: draft.text('_raw_params', 'cmd'), argv: draft.value('argv') }
  const usesShell = draft.flag('_uses_shell') === true
  const words = Array.isArray(argv) ? draft.list('argv') : splitWords(raw)
  const one = words === undefined ? beginning(raw) : simple(words)
  describe(draft, usesShell ? splitShell(raw ?? UNKNOWN) : one && [one], raw ?? words?.join(' ') ?? '')
}

function shell(draft: Draft): void {
  const raw = draft.text('_raw_params', 'cmd') ?? UNKNOWN
  const executable = draft.text('executable')
  const isPlainShell = executable === undefined || /^(\/usr)?\/bin\/(ba|da)?sh$/.test(executable)
  describe(draft, isPlainShell ? splitShell(raw) : undefined, raw)
}

function splitWords(raw: string | undefined): readonly string[] | undefined {
  if (raw === undefined || raw.includes(UNKNOWN)) return undefined
  // `command` expands variables and ~ in its words.
  if (/[$~]/.test(raw)) return undefined
  try {
    return shlexSplit(raw)
  } catch (error) {
    if (error instanceof PyError) return undefined
    throw error
  }
}

/** Where a word begins of which not everything is known as it stands. */
const NOT_PLAIN = new RegExp(`\\S*[${UNKNOWN}$~\\\\'"]`, 'u')

/** The words of a command that are known, up to the first that is not; only what enters a container is told by those. */
function beginning(raw: string | undefined): SimpleCommand | undefined {
  const end = raw?.search(NOT_PLAIN) ?? -1
  if (raw === undefined || end <= 0) return undefined
  const start = simple(raw.slice(0, end).trim().split(/\s+/))
  return start !== undefined && /^(docker|podman)$/.test(start.program) && start.args[0] === 'exec'
    ? { ...start, args: [...start.args, UNKNOWN] }
    : undefined
}

function describe(draft: Draft, commands: readonly SimpleCommand[] | undefined, text: string): void {
  const folder = draft.text('chdir')
  const base = folder === undefined ? undefined : draft.pathOf(folder)
  if (base !== undefined) draft.readsPath(base, 'runs in chdir')
  for (const name of ['creates', 'removes'] as const) {
    const path = draft.text(name)
    if (path !== undefined) draft.readsFile(path.replace(/[*?[].*$/s, UNKNOWN), `looks for ${name}`, base)
  }
  // `set -o pipefail && echo … | docker exec …` is what the one command does that does anything.
  const acting = commands?.filter(one => !isStill(one))
  if (acting?.length === 1 && systemctl(draft, acting[0] as SimpleCommand)) return
  if (acting?.length === 1 && inContainer(draft, acting[0] as SimpleCommand)) return
  if (commands !== undefined && hasPlainEnvironment(draft) && commands.every(one => onlyLooks(draft, one, base))) {
    if (draft.assume('read-only-commands')) {
      draft.isHarmless = true
      return
    }
  }
  const shown = commands?.[0]?.program ?? /^\s*([\w./-]+)/.exec(text)?.[1]
  draft.opaque(`${shown === undefined ? 'the command' : `the command ${shown}`} may do anything: ${FREE}`)
}

/** An environment that does not change which programs run. */
function hasPlainEnvironment(draft: Draft): boolean {
  return Object.keys(draft.call.environment ?? {}).every(
    name => !/^(PATH|LD_|BASH_ENV|ENV$|PYTHON|PERL|IFS)/.test(name),
  )
}

/** Touches nothing at all. */
const isStill = ({ program, args }: SimpleCommand): boolean =>
  program === 'true' ||
  program === 'echo' ||
  (program === 'set' && args.every(word => /^([-+][eux]*o?|pipefail)$/.test(word)))

/** Options of `docker exec` that take a value. */
const EXEC_VALUES = /^(-u|--user|-e|--env|-w|--workdir|--env-file|--detach-keys)$/

/** docker exec CONTAINER …: what that container can reach, when an adapter knows it. */
function inContainer(draft: Draft, { program, args }: SimpleCommand): boolean {
  if ((program !== 'docker' && program !== 'podman') || args[0] !== 'exec') return false
  let at = 1
  while (args[at]?.startsWith('-')) at += EXEC_VALUES.test(args[at] as string) ? 2 : 1
  const name = args[at]
  if (name === undefined || draft.world.containerNamed(name) === undefined) return false
  const inner = simple(args.slice(at + 1))
  entersContainer(
    draft,
    name,
    inner && asksOnly(inner),
    `runs ${inner?.program ?? 'a command'} in the container ${name}`,
  )
  return true
}

/** Commands in containers that only ask the service there. */
function asksOnly({ program, args }: SimpleCommand): Asked | undefined {
  if (args.length === 1 && /^(--version|version)$/.test(args[0] as string))
    return { database: undefined, isAnywhere: false }
  if (program === 'mysql' || program === 'mariadb') {
    const statement = args[args.findIndex(word => word === '-e' || word === '--execute') + 1]
    const onlyLooks =
      statement !== undefined &&
      args.some(word => word === '-e' || word === '--execute') &&
      /^\s*(show|select)\s[^;]*;?\s*$/i.test(statement) &&
      !/\binto\b/i.test(statement)
    return onlyLooks
      ? { database: 'mysql', isAnywhere: args.some(word => /^(-h|--host(=|$)|--defaults)/.test(word)) }
      : undefined
  }
  const onlyLooks =
    program === 'rabbitmqctl' &&
    args.some(word =>
      /^(list_\w+|status|cluster_status|ping|await_startup|await_online_nodes|wait|version)$/.test(word),
    )
  return onlyLooks ? { database: 'rabbitmq', isAnywhere: args.some(word => /^(-n|--node(=|$))/.test(word)) } : undefined
}

/** systemctl start x and the like are what the service module does. */
function systemctl(draft: Draft, { program, args }: SimpleCommand): boolean {
  if (program !== 'systemctl' && program !== 'service') return false
  const [verb, unit] = program === 'systemctl' ? [args[0], args[1]] : [args[1], args[0]]
  if (verb === 'daemon-reload' && args.length === 1) {
    draft.writes(draft.here('service'), 'makes systemd read all units')
    for (const path of ['/etc/systemd', '/usr/lib/systemd', '/run/systemd'])
      draft.readsFile(path, 'makes systemd read all units')
    return true
  }
  if (
    args.length !== 2 ||
    unit === undefined ||
    !/^(start|stop|restart|reload|try-restart|reload-or-restart)$/.test(verb ?? '')
  )
    return false
  activatesService(draft, unit)
  draft.reads(resource(draft.scope, 'package'), 'runs systemctl')
  return true
}

export const COMMAND_MODELS: Models = onTarget({
  'ansible.builtin.command': command,
  'ansible.builtin.shell': shell,
  'ansible.builtin.raw': draft => draft.opaque(`a raw command may do anything: ${FREE}`),
  'ansible.builtin.script': draft => draft.opaque(`a script may do anything: ${FREE}`),
  'ansible.builtin.expect': draft => draft.opaque(`the command may do anything: ${FREE}`),
})

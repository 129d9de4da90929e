// `madansible run`: reads the command line's sources, runs the playbooks, tells what happens, ends with
// ansible-playbook's exit code. Mirrors cli/playbook.py PlaybookCLI.run (2.14).
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createActionPluginHost, createActionRunner } from '../actions/index.js'
import { Config } from '../config/index.js'
import { DebuggerQuit, type EngineEvent, InterruptedError, runPlaybooks } from '../engine/index.js'
import { MadansibleError } from '../errors.js'
import { type ForeignStrategy, foreignStrategy } from '../plugins/index.js'
import { BUG_EXIT_CODE } from './failure.js'
import { exitOnInterrupt, interruptSignals, tellInterrupted } from './interrupt.js'
import { printListing } from './listing.js'
import { openReporter } from './open-reporter.js'
import { ask } from './prompt.js'
import { resourcesSpent } from './resources.js'
import { ArgumentError, type RunOptions } from './run-options.js'
import { limitHosts, openAgents, openSession, type PlayDefaults, type Session } from './session.js'
import { taskDebugger } from './task-debugger.js'
import { printVersion } from './version.js'
import { type Voice, voiceOf } from './voice.js'

const NOTHING_OPENED: ReadonlySet<string> = new Set()

/** Runs the command. @returns the exit code */
export async function run(options: RunOptions): Promise<number> {
  const config = configured(options)
  if (options.version) return printVersion(config, options)
  const playbooks = checkedPlaybooks(options.playbooks)
  const stopListening = exitOnInterrupt(process)
  const defaults = playDefaults(config, options)
  const isListing = options.listHosts || options.listTasks || options.listTags || options.syntaxCheck
  let opened = () => NOTHING_OPENED
  const reporter = openReporter(config, options, isListing, {
    pluginHost: () => session.pluginHost,
    opened: () => opened(),
  })
  const voice = voiceOf(event => reporter.handle(event))
  const playbookDirectory = path.dirname(path.resolve(playbooks[0] as string))
  if (config.file) voice.messages.verbose(1, `Using ${config.file} as config file`)
  else voice.messages.verbose(1, 'No config file found; using defaults')
  const passwords = isListing ? {} : await askPasswords(options, config)
  const session = await openSession(config, options, defaults, voice, playbookDirectory)
  opened = () => session.loader.vault.opened
  const end: { exitCode: number; error?: string } = { exitCode: BUG_EXIT_CODE }
  try {
    // Inventory scripts are waited for without looking at signals: a Ctrl-C meanwhile is heard now.
    // Between two turns the event loop has looked.
    await nextTurn()
    await nextTurn()
    limitHosts(config, session.inventory, options.limit, voice)
    if (options.flushCache) flushFacts(session)
    if (isListing) return printListing(playbooks, options, session)
    stopListening()
    end.exitCode = await play(playbooks, options, { session, defaults, passwords, voice })
    return end.exitCode
  } catch (error) {
    if (error instanceof Error) end.error = error.message
    if (error instanceof MadansibleError) end.exitCode = error.exitCode
    throw error
  } finally {
    await session.close()
    if (!isListing) voice.emit({ kind: 'runEnd', ...end, resources: resourcesSpent() })
    await reporter.close?.()
  }
}

interface Passwords {
  readonly connection?: string | undefined
  readonly become?: string | undefined
}

interface Stage {
  readonly session: Session
  readonly defaults: PlayDefaults
  readonly passwords: Passwords
  readonly voice: Voice
}

async function play(playbooks: readonly string[], options: RunOptions, stage: Stage): Promise<number> {
  const { session, defaults, passwords, voice } = stage
  const { config } = session
  const agents = openAgents(config, voice, options.transport)
  const interrupt = interruptSignals(process, voice.warning)
  try {
    const { exitCode } = await runPlaybooks(
      playbooks,
      {
        config,
        loader: session.loader,
        inventory: session.inventory,
        variables: session.variables,
        loadContext: session.loadContext,
        actions: createActionRunner({
          agents,
          modules: session.modules,
          config,
          loader: session.loader,
          pluginHost: createActionPluginHost(session.workerHost),
        }),
        prompter: { isInteractive: process.stdin.isTTY === true, ask },
        debug: taskDebugger(session.pluginHost, event => voice.emit(event)),
        options: {
          forks: defaults.forks,
          verbosity: options.verbosity || config.get('DEFAULT_VERBOSITY'),
          check: defaults.check,
          diff: defaults.diff,
          startAtTask: options.startAtTask,
          step: options.step,
          connectionPassword: passwords.connection,
          becomePassword: passwords.become,
          timeoutSeconds: options.timeout,
          privateKeyFile: options.privateKeyFile,
          connectionOptions: {
            user: options.user,
            ssh_common_args: options.sshCommonArgs,
            ssh_extra_args: options.sshExtraArgs,
            sftp_extra_args: options.sftpExtraArgs,
            scp_extra_args: options.scpExtraArgs,
          },
        },
        onEvent: (event: EngineEvent) => voice.emit(event),
        foreignStrategy: name => strategyPlugin(session, name),
        killSignal: interrupt.kill,
      },
      interrupt.stop,
    )
    return exitCode
  } catch (error) {
    if (error instanceof DebuggerQuit) return error.exitCode
    if (!(error instanceof InterruptedError)) throw error
    return tellInterrupted()
  } finally {
    interrupt.dispose()
    await agents.closeAll()
  }
}

/** ansible.cfg and environment with the command line's settings on top. */
function configured(options: RunOptions): Config {
  const config = Config.load()
  if (options.forks !== undefined) config.set('DEFAULT_FORKS', options.forks, '--forks')
  if (options.timeout !== undefined) config.set('DEFAULT_TIMEOUT', options.timeout, '--timeout')
  return config
}

function checkedPlaybooks(given: readonly string[]): readonly string[] {
  if (given.length === 0) {
    throw new ArgumentError('the following arguments are required: playbook', {
      hint: 'Name at least one playbook: madansible run site.yml',
    })
  }
  for (const playbook of given) {
    if (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){2,}$/i.test(playbook) && !existsSync(playbook)) continue
    if (!existsSync(playbook)) throw new MadansibleError(`the playbook: ${playbook} could not be found`)
    const status = statSync(playbook)
    if (!status.isFile() && !status.isFIFO()) {
      throw new MadansibleError(`the playbook: ${playbook} does not appear to be a file`)
    }
  }
  return given
}

function playDefaults(config: Config, options: RunOptions): PlayDefaults {
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

/** Passwords from files or from the terminal (CLI.ask_passwords); an empty become answer repeats the first one. */
async function askPasswords(options: RunOptions, config: Config): Promise<Passwords> {
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

function flushFacts(session: Session): void {
  for (const host of session.inventory.hosts.values()) session.variables.clearFacts(host.name)
}

/** The file of a strategy plugin, as far as it tells what it extends. */
function strategyPlugin({ plugins }: Session, name: string): ForeignStrategy | undefined {
  const { path: file } = plugins.find('strategy', name)
  return file === undefined ? undefined : foreignStrategy(file)
}

// `madansible run`: reads the command line's sources, runs the playbooks, tells what happens, ends with
// ansible-playbook's exit code. Mirrors cli/playbook.py PlaybookCLI.run (2.14).
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DebuggerQuit, InterruptedError, runPlaybooks } from '../engine/index.js'
import { MadansibleError } from '../errors.js'
import { isAssemblyFile, runAssemblyFile } from './assembly/run-assembly-file.js'
import { engineServices, type Stage } from './engine-services.js'
import { BUG_EXIT_CODE } from './failure.js'
import { exitOnInterrupt, interruptSignals, tellInterrupted } from './interrupt.js'
import { printListing } from './listing.js'
import { openReporter } from './open-reporter.js'
import { checkedPlaybooks } from './playbook-files.js'
import { resourcesSpent } from './resources.js'
import type { RunOptions } from './run-options.js'
import { askPasswords, configured, playDefaults } from './run-settings.js'
import { limitHosts, openAgents, openSession, type Session } from './session.js'
import { printVersion, versionText } from './version.js'
import { voiceOf } from './voice.js'

const NOTHING_OPENED: ReadonlySet<string> = new Set()

/** Runs the command. @returns the exit code */
export async function run(options: RunOptions): Promise<number> {
  const config = configured(options)
  if (options.version) return printVersion(config, options)
  const playbooks = checkedPlaybooks(options.playbooks)
  const assembly = playbooks.find(isAssemblyFile)
  if (assembly !== undefined) return runAssemblyFile(assembly, options)
  const stopListening = exitOnInterrupt(process)
  const defaults = playDefaults(config, options)
  const isListing = options.listHosts || options.listTasks || options.listTags || options.syntaxCheck
  let opened: Session | undefined
  const reporter = await openReporter(config, options, isListing, {
    pluginHost: () => session.pluginHost,
    opened: () => opened?.loader.vault.opened ?? NOTHING_OPENED,
    classOf: host =>
      opened?.inventory
        .getHost(host)
        ?.groups.map(group => group.name)
        .sort()
        .join(',') ?? '',
  })
  const voice = voiceOf(event => reporter.handle(event))
  const playbookDirectory = path.dirname(path.resolve(playbooks[0] as string))
  const verbosity = options.verbosity || config.get('DEFAULT_VERBOSITY')
  if (verbosity > 1) voice.messages.verbose(2, versionText(config, options))
  if (config.file) voice.messages.verbose(1, `Using ${config.file} as config file`)
  else voice.messages.verbose(1, 'No config file found; using defaults')
  const passwords = isListing ? {} : await askPasswords(options, config)
  const session = await openSession(config, options, defaults, voice, playbookDirectory)
  opened = session
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

async function play(playbooks: readonly string[], options: RunOptions, stage: Stage): Promise<number> {
  const { session, voice } = stage
  const agents = openAgents(session.config, voice, options.transport, session.compiler)
  const interrupt = interruptSignals(process, voice.warning)
  try {
    const { exitCode } = await runPlaybooks(
      playbooks,
      engineServices(options, stage, agents, interrupt.kill),
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

function flushFacts(session: Session): void {
  for (const host of session.inventory.hosts.values()) session.variables.clearFacts(host.name)
}

// What the engine gets for one run, from the session, the command line and the agents.
import { createActionPluginHost, createActionRunner } from '../actions/index.js'
import type { AgentPool } from '../agent/index.js'
import type { EngineEvent, EngineServices } from '../engine/index.js'
import { type ForeignStrategy, foreignStrategy } from '../plugins/index.js'
import { earlyOptions } from './early-options.js'
import { ask } from './prompt.js'
import type { RunOptions } from './run-options.js'
import type { Passwords } from './run-settings.js'
import type { PlayDefaults, Session } from './session.js'
import { taskDebugger } from './task-debugger.js'
import type { Voice } from './voice.js'

export interface Stage {
  readonly session: Session
  readonly defaults: PlayDefaults
  readonly passwords: Passwords
  readonly voice: Voice
}

/** @param killSignal aborted when running tasks are to end, too */
export function engineServices(
  options: RunOptions,
  { session, defaults, passwords, voice }: Stage,
  agents: AgentPool,
  killSignal: AbortSignal,
): EngineServices {
  const { config } = session
  return {
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
    early: earlyOptions(options, session, voice),
    foreignStrategy: name => strategyPlugin(session, name),
    foreignBecome: method => session.modules.plugins.find('become', method).path !== undefined,
    killSignal,
  }
}

/** The file of a strategy plugin, as far as it tells what it extends. */
function strategyPlugin({ plugins }: Session, name: string): ForeignStrategy | undefined {
  const { path: file } = plugins.find('strategy', name)
  return file === undefined ? undefined : foreignStrategy(file)
}

// What the engine needs from the rest of the program for one run.

import type { Config } from '../config/index.js'
import type { Inventory } from '../inventory/index.js'
import type { LoadContext } from '../playbook/index.js'
import type { ForeignStrategy } from '../plugins/index.js'
import type { VariableManager } from '../variables/index.js'
import type { DataLoader } from '../yaml/index.js'
import type { ActionRunner } from './action.js'
import type { EventSink } from './events.js'
import type { Lookahead, LookaheadOptions } from './lookahead/lookahead.js'
import type { TaskDebugger } from './task-debugger.js'

/** Command line options that steer a run. */
export interface EngineOptions {
  readonly forks: number
  /** Number of -v. */
  readonly verbosity: number
  readonly check: boolean
  readonly diff: boolean
  readonly startAtTask?: string | undefined
  readonly step?: boolean | undefined
  /** Answers of --ask-pass and --ask-become-pass, or of the password files. */
  readonly connectionPassword?: string | undefined
  readonly becomePassword?: string | undefined
  /** --timeout */
  readonly timeoutSeconds?: number | undefined
  /** --private-key */
  readonly privateKeyFile?: string | undefined
  /** Other connection options by Ansible's name: user, ssh_common_args, ssh_extra_args, sftp_extra_args, scp_extra_args. */
  readonly connectionOptions?: Readonly<Record<string, string | undefined>> | undefined
}

/** Asks a person something; undefined when nobody can be asked. */
export interface Prompter {
  /** True when there is a terminal. */
  readonly isInteractive: boolean
  /** One line; `hidden` does not show what is typed. */
  ask(text: string, hidden: boolean): Promise<string>
}

export interface EngineServices {
  readonly config: Config
  readonly loader: DataLoader
  readonly inventory: Inventory
  readonly variables: VariableManager
  readonly loadContext: LoadContext
  readonly actions: ActionRunner
  readonly prompter: Prompter
  /** Opens the task debugger; without it, results never stop the run. */
  readonly debug?: TaskDebugger | undefined
  readonly options: EngineOptions
  readonly onEvent: EventSink
  /** A strategy plugin that is none of Ansible's own; undefined when there is no plugin of that name. */
  readonly foreignStrategy?: (name: string) => ForeignStrategy | undefined
  /** Whether there is a become plugin of that name beside the built-in ones. */
  readonly foreignBecome?: (method: string) => boolean
  /** Computes something from variables; in a run that was started early, once all that it reads is known. */
  readonly settle?: (<T>(compute: () => T | Promise<T>) => Promise<T>) | undefined
  /** How tasks are run before their turn; undefined: in Ansible's order only. */
  readonly early?: LookaheadOptions | undefined
  /** Made from it for a run. */
  readonly lookahead?: Lookahead | undefined
  /** First Ctrl-C: no further item or attempt is started. It is the signal given to runPlaybooks. */
  readonly stopSignal?: AbortSignal | undefined
  /** Second Ctrl-C: running tasks are stopped, too. */
  readonly killSignal?: AbortSignal | undefined
}

/** Computes something from variables, see EngineServices.settle. */
export function settle<T>(services: EngineServices, compute: () => T | Promise<T>): Promise<T> {
  return services.settle === undefined ? Promise.resolve(compute()) : services.settle(compute)
}

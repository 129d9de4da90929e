// Who tells the run: the output format, the live view of a terminal, callback plugins, and the files that are kept of it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { DiskCache } from '../collections/index.js'
import type { Config } from '../config/index.js'
import { ForeignCallbacks, type PluginHost } from '../plugins/index.js'
import {
  CallbackReporter,
  type Censor,
  censorOf,
  createReporter,
  Display,
  DurationStore,
  displayEvent,
  EventLog,
  RecordingReporter,
  type Reporter,
  RunRecord,
} from '../report/index.js'
import type { RunOptions } from './run-options.js'
import { productVersion } from './version.js'

/** What reporters need of the rest of the run, once it is there. */
export interface ReporterSources {
  readonly pluginHost: () => PluginHost
  /** Texts that were decrypted so far. */
  readonly opened: () => ReadonlySet<string>
  /** What a host has in common with others that run a task alike. */
  readonly classOf: (host: string) => string
}

/** The reporter of the run; with the live view when a person watches, with callback plugins, with the files asked for. */
export async function openReporter(
  config: Config,
  options: RunOptions,
  isListing: boolean,
  sources: ReporterSources,
): Promise<Reporter> {
  const verbosity = options.verbosity || config.get('DEFAULT_VERBOSITY')
  const isWatched =
    options.progress &&
    options.output === 'default' &&
    !isListing &&
    process.stdout.isTTY === true &&
    process.env.TERM !== 'dumb'
  const durations = isListing ? undefined : durationStore(options, sources)
  // Read from disk only when somebody watches, as it takes a tenth of a small run.
  const live = isWatched ? await import('../report/progress-reporter.js') : undefined
  const screen = live && new live.LiveScreen(process.stdout, durations)
  const display = new Display(config, verbosity, {
    stdout: screen ?? process.stdout,
    stderr: screen?.beside(process.stderr) ?? process.stderr,
  })
  const console = consoleReporter(display, config, options)
  if (isListing) return console.reporter
  const censor = censorOf(sources.opened)
  const first = options.output === 'json' ? eventLog(options, verbosity, censor) : console.reporter
  const reporter = new CallbackReporter(first, () => {
    const enabled = config.get('CALLBACKS_ENABLED')
    const stdout = options.output === 'json' ? undefined : console.foreign()
    return new ForeignCallbacks(sources.pluginHost(), { stdout, enabled, columns: display.columns })
  })
  const shown = live && screen ? new live.ProgressReporter(reporter, screen) : reporter
  return recorded(shown, options, censor, durations)
}

/** The reporter that ansible.cfg names, and the name of the callback plugin that it leaves the telling to. */
function consoleReporter(display: Display, config: Config, options: RunOptions) {
  let foreign: string | undefined
  const reporter = createReporter(display, {
    checkRun: options.check,
    profile: options.profile,
    isReplaced: name => callbackFolders(config, options).some(folder => existsSync(path.join(folder, `${name}.py`))),
    foreign: name => {
      foreign = name
      return { handle: event => displayEvent(display, event) }
    },
  })
  return { reporter, foreign: () => foreign }
}

/** Where callback plugins come from before ansible-core's own: beside the playbooks, and where ansible.cfg says. */
function callbackFolders(config: Config, options: RunOptions): string[] {
  const beside = options.playbooks.map(playbook => path.join(path.dirname(playbook), 'callback_plugins'))
  return [...beside, ...config.get('DEFAULT_CALLBACK_PLUGIN_PATH')]
}

function eventLog(options: RunOptions, verbosity: number, censor: Censor): Reporter {
  const write = (line: string) => process.stdout.write(line)
  return new EventLog({ version: productVersion(), order: options.order, verbosity, censor, write })
}

/** Keeps what the report, the JUnit file, the record and the learned durations are made from. */
function recorded(reporter: Reporter, options: RunOptions, censor: Censor, durations?: DurationStore): Reporter {
  const { report, junit, record, order } = options
  const keepsDetails = report !== undefined || junit !== undefined || record !== undefined
  const startedAt = performance.timeOrigin
  const identity = { product: 'madansible', version: productVersion(), order, startedAt, keepsDetails, censor }
  return new RecordingReporter(reporter, new RunRecord(identity), { report, junit, record }, run => {
    // Nothing takes as long in check mode as it does in earnest.
    if (!options.check) durations?.learn(run)
  })
}

function durationStore(options: RunOptions, { classOf }: ReporterSources): DurationStore {
  const { playbooks, tags, skipTags, limit, startAtTask, order } = options
  const selection = [...tags, '', ...skipTags, '', limit ?? '', startAtTask ?? '', String(options.check), order]
  return new DurationStore({ cache: new DiskCache(), playbooks, selection, classOf })
}

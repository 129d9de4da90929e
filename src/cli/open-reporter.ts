// Who tells the run: the output format, the live view of a terminal, callback plugins, and the files that are kept of it.
import type { Config } from '../config/index.js'
import { ForeignCallbacks, type PluginHost } from '../plugins/index.js'
import {
  CallbackReporter,
  type Censor,
  censorOf,
  createReporter,
  Display,
  displayEvent,
  EventLog,
  LiveScreen,
  ProgressReporter,
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
}

/** The reporter of the run; with the live view when a person watches, with callback plugins, with the files asked for. */
export function openReporter(
  config: Config,
  options: RunOptions,
  isListing: boolean,
  sources: ReporterSources,
): Reporter {
  const verbosity = options.verbosity || config.get('DEFAULT_VERBOSITY')
  const isWatched =
    options.progress &&
    options.output === 'default' &&
    !isListing &&
    process.stdout.isTTY === true &&
    process.env.TERM !== 'dumb'
  const screen = isWatched ? new LiveScreen(process.stdout) : undefined
  const display = new Display(config, verbosity, {
    stdout: screen ?? process.stdout,
    stderr: screen?.beside(process.stderr) ?? process.stderr,
  })
  const console = consoleReporter(display, options)
  if (isListing) return console.reporter
  const censor = censorOf(sources.opened)
  const first = options.output === 'json' ? eventLog(options, verbosity, censor) : console.reporter
  const reporter = new CallbackReporter(first, () => {
    const enabled = config.get('CALLBACKS_ENABLED')
    const stdout = options.output === 'json' ? undefined : console.foreign()
    return new ForeignCallbacks(sources.pluginHost(), { stdout, enabled, columns: display.columns })
  })
  return recorded(screen === undefined ? reporter : new ProgressReporter(reporter, screen), options, censor)
}

/** The reporter that ansible.cfg names, and the name of the callback plugin that it leaves the telling to. */
function consoleReporter(display: Display, options: RunOptions) {
  let foreign: string | undefined
  const reporter = createReporter(display, {
    checkRun: options.check,
    profile: options.profile,
    foreign: name => {
      foreign = name
      return { handle: event => displayEvent(display, event) }
    },
  })
  return { reporter, foreign: () => foreign }
}

function eventLog(options: RunOptions, verbosity: number, censor: Censor): Reporter {
  const write = (line: string) => process.stdout.write(line)
  return new EventLog({ version: productVersion(), order: options.order, verbosity, censor, write })
}

/** Keeps what the report, the JUnit file and the record are made from. */
function recorded(reporter: Reporter, options: RunOptions, censor: Censor): Reporter {
  const { report, junit, record } = options
  if (report === undefined && junit === undefined && record === undefined) return reporter
  const startedAt = performance.timeOrigin
  const identity = { product: 'madansible', version: productVersion(), order: options.order, startedAt, censor }
  return new RecordingReporter(reporter, new RunRecord(identity), { report, junit, record })
}

// Who tells the run: the output format, the live view of a terminal, callback plugins.
import type { Config } from '../config/index.js'
import { ForeignCallbacks, type PluginHost } from '../plugins/index.js'
import {
  CallbackReporter,
  createReporter,
  Display,
  displayEvent,
  LiveScreen,
  ProgressReporter,
  type Reporter,
} from '../report/index.js'
import type { RunOptions } from './run-options.js'

/** The reporter of the run; with the live view when a person watches, and with callback plugins of Python. */
export function openReporter(
  config: Config,
  options: RunOptions,
  isListing: boolean,
  host: () => PluginHost,
): Reporter {
  const verbosity = options.verbosity || config.get('DEFAULT_VERBOSITY')
  const isWatched = options.progress && !isListing && process.stdout.isTTY === true && process.env.TERM !== 'dumb'
  const screen = isWatched ? new LiveScreen(process.stdout) : undefined
  const display = new Display(config, verbosity, {
    stdout: screen ?? process.stdout,
    stderr: screen?.beside(process.stderr) ?? process.stderr,
  })
  let stdout: string | undefined
  const native = createReporter(display, {
    checkRun: options.check,
    profile: options.profile,
    foreign: name => {
      stdout = name
      return { handle: event => displayEvent(display, event) }
    },
  })
  const reporter = isListing
    ? native
    : new CallbackReporter(native, () => {
        const enabled = config.get('CALLBACKS_ENABLED')
        return new ForeignCallbacks(host(), { stdout, enabled, columns: display.columns })
      })
  return screen === undefined ? reporter : new ProgressReporter(reporter, screen)
}

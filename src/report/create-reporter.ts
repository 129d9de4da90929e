// Chooses how a run is told: ANSIBLE_STDOUT_CALLBACK, --profile, the live display.
import { type DefaultOptions, DefaultReporter } from './default-reporter.js'
import type { Display } from './display.js'
import type { Reporter } from './reporter.js'

export interface ReporterOptions {
  /** The run was started with --check. */
  readonly checkRun: boolean
  /** Print how long each task took. */
  readonly profile: boolean
  /** Show what runs now on a terminal. */
  readonly progress: boolean
}

export function createReporter(display: Display, options: ReporterOptions): Reporter {
  return new DefaultReporter(display, defaultOptions(display, options))
}

function defaultOptions(display: Display, options: ReporterOptions): DefaultOptions {
  const setting = (name: string) => display.config.pluginOption('callback', 'default', name)
  return {
    displayOkHosts: setting('display_ok_hosts') !== false,
    displaySkippedHosts: setting('display_skipped_hosts') !== false,
    displayFailedStderr: setting('display_failed_stderr') === true,
    showCustomStats: setting('show_custom_stats') === true,
    showPerHostStart: setting('show_per_host_start') === true,
    checkModeMarkers: setting('check_mode_markers') === true,
    showTaskPathOnFailure: setting('show_task_path_on_failure') === true,
    checkRun: options.checkRun,
  }
}

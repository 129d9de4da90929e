// Chooses how a run is told: ANSIBLE_STDOUT_CALLBACK, --profile, the live display.
import { ConfigError } from '../errors.js'
import { type DefaultOptions, DefaultReporter } from './default-reporter.js'
import type { Display } from './display.js'
import { JsonReporter } from './json-reporter.js'
import { MinimalReporter, OnelineReporter } from './minimal-reporter.js'
import { ProfileReporter } from './profile-reporter.js'
import type { Reporter } from './reporter.js'
import { YamlReporter } from './yaml-reporter.js'

export interface ReporterOptions {
  /** The run was started with --check. */
  readonly checkRun: boolean
  /** Print how long each task took. */
  readonly profile: boolean
  /** Makes the reporter of a callback that is not native; undefined when there is none. */
  readonly foreign?: (name: string) => Reporter | undefined
  /** Whether the repository or the user has a callback of this name: it comes before the one of ansible-core. */
  readonly isReplaced?: (name: string) => boolean
}

/** The reporter that the configuration names. Throws ConfigError for a callback nobody has. */
export function createReporter(display: Display, options: ReporterOptions): Reporter {
  const name = String(display.config.get('DEFAULT_STDOUT_CALLBACK'))
  const reporter = named(name, display, options)
  return options.profile ? new ProfileReporter(reporter, display) : reporter
}

function named(name: string, display: Display, options: ReporterOptions): Reporter {
  const local = name.replace(/^ansible\.legacy\./, '')
  const own = !local.includes('.') && options.isReplaced?.(local) === true ? options.foreign?.(name) : undefined
  if (own !== undefined) return own
  switch (name.replace(/^(ansible\.(builtin|legacy|posix)|community\.general)\./, '')) {
    case 'default':
      // Results as YAML, or in several lines, are left to the plugin itself.
      if (hasOwnFormat(display))
        return options.foreign?.(name) ?? new DefaultReporter(display, defaultOptions(display, options))
      return new DefaultReporter(display, defaultOptions(display, options))
    case 'json':
      return new JsonReporter(display, jsonIndent(display), defaultOptions(display, options).showCustomStats)
    case 'yaml':
      return new YamlReporter(display, defaultOptions(display, options))
    case 'minimal':
      return new MinimalReporter(display)
    case 'oneline':
      return new OnelineReporter(display)
    default: {
      const foreign = options.foreign?.(name)
      if (foreign !== undefined) return foreign
      throw new ConfigError(`Could not load '${name}' callback plugin.`, {
        hint: 'ANSIBLE_STDOUT_CALLBACK or stdout_callback in ansible.cfg names it; default, json, minimal, oneline and yaml are always there.',
      })
    }
  }
}

function hasOwnFormat({ config }: Display): boolean {
  const setting = (name: string) => config.pluginOption('callback', 'default', name) ?? undefined
  const format = setting('result_format')
  return (format !== undefined && format !== 'json') || setting('pretty_results') !== undefined
}

function jsonIndent(display: Display): number {
  const text = display.config.env.ANSIBLE_JSON_INDENT ?? display.config.iniValue('defaults', 'json_indent')
  return text === undefined || !/^-?\d+$/.test(text) ? 4 : Number(text)
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

// ANSIBLE_STDOUT_CALLBACK=minimal and oneline: a line or block a result. Mirrors plugins/callback/minimal.py and
// oneline.py (2.14).
import type { EngineEvent } from '../engine/events.js'
import { str, truth } from '../python/index.js'
import type { Dict } from '../python/values.js'
import type { Display } from './display.js'
import { displayEvent } from './display-event.js'
import type { Reporter } from './reporter.js'
import { showException, showWarnings } from './result-notes.js'
import { cleanResult, diffText, dumpResult } from './result-text.js'

/** Actions whose output is shown as text instead of JSON. */
const PLAIN_TEXT =
  /^(ansible\.(builtin|legacy)\.)?(command|win_command|ansible\.windows\.win_command|shell|win_shell|raw|script)$/

type Outcome = Extract<EngineEvent, { readonly result: Dict }>

export class MinimalReporter implements Reporter {
  constructor(private readonly display: Display) {}

  handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'runnerOk':
        return this.#ok(event)
      case 'runnerFailed':
        return this.#failed(event)
      case 'runnerSkipped':
        return this.display.line(`${event.host} | SKIPPED`, { color: 'COLOR_SKIP' })
      case 'runnerUnreachable':
        return this.display.line(
          `${event.host} | UNREACHABLE! => ${dumpResult(this.display, event.result, { indent: 4 })}`,
          {
            color: 'COLOR_UNREACHABLE',
          },
        )
      case 'diff': {
        const diff = event.result.get('diff')
        if (diff !== undefined && truth(diff)) this.display.line(diffText(this.display, diff))
        return
      }
      default:
        displayEvent(this.display, event)
    }
  }

  #ok(event: Outcome): void {
    const result = event.result.copy()
    cleanResult(result, event.task.action)
    showWarnings(this.display, result)
    const { state, color } = outcome(result)
    if (PLAIN_TEXT.test(event.task.action) && !result.has('ansible_job_id')) {
      return this.display.line(commandText(event.host, result, state), { color })
    }
    this.display.line(`${event.host} | ${state} => ${dumpResult(this.display, result, { indent: 4 })}`, { color })
  }

  #failed(event: Outcome): void {
    const result = event.result.copy()
    showException(this.display, result, false)
    showWarnings(this.display, result)
    const text =
      PLAIN_TEXT.test(event.task.action) && !result.has('module_stderr')
        ? commandText(event.host, result, 'FAILED')
        : `${event.host} | FAILED! => ${dumpResult(this.display, result, { indent: 4 })}`
    this.display.line(text, { color: 'COLOR_ERROR' })
  }
}

export class OnelineReporter implements Reporter {
  constructor(private readonly display: Display) {}

  handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'runnerOk': {
        const { state, color } = outcome(event.result)
        const text =
          PLAIN_TEXT.test(event.task.action) && !event.result.has('ansible_job_id')
            ? commandLine(event.host, event.result, state)
            : `${event.host} | ${state} => ${this.#flat(event.result)}`
        return this.display.line(text, { color })
      }
      case 'runnerFailed':
        if (event.result.has('exception')) this.#exception(event)
        return this.display.line(`${event.host} | FAILED! => ${this.#flat(event.result)}`, { color: 'COLOR_ERROR' })
      case 'runnerSkipped':
        return this.display.line(`${event.host} | SKIPPED`, { color: 'COLOR_SKIP' })
      case 'runnerUnreachable':
        return this.display.line(`${event.host} | UNREACHABLE!: ${str(event.result.get('msg') ?? '')}`, {
          color: 'COLOR_UNREACHABLE',
        })
      default:
        displayEvent(this.display, event)
    }
  }

  #flat(result: Dict): string {
    return dumpResult(this.display, result, { indent: 0 }).replaceAll('\n', '')
  }

  #exception(event: Outcome): void {
    if (PLAIN_TEXT.test(event.task.action) && !event.result.has('module_stderr')) {
      return this.display.line(commandLine(event.host, event.result, 'FAILED'), { color: 'COLOR_ERROR' })
    }
    const exception = str(event.result.get('exception') ?? '')
    const text =
      this.display.verbosity < 3
        ? `An exception occurred during task execution. To see the full traceback, use -vvv. The error was: ${exception.trim().split('\n').at(-1)}`
        : `An exception occurred during task execution. The full traceback is:\n${exception.replaceAll('\n', '')}`
    this.display.line(text, { color: 'COLOR_ERROR' })
  }
}

function outcome(result: Dict) {
  return truth(result.get('changed') ?? false)
    ? ({ state: 'CHANGED', color: 'COLOR_CHANGED' } as const)
    : ({ state: 'SUCCESS', color: 'COLOR_OK' } as const)
}

function commandText(host: string, result: Dict, caption: string): string {
  const field = (name: string) => str(result.get(name) ?? '')
  return `${host} | ${caption} | rc=${str(result.get('rc') ?? -1)} >>\n${field('stdout')}${field('stderr')}${field('msg')}\n`
}

function commandLine(host: string, result: Dict, caption: string): string {
  const field = (name: string) =>
    str(result.get(name) ?? '')
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
  const stderr = field('stderr') === '' ? '' : ` (stderr) ${field('stderr')}`
  return `${host} | ${caption} | rc=${str(result.get('rc') ?? -1)} | (stdout) ${field('stdout')}${stderr}`
}

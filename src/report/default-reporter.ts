// The console lines of ansible-playbook: people and log parsers find what they know.
// Mirrors plugins/callback/default.py of ansible-core 2.14, method by method.
import type { EngineEvent, HostSummary, PlayInfo, RunStats, TaskInfo } from '../engine/events.js'
import { PyError, str, truth } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import { CALLBACK_METHODS } from './callback-methods.js'
import type { ColorSetting, Display } from './display.js'
import { displayEvent } from './display-event.js'
import type { Reporter } from './reporter.js'
import { showException, showWarnings } from './result-notes.js'
import { cleanResult, type DumpOptions, diffText, dumpResult, includeLabel, itemLabel } from './result-text.js'

/** Settings of the default callback (its DOCUMENTATION); all false but the first two by default. */
export interface DefaultOptions {
  readonly displayOkHosts: boolean
  readonly displaySkippedHosts: boolean
  readonly displayFailedStderr: boolean
  readonly showCustomStats: boolean
  readonly showPerHostStart: boolean
  readonly checkModeMarkers: boolean
  readonly showTaskPathOnFailure: boolean
  /** The run was started with --check. */
  readonly checkRun: boolean
}

type Outcome = Extract<EngineEvent, { readonly result: Dict }>

const FREE = new Set(['free', 'host_pinned'])

export class DefaultReporter implements Reporter {
  #play: PlayInfo | undefined
  #lastBanner: string | undefined
  #lastName: string | undefined
  readonly #prefixes = new Map<string, string>()

  constructor(
    protected readonly display: Display,
    protected readonly options: DefaultOptions,
  ) {}

  /** What cannot be shown is a warning, as for any callback, and never ends the run. */
  handle(event: EngineEvent): void {
    try {
      this.#tell(event)
    } catch (error) {
      if (!(error instanceof PyError)) throw error
      const method = CALLBACK_METHODS[event.kind] ?? event.kind
      const text = `Failure using method (${method}) in callback plugin (default): ${error.message}`
      displayEvent(this.display, { kind: 'warning', text })
    }
  }

  #tell(event: EngineEvent): void {
    switch (event.kind) {
      case 'playbookStart':
        return this.#playbookStart(event.file)
      case 'playStart':
        return this.#playStart(event.play)
      case 'noHostsMatched':
        return this.display.line('skipping: no hosts matched', { color: 'COLOR_SKIP' })
      case 'noHostsRemaining':
        return this.display.banner('NO MORE HOSTS LEFT')
      case 'taskStart':
        return this.#taskStart(event.task, 'TASK')
      case 'cleanupTaskStart':
        return this.#taskStart(event.task, 'CLEANUP TASK')
      case 'handlerTaskStart':
        return this.#taskStart(event.task, 'RUNNING HANDLER')
      case 'runnerStart':
        if (this.options.showPerHostStart) {
          this.display.line(` [started TASK: ${event.task.displayName} on ${event.host}]`, { color: 'COLOR_OK' })
        }
        return
      case 'runnerOk':
        return this.#ok(event)
      case 'runnerFailed':
        return this.#failed(event, event.ignoreErrors)
      case 'runnerSkipped':
        return this.#skipped(event)
      case 'runnerUnreachable':
        return this.#unreachable(event)
      case 'itemOk':
        return this.#itemOk(event)
      case 'itemFailed':
        return this.#itemFailed(event)
      case 'itemSkipped':
        return this.#itemSkipped(event)
      case 'retry':
        return this.#retry(event)
      case 'asyncPoll':
      case 'asyncOk':
      case 'asyncFailed':
        return this.#async(event)
      case 'diff':
        return this.#diff(event)
      case 'include':
        return this.#include(event.file, event.hosts, event.vars)
      case 'notify':
        if (this.display.verbosity > 1) {
          const text = `NOTIFIED HANDLER ${event.handler.displayName} for ${event.host}`
          this.display.line(text, { color: 'COLOR_VERBOSE', screenOnly: true })
        }
        return
      case 'stats':
        return this.#stats(event.stats)
      default:
        displayEvent(this.display, event)
    }
  }

  /** Text of a result behind `=>`. */
  protected dump(result: Dict, options: DumpOptions = {}): string {
    return dumpResult(this.display, result, options)
  }

  #playbookStart(file: string): void {
    if (this.display.verbosity > 1) this.display.banner(`PLAYBOOK: ${file.split('/').at(-1)}`)
    if (this.options.checkRun && this.options.checkModeMarkers) this.display.banner('DRY RUN')
  }

  #playStart(play: PlayInfo): void {
    this.#play = play
    const mark = this.#checkMark(play.checkMode)
    const name = play.name.trim()
    this.display.banner(name === '' ? `PLAY${mark}` : `PLAY [${name}]${mark}`)
  }

  #checkMark(checkMode: boolean): string {
    return checkMode && this.options.checkModeMarkers ? ' [CHECK MODE]' : ''
  }

  #taskStart(task: TaskInfo, prefix: string): void {
    // The program's own tasks (flush_handlers between sections) are nobody's business.
    if (task.isImplicit) return
    this.#prefixes.set(task.uuid, prefix)
    if (this.#play && FREE.has(this.#play.strategy.replace(/^ansible\.(builtin|legacy)\./, ''))) {
      this.#lastName = undefined
      return
    }
    this.#lastName = task.displayName.trim()
    if (this.options.displaySkippedHosts && this.options.displayOkHosts) this.#banner(task)
  }

  #banner(task: TaskInfo): void {
    let args = ''
    if (!task.noLog && this.display.config.get('DISPLAY_ARGS_TO_STDOUT')) {
      args = ` ${[...task.args].map(([key, value]) => `${str(key)}=${str(value)}`).join(', ')}`
    }
    const name = this.#lastName ?? task.displayName.trim()
    const prefix = this.#prefixes.get(task.uuid) ?? 'TASK'
    this.display.banner(`${prefix} [${name}${args}]${this.#checkMark(task.checkMode)}`)
    if (this.display.verbosity >= 2) this.#taskPath(task)
    this.#lastBanner = task.uuid
  }

  #bannerFor(task: TaskInfo): void {
    if (this.#lastBanner !== task.uuid) this.#banner(task)
  }

  #taskPath(task: TaskInfo): void {
    if (task.path !== undefined) this.display.line(`task path: ${task.path}`, { color: 'COLOR_DEBUG' })
  }

  #ok(event: Outcome): void {
    const { task, result } = event
    if (task.isInclude) return this.#bannerFor(task)
    const changed = truth(result.get('changed') ?? false)
    if (!changed && !this.options.displayOkHosts) return
    this.#bannerFor(task)
    showWarnings(this.display, result)
    if (isLooped(event)) return
    const shown = result.copy()
    cleanResult(shown, task.action)
    const dump = this.#isVerbose(shown, 0) ? ` => ${this.dump(shown)}` : ''
    this.display.line(`${changed ? 'changed' : 'ok'}: [${hostLabel(event)}]${dump}`, {
      color: changed ? 'COLOR_CHANGED' : 'COLOR_OK',
    })
  }

  #failed(event: Outcome, ignored: boolean): void {
    const { task } = event
    const result = event.result.copy()
    cleanResult(result, task.action)
    this.#bannerFor(task)
    showException(this.display, result, this.options.displayFailedStderr)
    showWarnings(this.display, result)
    // Cleaning takes the items out of a looped debug: its failure is shown.
    if (!isLooped({ ...event, result })) {
      if (this.display.verbosity < 2 && this.options.showTaskPathOnFailure) this.#taskPath(task)
      this.display.line(`fatal: [${hostLabel(event)}]: FAILED! => ${this.dump(result)}`, {
        color: 'COLOR_ERROR',
        stderr: this.options.displayFailedStderr,
      })
    }
    if (ignored) this.display.line('...ignoring', { color: 'COLOR_SKIP' })
  }

  #skipped(event: Outcome): void {
    if (!this.options.displaySkippedHosts) return
    const result = event.result.copy()
    cleanResult(result, event.task.action)
    this.#bannerFor(event.task)
    if (isLooped(event)) result.delete('results')
    const dump = this.#isVerbose(result, 0) ? ` => ${this.dump(result)}` : ''
    this.display.line(`skipping: [${event.host}]${dump}`, { color: 'COLOR_SKIP' })
  }

  #unreachable(event: Outcome): void {
    this.#bannerFor(event.task)
    this.display.line(`fatal: [${hostLabel(event)}]: UNREACHABLE! => ${this.dump(event.result)}`, {
      color: 'COLOR_UNREACHABLE',
      stderr: this.options.displayFailedStderr,
    })
    if (event.task.ignoreUnreachable) this.display.line('...ignoring', { color: 'COLOR_SKIP' })
  }

  #itemOk(event: Outcome): void {
    if (event.task.isInclude) return
    const changed = truth(event.result.get('changed') ?? false)
    if (!changed && !this.options.displayOkHosts) return
    this.#bannerFor(event.task)
    const result = event.result.copy()
    let text = `${changed ? 'changed' : 'ok'}: [${hostLabel(event)}] => (item=${itemLabel(result)})`
    cleanResult(result, event.task.action)
    if (this.#isVerbose(result, 0)) text += ` => ${this.dump(result)}`
    this.display.line(text, { color: changed ? 'COLOR_CHANGED' : 'COLOR_OK' })
  }

  #itemFailed(event: Outcome): void {
    this.#bannerFor(event.task)
    const result = event.result.copy()
    cleanResult(result, event.task.action)
    showException(this.display, result, this.options.displayFailedStderr)
    showWarnings(this.display, result)
    const item = `(item=${itemLabel(result)})`
    this.display.line(`failed: [${hostLabel(event)}] ${item} => ${this.dump(result)}`, {
      color: 'COLOR_ERROR',
      stderr: this.options.displayFailedStderr,
    })
  }

  #itemSkipped(event: Outcome): void {
    if (!this.options.displaySkippedHosts) return
    this.#bannerFor(event.task)
    const result = event.result.copy()
    cleanResult(result, event.task.action)
    let text = `skipping: [${event.host}] => (item=${itemLabel(result)}) `
    if (this.#isVerbose(result, 0)) text += ` => ${this.dump(result)}`
    this.display.line(text, { color: 'COLOR_SKIP' })
  }

  #retry(event: Outcome): void {
    const left = Number(event.result.get('retries') ?? 0) - Number(event.result.get('attempts') ?? 0)
    const name = event.task.name || event.task.displayName
    let text = `FAILED - RETRYING: [${hostLabel(event)}]: ${name} (${left} retries left).`
    if (this.#isVerbose(event.result, 2)) text += `Result was: ${this.dump(event.result)}`
    this.display.line(text, { color: 'COLOR_DEBUG' })
  }

  #async(event: Outcome): void {
    const field = (name: string) => str(event.result.get(name) ?? null)
    if (event.kind === 'asyncPoll') {
      const state = `jid=${field('ansible_job_id')} started=${field('started')} finished=${field('finished')}`
      this.display.line(`ASYNC POLL on ${event.host}: ${state}`, { color: 'COLOR_DEBUG' })
      return
    }
    let job = event.result.get('ansible_job_id') ?? null
    const inner = event.result.get('async_result')
    if (!truth(job) && inner instanceof Dict) job = inner.get('ansible_job_id') ?? null
    const verdict = event.kind === 'asyncOk' ? 'OK' : 'FAILED'
    this.display.line(`ASYNC ${verdict} on ${event.host}: jid=${str(job)}`, { color: 'COLOR_DEBUG' })
  }

  #diff(event: Outcome): void {
    const items = isLooped(event) ? (event.result.get('results') as Value) : [event.result]
    for (const item of Array.isArray(items) ? items : []) {
      if (!(item instanceof Dict) || !truth(item.get('diff') ?? null) || !truth(item.get('changed') ?? false)) continue
      const text = diffText(this.display, item.get('diff') as Value)
      if (text === '') continue
      this.#bannerFor(event.task)
      this.display.line(text)
    }
  }

  #include(file: string, hosts: readonly string[], vars: Dict): void {
    const label = includeLabel(vars)
    const item = label === '' ? '' : ` => (item=${label})`
    this.display.line(`included: ${file} for ${hosts.join(', ')}${item}`, { color: 'COLOR_SKIP' })
  }

  #isVerbose(result: Dict, above: number): boolean {
    return (
      (this.display.verbosity > above || result.get('_ansible_verbose_always') === true) &&
      (result.get('_ansible_verbose_override') ?? false) === false
    )
  }

  #stats(stats: RunStats): void {
    this.display.banner('PLAY RECAP')
    for (const host of [...stats.hosts.keys()].sort(byCodePoint)) {
      const summary = stats.hosts.get(host) as HostSummary
      this.display.line(recapLine(this.display, host, summary, true), { screenOnly: true })
      this.display.line(recapLine(this.display, host, summary, false), { logOnly: true })
    }
    this.display.line('', { screenOnly: true })
    if (stats.custom.size > 0 && this.options.showCustomStats) this.#customStats(stats.custom)
    if (this.options.checkRun && this.options.checkModeMarkers) this.display.banner('DRY RUN')
  }

  #customStats(custom: ReadonlyMap<string, Dict>): void {
    const flat = (value: Dict) => this.dump(value, { indent: 1 }).replaceAll('\n', '')
    this.display.banner('CUSTOM STATS: ')
    for (const host of [...custom.keys()].sort(byCodePoint)) {
      if (host !== '_run') this.display.line(`\t${host}: ${flat(custom.get(host) as Dict)}`)
    }
    const run = custom.get('_run')
    if (run !== undefined) {
      this.display.line('', { screenOnly: true })
      this.display.line(`\tRUN: ${flat(run)}`)
    }
    this.display.line('', { screenOnly: true })
  }
}

/** `web1`, or `web1 -> db1(10.0.0.5)` for a delegated task. */
export function hostLabel(event: Outcome): string {
  const { host, task, result } = event
  const { delegateTo } = task
  if (delegateTo === undefined || delegateTo === host) return host
  const delegated = result.get('_ansible_delegated_vars')
  const address = delegated instanceof Dict ? str(delegated.get('ansible_host') ?? delegateTo) : delegateTo
  return `${host} -> ${delegateTo}${address === delegateTo ? '' : `(${address})`}`
}

/** One line of PLAY RECAP. */
export function recapLine(display: Display, host: string, summary: HostSummary, colored: boolean): string {
  const count = (name: string, number: number, color: ColorSetting) => {
    const text = `${name}=${String(number).padEnd(4)}`
    return colored && number !== 0 ? display.paint(text, color) : text
  }
  return [
    `${hostCell(display, host, summary, colored)} :`,
    count('ok', summary.ok, 'COLOR_OK'),
    count('changed', summary.changed, 'COLOR_CHANGED'),
    count('unreachable', summary.unreachable, 'COLOR_UNREACHABLE'),
    count('failed', summary.failures, 'COLOR_ERROR'),
    count('skipped', summary.skipped, 'COLOR_SKIP'),
    count('rescued', summary.rescued, 'COLOR_OK'),
    count('ignored', summary.ignored, 'COLOR_WARN'),
  ].join(' ')
}

function hostCell(display: Display, host: string, summary: HostSummary, colored: boolean): string {
  if (!colored || !display.color) return host.padEnd(26)
  const color =
    summary.failures !== 0 || summary.unreachable !== 0
      ? 'COLOR_ERROR'
      : summary.changed !== 0
        ? 'COLOR_CHANGED'
        : 'COLOR_OK'
  return display.paint(host, color).padEnd(37)
}

function isLooped(event: Outcome): boolean {
  return event.task.loop !== undefined && truth(event.task.loop) && event.result.has('results')
}

function byCodePoint(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

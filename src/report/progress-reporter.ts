// The live view on a terminal: what runs on each host and for how long, below the ordinary lines. Wraps another reporter;
// its output goes through `screen`, which takes the view away before a line is written and puts it back after.
import { createLogUpdate } from 'log-update'
import type { EngineEvent } from '../engine/events.js'
import type { Output } from './display.js'
import { type Expectation, LiveRuns } from './live-runs.js'
import { liveLines } from './live-view.js'
import type { Reporter } from './reporter.js'

const REDRAW_MS = 250
const ASKS = /^(ansible\.(builtin|legacy)\.)?pause$/

/** Stands for a question of the program itself among the tasks that ask. */
const QUESTION = ''

/** A terminal with the live view at its bottom; give it to the Display as its standard output. */
export class LiveScreen implements Output {
  readonly isTTY = true
  readonly #runs: LiveRuns
  readonly #update: ReturnType<typeof createLogUpdate>
  /** Tasks that talk to the user: nothing may be drawn over their questions. */
  readonly #asking = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** @param expectation what earlier runs tell of this one */
  constructor(
    private readonly terminal: NodeJS.WriteStream,
    expectation?: Expectation,
  ) {
    this.#runs = new LiveRuns(expectation, () => performance.now(), 0)
    this.#update = createLogUpdate(terminal, { showCursor: true })
  }

  get columns(): number {
    return this.terminal.columns
  }

  write(text: string): void {
    this.#above(() => this.terminal.write(text))
  }

  /** Another stream of the same terminal (standard error), written above the view. */
  beside(other: Output): Output {
    return { isTTY: other.isTTY ?? false, write: text => this.#above(() => other.write(text)) }
  }

  #above(write: () => void): void {
    this.#update.clear()
    write()
    this.#schedule()
  }

  /** Takes in what an event says about running tasks. */
  note(event: EngineEvent): void {
    switch (event.kind) {
      case 'runnerStart':
        if (ASKS.test(event.task.action)) this.#asking.add(event.task.uuid)
        break
      case 'runnerFailed':
      case 'runnerUnreachable':
      case 'runnerOk':
      case 'runnerSkipped':
        this.#asking.delete(event.task.uuid)
        break
      case 'question':
        if (event.isOpen) this.#asking.add(QUESTION)
        else this.#asking.delete(QUESTION)
        if (event.isOpen) this.#update.clear()
        break
      default:
    }
    if (this.#runs.note(event) || event.kind === 'question') this.#schedule()
  }

  // Redrawing for every event would cost more than the tasks: at most a few times a second.
  #schedule(): void {
    if (this.#timer !== undefined || this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#draw()
      if (this.#runs.state.running.length > 0) this.#schedule()
    }, REDRAW_MS)
    this.#timer.unref()
  }

  #draw(): void {
    const state = this.#runs.state
    const lines = liveLines(state, { columns: this.terminal.columns, rows: this.terminal.rows }, performance.now())
    if (lines.length === 0 || this.#asking.size > 0) this.#update.clear()
    else this.#update(lines.join('\n'))
  }

  /** Takes the view away for good. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#update.clear()
  }
}

/** Tells the screen and then the reporter it wraps. */
export class ProgressReporter implements Reporter {
  constructor(
    private readonly inner: Reporter,
    private readonly screen: LiveScreen,
  ) {}

  handle(event: EngineEvent): void {
    this.screen.note(event)
    this.inner.handle(event)
  }

  close(): Promise<void> | void {
    this.screen.close()
    return this.inner.close?.()
  }
}

// Keeps a record of the run beside what is told, and writes files from it at the end: report, JUnit, record.
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { EngineEvent } from '../engine/events.js'
import { MadansibleError } from '../errors.js'
import { junitText } from './junit.js'
import { reportPage } from './report-page.js'
import type { Reporter } from './reporter.js'
import type { RunModel } from './run-model.js'
import type { RunRecord } from './run-record.js'

/** Files that are written when the run has ended, each named by the user. */
export interface RecordFiles {
  /** HTML. */
  readonly report?: string | undefined
  readonly junit?: string | undefined
  /** The RunModel as JSON. */
  readonly record?: string | undefined
}

export class RecordingReporter implements Reporter {
  /**
   * @param onEnd gets the model of the run that has ended
   * Throws MadansibleError when one of the files could not be written later.
   */
  constructor(
    private readonly inner: Reporter,
    private readonly record: RunRecord,
    private readonly files: RecordFiles,
    private readonly onEnd: (model: RunModel) => void = () => {},
  ) {
    for (const file of [files.report, files.junit, files.record]) if (file !== undefined) ensureWritable(file)
  }

  handle(event: EngineEvent): void {
    this.record.note(event)
    this.inner.handle(event)
    if (event.kind === 'runEnd') this.#finish()
  }

  close(): Promise<void> | void {
    return this.inner.close?.()
  }

  #finish(): void {
    const { report, junit, record } = this.files
    const model = this.record.model()
    if (report !== undefined) writeOut(report, reportPage({ kind: 'run', run: model }))
    if (junit !== undefined) writeOut(junit, junitText(model))
    if (record !== undefined) writeOut(record, `${JSON.stringify(model)}\n`)
    this.onEnd(model)
  }
}

/** Finds out before a long run, not after it. */
function ensureWritable(file: string): void {
  const target = path.resolve(file)
  try {
    if (existsSync(target)) accessSync(target, constants.W_OK)
    else {
      mkdirSync(path.dirname(target), { recursive: true })
      accessSync(path.dirname(target), constants.W_OK)
    }
  } catch (cause) {
    throw new MadansibleError(`Cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

function writeOut(file: string, text: string): void {
  try {
    // A report names hosts and shows output: it is its owner's.
    writeFileSync(file, text, { mode: 0o600 })
  } catch (cause) {
    throw new MadansibleError(`Cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

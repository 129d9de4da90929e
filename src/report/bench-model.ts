// What a comparison of runners found, as JSON: `madansible bench --json` writes it and the report shows it.
import type { RunModel } from './run-model.js'

export interface BenchModel {
  readonly schema: 1
  readonly playbooks: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly machine: { readonly processors: number; readonly memoryBytes: number; readonly load: readonly number[] }
  readonly runners: readonly RunnerModel[]
  /** Whether every run of every runner ended with the same recap; `states` is undefined without --state. */
  readonly areRecapsEqual: boolean
  readonly areStatesEqual: boolean | undefined
  /** What differs, as text. */
  readonly differences: readonly string[]
  /** Sentences on where madansible's time went and what bounds it. */
  readonly findings: readonly string[]
  readonly split: readonly TimeShare[]
  /** A madansible run of the comparison, for its timeline. */
  readonly record: RunModel | undefined
}

export interface TimeShare {
  readonly name: string
  readonly ms: number
  readonly note: string
}

export interface RunnerModel {
  readonly name: string
  readonly label: string
  /** The command line as a person would type it. */
  readonly command: string
  readonly isOurs: boolean
  readonly runs: readonly MeasuredRun[]
  readonly median: Figures
  /** Largest minus smallest wall time, as a part of the median. */
  readonly spread: number
  /** Wall time of the fastest of madansible's orders divides this one's. */
  readonly ratio: number
}

export interface MeasuredRun extends Figures {
  readonly exitCode: number | null
  readonly recap: readonly string[]
  readonly state: string | undefined
}

/** Of the controller: this machine's processes of the run. */
export interface Figures {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakMemoryBytes: number
}

// What a run would take with madansible, from how long its tasks took with ansible-playbook. Nothing is run. The method is
// described in docs/performance.md: Ansible's own cost of a task is found in the log itself, as the time its shortest tasks
// take; what a task takes beyond it is work that a host has to do under any runner.
import { type LoggedTask, readAnsibleLog } from './ansible-log.js'

export interface Prediction {
  /** Sum of the tasks in the log. */
  readonly loggedSeconds: number
  readonly predictedSeconds: number
  readonly tasks: number
  /** What a task costs ansible-playbook beside its work, found in the log. */
  readonly overheadSeconds: number
  /** Tasks that will take longest. */
  readonly slowest: readonly {
    readonly name: string
    readonly loggedSeconds: number
    readonly predictedSeconds: number
  }[]
}

/** Seconds; estimates from single runs on a small machine, not calibrated: docs/performance.md says so. */
const OURS = { start: 0.8, task: 0.03, item: 0.012, skipped: 0.004 }
/** The shortest tasks are nearly all overhead; the very shortest are those that need no host. */
const FLOOR_QUANTILE = 0.25
const SHOWN = 10

/** Seconds that each task of a log would take here; the k-th time that a name comes it means the k-th task of that name. */
export class TaskTimes {
  readonly #seconds = new Map<string, number[]>()
  readonly startSeconds = OURS.start

  constructor(log: string) {
    const logged = readAnsibleLog(log)
    const overhead = overheadOf(logged)
    for (const task of logged) {
      const known = this.#seconds.get(task.name)
      if (known === undefined) this.#seconds.set(task.name, [predictedSeconds(task, overhead)])
      else known.push(predictedSeconds(task, overhead))
    }
  }

  /** What is not in the log is taken for a small task. */
  of(name: string, occurrence: number): number {
    const known = this.#seconds.get(name)
    return known?.[Math.min(occurrence, known.length - 1)] ?? OURS.task
  }
}

/** Predicts from the text of a log. Throws UsageError when it tells no times. */
export function predict(log: string): Prediction {
  const logged = readAnsibleLog(log)
  const overheadSeconds = overheadOf(logged)
  const tasks = logged.map(task => ({
    name: task.name,
    loggedSeconds: task.seconds,
    predictedSeconds: predictedSeconds(task, overheadSeconds),
  }))
  return {
    loggedSeconds: tasks.reduce((sum, task) => sum + task.loggedSeconds, 0),
    predictedSeconds: OURS.start + tasks.reduce((sum, task) => sum + task.predictedSeconds, 0),
    tasks: tasks.length,
    overheadSeconds,
    slowest: [...tasks].sort((left, right) => right.predictedSeconds - left.predictedSeconds).slice(0, SHOWN),
  }
}

/** A low quantile of what an item of a task that ran on a host took. */
function overheadOf(tasks: readonly LoggedTask[]): number {
  const each = tasks
    .filter(task => task.hosts > 0)
    .map(task => task.seconds / task.items)
    .sort((left, right) => left - right)
  return each[Math.floor(each.length * FLOOR_QUANTILE)] ?? 0
}

function predictedSeconds(task: LoggedTask, overhead: number): number {
  if (task.hosts === 0) return OURS.skipped
  const work = Math.max(0, task.seconds - overhead * task.items)
  return work + OURS.task + OURS.item * (task.items - 1)
}

/** The prediction for a reader. */
export function predictionText(prediction: Prediction, inferredSeconds?: number): string {
  const seconds = (number: number) => `${number.toFixed(1)} s`
  const { loggedSeconds, predictedSeconds: predicted, tasks, overheadSeconds, slowest } = prediction
  const width = Math.min(60, Math.max(4, ...slowest.map(({ name }) => name.length)))
  return [
    `ansible-playbook, as logged   ${seconds(loggedSeconds).padStart(10)}   ${tasks} tasks, about ${overheadSeconds.toFixed(2)} s of each are Ansible's own`,
    `madansible, predicted         ${seconds(predicted).padStart(10)}   ${(loggedSeconds / predicted).toFixed(1)}x faster, in Ansible's order`,
    ...(inferredSeconds === undefined
      ? []
      : [
          `madansible, inferred order    ${seconds(inferredSeconds).padStart(10)}   ${(loggedSeconds / inferredSeconds).toFixed(1)}x faster, as madansible plan orders it`,
        ]),
    '',
    'What will take longest:',
    ...slowest.map(
      task =>
        `  ${seconds(task.predictedSeconds).padStart(9)}  ${task.name.slice(0, width).padEnd(width)}  was ${seconds(task.loggedSeconds)}`,
    ),
    '',
  ].join('\n')
}

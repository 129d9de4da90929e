// What the end of a run waited for: the chain of task runs from the last one back to the first.
import type { TaskRunModel } from './run-model.js'

/** Clocks of events are whole milliseconds. */
const SLACK_MS = 2

/**
 * Walks back from the run that ended last: to the latest of the runs it is known to have waited for, and where nothing is
 * known, or Ansible's order was kept, to the one that ended last before it began.
 * @returns indexes of `runs`, in time order
 */
export function observedCriticalPath(runs: readonly TaskRunModel[], isInOrder: boolean): number[] {
  const byEnd = runs.map((_, index) => index).sort((left, right) => endOf(runs, left) - endOf(runs, right))
  const path: number[] = []
  const seen = new Set<number>()
  let current = byEnd.at(-1)
  while (current !== undefined && !seen.has(current)) {
    seen.add(current)
    path.push(current)
    current = previous(runs, byEnd, current, seen, isInOrder)
  }
  return path.reverse()
}

const endOf = (runs: readonly TaskRunModel[], index: number): number => (runs[index] as TaskRunModel).end

function previous(
  runs: readonly TaskRunModel[],
  byEnd: readonly number[],
  index: number,
  seen: ReadonlySet<number>,
  isInOrder: boolean,
): number | undefined {
  const run = runs[index] as TaskRunModel
  const before = (candidate: number) => endOf(runs, candidate) <= run.start + SLACK_MS && !seen.has(candidate)
  let latest: number | undefined
  for (const wait of isInOrder ? [] : (run.waits ?? [])) {
    if (!before(wait.run)) continue
    if (latest === undefined || endOf(runs, wait.run) > endOf(runs, latest)) latest = wait.run
  }
  return latest ?? lastEndedBefore(runs, byEnd, run.start, before)
}

/** Binary search for the run that ended last before a moment. */
function lastEndedBefore(
  runs: readonly TaskRunModel[],
  byEnd: readonly number[],
  moment: number,
  isAllowed: (index: number) => boolean,
): number | undefined {
  let low = 0
  let high = byEnd.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (endOf(runs, byEnd[middle] as number) <= moment + SLACK_MS) low = middle + 1
    else high = middle
  }
  for (let at = low - 1; at >= 0; at--) if (isAllowed(byEnd[at] as number)) return byEnd[at]
  return undefined
}

/**
 * The longest chain of runs that had to wait for one another, however many processors there are: no order of the same
 * tasks that keeps the evidence is shorter. Runs must come after those they wait for.
 */
export function longestChainMs(runs: readonly TaskRunModel[]): number {
  const finish = new Float64Array(runs.length)
  let longest = 0
  runs.forEach((run, index) => {
    let start = 0
    for (const wait of run.waits ?? []) if (wait.run < index) start = Math.max(start, finish[wait.run] as number)
    finish[index] = start + (run.end - run.start)
    longest = Math.max(longest, finish[index] as number)
  })
  return longest
}

// The moment at which a rendering must stop. Loops and macros of templates call tick(); it looks at the clock now
// and then. Rendering is synchronous, so one deadline for the process is enough.

import { listenToSteps } from '../../python/index.js'
import { TemplateTimeoutError } from '../errors.js'

const TICKS_BETWEEN_LOOKS = 2000

let ticksLeft = TICKS_BETWEEN_LOOKS
let deadlineMs: number | undefined

/** Counts one step of a loop or one macro call. Throws TemplateTimeoutError when the deadline has passed. */
export function tick(): void {
  if (--ticksLeft <= 0) lookAtClock()
}

function lookAtClock(): void {
  ticksLeft = TICKS_BETWEEN_LOOKS
  if (deadlineMs !== undefined && Date.now() > deadlineMs)
    throw new TemplateTimeoutError('the template did not come to an end in the time it was given')
}

listenToSteps(tick)

/** Runs `work` with a deadline (Date.now() milliseconds); an earlier one around it stays in force. */
export function withDeadline<T>(untilMs: number | undefined, work: () => T): T {
  if (untilMs === undefined) return work()
  const before = deadlineMs
  deadlineMs = before === undefined ? untilMs : Math.min(before, untilMs)
  try {
    return work()
  } finally {
    deadlineMs = before
  }
}

// Long loops of Python values say now and then that they still run, so that who gave a deadline can stop them.

let onStep = (): void => undefined

/** Calls `listener` at each step of a loop that a template can make as long as it likes; it may throw. */
export function listenToSteps(listener: () => void): void {
  onStep = listener
}

export const step = (): void => onStep()

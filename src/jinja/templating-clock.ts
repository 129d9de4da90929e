// How long this process has templated, for reports of where time goes. Rendering is synchronous, so one counter is enough:
// templates within templates count once.
let depth = 0
let since = 0
let total = 0

/** Runs `render` on the clock. */
export function timed<T>(render: () => T): T {
  if (depth++ === 0) since = performance.now()
  try {
    return render()
  } finally {
    if (--depth === 0) total += performance.now() - since
  }
}

/** Milliseconds spent in templates since the process started. */
export function templatingMs(): number {
  return total
}

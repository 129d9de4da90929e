// Ctrl-C: once stops starting anything new and lets the recap be printed; twice ends what is running at once.

export interface Interrupts {
  /** Aborted by the first interrupt. */
  readonly stop: AbortSignal
  /** Aborted by the second. */
  readonly kill: AbortSignal
  /** Stops listening. */
  dispose(): void
}

/** Signals of one run; SIGTERM counts as an interrupt that ends running tasks too. */
export function interruptSignals(source: NodeJS.Process): Interrupts {
  const stop = new AbortController()
  const kill = new AbortController()
  const onInterrupt = () => (stop.signal.aborted ? kill.abort() : stop.abort())
  const onTerminate = () => {
    stop.abort()
    kill.abort()
  }
  source.on('SIGINT', onInterrupt)
  source.on('SIGTERM', onTerminate)
  source.on('SIGHUP', onTerminate)
  return {
    stop: stop.signal,
    kill: kill.signal,
    dispose() {
      source.off('SIGINT', onInterrupt)
      source.off('SIGTERM', onTerminate)
      source.off('SIGHUP', onTerminate)
    },
  }
}

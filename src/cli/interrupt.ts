// Ctrl-C: once stops starting anything new and lets what runs end; twice ends what is running, on the hosts, too; a
// third time ends this process without waiting for anything.
import { setMaxListeners } from 'node:events'

/** Ansible's exit code after Ctrl-C. */
const INTERRUPTED = 99

export interface Interrupts {
  /** Aborted by the first interrupt. */
  readonly stop: AbortSignal
  /** Aborted by the second. */
  readonly kill: AbortSignal
  /** Stops listening. */
  dispose(): void
}

/** Says on stderr why the run ends, in ansible-playbook's words. @returns its exit code */
export function tellInterrupted(): number {
  process.stderr.write(' [ERROR]: User interrupted execution\n')
  return INTERRUPTED
}

/** Ctrl-C before anything runs on a host: nothing has to be waited for. @returns how to stop listening */
export function exitOnInterrupt(source: NodeJS.Process): () => void {
  const onInterrupt = () => source.exit(tellInterrupted())
  source.on('SIGINT', onInterrupt)
  return () => source.off('SIGINT', onInterrupt)
}

/**
 * Signals of one run; SIGTERM counts as an interrupt that ends running tasks too.
 * @param tell what the user is told after the first Ctrl-C
 */
export function interruptSignals(source: NodeJS.Process, tell: (text: string) => void): Interrupts {
  const stop = new AbortController()
  const kill = new AbortController()
  // Every call that runs listens: many listeners are no leak.
  setMaxListeners(0, stop.signal, kill.signal)
  const onInterrupt = () => {
    if (kill.signal.aborted) source.exit(INTERRUPTED)
    if (stop.signal.aborted) return kill.abort()
    stop.abort()
    tell('Interrupted: waiting for the tasks that run. Press Ctrl-C again to end them.')
  }
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

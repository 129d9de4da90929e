// A command on this machine. It gets the component's variables and the values it reads as environment variables, and
// gives values by printing `port=value` lines. It runs in a process group of its own: Ctrl-C waits for it.
import { spawn } from 'node:child_process'
import { ActionFailure, type ActionResult } from '../../madeus/index.js'

/** How long a command may go on after it was told to end. */
const GRACE_MS = 5000

export interface Command {
  readonly argv: readonly string[]
  readonly directory: string
  readonly variables: ReadonlyMap<string, unknown>
  readonly signal: AbortSignal
  /** Gets what the command prints, both streams, as it comes. */
  readonly write: (text: string) => void
}

/** Runs the command to its end. */
export function runCommand({ argv, directory, variables, signal, write }: Command): Promise<ActionResult> {
  const [program, ...rest] = argv
  if (signal.aborted) return Promise.resolve(new ActionFailure('ended before it began'))
  return new Promise(resolve => {
    const env = { ...process.env, ...environment(variables) }
    const child = spawn(program as string, rest, {
      cwd: directory,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      write(text)
    })
    child.stderr.setEncoding('utf8').on('data', write)
    const stop = endingOf(child.pid)
    signal.addEventListener('abort', stop.begin, { once: true })
    const settle = (result: ActionResult) => {
      signal.removeEventListener('abort', stop.begin)
      stop.dispose()
      resolve(result)
    }
    child.on('error', error => settle(new ActionFailure(`cannot be run: ${error.message}`)))
    child.on('close', (code, by) => {
      if (code === 0) settle(valuesIn(printed))
      else settle(new ActionFailure(code === null ? `ended by ${by}` : `ended with ${code}`))
    })
  })
}

/** Ends a process group: asks first, then makes sure. */
function endingOf(pid: number | undefined) {
  let timer: NodeJS.Timeout | undefined
  const send = (signal: NodeJS.Signals) => {
    try {
      if (pid !== undefined) process.kill(-pid, signal)
    } catch {
      // It has ended.
    }
  }
  return {
    begin: () => {
      send('SIGTERM')
      timer = setTimeout(() => send('SIGKILL'), GRACE_MS)
    },
    dispose: () => clearTimeout(timer),
  }
}

function environment(variables: ReadonlyMap<string, unknown>): NodeJS.ProcessEnv {
  const texts = [...variables].map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  return Object.fromEntries(texts)
}

function valuesIn(printed: string): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  for (const match of printed.matchAll(/^([\p{L}_][\p{L}\p{N}_.-]*)=(.*)$/gmu)) values.set(match[1] as string, match[2])
  return values
}

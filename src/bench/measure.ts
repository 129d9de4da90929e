// Runs a command to its end and measures it from outside: wall time, processor time with all the processes it waited for,
// peak memory of its main process.
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Measured {
  readonly exitCode: number | null
  readonly wallSeconds: number
  /** Not a number where the system does not tell. */
  readonly cpuSeconds: number
  readonly peakMemoryBytes: number
  readonly output: string
}

const POLL_MS = 100
/** The kernel counts processor time in hundredths of a second for other processes (USER_HZ). */
const TICKS_PER_SECOND = 100

/** How a command is ended early. */
export interface Stop {
  readonly signal: AbortSignal
  readonly killSignal: NodeJS.Signals
}

export async function measure(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  stop: Stop,
): Promise<Measured> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'madansible-bench-'))
  const file = path.join(scratch, 'output')
  const output = openSync(file, 'w', 0o600)
  try {
    const [program, ...args] = command as [string, ...string[]]
    const cpuBefore = childrenCpuSeconds()
    const started = process.hrtime.bigint()
    const child = spawn(program, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
      ...stop,
    })
    const memory = watchMemory(child.pid)
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', resolve)
    }).finally(() => memory.stop())
    const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9
    return {
      exitCode,
      wallSeconds,
      cpuSeconds: childrenCpuSeconds() - cpuBefore,
      peakMemoryBytes: memory.peak,
      output: readFileSync(file, 'utf8'),
    }
  } finally {
    closeSync(output)
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Processor time of this process's children that have ended, and of theirs (cutime and cstime of proc(5)). */
function childrenCpuSeconds(): number {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
  } catch {
    return Number.NaN
  }
}

/** The kernel keeps the peak of a process; it is read until the process has gone. */
function watchMemory(pid: number | undefined): { readonly peak: number; stop(): void } {
  let peak = Number.NaN
  const read = () => {
    try {
      const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      if (match !== null) peak = Math.max(Number.isNaN(peak) ? 0 : peak, Number(match[1]) * 1024)
    } catch {
      // It has ended, or this system does not tell.
    }
  }
  const timer = setInterval(read, POLL_MS)
  return {
    get peak() {
      return peak
    },
    stop: () => clearInterval(timer),
  }
}

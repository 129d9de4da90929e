// This machine as a host: commands run under /bin/sh as children of the controller.
// Mirrors lib/ansible/plugins/connection/local.py (2.14).
import { type ChildProcess, spawn } from 'node:child_process'
import type { OpenOptions, ProcessExit, RemoteProcess, Transport } from './transport.js'

export class LocalTransport implements Transport {
  readonly kind = 'local'
  readonly closed: Promise<void>
  readonly #directory: string | undefined
  readonly #children = new Set<ChildProcess>()
  #resolveClosed: () => void = () => {}

  constructor(directory: string | undefined) {
    this.#directory = directory
    this.closed = new Promise(resolve => {
      this.#resolveClosed = resolve
    })
  }

  async open(command: string, options: OpenOptions = {}): Promise<RemoteProcess> {
    const argv = options.tty === true ? ['python3', '-c', PTY_BRIDGE, command] : ['/bin/sh', '-c', command]
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: this.#directory,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A session of its own: Ctrl-C on the controller's terminal is the engine's to handle.
      detached: true,
    })
    this.#children.add(child)
    const exit = childExit(child)
    void exit.then(
      () => this.#children.delete(child),
      () => this.#children.delete(child),
    )
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exit, kill: () => killGroup(child) }
  }

  async close(): Promise<void> {
    for (const child of this.#children) killGroup(child)
    this.#resolveClosed()
  }
}

/** The end of a child: when it has exited and what it wrote has been read, but not later than a moment after its exit. */
export function childExit(child: ChildProcess, lingerMs = 500): Promise<ProcessExit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }))
    // A daemon that inherited the output keeps it open for ever: the process's own end counts.
    child.once('exit', (code, signal) => {
      setTimeout(() => resolve({ code: code ?? undefined, signal: signal ?? undefined }), lingerMs).unref()
    })
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGHUP')
  } catch {
    child.kill('SIGHUP')
  }
}

/** Runs `sh -c argv[1]` on a terminal in raw mode and copies bytes; Node has no terminals of its own to give. */
const PTY_BRIDGE = `
import os, pty, select, sys, tty
pid, master = pty.fork()
if pid == 0:
    os.execv('/bin/sh', ['/bin/sh', '-c', sys.argv[1]])
sources = [0, master]
while master in sources:
    for fd in select.select(sources, [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b''
        if not data:
            sources.remove(fd)
            if fd == 0:
                os.close(master)
                sources.remove(master)
        while data:
            data = data[os.write(1 if fd == master else master, data):]
status = os.waitpid(pid, 0)[1]
os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`

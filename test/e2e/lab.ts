// Throw-away hosts with a root, a process table and users of their own, and programs run against them as a user would.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inventory, layerOf, onHost, startHosts } from '../../scripts/throw-away-hosts.js'
import { type Run, root } from '../helpers/run-both.js'

/** Hosts of their own need namespaces and sshd as root. */
export const canStartHosts =
  process.getuid?.() === 0 && existsSync('/usr/sbin/sshd') && spawnSync('unshare', ['--mount', 'true']).status === 0

const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/root',
  LANG: 'C.UTF-8',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_CONFIG: join(root, 'test', 'helpers', 'empty.cfg'),
}

export class Lab {
  /** Scratch folder of the controller; every program runs there. */
  readonly directory = mkdtempSync(join(tmpdir(), 'e2e-'))
  readonly #lab: Awaited<ReturnType<typeof startHosts>>

  private constructor(lab: Awaited<ReturnType<typeof startHosts>>) {
    this.#lab = lab
    const names = lab.hosts.map(host => host.name)
    this.write('hosts', inventory(lab, { nodes: names }))
  }

  static async start(...names: string[]): Promise<Lab> {
    return new Lab(await startHosts(names))
  }

  stop(): void {
    this.#lab.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Writes a file of the controller; returns its path. */
  write(name: string, text: string, mode = 0o644): string {
    const path = join(this.directory, name)
    writeFileSync(path, text, { mode })
    return path
  }

  directories(...names: string[]): void {
    for (const name of names) mkdirSync(join(this.directory, name), { recursive: true })
  }

  /** Runs a program on the controller that has to succeed. */
  command(name: string, ...args: string[]): string {
    const run = spawnSync(name, args, { cwd: this.directory, encoding: 'utf8', env: ENVIRONMENT })
    if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`)
    return run.stdout
  }

  get key(): string {
    return this.#lab.key
  }
  get knownHosts(): string {
    return this.#lab.knownHosts
  }

  address(name: string): { address: string; port: number } {
    return this.#host(name)
  }

  /** Standard output of a command on a host, run by its root. */
  on(name: string, command: string): string {
    return onHost(this.#lab, name, command)
  }

  /** Path by which this machine reaches a file of the host. */
  path(name: string, path: string): string {
    return `/proc/${this.#sshd(name)}/root${path}`
  }

  /** Cuts all SSH connections of a host, as a failing network would; the host itself goes on. */
  cut(name: string): void {
    for (const { pid, args } of descendants(this.#sshd(name)))
      if (/^sshd: root/.test(args)) process.kill(pid, 'SIGKILL')
  }

  /** Programs on a host other than its sshd, by command line. */
  programs(name: string): string[] {
    return descendants(this.#sshd(name))
      .map(each => each.args)
      .filter(args => !args.startsWith('sshd'))
  }

  /** Where this machine sees the layer of what was written on a host. */
  layer(name: string): string {
    return layerOf(this.#host(name))
  }

  /** Everything that has been written on a host since it was started, folders too, and where this machine finds it. */
  written(name: string): Map<string, string> {
    const host = this.#host(name)
    const found = new Map<string, string>()
    for (const [place, prefix] of [[layerOf(host), '']].concat(
      ['/tmp', '/run'].map(each => [this.path(name, each), each]),
    )) {
      // The slash: what is below /proc/…/root is behind a link.
      const list = spawnSync('find', [`${place}/`, '-mindepth', '1', '-printf', '%P\\n'], { encoding: 'utf8' }).stdout
      for (const path of list.split('\n')) if (path !== '') found.set(`${prefix}/${path}`, `${place}/${path}`)
    }
    return found
  }

  #host(name: string) {
    return this.#lab.hosts.find(each => each.name === name)!
  }

  #sshd(name: string): number {
    const { pid } = this.#host(name).process
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
  }
}

interface ProcessLine {
  readonly pid: number
  readonly args: string
}

function descendants(of: number): ProcessLine[] {
  const rows = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .stdout.split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
  const found: ProcessLine[] = []
  const walk = (parent: number) => {
    for (const row of rows) {
      if (row === null || Number(row[2]) !== parent) continue
      found.push({ pid: Number(row[1]), args: row[3]! })
      walk(Number(row[1]))
    }
  }
  walk(of)
  return found
}

const PATIENCE_MS = 110_000

/** What a program and those it has started wait for, in the words of the kernel. */
function processesOf(pid: number): string {
  const numbers = [pid, ...descendants(pid).map(each => each.pid)].join(',')
  return spawnSync('ps', ['-o', 'pid,ppid,stat,wchan:24,etimes,args', '-p', numbers], { encoding: 'utf8' }).stdout
}

/** A program that runs; its output so far and its end. */
export class Running {
  stdout = ''
  stderr = ''
  readonly ended: Promise<Run>
  readonly child: ChildProcess

  constructor(
    command: string,
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
    patienceMs: number = PATIENCE_MS,
  ) {
    // A process group of its own, as a shell gives one to what it runs in the foreground.
    this.child = spawn(command, args, { cwd, env: { ...ENVIRONMENT, ...env }, detached: true, stdio: 'pipe' })
    this.child.stdin!.end()
    this.child.stdout!.on('data', chunk => {
      this.stdout += chunk
    })
    this.child.stderr!.on('data', chunk => {
      this.stderr += chunk
    })
    this.ended = new Promise((resolve, reject) => {
      // Ends before the test does: what was printed up to there tells where it hangs.
      const patience = setTimeout(() => {
        const rest = [this.stdout, this.stderr, processesOf(this.child.pid!)]
        this.signal('SIGKILL')
        reject(new Error(`${command} ${args.join(' ')} does not end:\n${rest.join('\n')}`))
      }, patienceMs)
      this.child.on('error', reject)
      this.child.on('close', code => {
        clearTimeout(patience)
        resolve({ code, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  /** What the terminal does at Ctrl-C: everything in the foreground gets the signal. */
  signal(name: NodeJS.Signals): void {
    process.kill(-this.child.pid!, name)
  }
}

/** @param within a command that starts the one given after it */
export function startMadansible(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  within: readonly string[] = [],
): Running {
  const whole = [...within, process.execPath, join(root, 'bin', 'madansible.js'), 'run', ...args]
  return new Running(whole[0]!, whole.slice(1), cwd, env)
}

/** Runs madansible and ansible-playbook with the same command line, ansible-playbook first. */
export async function runBoth(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ ours: Run; theirs: Run }> {
  const theirs = await new Running('ansible-playbook', args, cwd, env).ended
  const ours = await startMadansible(cwd, args, env).ended
  return { ours, theirs }
}

/** Waits for something another process does. */
export async function until(what: string, holds: () => boolean, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what}: did not happen within ${seconds} s`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

/** Names below the folders where a run of the controller could leave something. */
export function controllerTemporaries(): string[] {
  const places = [tmpdir(), join(ENVIRONMENT.HOME!, '.ansible', 'tmp')]
  return places.flatMap(place => (existsSync(place) ? readdirSync(place).map(name => join(place, name)) : []))
}

/** The lines of the recap, without padding. */
export function recap(text: string): string[] {
  const start = text.lastIndexOf('PLAY RECAP')
  return text
    .slice(start)
    .split('\n')
    .filter(line => / : ok=/.test(line))
    .map(line => line.replace(/\s+/g, ' ').trim())
}

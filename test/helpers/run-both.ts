// Runs the same command line with ansible-playbook and with madansible, as a user would, and gives what they print.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))))
/** The built program; another build of it can be named. */
const MADANSIBLE = process.env.MADANSIBLE_UNDER_TEST ?? path.join(root, 'bin', 'madansible.js')

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

// Settings of the machine must not leak into the comparison.
const CLEAN: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/root',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_CONFIG: path.join(root, 'test', 'helpers', 'empty.cfg'),
  ANSIBLE_RETRY_FILES_ENABLED: '0',
  ANSIBLE_LOCALHOST_WARNING: '0',
}

export function madansible(args: readonly string[], options: RunOptions): Promise<Run> {
  return start(process.execPath, [MADANSIBLE, ...args], options)
}

export function ansiblePlaybook(args: readonly string[], options: RunOptions): Promise<Run> {
  return start('ansible-playbook', args, options)
}

/** Both, one after the other: a playbook that changes things sees the same start only if it cleans up after itself. */
export async function both(args: readonly string[], options: RunOptions): Promise<{ ours: Run; theirs: Run }> {
  const theirs = await ansiblePlaybook(args, options)
  const ours = await madansible(['run', ...args], options)
  return { ours, theirs }
}

function start(command: string, args: readonly string[], options: RunOptions): Promise<Run> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...CLEAN, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
  })
}

/** Times, process ids and temporary names that differ between any two runs. */
export function masked(text: string): string {
  return text
    .replace(/"(start|end|delta|atime|mtime|ctime)": ("[^"]*"|[\d.]+)/g, '"$1": *')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?/g, '<time>')
    .replace(/ansible-tmp-[\d.-]+/g, 'ansible-tmp-*')
    .replace(/"(inode|uid|gid)": \d+/g, '"$1": *')
    .replace(/\/(tmp|root\/\.ansible\/tmp)\/[^"\s]*/g, '<tmp>')
    .replace(/\S+\/\.ansible\/tmp\/[^"\s]*/g, '<tmp>')
    .replace(/"src": "<tmp>"/g, '"src": *')
}

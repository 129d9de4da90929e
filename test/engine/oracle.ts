// Runs one playbook with ansible-playbook and with madansible, so that a test can hold the two outputs side by side.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the playbooks; commands run there. */
export const PLAYBOOKS = path.join(path.dirname(fileURLToPath(import.meta.url)), 'playbooks')
const root = path.resolve(PLAYBOOKS, '../../..')
const launcher = `import(${JSON.stringify(path.join(root, 'src/cli/main.ts'))}).then(cli => cli.main(process.argv.slice(1)))`

/** How each of the two is started. */
export const COMMANDS = {
  ansible: ['ansible-playbook'],
  madansible: [process.execPath, '--import', 'tsx', '-e', launcher, 'run'],
} as const

/** One host at a time, so that the order is certain; nothing of the user's own settings. */
export function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C.UTF-8',
    COLUMNS: '400',
    ANSIBLE_FORKS: '1',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_RETRY_FILES_ENABLED: '0',
    ...extra,
  }
}

export interface Outcome {
  readonly exitCode: number | null
  /** What was shown, with times and temporary names taken out. */
  readonly stdout: string
  /** Warnings and errors, each on one line, sorted: they may come at another moment. */
  readonly messages: readonly string[]
}

/** Both outcomes of a playbook below test/engine/playbooks. */
export async function both(
  playbook: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ ansible: Outcome; madansible: Outcome }> {
  const command = ['-i', 'hosts', ...args, playbook]
  const [ansible, madansible] = await Promise.all([
    execute([...COMMANDS.ansible, ...command], env),
    execute([...COMMANDS.madansible, ...command], env),
  ])
  return { ansible, madansible }
}

async function execute([program, ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
  const home = mkdtempSync(path.join(tmpdir(), 'madansible-oracle-'))
  try {
    const child = spawn(program as string, args, {
      cwd: PLAYBOOKS,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment({ HOME: home, ...env }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', chunk => {
      stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', chunk => {
      stderr += chunk
    })
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    return { exitCode, stdout: masked(stdout), messages: messagesOf(masked(stderr)) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/"(delta|start|end)": "[^"]*"/g, '"$1": "…"'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+/g, 'TIME'],
  [/madansible-oracle-\w+/g, 'HOME'],
  [/"ansible_job_id": "[^"]*"/g, '"ansible_job_id": "JOB"'],
  [/jid=[\w.]+/g, 'jid=JOB'],
  [/"jid": "[^"]*"/g, '"jid": "JOB"'],
  // A host that the playbook chooses at random.
  [/\[h1 -> \w+\] => \(item=None\)/g, '[h1 -> CHOSEN]'],
  [/\/[\w./-]*\.ansible_async\/[\w.]+/g, 'JOB-FILE'],
  // How often a job is asked for depends on the machine.
  [/FAILED - RETRYING: \[h1\]: (asked for|all of them) .*\n/g, ''],
  [/ {2,}(?=\n|$)/g, ''],
]

function masked(text: string): string {
  return VOLATILE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)
}

/** Long messages are wrapped at the width of the terminal; here each is one line again. */
function messagesOf(stderr: string): string[] {
  return stderr
    .split(/\n(?=\[|ERROR!|\s*$)/)
    .map(message => message.replace(/\s+/g, ' ').trim())
    .filter(message => message !== '')
    .sort()
}

// Questions on the terminal; secrets are typed without echo. Mirrors getpass.getpass and input().

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { UsageError } from '../errors.js'

/** Asks a question on the controlling terminal; `secret` hides what is typed. */
export async function ask(question: string, secret: boolean): Promise<string> {
  if (secret) return askSecret(question)
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

// Blocking on purpose: nothing else may write to the terminal while a password is typed.
function askSecret(question: string): string {
  let terminal: number
  try {
    terminal = openSync('/dev/tty', 'r+')
  } catch (cause) {
    return askPiped(question, cause)
  }
  const stty = (mode: string) => spawnSync('stty', [mode], { stdio: [terminal, 'ignore', 'ignore'] })
  try {
    writeSync(terminal, question)
    stty('-echo')
    return readLine(terminal)
  } finally {
    stty('echo')
    writeSync(terminal, '\n')
    closeSync(terminal)
  }
}

// getpass falls back on standard input where there is no terminal.
function askPiped(question: string, cause: unknown): string {
  try {
    writeSync(2, question)
    return readLine(0)
  } catch {
    throw new UsageError(`A password is needed (${question.trim()}) and there is no terminal to ask on.`, {
      hint: 'Give it in a file: --connection-password-file, --become-password-file or --vault-password-file.',
      cause,
    })
  }
}

function readLine(descriptor: number): string {
  const bytes: number[] = []
  const one = Buffer.alloc(1)
  while (readSync(descriptor, one, 0, 1, null) === 1) {
    if (one[0] === 0x0a) return Buffer.from(bytes).toString('utf8')
    bytes.push(one[0] as number)
  }
  return Buffer.from(bytes).toString('utf8')
}

// Questions on the terminal; secrets are typed without echo. Mirrors getpass.getpass and input().

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { InterruptedError } from '../engine/errors.js'
import { MadansibleError, UsageError } from '../errors.js'
import { readInputLine } from './input-lines.js'

/** Asks a question on the controlling terminal; `secret` hides what is typed. Throws InterruptedError at Ctrl-C. */
export async function ask(question: string, secret: boolean): Promise<string> {
  if (secret) return askSecret(question)
  const line = await askLine(question)
  if (line === undefined) throw new MadansibleError('EOF when reading a line')
  return line
}

/** As `ask`, without secrets; undefined when the input has ended. */
export async function askLine(question: string): Promise<string | undefined> {
  const interrupt = new AbortController()
  // The terminal edits the line itself: what is on the screen is what ansible-playbook shows.
  const onInterrupt = () => interrupt.abort()
  // Ctrl-C ends the question; who asked decides what becomes of the run.
  const others = process.listeners('SIGINT')
  process.removeAllListeners('SIGINT').on('SIGINT', onInterrupt)
  try {
    process.stdout.write(question)
    return await readInputLine(interrupt.signal)
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    process.stdout.write('\n')
    throw new InterruptedError()
  } finally {
    process.off('SIGINT', onInterrupt)
    for (const listener of others) process.on('SIGINT', listener)
  }
}

// Blocking on purpose: nothing else may write to the terminal while a password is typed. Ctrl-C comes as a character:
// a signal would end this process with the terminal's echo off.
function askSecret(question: string): string {
  let terminal: number
  try {
    terminal = openSync('/dev/tty', 'r+')
  } catch (cause) {
    return askPiped(question, cause)
  }
  const stty = (...modes: string[]) =>
    spawnSync('stty', modes, { stdio: [terminal, 'pipe', 'ignore'], encoding: 'utf8' }).stdout?.trim() ?? ''
  const before = stty('-g')
  try {
    stty('-echo', '-icanon', '-isig', 'min', '1')
    writeSync(terminal, question)
    return readKeys(terminal)
  } finally {
    stty(before === '' ? 'sane' : before)
    writeSync(terminal, '\n')
    closeSync(terminal)
  }
}

const KEYS = { interrupt: 0x03, endOfInput: 0x04, backspaces: [0x08, 0x7f], eraseLine: 0x15, ends: [0x0a, 0x0d] }

/** A line typed without the terminal's own editing. */
function readKeys(terminal: number): string {
  let bytes: number[] = []
  const one = Buffer.alloc(1)
  while (readSync(terminal, one, 0, 1, null) === 1) {
    const key = one[0] as number
    if (key === KEYS.interrupt) throw new InterruptedError()
    if (KEYS.ends.includes(key) || key === KEYS.endOfInput) break
    if (KEYS.backspaces.includes(key))
      bytes = [...Buffer.from([...Buffer.from(bytes).toString('utf8')].slice(0, -1).join(''))]
    else if (key === KEYS.eraseLine) bytes = []
    else bytes.push(key)
  }
  return Buffer.from(bytes).toString('utf8')
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

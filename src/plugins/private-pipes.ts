// Two one-way pipes to a child process that can be used synchronously: reading waits in the kernel until the other side
// has written or has gone. They are named pipes whose names are gone before the child starts, so nothing stays behind.

import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MadansibleError } from '../errors.js'

export interface PrivatePipes {
  /** Our ends: blocking. */
  readonly write: number
  readonly read: number
  /** The child's ends, to be closed here once it runs: then each side sees when the other one goes. */
  readonly childRead: number
  readonly childWrite: number
  /** An empty file without a name, for the child's standard error and output. */
  readonly output: number
}

export function openPrivatePipes(): PrivatePipes {
  const directory = mkdtempSync(join(tmpdir(), 'madansible-'))
  try {
    const requests = join(directory, 'requests')
    const replies = join(directory, 'replies')
    const made = spawnSync('mkfifo', ['-m', '600', requests, replies], { encoding: 'utf8' })
    if (made.status !== 0)
      throw new MadansibleError(`mkfifo failed: ${made.error?.message ?? made.stderr.trim()}`, {
        hint: 'The plugin host needs the program mkfifo (coreutils) and a temporary folder that can hold named pipes.',
      })
    const output = openSync(join(directory, 'output'), constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600)
    const [childRead, write] = openBothEnds(requests)
    const [read, childWrite] = openBothEnds(replies)
    return { write, read, childRead, childWrite, output }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Opening one end waits for the other, unless somebody has both. */
function openBothEnds(path: string): [read: number, write: number] {
  const both = openSync(path, constants.O_RDWR)
  const read = openSync(path, constants.O_RDONLY)
  const write = openSync(path, constants.O_WRONLY)
  closeSync(both)
  return [read, write]
}

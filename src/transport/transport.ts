// The interface every way of reaching a host offers: start a command, get its byte streams and its end.
import type { Readable, Writable } from 'node:stream'

/** How a process ended; `code` is undefined when only a signal or a lost connection is known. */
export interface ProcessExit {
  readonly code: number | undefined
  readonly signal: string | undefined
}

export interface RemoteProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /**
   * Resolves when the process has ended and its output has been delivered. Rejects with an UnreachableError when the
   * connection was lost first.
   */
  readonly exit: Promise<ProcessExit>
  /** Ends the channel at once; the process on the host gets a hangup. */
  kill(): void
}

export interface OpenOptions {
  /** Give the command a terminal (stdout and stderr arrive together, lines end with CR LF). */
  readonly tty?: boolean
  readonly signal?: AbortSignal | undefined
}

/** An open connection to one host under one login. */
export interface Transport {
  readonly kind: 'ssh2' | 'openssh' | 'local'
  /** Starts `command` as the login shell would run it (`sh -c` for local). */
  open(command: string, options?: OpenOptions): Promise<RemoteProcess>
  /** Resolves once, when the connection has gone (closed by us or lost). Never rejects. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** No further session on this connection (`MaxSessions`): the caller opens another one. */
export class SessionLimitError extends Error {}

/**
 * The host cannot be reached, or was lost while something was running on it. The message is the one Ansible shows in
 * an unreachable result.
 */
export class UnreachableError extends Error {
  /** True when the credentials were refused: such an attempt is not repeated (Ansible avoids account lockouts). */
  readonly isAuthenticationFailure: boolean
  constructor(message: string, details: { cause?: unknown; isAuthenticationFailure?: boolean } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'UnreachableError'
    this.isAuthenticationFailure = details.isAuthenticationFailure ?? false
  }
}

export const SSH_FAILURE_PREFIX = 'Failed to connect to the host via ssh: '

/** An UnreachableError worded as Ansible words what ssh printed. */
export function sshUnreachable(text: string, cause?: unknown): UnreachableError {
  return new UnreachableError(`${SSH_FAILURE_PREFIX}${text.trimEnd()}`, { cause })
}

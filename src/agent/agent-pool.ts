// All accounts of all hosts: agents are started on first use, shared, capped per host and closed at the end.
import type { ConnectionSettings } from '../transport/index.js'
import type { Account, BecomeSettings, ProcessResult } from './account.js'

export interface AgentPoolOptions {
  /** Connections being opened at once. Default 32. */
  readonly connectLimit?: number
  /** Agents kept per host; idle ones beyond it are closed, least recently used first. Default 20. */
  readonly agentsPerHost?: number
  /** `BECOME_ALLOW_SAME_USER`. */
  readonly becomeAllowSameUser?: boolean
  /** `--transport`. */
  readonly transport?: 'ssh2' | 'openssh' | undefined
  /** Shown at -v. */
  readonly note?: ((hostName: string, text: string) => void) | undefined
  /** Asks the user about an unknown host key; absent without a terminal. */
  readonly confirmHostKey?: ((question: string) => Promise<boolean>) | undefined
  /** Told when something starts and ends on a host, for the live view. */
  readonly onActivity?: ((activity: AgentActivity) => void) | undefined
}

export interface AgentActivity {
  readonly hostName: string
  readonly kind: 'connecting' | 'connected' | 'lost'
  /** User the agent runs as, once known. */
  readonly user?: string | undefined
}

export interface RawOptions {
  /** `executable` argument of raw; without it the text goes to the login shell as it is. */
  readonly executable?: string | undefined
  readonly stdin?: Uint8Array | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export class AgentPool {
  constructor(_options: AgentPoolOptions = {}) {}

  /**
   * The account for a login and, with `become`, the user behind it. `interpreter` is a path, a shell fragment that
   * ends in a Python, or one of `auto`, `auto_silent`, `auto_legacy`, `auto_legacy_silent`.
   * Throws UnreachableError, BecomeError or InterpreterError.
   */
  async account(
    _connection: ConnectionSettings,
    _become: BecomeSettings | undefined,
    _interpreter: string,
    _signal?: AbortSignal,
  ): Promise<Account> {
    throw new Error('being written')
  }

  /** Runs a command without needing Python on the host, as the raw module does. */
  async rawExec(
    _connection: ConnectionSettings,
    _become: BecomeSettings | undefined,
    _command: string,
    _options: RawOptions = {},
  ): Promise<ProcessResult> {
    throw new Error('being written')
  }

  /** Drops everything that is open to the host: the next use connects anew (`meta: reset_connection`, reboot). */
  async reset(_connection: ConnectionSettings): Promise<void> {}

  async closeAll(): Promise<void> {}
}

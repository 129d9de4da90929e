// The one tree of errors. A user's mistake is a MadansibleError: it is shown as text with its position and a
// way out, never with a stack. Anything else that is thrown is a bug and is shown with its stack.
// Failed tasks are results, not errors.

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface ErrorDetails {
  readonly position?: Position | undefined
  /** What the user can do about it, one sentence. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/** Base of every mistake that is the user's. `exitCode` is what the process ends with (Ansible's numbers). */
export class MadansibleError extends Error {
  readonly code: string = 'MADANSIBLE_ERROR'
  readonly exitCode: number = 1
  position: Position | undefined
  readonly hint: string | undefined
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.position = details.position
    this.hint = details.hint
  }
}

/** Wrong command line (exit 5 in ansible-playbook for options, 2 from argparse). */
export class UsageError extends MadansibleError {
  override readonly code = 'MADANSIBLE_USAGE'
  override readonly exitCode: number = 5
}

/** YAML or playbook text that cannot be understood (exit 4, AnsibleParserError). */
export class ParserError extends MadansibleError {
  override readonly code: string = 'MADANSIBLE_PARSER'
  override readonly exitCode: number = 4
}

export class VaultError extends MadansibleError {
  override readonly code = 'MADANSIBLE_VAULT'
}

export class ConfigError extends MadansibleError {
  override readonly code = 'MADANSIBLE_CONFIG'
  override readonly exitCode: number = 5
}

/** Formats a position as `file:line:column`. */
export function formatPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`
}

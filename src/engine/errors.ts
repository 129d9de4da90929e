// Errors and their texts as Ansible words them in results.

import { MadansibleError, type Position } from '../errors.js'
import { withPosition } from '../yaml/index.js'

/** An AnsibleError about something at a place in a file: the place and its line are part of the text. */
export function positionedError(message: string, position: Position | undefined, cause?: unknown): MadansibleError {
  return new MadansibleError(withPosition(message, position), { position, cause })
}

/** What str(error) gives. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A person left the task debugger with `quit`, which has been said already; ansible-playbook ends with 99, too. */
export class DebuggerQuit extends MadansibleError {
  override readonly code = 'MADANSIBLE_DEBUGGER_QUIT'
  override readonly exitCode = 99
  constructor() {
    super('The run was ended in the task debugger')
  }
}

/** The run was interrupted by the user; ansible-playbook ends with 99. */
export class InterruptedError extends MadansibleError {
  override readonly code = 'MADANSIBLE_INTERRUPTED'
  override readonly exitCode = 99
  constructor() {
    super('User interrupted execution')
  }
}

// What the user sees when a command cannot go on: `ERROR! …` for a mistake, the stack for a bug.
import { InterruptedError } from '../engine/errors.js'
import { MadansibleError } from '../errors.js'
import { paint, usesColor } from '../report/color.js'
import { tellInterrupted } from './interrupt.js'

/** Of a bug, as ansible-playbook's for an unexpected exception. */
export const BUG_EXIT_CODE = 250

/** Prints an error on stderr. @returns the exit code */
export function failure(error: unknown): number {
  const color = usesColor(process.stderr, process.env.ANSIBLE_FORCE_COLOR === '1', process.env.ANSIBLE_NOCOLOR === '1')
  // Messages that quote a file end with their own line break.
  const show = (text: string) => {
    const line = text.replace(/\n$/, '')
    process.stderr.write(`${color ? paint(line, 'red') : line}\n`)
  }
  if (error instanceof InterruptedError) return tellInterrupted()
  if (error instanceof MadansibleError) {
    show(`ERROR! ${error.message}`)
    if (error.hint !== undefined) show(`  ${error.hint}`)
    return error.exitCode
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  show(`ERROR! Unexpected Exception, this is probably a bug: ${error instanceof Error ? error.message : String(error)}`)
  process.stderr.write(`the full traceback was:\n\n${stack}\n`)
  return BUG_EXIT_CODE
}

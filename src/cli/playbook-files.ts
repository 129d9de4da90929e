// Playbook files of the command line: they are there, before anything is opened.
import { existsSync, statSync } from 'node:fs'
import { MadansibleError } from '../errors.js'
import { ArgumentError } from './flag-names.js'

/** Throws for none, and for the first that is no file. */
export function checkedPlaybooks(given: readonly string[]): readonly string[] {
  if (given.length === 0) {
    throw new ArgumentError('the following arguments are required: playbook', {
      hint: 'Name at least one playbook: madansible run site.yml',
    })
  }
  for (const playbook of given) {
    if (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){2,}$/i.test(playbook) && !existsSync(playbook)) continue
    if (!existsSync(playbook)) throw new MadansibleError(`the playbook: ${playbook} could not be found`)
    const status = statSync(playbook)
    if (!status.isFile() && !status.isFIFO()) {
      throw new MadansibleError(`the playbook: ${playbook} does not appear to be a file`)
    }
  }
  return given
}

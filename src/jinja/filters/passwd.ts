// The account database of the controller, as Python's pwd module reads it.

import { readFileSync } from 'node:fs'

export interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly home: string
}

/** All entries of /etc/passwd; none when it cannot be read. */
export function readPasswd(): PasswdEntry[] {
  let text: string
  try {
    text = readFileSync('/etc/passwd', 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .map(line => line.split(':'))
    .filter(fields => fields.length >= 7)
    .map(fields => ({ name: fields[0] as string, uid: Number(fields[2]), home: fields[5] as string }))
}

// Asks the real Ansible loader; one Python process for many texts.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './canonical.js'

export interface Text {
  readonly text: string
  readonly file: string
}

/** What Ansible makes of each text, in order. */
export function ansibleOutcomes(texts: readonly Text[]): Outcome[] {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url))
  const input = texts.map(text => `${JSON.stringify(text)}\n`).join('')
  const result = spawnSync('/usr/bin/python3', [script], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
  if (result.status !== 0) throw new Error(result.stderr)
  return result.stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Outcome)
}

/** Indexes of the texts whose outcomes differ. Errors of Python itself (no YAML error) have no place there. */
export function differences(expected: readonly Outcome[], actual: readonly Outcome[]): number[] {
  return expected.flatMap((want, index) => {
    const got = actual[index] as Outcome
    if ('error' in want && want.at === null && 'error' in got && want.error === got.error) return []
    return JSON.stringify(want) === JSON.stringify(got) ? [] : [index]
  })
}

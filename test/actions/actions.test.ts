// Every action gives the results that ansible-core gives: the same keys, values and texts, in the same order of tasks.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runBoth } from './support.js'

const fixture = join(import.meta.dirname, 'fixture')

const RUNS = [
  { name: 'modules of every style, commands, loops, asynchronous tasks', playbook: 'modules.yml' },
  { name: 'files, templates, archives and scripts', playbook: 'files.yml' },
  { name: 'files in check mode with differences', playbook: 'check.yml', check: true, diff: true },
  { name: 'what runs on the controller', playbook: 'controller.yml' },
]

for (const { name, ...options } of RUNS) {
  test(name, async () => {
    const { expected, actual } = await runBoth({ fixture, ...options })
    expect(actual).toEqual(expected)
  }, 300_000)
}

// Holds whole runs against ansible-playbook: every line on the screen, every message, the exit code.
import { describe, expect, it } from 'vitest'
import { both } from './oracle.js'

const CASES: readonly (readonly [what: string, playbook: string, ...args: string[]])[] = [
  ['blocks, rescue and always', 'blocks.yml'],
  ['handlers', 'handlers.yml'],
  ['loops', 'loops.yml'],
  ['conditions, registered results, module defaults', 'conditions.yml'],
  ['errors that become results', 'errors.yml'],
  ['includes and roles', 'includes.yml'],
  ['run_once and delegation', 'delegation.yml'],
  ['serial batches, order, max_fail_percentage', 'batches.yml'],
  ['any_errors_fatal', 'fatal.yml'],
  ['a batch that fails as a whole', 'serial-failure.yml'],
  ['meta tasks, add_host and group_by', 'meta.yml'],
]

describe.concurrent('same lines as ansible-playbook', () => {
  for (const [what, playbook, ...args] of CASES) {
    it(what, { timeout: 180_000 }, async () => {
      const { ansible, madansible } = await both(playbook, args)
      expect(madansible.stdout).toBe(ansible.stdout)
      expect(madansible.messages).toEqual(ansible.messages)
      expect(madansible.exitCode).toBe(ansible.exitCode)
    })
  }
})

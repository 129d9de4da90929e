// Holds whole runs against ansible-playbook: every line on the screen, every message, the exit code.
import { describe, expect, it } from 'vitest'
import { both } from './oracle.js'

const CASES: readonly (readonly [what: string, playbook: string, ...args: string[]])[] = [
  ['blocks, rescue and always', 'blocks.yml'],
  ['handlers', 'handlers.yml'],
  ['handlers of failed hosts', 'force-handlers.yml'],
  ['loops', 'loops.yml'],
  ['conditions, registered results, module defaults', 'conditions.yml'],
  ['errors that become results', 'errors.yml'],
  ['templates without an end', 'endless.yml'],
  ['includes and roles', 'includes.yml'],
  ['imported playbooks', 'import.yml'],
  ['run_once and delegation', 'delegation.yml'],
  ['settings of connections', 'connection.yml'],
  ['serial batches, order, max_fail_percentage', 'batches.yml'],
  ['any_errors_fatal', 'fatal.yml'],
  ['a batch that fails as a whole', 'serial-failure.yml'],
  ['meta tasks, add_host and group_by', 'meta.yml'],
  ['hosts that tasks add', 'add-host.yml'],
  ['facts', 'facts.yml'],
  ['asynchronous tasks', 'async.yml'],
  ['unreachable hosts', 'unreachable.yml', '-i', 'unreachable-hosts'],
  ['unreachable hosts that are forgiven', 'unreachable-ignored.yml', '-i', 'unreachable-hosts'],
  ['--tags', 'tags.yml', '--tags', 'never,one'],
  ['--skip-tags', 'tags.yml', '--skip-tags', 'one'],
  ['--start-at-task', 'tags.yml', '--start-at-task', 'tagged'],
  ['--start-at-task without such a task', 'tags.yml', '--start-at-task', 'no such task'],
  ['--check', 'tags.yml', '--check', '--force-handlers'],
  ['--limit', 'blocks.yml', '--limit', 'h2'],
  ['a handler that does not exist', 'missing-handler.yml'],
  ['a role that does not exist', 'missing-role.yml'],
  ['a meta task that does not exist', 'wrong-meta.yml'],
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

/** What each host was shown, whatever came in between. */
function linesByHost(stdout: string): string[] {
  return stdout
    .split('\n')
    .filter(line => /^(ok|changed|skipping|fatal|failed): \[|^\w+ +: ok=/.test(line))
    .sort()
}

describe('hosts that do a task at the same time', () => {
  it('see nothing of one another, as with ansible-playbook', { timeout: 180_000 }, async () => {
    const { ansible, madansible } = await both('hosts-together.yml', ['--forks', '2'])
    expect(linesByHost(madansible.stdout)).toEqual(linesByHost(ansible.stdout))
    expect(madansible.exitCode).toBe(ansible.exitCode)
  })
})

describe('strategies without a fixed order', () => {
  it('give every host the results that ansible-playbook gives it', { timeout: 180_000 }, async () => {
    const { ansible, madansible } = await both('free.yml')
    expect(linesByHost(madansible.stdout)).toEqual(linesByHost(ansible.stdout))
    expect(madansible.exitCode).toBe(ansible.exitCode)
  })
})

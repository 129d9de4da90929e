// Action plugins, connections, callbacks and strategies of a repository do what they do under ansible-playbook.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ansiblePlaybook, madansible, type Run, root } from '../helpers/run-both.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-actions-')
  cpSync(path.join(root, 'test', 'plugins', 'actions'), folder, { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TIMES = /"(delta|end|start)": "[^"]*"/g
const lines = (run: Run): string[] =>
  run.stdout
    .replace(TIMES, '')
    .replace(/0x[0-9a-f]+/g, '0x')
    .split('\n')
    // When a task starts on the next host depends on how soon the one before it has ended.
    .filter(line => !line.startsWith('NOTE runner start'))

/** Both tools, each with an output folder of its own. */
async function compare(
  playbook: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ ours: Run; theirs: Run }> {
  const folders = [path.join(folder, 'theirs'), path.join(folder, 'ours')]
  const args = (output: string) => ['-i', 'hosts', '-f', '1', '-e', `folder=${output}`, playbook]
  for (const output of folders) rmSync(output, { recursive: true, force: true })
  for (const output of folders) cpSync(path.join(folder, 'files'), output, { recursive: true })
  const theirs = await ansiblePlaybook(args(folders[0] as string), { cwd: folder, env })
  const ours = await madansible(['run', ...args(folders[1] as string)], { cwd: folder, env })
  expect(contents(folders[1] as string)).toEqual(contents(folders[0] as string))
  return { ours, theirs }
}

const contents = (output: string): unknown[] =>
  readdirSync(output, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => [entry.name, readFileSync(path.join(entry.parentPath, entry.name), 'utf8')])
    .sort()

describe('plugins of a repository', () => {
  it('an action plugin works on the engine’s connection, and ends as it would', async () => {
    const { ours, theirs } = await compare('actions.yml')
    expect(theirs.stdout).toContain('"environment": "ONE"')
    expect(lines(ours)).toEqual(lines(theirs))
    expect(ours.code).toBe(theirs.code)
  })

  it('what an action plugin templates comes out the same, whatever it changes before', async () => {
    const { ours, theirs } = await compare('renders.yml')
    expect(theirs.stdout).toContain('part of inside 8')
    expect(lines(ours)).toEqual(lines(theirs))
    expect(ours.code).toBe(theirs.code)
  })

  it('a connection plugin carries native actions, too', async () => {
    const { ours, theirs } = await compare('connection.yml')
    expect(theirs.stdout).toContain('w1 odd1')
    expect(theirs.stdout).toContain('UNREACHABLE')
    expect(lines(ours)).toEqual(lines(theirs))
    expect(ours.code).toBe(theirs.code)
  })

  for (const callback of ['default', 'shout']) {
    it(`callback plugins hear every event beside ${callback}`, async () => {
      const { ours, theirs } = await compare('callbacks.yml', { ANSIBLE_STDOUT_CALLBACK: callback })
      expect(theirs.stdout).toContain('NOTE stats')
      expect(theirs.stdout).toContain('OLD one True')
      expect(lines(ours)).toEqual(lines(theirs))
    })
  }

  it('a callback of the repository comes before the one of ansible-core', async () => {
    const { ours, theirs } = await compare('callbacks.yml', { ANSIBLE_STDOUT_CALLBACK: 'oneline' })
    expect(theirs.stdout).toContain('OWN ONELINE ends')
    expect(lines(ours)).toEqual(lines(theirs))
  })

  it('a strategy that extends a built-in one keeps its order; others are refused', async () => {
    const play = (strategy: string) =>
      JSON.stringify([{ hosts: 'one', gather_facts: false, strategy, tasks: [{ debug: { msg: 'ran' } }] }])
    writeFileSync(path.join(folder, 'stepwise.yml'), play('stepwise'))
    writeFileSync(path.join(folder, 'own.yml'), play('own'))
    const kept = await madansible(['run', '-i', 'hosts', 'stepwise.yml'], { cwd: folder })
    expect(kept.stdout).toContain('"msg": "ran"')
    expect(kept.stderr.replace(/\s+/g, ' ')).toContain(
      'extends linear, and the play runs as linear does; its own cleanup has no effect',
    )
    const refused = await madansible(['run', '-i', 'hosts', 'own.yml'], { cwd: folder })
    expect(refused.code).not.toBe(0)
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain('use linear, free or host_pinned instead')
  })

  it('without the plugin host the task that needs it says so', async () => {
    const bare = path.join(folder, 'bare')
    mkdirSync(bare)
    writeFileSync(path.join(bare, 'site.yml'), '[{"hosts": "one", "gather_facts": false, "tasks": [{"probe": {}}]}]')
    const run = await madansible(['run', '-i', '../hosts', '--no-plugin-host', 'site.yml'], {
      cwd: bare,
      env: { ANSIBLE_ACTION_PLUGINS: path.join(folder, 'action_plugins') },
    })
    expect(run.code).toBe(2)
    expect(run.stdout).toContain('The action plugin probe runs in Python, and --no-plugin-host forbids to start it.')
  })
})

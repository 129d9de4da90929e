// Questions on a terminal, held against ansible-playbook: vars_prompt and --step.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { COMMANDS, environment, PLAYBOOKS } from './oracle.js'

type Answers = readonly (readonly [question: string, answer: string])[]

async function onTerminal(command: readonly string[], answers: Answers, args: readonly string[]): Promise<string> {
  const driver = path.join(PLAYBOOKS, '..', 'terminal.py')
  const all = [driver, JSON.stringify(answers), ...command, '-i', 'hosts', ...args]
  const home = mkdtempSync(path.join(tmpdir(), 'madansible-terminal-'))
  try {
    const env = environment({ HOME: home })
    return (await promisify(execFile)('python3', all, { cwd: PLAYBOOKS, env })).stdout
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function sameOnBoth(answers: Answers, args: readonly string[]): Promise<void> {
  const [ansible, madansible] = await Promise.all(
    [COMMANDS.ansible, COMMANDS.madansible].map(command => onTerminal(command, answers, args)),
  )
  expect(madansible).toBe(ansible)
}

describe.concurrent('on a terminal', () => {
  it('asks for variables: defaults, confirmation, hashed and unsafe answers', { timeout: 120_000 }, async () => {
    const answers: Answers = [
      ['Which animal [cat]: ', 'dog'],
      ['\nsecret: ', 'one'],
      ['confirm secret: ', 'two'],
      ['MATCH ****\r\nsecret: ', 's'],
      ['confirm secret: ', 's'],
      ['Password: ', 'pw'],
      ['raw: ', '{{ x }}'],
    ]
    await sameOnBoth(answers, ['prompts.yml', '-e', 'given=extra'])
  })
  it('asks before each task with --step', { timeout: 120_000 }, async () => {
    await sameOnBoth(
      [
        ['first', 'y'],
        ['second', 'n'],
        ['third', 'c'],
      ],
      ['step.yml', '--step'],
    )
  })
})

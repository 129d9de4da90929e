// Questions on a terminal: the same screens as ansible-playbook, and a terminal that works afterwards.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../helpers/run-both.js'
import { Running } from './lab.js'

const PLAYBOOK = `- hosts: all
  gather_facts: false
  tasks:
    - {name: first, debug: {msg: one}}
    - {name: second, debug: {msg: two}}
    - {name: third, debug: {msg: three}}
`
const PROMPTS = `- hosts: all
  gather_facts: false
  vars_prompt:
    - {name: who, prompt: "Who are you", private: false}
    - {name: secret, prompt: "Secret", confirm: true}
    - {name: otherwise, prompt: "Default", default: "fallback"}
    - {name: hashed, prompt: "Hashed", encrypt: sha512_crypt, salt: abcdefgh}
  tasks:
    - debug: msg="{{ who }} {{ secret }} {{ otherwise }} {{ hashed }}"
`
const PAUSE = `- hosts: all
  gather_facts: false
  tasks:
    - pause: {prompt: "Go on"}
      register: answer
    - debug: msg="[{{ answer.user_input }}]"
    - pause: {seconds: 600}
    - debug: msg=never
`

type Answers = readonly (readonly [string, string])[]

// How a line is cleared, and the keys that are echoed before ansible-playbook switches that off.
const visible = (text: string) => text.replace(/\x1b\[(\r|\x1b\[K|[\d;]*[A-Za-z])|\^J|\r/g, '')

describe('on a terminal', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'e2e-'))
    writeFileSync(join(directory, 'steps.yml'), PLAYBOOK)
    writeFileSync(join(directory, 'prompts.yml'), PROMPTS)
    writeFileSync(join(directory, 'pause.yml'), PAUSE)
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  async function screen(program: readonly string[], answers: Answers, args: readonly string[]): Promise<string> {
    const line = [
      join(root, 'test', 'e2e', 'converse.py'),
      JSON.stringify(answers),
      ...program,
      '-i',
      'one,',
      '-c',
      'local',
    ]
    const { stdout } = await new Running('/usr/bin/python3', [...line, ...args], directory, { TERM: 'xterm' }).ended
    return stdout
  }
  const ours = (answers: Answers, ...args: string[]) =>
    screen([process.execPath, join(root, 'bin', 'madansible.js'), 'run', '--no-progress'], answers, args)
  const theirs = (answers: Answers, ...args: string[]) => screen(['ansible-playbook'], answers, args)

  it.each<{ name: string; answers: Answers; args: readonly string[] }>([
    {
      name: '--step',
      args: ['--step', 'steps.yml'],
      answers: [
        ['first (N)o', 'y\n'],
        ['second (N)o', '\n'],
        ['third (N)o', 'c\n'],
      ],
    },
    {
      name: 'vars_prompt',
      args: ['prompts.yml'],
      answers: [
        ['Who are you', 'me\n'],
        ['Secret', 'one\n'],
        ['confirm Secret', 'two\n'],
        ['Secret', 'same\n'],
        ['confirm Secret', 'same\n'],
        ['Default', '\n'],
        ['Hashed', 'x\n'],
      ],
    },
    {
      name: '--ask-pass and --ask-become-pass',
      args: ['-k', '-K', 'steps.yml'],
      answers: [
        ['SSH password', 'canary\n'],
        ['BECOME password', '\n'],
      ],
    },
    { name: '--ask-vault-pass', args: ['--ask-vault-pass', 'steps.yml'], answers: [['Vault password', 'canary\n']] },
    {
      name: 'pause',
      args: ['pause.yml'],
      answers: [
        ['Go on', 'yes\n'],
        ["ctrl+C then 'A'", '\u0003'],
        ["Press 'C'", 'a'],
      ],
    },
  ])('looks as with ansible-playbook: $name', async ({ answers, args }) => {
    const expected = await theirs(answers, ...args)
    const shown = await ours(answers, ...args)
    expect(visible(shown)).toBe(visible(expected))
    expect(shown).not.toContain('canary')
  })

  it.each<{ name: string; answers: Answers; args: readonly string[] }>([
    { name: 'a question', args: ['prompts.yml'], answers: [['Who are you', '\u0003']] },
    {
      name: 'a secret',
      args: ['prompts.yml'],
      answers: [
        ['Who are you', 'me\n'],
        ['Secret', 'x\u0003'],
      ],
    },
    { name: 'a password', args: ['-K', 'steps.yml'], answers: [['BECOME password', '\u0003']] },
  ])('ends with 99 at Ctrl-C in $name, and what is typed shows again', async ({ answers, args }) => {
    const shown = await ours(answers, ...args)
    expect(shown).toContain('[ERROR]: User interrupted execution')
    expect(shown).toMatch(/\n99 echo\n$/)
    expect(shown).not.toContain('PLAY')
  })
})

// `madansible plan`: what would run and what waits for what, with nothing run.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAssembly } from '../../src/madeus/index.js'
import { madansible } from '../helpers/run-both.js'

let folder: string
const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  writeFileSync(path.join(folder, name), text)
}

const PLAYBOOK = `- name: Site
  hosts: all
  gather_facts: false
  tasks:
    - name: Write one
      copy: {dest: /tmp/plan-test/one, content: "1"}
      notify: Tell
    - name: Write two
      copy: {dest: /tmp/plan-test/two, content: "2"}
    - name: Ask
      stat: {path: /tmp/plan-test/one}
      register: asked
    - name: Only if it was there
      copy: {dest: /tmp/plan-test/three, content: "{{ asked.stat.exists }}"}
      when: asked.stat.exists
    - name: Never
      copy: {dest: /tmp/plan-test/four, content: x}
      when: false
    - name: Choose a file
      set_fact: {chosen: more}
    - name: More
      include_tasks: "{{ chosen }}.yml"
  handlers:
    - name: Tell
      copy: {dest: /tmp/plan-test/told, content: x}

- name: Later
  hosts: all
  gather_facts: false
  tasks:
    - name: Unknown file
      include_tasks: "{{ asked.stat.mode }}.yml"
    - name: Last
      copy: {dest: /tmp/plan-test/five, content: x}
`

beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-plan-')
  write('site.yml', PLAYBOOK)
  write('more.yml', '- name: Render\n  template: {src: page.j2, dest: /tmp/plan-test/page}\n')
  write('templates/page.j2', 'It was there: {{ seen }}\n')
  write('group_vars/all.yml', 'seen: "{{ asked.stat.exists }}"\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const plan = (...args: string[]) =>
  madansible(['plan', '-i', 'h1,h2,', '-c', 'local', 'site.yml', ...args], { cwd: folder })

/** Names of the tasks that a task is told to wait for. */
function waitsOf(text: string, name: string): string[] {
  const lines = text.split('\n')
  const at = lines.findIndex(line => line.replace(/^ *\d+ {2}/, '').startsWith(`${name} `))
  const waits: string[] = []
  for (let next = at + 1; /^ {10}after /.test(lines[next] ?? ''); next++) waits.push((lines[next] as string).trim())
  return waits
}

describe('a plan', () => {
  let text: string
  beforeAll(async () => {
    const run = await plan()
    expect(run.stderr).toBe('')
    expect(run.code).toBe(0)
    text = run.stdout
  })

  it('runs nothing', () => {
    expect(existsSync('/tmp/plan-test')).toBe(false)
  })

  it('lists tasks with their hosts, those that may run, and counts what never does', () => {
    expect(text).toContain('PLAY [Site]')
    expect(text).toMatch(/Write one {2}\[h1 h2\]/)
    expect(text).toMatch(/Only if it was there \(may run\) {2}\[h1 h2\]/)
    expect(text).not.toContain('Never')
    expect(text).toMatch(/; 2 runs are left out: their conditions do not hold/)
  })

  it('tells who waits for whom: files, variables also through templates and other variables, handlers', () => {
    expect(waitsOf(text, 'Write two')).toEqual([])
    expect(waitsOf(text, 'Ask')[0]).toMatch(/^after 1 Write one: RAW: stat reads path; before it copy writes dest/)
    expect(waitsOf(text, 'Only if it was there').join()).toContain('Ask: variable: it reads asked')
    expect(waitsOf(text, 'Render').join()).toContain('Ask: variable: it reads asked')
    expect(waitsOf(text, 'Tell').join()).toContain('Write one: handler: it may notify the handler')
  })

  it('looks into includes whose file is known, and says which are not', () => {
    expect(text).toMatch(/Render {2}\[h1 h2\]/)
    expect(text).toContain('Unknown file: which tasks are included is known only while the playbook runs')
    expect(waitsOf(text, 'Last').join()).toContain('Unknown file')
  })

  it('says why, and why not', async () => {
    const why = await plan('--why', 'Write one', 'Only if it was there')
    expect(why.stdout).toMatch(
      /^Write one on h1\n {2}then Ask on h1\n {4}RAW: .*\n {2}then Only if it was there on h1\n/,
    )
    const whyNot = await plan('--why', 'Write one', 'Write two')
    expect(whyNot.stdout).toMatch(
      /^Nothing orders 1 Write one and 2 Write two: they may run in either order, or at once\.\n/,
    )
    expect(whyNot.stdout).toMatch(/writes file:\/tmp\/plan-test\/two/)
    const wrong = await plan('--why', 'Write', 'Ask')
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      'ERROR! 2 tasks are named like Write\n  Name one by its number: 1 Write one, 2 Write two.\n',
    ])
  })

  it('draws', async () => {
    expect((await plan('--dot')).stdout).toMatch(/^digraph \{[\s\S]*label="1 Write one"[\s\S]*\n {2}n\d+ -> n\d+\n/)
    expect((await plan('--mermaid')).stdout).toMatch(/^flowchart LR\n[\s\S]*n0\["1 Write one"\]/)
  })

  it('saves an assembly that runs, and that the plan agrees with', async () => {
    expect((await plan('--save', 'saved.yml')).code).toBe(0)
    const assembly = readAssembly(readFileSync(path.join(folder, 'saved.yml'), 'utf8'), 'saved.yml')
    expect(assembly.components.map(({ id }) => id)).toContain('Site on h1')
    write(
      'saved.yml',
      readFileSync(path.join(folder, 'saved.yml'), 'utf8').replace(/^(assembly: .*)$/m, '$1\nscale: 0.001'),
    )
    const run = await madansible(['run', 'saved.yml'], { cwd: folder })
    expect(run.code).toBe(0)
  })

  it('is held against an assembly written by hand', async () => {
    write(
      'hand.yml',
      `assembly: hand
components:
  site:
    places: [a, b, c]
    transitions: {write: {from: a, to: b, lasts: 4}, ask: {from: b, to: c, lasts: 1}, two: {from: b, to: c, lasts: 2}}
`,
    )
    write(
      'covers.yml',
      '- {task: Write one, transition: site.write}\n- {task: Write two, transition: site.two}\n- {task: Ask, transition: site.ask}\n',
    )
    const { stdout } = await plan('--against', 'hand.yml', '--covers', 'covers.yml')
    expect(stdout).toContain('missing: the assembly orders them, the graph does not (1)\n  site.write → site.two\n')
    expect(stdout).toContain("T with the assembly's durations: 6.0 s for the assembly, 5.0 s for the graph")
  })

  it('does without assumptions that are withdrawn, and knows their names', async () => {
    expect(text).toContain('no-unknown-links: ')
    const strict = await plan('--no-assume', 'no-unknown-links')
    expect(waitsOf(strict.stdout, 'Write two')[0]).toMatch(/^after 1 Write one/)
    const wrong = await plan('--no-assume', 'luck')
    expect(wrong.stderr).toContain("There is no assumption called 'luck'")
  })
})

// `madansible run ASSEMBLY.yml` as a user runs it: the examples, failures, circles, Ctrl-C.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Running, until } from '../e2e/lab.js'
import { madansible, root } from '../helpers/run-both.js'

const PROGRAM = process.env.MADANSIBLE_UNDER_TEST ?? path.join(root, 'bin', 'madansible.js')

let folder: string
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/madansible-assembly-')
  cpSync(path.join(root, 'examples/madeus'), folder, { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (file: string, ...args: string[]) => madansible(['run', file, ...args], { cwd: folder })

/** The example with its simulated seconds as milliseconds. */
function quick(name: string): string {
  const text = readFileSync(path.join(folder, name), 'utf8').replace(/^scale: .*$/m, 'scale: 0.001')
  writeFileSync(path.join(folder, `quick-${name}`), text)
  return `quick-${name}`
}

/** Transitions in the order in which they ended. */
const ended = (stdout: string) => [...stdout.matchAll(/^ok: \[(.*)\] =>/gm)].map(match => match[1] as string)

describe('the examples', () => {
  it.each([
    ['apache-mariadb.yml', 11],
    ['lamp.yml', 15],
    ['openstack.yml', 31],
  ])('%s runs to its end', async (name, count) => {
    const { code, stdout, stderr } = await run(quick(name))
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const order = ended(stdout)
    expect(new Set(order).size).toBe(count)
    expect(stdout).toMatch(new RegExp(`: ok=${count} {2}failed=0 {2}not run=0\n`))
    expect(stdout).toMatch(/wall [\d.]+ s, critical path [\d.]+ s, work [\d.]+ s/)
    for (const [before, after] of ORDERS[name] ?? []) expect(order.indexOf(before)).toBeLessThan(order.indexOf(after))
  })

  const ORDERS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    'apache-mariadb.yml': [
      ['mariadb.provision', 'apache.conf'],
      ['mariadb.start', 'apache.check'],
    ],
    'lamp.yml': [
      ['base.update', 'php.install'],
      ['db.provision', 'apache.conf'],
      ['db.start', 'apache.check'],
    ],
    'openstack.yml': [
      ['mariadb.check', 'keystone.deploy'],
      ['keystone.deploy', 'nova.register'],
    ],
  }

  it('tasks.yml: tasks of roles and a playbook, a value from one to the other', async () => {
    const target = path.join(folder, 'pages')
    const args = ['-i', 'localhost,', '-c', 'local', '-e', `target=${target}`]
    const { code, stdout } = await run('tasks.yml', ...args)
    expect(stdout).toContain('tasks : ok=4  failed=0  not run=0')
    expect(code).toBe(0)
    expect(readFileSync(path.join(target, 'index.html'), 'utf8')).toBe('<h1>Pages of localhost</h1>\n')
    expect(readFileSync(path.join(target, 'style.css'), 'utf8')).toBe('h1 { color: darkred }\n')
    // What the playbooks print is shown when it is asked for.
    const again = await run('tasks.yml', '-v', ...args)
    expect(again.stdout).toContain('    TASK [store : A folder for the pages]')
  })

  it('--list-tasks shows when everything would run, --syntax-check that it can be read', async () => {
    const listed = await run('openstack.yml', '--list-tasks')
    expect(listed.stdout).toContain('expected 148.8 s, work 654.8 s')
    expect(listed.stdout.match(/^\S+\.\S+ /gm)).toHaveLength(31)
    expect(await run('lamp.yml', '--syntax-check')).toMatchObject({ code: 0, stdout: '\nassembly: lamp.yml\n' })
  })

  it('every file of the folder is one that is tested here', () => {
    const folder = path.join(root, 'examples/madeus')
    const files = readdirSync(folder).filter(name => name.endsWith('.yml'))
    const assemblies = files.filter(name => /^assembly:/m.test(readFileSync(path.join(folder, name), 'utf8')))
    expect(assemblies.sort()).toEqual(['apache-mariadb.yml', 'lamp.yml', 'openstack.yml', 'tasks.yml'])
  })
})

function assembly(text: string, name = 'own.yml'): string {
  writeFileSync(path.join(folder, name), text)
  return name
}

describe('assemblies that do not come to their end', () => {
  it('a command that fails: its output, what waits for it, exit code 2; the rest runs', async () => {
    const { code, stdout } = await run(
      assembly(`assembly: x
components:
  db:
    places: [down, up]
    provides: {db: {type: sql, while: up}}
    transitions: {start: {from: down, to: up, do: {command: "echo no space left; exit 3"}}}
  web:
    places: [down, up]
    uses: {db: sql}
    transitions:
      start: {from: down, to: up, uses: [db], do: {command: touch too-late}}
  other:
    places: [down, up]
    transitions: {start: {from: down, to: up, do: {command: [touch, done]}}}
links: {web.db: db.db}
`),
    )
    expect(code).toBe(2)
    expect(stdout).toMatch(/^failed: \[db.start\] => [\d.]+ s: ended with 3\n {4}no space left$/m)
    expect(stdout).toContain('web.start waits for port web.db ← db.db: place db.up (db.start failed)\n')
    expect(stdout).toContain('x : ok=1  failed=1  not run=1\n')
    expect([existsSync(path.join(folder, 'too-late')), existsSync(path.join(folder, 'done'))]).toEqual([false, true])
  })

  it('a playbook that fails: what it printed, and on which host', async () => {
    writeFileSync(
      path.join(folder, 'bad.yml'),
      '- hosts: all\n  gather_facts: false\n  tasks: [{fail: {msg: on purpose}}]\n',
    )
    const text =
      'assembly: x\ncomponents:\n  a:\n    places: [p, q]\n    transitions: {go: {from: p, to: q, do: {playbook: bad.yml}}}\n'
    const { code, stdout } = await run(assembly(text), '-i', 'localhost,', '-c', 'local')
    expect(code).toBe(2)
    expect(stdout).toMatch(/^failed: \[a.go\] => [\d.]+ s: failed on localhost$/m)
    expect(stdout).toContain('    fatal: [localhost]: FAILED! => {"changed": false, "msg": "on purpose"}')
  })

  it('tasks that cannot be read are told where the action stands', async () => {
    const text = `assembly: x
components:
  a:
    places: [p, q]
    transitions:
      go:
        from: p
        to: q
        do:
          tasks: {role: nosuchrole, hosts: all}
`
    const { code, stdout } = await run(assembly(text), '-i', 'localhost,', '-c', 'local')
    expect(code).toBe(2)
    expect(stdout).toContain("the role 'nosuchrole' was not found")
    expect(stdout).toContain('own.yml:10:11: the role')
  })

  it('a value that nobody gives: stuck, with what waits for it, exit code 1', async () => {
    const text = `assembly: x
components:
  a:
    places: [p, q]
    writes: {ip: {type: t, at: q}}
    transitions: {go: {from: p, to: q, do: {command: echo no address}}}
  b:
    places: [p, q]
    reads: {ip: t}
    transitions: {go: {from: p, to: q, uses: [ip]}}
links: {b.ip: a.ip}
`
    const { code, stdout } = await run(assembly(text))
    expect(code).toBe(1)
    expect(stdout).toContain('STUCK')
    expect(stdout).toContain('b.go waits for port b.ip ← a.ip: no transition gave it a value\n')
  })

  it.each([
    [
      'assembly: x\ncomponents: {a: {place: [p]}}\n',
      /^ERROR! own\.yml:2:18: component a has no key place\n {2}It may have: /,
    ],
    [
      'assembly: x\ncomponents: {a: {places: [p, q], transitions: {go: {from: p, to: q, do: {fly: away}}}}}\n',
      /^ERROR! own\.yml:2:73: Transition go does fly, which is not known\n {2}Known are: sleep, command, playbook, tasks\./,
    ],
    [
      'assembly: x\ncomponents: {a: {places: [p, q], transitions: {go: {from: p, to: q, do: {playbook: none.yml}}}}}\n',
      /^ERROR! own\.yml:2:73: There is no file .*\/none\.yml\n/,
    ],
    [
      'assembly: x\ncomponents: {a: {places: [p, q], uses: {u: t}, provides: {s: {type: t, while: q}}, transitions: {go: {from: p, to: q, uses: [u]}}}}\nlinks: {a.u: a.s}\n',
      /^ERROR! own\.yml:3:9: Nothing in this circle can start: a\.go → place a\.q → port a\.s → a\.go\n {2}It goes through port a\.s\./,
    ],
  ])('is refused before anything runs: %j', async (text, message) => {
    const { code, stdout, stderr } = await run(assembly(text))
    expect(stderr).toMatch(message)
    expect([code, stdout]).toEqual([4, ''])
  })

  it('runs alone', async () => {
    const { code, stderr } = await run('lamp.yml', 'publish.yml')
    expect(code).toBe(1)
    expect(stderr).toContain('ERROR! lamp.yml is an assembly: it runs alone')
  })
})

describe('Ctrl-C', () => {
  const LONG = `assembly: x
components:
  a:
    places: [p, q, r]
    transitions:
      one: {from: p, to: q, do: {command: "echo > begun; while [ ! -e end ]; do sleep 0.05; done"}}
      two: {from: q, to: r, do: {command: touch never}}
`
  const start = (file: string) => new Running(process.execPath, [PROGRAM, 'run', file], folder, {})
  const begun = () => existsSync(path.join(folder, 'begun'))

  it('once: what runs ends, nothing else is started', async () => {
    const running = start(assembly(LONG, 'long.yml'))
    await until('the command begins', begun)
    running.signal('SIGINT')
    await until('the user is told', () => running.stderr.includes('Press Ctrl-C again'))
    writeFileSync(path.join(folder, 'end'), '')
    const { code, stdout } = await running.ended
    expect(code).toBe(99)
    expect(stdout).toContain('ok: [a.one]')
    expect(stdout).toContain('x : ok=1  failed=0  not run=1')
    expect(existsSync(path.join(folder, 'never'))).toBe(false)
    for (const name of ['begun', 'end']) rmSync(path.join(folder, name))
  })

  it('twice: what runs is ended', async () => {
    const running = start(assembly(LONG, 'long.yml'))
    await until('the command begins', begun)
    running.signal('SIGINT')
    await until('the user is told', () => running.stderr.includes('Press Ctrl-C again'))
    running.signal('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(99)
    expect(stdout).toMatch(/^failed: \[a.one\] => [\d.]+ s: ended by SIGTERM$/m)
  })
})

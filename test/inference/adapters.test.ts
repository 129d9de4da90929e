// Rules of adapters and of madansible.yml: what they may say, and how mistakes in them are told.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MadansibleError } from '../../src/errors.js'
import { UNKNOWN } from '../../src/inference/index.js'
import { callOf, loadModel, reads, whyWaits, writes } from './calls.js'

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'madansible-adapter-'))

/** Writes a file in a folder of its own. */
function write(text: string, name = 'madansible.yml', into = folder()): string {
  const file = path.join(into, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}
const withRules = (text: string) => loadModel({ repositoryFile: write(text) })

/** Position and text of the error of a file. */
function mistake(text: string): string {
  try {
    withRules(text)
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    return `${error.position?.line}:${error.position?.column} ${error.message}`
  }
  return 'no error'
}

describe('rules', () => {
  it('say what an unknown module reads, writes, uses and serves', () => {
    const model = withRules(`
rules:
  - name: deploy
    module: acme.tools.deploy
    reads: ['controller file:\${package}', 'user:user/\${owner}']
    writes: ['file:/opt/\${name}']
    uses: [mysql]
    serves: [shop]
`)
    const footprint = model.footprintOf(callOf('acme.tools.deploy', { name: 'shop', package: '/tmp/shop.tgz' }))
    expect(footprint.source).toBe('user')
    expect(writes(footprint)).toEqual(['file:/opt/shop/** on web1', 'endpoint:shop *'])
    // The owner was not given: that line is left out.
    expect(reads(footprint)).toEqual([
      'process:modules on web1',
      'file:/tmp/shop.tgz/** on the controller',
      'endpoint:mysql *',
    ])
  })
  it('are for tasks by role, name, file and arguments; who names most wins', () => {
    const model = withRules(`
rules:
  - {name: any, module: command, role: web, writes: ['file:/srv']}
  - {name: one, module: command, role: web, task: 'Build *', writes: ['file:/srv/build']}
  - {name: with, module: command, role: web, task: 'Build *', args: {chdir: /x}, writes: ['file:/x']}
  - {name: placed, file: tasks/only.yml, module: command, role: web, task: '*', args: {chdir: /x}, independent: true}
`)
    const of = (task: string, args = {}, taskFile = '/r/roles/web/tasks/main.yml') =>
      writes(model.footprintOf(callOf('command', { _raw_params: 'make', ...args }, { role: 'web', task, taskFile })))
    expect(of('Install')).toEqual(['file:/srv/** on web1'])
    expect(of('Build it')).toEqual(['file:/srv/build/** on web1'])
    expect(of('Build it', { chdir: '/x' })).toEqual(['file:/x/** on web1'])
    expect(of('Build it', { chdir: '/x' }, '/r/roles/web/tasks/only.yml')).toEqual([])
    expect(model.footprintOf(callOf('command', { _raw_params: 'make' }, { role: 'db' })).opaque).toBeDefined()
  })
  it('count together while it is not known which of them is for the task', () => {
    const model = withRules(`
rules:
  - {name: a, module: acme.x.y, args: {state: present}, writes: ['file:/a']}
  - {name: b, module: acme.x.y, args: {state: absent}, writes: ['file:/b']}
`)
    expect(writes(model.footprintOf(callOf('acme.x.y', { state: 'absent' })))).toEqual(['file:/b/** on web1'])
    const unknown = model.footprintOf(callOf('acme.x.y', { state: UNKNOWN }))
    // Neither may be for it, so the module's own footprint counts, too: opaque.
    expect(writes(unknown)).toEqual(
      expect.arrayContaining(['file:/a/** on web1', 'file:/b/** on web1', 'everything on web1']),
    )
  })
  it('take list arguments apart, and unknown ones as the tree above', () => {
    const model = withRules("rules: [{name: a, module: acme.x.y, writes: ['file:/srv/${names}/x']}]")
    expect(writes(model.footprintOf(callOf('acme.x.y', { names: ['a', 'b'] })))).toEqual([
      'file:/srv/a/x/** on web1',
      'file:/srv/b/x/** on web1',
    ])
    expect(writes(model.footprintOf(callOf('acme.x.y', { names: ['a', UNKNOWN] })))).toEqual([
      'file:/srv/a/x/** on web1',
      'file:/srv/** on web1',
    ])
  })
  it('can be like another module', () => {
    const model = withRules("rules: [{name: a, module: acme.x.y, like: template, writes: ['kernel']}]")
    expect(writes(model.footprintOf(callOf('acme.x.y', { dest: '/etc/x' })))).toEqual([
      'file:/etc/x/** on web1',
      'kernel:* on web1',
    ])
  })
  it('a task that is tried until it succeeds makes ready what it looks at, but for modules of which only the trying is known', () => {
    const model = withRules(`
rules:
  - {name: looks, module: acme.tools.look, uses: [shop], reads: ['file:/srv/shop']}
  - {name: signs, module: acme.tools.sign, uses: [shop], writes: ['api:shop/\${name}'], repeated: true}
`)
    const call = (module: string, waits: boolean, name = 'a') =>
      model.footprintOf(callOf(`acme.tools.${module}`, { name }, { becomes: 'deploy', waits }))
    const later = call('sign', false, 'b')
    expect(whyWaits(call('look', true), later)).toMatch(/^RAW: look uses shop/)
    expect(whyWaits(call('look', false), later)).toBeUndefined()
    expect(whyWaits(call('sign', true), later)).toBeUndefined()
    // What every module needs, such as the right to become somebody, was there before.
    const unrelated = model.footprintOf(callOf('command', { _raw_params: 'cat /proc/uptime' }, { becomes: 'deploy' }))
    expect(whyWaits(call('look', true), unrelated)).toBeUndefined()
  })

  it('describe services and containers', () => {
    const model = withRules(`
services:
  app: {reads: [/opt/app], writes: [/var/lib/app], provides: [app], uses: []}
containers:
  'shop_*': {serves: [shop], uses: [app]}
`)
    const start = model.footprintOf(callOf('service', { name: 'app', state: 'started' }))
    const container = model.footprintOf(
      callOf(
        'community.docker.docker_container',
        { name: 'shop_1', volumes: ['/etc/shop:/etc/shop:ro', 'data:/data'] },
        { host: 'web2' },
      ),
    )
    expect(start.opaque).toBeUndefined()
    expect(whyWaits(model.footprintOf(callOf('copy', { content: '', dest: '/opt/app/x' })), start)).toMatch(/^RAW/)
    expect(whyWaits(model.footprintOf(callOf('copy', { content: '', dest: '/opt/other' })), start)).toBeUndefined()
    expect(whyWaits(start, container, ['web1', 'web2'])).toMatch(/^RAW.*which uses app/)
    expect(reads(container)).toEqual(expect.arrayContaining(['file:/etc/shop/** on web2', 'volume:data on web2']))
  })
  it('of the user are stronger than those of adapters', () => {
    const model = withRules("rules: [{name: mine, module: community.mysql.mysql_db, writes: ['database:mine']}]")
    expect(writes(model.footprintOf(callOf('community.mysql.mysql_db', { name: 'x' })))).toEqual(['database:mine *'])
  })
})

describe('mistakes are told with their place', () => {
  it.each([
    ['- a list', '1:1 Expected a mapping with adapter, rules, services or containers.'],
    [
      'rule: []',
      "1:1 Unknown key 'rule'. Known are: adapter, about, detect, rules, services, containers, shared_volumes.",
    ],
    ['rules: {}', "1:8 Expected 'rules' to be a list."],
    ['rules:\n  - module: x\n    write: [file]', "3:5 Unknown key 'write'."],
    ["rules:\n  - module: x\n    writes: ['fil:/x']", "3:14 Unknown kind of resource 'fil'."],
    ["rules:\n  - module: x\n    writes: ['file:x']", "3:14 A file needs a path from /, got 'x'."],
    [
      "rules:\n  - module: x\n    writes: ['file:/x', 'file:/${a|}']",
      "3:25 '${a|}' is not a list of arguments: a name is missing.",
    ],
    ['rules:\n  - name: n\n    writes: [kernel]', "2:5 The rule 'n' is for nothing: give module, role, task or file."],
    ['rules:\n  - name: n\n    module: x', "2:5 The rule 'n' says nothing"],
    [
      'rules:\n  - name: n\n    module: x\n    independent: true\n    reads: [kernel]',
      "4:18 The rule 'n' is independent and touches something.",
    ],
    ['rules:\n  - module: x\n    guard: 3', "3:12 Expected 'guard' to be true or false."],
    [
      'rules:\n  - module: x\n    claims: [{resource: kernel, capacity: none}]',
      '3:43 Expected `capacity` to be a whole number from 1.',
    ],
    [
      'rules:\n  - module: x\n    container: {name: a, does: dances}',
      "3:32 Expected 'does' to be one of starts, runs, stops, looks.",
    ],
    ['services:\n  x: {reads: [etc]}', "2:15 Expected a path from /, got 'etc'."],
    ['detect: {files: [a], version: {file: b, pattern: "(", values: [1]}}', '1:50 Not a regular expression'],
  ])('%j', (text, message) => {
    expect(mistake(text)).toContain(message)
  })
  it('two adapters that describe the same tasks differently are refused, with both places', () => {
    const root = folder()
    write("adapter: one\nrules:\n  - {name: a, module: acme.x.y, writes: ['file:/a']}", 'one/a.yml', root)
    const second = write(
      "adapter: two\nrules:\n  - {name: b, module: acme.x.y, writes: ['file:/b']}",
      'two/b.yml',
      root,
    )
    expect(() => loadModel({ adapterFolders: [root] })).toThrow(
      `The rules 'a' (${path.join(root, 'one', 'a.yml')}:3:5) and 'b' are for the same tasks and disagree about what they touch.`,
    )
    writeFileSync(second, "adapter: two\nrules:\n  - {name: b, module: acme.x.y, writes: ['file:/a']}")
    expect(() => loadModel({ adapterFolders: [root] })).not.toThrow()
  })
  it('adapters that turn out to disagree about one task are refused when it is met', () => {
    const root = folder()
    write("adapter: one\nrules:\n  - {name: a, module: acme.x.y, role: web, writes: ['file:/a']}", 'one/a.yml', root)
    write("adapter: two\nrules:\n  - {name: b, module: acme.x.y, task: T, writes: ['file:/b']}", 'two/b.yml', root)
    const model = loadModel({ adapterFolders: [root] })
    expect(() => model.footprintOf(callOf('acme.x.y', {}, { role: 'web', task: 'T' }))).toThrow(
      'disagree about what they touch',
    )
    expect(() => model.footprintOf(callOf('acme.x.y', {}, { role: 'db', task: 'T' }))).not.toThrow()
  })
  it('two descriptions of one service that differ are refused', () => {
    const root = folder()
    write('adapter: one\nservices: {app: {provides: [a]}}', 'one/a.yml', root)
    write('adapter: two\nservices: {app: {provides: [b]}}', 'two/b.yml', root)
    expect(() => loadModel({ adapterFolders: [root] })).toThrow("'app' is described here and in ")
  })
  it('a folder or file that is not there is told', () => {
    expect(() => loadModel({ adapterFolders: ['/nowhere/adapters'] })).toThrow(
      'Cannot read the folder of adapters /nowhere/adapters',
    )
    expect(() => loadModel({ repositoryFile: '/nowhere/madansible.yml' })).toThrow(
      'Cannot read the rules in /nowhere/madansible.yml',
    )
  })
})

describe('detection', () => {
  const adapter = `
adapter: Acme
detect:
  files: [library/acme.py]
  version: {file: VERSION, pattern: 'version=([0-9.]+)', values: ['1.0']}
rules: [{name: a, module: acme, writes: ['file:/a']}]
`
  function loaded(files: Readonly<Record<string, string>>, inside = '') {
    const [adapters, repository] = [folder(), folder()]
    write(adapter, 'acme/a.yml', adapters)
    for (const [name, text] of Object.entries(files)) write(text, name, repository)
    const warnings: string[] = []
    const model = loadModel({
      adapterFolders: [adapters],
      repository: path.join(repository, inside),
      warn: text => warnings.push(text),
    })
    return { isKnown: model.footprintOf(callOf('acme')).opaque === undefined, warnings }
  }
  it('applies an adapter where its files are, in a version that it knows', () => {
    expect(loaded({ 'library/acme.py': '', VERSION: 'version=1.0' })).toEqual({ isKnown: true, warnings: [] })
    expect(loaded({ 'ansible/library/acme.py': '', 'ansible/VERSION': 'version=1.0' })).toEqual({
      isKnown: true,
      warnings: [],
    })
    expect(loaded({ 'library/acme.py': '', VERSION: 'version=1.0', 'plays/x.yml': '' }, 'plays').isKnown).toBe(true)
  })
  it('leaves it out silently elsewhere', () => {
    expect(loaded({ VERSION: 'version=1.0' })).toEqual({ isKnown: false, warnings: [] })
  })
  it.each([
    ['version=2.0', 'its version 2.0 is not one that the adapter knows (1.0)'],
    ['none', 'its version (VERSION) cannot be told'],
  ])('warns of another version (%s) and falls back to opaque', (version, text) => {
    const { isKnown, warnings } = loaded({ 'library/acme.py': '', VERSION: version })
    expect(isKnown).toBe(false)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.includes(text) || warnings[0]?.includes('is not one')).toBe(true)
  })
})

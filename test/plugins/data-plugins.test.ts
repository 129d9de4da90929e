// Inventory, vars and cache plugins of Python: a whole run gives what ansible-playbook gives with the same plugins.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from './support.js'

const SITE = `
- hosts: all
  gather_facts: false
  connection: local
  tasks:
    - set_fact: {kept: "{{ number }}", cacheable: true}
    - debug:
        msg: "{{ [shared, of_group_vars, seen_by_collection, twice, data, group_names, seen_all, asked | default(0)] }}"
`
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-test-data-'))
  for (const name of ['vars_plugins', 'cache_plugins', 'collections'])
    cpSync(join(repository, name), join(folder, name), { recursive: true })
  mkdirSync(join(folder, 'inventory'))
  mkdirSync(join(folder, 'group_vars'))
  writeFileSync(
    join(folder, 'inventory', 'numbered.yml'),
    'plugin: acme.tools.numbered\ncount: 1\ncompose: {twice: number * 2}\ngroups: {even: number % 2 == 0}\n',
  )
  writeFileSync(join(folder, 'inventory', 'negative_numbered.yml'), 'plugin: acme.tools.numbered\ncount: -1\n')
  writeFileSync(join(folder, 'group_vars', 'all.yml'), 'of_group_vars: file\n')
  writeFileSync(join(folder, 'site.yml'), SITE)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(command: readonly string[]): { output: string; facts: Record<string, string> } {
  const cache = join(folder, 'facts')
  rmSync(cache, { recursive: true, force: true })
  const [program = '', ...args] = command
  const done = spawnSync(program, [...args, '-i', 'inventory', 'site.yml'], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      ANSIBLE_NOCOLOR: '1',
      COLUMNS: '200',
      PYTHONDONTWRITEBYTECODE: '1',
      ANSIBLE_COLLECTIONS_PATH: join(folder, 'collections'),
      ANSIBLE_VARS_ENABLED: 'host_group_vars,acme.tools.from_collection',
      ANSIBLE_INVENTORY_ENABLED: 'acme.tools.numbered,ini',
      ANSIBLE_CACHE_PLUGIN: 'lines',
      ANSIBLE_CACHE_PLUGIN_CONNECTION: cache,
      ANSIBLE_CACHE_PLUGINS: join(folder, 'cache_plugins'),
    },
  })
  const facts = readdirSync(cache).map(name => [name, readFileSync(join(cache, name), 'utf8')])
  return { output: done.stdout + done.stderr, facts: Object.fromEntries(facts) }
}

describe('a run with inventory, vars and cache plugins of Python', () => {
  it('prints and keeps what ansible-playbook does', () => {
    const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')
    const tsx = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'tsx')
    const script = join(folder, 'run.mts')
    writeFileSync(script, `import { main } from ${JSON.stringify(main)}\nawait main(process.argv.slice(2))\n`)
    const ours = run([tsx, script, 'run'])
    const ansible = run(['ansible-playbook'])
    expect(ours.facts).toEqual(ansible.facts)
    expect(ours.output).toBe(ansible.output)
    expect(ours.output).toContain('"collection"')
  })
})

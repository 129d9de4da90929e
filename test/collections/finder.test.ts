// Names of modules, plugins, roles and playbooks resolve to what ansible-core resolves them to.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { PluginKind } from '../../src/collections/index.js'
import { askPython, openLibrary } from '../modules/support.js'

const RUNTIME = `
requires_ansible: '>=2.10'
action_groups:
  things: [own_module, acme.tools.other, {metadata: {extend_group: [more]}}]
  more: [with_action]
plugin_routing:
  modules:
    moved: {redirect: acme.tools.own_module}
    moved_twice: {redirect: acme.tools.moved}
    to_core: {redirect: ansible.builtin.copy}
    circle: {redirect: acme.tools.circle}
    half_name: {redirect: copy}
    old: {redirect: acme.tools.own_module, deprecation: {removal_version: 9.0.0, warning_text: Use own_module.}}
    dated: {deprecation: {removal_date: 2031-05-06, warning_text: ~}}
    gone: {tombstone: {removal_version: 2.0.0, warning_text: Use something else.}}
    gone_silently: {tombstone: {removal_date: 2020-01-02}}
    with_plugin: {action_plugin: acme.tools.with_action}
  action:
    act_moved: {redirect: acme.tools.with_action}
`

function makeSite(): { root: string; playbook: string } {
  const root = mkdtempSync(join(tmpdir(), 'madansible-collections-'))
  const write = (path: string, text = '') => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const acme = 'paths/ansible_collections/acme/tools'
  write(`${acme}/meta/runtime.yml`, RUNTIME)
  for (const name of ['own_module', 'with_plugin', 'dated', 'sub/nested']) write(`${acme}/plugins/modules/${name}.py`)
  write(`${acme}/plugins/modules/shelly.sh`)
  write(`${acme}/plugins/modules/shelly.md`)
  write(`${acme}/plugins/action/with_action.py`)
  write(`${acme}/plugins/lookup/seek.py`)
  write(`${acme}/roles/builder/tasks/main.yml`)
  write(`${acme}/playbooks/site.yml`)
  write(`${acme}/playbooks/deep/other.yaml`)
  // The same collection beside the playbook hides the configured one.
  write('play/collections/ansible_collections/acme/local/plugins/modules/here.py')
  write('paths/ansible_collections/acme/local/plugins/modules/here.py')
  write('play/library/mine.py')
  write('play/library/ping.py')
  write('play/library/_hidden.py')
  write('play/library/tool.sh')
  write('play/library/readme.md')
  write('play/action_plugins/mine.py')
  write('play/lookup_plugins/seeker.py')
  return { root, playbook: join(root, 'play') }
}

const ACME = ['acme.tools']
const PLUGINS: [PluginKind, string, string[]][] = [
  ...'ping copy mine tool hidden nowhere ansible.builtin.ping ansible.legacy.ping ansible.legacy.mine ansible.builtin.mine'
    .split(' ')
    .map((name): [PluginKind, string, string[]] => ['modules', name, []]),
  ...'own_module moved moved_twice to_core circle half_name old dated gone gone_silently with_plugin shelly nested nowhere sub.nested ping'
    .split(' ')
    .flatMap((name): [PluginKind, string, string[]][] => [
      ['modules', `acme.tools.${name}`, []],
      ['modules', name, ACME],
      ['modules', name, [...ACME, 'ansible.legacy']],
    ]),
  ['modules', 'acme.local.here', []],
  ['modules', 'no.such.collection', []],
  ['modules', 'two.parts', []],
  ['modules', 'formerly_core_ping', []],
  ['modules', 'docker_container', []],
  ['modules', 'ansible.builtin.docker_container', []],
  ['action', 'mine', []],
  ['action', 'copy', []],
  ['action', 'ansible.legacy.copy', ACME],
  ['action', 'act_moved', ACME],
  ['action', 'acme.tools.act_moved', []],
  ['lookup', 'seeker', []],
  ['lookup', 'seek', ACME],
  ['lookup', 'acme.tools.seek', []],
  ['lookup', 'env', []],
  ['connection', 'paramiko', []],
  ['connection', 'ssh', []],
  ['callback', 'default', []],
]
const ROLES: [string, string[]][] = [
  ['acme.tools.builder', []],
  ['builder', ACME],
  ['builder', []],
  ['acme.tools.none', []],
  ['x.y.builder', []],
]
const PLAYBOOKS = ['acme.tools.site', 'acme.tools.site.yml', 'acme.tools.deep.other', 'acme.tools.none', 'site.yml']

interface Answers {
  readonly plugins: readonly unknown[]
  readonly roles: readonly unknown[]
  readonly playbooks: readonly unknown[]
  readonly names: readonly unknown[]
}

test('plugins, roles, playbooks and collections of files are found as ansible-core finds them', () => {
  const { root, playbook } = makeSite()
  const paths = [join(root, 'paths')]
  const files = [
    join(root, 'paths/ansible_collections/acme/tools/roles/builder'),
    join(root, 'paths/ansible_collections/acme/local/plugins/modules/here.py'),
    join(playbook, 'collections/ansible_collections/acme/local/x'),
    '/etc/hosts',
  ]
  const request = { paths, playbook, plugins: PLUGINS, roles: ROLES, playbooks: PLAYBOOKS, files }
  const expected = askPython(join(import.meta.dirname, 'plugin-oracle.py'), request) as Answers

  const { plugins, collections } = openLibrary({ collectionPaths: paths, playbookDirectory: playbook })
  const found = PLUGINS.map(([kind, name, within]) => {
    try {
      const plugin = plugins.find(kind, name, { collections: within })
      if (plugin.path === undefined) return [null]
      const deprecations = plugin.deprecations.map(note => note.text)
      return [plugin.fqcn, plugin.path, plugin.redirects, deprecations, plugin.actionPlugin ?? null]
    } catch (error) {
      return { error: (error as Error).message }
    }
  })
  const named = (answers: readonly unknown[]) => PLUGINS.map((given, index) => ({ given, answer: answers[index] }))
  expect(named(found)).toEqual(named(expected.plugins))

  const roles = ROLES.map(([name, within]) => collections.findRole(name, within))
  expect(roles.map(role => (role ? [role.role, role.path, role.collection] : null))).toEqual(expected.roles)
  const playbooks = PLAYBOOKS.map(name => collections.findPlaybook(name))
  expect(playbooks.map(item => (item ? [item.name, item.path, item.collection] : null))).toEqual(expected.playbooks)
  expect(files.map(path => collections.collectionOfPath(path) ?? null)).toEqual(expected.names)
}, 60_000)

test('a plugin directory that becomes known later changes what a name means', () => {
  const { root, playbook } = makeSite()
  const { plugins } = openLibrary({ collectionPaths: [join(root, 'paths')], playbookDirectory: playbook })
  expect(plugins.find('modules', 'latecomer').path).toBeUndefined()
  const version = plugins.version
  mkdirSync(join(root, 'role', 'library'), { recursive: true })
  writeFileSync(join(root, 'role', 'library', 'latecomer.py'), '')
  plugins.addPluginDirectories(join(root, 'role'))
  expect(plugins.version).toBeGreaterThan(version)
  expect(plugins.find('modules', 'latecomer').path).toBe(join(root, 'role', 'library', 'latecomer.py'))
})

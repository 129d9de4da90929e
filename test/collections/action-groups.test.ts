// Groups of actions for module_defaults, with those they extend.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ActionGroups, silentNotices } from '../../src/collections/index.js'
import { satisfiesRequirement } from '../../src/collections/requires-ansible.js'
import { openLibrary } from '../modules/support.js'

function openGroups(runtime: string): ActionGroups {
  const root = mkdtempSync(join(tmpdir(), 'madansible-groups-'))
  const collection = join(root, 'ansible_collections', 'acme', 'tools')
  mkdirSync(join(collection, 'meta'), { recursive: true })
  mkdirSync(join(collection, 'plugins', 'modules'), { recursive: true })
  writeFileSync(join(collection, 'meta', 'runtime.yml'), runtime)
  for (const name of ['one', 'two', 'three']) writeFileSync(join(collection, 'plugins', 'modules', `${name}.py`), '')
  const { collections, plugins } = openLibrary({ collectionPaths: [root] })
  return new ActionGroups(collections, plugins, silentNotices)
}

test('a group has its own actions and those of the groups it extends, even in a circle', () => {
  const groups = openGroups(`
action_groups:
  first: [one, missing, {metadata: {extend_group: second}}]
  second: [acme.tools.two, {metadata: {extend_group: [first, acme.tools.third]}}]
  third: [three]
`)
  const { name, actions } = groups.resolve('acme.tools.first')
  expect(name).toBe('acme.tools.first')
  expect(new Set(actions)).toEqual(new Set(['acme.tools.one', 'acme.tools.two', 'acme.tools.three']))
  expect(groups.groupsOf('acme.tools.three')).toContain('acme.tools.first')
})

test('an unknown group is an error only where it was asked for by the user', () => {
  const groups = openGroups('action_groups: {first: [one]}')
  expect(() => groups.resolve('acme.tools.none')).toThrow(
    'Error loading module_defaults: could not resolve the module_defaults group acme.tools.none',
  )
  expect(groups.resolve('acme.tools.none', false).actions).toEqual([])
})

test.each([
  ['2.14.18', '>=2.9.10', true],
  ['2.14.18', '>=2.15.0', false],
  ['2.14.18', '>=2.9.10,<2.14', false],
  ['2.14.18', '~=2.14.5', true],
  ['2.14.18', '~=2.13', true],
  ['2.14.18', '==2.14.*', true],
  ['2.14.18', '!=2.14.*', false],
  ['2.14.18rc1', '>2.14.17', true],
  ['2.14.0', '>=2.14.0rc1', true],
  ['2.14.0', '<=2.14.0b2', false],
])('version %s and requirement %s', (version, requirement, expected) => {
  expect(satisfiesRequirement(version, requirement)).toBe(expected)
})

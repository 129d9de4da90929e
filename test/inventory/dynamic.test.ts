import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Config } from '../../src/config/index.js'
import { type Host, type Inventory, type InventoryPluginHook, loadInventory } from '../../src/inventory/index.js'
import { Dict } from '../../src/python/values.js'
import { VaultSecrets } from '../../src/vault/index.js'
import { DataLoader } from '../../src/yaml/index.js'

let root: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'dynamic-')))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function load(
  name: string,
  text: string,
  plugins?: InventoryPluginHook,
): Promise<{ inventory: Inventory; warnings: string[] }> {
  const file = join(root, name)
  writeFileSync(file, text)
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  const config = Config.load({ cwd: root, env: { HOME: root } })
  const loader = new DataLoader(new VaultSecrets(), { cwd: root })
  const options = { config, loader, cwd: root, warn, ...(plugins === undefined ? {} : { plugins }) }
  return { inventory: await loadInventory([file], options), warnings }
}
const names = (hosts: readonly Host[]): string[] => hosts.map(host => host.name)

describe('Inventory', () => {
  it('makes a localhost of its own when nobody names one, outside of all', async () => {
    const { inventory } = await load('a.ini', '[web]\na\n')
    expect(inventory.localhost).toBeUndefined()
    const local = inventory.getHost('127.0.0.1') as Host
    expect(local.implicit).toBe(true)
    expect(local.vars.get('ansible_connection')).toBe('local')
    expect(inventory.getHost('localhost')).toBe(local)
    expect(names(inventory.listHosts('all'))).toEqual(['a'])
    expect(names(inventory.listHosts('localhost'))).toEqual(['127.0.0.1'])
    expect(inventory.getHost('elsewhere')).toBeUndefined()
  })

  it('takes in hosts and groups of tasks, and says whether that changed anything', async () => {
    const { inventory } = await load('b.ini', '[web]\na\n')
    const before = inventory.version
    const info = { hostName: 'new', groups: ['web', 'fresh'], vars: Dict.of({ x: 1 }) }
    expect(inventory.addDynamicHost(info)).toBe(true)
    expect(inventory.addDynamicHost(info)).toBe(false)
    expect(inventory.version).toBeGreaterThan(before)
    expect(names(inventory.listHosts('web'))).toEqual(['a', 'new'])
    expect(inventory.getHost('new')?.vars.get('x')).toBe(1)
    const host = inventory.getHost('a') as Host
    expect(inventory.addDynamicGroup(host, 'os_debian', ['os'])).toBe(true)
    expect(inventory.addDynamicGroup(host, 'os_debian', ['os'])).toBe(false)
    expect(names(inventory.listHosts('os'))).toEqual(['a'])
    expect(host.magicVars().get('group_names')).toEqual(['os', 'os_debian', 'web'])
    expect(inventory.groupsDict().get('fresh')).toEqual(['new'])
  })

  it('keeps what tasks added when sources are read again', async () => {
    const { inventory } = await load('c.ini', '[web]\na\n')
    inventory.addDynamicHost({ hostName: 'new', groups: ['web'], vars: new Dict() })
    writeFileSync(join(root, 'c.ini'), '[web]\nb\n')
    await inventory.refresh()
    expect(names(inventory.listHosts('web'))).toEqual(['b', 'new'])
  })

  it('restricts listings to a batch', async () => {
    const { inventory } = await load('d.ini', 'a\nb\nc\n')
    inventory.restrict(inventory.listHosts('a,c'))
    expect(names(inventory.listHosts('all'))).toEqual(['a', 'c'])
    expect(names(inventory.listHosts('all', { ignoreRestrictions: true }))).toEqual(['a', 'b', 'c'])
    inventory.restrict(undefined)
    expect(names(inventory.listHosts('all'))).toEqual(['a', 'b', 'c'])
  })

  it('hands files with a plugin key to Python and takes over what comes back', async () => {
    const asked: string[] = []
    const hook: InventoryPluginHook = {
      knows: () => true,
      read: async plugin => {
        asked.push(plugin)
        return {
          groups: [
            { name: 'cloud', hosts: ['vm1'], vars: Dict.of({ zone: 'z' }), children: ['part'] },
            { name: 'part' },
          ],
          hosts: [{ name: 'vm1', vars: Dict.of({ id: 7 }) }],
        }
      },
    }
    const { inventory } = await load('e.yml', 'plugin: my.own.cloud\nregion: x\n', hook)
    expect(asked).toEqual(['my.own.cloud'])
    expect(inventory.getHost('vm1')?.vars.get('id')).toBe(7)
    expect(inventory.groups.get('cloud')?.vars.get('zone')).toBe('z')
    expect(inventory.groups.get('part')?.depth).toBe(2)
  })

  it('names the plugin that it cannot run', async () => {
    const { warnings } = await load('f.yml', 'plugin: my.own.cloud\n')
    expect(warnings[0]).toContain("needs the inventory plugin 'my.own.cloud', which runs in Python")
    expect(warnings.at(-1)).toBe('No inventory was parsed, only implicit localhost is available')
  })
})

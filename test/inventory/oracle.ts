// The same description of an inventory from ansible-core and from this project.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Config } from '../../src/config/index.js'
import { MadansibleError } from '../../src/errors.js'
import { type Group, type Host, type Inventory, loadInventory, varsBesideSources } from '../../src/inventory/index.js'
import { floatRepr, str } from '../../src/python/index.js'
import { Mapping, PyFloat, Tuple, type Value } from '../../src/python/values.js'
import { VaultSecrets } from '../../src/vault/index.js'
import { DataLoader } from '../../src/yaml/index.js'

export interface Request {
  readonly sources: readonly string[]
  readonly patterns?: readonly PatternRequest[]
}
export interface PatternRequest {
  readonly pattern: string | readonly string[]
  readonly limit?: string
  readonly order?: string
}

/** What ansible-core makes of each request. */
export function ansibleInventories(requests: readonly Request[], cwd: string, env: Record<string, string>): unknown[] {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url))
  const result = spawnSync('/usr/bin/python3', [script, JSON.stringify(requests)], {
    cwd,
    env: environment(env),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (result.status !== 0) throw new Error(result.stderr)
  return JSON.parse(result.stdout) as unknown[]
}

/** What this project makes of one. */
export async function ownInventory(request: Request, cwd: string, env: Record<string, string>): Promise<unknown> {
  const messages: string[] = []
  const say = (message: string): void => {
    if (!messages.includes(message)) messages.push(message)
  }
  const config = Config.load({ cwd, env: environment(env) })
  const loader = new DataLoader(new VaultSecrets(), { cwd, warn: say })
  let inventory: Inventory
  try {
    inventory = await loadInventory(request.sources, {
      config,
      loader,
      cwd,
      warn: say,
      error: say,
      env: environment(env),
    })
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    return { error: error.message, messages }
  }
  const groups = Object.fromEntries(
    [...inventory.groups].map(([name, group]) => [name, describeGroup(inventory, group)]),
  )
  const hosts = Object.fromEntries([...inventory.hosts].map(([name, host]) => [name, describeHost(inventory, host)]))
  const matches = (request.patterns ?? []).map(pattern => match(inventory, pattern))
  return { groups, hosts, matches, messages }
}

const environment = (extra: Record<string, string>) => ({
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  ...extra,
})

function match(inventory: Inventory, request: PatternRequest): unknown {
  try {
    inventory.setLimit(request.limit)
    return inventory.listHosts(request.pattern, { order: request.order }).map(host => host.name)
  } catch (error) {
    return `ERROR ${(error as Error).message}`
  }
}

function describeGroup(inventory: Inventory, group: Group): unknown {
  return {
    vars: variables(inventory, group),
    depth: group.depth,
    priority: group.priority,
    hosts: group.hosts.map(host => host.name),
    children: group.children.map(child => child.name),
    all: group.allHosts().map(host => host.name),
  }
}

function describeHost(inventory: Inventory, host: Host): unknown {
  return { vars: variables(inventory, host), groups: host.groups.map(group => group.name).sort() }
}

const variables = (inventory: Inventory, entity: Host | Group): unknown => [
  plain(entity.vars),
  plain(varsBesideSources(inventory, entity)),
]

function plain(value: Value): unknown {
  if (value instanceof Mapping) return { dict: [...value.entries()].map(([key, item]) => [plain(key), plain(item)]) }
  if (Array.isArray(value)) return { list: value.map(plain) }
  if (value instanceof Tuple) return { tuple: value.items.map(plain) }
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number' || typeof value === 'bigint') return { int: String(value) }
  if (value instanceof PyFloat) return { float: floatRepr(value.value) }
  return str(value)
}

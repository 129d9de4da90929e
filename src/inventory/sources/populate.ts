// Steps that several source readers share.
import { accessSync, constants } from 'node:fs'
import { extname } from 'node:path'
import { pathExists } from '../../config/index.js'
import { ParserError } from '../../errors.js'
import { str, typeName } from '../../python/index.js'
import { Dict, Mapping, type Value } from '../../python/values.js'
import type { InventoryData } from '../inventory-data.js'

/** Adds hosts, optionally to a group, and gives each of them the variables (_populate_host_vars). */
export function populateHosts(
  data: InventoryData,
  hosts: readonly string[],
  vars: Value,
  group?: string,
  port?: number,
): void {
  if (!(vars instanceof Mapping)) {
    throw new ParserError(`Invalid data from file, expected dictionary and got:\n\n${str(vars)}`)
  }
  for (const host of hosts) {
    data.addHost(host, group, port)
    for (const [name, value] of vars.entries()) data.setVariable(host, name, value)
  }
}

/** BaseInventoryPlugin.verify_file: the path exists and may be read. */
export function isReadablePath(path: string): boolean {
  return pathExists(path) && mayAccess(path, constants.R_OK)
}

export function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

/** os.path.splitext(path)[1] */
export const extensionOf = (path: string): string => extname(path)

/** str(type(value)) of a value that was read from YAML by Ansible. */
export function yamlClass(value: Value): string {
  const own = typeof value === 'string' ? 'AnsibleUnicode' : Array.isArray(value) ? 'AnsibleSequence' : undefined
  const name = value instanceof Dict ? 'AnsibleMapping' : own
  return `<class '${name === undefined ? typeName(value) : `ansible.parsing.yaml.objects.${name}`}'>`
}

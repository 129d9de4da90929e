// Adds a host to the inventory of this run. Mirrors plugins/action/add_host.py (ansible-core 2.14).
import { parseAddress } from '../../inventory/index.js'
import { str, truth, typeName } from '../../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../../python/values.js'
import { actionFail } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'

const SPECIAL_ARGS = new Set(['name', 'hostname', 'groupname', 'groups'])

export const addHost: NativeAction = {
  traits: { needsConnection: false, bypassHostLoop: true },
  async run(call) {
    const result = call.begin()
    const raw = call.args.get('_raw_params') ?? new Dict()
    call.args.delete('_raw_params')
    if (!(raw instanceof Mapping)) {
      throw actionFail(`Invalid raw parameters passed, requires a dictonary/mapping got a  <class '${typeName(raw)}'>`)
    }
    const args = new Dict(raw.entries()).update(call.args)
    const named = ['name', 'hostname', 'host'].find(key => args.has(key))
    const newName = named === undefined ? null : (args.get(named) as Value)
    if (newName === null) throw actionFail('name, host or hostname needs to be provided')
    call.verbose(2, `creating host via 'add_host': hostname=${str(newName)}`)
    const { host, port } = addressOf(newName)
    if (port !== undefined) args.set('ansible_ssh_port', port)
    const hostVars = new Dict([...args.entries()].filter(([key]) => !SPECIAL_ARGS.has(str(key))))
    result.set('changed', false)
    return result.set('add_host', Dict.of({ host_name: host, groups: groupsOf(args), host_vars: hostVars }))
  },
}

/** Host and port of `name:port`; a name that is no address is taken as it is. */
function addressOf(name: Value): { readonly host: Value; readonly port: number | undefined } {
  try {
    return parseAddress(str(name))
  } catch {
    return { host: name, port: undefined }
  }
}

function groupsOf(args: Dict): Value[] {
  const key = ['groupname', 'groups', 'group'].find(name => args.has(name))
  const groups = key === undefined ? '' : (args.get(key) as Value)
  if (!truth(groups)) return []
  if (!Array.isArray(groups) && !isText(groups)) throw actionFail('Groups must be specified as a list.')
  const names = Array.isArray(groups) ? groups : textOf(groups).split(',')
  const found: string[] = []
  for (const name of names) if (!found.includes(str(name))) found.push(str(name).trim())
  return found
}

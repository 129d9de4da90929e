// Facts as variables: under ansible_facts, and injected as ansible_* without those that say how to reach a host.
// Mirrors ansible/vars/clean.py (2.14).

import { wrapUnsafe } from '../python/index.js'
import { Dict, isText, type Mapping, PyObject, textOf, type Value } from '../python/values.js'

/** Variables that connections and become are set up with. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'ansible_connection ansible_module_compression ansible_shell_type ansible_shell_executable ansible_ssh_host ' +
    'ansible_host ansible_ssh_user ansible_user ansible_ssh_pass ansible_password ansible_ssh_port ansible_port ' +
    'ansible_ssh_pipelining ansible_pipelining ansible_ssh_timeout ansible_timeout ansible_ssh_private_key_file ' +
    'ansible_private_key_file ansible_network_os ansible_connection_user ansible_ssh_executable ' +
    'ansible_ssh_common_args ansible_sftp_extra_args ansible_scp_extra_args ansible_ssh_extra_args ' +
    'ansible_ssh_transfer_method ansible_docker_extra_args ansible_become ansible_become_method ' +
    'ansible_become_user ansible_become_password ansible_become_pass ansible_become_exe ansible_become_flags ' +
    'ansible_rsync_path ansible_playbook_python ansible_facts add_host add_group'
  ).split(' '),
)
/** Names of connection plugins, whose options are variables `ansible_<name>_…`. */
const CONNECTIONS = ['local', 'paramiko_ssh', 'psrp', 'ssh', 'winrm']
const OF_CONNECTION = new RegExp(`^ansible_(${CONNECTIONS.join('|')})_`)

/** Whether a fact of this name never becomes a variable: it says how to reach a host. */
export function isUnsafeFact(name: string): boolean {
  if (name.startsWith('ansible_ssh_host_key_')) return false
  if (RESERVED.has(name) || name.startsWith('ansible_become_')) return true
  if (/^ansible_.*_interpreter$/.test(name)) return true
  return OF_CONNECTION.test(name) && !name.endsWith('_bridge') && !name.endsWith('_gwbridge')
}

/** Facts without connection and internal variables; what is removed is told through `warn`. Shares nested values. */
export function cleanFacts(facts: Mapping, warn: (text: string) => void): Dict {
  const cleaned = new Dict()
  for (const [key, value] of facts.entries()) {
    const name = isText(key) ? textOf(key) : undefined
    if (name !== undefined && isUnsafeFact(name)) warn(`Removed restricted key from module data: ${name}`)
    else if (name === undefined || !name.startsWith('_ansible_')) cleaned.set(key, withoutInternalKeys(value))
  }
  return cleaned
}

/** `{ansible_facts: …}` with the prefix ansible_ taken from names, but for ansible_local. Shares nested values. */
export function namespaceFacts(facts: Mapping): Dict {
  const named = new Dict()
  for (const [key, value] of facts.entries()) {
    const name = isText(key) ? textOf(key) : undefined
    const isPrefixed = name?.startsWith('ansible_') && name !== 'ansible_local'
    named.set(isPrefixed ? (name as string).slice('ansible_'.length) : key, value)
  }
  return Dict.of({ ansible_facts: named })
}

const isInternal = (key: Value) => isText(key) && textOf(key).startsWith('_ansible_')

/** A value without keys that begin with _ansible_, at any depth; the same object when there are none. */
function withoutInternalKeys(value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.map(withoutInternalKeys)
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (!(value instanceof Dict)) return value
  let isSame = true
  const copy = new Dict()
  for (const [key, item] of value.entries()) {
    if (isInternal(key)) {
      isSame = false
      continue
    }
    const cleaned = withoutInternalKeys(item)
    if (cleaned !== item) isSame = false
    copy.set(key, cleaned)
  }
  return isSame ? value : copy
}

/** Removes keys that begin with _ansible_, at any depth, in place; `exceptions` stay. Returns the value. */
export function stripInternalKeys(value: Value, exceptions: readonly string[] = []): Value {
  if (Array.isArray(value)) for (const item of value) stripInternalKeys(item, exceptions)
  else if (value instanceof Dict) {
    for (const key of [...value.keys()]) {
      if (isInternal(key) && !exceptions.includes(textOf(key as string))) value.delete(key)
      else stripInternalKeys(value.get(key) as Value, exceptions)
    }
  }
  return value
}

const wrapped = new WeakMap<object, Value>()

/** A fact as unsafe text; the result for one object is always the same object. */
function wrappedOnce(value: Value): Value {
  if (!(Array.isArray(value) || value instanceof PyObject)) return wrapUnsafe(value)
  let known = wrapped.get(value)
  if (known === undefined) {
    known = wrapUnsafe(value)
    wrapped.set(value, known)
  }
  return known
}

/** Variables that the facts of a host are: ansible_facts, and all of them by name when `inject` is set. */
export function factVariables(facts: Dict, inject: boolean, warn: (text: string) => void): Dict {
  const safe = new Dict()
  for (const [key, value] of facts.entries()) safe.set(key, wrappedOnce(value))
  const variables = namespaceFacts(safe)
  if (inject) variables.update(cleanFacts(safe, warn))
  else variables.set('ansible_local', safe.get('ansible_local') ?? new Dict())
  return variables
}

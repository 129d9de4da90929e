// The variables that Ansible itself defines: playbook_dir, groups, play hosts, role names and so on.
// Each is computed when it is asked for; lists keep their identity while they do not change.
// Mirrors VariableManager._get_magic_variables in ansible/vars/manager.py (2.14).

import { resolve } from 'node:path'
import type { Play } from '../playbook/index.js'
import { looksLikeTemplate } from '../playbook/templates.js'
import { isText, textOf, type Value } from '../python/values.js'
import type { TaskVars } from './task-vars.js'

type Magic = (vars: TaskVars) => Value | undefined

/** Lists derived from one array, kept while the play's failed hosts are the same. */
const derived = new WeakMap<readonly string[], { removed: readonly string[]; list: Value[] }>()

function without(names: readonly string[], removed: readonly string[]): Value[] {
  const known = derived.get(names)
  if (known !== undefined && known.removed === removed) return known.list
  const gone = new Set(removed)
  const list: Value[] = gone.size === 0 ? [...names] : names.filter(name => !gone.has(name))
  derived.set(names, { removed, list })
  return list
}

function batchNames({ query, manager }: TaskVars): readonly string[] {
  if (query.hosts !== undefined && query.hosts.length > 0) return query.hosts
  return manager.hostNames(undefined)
}
function allNames({ query, manager }: TaskVars): readonly string[] {
  if (query.hostsAll !== undefined && query.hostsAll.length > 0) return query.hostsAll
  const hosts = query.play?.hosts ?? null
  const isKnown = hosts !== null && hosts !== '' && (query.play?.isFinal || !looksLikeTemplate(hosts))
  return manager.hostNames(isKnown ? hosts : 'all')
}

const roleLists = new WeakMap<Play, { readonly count: number; readonly lists: Readonly<Record<string, Value[]>> }>()

/** Names of roles that the play uses, directly or through dependencies. */
function roleNames(play: Play, which: 'all' | 'direct' | 'dependent'): Value[] {
  let known = roleLists.get(play)
  if (known === undefined || known.count !== play.roles.length) {
    const direct = play.roles.map(role => role.getName())
    const dependent = [...new Set(play.roles.flatMap(role => role.getAllDependencies()).map(role => role.getName()))]
    const all = [...new Set([...dependent, ...direct])]
    known = { count: play.roles.length, lists: { all, direct, dependent } }
    roleLists.set(play, known)
  }
  return known.lists[which] as Value[]
}

/** Failed hosts are left out: for a task that is run early they are not known as long as an earlier one may fail. */
const inPlay =
  (name: string, list: (vars: TaskVars) => readonly string[]): Magic =>
  vars => {
    const { play } = vars.query
    if (play === undefined) return undefined
    vars.manager.view?.refuseHostsInPlay(name)
    return without(list(vars), vars.query.removedHosts?.() ?? play.removedHosts)
  }

const ofPlay =
  (value: (play: Play, vars: TaskVars) => Value): Magic =>
  vars =>
    vars.query.play === undefined ? undefined : value(vars.query.play, vars)

const directRoles = ofPlay(play => roleNames(play, 'direct'))
const NONE: readonly string[] = []

export const MAGIC: ReadonlyMap<string, Magic> = new Map<string, Magic>([
  ['playbook_dir', vars => resolve(vars.basedir)],
  ['ansible_playbook_python', vars => vars.manager.options.python],
  ['ansible_config_file', vars => vars.manager.options.config.file ?? null],
  ['ansible_role_names', ofPlay(play => roleNames(play, 'all'))],
  ['ansible_play_role_names', directRoles],
  ['ansible_dependent_role_names', ofPlay(play => roleNames(play, 'dependent'))],
  ['role_names', directRoles],
  ['ansible_play_name', ofPlay(play => play.getName())],
  ['role_name', vars => vars.query.task?.role?.getName(false)],
  ['role_path', vars => vars.query.task?.role?.path],
  ['role_uuid', vars => vars.query.task?.role?.uuid],
  [
    'ansible_collection_name',
    vars => (vars.query.task?.role === undefined ? undefined : (vars.query.task.role.collection ?? null)),
  ],
  ['ansible_role_name', vars => vars.query.task?.role?.getName()],
  ['groups', vars => vars.manager.options.inventory.groupsDict()],
  ['ansible_play_hosts_all', ofPlay((_, vars) => without(allNames(vars), NONE))],
  ['ansible_play_hosts', inPlay('ansible_play_hosts', allNames)],
  ['ansible_play_batch', inPlay('ansible_play_batch', batchNames)],
  ['play_hosts', inPlay('play_hosts', batchNames)],
  ['omit', vars => vars.manager.omit],
  ['hostvars', vars => (vars.query.includeHostvars === false ? undefined : vars.manager.hostvars(vars.basedir))],
])

/** Text of a host pattern or list of patterns. */
export function patternOf(hosts: Value): string | readonly string[] {
  if (Array.isArray(hosts)) return hosts.map(host => (isText(host) ? textOf(host) : String(host)))
  return isText(hosts) ? textOf(hosts) : String(hosts)
}

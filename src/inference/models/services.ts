// Services: what starting, stopping and reloading them touches. A service that no adapter knows may read and write
// anything on its host and use or serve any network service.

import type { Draft } from '../draft.js'
import { knownPath } from '../paths.js'
import { SHARED, tree } from '../resource.js'
import { UNKNOWN } from '../unknown.js'
import { looks, type Models, onTarget } from './model.js'

/** A change of a running service: start, stop, restart, reload. */
export function activatesService(draft: Draft, name: string): void {
  const unit = name.replace(/\.service$/, '')
  const isUnknown = name.includes(UNKNOWN)
  const known = isUnknown ? undefined : draft.world.serviceNamed(unit)
  draft.writes(draft.here('service', unit), 'changes the service')
  if (known === undefined || !draft.assume('known-services-keep-to-their-files')) {
    const unknown = isUnknown
      ? 'changes a service whose name is not known yet'
      : `changes the service ${unit}, of which is not known what it reads, writes, serves and uses (list it under services: in madansible.yml)`
    draft.reads(draft.everythingHere(), unknown).writes(draft.everythingHere(), unknown)
    draft.activates(unknown)
    return
  }
  readsUnit(draft, unit)
  for (const path of known.reads) draft.readsPath(knownPath(path), `changes ${unit}, which reads ${path}`)
  for (const path of known.writes) draft.writesPath(knownPath(path), `changes ${unit}, which writes ${path}`)
  for (const kind of ['package', 'user', 'kernel', 'mount'] as const)
    draft.reads(draft.here(kind), `changes ${unit}, which needs its package, account and system`)
  for (const endpoint of known.provides)
    draft.writes(tree(SHARED, 'endpoint', ...endpointPath(endpoint)), `changes ${unit}, which serves ${endpoint}`)
  for (const endpoint of known.uses)
    draft.reads(tree(SHARED, 'endpoint', ...endpointPath(endpoint)), `changes ${unit}, which uses ${endpoint}`)
}

/** `*` is any network service. */
export const endpointPath = (name: string): readonly string[] => (name === '*' ? [] : name.split('/'))

function readsUnit(draft: Draft, unit: string): void {
  for (const folder of [
    '/etc/systemd',
    '/usr/lib/systemd',
    '/run/systemd',
    `/etc/default/${unit}`,
    `/etc/sysconfig/${unit}`,
    `/etc/init.d/${unit}`,
    `/etc/${unit}`,
  ])
    draft.readsPath(knownPath(folder), `changes ${unit}, whose unit or configuration is in ${folder}`)
  draft.reads(tree(draft.scope, 'service', 'systemd'), 'needs the units that systemd has read')
}

function service(draft: Draft): void {
  const name = draft.text('name', 'service', 'unit')
  const state = draft.text('state')
  if (
    draft.flag('daemon_reload', 'daemon-reload') !== false &&
    draft.value('daemon_reload', 'daemon-reload') !== undefined
  )
    readsUnits(draft)
  if (draft.flag('daemon_reexec', 'daemon-reexec') === true) readsUnits(draft)
  if (name === undefined) return
  if (state !== undefined) activatesService(draft, name)
  else {
    draft.writes(draft.here('service', name.replace(/\.service$/, '')), 'changes whether the service starts at boot')
    readsUnit(draft, name.replace(/\.service$/, ''))
    draft.reads(draft.here('package'), 'needs its package')
  }
  if (draft.value('enabled') !== undefined || draft.value('masked') !== undefined)
    draft.provides(tree(draft.scope, 'file', 'etc', 'systemd', 'system'), 'links units that start at boot')
}

function readsUnits(draft: Draft): void {
  draft.writes(tree(draft.scope, 'service'), 'makes systemd read all units')
  for (const folder of ['/etc/systemd', '/usr/lib/systemd', '/run/systemd', '/etc/init.d'])
    draft.readsPath(knownPath(folder), `makes systemd read ${folder}`)
}

const listsServices = looks(draft => {
  draft.reads(draft.here('service'), 'lists services').reads(draft.here('package'), 'lists services')
  readsUnitFolders(draft)
})

function readsUnitFolders(draft: Draft): void {
  for (const folder of ['/etc/systemd', '/usr/lib/systemd', '/etc/init.d'])
    draft.readsPath(knownPath(folder), 'lists services')
}

export const SERVICE_MODELS: Models = onTarget({
  'ansible.builtin.service': service,
  'ansible.builtin.service_facts': listsServices,
  'ansible.builtin.systemd': service,
  'ansible.builtin.systemd_service': service,
  'ansible.builtin.sysvinit': service,
})

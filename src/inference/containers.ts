// What starting, running, stopping and entering a container touches, when an adapter knows by its name what it serves and
// uses; anything on its host and on the network otherwise.

import type { ContainerUse } from './adapter-file.js'
import type { Draft, KnownContainer } from './draft.js'
import { knownPath } from './paths.js'
import { type Resource, SHARED, tree } from './resource.js'
import { parseResource, type ResourcePattern, resourcesOf } from './resource-text.js'
import { UNKNOWN } from './unknown.js'

/** Directories of the host that containers share with it and that tasks do not order themselves by. */
const RUNTIME = /^\/(dev|proc|sys|run|var\/run|var\/log|etc\/localtime|etc\/timezone|lib\/modules)(\/|$)/

export function usesContainer(draft: Draft, use: ContainerUse, because: string): void {
  const names = namesOf(use.name, draft)
  const container = names.length === 0 ? [draft.here('container')] : resourcesOf(use.name, draft)
  const image = use.image === undefined ? [] : resourcesOf(use.image, draft)
  for (const one of [...container, ...image]) draft.reads(one, because)
  draft.reads(draft.here('service', 'docker'), because).reads(draft.here('service', 'podman'), because)
  draft.reads(draft.here('package'), because)
  if (use.does === 'looks') {
    draft.isHarmless = true
    return
  }
  for (const one of container) draft.writes(one, because)
  for (const volume of use.volumes === undefined ? [] : volumesOf(draft, use.volumes))
    touchesVolume(draft, volume, use.does, because)
  // The engine keeps one unit for each container under podman.
  for (const name of names.length === 0 ? [UNKNOWN] : names) servesAndUses(draft, name, use.does, because)
}

/** What a command only asks: the program itself, or the database of a service. */
export interface Asked {
  readonly database: string | undefined
  /** It may ask a service that the container is not known to use. */
  readonly isAnywhere: boolean
}

/** A command in a container that is known: whatever the container can reach, changed unless it only asks. */
export function entersContainer(draft: Draft, name: string, asks: Asked | undefined, because: string): void {
  draft.reads(draft.here('service', 'docker'), because).reads(draft.here('service', 'podman'), because)
  const container = draft.here('container', name)
  const known = draft.world.containerNamed(name)
  if (asks === undefined || known === undefined) {
    draft.writes(container, because).writes(draft.here('volume'), because)
    for (const endpoint of [...(known?.serves ?? []), ...(known?.commandsUse ?? [])])
      draft.reads(endpointOf(endpoint), because)
    // What reaches no service but its own changes nothing that others keep.
    const isAlone =
      known?.commandsUse.length === 0 && known.uses.every(endpoint => known.serves.includes(endpoint)) === true
    if (!isAlone || !draft.assume('containers-keep-inside'))
      for (const kind of ['database', 'api'] as const)
        draft.writes(tree(SHARED, kind), `${because}, which may change what services keep`)
    servesAndUses(draft, name, 'runs', because)
    return
  }
  draft.isHarmless = draft.assume('containers-keep-inside')
  if (!draft.isHarmless) {
    servesAndUses(draft, name, 'runs', because)
    return
  }
  draft.reads(container, because)
  if (asks.database === undefined) return
  if (asks.isAnywhere) {
    draft.reads(tree(SHARED, 'database'), because).reads(draft.anyEndpoint(), because)
    return
  }
  draft.reads(tree(SHARED, 'database', asks.database), because)
  for (const endpoint of [...known.serves, ...known.uses])
    draft.reads(endpointOf(endpoint), `${because}, which asks ${endpoint}`)
}

function servesAndUses(draft: Draft, name: string, does: ContainerUse['does'], because: string): void {
  const known: KnownContainer | undefined = name.includes(UNKNOWN) ? undefined : draft.world.containerNamed(name)
  if (known === undefined || !draft.assume('containers-keep-inside')) {
    const unknown = `${because}; what the container ${name.replaceAll(UNKNOWN, '…')} serves and uses is not known (list it under containers: in madansible.yml)`
    if (does !== 'stops') draft.reads(draft.everythingHere(), unknown).writes(draft.everythingHere(), unknown)
    draft.activates(unknown)
    return
  }
  for (const endpoint of known.serves) draft.writes(endpointOf(endpoint), `${because}, which serves ${endpoint}`)
  for (const pattern of known.writes) for (const one of resourcesOf(pattern, draft)) draft.writes(one, because)
  if (does === 'stops') return
  for (const endpoint of known.uses) draft.reads(endpointOf(endpoint), `${because}, which uses ${endpoint}`)
  for (const pattern of known.reads) for (const one of resourcesOf(pattern, draft)) draft.reads(one, because)
}

/** `*` is any network service, `a/b` a part of a. */
export const endpointOf = (name: string): Resource =>
  name === '*' ? tree(SHARED, 'endpoint') : tree(SHARED, 'endpoint', ...name.split('/'))

function touchesVolume(draft: Draft, volume: string, does: ContainerUse['does'], because: string): void {
  const [source = '', , ...mode] = volume.split(':')
  const isReadOnly = mode.join(',').split(',').includes('ro')
  if (source.includes(UNKNOWN) && !source.startsWith('/')) {
    draft.reads(draft.here('volume'), because).reads(tree(draft.scope, 'file'), because)
    return
  }
  if (!source.startsWith('/')) {
    const named = draft.here('volume', source)
    const keepsApart = draft.world.isSharedVolume(source) && draft.assume('containers-keep-inside')
    if (does === 'runs' && !isReadOnly && !keepsApart)
      draft.writes(named, `${because}, which writes the volume ${source}`)
    else draft.reads(named, because)
    return
  }
  if (RUNTIME.test(source)) return
  draft.readsPath(knownPath(source), `${because}, which sees ${source}`)
  if (!isReadOnly) draft.writesPath(knownPath(source), `${because}, which may write ${source}`)
}

function volumesOf(draft: Draft, name: string): readonly string[] {
  const pattern = parseResource(`volume:${name}`) as ResourcePattern
  const value = draft.value(name)
  return value === undefined || pattern.parts.length === 0 ? [] : draft.textsOf(value).filter(text => text !== '')
}

function namesOf(pattern: ResourcePattern, draft: Draft): readonly string[] {
  return resourcesOf(pattern, draft).flatMap(of => (of.path.length === 0 ? [] : [of.path.join('/')]))
}

// The configuration ⟨mk, ebl, val, R, E, F, X⟩ of an assembly: everything the rules read and change. Elements are named
// `component.element`; a dock carries the name of its transition, a link that of its user's port.
import type { Assembly, Id } from './assembly.js'
import { qualified } from './assembly.js'
import type { LiveComponent } from './live.js'
import { LiveProvide, LiveUse } from './live.js'

export interface Configuration {
  /** mk: the marked places, output docks, transitions and input docks. */
  readonly places: ReadonlySet<Id>
  readonly outputDocks: ReadonlySet<Id>
  /** Also E: the actions that run. */
  readonly running: ReadonlySet<Id>
  readonly inputDocks: ReadonlySet<Id>
  /** ebl */
  readonly enabled: ReadonlySet<Id>
  /** val */
  readonly values: ReadonlyMap<Id, unknown>
  /** R: places ever reached. */
  readonly reached: ReadonlySet<Id>
  /** F */
  readonly failed: ReadonlySet<Id>
  /** X */
  readonly cancelled: ReadonlySet<Id>
}

/** Where an assembly starts: a token on each initial place. */
export function initialConfiguration(assembly: Assembly): Configuration {
  const places = new Set<Id>()
  for (const { id, type } of assembly.components) for (const place of type.initial) places.add(qualified(id, place))
  const none: ReadonlySet<Id> = new Set()
  return {
    places,
    outputDocks: none,
    running: none,
    inputDocks: none,
    enabled: none,
    values: new Map(),
    reached: new Set(places),
    failed: none,
    cancelled: none,
  }
}

/** The configuration a running assembly is in. */
export function configurationOf<T>(components: Iterable<LiveComponent<T>>): Configuration {
  const sets = {
    places: new Set<Id>(),
    outputDocks: new Set<Id>(),
    running: new Set<Id>(),
    inputDocks: new Set<Id>(),
    enabled: new Set<Id>(),
    reached: new Set<Id>(),
    failed: new Set<Id>(),
    cancelled: new Set<Id>(),
  }
  const values = new Map<Id, unknown>()
  for (const component of components) {
    for (const place of component.places) {
      if (place.isMarked) sets.places.add(qualified(component.id, place.id))
      if (place.isReached) sets.reached.add(qualified(component.id, place.id))
    }
    for (const transition of component.transitions) {
      const name = qualified(component.id, transition.id)
      if (transition.hasOutputDockToken) sets.outputDocks.add(name)
      if (transition.hasInputDockToken) sets.inputDocks.add(name)
      if (transition.state === 'running') sets.running.add(name)
      if (transition.state === 'failed') sets.failed.add(name)
      if (transition.state === 'cancelled') sets.cancelled.add(name)
    }
    for (const port of component.ports) {
      const name = qualified(component.id, port.id)
      if (port instanceof LiveUse && port.isServed) sets.enabled.add(name)
      if (port instanceof LiveProvide && port.isData && port.missing === 0) values.set(name, port.value)
    }
  }
  return { ...sets, values }
}

// Builds an assembly in an executor: the whole of it before anything starts.
import {
  type Assembly,
  type Component,
  type Id,
  type Link,
  placesOfGroup,
  qualified,
  type Transition,
} from './assembly.js'
import type { Executor } from './executor.js'
import { type LivePlace, type LivePort, LiveProvide, type LiveTransition, LiveUse } from './live.js'

/** What an executor of a whole assembly hangs on its transitions. */
export interface Task {
  readonly component: Component
  readonly transition: Transition
  /** The data-use ports of the transition, by name; their values are there when it starts. */
  readonly reads: ReadonlyMap<Id, LiveUse<Task>>
}

export interface LiveAssembly {
  /** By `component.transition`. */
  readonly transitions: ReadonlyMap<Id, LiveTransition<Task>>
}

/**
 * Adds everything of a well-formed assembly (checkAssembly), links included.
 * @param priority of a transition, by default 0
 */
export function loadAssembly(
  assembly: Assembly,
  executor: Executor<Task>,
  priority: (component: Component, transition: Transition) => number = () => 0,
): LiveAssembly {
  const transitions = new Map<Id, LiveTransition<Task>>()
  const ports = new Map<Id, LivePort<Task>>()
  for (const component of assembly.components) {
    loadComponent(assembly, component, { executor, priority, transitions, ports })
  }
  for (const link of assembly.links) connect(link, executor, ports)
  return { transitions }
}

interface Loading {
  readonly executor: Executor<Task>
  readonly priority: (component: Component, transition: Transition) => number
  readonly transitions: Map<Id, LiveTransition<Task>>
  readonly ports: Map<Id, LivePort<Task>>
}

function loadComponent(assembly: Assembly, component: Component, loading: Loading): void {
  const { executor, transitions, ports } = loading
  const { type } = component
  const live = executor.addComponent(component.id)
  const places = new Map<Id, LivePlace<Task>>()
  for (const id of type.places) places.set(id, executor.addPlace(live, id, { isInitial: type.initial.includes(id) }))
  const place = (id: Id) => {
    const found = places.get(id)
    if (found === undefined) throw new Error(`${component.id} has no place ${id}`)
    return found
  }
  const ofPort = new Map<Id, LiveTransition<Task>[]>()
  const readsOf = new Map<Id, Map<Id, LiveUse<Task>>>()
  for (const transition of type.transitions) {
    const reads = new Map<Id, LiveUse<Task>>()
    readsOf.set(transition.id, reads)
    const added = executor.addTransition(live, {
      id: transition.id,
      subject: { component, transition, reads },
      from: place(transition.from),
      to: place(transition.to),
      priority: loading.priority(component, transition),
      limits: (transition.claims ?? []).map(name => executor.limit(name, assembly.limits.get(name) ?? 1)),
    })
    transitions.set(qualified(component.id, transition.id), added)
    for (const port of transition.uses) ofPort.set(port, [...(ofPort.get(port) ?? []), added])
  }
  for (const port of type.ports) {
    const name = qualified(component.id, port.id)
    if (port.kind === 'provide') {
      const groups = port.groups.map(group => placesOfGroup(type, group).map(place))
      ports.set(name, executor.addProvide(live, port.id, groups))
    } else if (port.kind === 'data-provide') {
      ports.set(name, executor.addDataProvide(live, port.id, port.places.map(place)))
    } else {
      const bound = ofPort.get(port.id) ?? []
      const use = executor.addUse(live, port.id, bound, { isData: port.kind === 'data-use' })
      ports.set(name, use)
      if (port.kind === 'data-use') for (const { id } of bound) readsOf.get(id)?.set(port.id, use)
    }
  }
}

function connect({ user, provider }: Link, executor: Executor<Task>, ports: ReadonlyMap<Id, LivePort<Task>>): void {
  const use = ports.get(qualified(user.component, user.port))
  const provide = ports.get(qualified(provider.component, provider.port))
  if (!(use instanceof LiveUse)) throw new Error(`${user.component} has no use port ${user.port}`)
  if (!(provide instanceof LiveProvide)) throw new Error(`${provider.component} has no provide port ${provider.port}`)
  executor.connect(use, provide)
}

// The dependency graph of an assembly: places reached, transitions fired, ports enabled, and what each needs before it.
// An edge from a transition counts from its end. A vertex needs all its predecessors; a `choice` needs one of them.
import { ancestors, Graph } from '../graph/index.js'
import { type Assembly, type Component, type ComponentType, type Id, placesOfGroup, qualified } from './assembly.js'

export interface Vertex {
  readonly kind: 'place' | 'transition' | 'port' | 'choice'
  readonly component: Id
  /** Name of the element; of a choice, its port. */
  readonly id: Id
  /** `component.id` */
  readonly name: string
}

export class DependencyGraph {
  readonly graph = new Graph<Vertex>()
  readonly #vertices = new Map<string, Vertex>()

  vertex(kind: Vertex['kind'], component: Id, id: Id, suffix = ''): Vertex {
    const key = JSON.stringify([kind, component, id, suffix])
    let vertex = this.#vertices.get(key)
    if (vertex === undefined) {
      vertex = { kind, component, id, name: qualified(component, id) }
      this.#vertices.set(key, vertex)
      this.graph.addNode(vertex)
    }
    return vertex
  }

  transition(component: Id, id: Id): Vertex {
    return this.vertex('transition', component, id)
  }
}

/** Links to ports that do not exist are left out; checkAssembly names them. */
export function dependencyGraph(assembly: Assembly): DependencyGraph {
  const result = new DependencyGraph()
  const components = new Map(assembly.components.map(component => [component.id, component]))
  for (const component of assembly.components) addComponent(result, component)
  for (const { user, provider } of assembly.links) {
    const users = components.get(user.component)?.type
    const provides = components.get(provider.component)?.type.ports.some(({ id }) => id === provider.port)
    if (users === undefined || provides !== true) continue
    const port = result.vertex('port', provider.component, provider.port)
    for (const { id, uses } of users.transitions) {
      if (uses.includes(user.port)) result.graph.addEdge(port, result.transition(user.component, id))
    }
  }
  return result
}

function addComponent(result: DependencyGraph, { id: component, type }: Component): void {
  const { graph } = result
  for (const place of type.places) result.vertex('place', component, place)
  for (const { id, from, to } of type.transitions) {
    const transition = result.transition(component, id)
    graph.addEdge(result.vertex('place', component, from), transition)
    graph.addEdge(transition, result.vertex('place', component, to))
  }
  const places = placeGraph(type)
  for (const port of type.ports) {
    if (port.kind === 'provide') {
      for (const group of port.groups) {
        const first = firstPlaces(places, placesOfGroup(type, group))
        addAlternatives(
          result,
          component,
          port.id,
          group,
          first.map(place => result.vertex('place', component, place)),
        )
      }
    } else if (port.kind === 'data-provide') {
      addAlternatives(result, component, port.id, '', writersOf(result, component, type, port.id, port.places))
    }
  }
}

function addAlternatives(result: DependencyGraph, component: Id, port: Id, group: Id, from: readonly Vertex[]): void {
  const enabled = result.vertex('port', component, port)
  const [only, ...others] = from
  if (only !== undefined && others.length === 0) {
    result.graph.addEdge(only, enabled)
    return
  }
  const choice = result.vertex('choice', component, port, group)
  for (const vertex of from) result.graph.addEdge(vertex, choice)
  result.graph.addEdge(choice, enabled)
}

/** The transitions known to give the port its value; else the places where one may have been given. */
function writersOf(
  result: DependencyGraph,
  component: Id,
  type: ComponentType,
  port: Id,
  places: readonly Id[],
): readonly Vertex[] {
  const writers = type.transitions.filter(({ to, gives }) => places.includes(to) && gives?.[port] !== undefined)
  if (writers.length > 0) return writers.map(({ id }) => result.transition(component, id))
  return places.map(place => result.vertex('place', component, place))
}

/** Places and the transitions between them. */
export function placeGraph(type: ComponentType): Graph<Id> {
  return Graph.of(
    type.places,
    type.transitions.map(({ from, to }) => [from, to] as const),
  )
}

/** Places of a group that no other place of it precedes: one of these is the first to be reached. */
function firstPlaces(places: Graph<Id>, group: readonly Id[]): readonly Id[] {
  const known = group.filter(place => places.has(place))
  const inGroup = new Set(known)
  const first = known.filter(
    place => ![...ancestors(places, [place])].some(before => before !== place && inGroup.has(before)),
  )
  return first.length > 0 ? first : known
}

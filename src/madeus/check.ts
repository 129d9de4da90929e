// What is wrong with an assembly, before it runs: names, W1 to W8 of well-formedness, and circles of ports in which
// everything waits for ever. W2 (each dock belongs to one transition) holds by construction; W5 (actions end) is what
// timeouts are for; W6 (actions that run at once do not touch the same things) cannot be seen here but for data ports.
import type { Position } from '../errors.js'
import { descendants, findCycles, pathBetween } from '../graph/index.js'
import {
  type Assembly,
  type Component,
  type ComponentType,
  type Id,
  type Link,
  type Port,
  placesOfGroup,
  qualified,
} from './assembly.js'
import { dependencyGraph, placeGraph, type Vertex } from './dependency-graph.js'
import { partPosition } from './part-positions.js'

export interface Finding {
  /** `names`, `deadlock`, or the rule: W1, W3, W4, W6, W8. */
  readonly rule: string
  /** An assembly with an error cannot come to its end. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint?: string | undefined
  readonly position?: Position | undefined
}

/** Everything that is wrong, errors first. Circles are looked for once the names are right. */
export function checkAssembly(assembly: Assembly): readonly Finding[] {
  const findings: Finding[] = []
  const types = new Map<ComponentType, string>()
  for (const [name, type] of assembly.types) types.set(type, `type ${name}`)
  for (const { id, type } of assembly.components) if (!types.has(type)) types.set(type, `component ${id}`)
  for (const [type, name] of types) findings.push(...checkType(type, name, assembly.mode === 'groups'))
  findings.push(...checkLinks(assembly))
  if (!findings.some(({ severity }) => severity === 'error')) {
    findings.push(...checkCircles(assembly), ...checkWriters(assembly))
  }
  return findings.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
}

function* checkType(type: ComponentType, name: string, isGroupMode: boolean): Generator<Finding> {
  const names = [...namesOf(type, name)]
  yield* names
  if (names.length > 0) return
  const places = placeGraph(type)
  const cycles = findCycles(places)
  for (const cycle of cycles) {
    const steps = cycle.map((place, at) => `${place} -${between(type, place, cycle[(at + 1) % cycle.length] as Id)}->`)
    yield {
      rule: 'W1',
      severity: 'error',
      message: `The places of ${name} form a circle: ${steps.join(' ')} ${cycle[0]}`,
      hint: 'A life-cycle within one behaviour goes forward only.',
      position: partPosition(type, 'transitions'),
    }
  }
  const reachable = new Set([...type.initial, ...descendants(places, type.initial)])
  for (const place of type.initial) {
    const into = type.transitions.find(({ to }) => to === place)
    if (into === undefined || cycles.length > 0) continue
    yield {
      rule: 'W3',
      severity: 'error',
      message: `Transition ${into.id} of ${name} ends at ${place}, which is an initial place`,
      position: partPosition(into, 'to'),
    }
  }
  for (const [at, place] of type.places.entries()) {
    if (reachable.has(place)) continue
    yield {
      rule: 'W3',
      severity: 'error',
      message: `No transition leads from an initial place to place ${place} of ${name}`,
      position: partPosition(type.places, at),
    }
  }
  if (isGroupMode) yield* leftGroups(type, name)
}

function between(type: ComponentType, from: Id, to: Id): Id {
  return type.transitions.find(transition => transition.from === from && transition.to === to)?.id ?? ''
}

/** W8: groups that are left can take a service away from a user that has not come yet. */
function* leftGroups(type: ComponentType, name: string): Generator<Finding> {
  for (const port of type.ports) {
    if (port.kind !== 'provide') continue
    for (const group of port.groups) {
      const places = placesOfGroup(type, group)
      const out = type.transitions.find(({ from, to }) => places.includes(from) && !places.includes(to))
      if (out === undefined) continue
      yield {
        rule: 'W8',
        severity: 'warning',
        message: `Transition ${out.id} of ${name} leaves ${group}, which provides ${port.id}: who comes later waits for ever`,
        hint: 'Make every place after it part of the group, or use the mode monotone.',
        position: partPosition(port),
      }
    }
  }
}

function* namesOf(type: ComponentType, name: string): Generator<Finding> {
  const places = new Set(type.places)
  const wrong = (message: string, part: object, key?: string | number, rule = 'names'): Finding => ({
    rule,
    severity: 'error',
    message,
    position: partPosition(part, key),
  })
  const unknown = (place: Id, of: string) => `${of} of ${name} names a place ${place}, which does not exist`
  for (const [at, place] of type.initial.entries()) {
    if (!places.has(place)) yield wrong(unknown(place, 'initial'), type.initial, at)
  }
  for (const [group, members] of type.groups) {
    if (places.has(group)) yield wrong(`Group ${group} of ${name} has the name of a place`, members)
    if (members.length === 0) yield wrong(`Group ${group} of ${name} is empty`, members, undefined, 'W4')
    for (const [at, place] of members.entries()) {
      if (!places.has(place)) yield wrong(unknown(place, `group ${group}`), members, at)
    }
  }
  const ports = new Map(type.ports.map(port => [port.id, port]))
  for (const port of type.ports) {
    const bound = port.kind === 'provide' ? port.groups : port.kind === 'data-provide' ? port.places : undefined
    if (bound?.length === 0) yield wrong(`Port ${port.id} of ${name} is bound to no place`, port, undefined, 'W4')
    for (const [at, place] of (bound ?? []).entries()) {
      const isKnown = places.has(place) || (port.kind === 'provide' && type.groups.has(place))
      if (!isKnown) yield wrong(unknown(place, `port ${port.id}`), bound as readonly Id[], at)
    }
    if (ports.get(port.id) !== port) yield wrong(`${name} has two ports ${port.id}`, port)
  }
  for (const transition of type.transitions) {
    const of = `transition ${transition.id}`
    if (!places.has(transition.from)) yield wrong(unknown(transition.from, of), transition, 'from')
    if (!places.has(transition.to)) yield wrong(unknown(transition.to, of), transition, 'to')
    for (const [at, port] of transition.uses.entries()) {
      const kind = ports.get(port)?.kind
      if (kind === 'use' || kind === 'data-use') continue
      const what = kind === undefined ? 'does not exist' : 'provides and cannot be used here'
      yield wrong(`${of} of ${name} uses port ${port}, which ${what}`, transition.uses, at)
    }
    for (const port of Object.keys(transition.gives ?? {})) {
      const target = ports.get(port)
      if (target?.kind === 'data-provide' && target.places.includes(transition.to)) continue
      const what = target?.kind === 'data-provide' ? `is not written at ${transition.to}` : 'is no port that is written'
      yield wrong(`${of} of ${name} gives a value to ${port}, which ${what}`, transition, 'gives')
    }
  }
}

/** W4: each use port is linked once, to a port of its kind and type. */
function* checkLinks(assembly: Assembly): Generator<Finding> {
  const components = new Map(assembly.components.map(component => [component.id, component]))
  const linked = new Set<string>()
  for (const link of assembly.links) {
    const problem = linkProblem(link, components)
    const user = qualified(link.user.component, link.user.port)
    const twice = linked.has(user) ? `Port ${user} is linked twice` : undefined
    linked.add(user)
    const message = problem ?? twice
    if (message !== undefined) yield { rule: 'W4', severity: 'error', message, position: partPosition(link) }
  }
  for (const component of assembly.components) {
    for (const port of component.type.ports) {
      if (port.kind !== 'use' && port.kind !== 'data-use') continue
      if (linked.has(qualified(component.id, port.id))) continue
      yield unlinked(assembly, component, port)
    }
  }
}

function unlinked(assembly: Assembly, component: Component, port: Port): Finding {
  const wanted = port.kind === 'use' ? 'provide' : 'data-provide'
  const offers = assembly.components.flatMap(({ id, type }) =>
    type.ports.filter(it => it.kind === wanted && it.type === port.type).map(it => qualified(id, it.id)),
  )
  const users = component.type.transitions.filter(({ uses }) => uses.includes(port.id)).map(({ id }) => id)
  const name = qualified(component.id, port.id)
  const waits = users.length === 0 ? '' : `; ${users.join(' and ')} would wait for ever`
  return {
    rule: 'W4',
    severity: users.length === 0 ? 'warning' : 'error',
    message:
      offers.length === 0
        ? `Nobody provides ${port.type}, which port ${name} uses${waits}`
        : `Port ${name} is linked to no provider${waits}`,
    hint: offers.length === 0 ? undefined : `Add it to links, for instance ${name}: ${offers[0]}`,
    position: partPosition(component),
  }
}

function linkProblem({ user, provider }: Link, components: ReadonlyMap<Id, Component>): string | undefined {
  const [from, to] = [user, provider].map(({ component, port }) => {
    const found = components.get(component)
    return found === undefined ? undefined : (found.type.ports.find(({ id }) => id === port) ?? null)
  })
  const [userName, providerName] = [user, provider].map(({ component, port }) => qualified(component, port))
  if (from === undefined) return `There is no component ${user.component}`
  if (to === undefined) return `There is no component ${provider.component}`
  if (from === null) return `Component ${user.component} has no port ${user.port}`
  if (to === null) return `Component ${provider.component} has no port ${provider.port}`
  if (from.kind !== 'use' && from.kind !== 'data-use')
    return `Port ${userName} provides; the user comes first in a link`
  const wanted = from.kind === 'use' ? 'provide' : 'data-provide'
  if (to.kind !== wanted) {
    const what = from.kind === 'use' ? 'uses a service' : 'reads a value'
    return `Port ${userName} ${what}, and ${providerName} does not provide one`
  }
  if (from.type !== to.type) return `Port ${userName} is of type ${from.type}, ${providerName} of type ${to.type}`
  return undefined
}

/** Circles through ports: nobody in them can start. */
function* checkCircles(assembly: Assembly): Generator<Finding> {
  const { graph } = dependencyGraph(assembly)
  for (const cycle of findCycles(graph)) {
    // A circle through a choice is one only if every alternative is; the executor reports that with what it waits for.
    const isCertain = !cycle.some(({ kind }) => kind === 'choice')
    const ports = cycle.filter(({ kind }) => kind === 'port').map(({ name }) => name)
    yield {
      rule: 'deadlock',
      severity: isCertain ? 'error' : 'warning',
      message: `Nothing in this circle can start: ${circleText(cycle)}`,
      hint: `It goes through ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(' and ')}.`,
      position: partPosition(assembly.links.find(link => isOfCircle(link, cycle)) ?? assembly.links),
    }
  }
}

function isOfCircle({ user, provider }: Link, cycle: readonly Vertex[]): boolean {
  const hasPort = cycle.some(
    ({ kind, name }) => kind === 'port' && name === qualified(provider.component, provider.port),
  )
  return hasPort && cycle.some(({ kind, component }) => kind === 'transition' && component === user.component)
}

function circleText(cycle: readonly Vertex[]): string {
  const start = Math.max(
    0,
    cycle.findIndex(({ kind }) => kind === 'transition'),
  )
  const turned = [...cycle.slice(start), ...cycle.slice(0, start + 1)]
  return turned
    .filter(({ kind }) => kind !== 'choice')
    .map(({ kind, name }) => (kind === 'transition' ? name : `${kind} ${name}`))
    .join(' → ')
}

/** W6, as far as it shows: a value that two transitions give, of which neither comes first. */
function* checkWriters(assembly: Assembly): Generator<Finding> {
  const dependencies = dependencyGraph(assembly)
  for (const { id, type } of assembly.components) {
    for (const port of type.ports) {
      if (port.kind !== 'data-provide') continue
      const [first, second] = type.transitions.filter(({ gives }) => gives?.[port.id] !== undefined)
      if (first === undefined || second === undefined) continue
      const [a, b] = [dependencies.transition(id, first.id), dependencies.transition(id, second.id)]
      if (pathBetween(dependencies.graph, a, b) !== undefined || pathBetween(dependencies.graph, b, a) !== undefined)
        continue
      yield {
        rule: 'W6',
        severity: 'warning',
        message: `${first.id} and ${second.id} of ${id} both give ${port.id} a value, and neither comes first`,
        position: partPosition(second, 'gives'),
      }
    }
  }
}

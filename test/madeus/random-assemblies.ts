// Random assemblies for property tests: components whose places form a path with parallel branches, ports between them.
import fc from 'fast-check'
import type { Assembly, Component, ComponentType, Link, Mode, Port, Transition } from '../../src/madeus/index.js'

export interface Shape {
  /** Links only from later to earlier components: no circles. */
  readonly isAcyclic: boolean
  readonly mode: Mode
  /** Groups reach from a place to the last one, so that they are never left. */
  readonly hasUpwardGroups?: boolean
}

export function assemblies(shape: Shape): fc.Arbitrary<Assembly> {
  return fc
    .array(componentPlans(), { minLength: 1, maxLength: 5 })
    .chain(plans => fc.tuple(fc.constant(plans), fc.array(linkPlans(), { maxLength: 10 })))
    .map(([plans, links]) => build(plans, links, shape))
}

interface ComponentPlan {
  readonly places: number
  /** From and to as fractions, so that any number is a legal choice. */
  readonly transitions: readonly { readonly from: number; readonly length: number; readonly claims: boolean }[]
  readonly ports: readonly { readonly at: number; readonly size: number; readonly isData: boolean }[]
}

function componentPlans(): fc.Arbitrary<ComponentPlan> {
  const nat = fc.nat({ max: 100 })
  return fc.record({
    places: fc.integer({ min: 1, max: 5 }),
    transitions: fc.array(fc.record({ from: nat, length: nat, claims: fc.boolean() }), { maxLength: 6 }),
    ports: fc.array(fc.record({ at: nat, size: nat, isData: fc.boolean() }), { maxLength: 3 }),
  })
}

interface LinkPlan {
  readonly user: number
  readonly provider: number
  readonly port: number
  readonly transitions: readonly number[]
}

function linkPlans(): fc.Arbitrary<LinkPlan> {
  const nat = fc.nat({ max: 100 })
  return fc.record({ user: nat, provider: nat, port: nat, transitions: fc.array(nat, { minLength: 1, maxLength: 3 }) })
}

function build(plans: readonly ComponentPlan[], linkPlans: readonly LinkPlan[], shape: Shape): Assembly {
  const types = plans.map(plan => typeOf(plan, shape))
  const links: Link[] = []
  for (const plan of linkPlans) {
    const user = plan.user % types.length
    const provider = plan.provider % types.length
    if (shape.isAcyclic && provider >= user) continue
    const ports = types[provider]?.ports.filter(({ kind }) => kind === 'provide' || kind === 'data-provide') ?? []
    const port = ports[plan.port % Math.max(1, ports.length)]
    const bound = boundTransitions(types[user] as MutableType, plan)
    if (port === undefined || bound.length === 0) continue
    const id = `u${links.length}`
    const kind = port.kind === 'provide' ? 'use' : 'data-use'
    ;(types[user] as MutableType).ports.push({ kind, id, type: 't' })
    for (const transition of bound) transition.uses.push(id)
    links.push({ user: { component: `c${user}`, port: id }, provider: { component: `c${provider}`, port: port.id } })
  }
  // Ports in the order in which a file has them.
  const order: readonly Port['kind'][] = ['use', 'data-use', 'provide', 'data-provide']
  for (const type of types) type.ports.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  const components = types.map((type, at): Component => ({ id: `c${at}`, type }))
  return {
    name: 'random',
    mode: shape.mode,
    scale: 1,
    types: new Map(),
    components,
    links,
    limits: new Map([['one', 1]]),
  }
}

type MutableType = ComponentType & {
  readonly ports: Port[]
  readonly transitions: (Transition & { uses: string[] })[]
}

function boundTransitions(type: MutableType, plan: LinkPlan) {
  const { transitions } = type
  if (transitions.length === 0) return []
  return [...new Set(plan.transitions.map(at => transitions[at % transitions.length] as (typeof transitions)[number]))]
}

function typeOf(plan: ComponentPlan, shape: Shape): MutableType {
  const places = Array.from({ length: plan.places }, (_, at) => `p${at}`)
  const edges = places.slice(1).map((_, at) => ({ from: at, to: at + 1, claims: false }))
  for (const { from, length, claims } of plan.transitions) {
    if (plan.places < 2) continue
    const start = from % (plan.places - 1)
    edges.push({ from: start, to: start + 1 + (length % (plan.places - 1 - start)), claims })
  }
  const groups = new Map<string, readonly string[]>()
  const ports: Port[] = plan.ports.map(({ at, size, isData }, number) => {
    const first = at % plan.places
    // Data is written by transitions: not at the initial place.
    if (isData && first > 0) {
      return { kind: 'data-provide', id: `d${number}`, type: 't', places: [places[first] as string] }
    }
    const last = shape.hasUpwardGroups === true ? plan.places : Math.min(plan.places, first + 1 + (size % 3))
    groups.set(`g${number}`, places.slice(first, last))
    return { kind: 'provide', id: `s${number}`, type: 't', groups: [`g${number}`] }
  })
  const transitions = edges.map(({ from, to, claims }, at) => ({
    id: `t${at}`,
    from: places[from] as string,
    to: places[to] as string,
    uses: [] as string[],
    ...(claims && { claims: ['one'] }),
    gives: Object.fromEntries(
      ports.flatMap(port =>
        port.kind === 'data-provide' && port.places[0] === places[to] ? [[port.id, `v${at}`]] : [],
      ),
    ),
  }))
  return { places, initial: ['p0'], groups, ports, transitions }
}

// An assembly with exactly the order of a graph of transitions: what may run at once there may run at once here.
//
// Within a component, transitions that the same ones follow end at one place, and what follows exactly them starts
// there: places appear where the work forks and joins. Every other precedence becomes a provide port on the place
// where the earlier one ends and a use port of the later one.
import { type Graph, transitiveReduction } from '../graph/index.js'
import type { Action, Assembly, ComponentType, Duration, Id, Link, Port, Transition } from './assembly.js'

export interface OrderedTransition {
  readonly component: Id
  /** Unique within its component. */
  readonly id: Id
  readonly action?: Action | undefined
  readonly lasts?: Duration | undefined
  readonly claims?: readonly Id[] | undefined
}

export interface OrderOptions<R> {
  readonly name: string
  readonly limits?: ReadonlyMap<Id, number> | undefined
  /** Type of the port that a precedence between components goes through; by default `order`. */
  readonly portType?: ((earlier: R, later: R) => string) | undefined
}

/** @param order an edge from each transition to those that wait for it. Throws when it has a cycle. */
export function assemblyOfPrecedences<R extends OrderedTransition>(
  order: Graph<R>,
  options: OrderOptions<R>,
): Assembly {
  const reduced = transitiveReduction(order)
  const drafts = new Map<Id, Draft<R>>()
  for (const run of reduced.nodes) {
    let draft = drafts.get(run.component)
    if (draft === undefined) {
      draft = new Draft(run.component)
      drafts.set(run.component, draft)
    }
    draft.runs.push(run)
  }
  for (const draft of drafts.values()) draft.placeEnds(reduced)
  const links: Link[] = []
  for (const draft of drafts.values()) draft.placeStarts(reduced, drafts, links, options.portType ?? (() => 'order'))
  return {
    name: options.name,
    mode: 'monotone',
    scale: 1,
    types: new Map(),
    components: [...drafts.values()].map(draft => ({ id: draft.id, type: draft.type() })),
    links,
    limits: options.limits ?? new Map(),
  }
}

/** Transitions that end at one place. */
interface End<R> {
  readonly place: Id
  readonly members: R[]
}

/** A component while it is built. */
class Draft<R extends OrderedTransition> {
  readonly runs: R[] = []
  readonly #ends: End<R>[] = []
  readonly #endOf = new Map<R, End<R>>()
  readonly #transitions: Transition[] = []
  readonly #uses = new Map<Id, Port>()
  readonly #provides = new Map<Id, Port>()

  constructor(readonly id: Id) {}

  /** One place for transitions that have the same followers, in this component and elsewhere. */
  placeEnds(order: Graph<R>): void {
    const byFollowers = new Map<string, End<R>>()
    const names = new Set<Id>(['start'])
    for (const run of this.runs) {
      const followers = order.successorsOf(order.numberOf(run))
      const key = [...followers].sort((a, b) => a - b).join(' ')
      let end = byFollowers.get(key)
      if (end === undefined) {
        end = { place: freshName(followers.length === 0 ? 'done' : `${run.id}-done`, names), members: [] }
        byFollowers.set(key, end)
        this.#ends.push(end)
      }
      end.members.push(run)
      this.#endOf.set(run, end)
    }
  }

  /** A transition starts where most of what it follows here ends; the rest comes through ports. */
  placeStarts(
    order: Graph<R>,
    drafts: ReadonlyMap<Id, Draft<R>>,
    links: Link[],
    portType: (earlier: R, later: R) => string,
  ): void {
    for (const run of this.runs) {
      const before = order.predecessors(run)
      const own = new Set(before.flatMap(earlier => this.#endOf.get(earlier) ?? []))
      const from = [...own].sort((a, b) => b.members.length - a.members.length)[0]
      const uses = new Set<Id>()
      for (const earlier of before) {
        const draft = drafts.get(earlier.component) as Draft<R>
        const end = draft.#endOf.get(earlier) as End<R>
        if (end === from) continue
        uses.add(this.#use(draft, end, portType(earlier, run), links))
      }
      const { id, action, lasts, claims } = run
      this.#transitions.push({
        id,
        from: from?.place ?? 'start',
        to: (this.#endOf.get(run) as End<R>).place,
        uses: [...uses],
        ...(action !== undefined && { action }),
        ...(lasts !== undefined && { lasts }),
        ...(claims !== undefined && { claims }),
      })
    }
  }

  type(): ComponentType {
    return {
      places: ['start', ...this.#ends.map(({ place }) => place)],
      initial: ['start'],
      groups: new Map(),
      ports: [...this.#uses.values(), ...this.#provides.values()],
      transitions: this.#transitions,
    }
  }

  /** The use port linked to the provide port of that place; both made when they are new. */
  #use(provider: Draft<R>, end: End<R>, type: string, links: Link[]): Id {
    const id = provider === this ? `after ${end.place}` : `${provider.id} ${end.place}`
    if (this.#uses.has(id)) return id
    const known = provider.#provides.get(end.place)
    const provided = known ?? { kind: 'provide', id: end.place, type, groups: [end.place] }
    provider.#provides.set(end.place, provided)
    this.#uses.set(id, { kind: 'use', id, type: provided.type })
    links.push({
      user: { component: this.id, port: id },
      provider: { component: provider.id, port: provided.id },
    })
    return id
  }
}

function freshName(wanted: Id, taken: Set<Id>): Id {
  let name = wanted
  for (let more = 2; taken.has(name); more++) name = `${wanted}-${more}`
  taken.add(name)
  return name
}

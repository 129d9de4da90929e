// The operations that build an assembly, before it runs and while it runs (add and connect of Madeus++). Adding never
// starts anything by itself: what is added in one turn of the event loop is there before the next transition starts.
import type { Id, Mode } from './assembly.js'
import { Limit, LiveComponent, LiveGroup, LivePlace, LiveProvide, LiveTransition, LiveUse, withItem } from './live.js'

export interface NewTransition<T> {
  readonly id: Id
  readonly subject: T
  /** Default: the component's start place, which is marked from the beginning. */
  readonly from?: LivePlace<T> | undefined
  /** Default: a place of its own. */
  readonly to?: LivePlace<T> | undefined
  /** Default 0. */
  readonly priority?: number | undefined
  readonly limits?: readonly Limit<T>[] | undefined
}

const NO_LIMITS: readonly Limit<never>[] = []

export abstract class Growth<T> {
  readonly components = new Map<Id, LiveComponent<T>>()
  readonly #limits = new Map<string, Limit<T>>()
  #toLeave: LivePlace<T>[] = []
  #count = 0

  constructor(readonly mode: Mode) {}

  /** `add`: a new component without places. Throws when the name is taken. */
  addComponent(id: Id): LiveComponent<T> {
    if (this.components.has(id)) throw new Error(`There is a component ${id} already`)
    const component = new LiveComponent<T>(id)
    this.components.set(id, component)
    return component
  }

  addPlace(component: LiveComponent<T>, id: Id, options: { readonly isInitial?: boolean } = {}): LivePlace<T> {
    const place = new LivePlace<T>(id, component)
    component.places.push(place)
    if (options.isInitial === true) this.marked(place)
    return place
  }

  /** Throws when the transition would end at a place that was reached already. */
  addTransition(component: LiveComponent<T>, added: NewTransition<T>): LiveTransition<T> {
    const from = added.from ?? this.#startOf(component)
    const to = added.to ?? this.addPlace(component, `${added.id}-done`)
    if (to.isReached) throw new Error(`${component.id}.${added.id} cannot end at ${to.id}, which was reached before`)
    const { priority = 0, limits = NO_LIMITS as readonly Limit<T>[] } = added
    const transition = new LiveTransition(added.id, component, from, to, added.subject, priority, limits, this.#count++)
    this.added()
    component.transitions.push(transition)
    from.outgoing = withItem(from.outgoing, transition)
    to.incoming = withItem(to.incoming, transition)
    to.missing++
    if (from.isMarked) {
      // The first one out of a marked place: its token leaves when the turn ends.
      if (from.outgoing?.length === 1) this.#toLeave.push(from)
      this.schedule()
    } else if (from.isReached) {
      if (this.mode === 'groups') throw new Error(`${component.id}.${added.id} cannot leave ${from.id}: it was left`)
      this.fillDock(transition)
    }
    return transition
  }

  /** A use port, or with `isData` a data-use port, bound to transitions that have not started. */
  addUse(
    component: LiveComponent<T>,
    id: Id,
    transitions: readonly LiveTransition<T>[],
    options: { readonly isData?: boolean } = {},
  ): LiveUse<T> {
    const use = new LiveUse<T>(id, component, options.isData === true)
    component.ports.push(use)
    for (const transition of transitions) this.bind(use, transition)
    return use
  }

  /** Binds a use port to one more transition. */
  bind(use: LiveUse<T>, transition: LiveTransition<T>): void {
    notStarted(transition)
    use.transitions.push(transition)
    transition.uses = withItem(transition.uses, use)
    if (!use.isServed) this.lost(transition)
  }

  /** A provide port: on while each of the groups is active. */
  addProvide(component: LiveComponent<T>, id: Id, groups: readonly (readonly LivePlace<T>[])[]): LiveProvide<T> {
    const live = groups.map(places => this.#group(places))
    const provide = new LiveProvide<T>(id, component, false, live, groups.flat())
    component.ports.push(provide)
    for (const group of live) {
      group.providers.push(provide)
      if (group.tokens === 0) provide.missing++
    }
    return provide
  }

  /** A data-provide port: on once a transition that ends at one of the places has given a value. */
  addDataProvide(component: LiveComponent<T>, id: Id, places: readonly LivePlace<T>[]): LiveProvide<T> {
    const provide = new LiveProvide<T>(id, component, true, [], places)
    component.ports.push(provide)
    provide.missing = 1
    for (const place of places) {
      place.dataPorts ??= []
      place.dataPorts.push(provide)
    }
    return provide
  }

  /** `connect`: the use port is served by this provide port from now on. */
  connect(use: LiveUse<T>, provide: LiveProvide<T>): void {
    if (use.provider !== undefined) throw new Error(`Port ${use.component.id}.${use.id} is linked already`)
    use.provider = provide
    if (provide.missing > 0 || this.mode === 'groups') provide.users.push(use)
    if (provide.missing === 0) this.enable(use)
  }

  /**
   * `later` starts only when the place that `earlier` ends at is reached. The same as a provide port on that place and
   * a use port on `later`, for assemblies with very many of them. Monotone mode only; throws when `later` has started.
   */
  precede(earlier: LiveTransition<T>, later: LiveTransition<T>): void {
    const { to } = earlier
    if (to.isReached) return
    if (this.mode === 'groups') throw new Error('Precedences need the monotone mode')
    notStarted(later)
    to.followers = withItem(to.followers, later)
    this.lost(later)
  }

  /** The limit of this name; made with the capacity when it is new. */
  limit(name: string, capacity = 1): Limit<T> {
    let limit = this.#limits.get(name)
    if (limit === undefined) {
      limit = new Limit<T>(name, capacity)
      this.#limits.set(name, limit)
    }
    return limit
  }

  /** Puts the token on a place, with what follows for groups and ports. */
  protected marked(place: LivePlace<T>): void {
    const isFirst = !place.isReached
    place.isMarked = true
    place.isReached = true
    if (this.mode === 'groups') {
      for (const group of place.groups ?? []) {
        let inside = 0
        for (const transition of place.incoming ?? []) if (group.places.has(transition.from)) inside++
        this.changeTokens(group, 1 - inside)
      }
      return
    }
    if (!isFirst) return
    const { followers } = place
    place.followers = undefined
    if (followers !== undefined) for (const transition of followers) this.gained(transition)
    if (place.groups !== undefined) for (const group of place.groups) this.changeTokens(group, 1)
  }

  /** The port has become enabled. */
  protected provided(port: LiveProvide<T>): void {
    const { users } = port
    if (this.mode === 'monotone') port.users = []
    for (const use of users) this.enable(use)
  }

  protected changeTokens(group: LiveGroup<T>, difference: number): void {
    const before = group.tokens
    group.tokens += difference
    if (before === 0 && group.tokens > 0) {
      for (const port of group.providers) if (--port.missing === 0) this.provided(port)
    } else if (before > 0 && group.tokens === 0) {
      for (const port of group.providers) if (port.missing++ === 0) for (const use of port.users) this.disable(use)
    }
    if (difference > 0) this.unblock(group)
  }

  protected fillDock(transition: LiveTransition<T>): void {
    if (transition.state === 'cancelled') return
    transition.hasOutputDockToken = true
    this.gained(transition)
  }

  /** Marked places that transitions were added to. */
  protected takeToLeave(): readonly LivePlace<T>[] {
    const places = this.#toLeave
    if (places.length > 0) this.#toLeave = []
    return places
  }

  /** Has ready transitions started when this turn of the event loop is over. */
  protected abstract schedule(): void
  /** A transition was added. */
  protected abstract added(): void
  /** One thing the transition waits for more. */
  protected abstract lost(transition: LiveTransition<T>): void
  /** One thing the transition waits for less. */
  protected abstract gained(transition: LiveTransition<T>): void
  protected abstract enable(use: LiveUse<T>): void
  protected abstract disable(use: LiveUse<T>): void
  /** Lets tokens leave the group that could not before. */
  protected abstract unblock(group: LiveGroup<T>): void

  #startOf(component: LiveComponent<T>): LivePlace<T> {
    component.start ??= this.addPlace(component, 'start', { isInitial: true })
    return component.start
  }

  #group(places: readonly LivePlace<T>[]): LiveGroup<T> {
    const group = new LiveGroup<T>(new Set(places))
    for (const place of group.places) {
      place.groups ??= []
      place.groups.push(group)
      if (this.mode === 'groups' ? place.isMarked : place.isReached) group.tokens++
      if (this.mode === 'groups')
        for (const transition of place.outgoing ?? []) if (isInside(transition, group)) group.tokens++
    }
    return group
  }
}

/** Whether a token is on the way between two places of the group. */
function isInside<T>(transition: LiveTransition<T>, group: LiveGroup<T>): boolean {
  const hasToken = transition.hasOutputDockToken || transition.hasInputDockToken || transition.state === 'running'
  return hasToken && group.places.has(transition.to)
}

function notStarted<T>({ state, component, id }: LiveTransition<T>): void {
  if (state === 'waiting' || state === 'ready' || state === 'cancelled') return
  throw new Error(`${component.id}.${id} has started: it cannot use a port any more`)
}

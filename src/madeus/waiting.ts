// What waits for what: for each transition that could start but for its ports, and each place that could be left but
// for its users, the reasons; and the circles in which transitions wait for one another.
import { findCycles, Graph } from '../graph/index.js'
import type { Mode } from './assembly.js'
import {
  type Limit,
  type LiveComponent,
  type LivePlace,
  type LiveProvide,
  type LiveTransition,
  type LiveUse,
  withItem,
} from './live.js'

export type Reason<T> =
  /** The use port has no provider. */
  | { readonly kind: 'unlinked'; readonly use: LiveUse<T> }
  /** The provider is not provided: these places are not reached, or were left. */
  | {
      readonly kind: 'port'
      readonly use: LiveUse<T>
      readonly provider: LiveProvide<T>
      readonly places: readonly LivePlace<T>[]
    }
  /** The places were reached, but no transition gave a value. */
  | { readonly kind: 'value'; readonly use: LiveUse<T>; readonly provider: LiveProvide<T> }
  /** A mere precedence: the place is not reached. */
  | { readonly kind: 'precedence'; readonly place: LivePlace<T> }
  /** No transition that could still run ends at its source, or all that do wait themselves. */
  | { readonly kind: 'place'; readonly place: LivePlace<T> }
  | { readonly kind: 'limit'; readonly limit: Limit<T> }
  /** The place cannot be left while these run. */
  | { readonly kind: 'in-use'; readonly provider: LiveProvide<T> }

export interface Waiting<T> {
  readonly element: LiveTransition<T> | LivePlace<T>
  readonly reasons: readonly Reason<T>[]
  /** Transitions that wait for one another, this one first; each waits for the next, the last for the first. */
  readonly circle?: readonly LiveTransition<T>[] | undefined
}

/**
 * What nothing else of the list explains: transitions whose source has been left, blocked places, places without a way
 * in, and one member of each circle. What merely comes after these is left out.
 */
export function waitingIn<T>(components: Iterable<LiveComponent<T>>, mode: Mode): readonly Waiting<T>[] {
  const all = [...components]
  const before = precedencesIn(all)
  const found: Waiting<T>[] = []
  const told = new Set<LiveTransition<T>>()
  for (const circle of circlesIn(all, before)) {
    const first = circle[0] as LiveTransition<T>
    for (const member of circle) told.add(member)
    found.push({ element: first, reasons: reasonsOf(first, mode, before), circle })
  }
  for (const { transitions, places } of all) {
    for (const transition of transitions) {
      if (!isOpen(transition) || told.has(transition)) continue
      const hasNoWayIn = !transition.from.isReached && transition.from.incoming === undefined
      if (!transition.hasOutputDockToken && !hasNoWayIn) continue
      found.push({ element: transition, reasons: reasonsOf(transition, mode, before) })
    }
    for (const place of places) {
      const reasons = blockedBy(place)
      if (reasons.length > 0) found.push({ element: place, reasons })
    }
  }
  return found
}

/** For each transition the places that have to be reached before it. */
type Precedences<T> = ReadonlyMap<LiveTransition<T>, readonly LivePlace<T>[]>

function precedencesIn<T>(components: readonly LiveComponent<T>[]): Precedences<T> {
  const before = new Map<LiveTransition<T>, LivePlace<T>[]>()
  for (const { places } of components) {
    for (const place of places) {
      for (const follower of place.followers ?? []) before.set(follower, withItem(before.get(follower), place))
    }
  }
  return before
}

const isOpen = <T>({ state }: LiveTransition<T>) => state === 'waiting' || state === 'ready'

function reasonsOf<T>(transition: LiveTransition<T>, mode: Mode, before: Precedences<T>): readonly Reason<T>[] {
  const reasons: Reason<T>[] = []
  if (!transition.hasOutputDockToken) reasons.push({ kind: 'place', place: transition.from })
  for (const use of transition.uses ?? []) if (!use.isServed) reasons.push(unserved(use, mode))
  for (const place of before.get(transition) ?? []) reasons.push({ kind: 'precedence', place })
  if (transition.state === 'ready') {
    for (const limit of transition.limits) if (limit.inUse >= limit.capacity) reasons.push({ kind: 'limit', limit })
  }
  return reasons
}

function unserved<T>(use: LiveUse<T>, mode: Mode): Reason<T> {
  const { provider } = use
  if (provider === undefined) return { kind: 'unlinked', use }
  if (provider.isData) {
    const places = provider.places.filter(place => !place.isReached)
    const isTooLate = places.length < provider.places.length
    return isTooLate ? { kind: 'value', use, provider } : { kind: 'port', use, provider, places }
  }
  const places = provider.groups.filter(group => group.tokens === 0).flatMap(group => [...group.places])
  return {
    kind: 'port',
    use,
    provider,
    places: mode === 'monotone' ? places.filter(place => !place.isReached) : places,
  }
}

function blockedBy<T>(place: LivePlace<T>): readonly Reason<T>[] {
  const groups = place.groups ?? []
  return groups
    .filter(group => group.blocked.includes(place))
    .flatMap(group => group.providers.filter(provider => provider.running > 0))
    .map(provider => ({ kind: 'in-use', provider }))
}

function circlesIn<T>(
  components: readonly LiveComponent<T>[],
  before: Precedences<T>,
): readonly (readonly LiveTransition<T>[])[] {
  const graph = new Graph<LiveTransition<T>>()
  for (const { transitions } of components) {
    for (const transition of transitions) {
      if (!isOpen(transition)) continue
      graph.addNode(transition)
      for (const place of neededBy(transition, before)) {
        for (const cause of place.incoming ?? []) if (isOpen(cause)) graph.addEdge(transition, cause)
      }
    }
  }
  return findCycles(graph)
}

/** Places that have to be reached before the transition can start. */
function* neededBy<T>(transition: LiveTransition<T>, before: Precedences<T>): Generator<LivePlace<T>> {
  const { from, hasOutputDockToken, uses } = transition
  if (!hasOutputDockToken && !from.isReached) yield from
  yield* before.get(transition) ?? []
  for (const { isServed, provider } of uses ?? []) {
    if (isServed || provider === undefined) continue
    for (const place of certainPlaces(provider)) if (!place.isReached) yield place
  }
}

/** Of a group with several places none is needed: another of them may be reached. */
function certainPlaces<T>({ groups, places, isData }: LiveProvide<T>): readonly LivePlace<T>[] {
  if (isData) return places.length === 1 ? places : []
  return groups.flatMap(group => (group.places.size === 1 ? [...group.places] : []))
}
